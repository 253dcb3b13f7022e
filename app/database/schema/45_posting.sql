-- The only door into the ledger: post_moves(), reverse_posting(), the claims, and the sealer.

-- Answers a repeated request from memory; true when this one is new. The fingerprint guards against a request id
-- that is used for something else.
CREATE FUNCTION begin_request(p_request uuid, p_fingerprint bytea, p_person uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known request;
BEGIN
    INSERT INTO request (request_id, fingerprint, person_id) VALUES (p_request, p_fingerprint, p_person)
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
-- values in the company's currency. Refuses, with facts, whatever the kind of movement does not allow.
CREATE FUNCTION post_moves(p_request uuid, p_kind text, p_warehouse uuid, p_items uuid[], p_qtys numeric[],
    p_from_locations uuid[], p_to_locations uuid[], p_traces uuid[] DEFAULT NULL,
    p_from_units uuid[] DEFAULT NULL, p_to_units uuid[] DEFAULT NULL,
    p_from_statuses text[] DEFAULT NULL, p_to_statuses text[] DEFAULT NULL,
    p_from_owners uuid[] DEFAULT NULL, p_to_owners uuid[] DEFAULT NULL,
    p_lines uuid[] DEFAULT NULL, p_reasons text[] DEFAULT NULL, p_weights numeric[] DEFAULT NULL,
    p_values numeric[] DEFAULT NULL, p_document uuid DEFAULT NULL, p_effective timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who uuid := require_actor();
    k move_kind;
    reply jsonb;
    wrong record;
    made uuid := new_id();
    at timestamptz := now();
    digest bytea;
BEGIN
    SELECT * INTO k FROM move_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    PERFORM require(k.permission, p_warehouse);
    reply := begin_request(p_request, sha256(convert_to(concat_ws('|', p_kind, p_warehouse, p_items, p_qtys,
        p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units, p_from_statuses, p_to_statuses,
        p_lines), 'UTF8')), who);
    IF reply IS NOT NULL THEN
        RETURN reply;
    END IF;
    IF p_effective IS NOT NULL AND p_effective <> at THEN
        PERFORM require('post_in_past', p_warehouse);
        IF p_effective > at THEN
            PERFORM refuse('ledger.effective_in_future');
        END IF;
    END IF;
    SELECT check_move.code, check_move.facts INTO wrong
    FROM check_moves(k, p_warehouse, p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units,
        p_to_units, p_from_statuses, p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons) check_move
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    INSERT INTO stock_move (recorded_at, posting_id, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
        from_location_id, from_handling_unit_id, from_owner_id, from_status,
        to_location_id, to_handling_unit_id, to_owner_id, to_status,
        document_line_id, step, reason, effective_at, value, hash)
    SELECT at, made, m.n, p_warehouse, p_kind, m.item, m.trace, m.qty, m.weight,
        m.from_location, m.from_unit, m.from_owner, m.from_status, m.to_location, m.to_unit, m.to_owner, m.to_status,
        m.line, k.step, m.reason, coalesce(p_effective, at), m.value,
        move_hash(made, m.n, p_kind, m.item, m.trace, m.qty, m.weight,
            concat_ws('/', m.from_location, m.from_unit, m.from_owner, m.from_status),
            concat_ws('/', m.to_location, m.to_unit, m.to_owner, m.to_status),
            m.line, m.reason, coalesce(p_effective, at), m.value, NULL)
    FROM (
        SELECT n::int, item, qty, from_location, to_location, coalesce(trace, nil()) AS trace,
            coalesce(from_unit, nil()) AS from_unit, coalesce(to_unit, nil()) AS to_unit,
            coalesce(from_status, 'available') AS from_status, coalesce(to_status, from_status, 'available') AS to_status,
            coalesce(from_owner, nil()) AS from_owner, coalesce(to_owner, from_owner, nil()) AS to_owner,
            line, nullif(reason, '') AS reason, weight, value
        FROM unnest(p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units,
            p_from_statuses, p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons, p_weights, p_values)
            WITH ORDINALITY AS t (item, qty, from_location, to_location, trace, from_unit, to_unit, from_status,
                to_status, from_owner, to_owner, line, reason, weight, value, n)
    ) m;
    SELECT sha256(string_agg(hash, ''::bytea ORDER BY line_no)) INTO digest FROM stock_move
    WHERE posting_id = made AND recorded_at = at;
    INSERT INTO posting (id, kind, warehouse_id, document_id, person_id, station_id, recorded_at, moves, hash)
    VALUES (made, p_kind, p_warehouse, p_document, who, this_station(), at, cardinality(p_items), digest);
    reply := jsonb_build_object('posting', made, 'recorded_at', at, 'moves', cardinality(p_items));
    UPDATE request SET answer = reply WHERE request_id = p_request;
    RETURN reply;
END $$;

-- What is wrong with the lines of a request: one row a fault, none when they may be posted.
CREATE FUNCTION check_moves(k move_kind, p_warehouse uuid, p_items uuid[], p_qtys numeric[], p_from_locations uuid[],
    p_to_locations uuid[], p_traces uuid[], p_from_units uuid[], p_to_units uuid[], p_from_statuses text[],
    p_to_statuses text[], p_from_owners uuid[], p_to_owners uuid[], p_lines uuid[], p_reasons text[])
RETURNS TABLE (code text, facts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT v.code, jsonb_strip_nulls(jsonb_build_object('sku', i.sku, 'quantity', m.qty::text, 'from', f.address,
        'to', t.address, 'document', d.number, 'kind', k.name, 'lot', r.lot, 'reason', m.reason))
    FROM unnest(p_items, p_qtys, p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units, p_from_statuses,
        p_to_statuses, p_from_owners, p_to_owners, p_lines, p_reasons) AS m (item, qty, from_location, to_location,
        trace, from_unit, to_unit, from_status, to_status, from_owner, to_owner, line, reason)
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
        WHEN f.warehouse_id <> p_warehouse OR t.warehouse_id <> p_warehouse THEN 'ledger.other_warehouse'
        WHEN NOT f.kind = ANY (k.from_kinds) OR NOT t.kind = ANY (k.to_kinds) THEN 'ledger.wrong_places'
        WHEN NOT f.active OR NOT t.active THEN 'location.inactive'
        WHEN f.frozen_by IS NOT NULL OR t.frozen_by IS NOT NULL THEN 'location.frozen'
        WHEN f.id = t.id AND coalesce(m.from_unit, nil()) = coalesce(m.to_unit, nil())
            AND coalesce(m.from_status, 'available') = coalesce(m.to_status, m.from_status, 'available')
            AND coalesce(m.from_owner, nil()) = coalesce(m.to_owner, m.from_owner, nil())
            THEN 'ledger.goes_nowhere'
        WHEN f.stock_keeping AND t.stock_keeping AND NOT k.changes_status
            AND coalesce(m.from_status, 'available') <> coalesce(m.to_status, m.from_status, 'available')
            THEN 'ledger.status_not_allowed'
        WHEN coalesce(m.trace, nil()) <> nil() AND (r.id IS NULL OR r.item_id <> m.item) THEN 'trace.other_item'
        WHEN i.tracking IN ('lot', 'lot+serial') AND coalesce(r.lot, '') = '' THEN 'trace.lot_missing'
        WHEN i.tracking IN ('serial', 'lot+serial') AND coalesce(r.serial, '') = '' THEN 'trace.serial_missing'
        WHEN i.tracking = 'none' AND r.id IS NOT NULL THEN 'trace.not_tracked'
        WHEN i.expiry_required AND r.expiry IS NULL AND r.best_before IS NULL THEN 'trace.expiry_missing'
        WHEN r.serial <> '' AND m.qty <> 1 THEN 'trace.serial_quantity'
        WHEN coalesce(m.from_unit, nil()) <> nil() AND (fu.id IS NULL OR fu.warehouse_id <> p_warehouse)
            OR coalesce(m.to_unit, nil()) <> nil() AND (tu.id IS NULL OR tu.warehouse_id <> p_warehouse)
            THEN 'handling_unit.unknown'
        WHEN (k.needs_line OR k.follows_reservation) AND l.id IS NULL THEN 'ledger.needs_document'
        WHEN l.id IS NOT NULL AND (l.item_id <> m.item OR d.warehouse_id <> p_warehouse) THEN 'document.other_item'
        WHEN l.id IS NOT NULL AND d.decision <> 'released' THEN 'document.not_released'
        WHEN l.id IS NOT NULL AND k.step IS NOT NULL AND l.closed THEN 'document.line_closed'
        WHEN k.needs_reason AND NOT EXISTS (SELECT FROM reason q WHERE q.code = m.reason AND q.active)
            THEN 'ledger.needs_reason'
        WHEN r.serial <> '' AND t.stock_keeping AND NOT f.stock_keeping AND EXISTS (SELECT FROM stock_balance b
            WHERE b.item_id = m.item AND b.trace_id = m.trace AND b.on_hand <> 0) THEN 'trace.serial_twice'
        END AS code) v
    WHERE v.code IS NOT NULL
$$;

-- Takes a posting back as a whole by the mirror image of its moves. A person's own posting of the last hour needs the
-- permission of its kind; anything else needs `reverse`.
CREATE FUNCTION reverse_posting(p_request uuid, p_posting uuid, p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who uuid := require_actor();
    old posting;
    reply jsonb;
    made uuid := new_id();
    at timestamptz := now();
    digest bytea;
BEGIN
    SELECT * INTO old FROM posting WHERE id = p_posting;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_posting');
    END IF;
    IF old.person_id = who AND old.recorded_at > at - interval '1 hour' THEN
        PERFORM require((SELECT permission FROM move_kind WHERE name = old.kind), old.warehouse_id);
    ELSE
        PERFORM require('reverse', old.warehouse_id);
    END IF;
    reply := begin_request(p_request, sha256(convert_to('reverse|' || p_posting::text, 'UTF8')), who);
    IF reply IS NOT NULL THEN
        RETURN reply;
    END IF;
    IF old.reverses IS NOT NULL OR EXISTS (SELECT FROM posting WHERE reverses = old.id) THEN
        PERFORM refuse('ledger.already_reversed');
    END IF;
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
    FROM stock_move WHERE posting_id = old.id AND recorded_at = old.recorded_at;
    SELECT sha256(string_agg(hash, ''::bytea ORDER BY line_no)) INTO digest FROM stock_move
    WHERE posting_id = made AND recorded_at = at;
    INSERT INTO posting (id, kind, warehouse_id, document_id, person_id, station_id, recorded_at, reverses, moves, hash)
    VALUES (made, old.kind, old.warehouse_id, old.document_id, who, this_station(), at, old.id, old.moves, digest);
    reply := jsonb_build_object('posting', made, 'recorded_at', at, 'moves', old.moves);
    UPDATE request SET answer = reply WHERE request_id = p_request;
    RETURN reply;
END $$;

-- The trace of an item by its numbers, made when it is new. Dates that contradict the known ones are refused.
CREATE FUNCTION ensure_trace(p_item uuid, p_lot text, p_serial text, p_expiry date, p_best_before date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known trace;
BEGIN
    PERFORM require_actor();
    INSERT INTO trace (item_id, lot, serial, expiry, best_before)
    VALUES (p_item, coalesce(p_lot, ''), coalesce(p_serial, ''), p_expiry, p_best_before)
    ON CONFLICT (item_id, lot, serial) DO NOTHING RETURNING * INTO known;
    IF NOT FOUND THEN
        SELECT * INTO known FROM trace WHERE item_id = p_item AND lot = coalesce(p_lot, '')
            AND serial = coalesce(p_serial, '');
        IF known.expiry <> p_expiry OR known.best_before <> p_best_before THEN
            PERFORM refuse('trace.other_date', jsonb_build_object('lot', known.lot, 'expiry', known.expiry));
        END IF;
    END IF;
    RETURN known.id;
END $$;

-- Reserves stock keys for demand lines (parallel arrays); all or nothing. Never more than is free of each key.
CREATE FUNCTION reserve_stock(p_warehouse uuid, p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[],
    p_units uuid[], p_owners uuid[], p_statuses text[], p_qtys numeric[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    short record;
BEGIN
    PERFORM require('allocate', p_warehouse);
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
    WHERE k.q <= 0 OR coalesce(b.on_hand - b.reserved, 0) < k.q OR l.frozen_by IS NOT NULL OR l.warehouse_id <> p_warehouse
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
END $$;

-- Gives back what a demand line holds of one stock key (all of it when p_qty is NULL); returns the quantity.
CREATE FUNCTION release_stock(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_qty numeric DEFAULT NULL)
RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    r reservation;
    given numeric;
BEGIN
    SELECT * INTO r FROM reservation WHERE demand_line_id = p_line AND location_id = p_location
        AND trace_id = p_trace AND handling_unit_id = p_unit;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    PERFORM require('allocate', r.warehouse_id);
    PERFORM 1 FROM stock_claim WHERE warehouse_id = r.warehouse_id AND item_id = r.item_id AND owner_id = r.owner_id
        FOR NO KEY UPDATE;
    PERFORM 1 FROM stock_balance b WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id
        AND b.location_id = r.location_id AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id
        AND b.owner_id = r.owner_id AND b.status = r.status FOR NO KEY UPDATE;
    UPDATE reservation x SET qty = x.qty - least(x.qty, coalesce(p_qty, x.qty))
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status
    RETURNING r.qty - x.qty INTO given;
    UPDATE stock_balance b SET reserved = b.reserved - given
    WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id AND b.location_id = r.location_id
      AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id AND b.owner_id = r.owner_id
      AND b.status = r.status;
    DELETE FROM reservation WHERE demand_line_id = r.demand_line_id AND qty = 0;
    RETURN given;
END $$;

-- Numbers all committed, unsealed postings and chains them; returns how many. Whoever calls while another seals: 0.
CREATE FUNCTION seal_postings() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    last seal;
    digest bytea;
    n int;
    next_no bigint;
BEGIN
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

-- Learns what one base unit of an item weighs from a parcel of known content (kg, by Welford's method).
CREATE FUNCTION learn_weight(p_item uuid, p_mean numeric, p_variance numeric, p_observations int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    UPDATE item SET weight_mean_kg = p_mean, weight_variance = p_variance, weight_observations = p_observations
    WHERE id = p_item;
END $$;
