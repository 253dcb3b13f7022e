-- Orders that change while people work on them: what may still change, what is given up for it, what goes back to its bins,
-- and who is told. The order's row is locked first, as by everybody who picks or packs it.

-- Who has an order in hand at a bench, or on a walk with others, now: [{person, station, capability}].
CREATE FUNCTION hands_on_order(p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('person', p.name, 'station', coalesce(s.name, ''),
        'capability', r.capability) ORDER BY r.id), '[]')
    FROM dialog_run r JOIN person p ON p.id = r.person_id LEFT JOIN station s ON s.id = r.station_id
    WHERE NOT r.finished AND (p_document::text IN (r.state ->> 'order', r.state ->> 'document')
        OR r.state ->> 'document' IN (SELECT batch_id::text FROM batch_slot WHERE order_id = p_document))
$$;

-- What whoever has an order in hand must know of the desk's doings: {hold, note, person} where it stands still or was
-- cancelled (`hold` is the kind of its first hold), {change, changed_by} of the last change: ship_to, lines, service or other.
CREATE FUNCTION order_news(p_document uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
DECLARE
    told jsonb := '{}';
    c record;
BEGIN
    PERFORM require_actor();
    SELECT jsonb_build_object('hold', h.kind, 'note', h.note, 'person', p.name) INTO told
    FROM order_hold h JOIN person p ON p.id = h.held_by
    WHERE h.document_id = p_document AND h.lifted_at IS NULL ORDER BY h.held_at LIMIT 1;
    FOR c IN SELECT x.what, x.detail, x.reason, p.name FROM order_change x JOIN person p ON p.id = x.person_id
        WHERE x.document_id = p_document ORDER BY x.at DESC, x.id DESC LIMIT 1
    LOOP
        told := CASE c.what
            WHEN 'cancelled' THEN jsonb_build_object('person', c.name, 'note', c.reason)
            WHEN 'changed' THEN coalesce(told, '{}') || jsonb_build_object('changed_by', c.name, 'change', CASE
                WHEN c.detail -> 'head' ? 'ship_to' THEN 'ship_to'
                WHEN c.detail -> 'lines' <> '[]' OR c.detail -> 'added' <> '[]' THEN 'lines'
                WHEN c.detail -> 'head' ?| ARRAY['service', 'carrier'] THEN 'service' ELSE 'other' END)
            ELSE told END;
    END LOOP;
    RETURN coalesce(told, '{}');
END $$;

-- Takes so much off one reservation, off the balance that it stands on, and off the pick that is to fetch it.
CREATE FUNCTION give_up(r reservation, p_qty numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
    part reservation := r;
BEGIN
    PERFORM 1 FROM stock_balance b WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id
        AND b.location_id = r.location_id AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id
        AND b.owner_id = r.owner_id AND b.status = r.status FOR NO KEY UPDATE;
    part.qty := p_qty;
    PERFORM change_reserved(ARRAY[part], -1);
    UPDATE reservation x SET qty = x.qty - p_qty
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status;
    DELETE FROM reservation WHERE demand_line_id = r.demand_line_id AND qty = 0;
    SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = r.demand_line_id
        AND from_location_id = r.location_id AND trace_id = r.trace_id AND handling_unit_id = r.handling_unit_id;
    IF FOUND THEN
        PERFORM shrink_pick(t, p_qty);
    END IF;
END $$;

-- Lets a line keep no more than so much of what it has in bins and totes (base units), and of its promises. What was not
-- picked yet goes first. Returns {freed, back}: given up in bins, and left in totes to be put away again (base units).
CREATE FUNCTION keep_at_most(p_line uuid, p_keep numeric) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    r reservation;
    place text;
    over numeric;
    part numeric;
    freed numeric := 0;
    back numeric := 0;
    p promise;
BEGIN
    PERFORM hold_items(d.warehouse_id, ARRAY[l.item_id], ARRAY[d.owner_id])
    FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.id = p_line;
    over := coalesce((SELECT sum(qty) FROM reservation WHERE demand_line_id = p_line), 0) - p_keep;
    FOR r IN SELECT x.* FROM reservation x JOIN location l ON l.id = x.location_id AND l.kind NOT IN ('staging', 'transit')
        WHERE x.demand_line_id = p_line
        ORDER BY l.kind = 'tote', l.walk_position DESC, x.location_id, x.trace_id, x.handling_unit_id
    LOOP
        EXIT WHEN over <= 0;
        part := least(r.qty, over);
        place := (SELECT kind FROM location WHERE id = r.location_id);
        PERFORM give_up(r, part);
        over := over - part;
        IF place = 'tote' THEN
            back := back + part;
        ELSE
            freed := freed + part;
        END IF;
    END LOOP;
    over := coalesce((SELECT sum(qty) FROM reservation WHERE demand_line_id = p_line), 0)
        + coalesce((SELECT sum(qty) FROM promise WHERE demand_line_id = p_line), 0) - p_keep;
    FOR p IN SELECT x.* FROM promise x WHERE x.demand_line_id = p_line ORDER BY x.id DESC FOR UPDATE LOOP
        EXIT WHEN over <= 0;
        PERFORM cut_promise(p.id, least(p.qty, over));
        over := over - least(p.qty, over);
    END LOOP;
    RETURN jsonb_build_object('freed', freed::text, 'back', back::text);
END $$;

-- Makes the labels of an order's sealed cartons that have not left worthless; what waits to be printed is taken back. Their
-- shipping labels are void, the others are printed anew with what the order says now. Returns the numbers of the shipping
-- labels. p_why: ORDER_CHANGED or ORDER_ENDED. Refuses while one of them is in the printer (p_patient), or leaves that one alone.
CREATE FUNCTION void_order_labels(p_document uuid, p_why text, p_patient boolean) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    label record;
    dead text[] := drop_labels_of_order(p_document, p_why, p_patient);
BEGIN
    FOR label IN SELECT j.id, j.state, j.label_uid, r.name AS printer
        FROM parcel k JOIN handling_unit u ON u.id = k.handling_unit_id
        JOIN print_job j ON j.label_uid IN (u.sscc, u.sscc || '/slip') JOIN printer r ON r.id = j.printer_id
        WHERE k.document_id = p_document AND k.state IN ('closed', 'labelled')
          AND j.state NOT IN ('VOIDED', 'REPRINTED', 'CANCELLED') ORDER BY j.id FOR UPDATE OF j
    LOOP
        IF label.state IN ('SENDING', 'SENT') THEN
            CONTINUE WHEN NOT p_patient;
            PERFORM refuse('printing.still_printing', jsonb_build_object('label', label.label_uid, 'printer', label.printer));
        END IF;
        PERFORM advance_print_job(label.id, NULL, CASE label.state WHEN 'QUEUED' THEN 'CANCELLED' ELSE 'VOIDED' END,
            'order_changed');
    END LOOP;
    RETURN dead;
END $$;

-- Gives up the empty cartons that were opened for an order.
CREATE FUNCTION drop_empty_cartons(p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
BEGIN
    FOR p IN SELECT * FROM parcel WHERE document_id = p_document AND state = 'open' FOR UPDATE LOOP
        IF NOT parcel_holds_goods(p) THEN
            UPDATE parcel SET state = 'cancelled' WHERE id = p.id;
        END IF;
    END LOOP;
END $$;

-- Goods of an order that somebody has put into totes and cartons and that have not left: [{sku, qty, unit, number, place}],
-- base units. p_line: of one line only.
CREATE FUNCTION goods_in_hand(p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('sku', i.sku, 'qty', r.qty::text, 'unit', i.base_uom,
        'number', coalesce(h.sscc, ''), 'place', p.address) ORDER BY l.line_no, h.sscc), '[]')
    FROM document_line l JOIN reservation r ON r.demand_line_id = l.id AND r.qty > 0
    JOIN location p ON p.id = r.location_id AND p.kind IN ('tote', 'staging')
    JOIN item i ON i.id = r.item_id LEFT JOIN handling_unit h ON h.id = r.handling_unit_id
    WHERE l.document_id = p_document
$$;

-- Changes one line of an order, or every part of a bundle that was ordered under this number. p_line: {line, qty} (in the
-- unit of the line), {line, price} or {line, cancelled: true}. What is in a carton stays: it is taken out at the bench
-- first. Returns a list of {line, sku, was, is, freed, back}.
CREATE FUNCTION change_order_line(d document, p_line jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    l document_line;
    i item;
    wanted numeric;
    share numeric;
    base numeric;
    packed numeric;
    shipped numeric;
    kept jsonb;
    told jsonb := '[]';
BEGIN
    FOR l IN SELECT * FROM document_line WHERE document_id = d.id
        AND (p_line ->> 'line')::int IN (line_no, bundle_no) ORDER BY line_no FOR UPDATE
    LOOP
        SELECT * INTO i FROM item WHERE id = l.item_id;
        SELECT coalesce(sum(qty) FILTER (WHERE step = 'packed'), 0), coalesce(sum(qty) FILTER (WHERE step = 'shipped'), 0)
        INTO packed, shipped FROM line_progress WHERE document_line_id = l.id;
        share := CASE WHEN l.bundle_id IS NOT NULL AND (p_line ->> 'line')::int = l.bundle_no THEN l.bundle_qty ELSE l.qty END;
        wanted := CASE WHEN (p_line ->> 'cancelled')::boolean THEN 0 ELSE coalesce((p_line ->> 'qty')::numeric, share) END;
        IF (wanted >= 0 AND wanted < 1e12) IS NOT TRUE
                OR wanted = 0 AND (p_line ->> 'cancelled')::boolean IS NOT TRUE THEN
            PERFORM refuse('quantity.not_positive', jsonb_build_object('sku', i.sku, 'quantity', wanted::text));
        ELSIF l.closed AND wanted <> share THEN
            PERFORM refuse('orders.line_ended', jsonb_build_object('document', d.number, 'line', l.line_no, 'sku', i.sku));
        END IF;
        base := CASE WHEN share = l.qty THEN in_base_units(i, l.uom, wanted) ELSE l.base_qty * wanted / share END;
        IF round(base, i.decimals) <> base THEN
            PERFORM refuse('quantity.not_exact', jsonb_build_object('sku', i.sku, 'uom', i.base_uom, 'quantity', base::text));
        ELSIF base < greatest(packed, shipped) AND NOT (wanted = 0 AND packed <= shipped) THEN
            PERFORM refuse('orders.already_packed', jsonb_build_object('document', d.number, 'sku', i.sku,
                'packed', greatest(packed, shipped)::text, 'unit', i.base_uom));
        END IF;
        kept := keep_at_most(l.id, greatest(base - shipped, 0));
        kept := kept || jsonb_build_object('freed', ((kept ->> 'freed')::numeric + write_line_wish(l.id, p_line))::text);
        told := told || (jsonb_build_object('line', l.line_no, 'sku', i.sku, 'unit', l.uom, 'was', l.qty::text,
            'is', CASE WHEN wanted = 0 THEN '0' WHEN share = l.qty THEN wanted::text ELSE base::text END) || kept);
        IF wanted = 0 THEN
            UPDATE document_line SET closed = true WHERE id = l.id;
        ELSE
            UPDATE document_line SET base_qty = base, qty = CASE WHEN share = l.qty THEN wanted ELSE base END,
                bundle_qty = CASE WHEN share = l.qty THEN bundle_qty ELSE wanted END,
                unit_price = CASE WHEN p_line ? 'price' THEN (p_line ->> 'price')::numeric ELSE unit_price END,
                closed = closed OR base <= shipped
            WHERE id = l.id;
        END IF;
    END LOOP;
    IF told = '[]' THEN
        PERFORM refuse('orders.unknown_line', jsonb_build_object('document', d.number, 'line', p_line ->> 'line'));
    END IF;
    RETURN told;
END $$;

-- Changes an order that has not left: p_head names the fields to write (those of order_head); p_lines is a list of lines to
-- change ({line, qty | price | cancelled | lot | minimum_days}) and to add (add_order_line). With another address, carrier or service
-- the labels of sealed cartons die, unless p_keep_labels. Returns what came of it: {version, head, lines, added, labels,
-- hands}. Refuses an order that ended, a version that is not the last, and what is in a carton already.
CREATE FUNCTION change_order(p_request uuid, p_document uuid, p_version int, p_head jsonb, p_lines jsonb,
    p_keep_labels boolean DEFAULT false, p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('change_order', p_document, p_version, p_head, p_lines,
        p_keep_labels, p_reason));
    d document;
    before jsonb := order_head(p_document);
    one jsonb;
    changed jsonb := '[]';
    added int[] := '{}';
    labels text[] := '{}';
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    d := lock_customer_order(p_document, p_version);
    FOR one IN SELECT * FROM jsonb_array_elements(coalesce(p_lines, '[]')) LOOP
        IF one ? 'line' THEN
            changed := changed || change_order_line(d, one);
        ELSE
            added := added || add_order_line(d, one);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM document_line WHERE document_id = p_document AND NOT closed) THEN
        PERFORM refuse('orders.no_line_left', jsonb_build_object('document', d.number));
    END IF;
    PERFORM write_order_head(p_document, coalesce(p_head, '{}'));
    IF d.decision <> 'draft' AND NOT p_head ? 'cut_off' AND p_head ?| ARRAY['carrier', 'service', 'due', 'requested'] THEN
        PERFORM plan_departure(p_document, true);
    END IF;
    told := (SELECT coalesce(jsonb_object_agg(n.key, jsonb_build_array(before -> n.key, n.value)), '{}')
        FROM jsonb_each(order_head(p_document)) n WHERE n.value IS DISTINCT FROM before -> n.key);
    IF told ?| ARRAY['ship_to', 'carrier', 'service'] AND NOT p_keep_labels THEN
        labels := void_order_labels(p_document, 'ORDER_CHANGED', true);
    END IF;
    told := jsonb_build_object('head', told, 'lines', changed, 'added', to_jsonb(added), 'labels', to_jsonb(labels),
        'hands', hands_on_order(p_document));
    PERFORM tell_order_change(p_document, 'changed', told, p_reason);
    RETURN end_record_request(p_request, told || jsonb_build_object('version', d.version + 1));
END $$;

-- What comes of an order that ends before all of it has left, and its trail: {decision, freed, back, labels, cartons,
-- hands}. Labels are worthless, nobody fills its empty cartons, its holds are over. For whoever then takes the decision.
CREATE FUNCTION end_order(p_document uuid, p_ends text, p_reason text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    told jsonb := jsonb_build_object('decision', p_ends, 'back', goods_in_hand(p_document), 'hands', hands_on_order(p_document),
        'cartons', cartons_of_order(p_document),
        'freed', (SELECT count(*) FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
            JOIN location b ON b.id = r.location_id AND b.kind = 'bin' WHERE l.document_id = p_document),
        'labels', to_jsonb(void_order_labels(p_document, 'ORDER_ENDED', false)));
BEGIN
    PERFORM drop_empty_cartons(p_document);
    PERFORM tell_order_change(p_document, 'cancelled', told, p_reason);
    UPDATE order_hold SET lifted_at = now(), lifted_by = actor() WHERE document_id = p_document AND lifted_at IS NULL;
    RETURN told;
END $$;

-- Cancels an order at any stage before all of it has left: what waits in bins is free, what is in totes and cartons is to be
-- put away again (goods_to_put_back), labels are worthless, and who has it in hand is stopped. Where a part has left, the
-- order is closed with that part. Returns {decision, freed, back, labels, cartons, hands}. Refuses without a reason, an order
-- of which a carton is in a truck that has not departed (orders.loaded: it is taken out first, or departs), and one that has
-- left (orders.shipped: it comes back as a return).
CREATE FUNCTION cancel_order(p_request uuid, p_document uuid, p_version int, p_reason text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('cancel_order', p_document, p_version, p_reason));
    d document;
    ends text;
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require_not_loaded(p_document);
    IF EXISTS (SELECT FROM document WHERE id = p_document AND kind = 'order' AND decision = 'closed') THEN
        PERFORM refuse('orders.shipped', jsonb_build_object('document', (SELECT number FROM document WHERE id = p_document)));
    END IF;
    d := lock_customer_order(p_document, p_version);
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active AND step IN ('order', 'claim', 'any')) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', coalesce(p_reason, ''), 'kind', 'order'));
    END IF;
    ends := CASE WHEN EXISTS (SELECT FROM document_line l JOIN line_progress g ON g.document_line_id = l.id
            AND g.step = 'shipped' AND g.qty > 0 WHERE l.document_id = p_document) THEN 'closed' ELSE 'cancelled' END;
    told := end_order(p_document, ends, p_reason);
    UPDATE document_line SET closed = true WHERE document_id = p_document AND ends = 'closed';
    UPDATE document SET decision = ends WHERE id = p_document;
    INSERT INTO document_history (document_id, person_id, decision, reason) VALUES (p_document, actor(), ends, p_reason);
    RETURN end_record_request(p_request, told);
END $$;

-- Goods in totes and cartons that no order wants any more, by stock key, to be put away again: what orders that ended still
-- have there, and what nobody has reserved in a tote or in a carton that was given up. Base units.
CREATE FUNCTION goods_to_put_back(p_warehouse uuid)
RETURNS TABLE (location_id uuid, item_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text, qty numeric,
    first_received_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    RETURN QUERY
    SELECT b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, w.qty, b.first_received_at
    FROM location l JOIN stock_balance b ON b.location_id = l.id AND b.warehouse_id = l.warehouse_id AND b.on_hand > 0
    CROSS JOIN LATERAL (SELECT
        coalesce((SELECT sum(r.qty) FROM reservation r JOIN document_line x ON x.id = r.demand_line_id
            JOIN document d ON d.id = x.document_id AND d.kind = 'order' AND (d.decision IN ('cancelled', 'closed') OR x.closed)
            WHERE r.warehouse_id = b.warehouse_id AND r.item_id = b.item_id AND r.location_id = b.location_id
              AND r.trace_id = b.trace_id AND r.handling_unit_id = b.handling_unit_id AND r.owner_id = b.owner_id
              AND r.status = b.status), 0)
        + CASE WHEN l.kind = 'tote' OR EXISTS (SELECT FROM parcel k WHERE k.handling_unit_id = b.handling_unit_id
            AND k.state = 'cancelled') THEN b.on_hand - b.reserved ELSE 0 END AS qty) w
    WHERE l.warehouse_id = p_warehouse AND l.kind IN ('tote', 'staging') AND l.active AND w.qty > 0;
END $$;

-- Lets goods of one stock key go that orders which ended still have there, so that they can be put away.
CREATE FUNCTION free_ended_claims(p_location uuid, p_item uuid, p_trace uuid, p_unit uuid, p_owner uuid, p_status text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    r reservation;
BEGIN
    FOR r IN SELECT x.* FROM reservation x JOIN document_line l ON l.id = x.demand_line_id
        JOIN document d ON d.id = l.document_id AND d.kind = 'order' AND (d.decision IN ('cancelled', 'closed') OR l.closed)
        JOIN location p ON p.id = x.location_id AND p.kind IN ('tote', 'staging')
        WHERE x.location_id = p_location AND x.item_id = p_item AND x.trace_id = p_trace AND x.handling_unit_id = p_unit
          AND x.owner_id = p_owner AND x.status = p_status
    LOOP
        PERFORM give_up(r, r.qty);
    END LOOP;
END $$;

-- A carton of an order that ended is given up when its last goods were put away.
CREATE FUNCTION give_up_emptied_carton(p_unit uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE parcel k SET state = 'cancelled' FROM document d
    WHERE k.handling_unit_id = p_unit AND p_unit <> nil() AND d.id = k.document_id
      AND d.decision IN ('cancelled', 'closed') AND k.state IN ('open', 'closed', 'labelled') AND NOT parcel_holds_goods(k)
$$;

REVOKE ALL ON FUNCTION hands_on_order(uuid), give_up(reservation, numeric), keep_at_most(uuid, numeric),
    void_order_labels(uuid, text, boolean), drop_empty_cartons(uuid), goods_in_hand(uuid),
    end_order(uuid, text, text),
    change_order_line(document, jsonb), give_up_emptied_carton(uuid),
    free_ended_claims(uuid, uuid, uuid, uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION change_order(uuid, uuid, int, jsonb, jsonb, boolean, text), cancel_order(uuid, uuid, int, text),
    goods_to_put_back(uuid), order_news(uuid)
TO @everyone@;
