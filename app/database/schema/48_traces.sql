-- Lots and serial numbers as a whole: held, recalled and released; and reservations that change places.

CREATE INDEX stock_move_trace ON stock_move (trace_id) WHERE trace_id <> '00000000-0000-0000-0000-000000000000';
CREATE INDEX genealogy_produced ON genealogy (produced_move);

-- What orders lost by a posting: [{document, sku, qty}].
CREATE FUNCTION losses_of(p_posting uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('document', x.number, 'sku', x.sku, 'qty', x.qty) ORDER BY x.number, x.sku),
        '[]')
    FROM (SELECT d.number, i.sku, sum(c.qty)::text AS qty FROM claim_loss c JOIN document d ON d.id = c.document_id
          JOIN item i ON i.id = c.item_id WHERE c.posting_id = p_posting GROUP BY 1, 2) x
$$;

-- The picks of claims that are no more: shrunk, or cancelled where nothing is left.
CREATE FUNCTION drop_picks(p_claims reservation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    c reservation;
    t task;
BEGIN
    FOREACH c IN ARRAY p_claims LOOP
        SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = c.demand_line_id
            AND from_location_id = c.location_id AND trace_id = c.trace_id AND handling_unit_id = c.handling_unit_id;
        IF FOUND THEN
            PERFORM shrink_pick(t, c.qty);
        END IF;
    END LOOP;
END $$;

-- Writes down that a lot is held or released in a warehouse; holding goes one way, as with its goods. Returns whether it
-- was news, or is asked again by the same request.
CREATE FUNCTION keep_hold(p_request uuid, p_warehouse uuid, p_trace uuid, p_status text, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', coalesce(p_reason, ''), 'kind', 'status'));
    ELSIF p_status = 'available' AND NOT EXISTS (SELECT FROM trace_hold
            WHERE trace_id = p_trace AND warehouse_id = p_warehouse) THEN
        RETURN false;
    END IF;
    INSERT INTO trace_hold AS h (trace_id, warehouse_id, status, reason, person_id, request_id)
    VALUES (p_trace, p_warehouse, p_status, p_reason, actor(), p_request)
    ON CONFLICT (trace_id, warehouse_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
        person_id = excluded.person_id, at = excluded.at, request_id = excluded.request_id
    WHERE gravity(excluded.status) > gravity(h.status) OR excluded.status = 'available' AND h.status <> 'available';
    RETURN FOUND OR EXISTS (SELECT FROM trace_hold h WHERE h.trace_id = p_trace AND h.warehouse_id = p_warehouse
        AND h.request_id = p_request);
END $$;

-- Goods that came back held belong to nobody: what is reserved of them is given back, and its orders hear of it.
CREATE FUNCTION return_held(p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    goods goods_move[];
    lost reservation[];
BEGIN
    goods := ARRAY(SELECT DISTINCT ROW(b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status,
            b.on_hand, NULL, NULL, NULL, NULL, NULL)::goods_move
        FROM unnest(p_moves) m JOIN stock_balance b ON b.item_id = m.item_id AND b.location_id = m.to_location_id
            AND b.trace_id = m.trace_id AND b.handling_unit_id = m.to_handling_unit_id AND b.owner_id = m.to_owner_id
            AND b.status = m.to_status AND b.reserved > 0
        WHERE m.trace_id <> nil() AND b.status <> 'available');
    IF cardinality(goods) = 0 THEN
        RETURN;
    END IF;
    lost := lift_claims(p_moves[1].warehouse_id, goods);
    PERFORM drop_picks(lost);
    INSERT INTO claim_loss (person_id, document_id, demand_line_id, item_id, trace_id, qty, claim, cause, posting_id)
    SELECT actor(), l.document_id, l.id, c.item_id, c.trace_id, sum(c.qty), 'reservation', coalesce(h.reason, ''),
        p_moves[1].posting_id
    FROM unnest(lost) c JOIN document_line l ON l.id = c.demand_line_id
    LEFT JOIN trace_hold h ON h.trace_id = c.trace_id AND h.warehouse_id = c.warehouse_id
    GROUP BY 2, 3, 4, 5, h.reason;
END $$;

-- What is missing of a lot, as goods that go the other way: from the status that it gets to the one that it is missing in.
CREATE FUNCTION missing_of(p_warehouse uuid, p_trace uuid, p_statuses text[], p_status text) RETURNS goods_move[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(array_agg(ROW(b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, p_status, -b.on_hand, NULL,
        b.location_id, b.handling_unit_id, b.status, NULL)::goods_move
        ORDER BY b.location_id, b.handling_unit_id, b.owner_id, b.status), '{}')
    FROM stock_balance b JOIN location l ON l.id = b.location_id AND l.negative_allowed
    JOIN move_kind k ON k.name = 'status' AND l.kind = ANY (k.from_kinds)
    WHERE b.trace_id = p_trace AND b.trace_id <> nil() AND b.warehouse_id = p_warehouse AND b.on_hand < 0
      AND b.status = ANY (p_statuses)
      AND (p_status = 'available' OR b.status = held_status(b.trace_id, p_warehouse, b.location_id, b.status))
$$;

-- Gives all stock of a lot (or serial number) in a warehouse another status, in one posting; returns post_moves' answer
-- with `released`: which orders lost goods by it. Holding goes one way: `quarantined` takes what is available, `blocked`
-- (a recall) also what is quarantined, `damaged` whatever is held; `available` releases what is quarantined or blocked
-- and leaves damaged goods alone. What was reserved is given back and its orders hear of it. Goods that are missing (stock
-- below zero, where the place allows that) change with the others, so that what arrives held settles them.
-- The hold is kept (trace_hold): what arrives later comes in held, and goods on their way to a customer or between
-- warehouses, which are left as they are, go no further (trace.held). Where they are, the report of the lot tells.
-- Where nothing lies the hold is kept all the same; the answer then names no posting.
CREATE FUNCTION hold_trace(p_request uuid, p_warehouse uuid, p_trace uuid, p_status text, p_reason text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t trace;
    from_statuses text[] := CASE p_status WHEN 'quarantined' THEN ARRAY['available']
        WHEN 'blocked' THEN ARRAY['available', 'quarantined']
        WHEN 'damaged' THEN ARRAY['available', 'quarantined', 'blocked']
        WHEN 'available' THEN ARRAY['quarantined', 'blocked'] END;
    orders uuid[];
    units uuid[];
    goods goods_move[];
    lost reservation[];
    reply jsonb;
    kept boolean;
BEGIN
    PERFORM require((SELECT permission FROM move_kind WHERE name = 'status'), p_warehouse);
    PERFORM require_read_committed();
    reply := begin_record_request(p_request, jsonb_build_array('hold', p_warehouse, p_trace, p_status, p_reason));
    IF reply IS NOT NULL THEN
        RETURN reply;
    END IF;
    SELECT * INTO t FROM trace WHERE id = p_trace;
    IF NOT FOUND THEN
        PERFORM refuse('trace.unknown');
    ELSIF from_statuses IS NULL THEN
        PERFORM refuse('ledger.unknown_status');
    END IF;
    orders := ARRAY(SELECT DISTINCT l.document_id FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
                    WHERE r.warehouse_id = p_warehouse AND r.item_id = t.item_id AND r.trace_id = p_trace);
    units := ARRAY(SELECT DISTINCT b.handling_unit_id FROM stock_balance b
                   WHERE b.trace_id = p_trace AND b.warehouse_id = p_warehouse AND b.on_hand <> 0);
    PERFORM 1 FROM document WHERE id = ANY (orders) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM handling_unit WHERE id = ANY (units) ORDER BY id FOR NO KEY UPDATE;
    PERFORM hold_items(p_warehouse, array_agg(b.item_id), array_agg(b.owner_id)) FROM stock_balance b
    WHERE b.trace_id = p_trace AND b.warehouse_id = p_warehouse;
    PERFORM 1 FROM trace WHERE id = p_trace FOR UPDATE; -- waits for what is arriving; what arrives later sees the hold
    goods := ARRAY(
        SELECT ROW(b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, b.on_hand,
            nullif(greatest(b.weight_kg, 0), 0), b.location_id, b.handling_unit_id, p_status, NULL)::goods_move
        FROM stock_balance b JOIN location l ON l.id = b.location_id JOIN move_kind k ON k.name = 'status'
        WHERE b.trace_id = p_trace AND b.warehouse_id = p_warehouse AND b.on_hand > 0 AND b.status = ANY (from_statuses)
          AND l.kind = ANY (k.from_kinds)
        ORDER BY b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status)
        || missing_of(p_warehouse, p_trace, from_statuses, p_status);
    IF p_status = 'available' OR cardinality(goods) = 0 THEN
        kept := keep_hold(p_request, p_warehouse, p_trace, p_status, p_reason);
    END IF;
    IF cardinality(goods) = 0 AND kept THEN
        RETURN end_record_request(p_request, jsonb_build_object('posting', NULL, 'moves', 0, 'released', '[]'::jsonb));
    ELSIF cardinality(goods) = 0 THEN
        PERFORM refuse('trace.nothing_to_hold', jsonb_build_object('lot', coalesce(nullif(t.lot, ''), t.serial),
            'status', p_status));
    END IF;
    lost := lift_claims(p_warehouse, goods);
    IF EXISTS (SELECT FROM unnest(lost) c JOIN document_line l ON l.id = c.demand_line_id WHERE l.document_id <> ALL (orders))
        OR EXISTS (SELECT FROM unnest(goods) g WHERE g.handling_unit_id <> ALL (units)) THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'the lot moved meanwhile';
    END IF;
    PERFORM drop_picks(lost);
    reply := post_goods(p_request, 'status', p_warehouse, goods, p_reason);
    IF p_status <> 'available' THEN
        PERFORM keep_hold(p_request, p_warehouse, p_trace, p_status, p_reason); -- only now: what is missing left it before
    END IF;
    INSERT INTO claim_loss (person_id, document_id, demand_line_id, item_id, trace_id, qty, claim, cause, posting_id)
    SELECT actor(), l.document_id, l.id, c.item_id, c.trace_id, sum(c.qty), 'reservation', p_reason,
        (reply ->> 'posting')::uuid
    FROM unnest(lost) c JOIN document_line l ON l.id = c.demand_line_id GROUP BY 2, 3, 4, 5;
    RETURN end_record_request(p_request,
        reply || jsonb_build_object('released', losses_of((reply ->> 'posting')::uuid)));
END $$;

-- Locks the balances of an item in these places, lots and units (parallel arrays), in key order: whoever changes several
-- of them one after the other locks all of them first.
CREATE FUNCTION hold_keys(p_warehouse uuid, p_item uuid, p_locations uuid[], p_traces uuid[], p_units uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT FROM stock_balance b WHERE b.warehouse_id = p_warehouse AND b.item_id = p_item
        AND (b.location_id, b.trace_id, b.handling_unit_id) IN (SELECT l, t, u FROM unnest(p_locations, p_traces, p_units)
            AS k (l, t, u))
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b
$$;

-- Lets a line have other goods than those reserved for it: so much of one place, lot and unit for as much of another,
-- which is free, or (p_other) belongs to another line that gets the first goods instead. All or nothing; picks follow.
-- Refuses goods that do not keep long enough for their new line, and orders that somebody else is picking.
CREATE FUNCTION swap_reservations(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_to_location uuid,
    p_to_trace uuid, p_to_unit uuid, p_qty numeric, p_other uuid DEFAULT NULL, p_request uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    item uuid := (SELECT item_id FROM document_line WHERE id = p_line);
    site uuid;
    busy record;
BEGIN
    SELECT d.warehouse_id INTO site FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.id = p_line;
    IF site IS NULL THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('allocate', site);
    PERFORM require_read_committed();
    IF begin_claim(p_request, jsonb_build_array('swap', p_line, p_location, p_trace, p_unit, p_to_location, p_to_trace,
            p_to_unit, p_qty, p_other)) IS NOT NULL THEN
        RETURN;
    END IF;
    IF p_qty IS NULL OR p_qty <= 0 OR p_qty >= 1e12 THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', p_qty::text));
    END IF;
    PERFORM 1 FROM document d WHERE d.id IN (SELECT l.document_id FROM document_line l WHERE l.id IN (p_line, p_other))
    ORDER BY d.id FOR NO KEY UPDATE;
    SELECT d.number AS document, p.name AS person INTO busy FROM task k JOIN document_line l ON l.id = k.document_line_id
    JOIN document d ON d.id = l.document_id JOIN person p ON p.id = picker_of(k)
    WHERE k.document_line_id IN (p_line, p_other) AND k.kind = 'pick' AND p.id <> (SELECT actor()) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('picking.leased', to_jsonb(busy));
    END IF;
    PERFORM hold_items(site, ARRAY[item], ARRAY[nil()]);
    PERFORM hold_keys(site, item, ARRAY[p_location, p_to_location], ARRAY[p_trace, p_to_trace], ARRAY[p_unit, p_to_unit]);
    PERFORM give_for_swap(p_line, p_location, p_trace, p_unit, p_qty);
    IF p_other IS NOT NULL THEN
        PERFORM give_for_swap(p_other, p_to_location, p_to_trace, p_to_unit, p_qty);
    END IF;
    PERFORM allocate_stock(site, array_remove(ARRAY[p_line, p_other], NULL), array_fill(item, ARRAY[n]),
        (ARRAY[p_to_location, p_location])[:n], (ARRAY[p_to_trace, p_trace])[:n], (ARRAY[p_to_unit, p_unit])[:n],
        array_fill(nil(), ARRAY[n]), array_fill('available'::text, ARRAY[n]), array_fill(p_qty, ARRAY[n]), '{}')
    FROM (SELECT CASE WHEN p_other IS NULL THEN 1 ELSE 2 END AS n) x;
    PERFORM end_record_request(p_request, '{}');
END $$;

-- Takes a line's goods away so that others can take their place, and its pick with them; refuses where it has not so much.
CREATE FUNCTION give_for_swap(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_qty numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
BEGIN
    SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = p_line
        AND from_location_id = p_location AND trace_id = p_trace AND handling_unit_id = p_unit;
    IF t.qty - t.done_qty < p_qty OR release_stock(p_line, p_location, p_trace, p_unit, p_qty) < p_qty THEN
        PERFORM refuse('stock.not_reserved');
    ELSIF t.id IS NOT NULL THEN
        PERFORM shrink_pick(t, p_qty);
    END IF;
END $$;
