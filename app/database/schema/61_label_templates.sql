-- Label templates that this company made or changed, as whole texts with versions. Version 0 of a template is the one that
-- comes with the program. A version never changes: what a printed label looked like can always be drawn again.
CREATE TABLE label_template (
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    version int NOT NULL CHECK (version > 0),
    definition text NOT NULL CHECK (length(definition) BETWEEN 1 AND 1000000),
    note text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    saved_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    PRIMARY KEY (name, version)
);
CREATE UNIQUE INDEX label_template_active ON label_template (name) WHERE active;
ALTER TABLE label_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE label_template FORCE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON label_template TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

-- Keeps a new version of a template (its YAML) and lets labels be made by it from now on; returns the version.
-- Whether it can work is checked by the program before: the database does not read it.
CREATE FUNCTION save_label_template(p_name text, p_definition text, p_note text DEFAULT '') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made int;
BEGIN
    PERFORM require('set_up');
    LOCK TABLE label_template IN SHARE ROW EXCLUSIVE MODE;
    SELECT coalesce(max(version), 0) + 1 INTO made FROM label_template WHERE name = p_name;
    UPDATE label_template SET active = false WHERE name = p_name AND active;
    INSERT INTO label_template (name, version, definition, note, person_id)
    VALUES (p_name, made, p_definition, coalesce(p_note, ''), actor());
    RETURN made;
END $$;

-- Lets labels be made by another version from now on; 0: as the program brings it. Labels that wait keep theirs.
CREATE FUNCTION use_label_template(p_name text, p_version int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up');
    LOCK TABLE label_template IN SHARE ROW EXCLUSIVE MODE;
    IF p_version <> 0 AND NOT EXISTS (SELECT FROM label_template WHERE name = p_name AND version = p_version) THEN
        PERFORM refuse('printing.unknown_version', jsonb_build_object('template', p_name, 'version', p_version));
    END IF;
    UPDATE label_template SET active = false WHERE name = p_name AND active;
    UPDATE label_template SET active = true WHERE name = p_name AND version = p_version;
END $$;

GRANT EXECUTE ON FUNCTION save_label_template(text, text, text), use_label_template(text, int) TO @everyone@;
