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

-- Takes a posting back as a whole by the mirror image of its moves, with their reservations and progress. A person's own
-- posting of the last hour needs the permission of its kind; anything else needs `reverse`.
-- Refuses what is reversed already, is itself a reversal, stands in a frozen place, or has moved on (stock.not_enough).
CREATE FUNCTION reverse_posting(p_request uuid, p_posting uuid, p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    who uuid := require_actor();
    station uuid := this_station();
    old posting;
    frozen text;
    reply jsonb;
    known jsonb;
    made uuid := new_id();
    at timestamptz := clock_timestamp();
    content bytea;
BEGIN
    SELECT * INTO old FROM posting WHERE id = p_posting FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_posting');
    END IF;
    PERFORM require_person(CASE WHEN old.person_id = who AND old.recorded_at > at - interval '1 hour'
        THEN (SELECT permission FROM move_kind WHERE name = old.kind) ELSE 'reverse' END, old.warehouse_id);
    reply := jsonb_build_object('posting', made, 'recorded_at', at, 'moves', old.moves);
    known := begin_request(p_request, sha256(convert_to(ROW('reverse', p_posting, p_reason)::text, 'UTF8')), who, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF old.reverses IS NOT NULL OR EXISTS (SELECT FROM posting WHERE reverses = old.id) THEN
        PERFORM refuse('ledger.already_reversed');
    ELSIF coalesce(p_reason, '') <> '' AND NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', p_reason));
    END IF;
    SELECT l.address INTO frozen FROM stock_move m JOIN location l ON l.id IN (m.from_location_id, m.to_location_id)
    WHERE m.posting_id = old.id AND m.recorded_at = old.recorded_at AND l.frozen_by IS NOT NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('location.frozen', jsonb_build_object('from', frozen, 'to', frozen));
    END IF;
    WITH moved AS (
        INSERT INTO stock_move (recorded_at, posting_id, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
            from_location_id, from_handling_unit_id, from_owner_id, from_status,
            to_location_id, to_handling_unit_id, to_owner_id, to_status,
            document_line_id, step, reason, effective_at, value, reverses, hash)
        SELECT at, made, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
            to_location_id, to_handling_unit_id, to_owner_id, to_status,
            from_location_id, from_handling_unit_id, from_owner_id, from_status,
            document_line_id, step, nullif(p_reason, ''), at, value, id,
            move_hash(made, line_no, kind, item_id, trace_id, qty, weight_kg,
                concat_ws('/', to_location_id, to_handling_unit_id, to_owner_id, to_status),
                concat_ws('/', from_location_id, from_handling_unit_id, from_owner_id, from_status),
                document_line_id, nullif(p_reason, ''), at, value, id)
        FROM stock_move WHERE posting_id = old.id AND recorded_at = old.recorded_at
        RETURNING line_no, hash
    )
    SELECT string_agg(hash, ''::bytea ORDER BY line_no) INTO content FROM moved;
    INSERT INTO posting (id, kind, warehouse_id, document_id, person_id, station_id, recorded_at, reverses, moves, hash)
    VALUES (made, old.kind, old.warehouse_id, old.document_id, who, station, at, old.id, old.moves,
        posting_hash(made, old.kind, old.warehouse_id, old.document_id, who, station, at, old.id, old.moves, content));
    RETURN reply;
END $$;

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

-- Reserves stock keys for demand lines (parallel arrays, base units); all or nothing. Never more than is free of each
-- key, never more than the line asks for, available stock only.
CREATE FUNCTION reserve_stock(p_warehouse uuid, p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[],
    p_units uuid[], p_owners uuid[], p_statuses text[], p_qtys numeric[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    short record;
    wrong record;
BEGIN
    PERFORM require_person('allocate', p_warehouse);
    SELECT CASE
        WHEN l.id IS NULL THEN 'ledger.needs_document'
        WHEN l.item_id <> x.i OR d.warehouse_id <> p_warehouse THEN 'document.other_item'
        WHEN NOT d.kind = ANY (k.document_kinds) THEN 'document.wrong_kind'
        WHEN d.decision <> 'released' THEN 'document.not_released'
        WHEN l.closed THEN 'document.line_closed'
        WHEN x.s IS DISTINCT FROM 'available' THEN 'stock.not_usable' END AS code,
        jsonb_strip_nulls(jsonb_build_object('document', d.number, 'kind', k.name, 'status', x.s)) AS facts INTO wrong
    FROM unnest(p_lines, p_items, p_statuses) AS x (d, i, s)
    LEFT JOIN document_line l ON l.id = x.d LEFT JOIN document d ON d.id = l.document_id
    CROSS JOIN move_kind k
    WHERE k.name = 'pick' AND (l.id IS NULL OR l.item_id <> x.i OR d.warehouse_id <> p_warehouse OR d.decision <> 'released'
        OR NOT d.kind = ANY (k.document_kinds) OR l.closed OR x.s IS DISTINCT FROM 'available')
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    INSERT INTO stock_claim SELECT DISTINCT p_warehouse, i, o FROM unnest(p_items, p_owners) t (i, o) ORDER BY 2, 3
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM stock_claim WHERE warehouse_id = p_warehouse AND item_id = ANY (p_items)
    ORDER BY warehouse_id, item_id, owner_id FOR NO KEY UPDATE;
    PERFORM 1 FROM stock_balance b
    JOIN (SELECT DISTINCT i, l, t, u, o, s FROM unnest(p_items, p_locations, p_traces, p_units, p_owners, p_statuses)
          AS x (i, l, t, u, o, s)) k
      ON b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l AND b.trace_id = k.t
     AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
    SELECT i.sku, l.address AS place, k.q::text AS asked, coalesce(b.on_hand - b.reserved, 0)::text AS there INTO short
    FROM (SELECT i, l, t, u, o, s, sum(q) AS q FROM unnest(p_items, p_locations, p_traces, p_units, p_owners,
          p_statuses, p_qtys) AS x (i, l, t, u, o, s, q) GROUP BY 1, 2, 3, 4, 5, 6) k
    JOIN item i ON i.id = k.i JOIN location l ON l.id = k.l
    LEFT JOIN stock_balance b ON b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l
        AND b.trace_id = k.t AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s
    WHERE k.q IS NULL OR k.q <= 0 OR coalesce(b.on_hand - b.reserved, 0) < k.q OR l.frozen_by IS NOT NULL OR l.warehouse_id <> p_warehouse
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('stock.not_enough', to_jsonb(short));
    END IF;
    UPDATE stock_balance b SET reserved = b.reserved + k.q
    FROM (SELECT i, l, t, u, o, s, sum(q) AS q FROM unnest(p_items, p_locations, p_traces, p_units, p_owners,
          p_statuses, p_qtys) AS x (i, l, t, u, o, s, q) GROUP BY 1, 2, 3, 4, 5, 6) k
    WHERE b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l AND b.trace_id = k.t
      AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s;
    INSERT INTO reservation AS r (demand_line_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id,
                                  owner_id, status, qty)
    SELECT d, p_warehouse, i, l, t, u, o, s, sum(q) FROM unnest(p_lines, p_items, p_locations, p_traces, p_units,
        p_owners, p_statuses, p_qtys) AS x (d, i, l, t, u, o, s, q)
    GROUP BY d, i, l, t, u, o, s ORDER BY d, i, l, t, u, o, s
    ON CONFLICT (demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    DO UPDATE SET qty = r.qty + excluded.qty;
    SELECT d.number, i.sku, 'reserved' AS step, sum(r.qty)::text AS would_be, l.base_qty::text AS asked INTO wrong
    FROM reservation r JOIN document_line l ON l.id = r.demand_line_id JOIN document d ON d.id = l.document_id
    JOIN item i ON i.id = l.item_id
    WHERE r.demand_line_id = ANY (p_lines)
    GROUP BY d.number, i.sku, l.id
    HAVING sum(r.qty) + coalesce((SELECT p.qty FROM line_progress p WHERE p.document_line_id = l.id
        AND p.step = 'shipped'), 0) > l.base_qty * (1 + l.tolerance) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('document.beyond_tolerance', to_jsonb(wrong));
    END IF;
END $$;

-- Gives back what a demand line holds of one place, trace and unit (all of it when p_qty is NULL); returns the
-- quantity in base units. Locks as the reserving does: claim, balance, reservation; reads only afterwards.
CREATE FUNCTION release_stock(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_qty numeric DEFAULT NULL)
RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    r reservation;
    given numeric := 0;
BEGIN
    IF p_qty <= 0 THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', p_qty::text));
    END IF;
    SELECT * INTO r FROM reservation WHERE demand_line_id = p_line AND location_id = p_location
        AND trace_id = p_trace AND handling_unit_id = p_unit ORDER BY owner_id, status LIMIT 1;
    IF NOT FOUND THEN
        PERFORM require_actor();
        RETURN 0;
    END IF;
    PERFORM require_person('allocate', r.warehouse_id);
    PERFORM 1 FROM stock_claim WHERE warehouse_id = r.warehouse_id AND item_id = r.item_id AND owner_id = r.owner_id
        FOR NO KEY UPDATE;
    PERFORM 1 FROM stock_balance b WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id
        AND b.location_id = r.location_id AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id
        AND b.owner_id = r.owner_id AND b.status = r.status FOR NO KEY UPDATE;
    SELECT least(x.qty, coalesce(p_qty, x.qty)) INTO given FROM reservation x
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE reservation x SET qty = x.qty - given
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status;
    UPDATE stock_balance b SET reserved = b.reserved - given
    WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id AND b.location_id = r.location_id
      AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id AND b.owner_id = r.owner_id
      AND b.status = r.status;
    DELETE FROM reservation WHERE demand_line_id = r.demand_line_id AND qty = 0;
    RETURN given;
END $$;

-- The guard. Ends the sessions of this database (never a superuser's) that keep others from working, whatever timeouts
-- they have lifted for themselves: idle within a transaction, or holding the sealer's turn, or blocking somebody who has
-- waited for 4 s, each with a transaction older than p_seconds. Returns how many.
-- Needs pg_signal_backend and pg_read_all_stats (90_prove.sql); without them it does nothing.
CREATE FUNCTION end_blocking_sessions(p_seconds numeric DEFAULT 6) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    ended int;
BEGIN
    IF NOT pg_has_role(current_user, 'pg_signal_backend', 'USAGE') THEN
        RETURN 0;
    END IF;
    SELECT count(pg_terminate_backend(a.pid)) INTO ended
    FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid AND NOT r.rolsuper
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND a.xact_start < clock_timestamp() - make_interval(secs => greatest(p_seconds, 6))
      AND (a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '5 s'
        OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.relation = 'seal_turn'::regclass AND l.granted
                   AND l.mode <> 'AccessShareLock')
        OR EXISTS (SELECT FROM pg_locks w WHERE NOT w.granted AND w.pid <> a.pid
                   AND w.waitstart < clock_timestamp() - interval '4 s' AND a.pid = ANY (pg_blocking_pids(w.pid))));
    RETURN ended;
END $$;

-- Numbers all committed, unsealed postings and chains them; returns how many. Whoever calls while another seals: 0.
-- Called about every second by the worker or any idle client; so it also ends the sessions that hold everybody up.
CREATE FUNCTION seal_postings() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    last seal;
    digest bytea;
    n int;
    next_no bigint;
BEGIN
    PERFORM end_blocking_sessions();
    PERFORM 1 FROM seal_turn FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM seal ORDER BY no DESC LIMIT 1;
    next_no := coalesce(last.no, 0) + 1;
    WITH numbered AS (
        UPDATE posting SET seal_no = next_no WHERE seal_no IS NULL RETURNING id, hash
    )
    SELECT count(*), sha256(coalesce(last.hash, ''::bytea) || string_agg(uuid_send(id) || hash, ''::bytea ORDER BY id))
    INTO n, digest FROM numbered;
    IF n = 0 THEN
        RETURN 0;
    END IF;
    INSERT INTO seal VALUES (next_no, clock_timestamp(), n, coalesce(last.hash, ''::bytea), digest);
    RETURN n;
END $$;

-- Learns what one base unit of an item weighs from one more parcel of known content (kg and kg², by Welford's method).
-- Whoever was overtaken by another parcel teaches nothing: observations grow by one at a time.
CREATE FUNCTION learn_weight(p_item uuid, p_mean numeric, p_variance numeric, p_observations int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['pack']);
    UPDATE item SET weight_mean_kg = p_mean, weight_variance = p_variance, weight_observations = p_observations
    WHERE id = p_item AND weight_observations = p_observations - 1;
END $$;
