-- Who tried whose badge with a wrong PIN, and what that costs them. All of it survives a transaction that is undone.

-- Who typed wrong PINs must be known although their transaction was undone. So each of the five tries that a badge has is
-- written into a sequence, too: when (milliseconds), and at which door (the last twenty bits). Those of before go into this table when the count begins
-- anew. `nth`: which of the tries in a row it was.
CREATE TABLE wrong_pin (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    at timestamptz NOT NULL,
    nth int NOT NULL,
    door int NOT NULL,
    PRIMARY KEY (person_id, at, nth)
);
CREATE FUNCTION wrong_pins(p_person uuid) RETURNS SETOF wrong_pin
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT * FROM wrong_pin WHERE person_id = p_person
    UNION
    SELECT p_person, to_timestamp((t.said >> 20) / 1000.0), t.n, (t.said & 1048575)::int
    FROM (SELECT n, pg_sequence_last_value(to_regclass(pin_counter(p_person) || '_' || n)) AS said
          FROM generate_series(1, 5) n) t WHERE t.said IS NOT NULL
$$;

-- The door of this login: of its station, of its person; 0 for a login that is neither's.
CREATE FUNCTION this_door() RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce((SELECT door FROM station WHERE login = session_user), (SELECT door FROM person WHERE login = session_user), 0)
$$;

-- What people call a door by: its station, or whose desk it is.
CREATE FUNCTION door_name(p_door int) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce((SELECT name FROM station WHERE door = p_door), (SELECT name FROM person WHERE door = p_door), '?')
$$;

-- What a login owes for wrong PINs, whoever's they were, is a sequence, too: the second at which it is paid. Each wrong PIN
-- costs three minutes, and who owes half an hour waits: nobody locks everybody by trying all badges. Nothing is told of the
-- badge meanwhile, and no try of it is used up.
CREATE FUNCTION door_debt(p_door int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'stockhand.debt_' || p_door$$;
CREATE SEQUENCE debt_0 INCREMENT 180;
CREATE FUNCTION keep_door() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s INCREMENT 180', door_debt(NEW.door));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_door AFTER INSERT ON station FOR EACH ROW EXECUTE FUNCTION keep_door();
CREATE TRIGGER keep_door AFTER INSERT OR UPDATE OF login ON person FOR EACH ROW WHEN (NEW.login IS NOT NULL)
    EXECUTE FUNCTION keep_door();
CREATE FUNCTION require_no_debt(p_door int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    owed numeric := pg_sequence_last_value(door_debt(p_door)::regclass) - extract(epoch FROM clock_timestamp());
BEGIN
    IF owed > 1800 - 180 THEN
        PERFORM refuse('sign_on.login_waits', jsonb_build_object('minutes', ceil((owed - 1800 + 180) / 60)));
    END IF;
END $$;
CREATE FUNCTION note_wrong_pin(p_person uuid, p_nth bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    door int := this_door();
    second bigint := floor(extract(epoch FROM clock_timestamp()));
BEGIN
    IF coalesce(pg_sequence_last_value(door_debt(door)::regclass), 0) < second THEN
        PERFORM setval(door_debt(door)::regclass, second);
    END IF;
    PERFORM nextval(door_debt(door)::regclass);
    IF p_person IS NOT NULL THEN
        PERFORM setval((pin_counter(p_person) || '_' || p_nth)::regclass, (floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 20) | door);
    END IF;
END $$;

-- Begins the count of wrong PINs anew, and keeps who typed those of before.
CREATE FUNCTION forget_wrong_pins(p_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO wrong_pin SELECT * FROM wrong_pins(p_person) ON CONFLICT DO NOTHING;
    PERFORM setval(pin_counter(p_person)::regclass, 1, false);
END $$;
