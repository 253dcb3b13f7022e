-- Imports that were made, and the way back: the trail of master data says what each of them changed, so it can be undone
-- row by row for as long as nothing stands on it.

-- One import that changed something; id is its request. `counts`: {kind: {new, changed}}. Its rows in the trail are those
-- of its person at its time, to the microsecond.
CREATE TABLE import_run (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    files text[] NOT NULL,
    counts jsonb NOT NULL,
    undone_at timestamptz,
    undone_by uuid REFERENCES person
);
CREATE INDEX import_run_at ON import_run (at);
ALTER TABLE import_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY importers ON import_run FOR SELECT TO PUBLIC
    USING ((SELECT may_somewhere('edit_products') OR may_somewhere('set_up') OR may('audit')));

-- Which heading of a file of a certain shape means what; person_id nil: what the whole company uses. `shape` is made of
-- the headings, `columns` is {heading: field, or '' for left out}.
CREATE TABLE import_mapping (
    shape text NOT NULL CHECK (shape <> ''),
    person_id uuid NOT NULL DEFAULT nil(),
    columns jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object'),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shape, person_id)
);
ALTER TABLE import_mapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_common ON import_mapping FOR SELECT TO PUBLIC
    USING (person_id = nil() AND (SELECT actor()) IS NOT NULL OR person_id = (SELECT actor()));

-- Remembers what the headings of a file mean: for oneself, and for everybody who has not said otherwise.
CREATE FUNCTION remember_mapping(p_shape text, p_columns jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'set_up']);
    INSERT INTO import_mapping (shape, person_id, columns)
    SELECT p_shape, p, p_columns FROM unnest(ARRAY[require_actor(), nil()]) p
    ON CONFLICT (shape, person_id) DO UPDATE SET columns = excluded.columns, at = now();
END $$;

-- Writes an import down, in its own transaction.
CREATE FUNCTION keep_import(p_request uuid, p_files text[], p_counts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'set_up', 'plan_order', 'plan_purchase_order', 'plan_asn']);
    INSERT INTO import_run (id, person_id, files, counts) VALUES (p_request, require_actor(), p_files, p_counts)
    ON CONFLICT (id) DO NOTHING;
END $$;

-- What an import did and nobody has taken back yet, while it is taken back: once a row of each table, as it was before
-- (NULL: new) and after it (NULL: gone). Empty but within undo_import()'s transaction.
CREATE TABLE import_undo (
    run_id uuid NOT NULL REFERENCES import_run,
    part int NOT NULL,
    table_name text NOT NULL,
    n bigint NOT NULL,
    before jsonb,
    after jsonb,
    PRIMARY KEY (run_id, part, n)
);
ALTER TABLE import_undo ENABLE ROW LEVEL SECURITY;

-- The tables that are taken back, in this order: what names others first. `key`: what a row of it is known by.
CREATE FUNCTION undone_tables() RETURNS TABLE (part int, name text, key text[]) LANGUAGE sql IMMUTABLE AS $$
    VALUES (1, 'code', '{value,scheme,issuer_id,scope_id}'::text[]), (2, 'item_level', '{item_id,warehouse_id}'),
        (3, 'item_uom', '{item_id,uom}'), (4, 'pick_face', '{id}'), (5, 'item', '{id}'), (6, 'attribute_definition', '{id}'),
        (7, 'category', '{id}'), (8, 'location', '{id}'), (9, 'warehouse', '{id}'), (10, 'location_profile', '{id}'),
        (11, 'partner_contact', '{id}'), (12, 'partner_address', '{id}'), (13, 'partner', '{id}')
$$;

-- Writes down what is to be taken back; what was made last goes first.
CREATE FUNCTION note_undo(r import_run) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO import_undo (run_id, part, table_name, n, before, after)
    SELECT r.id, t.part, t.name, row_number() OVER (PARTITION BY t.part ORDER BY max(a.id::text) DESC),
        (array_agg(a.before ORDER BY a.id))[1], (array_agg(a.after ORDER BY a.id DESC))[1]
    FROM audit a JOIN undone_tables() t ON t.name = a.table_name
    WHERE a.at = r.at AND a.person_id = r.person_id
    GROUP BY t.part, t.name, (SELECT jsonb_agg(coalesce(a.after, a.before) -> k) FROM unnest(t.key) k)
$$;

