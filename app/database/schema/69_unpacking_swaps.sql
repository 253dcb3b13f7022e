-- Goods in cartons put right: a unit swapped for another one, the contents of two cartons exchanged, a carton taken out of
-- a truck.

-- Takes units of a line out of an open carton for good and puts others of the same item from a bin into it: another lot or
-- serial, or the same where one is damaged. What comes out goes to p_place. p_out, p_in: traces (nil: none); p_qty in base
-- units. Returns {carton, goods, instead, place}.
-- Refuses a sealed carton, goods that are not in it, and what the order may not get (reserve_stock: held, too short-lived).
CREATE FUNCTION swap_unit(p_request uuid, p_parcel uuid, p_item uuid, p_out uuid, p_in uuid, p_qty numeric, p_from uuid,
    p_place uuid, p_reason text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('swap', p_parcel, p_item, p_out, p_in, p_qty, p_from,
        p_place, p_reason));
    p parcel := lock_parcel(p_parcel, 'pack');
    d document;
    i item;
    r reservation;
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require_unpack_reason(p_reason);
    SELECT * INTO d FROM document WHERE id = p.document_id;
    SELECT * INTO i FROM item WHERE id = p_item;
    PERFORM require_return_place(p_place, d.warehouse_id);
    IF p.state <> 'open' THEN
        PERFORM refuse('packing.carton_sealed', jsonb_build_object('carton', (SELECT sscc FROM handling_unit
            WHERE id = p.handling_unit_id)));
    END IF;
    SELECT * INTO r FROM claims_in_carton(p.handling_unit_id) x WHERE x.item_id = p_item AND x.trace_id = p_out
        AND x.qty >= p_qty LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse('packing.not_in_carton', jsonb_build_object('sku', i.sku));
    END IF;
    r.qty := p_qty;
    PERFORM take_for_good(p, r, p_place, p_reason);
    PERFORM bring_from_bin(p, r, p_in, p_from);
    told := jsonb_build_object('carton', (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id),
        'goods', jsonb_build_array(named_goods(i, p_out, p_qty)), 'instead', jsonb_build_array(named_goods(i, p_in, p_qty)),
        'place', (SELECT address FROM location WHERE id = p_place));
    INSERT INTO carton_event (parcel_id, what, reason, detail) VALUES (p.id, 'swapped', p_reason, told);
    RETURN end_record_request(p_request, told);
END $$;

-- Goods as the trail of a carton names them.
CREATE FUNCTION named_goods(i item, p_trace uuid, p_qty numeric) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT jsonb_build_object('sku', i.sku, 'qty', p_qty::text, 'unit', i.base_uom, 'lot', coalesce(t.lot, ''),
        'serial', coalesce(t.serial, '')) FROM (SELECT 1) one LEFT JOIN trace t ON t.id = p_trace
$$;

