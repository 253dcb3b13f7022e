-- Imports taken back: the trail of master data says what each of them changed, so it can be undone row by row for as long
-- as nothing stands on it.

-- What an import did and nobody has taken back yet, while it is taken back: once a row of each table, with its first and its
-- last row in the trail. Empty but within undo_import()'s transaction.
CREATE TABLE import_undo (
    run_id uuid NOT NULL REFERENCES import_run,
    n bigint NOT NULL,
    part int NOT NULL,
    first_id uuid NOT NULL,
    last_id uuid NOT NULL,
    PRIMARY KEY (run_id, n)
);
ALTER TABLE import_undo ENABLE ROW LEVEL SECURITY;

-- The tables that are taken back, in this order: what names others first. `key`: what a row of it is known by; `anew`: its
-- changed rows are removed and made again, since they stand in an order that allows no two in one place. `of_item`: its
-- rows go with their item, where that is new. Kits and substitutes name other items and go before all of them; a warehouse
-- names a location, its root.
CREATE FUNCTION undone_tables() RETURNS TABLE (part int, name text, key text[], anew boolean, of_item boolean)
LANGUAGE sql IMMUTABLE AS $$
    SELECT n, x.name, x.key, x.anew, x.of_item FROM (VALUES
        (-3, 'cart', '{handling_unit_id}'::text[], false, false), (-2, 'pick_shift', '{id}', false, false),
        (-1, 'pack_extra', '{id}', false, false),
        (0, 'warehouse_sender', '{warehouse_id}', false, false),
        (1, 'code', '{value,scheme,issuer_id,scope_id}', false, true),
        (2, 'item_level', '{item_id,warehouse_id}', false, true), (3, 'bom_line', '{item_id,line_no}', true, false),
        (4, 'bom', '{item_id}', false, false), (5, 'item_substitute', '{item_id,substitute_id}', true, false),
        (6, 'item_uom', '{item_id,uom}', false, true), (7, 'pick_face', '{id}', false, false),
        (8, 'partner_shelf_life', '{partner_id,item_id}', false, false), (9, 'policy', '{id}', false, false),
        (10, 'printer', '{id}', false, false), (11, 'station', '{id}', false, false),
        (12, 'station_template', '{name}', false, false), (13, 'label_template', '{name,version}', false, false),
        (14, 'checklist', '{id}', false, false), (15, 'carton_type', '{id}', false, false),
        (16, 'carrier', '{id}', false, false), (17, 'carrier_cut_off', '{id}', false, false),
        (18, 'closed_day', '{warehouse_id,day}', false, false), (19, 'dock_shift', '{id}', false, false),
        (20, 'dock_limit', '{warehouse_id}', false, false), (21, 'dock_door', '{location_id}', false, false),
        (22, 'item', '{id}', false, false), (23, 'attribute_definition', '{id}', false, false),
        (24, 'category', '{id}', false, false), (25, 'warehouse', '{id}', false, false),
        (26, 'location', '{id}', false, false), (27, 'location_profile', '{id}', false, false),
        (28, 'partner_contact', '{id}', false, false), (29, 'partner_address', '{id}', false, false),
        (30, 'partner', '{id}', false, false), (31, 'reason', '{code}', false, false),
        (32, 'company', '{only_row}', false, false)) AS x (n, name, key, anew, of_item)
$$;

