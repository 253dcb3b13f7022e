-- Promises: what can still be promised, and promises that are given, given up and used (the soft claims of 47_claims.sql).

-- What can still be promised of items, in base units: usable goods on hand here (available, not past their date), less what is
-- reserved and promised from stock; and what released purchase orders still bring, less what is promised of that.
CREATE FUNCTION available_to_promise(p_warehouse uuid, p_items uuid[], p_owner uuid DEFAULT nil())
RETURNS TABLE (item_id uuid, on_hand numeric, reserved numeric, promised numeric, available numeric, inbound numeric,
    inbound_promised numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    today date := today_in(p_warehouse);
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    IF NOT p_owner = ANY (my_owners()) THEN
        PERFORM refuse('ledger.unknown_owner');
    END IF;
    RETURN QUERY
    SELECT k.item, s.on_hand, s.reserved, p.stock, s.on_hand - s.reserved - p.stock, n.inbound, p.inbound
    FROM (SELECT DISTINCT item FROM unnest(p_items) item) k
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.reserved), 0) AS reserved
        FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id
        WHERE b.warehouse_id = p_warehouse AND b.item_id = k.item AND b.owner_id = p_owner AND b.status = 'available'
          AND NOT b.location_id = ANY ((SELECT consigned_places(p_warehouse))::uuid[])
          AND (coalesce(t.expiry, t.best_before, 'infinity') >= today OR b.reserved > 0)) s
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.qty) FILTER (WHERE x.inbound_line_id IS NULL), 0) AS stock,
            coalesce(sum(x.qty) FILTER (WHERE x.inbound_line_id IS NOT NULL), 0) AS inbound
        FROM promise x WHERE x.warehouse_id = p_warehouse AND x.item_id = k.item AND x.owner_id = p_owner) p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(l.base_qty - coalesce(g.qty, 0), 0)), 0) AS inbound
        FROM document_line l JOIN document d ON d.id = l.document_id
        LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'
        WHERE l.item_id = k.item AND d.warehouse_id = p_warehouse AND d.decision = 'released' AND NOT l.closed
          AND d.owner_id = p_owner AND d.kind IN ('purchase_order', 'asn')) n;
END $$;

