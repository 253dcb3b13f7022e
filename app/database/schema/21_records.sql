-- Records of master data: the one way in which people write them, in which two who write at once are kept apart, and in
-- which it is remembered who changed what. A table becomes a record by its version columns, the trigger keep_version,
-- its name in `record_kind` and its fields in `record_field`; then save_record() writes it.

-- `naming`: the column by which people know a record. `parts`: tables whose rows belong to it, for its history.
CREATE TABLE record_kind (
    name text PRIMARY KEY,
    permission text NOT NULL REFERENCES permission,
    naming text NOT NULL,
    parts text[] NOT NULL DEFAULT '{}'
);

-- The columns of a record that people may write. Everything else is kept by functions and triggers.
CREATE TABLE record_field (
    kind text NOT NULL REFERENCES record_kind,
    field text NOT NULL,
    PRIMARY KEY (kind, field)
);

-- Every request that wrote records, with its answer: repeating it gives the answer again and changes nothing.
CREATE TABLE record_request (
    request_id uuid PRIMARY KEY,
    fingerprint bytea NOT NULL,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    answer jsonb
);
CREATE INDEX record_request_at ON record_request (at);

-- Counts the versions of a record, one a transaction, and says who changed it last, whatever the client wrote.
-- Arguments: columns that the program changes by itself, which are no new version.
CREATE FUNCTION keep_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    silent text[] := TG_ARGV || ARRAY['version', 'changed_by'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        NEW.changed_by := (SELECT person_id FROM acting());
        NEW.changed_at := now();
    ELSIF to_jsonb(NEW) - silent IS DISTINCT FROM to_jsonb(OLD) - silent THEN
        NEW.version := OLD.version + (OLD.changed_at IS DISTINCT FROM now())::int;
        NEW.changed_by := (SELECT person_id FROM acting());
        NEW.changed_at := now();
    ELSE
        NEW.version := OLD.version;
        NEW.changed_by := OLD.changed_by;
    END IF;
    RETURN NEW;
END $$;

-- The kind of record, for those who may write it.
CREATE FUNCTION require_record_kind(p_kind text) RETURNS record_kind
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind;
BEGIN
    PERFORM require_actor();
    SELECT * INTO k FROM record_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('record.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    PERFORM require_somewhere(ARRAY[k.permission]);
    RETURN k;
END $$;

-- Remembers a request of the person behind this transaction. NULL: it is new, and end_record_request() gives its
-- answer; else the answer that it got before. An id that was used for something else is refused.
CREATE FUNCTION begin_record_request(p_request uuid, p_what jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    print bytea := sha256(convert_to(p_what::text, 'UTF8'));
    known record_request;
BEGIN
    INSERT INTO record_request (request_id, fingerprint, person_id) VALUES (p_request, print, require_actor())
    ON CONFLICT (request_id) DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO known FROM record_request WHERE request_id = p_request;
    IF known.fingerprint <> print OR known.person_id <> actor() THEN
        PERFORM refuse_reused(p_request);
    END IF;
    RETURN known.answer;
END $$;

-- Refuses a request id that was used for something else before: for what a request makes under its own id.
CREATE FUNCTION refuse_reused(p_request uuid) RETURNS void
LANGUAGE plpgsql SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM refuse('ledger.request_reused', jsonb_build_object('request', p_request));
END $$;

CREATE FUNCTION end_record_request(p_request uuid, p_answer jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE record_request SET answer = p_answer WHERE request_id = p_request RETURNING answer
$$;

-- Locks a record that somebody read at p_version (NULL: whatever it is now); refuses when another changed it since.
CREATE FUNCTION lock_record(k record_kind, p_id uuid, p_version int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    now_is record;
BEGIN
    EXECUTE format('SELECT version, changed_by, changed_at, %I::text AS name FROM %I WHERE id = $1 FOR NO KEY UPDATE',
        k.naming, k.name) INTO now_is USING p_id;
    IF now_is.version IS NULL THEN
        PERFORM refuse('record.gone', jsonb_build_object('kind', k.name));
    ELSIF p_version IS NOT NULL AND now_is.version <> p_version THEN
        PERFORM refuse('record.changed', jsonb_build_object('record', now_is.name, 'at', now_is.changed_at,
            'person', coalesce((SELECT name FROM person WHERE id = now_is.changed_by), '?')));
    END IF;
END $$;

-- Refuses what a column of a record did not take, with the field's name: for handlers of what the database said of it.
CREATE FUNCTION refuse_field(p_kind text, p_state text, p_constraint text, p_column text, p_said text, p_values jsonb)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
DECLARE
    field text := coalesce(substring(p_constraint FROM '^' || p_kind || '_(\w+?)_(?:check|fkey)\d*$'), p_constraint);
BEGIN
    CASE p_state
        WHEN '23514' THEN PERFORM refuse('record.value_refused',
            jsonb_build_object('field', field, 'value', coalesce(p_values ->> field, '')));
        WHEN '23503' THEN PERFORM refuse('record.unknown_reference',
            jsonb_build_object('field', field, 'value', coalesce(p_values ->> field, '')));
        WHEN '23502' THEN PERFORM refuse('record.value_missing', jsonb_build_object('field', p_column));
        ELSE PERFORM refuse('record.value_unreadable', jsonb_build_object('value', left(p_said, 200)));
    END CASE;
END $$;

-- Writes the fields of one record: a new one (p_id NULL) or the one that was read at p_version. Returns its id. A value
-- that its column does not take is refused with the field's name (record.value_refused).
CREATE FUNCTION write_fields(k record_kind, p_id uuid, p_version int, p_values jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    named text[] := ARRAY(SELECT jsonb_object_keys(p_values));
    columns text := (SELECT string_agg(quote_ident(n), ', ' ORDER BY n) FROM unnest(named) n);
    made uuid := p_id;
    wrong text;
    nothing_in text;
BEGIN
    PERFORM know_fields(k, named);
    IF p_id IS NULL AND columns IS NULL THEN
        PERFORM refuse('record.value_unreadable', jsonb_build_object('value', ''));
    END IF;
    IF p_id IS NOT NULL THEN
        PERFORM lock_record(k, p_id, p_version);
    END IF;
    IF p_id IS NOT NULL AND columns IS NOT NULL THEN
        EXECUTE format('UPDATE %I SET (%s) = (SELECT %s FROM jsonb_populate_record(NULL::%I, $2)) WHERE id = $1',
            k.name, columns, columns, k.name) USING p_id, p_values;
    ELSIF p_id IS NULL THEN
        EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM jsonb_populate_record(NULL::%I, $1) RETURNING id', k.name,
            columns, columns, k.name) INTO made USING p_values;
    END IF;
    RETURN made;
EXCEPTION
    WHEN check_violation OR not_null_violation OR foreign_key_violation OR invalid_text_representation
            OR numeric_value_out_of_range OR datetime_field_overflow OR invalid_datetime_format THEN
        GET STACKED DIAGNOSTICS wrong = CONSTRAINT_NAME, nothing_in = COLUMN_NAME;
        PERFORM refuse_field(k.name, SQLSTATE, wrong, nothing_in, SQLERRM, p_values);
END $$;

-- Refuses fields that nobody may write by hand.
CREATE FUNCTION know_fields(k record_kind, p_named text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
DECLARE
    unknown text := (SELECT n FROM unnest(p_named) n WHERE n NOT IN (SELECT field FROM record_field WHERE kind = k.name)
                     LIMIT 1);
BEGIN
    IF unknown IS NOT NULL THEN
        PERFORM refuse('record.unknown_field', jsonb_build_object('field', unknown));
    END IF;
END $$;

-- The version that a record has now.
CREATE FUNCTION version_of(p_kind text, p_id uuid) RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    found_version int;
BEGIN
    EXECUTE format('SELECT version FROM %I WHERE id = $1', p_kind) INTO found_version USING p_id;
    RETURN found_version;
END $$;

-- Writes one record of any kind that has no parts: a new one (p_id NULL), or fields of the one that was read at
-- p_version. p_values: {field: value}. Returns {"id", "version"}.
CREATE FUNCTION save_record(p_request uuid, p_kind text, p_id uuid, p_version int, p_values jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind(p_kind);
    known jsonb := begin_record_request(p_request, jsonb_build_array(p_kind, p_id, p_version, p_values));
    made uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    made := write_fields(k, p_id, p_version, p_values);
    RETURN end_record_request(p_request, jsonb_build_object('id', made, 'version', version_of(p_kind, made)));
END $$;

-- Removes one record, unless it is used: then it is refused with how often and where first, and archiving is the way.
-- Returns {"id"}.
CREATE FUNCTION delete_record(p_request uuid, p_kind text, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind(p_kind);
    known jsonb := begin_record_request(p_request, jsonb_build_array('delete', p_kind, p_id, p_version));
    used record;
    name text;
    in_the_way text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM lock_record(k, p_id, p_version);
    SELECT sum(u.count) AS count, string_agg(array_to_string(u.names, ', '), ', ') AS names INTO used
    FROM record_uses(p_kind, p_id) u;
    EXECUTE format('SELECT %I::text FROM %I WHERE id = $1', k.naming, k.name) INTO name USING p_id;
    IF used.count > 0 THEN
        PERFORM refuse('record.in_use', jsonb_build_object('record', name, 'count', used.count, 'where', used.names));
    END IF;
    IF p_kind = 'warehouse' THEN
        DELETE FROM aisle WHERE warehouse_id = p_id;
    END IF;
    EXECUTE format('DELETE FROM %I WHERE id = $1', k.name) USING p_id;
    IF p_kind = 'warehouse' THEN
        DELETE FROM location WHERE warehouse_id = p_id;
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('id', p_id));
EXCEPTION
    WHEN foreign_key_violation THEN
        GET STACKED DIAGNOSTICS in_the_way = TABLE_NAME;
        RETURN refuse_hidden_use(name, in_the_way);
END $$;

-- Refuses to remove what only records of other warehouses name, whom this person does not see: by their table, for which texts have words (`table.…`).
CREATE FUNCTION refuse_hidden_use(p_record text, p_table text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse('record.in_use_elsewhere', jsonb_build_object('record', p_record, 'table', p_table));
END $$;

-- Who changed what on a record and what belongs to it, latest first: only rows of the trail that say something, and of
-- what stands in a warehouse only where the person works there.
CREATE FUNCTION record_history(p_kind text, p_id uuid, p_before timestamptz DEFAULT NULL, p_limit int DEFAULT 200)
RETURNS TABLE (id uuid, at timestamptz, person text, station text, part text, verb text, before jsonb, after jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind;
    kept text[] := ARRAY['version', 'changed_by', 'changed_at', 'path', 'inherited', 'full_name'];
BEGIN
    PERFORM require_actor();
    SELECT * INTO k FROM record_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('record.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    PERFORM require_somewhere(ARRAY[k.permission, 'audit']);
    RETURN QUERY
    SELECT a.id, a.at, coalesce(p.name, a.login::text), coalesce(s.name, ''), a.table_name, a.verb, a.before, a.after
    FROM audit a LEFT JOIN person p ON p.id = a.person_id LEFT JOIN station s ON s.id = a.station_id
    CROSS JOIN LATERAL (SELECT CASE WHEN a.table_name = 'warehouse' THEN p_id
        ELSE (coalesce(a.after, a.before) ->> 'warehouse_id')::uuid END AS id) place
    WHERE a.table_name = ANY (k.name || k.parts) AND a.row_id = p_id::text AND (p_before IS NULL OR a.at < p_before)
      AND (place.id IS NULL OR place.id = ANY (my_warehouses()))
      AND a.before - kept IS DISTINCT FROM a.after - kept
    ORDER BY a.at DESC, a.id DESC LIMIT least(p_limit, 1000);
END $$;