-- The rows of the trail that an import left in the tables that are taken back, without those of items that it made: they go
-- with their items.
CREATE FUNCTION trail_of(r import_run) RETURNS TABLE (part int, row_key jsonb, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH new_item AS MATERIALIZED (
        SELECT row_id FROM audit WHERE at = r.at AND person_id = r.person_id AND table_name = 'item' AND verb = 'INSERT')
    SELECT t.part, (SELECT jsonb_agg(coalesce(a.after, a.before) -> k) FROM unnest(t.key) k), a.id
    FROM audit a JOIN undone_tables() t ON t.name = a.table_name
    WHERE a.at = r.at AND a.person_id = r.person_id AND NOT (t.of_item AND a.row_id IN (SELECT row_id FROM new_item))
$$;

-- Writes down what is to be taken back; what was made last goes first. Returns how many rows.
CREATE FUNCTION note_undo(r import_run) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    noted bigint;
BEGIN
    INSERT INTO import_undo (run_id, n, part, first_id, last_id)
    SELECT r.id, row_number() OVER (ORDER BY t.part, max(t.id::text) DESC), t.part, min(t.id::text)::uuid, max(t.id::text)::uuid
    FROM trail_of(r) t GROUP BY t.part, t.row_key;
    GET DIAGNOSTICS noted = ROW_COUNT;
    RETURN noted;
END $$;

CREATE FUNCTION column_list(p_columns text[], p_prefix text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(p_prefix || quote_ident(c), ', ' ORDER BY n) FROM unnest(p_columns) WITH ORDINALITY AS u (c, n)
$$;

-- Makes rows of one table (p_part) as they were before an import: those noted after p_from, up to p_to. A category that others
-- have taken to stays.
CREATE FUNCTION reverse_rows(p_run uuid, p_part int, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t record;
    source text := '(SELECT f.before, l.after FROM import_undo u JOIN audit f ON f.id = u.first_id
        JOIN audit l ON l.id = u.last_id WHERE u.run_id = $1 AND u.n > $2 AND u.n <= $3)';
    same_row text;
    stored text[];
    written text[];
    removed bigint;
BEGIN
    SELECT * INTO t FROM undone_tables() WHERE part = p_part;
    same_row := (SELECT string_agg(format(CASE n WHEN 1 THEN 'x.%1$I = w.%1$I' ELSE 'x.%1$I IS NOT DISTINCT FROM w.%1$I' END,
        k), ' AND ') FROM unnest(t.key) WITH ORDINALITY AS u (k, n));
    stored := ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = t.name::regclass AND attnum > 0
        AND NOT attisdropped AND attgenerated = '' AND attidentity = '' ORDER BY attnum);
    written := ARRAY(SELECT c FROM unnest(stored) c
        WHERE NOT c = ANY (t.key || ARRAY['version', 'changed_by', 'changed_at']));
    LOOP
        EXECUTE format('DELETE FROM %1$I x USING %2$s c, jsonb_populate_record(NULL::%1$I, c.after) w
            WHERE (c.before IS NULL OR %5$L) AND c.after IS NOT NULL AND %3$s AND NOT (%4$s)', t.name, source, same_row,
            CASE t.name WHEN 'category' THEN 'EXISTS (SELECT FROM item i WHERE i.category_id = x.id)
                OR EXISTS (SELECT FROM category c WHERE c.parent_id = x.id)' ELSE 'false' END, t.anew)
        USING p_run, p_from, p_to;
        GET DIAGNOSTICS removed = ROW_COUNT;
        EXIT WHEN t.name <> 'category' OR removed = 0;  -- those below go first
    END LOOP;
    EXECUTE format('INSERT INTO %1$I (%4$s) SELECT %5$s FROM %2$s c, jsonb_populate_record(NULL::%1$I, c.before) w
        WHERE (c.after IS NULL OR %6$L) AND c.before IS NOT NULL AND NOT EXISTS (SELECT FROM %1$I x WHERE %3$s)', t.name,
        source, same_row, column_list(stored, ''), column_list(stored, 'w.'), t.anew) USING p_run, p_from, p_to;
    IF cardinality(written) > 0 AND NOT t.anew THEN
        EXECUTE format('UPDATE %1$I x SET (%4$s) = ROW (%5$s) FROM %2$s c, jsonb_populate_record(NULL::%1$I, c.before) w
            WHERE c.before IS NOT NULL AND c.after IS NOT NULL AND %3$s', t.name, source, same_row,
            column_list(written, ''), column_list(written, 'w.')) USING p_run, p_from, p_to;
    END IF;
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

-- The names of the records of an import that somebody changed since; newer rules for the same goods change them, too. Codes
-- and packagings change their items. What later imports changed that were taken back themselves does not count.
CREATE FUNCTION changed_since(r import_run) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH own AS MATERIALIZED (
        SELECT DISTINCT a.table_name, a.row_id FROM audit a JOIN undone_tables() t ON t.name = a.table_name
        WHERE a.at = r.at AND a.person_id = r.person_id AND a.row_id <> '' AND a.table_name NOT IN ('code', 'item_uom'))
    SELECT ARRAY(
        SELECT DISTINCT coalesce(f.line ->> k.naming, i.sku, l.address, nullif(f.line ->> 'name', ''), f.line ->> 'code', h.sscc, p.code,
            w.code, own.table_name)
        FROM own JOIN audit n ON n.table_name = own.table_name AND n.row_id = own.row_id AND n.at > r.at
        CROSS JOIN LATERAL (SELECT coalesce(n.after, n.before) AS line) f
        LEFT JOIN record_kind k ON k.name = own.table_name
        LEFT JOIN item i ON i.id::text = f.line ->> 'item_id'
        LEFT JOIN location l ON l.id::text = f.line ->> 'location_id'
        LEFT JOIN handling_unit h ON h.id::text = f.line ->> 'handling_unit_id'
        LEFT JOIN partner p ON p.id::text = f.line ->> 'partner_id'
        LEFT JOIN warehouse w ON w.id::text = f.line ->> 'warehouse_id'
        WHERE NOT EXISTS (SELECT FROM import_run u WHERE u.undone_at IS NOT NULL AND n.at IN (u.at, u.undone_at))
        UNION
        SELECT p.capability FROM own JOIN policy p ON own.table_name = 'policy' AND p.id::text = own.row_id
        JOIN policy n ON (n.capability, n.scope, n.scope_id) = (p.capability, p.scope, p.scope_id) AND n.version > p.version
        ORDER BY 1)
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
    -- People may have signed on since, and nobody gets or loses a right in silence.
    named := ARRAY(SELECT k FROM jsonb_object_keys(r.counts) k WHERE k IN ('groups', 'people') ORDER BY 1);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.made_people', listed(named));
    END IF;
    named := ARRAY(SELECT DISTINCT a.after ->> 'number' FROM audit a
        WHERE a.at = r.at AND a.person_id = r.person_id AND a.table_name = 'document' ORDER BY 1);
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
    named := changed_since(r);
    IF cardinality(named) > 0 THEN
        PERFORM refuse('importing.changed_since', listed(named));
    END IF;
END $$;

-- How many names there are, and the first twelve of them, as facts of a refusal.
CREATE FUNCTION listed(p_names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('count', cardinality(p_names), 'names', array_to_string(p_names[1:12], ', ')
        || CASE WHEN cardinality(p_names) > 12 THEN ', …' ELSE '' END)
$$;

-- Refuses unless the person may set up every warehouse of which an import changed something, whoever made it.
CREATE FUNCTION require_all_set_up(r import_run) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up', w.id) FROM (
        SELECT DISTINCT coalesce((f.line ->> 'warehouse_id')::uuid, l.warehouse_id, CASE a.table_name WHEN 'warehouse' THEN a.row_id::uuid END) AS id
        FROM audit a JOIN undone_tables() t ON t.name = a.table_name
        CROSS JOIN LATERAL (SELECT coalesce(a.after, a.before) AS line) f
        LEFT JOIN location l ON l.id = (f.line ->> 'location_id')::uuid
        WHERE a.at = r.at AND a.person_id = r.person_id) w
    WHERE w.id IS NOT NULL;
END $$;

-- Takes an import back, whole: new records go, changed ones are as they were. Refused where stock has moved since, where
-- somebody changed a record since, and where the import made documents, which are cancelled instead. A long import takes
-- longer than a statement may run: the first call begins it and returns how many rows there are, go_on_undoing() is
-- called until nothing is left, all in one transaction. 0: it was taken back by this request before.
CREATE FUNCTION undo_import(p_request uuid, p_run uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    r import_run;
    noted bigint;
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    PERFORM require_somewhere(ARRAY['set_up']);
    known := begin_record_request(p_request, jsonb_build_array('undo_import', p_run));
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT * INTO r FROM import_run WHERE id = p_run FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('importing.unknown', '{}');
    END IF;
    IF r.counts ?| ARRAY['company', 'reasons', 'policies', 'label_templates', 'stations', 'station_templates', 'printers',
            'carriers', 'carrier_prices', 'carton_types', 'pack_extras', 'carts', 'cut_offs', 'closed_days', 'pick_shifts', 'senders'] THEN
        PERFORM require('set_up');
    END IF;
    PERFORM require_all_set_up(r);
    PERFORM require_undoable(r);
    noted := note_undo(r);
    UPDATE import_run SET undone_at = now(), undone_by = actor(), undo_rows = noted WHERE id = p_run;
    RETURN end_record_request(p_request, to_jsonb(noted));
END $$;

-- Takes back the next p_most rows, of one table at a time, and returns how many are left; only in the transaction that began
-- it.
CREATE FUNCTION go_on_undoing(p_run uuid, p_most int DEFAULT 2000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    r import_run;
    next_part int;
    up_to bigint;
    in_the_way text;
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    PERFORM require_somewhere(ARRAY['set_up']);
    SELECT * INTO r FROM import_run WHERE id = p_run AND undone_at = now() AND undone_by = actor();
    IF NOT FOUND OR r.undo_done = r.undo_rows THEN
        RETURN 0;
    END IF;
    SELECT part INTO next_part FROM import_undo WHERE run_id = p_run AND n = r.undo_done + 1;
    SELECT max(n) INTO up_to FROM import_undo
    WHERE run_id = p_run AND n > r.undo_done AND n <= r.undo_done + p_most AND part = next_part;
    PERFORM reverse_rows(p_run, next_part, r.undo_done, up_to);
    UPDATE import_run SET undo_done = up_to WHERE id = p_run;
    IF up_to = r.undo_rows THEN
        DELETE FROM import_undo WHERE run_id = p_run;
    END IF;
    RETURN r.undo_rows - up_to;
EXCEPTION
    WHEN foreign_key_violation THEN
        GET STACKED DIAGNOSTICS in_the_way = TABLE_NAME;
        PERFORM refuse('importing.in_use', jsonb_build_object('table', in_the_way));
END $$;

-- Nobody takes half an import back.
CREATE FUNCTION require_undone_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM import_run WHERE id = NEW.id AND undo_done < undo_rows) THEN
        PERFORM refuse('importing.half_undone');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_undone_whole AFTER UPDATE OF undone_at ON import_run DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_undone_whole();

REVOKE ALL ON FUNCTION undone_tables(), trail_of(import_run), note_undo(import_run), reverse_rows(uuid, int, bigint, bigint),
    items_in_use(uuid[], uuid[], timestamptz), changed_since(import_run), require_undoable(import_run),
    require_all_set_up(import_run), listed(text[]),
    column_list(text[], text), undo_import(uuid, uuid), go_on_undoing(uuid, int), require_undone_whole() FROM PUBLIC;
