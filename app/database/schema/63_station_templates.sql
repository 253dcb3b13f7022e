-- Which devices a station of a type has: by role, protocol and settings. The ports are each machine's own and not in here.
CREATE TABLE station_template (
    name text PRIMARY KEY CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 60),
    type text NOT NULL CHECK (type IN ('bench', 'dock', 'desk')),
    devices jsonb NOT NULL CHECK (jsonb_typeof(devices) = 'array' AND length(devices::text) <= 100000),
    saved_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person
);
ALTER TABLE station_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE station_template FORCE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON station_template TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

-- Keeps a template under its name; p_before is the name that it had, where it gets another one. What is written in it is
-- checked by the program: the database does not read it.
CREATE FUNCTION save_station_template(p_name text, p_type text, p_devices jsonb, p_before text DEFAULT '') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up');
    IF p_before <> p_name AND EXISTS (SELECT FROM station_template WHERE name = p_name) THEN
        PERFORM refuse('devices.template_taken', jsonb_build_object('name', p_name));
    END IF;
    DELETE FROM station_template WHERE name = p_before;
    INSERT INTO station_template (name, type, devices, person_id) VALUES (p_name, p_type, p_devices, actor());
END $$;

-- Forgets a template. The stations that it was applied to keep their devices.
CREATE FUNCTION remove_station_template(p_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up');
    DELETE FROM station_template WHERE name = p_name;
END $$;

GRANT EXECUTE ON FUNCTION save_station_template(text, text, jsonb, text), remove_station_template(text) TO @everyone@;