CREATE FUNCTION column_list(p_columns text[], p_prefix text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(p_prefix || quote_ident(c), ', ' ORDER BY n) FROM unnest(p_columns) WITH ORDINALITY AS u (c, n)
$$;

-- Makes the next p_most rows of a table as they were before an import. A category that others have taken to stays.
CREATE FUNCTION reverse_rows(p_run uuid, p_part int, p_most int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t record;
    last bigint;
    source text := '(SELECT before, after FROM import_undo WHERE run_id = $1 AND part = $2 AND n <= $3)';
    same_row text;
    stored text[];
    written text[];
BEGIN
    SELECT * INTO t FROM undone_tables() WHERE part = p_part;
    SELECT max(n) INTO last FROM (SELECT n FROM import_undo WHERE run_id = p_run AND part = p_part ORDER BY n LIMIT p_most) x;
    same_row := (SELECT string_agg(format(CASE n WHEN 1 THEN 'x.%1$I = w.%1$I' ELSE 'x.%1$I IS NOT DISTINCT FROM w.%1$I' END,
        k), ' AND ') FROM unnest(t.key) WITH ORDINALITY AS u (k, n));
    stored := ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = t.name::regclass AND attnum > 0
        AND NOT attisdropped AND attgenerated = '' ORDER BY attnum);
    written := ARRAY(SELECT c FROM unnest(stored) c
        WHERE NOT c = ANY (t.key || ARRAY['version', 'changed_by', 'changed_at']));
    EXECUTE format('DELETE FROM %1$I x USING %2$s c, jsonb_populate_record(NULL::%1$I, c.after) w
        WHERE c.before IS NULL AND c.after IS NOT NULL AND %3$s AND NOT (%4$s)', t.name, source, same_row,
        CASE t.name WHEN 'category' THEN 'EXISTS (SELECT FROM item i WHERE i.category_id = x.id)
            OR EXISTS (SELECT FROM category c WHERE c.parent_id = x.id)' ELSE 'false' END) USING p_run, p_part, last;
    EXECUTE format('INSERT INTO %1$I (%4$s) SELECT %5$s FROM %2$s c, jsonb_populate_record(NULL::%1$I, c.before) w
        WHERE c.after IS NULL AND c.before IS NOT NULL AND NOT EXISTS (SELECT FROM %1$I x WHERE %3$s)', t.name, source,
        same_row, column_list(stored, ''), column_list(stored, 'w.')) USING p_run, p_part, last;
    IF cardinality(written) > 0 THEN
        EXECUTE format('UPDATE %1$I x SET (%4$s) = ROW (%5$s) FROM %2$s c, jsonb_populate_record(NULL::%1$I, c.before) w
            WHERE c.before IS NOT NULL AND c.after IS NOT NULL AND %3$s', t.name, source, same_row,
            column_list(written, ''), column_list(written, 'w.')) USING p_run, p_part, last;
    END IF;
    DELETE FROM import_undo WHERE run_id = p_run AND part = p_part AND n <= last;
END $$;

-- Of these items, the numbers of those that were moved since, and of those among p_new that papers or lots name. (Owned
-- by the sealer's role: what is used in another warehouse is used.)
CREATE FUNCTION items_in_use(p_items uuid[], p_new uuid[], p_since timestamptz) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT ARRAY(SELECT i.sku FROM item i WHERE i.id = ANY (p_items)
        AND (EXISTS (SELECT FROM stock_move m WHERE m.item_id = i.id AND m.recorded_at >= p_since)
             OR i.id = ANY (p_new) AND (EXISTS (SELECT FROM document_line l WHERE l.item_id = i.id)
                OR EXISTS (SELECT FROM trace t WHERE t.item_id = i.id)
                OR EXISTS (SELECT FROM bom_line b WHERE b.component_id = i.id AND NOT b.item_id = ANY (p_new))))
        ORDER BY i.sku)
$$;

-- Refuses to undo an import that something stands on by now, naming what.
CREATE FUNCTION require_undoable(r import_run) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    items uuid[];
    fresh uuid[];
    named text[];
BEGIN
    IF r.undone_at IS NOT NULL THEN
        PERFORM refuse('importing.already_undone', jsonb_build_object('at', r.undone_at));
    END IF;
    -- Rules, people and rights are no records that something could stand on: whoever changed them changes them again.
    named := ARRAY(SELECT k FROM jsonb_object_keys(r.counts) k WHERE k = ANY (ARRAY['company', 'reasons', 'policies',
        'label_templates', 'groups', 'people', 'shelf_life', 'stations', 'station_templates', 'printers', 'carriers',
        'carrier_prices', 'carton_types']) ORDER BY 1);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.made_rules', listed(named));
    END IF;
    named := ARRAY(SELECT DISTINCT a.after ->> 'number' FROM audit a
        WHERE a.at = r.at AND a.person_id = r.person_id AND a.table_name = 'document' AND a.verb = 'INSERT' ORDER BY 1);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.made_documents', listed(named));
    END IF;
    SELECT array_agg(DISTINCT a.row_id::uuid), array_agg(DISTINCT a.row_id::uuid) FILTER (WHERE a.table_name = 'item'
        AND a.verb = 'INSERT') INTO items, fresh
    FROM audit a WHERE a.at = r.at AND a.person_id = r.person_id AND a.table_name IN ('item', 'item_uom', 'item_level');
    named := items_in_use(coalesce(items, '{}'), coalesce(fresh, '{}'), r.at);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.moved_since', listed(named));
    END IF;
    named := ARRAY(SELECT DISTINCT coalesce(n.after, n.before) ->> coalesce(k.naming, 'id') FROM audit a
        JOIN audit n ON n.table_name = a.table_name AND n.row_id = a.row_id AND n.at > r.at
        JOIN record_kind k ON k.name = a.table_name
        WHERE a.at = r.at AND a.person_id = r.person_id AND a.table_name IN ('item', 'partner', 'warehouse', 'location')
        ORDER BY 1);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.changed_since', listed(named));
    END IF;
END $$;

-- How many names there are, and the first twelve of them, as facts of a refusal.
CREATE FUNCTION listed(p_names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('count', cardinality(p_names), 'names', array_to_string(p_names[1:12], ', ')
        || CASE WHEN cardinality(p_names) > 12 THEN ', …' ELSE '' END)
$$;

-- Takes an import back, whole: new records go, changed ones are as they were. Refused where stock has moved since, where
-- somebody changed a record since, and where the import made documents, which are cancelled instead. A long import takes
-- longer than a statement may run: the first call begins it and returns how many rows there are, go_on_undoing() is
-- called until nothing is left, all in one transaction. 0: it was taken back by this request before.
CREATE FUNCTION undo_import(p_request uuid, p_run uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    r import_run;
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    PERFORM require_somewhere(ARRAY['set_up']);
    known := begin_record_request(p_request, jsonb_build_array('undo_import', p_run));
    IF known IS NOT NULL THEN
        RETURN 0;
    END IF;
    SELECT * INTO r FROM import_run WHERE id = p_run FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('importing.unknown', '{}');
    END IF;
    PERFORM require_undoable(r);
    UPDATE import_run SET undone_at = now(), undone_by = actor() WHERE id = p_run;
    PERFORM note_undo(r);
    PERFORM end_record_request(p_request, '{}');
    RETURN (SELECT count(*) FROM import_undo WHERE run_id = p_run);
END $$;

-- Takes back the next p_most rows, and returns how many are left; only in the transaction that began it.
CREATE FUNCTION go_on_undoing(p_run uuid, p_most int DEFAULT 5000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    PERFORM require_somewhere(ARRAY['set_up']);
    IF EXISTS (SELECT FROM import_run WHERE id = p_run AND undone_at = now() AND undone_by = actor()) THEN
        PERFORM reverse_rows(p_run, (SELECT min(part) FROM import_undo WHERE run_id = p_run), p_most);
    END IF;
    RETURN (SELECT count(*) FROM import_undo WHERE run_id = p_run);
EXCEPTION
    WHEN foreign_key_violation THEN
        PERFORM refuse('importing.in_use', jsonb_build_object('where', SQLERRM));
END $$;

-- Nobody takes half an import back.
CREATE FUNCTION require_undone_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM import_undo WHERE run_id = NEW.id) THEN
        PERFORM refuse('importing.half_undone');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_undone_whole AFTER UPDATE ON import_run DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_undone_whole();

REVOKE ALL ON FUNCTION remember_mapping(text, jsonb), keep_import(uuid, text[], jsonb), undone_tables(),
    note_undo(import_run), reverse_rows(uuid, int, int), items_in_use(uuid[], uuid[], timestamptz),
    require_undoable(import_run), listed(text[]), column_list(text[], text), undo_import(uuid, uuid),
    go_on_undoing(uuid, int), require_undone_whole() FROM PUBLIC;
