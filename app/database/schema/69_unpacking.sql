-- Packing taken back: cartons are opened again and emptied; how they are repaired, exchanged and taken out of a truck stands
-- in 69_unpacking_swaps.sql. Whatever was done to a carton stays with it: who did it, when, and why. Goods of an order that goes on come back into a tote and can be packed
-- again; goods that nobody wants any more go to a return place, from where they are put away.

INSERT INTO reason (code, step) VALUES ('WRONG_GOODS', 'unpack'), ('WRONG_CARTON', 'unpack'), ('GOODS_DAMAGED', 'unpack'),
    ('OTHER_LOT', 'unpack'), ('LABELS_MIXED_UP', 'unpack'), ('ORDER_ENDED', 'unpack');
INSERT INTO code (scheme, value, kind, target_id)
SELECT 'command', 'SH-CMD-' || c, 'command', md5(c)::uuid FROM unnest(ARRAY['REOPEN', 'UNPACK', 'SWAP', 'EXCHANGE', 'TAKE_OUT']) c;

-- What was done to a carton besides packing it. `detail`: goods [{sku, qty, unit, lot, serial}] with the place that they
-- went to, the labels that died, the other carton, the manifest.
CREATE TABLE carton_event (
    id uuid PRIMARY KEY DEFAULT new_id(),
    parcel_id uuid NOT NULL REFERENCES parcel,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id uuid NOT NULL DEFAULT require_actor(),
    station_id uuid DEFAULT this_station(),
    what text NOT NULL CHECK (what IN ('reopened', 'unpacked', 'swapped', 'exchanged', 'unloaded')),
    reason text NOT NULL DEFAULT '',
    approved_by uuid REFERENCES person,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX carton_event_parcel ON carton_event (parcel_id);
ALTER TABLE carton_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_its_parcel ON carton_event TO PUBLIC
    USING (EXISTS (SELECT FROM parcel p JOIN document d ON d.id = p.document_id WHERE p.id = parcel_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON carton_event
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Refuses what is no reason for taking packing back.
CREATE FUNCTION require_unpack_reason(p_reason text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active AND step IN ('unpack', 'any')) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', coalesce(p_reason, '')));
    END IF;
END $$;

-- What a supervisor approves of opening a carton that stands on a manifest, as bytes: this carton, for this reason. The
-- dialog makes the same of what it shows (domain/packing/unpacking.py).
CREATE FUNCTION opening_content(p_parcel uuid, p_reason text) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws('|', 'open', p_parcel, p_reason), 'UTF8'))
$$;

-- Takes a carton off the manifest that it stands on; returns who approved it, where somebody had to. Refuses a carton that
-- has left or is in a truck, and whoever may not take back what others did and has no approval.
CREATE FUNCTION take_off_manifest(p parcel, p_reason text, p_approval uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    sent record;
    approver uuid;
    told jsonb;
BEGIN
    SELECT * INTO d FROM document WHERE id = p.document_id;
    SELECT l.document_id, m.number, s.departed_at INTO sent FROM shipment_parcel l JOIN shipment s USING (document_id)
    JOIN document m ON m.id = l.document_id WHERE l.parcel_id = p.id AND l.left_out_at IS NULL;
    told := jsonb_build_object('carton', (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id),
        'manifest', coalesce(sent.number, ''), 'document', d.number);
    IF p.state = 'shipped' THEN
        PERFORM refuse(CASE WHEN sent.departed_at IS NULL AND sent.number IS NOT NULL THEN 'unpacking.loaded'
            ELSE 'unpacking.left' END, told);
    ELSIF sent.number IS NULL THEN
        RETURN NULL;
    ELSIF p_approval IS NOT NULL THEN
        approver := use_approval(p_approval, 'reverse', opening_content(p.id, p_reason), d.warehouse_id);
    ELSIF NOT may('reverse', d.warehouse_id) THEN
        PERFORM refuse('unpacking.on_manifest', told);
    END IF;
    UPDATE shipment_parcel SET left_out_at = now() WHERE parcel_id = p.id AND left_out_at IS NULL;
    RETURN approver;
END $$;

-- Makes every label of a sealed carton worthless and the carton open; returns the shipping labels that died. Refuses while
-- one is in the printer or the carrier is being asked. The history keeps what was.
CREATE FUNCTION break_seal(p parcel) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    label record;
BEGIN
    FOR label IN SELECT j.id, j.state, j.label_uid, r.name AS printer
            FROM print_job j JOIN printer r ON r.id = j.printer_id
            WHERE j.label_uid IN (SELECT unnest(ARRAY[p.tracking, u.sscc, u.sscc || '/slip'])
                                  FROM handling_unit u WHERE u.id = p.handling_unit_id)
              AND j.state NOT IN ('VOIDED', 'REPRINTED', 'CANCELLED') ORDER BY j.id FOR UPDATE OF j LOOP
        IF label.state IN ('SENDING', 'SENT') THEN
            PERFORM refuse('printing.still_printing', jsonb_build_object('label', label.label_uid, 'printer', label.printer));
        END IF;
        PERFORM advance_print_job(label.id, NULL, CASE label.state WHEN 'QUEUED' THEN 'CANCELLED' ELSE 'VOIDED' END,
            'reopened');
    END LOOP;
    PERFORM drop_label(p, 'REOPENED');
    PERFORM advance_parcel(p.id, 'open');
    UPDATE parcel SET tracking = NULL, weight_kg = NULL, expected_kg = NULL, weight_override_by = NULL,
        weight_override_reason = NULL, weight_manual = false, weighed_with = NULL, closed_at = NULL, closed_by = NULL
    WHERE id = p.id;
    RETURN CASE WHEN p.tracking IS NULL THEN '{}' ELSE ARRAY[p.tracking] END;
END $$;

-- Opens a sealed carton again: its labels are void, its weight is unknown. A carton on a manifest is taken off it, by whoever
-- may take back what others did, or with p_approval. p_reason may be empty only for a carton that was never labelled.
CREATE FUNCTION reopen_parcel(p_parcel uuid, p_reason text DEFAULT '', p_approval uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel := lock_parcel(p_parcel, 'pack');
    other parcel;
    approver uuid;
BEGIN
    IF p.state <> 'closed' OR p_reason <> '' THEN
        PERFORM require_unpack_reason(p_reason);
    END IF;
    FOR other IN SELECT * FROM parcel WHERE document_id = p.document_id AND state = 'open' AND id <> p.id LOOP
        IF parcel_holds_goods(other) THEN
            PERFORM refuse('packing.other_carton_open');
        END IF;
        PERFORM advance_parcel(other.id, 'cancelled');
    END LOOP;
    approver := take_off_manifest(p, p_reason, p_approval);
    INSERT INTO carton_event (parcel_id, what, reason, approved_by, detail)
    VALUES (p.id, 'reopened', p_reason, approver, jsonb_build_object('labels', break_seal(p)));
END $$;

-- What lies in a carton, for its trail: [{sku, qty, unit, lot, serial}]; base units.
CREATE FUNCTION goods_in_carton(p_unit uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('sku', i.sku, 'qty', b.on_hand::text, 'unit', i.base_uom,
        'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, '')) ORDER BY i.sku, t.lot, t.serial), '[]')
    FROM stock_balance b JOIN item i ON i.id = b.item_id LEFT JOIN trace t ON t.id = b.trace_id
    WHERE b.handling_unit_id = p_unit AND b.handling_unit_id <> nil() AND b.on_hand > 0
$$;

-- The tote that goods of a line come back into: the one that they were packed from, while it still is a tote and holds
-- nothing of others; else its place, without a tote. NULL places: nothing of the line was packed.
CREATE FUNCTION tote_of(p_line uuid, OUT place uuid, OUT tote uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    SELECT m.from_location_id, m.from_handling_unit_id INTO place, tote FROM stock_move m
    WHERE m.document_line_id = p_line AND m.kind = 'pack' AND m.reverses IS NULL ORDER BY m.recorded_at DESC LIMIT 1;
    IF tote <> nil() AND EXISTS (SELECT FROM handling_unit u JOIN location l ON l.id = u.location_id
            WHERE u.id = tote AND l.kind = 'tote' AND NOT u.retired) AND NOT EXISTS (
            SELECT FROM stock_balance b LEFT JOIN reservation r USING (warehouse_id, item_id, location_id, trace_id,
                handling_unit_id, owner_id, status)
            LEFT JOIN document_line l ON l.id = r.demand_line_id
            WHERE b.handling_unit_id = tote AND b.handling_unit_id <> nil() AND b.on_hand > 0
              AND l.document_id IS DISTINCT FROM (SELECT document_id FROM document_line WHERE id = p_line)) THEN
        place := (SELECT location_id FROM handling_unit WHERE id = tote);
    ELSE
        tote := nil();
    END IF;
END $$;

-- Takes goods of a released order (claims on what lies in an open carton) back into their totes. Returns the claims as they
-- lie there then.
CREATE FUNCTION into_totes(p_request uuid, p parcel, p_claims reservation[]) RETURNS reservation[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    r reservation;
    there record;
    back reservation[] := '{}';
BEGIN
    SELECT * INTO d FROM document WHERE id = p.document_id;
    FOREACH r IN ARRAY p_claims LOOP
        there := tote_of(r.demand_line_id);
        r.location_id := coalesce(there.place, (SELECT id FROM location WHERE warehouse_id = d.warehouse_id
            AND kind = 'tote' AND active ORDER BY walk_position, address LIMIT 1));
        r.handling_unit_id := coalesce(there.tote, nil());
        back := back || r;
    END LOOP;
    PERFORM post_moves(p_request => p_request, p_kind => 'unpack', p_warehouse => d.warehouse_id,
        p_items => array_agg((x.c).item_id), p_qtys => array_agg((x.c).qty), p_from_locations => array_agg((x.c).location_id),
        p_to_locations => array_agg((x.b).location_id), p_traces => array_agg(nullif((x.c).trace_id, nil())),
        p_from_units => array_agg((x.c).handling_unit_id), p_to_units => array_agg((x.b).handling_unit_id),
        p_from_statuses => array_agg((x.c).status), p_from_owners => array_agg((x.c).owner_id),
        p_lines => array_agg((x.c).demand_line_id), p_weights => array_agg(weight_of(x.c)), p_document => d.id)
    FROM (SELECT p_claims[n] AS c, back[n] AS b FROM generate_subscripts(p_claims, 1) n) x;
    RETURN back;
END $$;

-- What goods weigh that are weighed piece by piece, as far as all of them are meant; NULL for other goods.
CREATE FUNCTION weight_of(r reservation) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN b.on_hand = r.qty THEN nullif(b.weight_kg, 0) ELSE nullif(round(b.weight_kg * r.qty / b.on_hand, 6), 0) END
    FROM stock_balance b JOIN item i ON i.id = b.item_id AND i.catch_weight
    WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id AND b.location_id = r.location_id
      AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id AND b.owner_id = r.owner_id
      AND b.status = r.status AND b.on_hand > 0
$$;

-- Takes so much of an item (lot, serial: '' for any; p_qty in base units, NULL for all of it) out of an open carton, back into
-- its tote. Returns {posting, quantity}. Goods of an order that does not go on, and of a lot that is held, come out as they
-- went in: the postings that brought them are taken back, one's own of the last hour, older ones with `reverse`.
CREATE FUNCTION unpack_unit(p_request uuid, p_parcel uuid, p_item uuid, p_lot text, p_serial text, p_qty numeric DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('unpack', p_parcel, p_item, p_lot, p_serial, p_qty));
    p parcel := lock_parcel(p_parcel, 'pack');
    wanted numeric := coalesce(p_qty, 1e12);
    r reservation;
    taken reservation[] := '{}';
    goes_on boolean := (SELECT decision = 'released' FROM document WHERE id = p.document_id);
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    FOR r IN SELECT x.* FROM claims_in_carton(p.handling_unit_id) x LEFT JOIN trace t ON t.id = x.trace_id
            WHERE x.item_id = p_item AND p_lot IN ('', t.lot) AND p_serial IN ('', t.serial) LOOP
        EXIT WHEN wanted <= 0;
        goes_on := goes_on AND comes_back_as(r.trace_id, r.location_id, r.status) = r.status;
        r.qty := least(r.qty, wanted);
        wanted := wanted - r.qty;
        taken := taken || r;
    END LOOP;
    IF taken = '{}' OR p_qty IS NOT NULL AND wanted > 0 THEN
        PERFORM refuse('packing.not_in_carton', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = p_item)));
    ELSIF NOT goes_on THEN
        RETURN end_record_request(p_request, take_packing_back(p_request, p, p_item, p_lot, p_serial));
    END IF;
    PERFORM into_totes(p_request, p, taken);
    RETURN end_record_request(p_request, jsonb_build_object('quantity', (SELECT sum(x.qty)::text FROM unnest(taken) x),
        'posting', (SELECT answer -> 'posting' FROM request WHERE request_id = p_request)));
END $$;

-- Takes the posting back that packed an item into a carton last, as a whole; returns {posting, quantity}.
CREATE FUNCTION take_packing_back(p_request uuid, p parcel, p_item uuid, p_lot text, p_serial text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    packed record;
BEGIN
    SELECT m.posting_id, (SELECT sum(x.qty) FROM stock_move x WHERE x.posting_id = m.posting_id) AS qty INTO packed
    FROM stock_move m LEFT JOIN trace t ON t.id = m.trace_id
    WHERE m.item_id = p_item AND m.kind = 'pack' AND m.reverses IS NULL
      AND m.to_handling_unit_id = p.handling_unit_id
      AND p_lot IN ('', t.lot) AND p_serial IN ('', t.serial)
      AND NOT EXISTS (SELECT FROM posting r WHERE r.reverses = m.posting_id)
    ORDER BY m.recorded_at DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse('packing.not_in_carton', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = p_item)));
    END IF;
    RETURN jsonb_build_object('quantity', packed.qty::text,
        'posting', reverse_posting(p_request, packed.posting_id, 'UNDO') -> 'posting');
END $$;

-- Puts goods of one stock key that no order holds (any more) on a return place, where put-away finds them. p_line: whose
-- picking this takes back; NULL: nobody's. p_damaged: they are not to be sold.
CREATE FUNCTION put_on_return_place(p_warehouse uuid, r reservation, p_place uuid, p_line uuid, p_reason text, p_damaged boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM post_moves(p_request => new_id(), p_kind => 'set_aside', p_warehouse => p_warehouse, p_items => ARRAY[r.item_id],
        p_qtys => ARRAY[r.qty], p_from_locations => ARRAY[r.location_id], p_to_locations => ARRAY[p_place],
        p_traces => ARRAY[nullif(r.trace_id, nil())], p_from_units => ARRAY[r.handling_unit_id], p_to_units => ARRAY[nil()],
        p_from_statuses => ARRAY[r.status], p_to_statuses => ARRAY[CASE WHEN p_damaged THEN 'damaged' ELSE r.status END],
        p_from_owners => ARRAY[r.owner_id], p_lines => ARRAY[p_line], p_reasons => ARRAY[p_reason],
        p_weights => ARRAY[weight_of(r)]);
END $$;

-- The claims on what lies in a carton, and as claims of nobody what no order holds of it.
CREATE FUNCTION claims_in_carton(p_unit uuid) RETURNS SETOF reservation
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT r.* FROM reservation r WHERE r.handling_unit_id = p_unit AND r.handling_unit_id <> nil()
    ORDER BY r.item_id, r.trace_id, r.demand_line_id
$$;

-- Empties an open or sealed carton that has not left. Goods of an order that goes on come back into its totes; what no order
-- holds (any more: the order ended, the lot is held) goes to p_place, a return place, for put-away. Its labels die, and its
-- SSCC ends, unless the carton is kept (p_keep). Returns {carton, goods, aside, place, labels}: `aside` are the goods on p_place.
-- Goods of an order on hold go back as they came (take_packing_back). Refuses what has left, and what stands on a manifest
-- (take_off_manifest).
CREATE FUNCTION unpack_carton(p_request uuid, p_parcel uuid, p_place uuid, p_reason text, p_keep boolean DEFAULT false,
    p_approval uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('unpack', p_parcel, p_place, p_reason, p_keep));
    p parcel := lock_parcel(p_parcel, 'pack');
    d document;
    approver uuid;
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require_unpack_reason(p_reason);
    SELECT * INTO d FROM document WHERE id = p.document_id;
    approver := take_off_manifest(p, p_reason, p_approval);
    told := jsonb_build_object('carton', (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id), 'labels', '[]'::jsonb,
        'goods', goods_in_carton(p.handling_unit_id), 'place', '');
    IF told -> 'goods' = '[]' THEN
        PERFORM refuse('unpacking.nothing_in', jsonb_build_object('carton', told ->> 'carton'));
    ELSIF p.state IN ('closed', 'labelled') THEN
        told := told || jsonb_build_object('labels', to_jsonb(break_seal(p)));
    END IF;
    IF d.decision NOT IN ('cancelled', 'closed') THEN
        PERFORM empty_into_totes(p, d.decision <> 'released');
    END IF;
    told := told || jsonb_build_object('aside', goods_in_carton(p.handling_unit_id));
    IF told -> 'aside' <> '[]' THEN
        PERFORM empty_onto_place(p, p_place, p_reason);
        told := told || jsonb_build_object('place', (SELECT address FROM location WHERE id = p_place));
    END IF;
    INSERT INTO carton_event (parcel_id, what, reason, approved_by, detail) VALUES (p.id, 'unpacked', p_reason, approver, told);
    IF d.decision IN ('cancelled', 'closed') OR NOT p_keep THEN
        UPDATE parcel SET state = 'cancelled' WHERE id = p.id;
    END IF;
    RETURN end_record_request(p_request, told);
END $$;

-- All that an order holds of an open carton goes back into totes. Goods of a lot that is held, and all of an order that does
-- not go on (p_stopped), go back by the postings that brought them, which makes goods of such a lot held.
CREATE FUNCTION empty_into_totes(p parcel, p_stopped boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    held record;
    claims reservation[];
BEGIN
    FOR held IN SELECT DISTINCT r.item_id, coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial
            FROM claims_in_carton(p.handling_unit_id) r LEFT JOIN trace t ON t.id = r.trace_id
            WHERE p_stopped OR comes_back_as(r.trace_id, r.location_id, r.status) <> r.status LOOP
        WHILE EXISTS (SELECT FROM claims_in_carton(p.handling_unit_id) r LEFT JOIN trace t ON t.id = r.trace_id
                WHERE r.item_id = held.item_id
                    AND (coalesce(t.lot, ''), coalesce(t.serial, '')) = (held.lot, held.serial)) LOOP
            PERFORM take_packing_back(new_id(), p, held.item_id, held.lot, held.serial);
        END LOOP;
    END LOOP;
    claims := ARRAY(SELECT claims_in_carton(p.handling_unit_id));
    IF claims <> '{}' THEN
        PERFORM into_totes(new_id(), p, claims);
    END IF;
END $$;

-- All that lies in a carton and that no order holds, or only one that ended, goes to a return place, and is nobody's any more.
CREATE FUNCTION empty_onto_place(p parcel, p_place uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b record;
    site uuid := (SELECT warehouse_id FROM document WHERE id = p.document_id);
BEGIN
    PERFORM require_return_place(p_place, site);
    FOR b IN SELECT * FROM stock_balance WHERE handling_unit_id = p.handling_unit_id AND handling_unit_id <> nil()
            AND on_hand > 0 ORDER BY item_id, trace_id, owner_id, status LOOP
        PERFORM free_ended_claims(b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status);
        PERFORM put_on_return_place(site, ROW(NULL, b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id,
            b.owner_id, b.status, b.on_hand)::reservation, p_place, NULL, p_reason, false);
    END LOOP;
END $$;

-- A return place is a dock: goods there are put away, or sent to an order that waits for them.
CREATE FUNCTION require_return_place(p_place uuid, p_warehouse uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM location WHERE id = p_place AND warehouse_id = p_warehouse AND kind = 'dock' AND active) THEN
        PERFORM refuse('unpacking.no_return_place', jsonb_build_object('place', coalesce((SELECT address FROM location
            WHERE id = p_place), '')));
    END IF;
END $$;

-- Refuses to print a label of an order again with words that the order has left behind: the same address after it was
-- changed, or any words after carrier or service were and no shipping label was bought since.
CREATE FUNCTION require_fresh_label(before print_job, p_content jsonb) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM order_change c WHERE c.document_id = before.document_id AND c.what = 'changed'
            AND c.at > before.created_at AND before.content ? 'ship_to'
            AND (c.detail -> 'head' ? 'ship_to' AND p_content ->> 'ship_to' = before.content ->> 'ship_to'
                OR c.detail -> 'head' ?| ARRAY['carrier', 'service'] AND NOT EXISTS (SELECT FROM purchase b
                    JOIN parcel k ON k.id = b.parcel_id JOIN handling_unit u ON u.id = k.handling_unit_id
                    WHERE u.sscc = split_part(before.label_uid, '/slip', 1) AND b.created_at > c.at AND b.state NOT IN ('refused', 'voided')))) THEN
        PERFORM refuse('printing.order_changed', jsonb_build_object('label', before.label_uid,
            'document', (SELECT number FROM document WHERE id = before.document_id)));
    END IF;
END $$;

-- The cartons of an order that hold goods and have not left, as they are: [{carton, state, manifest}].
CREATE FUNCTION cartons_of_order(p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('carton', u.sscc, 'state', p.state, 'manifest', coalesce(m.number, ''))
        ORDER BY p.id), '[]')
    FROM parcel p JOIN handling_unit u ON u.id = p.handling_unit_id
    LEFT JOIN LATERAL (SELECT d.number FROM shipment_parcel l JOIN document d ON d.id = l.document_id
        WHERE l.parcel_id = p.id AND l.left_out_at IS NULL) m ON true
    WHERE p.document_id = p_document AND p.state IN ('open', 'closed', 'labelled') AND parcel_holds_goods(p)
$$;

-- Refuses an order of which a carton is in a truck that is still here.
CREATE FUNCTION require_not_loaded(p_document uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    loaded record;
BEGIN
    SELECT d.number, u.sscc, m.number AS manifest INTO loaded FROM parcel p JOIN document d ON d.id = p.document_id
    JOIN handling_unit u ON u.id = p.handling_unit_id
    JOIN shipment_parcel l ON l.parcel_id = p.id AND l.loaded_at IS NOT NULL AND l.left_out_at IS NULL
    JOIN shipment s ON s.document_id = l.document_id AND s.departed_at IS NULL JOIN document m ON m.id = s.document_id
    WHERE p.document_id = p_document AND p.state = 'shipped' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('orders.loaded', jsonb_build_object('document', loaded.number, 'carton', loaded.sscc,
            'manifest', loaded.manifest));
    END IF;
END $$;

REVOKE ALL ON FUNCTION cartons_of_order(uuid), take_off_manifest(parcel, text, uuid), break_seal(parcel), goods_in_carton(uuid),
    tote_of(uuid), into_totes(uuid, parcel, reservation[]), weight_of(reservation), claims_in_carton(uuid),
    put_on_return_place(uuid, reservation, uuid, uuid, text, boolean), empty_into_totes(parcel, boolean),
    empty_onto_place(parcel, uuid, text), take_packing_back(uuid, parcel, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reopen_parcel(uuid, text, uuid), unpack_unit(uuid, uuid, uuid, text, text, numeric),
    unpack_carton(uuid, uuid, uuid, text, boolean, uuid) TO @everyone@;
