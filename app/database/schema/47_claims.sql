-- Claims: what of the stock belongs to which demand line (hard), and giving it back.

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
