-- Customers' orders beyond their lines: who stops one and why, when their carriers leave, what was changed about them.

-- Why an order stands still: as long as one of these is not lifted its decision is 'held', and no goods of it are reserved,
-- picked, packed or shipped. `was`: what was decided before the first of them.
CREATE TABLE order_hold (
    id uuid PRIMARY KEY DEFAULT new_id(),
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('credit', 'address', 'customer')),
    was text NOT NULL CHECK (was IN ('draft', 'released')),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 400),
    held_at timestamptz NOT NULL DEFAULT now(),
    held_by uuid NOT NULL REFERENCES person,
    lifted_at timestamptz,
    lifted_by uuid REFERENCES person,
    lifted_note text NOT NULL DEFAULT '' CHECK (length(lifted_note) <= 400)
);
CREATE UNIQUE INDEX order_hold_open ON order_hold (document_id, kind) WHERE lifted_at IS NULL;

-- What people changed about an order, with what came of it. `what`: changed, cancelled, held, lifted. `detail`: the fields
-- and lines as they were and are, goods given up and to be put back, labels that died, benches that were stopped.
CREATE TABLE order_change (
    id uuid PRIMARY KEY DEFAULT new_id(),
    document_id uuid NOT NULL REFERENCES document,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    station_id uuid REFERENCES station,
    what text NOT NULL CHECK (what IN ('changed', 'cancelled', 'held', 'lifted')),
    detail jsonb NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT ''
);
CREATE INDEX order_change_document ON order_change (document_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON order_change
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- When a carrier leaves a warehouse: `weekday` 1 is Monday, `leaves` by the clock on the warehouse's wall. An empty carrier
-- or service stands for all that have no times of their own. `lead_minutes`: how long before it an order must be released;
-- `transit_days`: how long the goods are on their way, so that a day that the customer asked for is met.
CREATE TABLE carrier_cut_off (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    carrier text NOT NULL DEFAULT '' CHECK (length(carrier) <= 60),
    service text NOT NULL DEFAULT '' CHECK (length(service) <= 60),
    weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    leaves time NOT NULL,
    lead_minutes int NOT NULL DEFAULT 0 CHECK (lead_minutes BETWEEN 0 AND 1440),
    transit_days int NOT NULL DEFAULT 1 CHECK (transit_days BETWEEN 0 AND 90),
    UNIQUE (warehouse_id, carrier, service, weekday, leaves)
);

-- Days on which no carrier leaves a warehouse.
CREATE TABLE closed_day (
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    day date NOT NULL,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 80),
    PRIMARY KEY (warehouse_id, day)
);

-- The moment by which an order has to leave: the last time its carrier leaves on or before the day that is wished (p_due,
-- or p_requested less the days on the way), or else the next one that can still be reached from p_from; NULL where nobody
-- said when the carrier leaves. The times of carrier and service go before those of one of them, and those before all others'.
CREATE FUNCTION next_cut_off(p_warehouse uuid, p_carrier text, p_service text, p_from timestamptz, p_due date DEFAULT NULL,
    p_requested date DEFAULT NULL) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF NOT isfinite(p_from) THEN
        PERFORM refuse('ledger.no_such_day');
    END IF;
    RETURN (WITH known AS (
        SELECT c.*, (c.carrier <> '')::int * 2 + (c.service <> '')::int AS rank FROM carrier_cut_off c
        WHERE c.warehouse_id = p_warehouse AND lower(c.carrier) IN ('', lower(p_carrier))
          AND lower(c.service) IN ('', lower(p_service))
    ), times AS (
        SELECT k.*, coalesce(p_due, p_requested - k.transit_days) AS wished FROM known k
        WHERE k.rank = (SELECT max(rank) FROM known)
    ), place AS (
        SELECT time_zone, (p_from AT TIME ZONE time_zone)::date AS today FROM warehouse WHERE id = p_warehouse
    ), moments AS (
        SELECT (d.day::date + t.leaves) AT TIME ZONE p.time_zone AS at, d.day::date <= t.wished AS in_time
        FROM place p CROSS JOIN times t
        CROSS JOIN LATERAL generate_series(greatest(p.today, t.wished - 45), greatest(p.today, t.wished) + 45, '1 day') d (day)
        WHERE extract(isodow FROM d.day) = t.weekday
          AND NOT EXISTS (SELECT FROM closed_day x WHERE x.warehouse_id = p_warehouse AND x.day = d.day::date)
          AND (d.day::date + t.leaves) AT TIME ZONE p.time_zone >= p_from + make_interval(mins => t.lead_minutes)
    )
    SELECT coalesce(max(at) FILTER (WHERE in_time), min(at)) FROM moments);
