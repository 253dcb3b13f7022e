-- Handling units as things: which are in use, empty or retired, where each one stood before, and how that is taken back.

-- Where units stood, what they stood on and whether they were in use, before and after each change.
CREATE TABLE handling_unit_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    handling_unit_id uuid NOT NULL REFERENCES handling_unit,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    before_location_id uuid,
    before_parent_id uuid,
    before_retired boolean NOT NULL,
    location_id uuid,
    parent_id uuid,
    retired boolean NOT NULL
);
CREATE INDEX handling_unit_history_unit ON handling_unit_history (handling_unit_id, at);
CREATE INDEX handling_unit_history_person ON handling_unit_history (person_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON handling_unit_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_unit_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO handling_unit_history (handling_unit_id, person_id, before_location_id, before_parent_id, before_retired,
        location_id, parent_id, retired)
    VALUES (NEW.id, actor(), OLD.location_id, OLD.parent_id, OLD.retired, NEW.location_id, NEW.parent_id, NEW.retired);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_history AFTER UPDATE ON handling_unit FOR EACH ROW
    WHEN (OLD.location_id IS DISTINCT FROM NEW.location_id OR OLD.parent_id IS DISTINCT FROM NEW.parent_id
        OR OLD.retired <> NEW.retired)
    EXECUTE FUNCTION keep_unit_history();

-- Nothing is put into, onto or under a unit that is out of use.
CREATE FUNCTION refuse_retired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse('handling_unit.retired', jsonb_build_object('handling_unit', NEW.sscc));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_retired BEFORE UPDATE ON handling_unit FOR EACH ROW
    WHEN (OLD.retired AND NEW.retired AND (NEW.location_id IS NOT NULL OR NEW.parent_id IS NOT NULL))
    EXECUTE FUNCTION refuse_retired();

-- What a unit is good for now: `new` (stands nowhere yet), `in_use` (something is in or on it), `empty` (to be used again),
-- `gone` (with a customer, or lost), `retired` (out of use).
CREATE FUNCTION unit_state(p_unit uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN u.retired THEN 'retired'
        WHEN EXISTS (SELECT FROM stock_balance b WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil()
                     AND b.on_hand <> 0)
            OR EXISTS (SELECT FROM handling_unit c WHERE c.parent_id = u.id) THEN 'in_use'
        WHEN u.location_id IS NULL THEN 'new' WHEN NOT l.stock_keeping THEN 'gone' ELSE 'empty' END
    FROM handling_unit u LEFT JOIN location l ON l.id = u.location_id WHERE u.id = p_unit
$$;

-- Takes an empty unit out of use, or (p_retired false) into use again: then it stands nowhere until it is put somewhere.
-- Refuses one that something is in or on, or whose parcel is open or waits to leave (handling_unit.in_use).
CREATE FUNCTION retire_unit(p_unit uuid, p_retired boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u handling_unit;
BEGIN
    PERFORM require_actor();
    SELECT * INTO u FROM handling_unit WHERE id = p_unit FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('handling_unit.unknown');
    END IF;
    PERFORM require('handle', u.warehouse_id);
    IF u.retired = p_retired THEN
        RETURN;
    ELSIF p_retired AND (unit_state(p_unit) = 'in_use' OR EXISTS (SELECT FROM parcel WHERE handling_unit_id = p_unit
            AND state NOT IN ('shipped', 'cancelled'))) THEN
        PERFORM refuse('handling_unit.in_use', jsonb_build_object('handling_unit', u.sscc));
    END IF;
    UPDATE handling_unit SET retired = p_retired, location_id = NULL, parent_id = NULL WHERE id = p_unit;
END $$;

-- Puts units back to where they were before a transaction of this person began (p_at), with what they stood on; returns
-- how many. What somebody has moved, filled or nested since is refused (p_strict, handling_unit.changed_since), or left as it
-- is where goods have come back by postings that were reversed before.
CREATE FUNCTION put_units_back(p_at timestamptz, p_strict boolean) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    was record;
    u handling_unit;
    changed text;
    n int := 0;
BEGIN
    FOR was IN SELECT * FROM units_before(p_at) LOOP
        SELECT * INTO u FROM handling_unit WHERE id = was.id FOR NO KEY UPDATE;
        n := n + 1;
        CONTINUE WHEN u.location_id IS NOT DISTINCT FROM was.before_location AND u.retired = was.before_retired;
        IF (u.location_id, u.retired) IS DISTINCT FROM (was.left_at, was.left_retired) OR holds_goods(u.id) THEN
            CONTINUE WHEN NOT p_strict;
            PERFORM refuse('handling_unit.changed_since', jsonb_build_object('handling_unit', u.sscc));
        END IF;
        UPDATE handling_unit SET location_id = was.before_location, retired = was.before_retired, parent_id = NULL
        WHERE id = u.id;
    END LOOP;
    FOR was IN SELECT * FROM units_before(p_at) LOOP
        SELECT * INTO u FROM handling_unit WHERE id = was.id;
        CONTINUE WHEN u.parent_id IS NOT DISTINCT FROM was.before_parent;
        IF u.parent_id IS NOT NULL AND u.parent_id IS DISTINCT FROM was.left_on OR was.left_at = was.before_location
                AND was.before_parent IS NOT NULL AND NOT EXISTS (SELECT FROM handling_unit p WHERE p.id = was.before_parent
                AND p.location_id = was.before_location) THEN
            CONTINUE WHEN NOT p_strict;
            PERFORM refuse('handling_unit.changed_since', jsonb_build_object('handling_unit', u.sscc));
        END IF;
        UPDATE handling_unit SET parent_id = (SELECT p.id FROM handling_unit p WHERE p.id = was.before_parent
            AND p.location_id = u.location_id) WHERE id = u.id;
    END LOOP;
    changed := (SELECT p.sscc FROM units_before(p_at) x JOIN handling_unit p ON p.id = x.id
        JOIN handling_unit c ON c.parent_id = p.id AND c.location_id IS DISTINCT FROM p.location_id LIMIT 1);
    IF changed IS NOT NULL THEN
        PERFORM refuse('handling_unit.changed_since', jsonb_build_object('handling_unit', changed));
    END IF;
    RETURN n;
END $$;

-- The units that this person's transaction of p_at changed: how each was before, and how it was left.
CREATE FUNCTION units_before(p_at timestamptz) RETURNS TABLE (id uuid, before_location uuid, before_parent uuid,
    before_retired boolean, left_at uuid, left_on uuid, left_retired boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT h.handling_unit_id, (array_agg(h.before_location_id ORDER BY h.id))[1],
        (array_agg(h.before_parent_id ORDER BY h.id))[1], (array_agg(h.before_retired ORDER BY h.id))[1],
        (array_agg(h.location_id ORDER BY h.id DESC))[1], (array_agg(h.parent_id ORDER BY h.id DESC))[1],
        (array_agg(h.retired ORDER BY h.id DESC))[1]
    FROM handling_unit_history h WHERE h.person_id = (SELECT actor()) AND h.at = p_at
    GROUP BY 1 ORDER BY 1
$$;
