-- Malformed calls. Whatever somebody hands to a function that people may call (NULL, text where a number is meant, JSON of
-- another shape, words that no column takes) ends in a refusal, input.malformed, never in an error of PostgreSQL's own: those
-- quote the row that failed, with columns that are nobody's business. Nothing is written.
-- Our programs never call so: for them it is a defect, and `errors.py` lets it be one, but for the constraints and numbers
-- that it has a word for, and the walls between warehouses.

-- Turns an error into the refusal: by its kind and where it struck, never by what stood there.
CREATE FUNCTION refuse_malformed(p_function text, p_state text, p_constraint text, p_column text) RETURNS void
LANGUAGE plpgsql SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM refuse('input.malformed', jsonb_build_object('function', p_function, 'state', p_state, 'constraint', p_constraint,
        'column', p_column));
END $$;

-- One way for all: the body of each such function becomes a block within a block that catches. That is a subtransaction a
-- call, some microseconds; not for the steps of a scan and for post_moves(), which judge their arguments themselves.
DO $$
DECLARE
    f record;
    directives text;
BEGIN
    FOR f IN SELECT p.proname, p.prosrc, split_part(pg_get_functiondef(p.oid), 'AS $function$', 1) AS head
        FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
        WHERE p.pronamespace = 'stockhand'::regnamespace AND p.prorettype <> 'trigger'::regtype
            AND has_function_privilege('@everyone@'::regrole, p.oid, 'EXECUTE')
            AND p.proname <> ALL (ARRAY['refuse', 'post_moves', 'begin_step', 'finish_step', 'seal_postings', 'resolve_codes',
                'require_actor', 'require', 'may_somewhere'])
    LOOP
        directives := coalesce((regexp_match(f.prosrc, '^\s*((?:#\w+ \w+\s+)+)'))[1], '');
        EXECUTE f.head || 'AS $function$' || directives || 'DECLARE
    malformed_constraint text;
    malformed_column text;
BEGIN
' || substr(ltrim(f.prosrc, E' \n'), length(directives) + 1) || ';
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded
        OR insufficient_privilege THEN
    GET STACKED DIAGNOSTICS malformed_constraint = CONSTRAINT_NAME, malformed_column = COLUMN_NAME;
    PERFORM refuse_malformed(' || quote_literal(f.proname) || ', SQLSTATE, malformed_constraint, malformed_column);
    RAISE;
END $function$';
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION refuse_malformed(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refuse_malformed(text, text, text, text) TO @everyone@, @sealer@;