-- Goods leave an open carton and their order: over the tote, where the order lets go of them, to the return place.
CREATE FUNCTION take_for_good(p parcel, r reservation, p_place uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    back reservation;
BEGIN
    PERFORM hold_items(r.warehouse_id, ARRAY[r.item_id], ARRAY[r.owner_id]);
    back := (into_totes(new_id(), p, ARRAY[r]))[1];
    PERFORM give_up(back, back.qty);
    PERFORM put_on_return_place(r.warehouse_id, back, p_place, r.demand_line_id, p_reason, p_reason = 'GOODS_DAMAGED');
END $$;

-- Goods of a bin are reserved for a line, picked, and packed into an open carton, at once.
CREATE FUNCTION bring_from_bin(p parcel, r reservation, p_trace uuid, p_from uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    there record := tote_of(r.demand_line_id);
    carton handling_unit;
    told jsonb;
BEGIN
    SELECT * INTO carton FROM handling_unit WHERE id = p.handling_unit_id;
    PERFORM reserve_stock(r.warehouse_id, ARRAY[r.demand_line_id], ARRAY[r.item_id], ARRAY[p_from], ARRAY[p_trace], ARRAY[nil()],
        ARRAY[r.owner_id], ARRAY['available'], ARRAY[r.qty]);
    told := post_moves(p_request => new_id(), p_kind => 'pick', p_warehouse => r.warehouse_id, p_items => ARRAY[r.item_id],
        p_qtys => ARRAY[r.qty], p_from_locations => ARRAY[p_from], p_to_locations => ARRAY[there.place],
        p_traces => ARRAY[nullif(p_trace, nil())], p_to_units => ARRAY[there.tote], p_from_owners => ARRAY[r.owner_id],
        p_lines => ARRAY[r.demand_line_id], p_document => p.document_id);
    told := post_moves(p_request => new_id(), p_kind => 'pack', p_warehouse => r.warehouse_id, p_items => ARRAY[r.item_id],
        p_qtys => ARRAY[r.qty], p_from_locations => ARRAY[there.place], p_to_locations => ARRAY[carton.location_id],
        p_traces => ARRAY[nullif(p_trace, nil())], p_from_units => ARRAY[there.tote], p_to_units => ARRAY[carton.id],
        p_from_owners => ARRAY[r.owner_id], p_lines => ARRAY[r.demand_line_id], p_document => p.document_id);
END $$;

-- Two sealed cartons have each other's goods in them, and so each other's labels on them: the book is brought in line with
-- what is in the cartons. Both are open then, weighed again and labelled anew; where they belong to two orders, each
-- belongs to the other one from now on. Returns {carton, other, labels}.
CREATE FUNCTION exchange_cartons(p_request uuid, p_parcel uuid, p_other uuid, p_reason text, p_approval uuid DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('exchange', p_parcel, p_other, p_reason));
    p parcel;
    o parcel;
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF p_parcel < p_other THEN
        p := lock_parcel(p_parcel, 'pack');
        o := lock_parcel(p_other, 'pack');
    ELSE
        o := lock_parcel(p_other, 'pack');
        p := lock_parcel(p_parcel, 'pack');
    END IF;
    PERFORM require_unpack_reason(p_reason);
    PERFORM require_exchangeable(p, o);
    told := jsonb_build_object('carton', (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id),
        'other', (SELECT sscc FROM handling_unit WHERE id = o.handling_unit_id),
        'approved', jsonb_build_array(take_off_manifest(p, p_reason, p_approval), take_off_manifest(o, p_reason, NULL)),
        'labels', to_jsonb(break_seal(p) || break_seal(o)));
    PERFORM cross_contents(p, o);
    UPDATE parcel SET document_id = CASE id WHEN p.id THEN o.document_id ELSE p.document_id END WHERE id IN (p.id, o.id);
    INSERT INTO carton_event (parcel_id, what, reason, approved_by, detail)
    SELECT x.id, 'exchanged', p_reason, (told -> 'approved' ->> 0)::uuid, jsonb_build_object('other', x.other,
        'goods', goods_in_carton(x.unit), 'labels', told -> 'labels')
    FROM (VALUES (p.id, p.handling_unit_id, told ->> 'other'), (o.id, o.handling_unit_id, told ->> 'carton')) x (id, unit, other);
    RETURN end_record_request(p_request, told - 'approved');
END $$;

-- Refuses two cartons whose contents cannot be exchanged: one and the same, open or gone, or of orders that do not go on.
CREATE FUNCTION require_exchangeable(p parcel, o parcel) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    stopped record;
BEGIN
    IF p.id = o.id THEN
        PERFORM refuse('unpacking.same_carton');
    END IF;
    SELECT d.number, d.decision INTO stopped FROM document d WHERE d.id IN (p.document_id, o.document_id)
        AND d.decision <> 'released' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', stopped.number));
    ELSIF (SELECT count(DISTINCT warehouse_id) FROM document WHERE id IN (p.document_id, o.document_id)) > 1 THEN
        PERFORM refuse('parcel.unknown');
    ELSIF 'open' IN (p.state, o.state) OR 'cancelled' IN (p.state, o.state) THEN
        PERFORM refuse('unpacking.not_sealed', jsonb_build_object('carton', (SELECT sscc FROM handling_unit
            WHERE id = CASE WHEN p.state IN ('open', 'cancelled') THEN p.handling_unit_id ELSE o.handling_unit_id END)));
    END IF;
END $$;

-- The goods of each of two open cartons go over their totes into the other one.
CREATE FUNCTION cross_contents(p parcel, o parcel) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    ours reservation[] := ARRAY(SELECT claims_in_carton(p.handling_unit_id));
    theirs reservation[] := ARRAY(SELECT claims_in_carton(o.handling_unit_id));
BEGIN
    ours := into_totes(new_id(), p, ours);
    theirs := into_totes(new_id(), o, theirs);
    PERFORM into_carton(ours, p.document_id, o.handling_unit_id);
    PERFORM into_carton(theirs, o.document_id, p.handling_unit_id);
END $$;

-- Packs goods that lie in totes for their lines into an open carton.
CREATE FUNCTION into_carton(p_claims reservation[], p_document uuid, p_carton uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM post_moves(p_request => new_id(), p_kind => 'pack', p_warehouse => p_claims[1].warehouse_id,
        p_items => array_agg((x.c).item_id), p_qtys => array_agg((x.c).qty), p_from_locations => array_agg((x.c).location_id),
        p_to_locations => array_agg(u.location_id), p_traces => array_agg(nullif((x.c).trace_id, nil())),
        p_from_units => array_agg((x.c).handling_unit_id), p_to_units => array_agg(u.id),
        p_from_statuses => array_agg((x.c).status), p_from_owners => array_agg((x.c).owner_id),
        p_lines => array_agg((x.c).demand_line_id), p_weights => array_agg(weight_of(x.c)), p_document => p_document)
    FROM (SELECT p_claims[n] AS c FROM generate_subscripts(p_claims, 1) n) x JOIN handling_unit u ON u.id = p_carton;
END $$;

-- Takes a carton out of a truck that has not departed: it is labelled as before, and off the manifest. Whoever loaded it
-- within the hour may, and who may take back what others did. Returns {carton, manifest}.
CREATE FUNCTION unload_carton(p_request uuid, p_parcel uuid, p_reason text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('unload', p_parcel, p_reason));
    p parcel := lock_parcel(p_parcel, 'ship');
    sent record;
    told jsonb;
    posting uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require_unpack_reason(p_reason);
    SELECT m.number, s.departed_at INTO sent FROM shipment_parcel l JOIN shipment s USING (document_id)
    JOIN document m ON m.id = l.document_id WHERE l.parcel_id = p.id AND l.left_out_at IS NULL;
    told := jsonb_build_object('carton', (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id),
        'manifest', coalesce(sent.number, ''), 'document', (SELECT number FROM document WHERE id = p.document_id));
    IF p.state <> 'shipped' THEN
        PERFORM refuse('unpacking.not_loaded', told);
    ELSIF sent.departed_at IS NOT NULL OR sent.number IS NULL THEN
        PERFORM refuse('unpacking.left', told);
    END IF;
    posting := (SELECT m.posting_id FROM stock_move m WHERE m.from_handling_unit_id = p.handling_unit_id
        AND m.from_handling_unit_id <> nil() AND m.kind = 'ship' AND m.reverses IS NULL
        AND NOT EXISTS (SELECT FROM posting r WHERE r.reverses = m.posting_id) ORDER BY m.recorded_at DESC LIMIT 1);
    PERFORM reverse_posting(p_request, posting, p_reason);
    UPDATE shipment_parcel SET left_out_at = now() WHERE parcel_id = p.id AND left_out_at IS NULL;
    INSERT INTO carton_event (parcel_id, what, reason, detail) VALUES (p.id, 'unloaded', p_reason, told);
    RETURN end_record_request(p_request, told);
END $$;

REVOKE ALL ON FUNCTION named_goods(item, uuid, numeric), take_for_good(parcel, reservation, uuid, text),
    bring_from_bin(parcel, reservation, uuid, uuid), cross_contents(parcel, parcel),
    into_carton(reservation[], uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION swap_unit(uuid, uuid, uuid, uuid, uuid, numeric, uuid, uuid, text),
    exchange_cartons(uuid, uuid, uuid, text, uuid), unload_carton(uuid, uuid, text) TO @everyone@;
