-- The ground everything stands on: the schema, ids, and the way in which the database says no.
-- `@owner@`, `@operator@` … are replaced by the cluster-wide role names of this database (see roles.py).

CREATE SCHEMA stockhand AUTHORIZATION @owner@;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SET LOCAL ROLE @owner@;
SET LOCAL search_path = stockhand, pg_temp;

-- A refusal: SQLSTATE SH001, the code as message, the facts as JSON in DETAIL. errors.py turns it into a Refusal.
CREATE FUNCTION refuse(code text, facts jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = stockhand, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SH001', MESSAGE = coalesce(code, 'input.malformed'),
        DETAIL = coalesce(facts, '{}')::text;
END $$;

-- Refuses parallel lists of lines that do not belong together: of different lengths, lists of lists; and more lines than
-- one request may have, so that nobody keeps the others waiting (10,000; whoever has more sends several requests).
CREATE FUNCTION require_lists(p_shortest int, p_longest int, p_dimensions int) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_shortest <> p_longest OR p_dimensions > 1 THEN
        PERFORM refuse('ledger.uneven_lists');
    ELSIF p_longest > 10000 THEN
        PERFORM refuse('ledger.too_many_lines', jsonb_build_object('lines', p_longest, 'most', 10000));
    END IF;
END $$;

-- Ids that sort by time of making (RFC 9562 version 7), so that new rows share index pages.
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        EXECUTE 'CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS ''SELECT uuidv7()''';
    ELSE
        EXECUTE $f$CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS
            'SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), ''hex'')::uuid'$f$;
    END IF;
END $$;

-- The sentinel of key columns that hold "none" (no trace, no handling unit, our own goods): keys are never NULL.
CREATE FUNCTION nil() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$SELECT '00000000-0000-0000-0000-000000000000'::uuid$$;

CREATE TABLE schema_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version int NOT NULL,
    minimum_client int NOT NULL
);

-- The company that owns the database; the GS1 company prefix makes the SSCCs that we print.
-- `sdr_rate`: how much of its currency one special drawing right is worth (limits of the posts), as of sdr_rate_on.
CREATE TABLE company (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    name text NOT NULL DEFAULT '',
    gs1_prefix text NOT NULL DEFAULT '0000000' CHECK (gs1_prefix ~ '^[0-9]{4,12}$'),
    currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
    sdr_rate numeric(18, 6) CHECK (sdr_rate > 0),
    sdr_rate_on date,
    CHECK ((sdr_rate IS NULL) = (sdr_rate_on IS NULL))
);
INSERT INTO company DEFAULT VALUES;

CREATE FUNCTION forbid_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM refuse('ledger.append_only', jsonb_build_object('table', TG_TABLE_NAME, 'verb', TG_OP));
    RETURN NULL;
END $$;
