-- Goods that go to another warehouse: in two legs, through the place in transit of the one that sends them.

-- A transfer to another warehouse, as a draft of this one; quantities in the given units, as create_document() takes them.
CREATE FUNCTION create_transfer(p_warehouse uuid, p_to_warehouse uuid, p_reference text, p_due date, p_items uuid[],
    p_uoms text[], p_qtys numeric[], p_request uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid := create_document('transfer', p_warehouse, NULL, p_reference, p_due, p_items, p_uoms, p_qtys,
        p_request => p_request);
BEGIN
    IF p_to_warehouse = p_warehouse OR NOT EXISTS (SELECT FROM warehouse WHERE id = p_to_warehouse) THEN
        PERFORM refuse('ledger.no_destination');
    END IF;
    UPDATE document SET to_warehouse_id = p_to_warehouse WHERE id = made AND to_warehouse_id IS NULL;
    IF (SELECT to_warehouse_id FROM document WHERE id = made) <> p_to_warehouse THEN
        PERFORM refuse('ledger.request_reused', jsonb_build_object('request', p_request));
    END IF;
    RETURN made;
END $$;

-- What is on its way between warehouses, seen from both: sent and not yet received, a line and stock key.
-- Quantities in base units, `weight_kg` its share of what is weighed. (Its own rule: a reservation in transit stands in the books of the sender.)
CREATE FUNCTION in_transit(p_warehouse uuid) RETURNS TABLE (document_id uuid, number text, from_warehouse_id uuid,
    to_warehouse_id uuid, document_line_id uuid, item_id uuid, sku text, location_id uuid, trace_id uuid,
    handling_unit_id uuid, owner_id uuid, status text, qty numeric, weight_kg numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    RETURN QUERY
    SELECT d.id, d.number, d.warehouse_id, d.to_warehouse_id, l.id, r.item_id, i.sku, r.location_id, r.trace_id,
           r.handling_unit_id, r.owner_id, r.status, r.qty, (SELECT nullif(round(b.weight_kg * r.qty / b.on_hand, 6), 0)
               FROM stock_balance b WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id
                   AND b.location_id = r.location_id AND b.trace_id = r.trace_id AND b.owner_id = r.owner_id
                   AND b.handling_unit_id = r.handling_unit_id AND b.status = r.status AND b.on_hand > 0)
    FROM document d JOIN document_line l ON l.document_id = d.id JOIN reservation r ON r.demand_line_id = l.id
    JOIN location p ON p.id = r.location_id AND p.kind = 'transit' JOIN item i ON i.id = r.item_id
    WHERE d.kind = 'transfer' AND p_warehouse IN (d.warehouse_id, d.to_warehouse_id)
      AND ((SELECT my_owners()) IS NULL OR r.owner_id = ANY ((SELECT my_owners())::uuid[]))
    ORDER BY d.number, l.line_no;
END $$;

-- The units among these that stand in a warehouse or are on their way to it, with what they stand on: all that lies in
-- and on each, summed up over its goods whatever they are (base units), to be compared with what goes of it.
CREATE FUNCTION unit_loads(p_warehouse uuid, p_units uuid[]) RETURNS TABLE (id uuid, parent uuid, load numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    RETURN QUERY
    WITH RECURSIVE up AS (
        SELECT u.id, u.parent_id FROM handling_unit u
        WHERE u.id = ANY (p_units) AND (u.warehouse_id = p_warehouse
            OR u.id IN (SELECT w.handling_unit_id FROM in_transit(p_warehouse) w))
        UNION
        SELECT u.id, u.parent_id FROM up JOIN handling_unit u ON u.id = up.parent_id
    )
    SELECT up.id, up.parent_id, coalesce((SELECT sum(abs(b.on_hand)) FROM stock_balance b
        WHERE b.handling_unit_id IN (SELECT units_on(ARRAY[up.id]))
          AND ((SELECT my_owners()) IS NULL OR b.owner_id = ANY ((SELECT my_owners())::uuid[]))), 0)
    FROM up;
END $$;

-- Brings units and all that stands on them to a place; they are taken off what they stood on. p_enters: they belong to the
-- warehouse of that place from now on, which happens after their goods came. For post_leg() only, which posts these. What
-- stands on something is of the same warehouse, so it goes from the top down.
CREATE FUNCTION carry_units(p_units uuid[], p_to uuid, p_enters boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    layer uuid[] := p_units;
BEGIN
    PERFORM 1 FROM handling_unit WHERE id IN (SELECT units_on(p_units)) ORDER BY id FOR NO KEY UPDATE;
    UPDATE handling_unit SET parent_id = NULL WHERE id = ANY (p_units);
    WHILE cardinality(layer) > 0 LOOP
        UPDATE handling_unit u SET location_id = p_to WHERE u.id = ANY (layer);
        UPDATE handling_unit u SET warehouse_id = l.warehouse_id FROM location l
        WHERE u.id = ANY (layer) AND l.id = p_to AND p_enters;
        layer := ARRAY(SELECT id FROM handling_unit WHERE parent_id = ANY (layer) ORDER BY id);
    END LOOP;
END $$;

-- Posts one leg of a transfer (transfer_out, transfer_in) to a place, in one posting; p_carried: the units that travel
-- with everything in and on them, whose goods must all be among those given. Parallel arrays as in post_moves(). For
-- post_leg() and move_unit(), which know their requests.
CREATE FUNCTION carry_leg(p_request uuid, p_kind text, p_warehouse uuid, p_to uuid, p_document uuid, p_carried uuid[],
    p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[], p_units uuid[], p_to_units uuid[],
    p_owners uuid[], p_statuses text[], p_qtys numeric[], p_weights numeric[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    told jsonb;
    torn record;
BEGIN
    PERFORM require_person((SELECT permission FROM move_kind WHERE name = p_kind), p_warehouse);
    PERFORM require_read_committed();
    IF p_kind NOT IN ('transfer_out', 'transfer_in') THEN
        PERFORM refuse('ledger.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    -- Each has goods that go, and is where they are: nobody's empty unit goes along.
    SELECT u.sscc AS handling_unit, coalesce(l.address, '') AS place INTO torn
    FROM unnest(p_carried) c LEFT JOIN handling_unit u ON u.id = c LEFT JOIN location l ON l.id = u.location_id
    WHERE NOT EXISTS (SELECT FROM unnest(p_units, p_to_units, p_locations) AS g (unit, to_unit, place)
        WHERE g.unit IN (SELECT units_on(ARRAY[c])) AND g.to_unit = g.unit AND g.place = u.location_id) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('handling_unit.elsewhere', to_jsonb(torn));
    END IF;
    PERFORM carry_units(p_carried, p_to, false);
    told := post_moves(p_request => p_request, p_kind => p_kind, p_warehouse => p_warehouse, p_document => p_document,
        p_items => p_items, p_qtys => p_qtys, p_from_locations => p_locations,
        p_to_locations => array_fill(p_to, ARRAY[cardinality(p_items)]), p_traces => p_traces, p_from_units => p_units,
        p_to_units => p_to_units, p_from_statuses => p_statuses, p_from_owners => p_owners, p_lines => p_lines,
        p_weights => p_weights);
    PERFORM carry_units(p_carried, p_to, true);
    SELECT u.sscc AS handling_unit, l.address AS place INTO torn
    FROM stock_balance b JOIN handling_unit u ON u.id = b.handling_unit_id JOIN location l ON l.id = b.location_id
    WHERE b.handling_unit_id IN (SELECT units_on(p_carried)) AND b.on_hand <> 0 AND b.location_id <> p_to LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('handling_unit.elsewhere', to_jsonb(torn));
    END IF;
    RETURN told;
END $$;

-- The same as people ask for it: asked again with the same request, it does nothing and answers as before.
CREATE FUNCTION post_leg(p_request uuid, p_kind text, p_warehouse uuid, p_to uuid, p_document uuid, p_carried uuid[],
    p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[], p_units uuid[], p_to_units uuid[],
    p_owners uuid[], p_statuses text[], p_qtys numeric[], p_weights numeric[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    told jsonb := begin_record_request(p_request, jsonb_build_array('leg', p_kind, p_warehouse, p_to, p_document, p_carried,
        p_lines, p_items, p_locations, p_traces, p_units, p_to_units, p_owners, p_statuses, p_qtys, p_weights));
BEGIN
    IF told IS NOT NULL THEN
        RETURN told;
    END IF;
    RETURN end_record_request(p_request, carry_leg(p_request, p_kind, p_warehouse, p_to, p_document, p_carried, p_lines, p_items,
        p_locations, p_traces, p_units, p_to_units, p_owners, p_statuses, p_qtys, p_weights));
END $$;

-- A unit with all that is in and on it as one leg of a transfer: all of it is reserved for lines of transfers. Returns
-- what move_unit() returns, which calls this.
CREATE FUNCTION move_unit_between(p_request uuid, p_unit uuid, p_to uuid, p_kind text) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT carry_leg(p_request, p_kind, l.warehouse_id, p_to, NULL, ARRAY[p_unit], array_agg(r.demand_line_id ORDER BY r.n),
            array_agg(r.item_id ORDER BY r.n), array_agg(r.location_id ORDER BY r.n),
            array_agg(nullif(r.trace_id, nil()) ORDER BY r.n), array_agg(r.handling_unit_id ORDER BY r.n),
            array_agg(r.handling_unit_id ORDER BY r.n), array_agg(r.owner_id ORDER BY r.n),
            array_agg(r.status ORDER BY r.n), array_agg(r.qty ORDER BY r.n), array_agg(r.kg ORDER BY r.n))
        || jsonb_build_object('units', (SELECT count(*) FROM units_on(ARRAY[p_unit])))
    FROM location l CROSS JOIN (
        SELECT x.*, share_of_weight(b.weight_kg, b.on_hand, sum(x.qty) OVER (PARTITION BY x.item_id, x.location_id, x.trace_id,
            x.handling_unit_id, x.owner_id, x.status ORDER BY x.demand_line_id), x.qty) AS kg, row_number() OVER (ORDER BY
            x.item_id, x.handling_unit_id, x.trace_id, x.owner_id, x.status, x.demand_line_id) AS n
        FROM reservation x JOIN stock_balance b USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id,
            owner_id, status)
        WHERE x.handling_unit_id IN (SELECT units_on(ARRAY[p_unit])) AND x.handling_unit_id <> nil() AND x.qty > 0
    ) r
    WHERE l.id = p_to GROUP BY l.warehouse_id
$$;

-- A transfer, a return or a kit order whose lines are all done is closed by itself, and open again when that is taken
-- back: what was received, sent back or made is their last step. Orders and deliveries are closed at the dock; an order
-- whose parcel comes back off the truck is open again.
CREATE FUNCTION close_by_itself(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    complete boolean;
BEGIN
    FOR d IN SELECT x.* FROM document x WHERE (x.kind IN ('transfer', 'return', 'kit_order')
            OR x.kind = 'order' AND p_posting.reverses IS NOT NULL) AND x.id IN (
            SELECT l.document_id FROM stock_move m JOIN document_line l ON l.id = m.document_line_id
            WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at) ORDER BY x.id FOR NO KEY UPDATE
    LOOP
        UPDATE document_line l SET closed = l.base_qty <= coalesce((SELECT max(p.qty) FROM line_progress p
            WHERE p.document_line_id = l.id AND p.step IN ('received', 'returned', 'produced', CASE WHEN d.kind = 'order' THEN 'shipped' END)), 0)
        WHERE l.document_id = d.id AND (p_posting.reverses IS NOT NULL OR NOT l.closed);
        complete := NOT EXISTS (SELECT FROM document_line l WHERE l.document_id = d.id AND NOT l.closed);
        CONTINUE WHEN d.decision <> CASE WHEN complete THEN 'released' ELSE 'closed' END;
        UPDATE document SET decision = CASE WHEN complete THEN 'closed' ELSE 'released' END, version = version + 1
        WHERE id = d.id;
        INSERT INTO document_history (document_id, person_id, decision)
        VALUES (d.id, p_posting.person_id, CASE WHEN complete THEN 'closed' ELSE 'released' END);
    END LOOP;
END $$;