END $$;

-- Sets by when an order has to leave, from the times of its carrier, and the day with it; nothing changes where nobody said
-- when the carrier leaves, or the file that brought the order did (p_anew: also then).
CREATE FUNCTION plan_departure(p_document uuid, p_anew boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o customer_order;
    d document;
    leaves timestamptz;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document;
    SELECT * INTO o FROM customer_order WHERE document_id = p_document;
    IF o.cut_off IS NOT NULL AND NOT p_anew THEN
        RETURN;
    END IF;
    leaves := next_cut_off(d.warehouse_id, coalesce(o.carrier, 'house'), coalesce(o.service, 'STANDARD'), now(), d.due,
        o.requested);
    IF leaves IS NOT NULL THEN
        INSERT INTO customer_order (document_id, cut_off) VALUES (p_document, leaves)
        ON CONFLICT (document_id) DO UPDATE SET cut_off = excluded.cut_off;
        UPDATE document SET due = (leaves AT TIME ZONE w.time_zone)::date FROM warehouse w
        WHERE document.id = p_document AND w.id = document.warehouse_id;
    END IF;
END $$;

CREATE FUNCTION plan_departure_of_released() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM plan_departure(NEW.id, false);
    RETURN NULL;
END $$;
CREATE TRIGGER plan_departure AFTER UPDATE OF decision ON document FOR EACH ROW
    WHEN (NEW.kind = 'order' AND NEW.decision = 'released' AND OLD.decision = 'draft')
    EXECUTE FUNCTION plan_departure_of_released();

-- Says when carriers leave a warehouse and on which days they do not, instead of what was said before. p_times: a list of
-- {carrier, service, weekday, leaves, lead_minutes, transit_days}; p_closed: a list of {day, name}. Orders that are planned
-- already keep their moment.
CREATE FUNCTION save_cut_offs(p_warehouse uuid, p_times jsonb, p_closed jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up', p_warehouse);
    DELETE FROM carrier_cut_off WHERE warehouse_id = p_warehouse;
    INSERT INTO carrier_cut_off (warehouse_id, carrier, service, weekday, leaves, lead_minutes, transit_days)
    SELECT DISTINCT ON (t.carrier, t.service, t.weekday, t.leaves) p_warehouse, coalesce(t.carrier, ''), coalesce(t.service, ''),
        t.weekday, t.leaves, coalesce(t.lead_minutes, 0), coalesce(t.transit_days, 1)
    FROM jsonb_to_recordset(p_times) AS t (carrier text, service text, weekday int, leaves time, lead_minutes int,
        transit_days int);
    DELETE FROM closed_day WHERE warehouse_id = p_warehouse;
    INSERT INTO closed_day (warehouse_id, day, name)
    SELECT DISTINCT ON (c.day) p_warehouse, c.day, coalesce(c.name, '')
    FROM jsonb_to_recordset(p_closed) AS c (day date, name text) WHERE c.day IS NOT NULL;
END $$;

-- The order that somebody at a desk wants to do something about, locked. p_version: as they read it (NULL: as it is).
CREATE FUNCTION lock_customer_order(p_document uuid, p_version int) RETURNS document
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR UPDATE;
    IF NOT FOUND OR d.kind <> 'order' THEN
        PERFORM require_somewhere(ARRAY['plan_order']);
        PERFORM refuse('document.unknown', jsonb_build_object('number', coalesce(d.number, '')));
    END IF;
    PERFORM require('plan_order', d.warehouse_id);
    IF d.decision IN ('cancelled', 'closed') THEN
        PERFORM refuse('orders.ended', jsonb_build_object('document', d.number, 'decision', d.decision));
    ELSIF d.version <> p_version THEN
        PERFORM refuse('document.changed', jsonb_build_object('number', d.number, 'person', coalesce((SELECT p.name
            FROM (SELECT person_id, at FROM document_history WHERE document_id = d.id
                  UNION ALL SELECT person_id, at FROM order_change WHERE document_id = d.id) h
            JOIN person p ON p.id = h.person_id ORDER BY h.at DESC LIMIT 1), '')));
    END IF;
    RETURN d;
END $$;

-- Writes down what somebody did to an order, and makes its next version.
CREATE FUNCTION tell_order_change(p_document uuid, p_what text, p_detail jsonb, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE document SET version = version + 1 WHERE id = p_document;
    INSERT INTO order_change (document_id, person_id, station_id, what, detail, reason)
    VALUES (p_document, actor(), this_station(), p_what, p_detail, left(coalesce(p_reason, ''), 400));
END $$;

-- Stops an order: nothing of it is reserved, picked, packed or shipped until every hold is lifted; what it has stays its
-- own. Returns how many holds there are. Said twice, it is held once.
CREATE FUNCTION place_hold(p_request uuid, p_document uuid, p_kind text, p_note text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('place_hold', p_document, p_kind, p_note));
    d document;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    d := lock_customer_order(p_document, NULL);
    IF NOT p_kind = ANY (ARRAY['credit', 'address', 'customer']) IS TRUE THEN
        PERFORM refuse('orders.unknown_hold', jsonb_build_object('hold', coalesce(p_kind, '')));
    END IF;
    INSERT INTO order_hold (document_id, kind, was, note, held_by)
    VALUES (p_document, p_kind, coalesce((SELECT h.was FROM order_hold h WHERE h.document_id = p_document
        AND h.lifted_at IS NULL LIMIT 1), CASE d.decision WHEN 'draft' THEN 'draft' ELSE 'released' END),
        left(coalesce(p_note, ''), 400), actor())
    ON CONFLICT (document_id, kind) WHERE lifted_at IS NULL DO NOTHING;
    IF FOUND THEN
        PERFORM tell_order_change(p_document, 'held', jsonb_build_object('hold', p_kind), p_note);
        UPDATE document SET decision = 'held' WHERE id = p_document AND decision <> 'held';
        INSERT INTO document_history (document_id, person_id, decision, reason)
        VALUES (p_document, actor(), 'held', 'HOLD_' || upper(p_kind));
    END IF;
    RETURN end_record_request(p_request, (SELECT jsonb_build_object('holds', count(*)) FROM order_hold
        WHERE document_id = p_document AND lifted_at IS NULL));
END $$;

-- Lifts one hold of an order (p_kind NULL: all of them); with the last one the order goes on where it was stopped. Returns
-- how many holds are left.
CREATE FUNCTION lift_hold(p_request uuid, p_document uuid, p_kind text, p_note text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('lift_hold', p_document, p_kind, p_note));
    d document;
    before text;
    still int;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    d := lock_customer_order(p_document, NULL);
    before := (SELECT was FROM order_hold WHERE document_id = p_document AND lifted_at IS NULL LIMIT 1);
    UPDATE order_hold SET lifted_at = now(), lifted_by = actor(), lifted_note = left(coalesce(p_note, ''), 400)
    WHERE document_id = p_document AND lifted_at IS NULL AND kind = coalesce(p_kind, kind);
    IF NOT FOUND AND d.decision <> 'held' THEN
        PERFORM refuse('orders.not_held', jsonb_build_object('document', d.number));
    END IF;
    still := (SELECT count(*) FROM order_hold WHERE document_id = p_document AND lifted_at IS NULL);
    PERFORM tell_order_change(p_document, 'lifted', jsonb_build_object('hold', coalesce(p_kind, '')), p_note);
    IF still = 0 THEN
        UPDATE document SET decision = coalesce(before, 'released') WHERE id = p_document AND decision = 'held';
        INSERT INTO document_history (document_id, person_id, decision, reason)
        VALUES (p_document, actor(), coalesce(before, 'released'), CASE WHEN p_kind IS NULL THEN '' ELSE 'HOLD_' || upper(p_kind) END);
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('holds', still));
END $$;

-- Why an order is held, in codes for those who have it in hand: [{kind, note, person}].
CREATE FUNCTION holds_of(p_document uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', h.kind, 'note', h.note, 'person', p.name)
            ORDER BY h.held_at), '[]')
        FROM order_hold h JOIN person p ON p.id = h.held_by WHERE h.document_id = p_document AND h.lifted_at IS NULL);
END $$;

INSERT INTO reason (code, step) VALUES ('ORDERED_TWICE', 'order'), ('NOT_PAID', 'order'), ('NOT_AVAILABLE', 'order'),
    ('ADDRESS_UNKNOWN', 'order');

REVOKE ALL ON FUNCTION plan_departure(uuid, boolean), lock_customer_order(uuid, int),
    tell_order_change(uuid, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_cut_off(uuid, text, text, timestamptz, date, date), save_cut_offs(uuid, jsonb, jsonb),
    place_hold(uuid, uuid, text, text), lift_hold(uuid, uuid, text, text), holds_of(uuid) TO @everyone@;
