-- The only door into the ledger: post_moves(), reverse_posting(), the claims, and the sealer.
-- These functions belong to the sealer's role, which sees every warehouse and owns nothing else (85_grants.sql): each
-- asks at its head what the person may do in the warehouse that it is about.
-- `plan_cache_mode`, `enable_…`: planning a dozen joins for each request costs five times what running them does; the
-- plan that is kept goes from the lines of the request to each table by its key, also when it was made on an empty one.

-- The person behind this transaction, or a refusal: nobody is signed on, or they may not do this in this warehouse.
CREATE FUNCTION require_person(p_permission text, p_warehouse uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who uuid := actor();
BEGIN
    IF who IS NULL THEN
        PERFORM refuse('sign_on.required');
    ELSIF person_may(who, p_permission, p_warehouse) IS NOT TRUE THEN
        PERFORM refuse('permission.missing', jsonb_build_object('permission', p_permission));
    END IF;
    RETURN who;
END $$;

-- Whether the person may do something in one warehouse at least: for what belongs to no warehouse.
CREATE FUNCTION may_somewhere(p_permission text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT EXISTS (SELECT FROM unnest(my_warehouses() || NULL::uuid) place WHERE may(p_permission, place))
$$;

-- Refuses unless the person may do one of these things in one warehouse at least.
CREATE FUNCTION require_somewhere(p_permissions text[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF NOT EXISTS (SELECT FROM unnest(p_permissions) asked WHERE may_somewhere(asked)) THEN
        PERFORM refuse('permission.missing', jsonb_build_object('permission', p_permissions[1]));
    END IF;
END $$;

-- Remembers a request with the answer it gets. NULL: the request is new. Otherwise the answer that it got before,
-- also when that happened at the same time; the fingerprint guards against an id that is used for something else.
-- Postings look at what others have just committed, so their transactions must be READ COMMITTED.
CREATE FUNCTION begin_request(p_request uuid, p_fingerprint bytea, p_person uuid, p_answer jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known request;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('ledger.isolation', jsonb_build_object('isolation', current_setting('transaction_isolation')));
    END IF;
    INSERT INTO request (request_id, fingerprint, person_id, answer)
    VALUES (p_request, p_fingerprint, p_person, p_answer)
    ON CONFLICT (request_id) DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO known FROM request WHERE request_id = p_request;
    IF known.fingerprint <> p_fingerprint OR known.person_id <> p_person THEN
        PERFORM refuse('ledger.request_reused', jsonb_build_object('request', p_request));
    END IF;
    RETURN known.answer;
END $$;

-- Posts the moves of one request and returns {"posting", "recorded_at", "moves"}.
-- Arrays are parallel; an array that is NULL means "none" for every line. Quantities in base units, weights in kg,
-- values in the company's currency. p_effective: when it happened, if not now; the past needs a permission.
-- Refuses, with facts, whatever the kind of movement does not allow (check_moves) and what the stock does not give.
CREATE FUNCTION post_moves(p_request uuid, p_kind text, p_warehouse uuid, p_items uuid[], p_qtys numeric[],
    p_from_locations uuid[], p_to_locations uuid[], p_traces uuid[] DEFAULT NULL,
    p_from_units uuid[] DEFAULT NULL, p_to_units uuid[] DEFAULT NULL,
    p_from_statuses text[] DEFAULT NULL, p_to_statuses text[] DEFAULT NULL,
    p_from_owners uuid[] DEFAULT NULL, p_to_owners uuid[] DEFAULT NULL,
    p_lines uuid[] DEFAULT NULL, p_reasons text[] DEFAULT NULL, p_weights numeric[] DEFAULT NULL,
    p_values numeric[] DEFAULT NULL, p_document uuid DEFAULT NULL, p_effective timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    k move_kind;
    who uuid;
    station uuid;
    reply jsonb;
    known jsonb;
    wrong record;
    made uuid := new_id();
    at timestamptz := clock_timestamp();
    lines int := coalesce(cardinality(p_items), 0);
    content bytea;
BEGIN
    SELECT * INTO k FROM move_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    who := require_person(k.permission, p_warehouse);
    reply := jsonb_build_object('posting', made, 'recorded_at', at, 'moves', lines);
    known := begin_request(p_request, sha256(convert_to(ROW(p_kind, p_warehouse, p_items, p_qtys, p_from_locations,
        p_to_locations, p_traces, p_from_units, p_to_units, p_from_statuses, p_to_statuses, p_from_owners, p_to_owners,
        p_lines, p_reasons, p_weights, p_values, p_document, extract(epoch FROM p_effective))::text, 'UTF8')),
        who, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF p_effective IS NOT NULL THEN
        PERFORM require_person('post_in_past', p_warehouse);
        IF p_effective > at OR NOT isfinite(p_effective) THEN
            PERFORM refuse('ledger.effective_in_future', jsonb_build_object('effective', p_effective));
        END IF;
    END IF;
    IF lines = 0 THEN
        PERFORM refuse('ledger.nothing_to_post');
    ELSIF p_document IS NOT NULL AND NOT EXISTS (SELECT FROM document
            WHERE id = p_document AND warehouse_id = p_warehouse) THEN
        PERFORM refuse('document.unknown');
    END IF;
    SELECT fault.code, fault.facts INTO wrong
    FROM check_moves(k, p_warehouse, p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units,
        p_to_units, p_from_statuses, p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons, p_weights,
        p_values, p_document) fault
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    WITH moved AS (
        INSERT INTO stock_move (recorded_at, posting_id, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
            from_location_id, from_handling_unit_id, from_owner_id, from_status,
            to_location_id, to_handling_unit_id, to_owner_id, to_status,
            document_line_id, step, reason, effective_at, value, hash)
        SELECT at, made, m.n, p_warehouse, p_kind, m.item, m.trace, m.qty, m.weight,
            m.from_location, m.from_unit, m.from_owner, m.from_status,
            m.to_location, m.to_unit, m.to_owner, m.to_status,
            m.line, CASE WHEN m.line IS NOT NULL THEN k.step END, m.reason, coalesce(p_effective, at), m.value,
            move_hash(made, m.n, p_kind, m.item, m.trace, m.qty, m.weight,
                concat_ws('/', m.from_location, m.from_unit, m.from_owner, m.from_status),
                concat_ws('/', m.to_location, m.to_unit, m.to_owner, m.to_status),
                m.line, m.reason, coalesce(p_effective, at), m.value, NULL)
        FROM (
            SELECT t.n::int, item, qty, from_location, to_location, coalesce(trace, nil()) AS trace,
                coalesce(from_unit, nil()) AS from_unit, coalesce(to_unit, nil()) AS to_unit,
                coalesce(from_status, 'available') AS from_status,
                coalesce(to_status, from_status, 'available') AS to_status,
                coalesce(from_owner, nil()) AS from_owner, coalesce(to_owner, from_owner, nil()) AS to_owner,
                line, nullif(reason, '') AS reason, weight, value
            FROM unnest(p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units,
                p_from_statuses, p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons, p_weights, p_values)
                WITH ORDINALITY AS t (item, qty, from_location, to_location, trace, from_unit, to_unit, from_status,
                    to_status, from_owner, to_owner, line, reason, weight, value, n)
        ) m
        RETURNING line_no, hash
    )
    SELECT string_agg(hash, ''::bytea ORDER BY line_no) INTO content FROM moved;
    station := this_station();
    INSERT INTO posting (id, kind, warehouse_id, document_id, person_id, station_id, recorded_at, moves, hash)
    VALUES (made, p_kind, p_warehouse, p_document, who, station, at, lines,
        posting_hash(made, p_kind, p_warehouse, p_document, who, station, at, NULL, lines, content));
    RETURN reply;
END $$;

-- What is wrong with the lines of a request, in their order: one row a fault, none when they may be posted.
-- p_document may work in the places that it froze itself (a count).
CREATE FUNCTION check_moves(k move_kind, p_warehouse uuid, p_items uuid[], p_qtys numeric[], p_from_locations uuid[],
    p_to_locations uuid[], p_traces uuid[], p_from_units uuid[], p_to_units uuid[], p_from_statuses text[],
    p_to_statuses text[], p_from_owners uuid[], p_to_owners uuid[], p_lines uuid[], p_reasons text[],
    p_weights numeric[], p_values numeric[], p_document uuid)
RETURNS TABLE (code text, facts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT v.code, jsonb_strip_nulls(jsonb_build_object('sku', i.sku, 'quantity', m.qty::text, 'from', f.address,
        'to', t.address, 'document', d.number, 'kind', k.name, 'lot', r.lot, 'reason', m.reason))
    FROM unnest(p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units, p_from_statuses,
        p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons, p_weights, p_values) WITH ORDINALITY
        AS m (item, qty, from_location, to_location, trace, from_unit, to_unit, from_status, to_status, from_owner,
            to_owner, line, reason, weight, value, n)
    LEFT JOIN item i ON i.id = m.item
    LEFT JOIN location f ON f.id = m.from_location
    LEFT JOIN location t ON t.id = m.to_location
    LEFT JOIN trace r ON r.id = m.trace
    LEFT JOIN document_line l ON l.id = m.line
    LEFT JOIN document d ON d.id = l.document_id
    LEFT JOIN handling_unit fu ON fu.id = m.from_unit
    LEFT JOIN handling_unit tu ON tu.id = m.to_unit
    CROSS JOIN LATERAL (SELECT CASE
        WHEN i.id IS NULL THEN 'item.unknown'
        WHEN m.qty IS NULL OR m.qty <= 0 OR m.qty >= 1e12 THEN 'quantity.not_positive'
        WHEN round(m.qty, i.decimals) <> m.qty THEN 'quantity.not_exact'
        WHEN f.id IS NULL OR t.id IS NULL THEN 'location.unknown'
        WHEN f.warehouse_id IS DISTINCT FROM p_warehouse OR t.warehouse_id IS DISTINCT FROM p_warehouse
            THEN 'ledger.other_warehouse'
        WHEN NOT f.kind = ANY (k.from_kinds) OR NOT t.kind = ANY (k.to_kinds) THEN 'ledger.wrong_places'
        WHEN NOT f.active OR NOT t.active THEN 'location.inactive'
        WHEN coalesce(f.frozen_by, t.frozen_by) IS NOT NULL
            AND (coalesce(f.frozen_by, p_document) IS DISTINCT FROM p_document
                OR coalesce(t.frozen_by, p_document) IS DISTINCT FROM p_document) THEN 'location.frozen'
        WHEN m.weight <= 0 OR m.weight >= 1e12 THEN 'ledger.wrong_weight'
        WHEN abs(m.value) >= 1e12 THEN 'ledger.wrong_value'
        WHEN NOT coalesce(m.from_status, 'available') = ANY (ARRAY['available', 'quarantined', 'damaged', 'blocked'])
            OR NOT coalesce(m.to_status, 'available') = ANY (ARRAY['available', 'quarantined', 'damaged', 'blocked'])
            THEN 'ledger.unknown_status'
        WHEN f.id = t.id AND coalesce(m.from_unit, nil()) = coalesce(m.to_unit, nil())
            AND coalesce(m.from_status, 'available') = coalesce(m.to_status, m.from_status, 'available')
            AND coalesce(m.from_owner, nil()) = coalesce(m.to_owner, m.from_owner, nil())
            THEN 'ledger.goes_nowhere'
        WHEN f.stock_keeping AND t.stock_keeping AND NOT k.changes_status
            AND coalesce(m.from_status, 'available') <> coalesce(m.to_status, m.from_status, 'available')
            THEN 'ledger.status_not_allowed'
        WHEN f.stock_keeping AND t.stock_keeping AND NOT k.changes_owner
            AND coalesce(m.from_owner, nil()) <> coalesce(m.to_owner, m.from_owner, nil())
            THEN 'ledger.owner_not_allowed'
        WHEN coalesce(m.from_owner, nil()) <> nil() AND NOT EXISTS (SELECT FROM partner p WHERE p.id = m.from_owner)
            OR coalesce(m.to_owner, nil()) <> nil() AND NOT EXISTS (SELECT FROM partner p WHERE p.id = m.to_owner)
            THEN 'ledger.unknown_owner'
        WHEN coalesce(m.trace, nil()) <> nil() AND (r.id IS NULL OR r.item_id <> m.item) THEN 'trace.other_item'
        WHEN i.tracking IN ('lot', 'lot+serial') AND coalesce(r.lot, '') = '' THEN 'trace.lot_missing'
        WHEN i.tracking IN ('serial', 'lot+serial') AND coalesce(r.serial, '') = '' THEN 'trace.serial_missing'
        WHEN i.tracking = 'none' AND r.id IS NOT NULL THEN 'trace.not_tracked'
        WHEN i.expiry_required AND r.expiry IS NULL AND r.best_before IS NULL THEN 'trace.expiry_missing'
        WHEN r.serial <> '' AND m.qty <> 1 THEN 'trace.serial_quantity'
        WHEN coalesce(m.from_unit, nil()) <> nil() AND (fu.id IS NULL OR fu.warehouse_id <> p_warehouse)
            OR coalesce(m.to_unit, nil()) <> nil() AND (tu.id IS NULL OR tu.warehouse_id <> p_warehouse)
            THEN 'handling_unit.unknown'
        WHEN (k.needs_line OR k.follows_reservation OR m.line IS NOT NULL) AND l.id IS NULL
            THEN 'ledger.needs_document'
        WHEN l.id IS NOT NULL AND (l.item_id <> m.item OR d.warehouse_id <> p_warehouse) THEN 'document.other_item'
        WHEN l.id IS NOT NULL AND k.step IS NOT NULL AND NOT d.kind = ANY (k.document_kinds)
            THEN 'document.wrong_kind'
        WHEN l.id IS NOT NULL AND d.decision <> 'released' THEN 'document.not_released'
        WHEN l.id IS NOT NULL AND k.step IS NOT NULL AND l.closed THEN 'document.line_closed'
        WHEN (k.needs_reason OR coalesce(m.reason, '') <> '')
            AND NOT EXISTS (SELECT FROM reason q WHERE q.code = m.reason AND q.active) THEN 'ledger.needs_reason'
        END AS code) v
    WHERE v.code IS NOT NULL ORDER BY m.n
$$;

-- The trace of an item by its numbers, made when it is new, by people who bring goods in. Dates that contradict the
-- known ones are refused.
CREATE FUNCTION ensure_trace(p_item uuid, p_lot text, p_serial text, p_expiry date, p_best_before date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known trace;
BEGIN
    PERFORM require_actor();
    SELECT * INTO known FROM trace WHERE item_id = p_item AND lot = coalesce(p_lot, '')
        AND serial = coalesce(p_serial, '');
    IF NOT FOUND THEN
        PERFORM require_somewhere(ARRAY['receive', 'receive_blind', 'adjust']);
        INSERT INTO trace (item_id, lot, serial, expiry, best_before)
        VALUES (p_item, coalesce(p_lot, ''), coalesce(p_serial, ''), p_expiry, p_best_before)
        ON CONFLICT (item_id, lot, serial) DO NOTHING RETURNING * INTO known;
    END IF;
    IF known.id IS NULL OR known.expiry <> p_expiry OR known.best_before <> p_best_before THEN
        SELECT * INTO known FROM trace WHERE item_id = p_item AND lot = coalesce(p_lot, '')
            AND serial = coalesce(p_serial, '');
        IF known.expiry <> p_expiry OR known.best_before <> p_best_before THEN
            PERFORM refuse('trace.other_date', jsonb_build_object('lot', known.lot, 'expiry', known.expiry));
        END IF;
    END IF;
    RETURN known.id;
END $$;
