-- Imports that were made. The way back is in 73_undoing_imports.sql.

-- One import that changed something; id is its request. `counts`: {kind: {new, changed}}. Its rows in the trail are those
-- of its person at its time, to the microsecond. `undo_rows`, `undo_done`: how many rows taking it back changes, and how many
-- it has changed.
CREATE TABLE import_run (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    files text[] NOT NULL,
    counts jsonb NOT NULL,
    undone_at timestamptz,
    undone_by uuid REFERENCES person,
    undo_rows bigint NOT NULL DEFAULT 0,
    undo_done bigint NOT NULL DEFAULT 0
);
CREATE INDEX import_run_at ON import_run (at);
ALTER TABLE import_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY importers ON import_run FOR SELECT TO PUBLIC
    USING ((SELECT may_somewhere('edit_products') OR may_somewhere('set_up') OR may('audit')));

-- Which heading of a file of a certain shape means what; person_id nil: what the whole company uses. `shape` is made of
-- the headings, `columns` is {heading: field, or '' for left out}, `writing` is {letters, mark} as somebody said.
CREATE TABLE import_mapping (
    shape text NOT NULL CHECK (shape <> ''),
    person_id uuid NOT NULL DEFAULT nil(),
    columns jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object'),
    writing jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(writing) = 'object'),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shape, person_id)
);
ALTER TABLE import_mapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_common ON import_mapping FOR SELECT TO PUBLIC
    USING (person_id = nil() AND (SELECT actor()) IS NOT NULL OR person_id = (SELECT actor()));

-- Remembers how files of a shape are read: for oneself, and for everybody who has not said otherwise.
CREATE FUNCTION remember_mapping(p_shape text, p_columns jsonb, p_writing jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'set_up']);
    INSERT INTO import_mapping (shape, person_id, columns, writing)
    SELECT p_shape, p, p_columns, p_writing FROM unnest(ARRAY[require_actor(), nil()]) p
    ON CONFLICT (shape, person_id) DO UPDATE SET columns = excluded.columns, writing = excluded.writing, at = now();
END $$;

-- Writes an import down, in its own transaction.
CREATE FUNCTION keep_import(p_request uuid, p_files text[], p_counts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'set_up', 'plan_order', 'plan_purchase_order', 'plan_asn']);
    INSERT INTO import_run (id, person_id, files, counts) VALUES (p_request, require_actor(), p_files, p_counts)
    ON CONFLICT (id) DO NOTHING;
END $$;

REVOKE ALL ON FUNCTION remember_mapping(text, jsonb, jsonb), keep_import(uuid, text[], jsonb) FROM PUBLIC;