-- The same sums of our own goods for every item that is there, promised, or on a line of released papers: all of them at
-- once, for lists that stand in the order of one. `wanted` is what orders and transfers want and nobody gave them yet.
-- p_sums: what is asked for; of the lines, which cost most, nothing else is added up.
CREATE FUNCTION claimed_amounts(p_warehouse uuid, p_sums text[]) RETURNS TABLE (item_id uuid, on_hand numeric, usable numeric,
    reserved numeric, promised numeric, available numeric, inbound numeric, wanted numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    today date := today_in(p_warehouse);
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    IF NOT nil() = ANY (my_owners()) THEN
        PERFORM refuse('ledger.unknown_owner');
    END IF;
    RETURN QUERY
    WITH stock AS (
        SELECT x.item_id, bool_or(x.on_hand <> 0) AS there, sum(x.on_hand) FILTER (WHERE x.ours) AS on_hand,
            sum(x.on_hand) FILTER (WHERE x.usable) AS usable, sum(x.reserved) FILTER (WHERE x.usable) AS reserved
        FROM (SELECT b.item_id, b.on_hand, b.reserved, b.owner_id = nil() AS ours,
                  b.owner_id = nil() AND b.status = 'available'
                  AND NOT b.location_id = ANY ((SELECT consigned_places(p_warehouse))::uuid[])
                  AND (coalesce(t.expiry, t.best_before, 'infinity') >= today OR b.reserved > 0) AS usable
              FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id WHERE b.warehouse_id = p_warehouse) x
        GROUP BY x.item_id
    ), given AS (
        SELECT p.item_id, coalesce(sum(p.qty) FILTER (WHERE p.owner_id = nil() AND p.inbound_line_id IS NULL), 0) AS promised
        FROM promise p WHERE p.warehouse_id = p_warehouse GROUP BY p.item_id
    ), lines AS (
        SELECT l.item_id, coalesce(sum(greatest(l.base_qty - coalesce((SELECT g.qty FROM line_progress g
                WHERE g.document_line_id = l.id AND g.step = 'received'), 0), 0))
                FILTER (WHERE 'inbound' = ANY (p_sums) AND d.kind IN ('purchase_order', 'asn') AND d.owner_id = nil()), 0)
                AS inbound,
            coalesce(sum(greatest(l.base_qty
                - coalesce((SELECT g.qty FROM line_progress g WHERE g.document_line_id = l.id AND g.step = 'shipped'), 0)
                - coalesce((SELECT sum(r.qty) FROM reservation r JOIN location at ON at.id = r.location_id
                            WHERE r.demand_line_id = l.id AND at.kind <> 'transit'), 0)
                - coalesce((SELECT sum(p.qty) FROM promise p WHERE p.demand_line_id = l.id), 0), 0))
                FILTER (WHERE 'wanted' = ANY (p_sums) AND d.kind IN ('order', 'transfer')), 0) AS wanted
        FROM document d JOIN document_line l ON l.document_id = d.id
        WHERE d.warehouse_id = p_warehouse AND d.decision = 'released' AND NOT l.closed GROUP BY l.item_id
    )
    SELECT coalesce(s.item_id, g.item_id, l.item_id), coalesce(s.on_hand, 0), coalesce(s.usable, 0), coalesce(s.reserved, 0),
        coalesce(g.promised, 0), coalesce(s.usable, 0) - coalesce(s.reserved, 0) - coalesce(g.promised, 0),
        coalesce(l.inbound, 0), coalesce(l.wanted, 0)
    FROM stock s FULL JOIN given g ON g.item_id = s.item_id
    FULL JOIN lines l ON l.item_id = coalesce(s.item_id, g.item_id)
    WHERE s.there OR g.item_id IS NOT NULL OR l.item_id IS NOT NULL;
END $$;

-- Promises goods to demand lines (parallel arrays, base units; NULL arrays mean none); all or nothing. Never more than is
-- free and not promised yet, of the trace or shelf life that is asked; of an inbound line never more than it brings;
-- never more than the line wants.
CREATE FUNCTION promise_stock(p_warehouse uuid, p_lines uuid[], p_items uuid[], p_qtys numeric[],
    p_owners uuid[] DEFAULT NULL, p_traces uuid[] DEFAULT NULL, p_keeps date[] DEFAULT NULL,
    p_inbound uuid[] DEFAULT NULL, p_request uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    owners uuid[] := coalesce(p_owners, array_fill(nil(), ARRAY[cardinality(p_items)]));
    wrong record;
BEGIN
    PERFORM require_person('allocate', p_warehouse);
    PERFORM require_read_committed();
    IF begin_claim(p_request, jsonb_build_array('promise', p_warehouse, p_lines, p_items, p_qtys, p_owners, p_traces, p_keeps,
            p_inbound)) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM require_lists(least(cardinality(p_lines), cardinality(p_items), cardinality(p_qtys), cardinality(p_owners),
            cardinality(p_traces), cardinality(p_keeps), cardinality(p_inbound)),
        greatest(cardinality(p_lines), cardinality(p_items), cardinality(p_qtys), cardinality(p_owners),
            cardinality(p_traces), cardinality(p_keeps), cardinality(p_inbound)),
        greatest(array_ndims(p_lines), array_ndims(p_items), array_ndims(p_qtys), array_ndims(p_owners),
            array_ndims(p_traces), array_ndims(p_keeps), array_ndims(p_inbound)));
    SELECT CASE
        WHEN l.id IS NULL THEN 'ledger.needs_document'
        WHEN l.item_id IS DISTINCT FROM x.item OR d.warehouse_id <> p_warehouse THEN 'document.other_item'
        WHEN NOT d.kind = ANY (k.document_kinds) THEN 'document.wrong_kind'
        WHEN d.decision NOT IN ('draft', 'released', 'held') THEN 'document.not_released'
        WHEN l.closed THEN 'document.line_closed'
        WHEN x.qty IS NULL OR x.qty <= 0 OR x.qty >= 1e12 THEN 'quantity.not_positive'
        WHEN round(x.qty, i.decimals) <> x.qty THEN 'quantity.not_exact'
        WHEN coalesce(x.trace, nil()) <> nil() AND (t.id IS NULL OR t.item_id <> x.item) THEN 'trace.other_item'
        WHEN x.inbound IS NOT NULL AND (n.id IS NULL OR n.item_id <> x.item OR n.closed OR o.warehouse_id <> p_warehouse
            OR o.decision <> 'released' OR o.kind NOT IN ('purchase_order', 'asn')) THEN 'stock.not_inbound'
        WHEN x.inbound IS NULL AND coalesce(t.expiry, t.best_before) < keeps_until(x.line) THEN 'stock.too_short_lived'
        END AS code, jsonb_strip_nulls(jsonb_build_object('document', d.number, 'kind', k.name, 'sku', i.sku,
            'quantity', trim_scale(x.qty)::text, 'lot', coalesce(nullif(t.lot, ''), t.serial),
            'expiry', coalesce(t.expiry, t.best_before))) AS facts INTO wrong
    FROM unnest(p_lines, p_items, p_qtys, p_traces, p_inbound) AS x (line, item, qty, trace, inbound)
    LEFT JOIN document_line l ON l.id = x.line LEFT JOIN document d ON d.id = l.document_id
    LEFT JOIN item i ON i.id = x.item LEFT JOIN trace t ON t.id = x.trace
    LEFT JOIN document_line n ON n.id = x.inbound LEFT JOIN document o ON o.id = n.document_id
    JOIN move_kind k ON k.name = 'pick'
    ORDER BY 1 LIMIT 1;
    IF wrong.code IS NOT NULL THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    PERFORM hold_items(p_warehouse, p_items, owners);
    INSERT INTO promise (demand_line_id, warehouse_id, item_id, owner_id, trace_id, keeps_until, inbound_line_id, qty)
    SELECT x.line, p_warehouse, x.item, coalesce(x.owner, nil()), coalesce(x.trace, nil()), x.keeps, x.inbound, x.qty
    FROM unnest(p_lines, p_items, owners, p_traces, p_keeps, p_inbound, p_qtys)
        AS x (line, item, owner, trace, keeps, inbound, qty);
    PERFORM require_cover(p_warehouse, p_items, owners);
    PERFORM require_fresh_cover(p_warehouse, p_items, owners);
    SELECT i.sku, trim_scale(sum(p.qty) - (n.base_qty - coalesce(g.qty, 0)))::text AS missing INTO wrong
    FROM promise p JOIN document_line n ON n.id = p.inbound_line_id JOIN item i ON i.id = n.item_id
    LEFT JOIN line_progress g ON g.document_line_id = n.id AND g.step = 'received'
    WHERE p.inbound_line_id = ANY (p_inbound) GROUP BY i.sku, n.id, g.qty
    HAVING sum(p.qty) > greatest(n.base_qty - coalesce(g.qty, 0), 0) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('stock.promised', to_jsonb(wrong));
    END IF;
    PERFORM require_within_line(p_lines);
    PERFORM end_record_request(p_request, '{}');
END $$;

-- Refuses where lines hold and are promised more than they ask for.
CREATE FUNCTION require_within_line(p_lines uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    beyond record;
BEGIN
    SELECT d.number, i.sku, 'reserved' AS step, trim_scale(c.claimed)::text AS would_be, trim_scale(l.base_qty)::text AS asked INTO beyond
    FROM document_line l JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id
    CROSS JOIN LATERAL (SELECT
        coalesce((SELECT sum(r.qty) FROM reservation r JOIN location at ON at.id = r.location_id
                  WHERE r.demand_line_id = l.id AND at.kind <> 'transit'), 0) -- what is on its way counts as shipped
        + coalesce((SELECT sum(p.qty) FROM promise p WHERE p.demand_line_id = l.id), 0)
        + coalesce((SELECT g.qty FROM line_progress g WHERE g.document_line_id = l.id AND g.step = 'shipped'), 0)
        AS claimed) c
    WHERE l.id = ANY (p_lines) AND c.claimed > l.base_qty * (1 + l.tolerance) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('document.beyond_tolerance', to_jsonb(beyond));
    END IF;
END $$;

-- Gives up what a line was promised (all of it when p_qty is NULL), the newest promise first; returns the quantity.
CREATE FUNCTION release_promise(p_line uuid, p_qty numeric DEFAULT NULL, p_request uuid DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    place uuid := (SELECT d.warehouse_id FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.id = p_line);
    p promise;
    known jsonb;
    given numeric := 0;
BEGIN
    PERFORM require_person('allocate', place);
    known := begin_claim(p_request, jsonb_build_array('release_promise', p_line, p_qty));
    IF known IS NOT NULL THEN
        RETURN (known ->> 'given')::numeric;
    END IF;
    IF p_qty <= 0 OR p_qty >= 1e12 THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', p_qty::text));
    END IF;
    PERFORM require_exact((SELECT item_id FROM document_line WHERE id = p_line), p_qty);
    FOR p IN SELECT x.* FROM promise x WHERE x.demand_line_id = p_line ORDER BY x.id DESC FOR UPDATE LOOP
        EXIT WHEN given >= p_qty;
        PERFORM cut_promise(p.id, least(p.qty, coalesce(p_qty - given, p.qty)));
        given := given + least(p.qty, coalesce(p_qty - given, p.qty));
    END LOOP;
    PERFORM end_record_request(p_request, jsonb_build_object('given', given));
    RETURN given;
END $$;

-- What was reserved for lines uses up what they were promised: first of the very trace, then from stock, then inbound.
CREATE FUNCTION use_promises(p_lines uuid[], p_traces uuid[], p_qtys numeric[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    got record;
    p promise;
    part numeric;
BEGIN
    FOR got IN SELECT x.line, x.trace, sum(x.q) AS qty FROM unnest(p_lines, p_traces, p_qtys) AS x (line, trace, q)
        GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
        FOR p IN SELECT x.* FROM promise x WHERE x.demand_line_id = got.line
            ORDER BY x.trace_id = got.trace DESC, x.inbound_line_id IS NULL DESC, x.trace_id = nil() DESC, x.id FOR UPDATE
        LOOP
            part := least(p.qty, got.qty);
            EXIT WHEN part <= 0;
            PERFORM cut_promise(p.id, part);
            got.qty := got.qty - part;
        END LOOP;
    END LOOP;
END $$;

-- What may go in the place of an item, the best first, with what can be promised of it in a warehouse to an owner's orders:
-- goods that may be sold, of which something is there. Base units. Nobody is given any of
-- it by this: whether a customer takes something else is for a person to ask.
CREATE FUNCTION substitutes_of(p_item uuid, p_warehouse uuid, p_owner uuid DEFAULT nil())
RETURNS TABLE (item_id uuid, sku text, name text, unit text, available numeric, note text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    others uuid[] := ARRAY(
        SELECT s.substitute_id FROM item_substitute s WHERE s.item_id = p_item
        UNION SELECT s.item_id FROM item_substitute s WHERE s.substitute_id = p_item AND s.both_ways);
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    RETURN QUERY
    SELECT i.id, i.sku, i.name, i.base_uom, trim_scale(a.available), coalesce(s.note, '')
    FROM available_to_promise(p_warehouse, others, p_owner) a JOIN item i ON i.id = a.item_id
    LEFT JOIN item_substitute s ON s.item_id = p_item AND s.substitute_id = i.id
    WHERE a.available > 0 AND NOT i.archived AND EXISTS (SELECT FROM life_cycle c WHERE c.state = i.state AND c.act = 'ship')
    ORDER BY s.position NULLS LAST, i.sku;
END $$;
