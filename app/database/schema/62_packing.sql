-- Packing and shipping: cartons are opened, closed with their labels, verified, opened again, and leave. Each function is
-- one call of the bench; what a parcel is follows from here and from the ledger, never from the client.

INSERT INTO reason (code, step) VALUES ('PADDING', 'pack'), ('SCALE_DEAD', 'pack'), ('WRONG_ITEM_WEIGHT', 'pack');

-- A supervisor may let a weight pass that is off; a weight may be typed where the scale is dead (`weight_manual`).
ALTER TABLE parcel
    ADD COLUMN weight_override_by uuid REFERENCES person,
    ADD COLUMN weight_override_reason text REFERENCES reason,
    ADD COLUMN weight_manual boolean NOT NULL DEFAULT false;

-- What a sealed carton was weighed with (carton_contents): with anything else in it, it is neither labelled nor shipped.
ALTER TABLE parcel ADD COLUMN weighed_with text;

-- The numbers of the house carrier's tracking codes (app/domain/shipping.py adds the check digits). Gaps mean nothing.
CREATE SEQUENCE tracking_serial;

-- Every state that a parcel was in, and under which tracking number: reopening leaves its trace here.
CREATE TABLE parcel_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    parcel_id uuid NOT NULL REFERENCES parcel,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id uuid NOT NULL DEFAULT require_actor(),
    station_id uuid DEFAULT this_station(),
    state text NOT NULL,
    tracking text,
    weight_kg numeric(18, 6)
);
CREATE INDEX parcel_history_parcel ON parcel_history (parcel_id);
ALTER TABLE parcel_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_its_parcel ON parcel_history TO PUBLIC
    USING (EXISTS (SELECT FROM parcel p JOIN document d ON d.id = p.document_id WHERE p.id = parcel_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON parcel_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_parcel_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO parcel_history (parcel_id, state, tracking, weight_kg)
    VALUES (NEW.id, NEW.state, NEW.tracking, NEW.weight_kg);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_history_of_new AFTER INSERT ON parcel FOR EACH ROW EXECUTE FUNCTION keep_parcel_history();
CREATE TRIGGER keep_history AFTER UPDATE ON parcel FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.tracking IS DISTINCT FROM NEW.tracking)
    EXECUTE FUNCTION keep_parcel_history();

-- The parcel of a carton and the document it belongs to, locked; refuses whom it does not concern.
CREATE FUNCTION lock_parcel(p_parcel uuid, p_permission text) RETURNS parcel
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    p parcel;
BEGIN
    SELECT x.* INTO d FROM document x WHERE x.id = (SELECT document_id FROM parcel WHERE id = p_parcel) FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM require_actor();
        PERFORM refuse('parcel.unknown');
    END IF;
    PERFORM require(p_permission, d.warehouse_id);
    SELECT * INTO p FROM parcel WHERE id = p_parcel FOR UPDATE;
    RETURN p;
END $$;

-- Whether goods are in a parcel's carton.
CREATE FUNCTION parcel_holds_goods(p parcel) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT EXISTS (SELECT FROM stock_balance b WHERE b.handling_unit_id = ANY (ARRAY(SELECT units_on(ARRAY[p.handling_unit_id])))
        AND b.handling_unit_id <> nil() AND b.on_hand <> 0)
$$;

-- The order's open carton, opened when there is none; returns the parcel.
CREATE FUNCTION open_carton(p_document uuid, p_location uuid, p_carton_type text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    d document;
    carton carton_type;
    made uuid;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document AND kind = 'order' FOR UPDATE;
    PERFORM require('pack', d.warehouse_id);
    IF d.decision IS DISTINCT FROM 'released' THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', d.number));
    END IF;
    SELECT id INTO made FROM parcel WHERE document_id = p_document AND state = 'open' ORDER BY id LIMIT 1;
    IF FOUND THEN
        RETURN made;
    END IF;
    SELECT * INTO carton FROM carton_type WHERE code = p_carton_type AND active;
    IF NOT FOUND THEN
        PERFORM refuse('packing.unknown_carton', jsonb_build_object('carton', p_carton_type));
    END IF;
    RETURN (open_parcel(p_document, p_location, carton.code, carton.tare_kg) ->> 'parcel')::uuid;
END $$;

-- Takes another carton for a parcel that is still open.
CREATE FUNCTION choose_carton(p_parcel uuid, p_carton_type text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel := lock_parcel(p_parcel, 'pack');
    carton carton_type;
BEGIN
    SELECT * INTO carton FROM carton_type WHERE code = p_carton_type AND active;
    IF NOT FOUND THEN
        PERFORM refuse('packing.unknown_carton', jsonb_build_object('carton', p_carton_type));
    ELSIF p.state <> 'open' THEN
        PERFORM refuse('packing.carton_sealed', jsonb_build_object('carton', p.carton_type));
    END IF;
    UPDATE parcel SET carton_type = carton.code, tare_kg = carton.tare_kg + inserts_kg(p_parcel) WHERE id = p_parcel;
END $$;

-- Gives an empty carton up.
CREATE FUNCTION discard_carton(p_parcel uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel := lock_parcel(p_parcel, 'pack');
BEGIN
    IF parcel_holds_goods(p) THEN
        PERFORM refuse('packing.carton_not_empty');
    END IF;
    PERFORM advance_parcel(p_parcel, 'cancelled');
END $$;

-- The next number of the house carrier.
CREATE FUNCTION next_tracking_serial() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['pack']);
    RETURN nextval('tracking_serial');
END $$;

-- What a supervisor approves of a carton's weight, as bytes: this carton with these goods (carton_contents), this weight,
-- typed or not, for this reason. The dialog makes the same of what it shows (domain/packing/weighing.py).
CREATE FUNCTION weight_content(p_parcel uuid, p_contents text, p_weight_kg numeric, p_manual boolean, p_reason text)
RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws('|', p_parcel, p_contents, trim_scale(p_weight_kg), p_manual, p_reason), 'UTF8'))
$$;

-- Closes a weighed carton: weight and reading kept, labels on the journal, what was learned of weights; all or nothing.
-- p_weight_kg: gross. p_labels: [{request, template, uid, content}]. A typed weight (p_manual) and one that is off
-- (judge_weight) need p_approval, the request that a supervisor approved.
-- p_purchase: the shipping label as it is bought, or asked for without a tracking number (begin_purchase).
CREATE FUNCTION close_parcel(p_parcel uuid, p_weight_kg numeric, p_device text, p_manual boolean, p_carrier text,
    p_service text, p_tracking text, p_printer uuid, p_run uuid, p_labels jsonb, p_approval uuid DEFAULT NULL,
    p_reason text DEFAULT NULL, p_purchase jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    p parcel := lock_parcel(p_parcel, 'pack');
    d document;
    approver uuid;
    judged record;
BEGIN
    SELECT * INTO d FROM document WHERE id = p.document_id;
    judged := judge_weight(p, d);
    IF d.decision <> 'released' THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', d.number));
    ELSIF NOT parcel_holds_goods(p) THEN
        PERFORM refuse('packing.carton_empty');
    ELSIF p_weight_kg IS NULL OR p_weight_kg <= 0 THEN
        PERFORM refuse('packing.weight_not_positive');
    END IF;
    IF p_manual OR p_approval IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
            PERFORM refuse('ledger.needs_reason');
        END IF;
        approver := use_approval(p_approval, 'override_weight',
            weight_content(p_parcel, carton_contents(p), p_weight_kg, p_manual, p_reason), d.warehouse_id);
    ELSIF abs(p_weight_kg - judged.expected_kg) > judged.limit_kg + 0.000001 THEN
        PERFORM refuse('packing.weight_not_approved', jsonb_build_object('measured', trim_scale(p_weight_kg)::text,
            'expected', trim_scale(round(judged.expected_kg, 3))::text));
    END IF;
    PERFORM advance_parcel(p_parcel, 'closed', p_weight_kg, round(judged.expected_kg, 6), p_carrier, p_service, p_tracking);
    IF p_purchase IS NOT NULL THEN
        PERFORM begin_purchase(p, d.warehouse_id, p_purchase, p_printer, p_run);
    END IF;
    UPDATE parcel SET weight_override_by = approver, weight_manual = p_manual, weighed_with = carton_contents(p),
        weight_override_reason = CASE WHEN approver IS NOT NULL THEN p_reason END
    WHERE id = p_parcel;
    INSERT INTO device_reading (device, kind, value, unit, manual, document_id)
    VALUES (p_device, 'weight', p_weight_kg, 'kg', p_manual, d.id);
    PERFORM queue_label(l.request, p_printer, d.warehouse_id, l.template, l.content, l.uid, 1, d.id, p_run)
    FROM jsonb_to_recordset(p_labels) AS l (request uuid, template text, uid text, content jsonb);
    IF approver IS NULL THEN
        PERFORM teach_weight(p, p_weight_kg);
    END IF;
END $$;

-- The printed shipping label was scanned on the carton: the parcel is labelled. p_jobs are the labels whose printing this
-- scan proves. Refuses a parcel whose shipping label is not known to be printed, and one whose goods were not weighed. Returns what lies in the totes that the
-- order was packed from: [{tote, sku, qty, unit, other, waits}], base units; `other` is another order that holds it, '' for none;
-- `waits`: what is open of this order is to be packed from it.
CREATE FUNCTION label_parcel(p_parcel uuid, p_jobs uuid[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    p parcel := lock_parcel(p_parcel, 'pack');
BEGIN
    PERFORM require_as_weighed(p, carton_contents(p));
    PERFORM advance_print_job(job, NULL, 'CONFIRMED', 'scanned_back') FROM unnest(p_jobs) job;
    IF (SELECT state FROM print_job WHERE label_uid = p.tracking ORDER BY id DESC LIMIT 1) IS DISTINCT FROM 'CONFIRMED' THEN
        PERFORM refuse('packing.label_not_printed', jsonb_build_object('label', p.tracking));
    END IF;
    PERFORM advance_parcel(p_parcel, 'labelled');
    RETURN left_in_totes(p.document_id);
END $$;

-- What lies in the totes that an order was packed from, see label_parcel().
CREATE FUNCTION left_in_totes(p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('tote', u.sscc, 'sku', i.sku, 'qty', b.on_hand::text, 'unit', i.base_uom,
        'other', coalesce((SELECT d.number FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
            JOIN document d ON d.id = l.document_id AND d.id <> p_document
            WHERE r.handling_unit_id = u.id AND r.item_id = b.item_id AND r.trace_id = b.trace_id LIMIT 1), ''),
        'waits', EXISTS (SELECT FROM reservation r JOIN document_line l ON l.id = r.demand_line_id AND NOT l.closed
            LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'packed'
            WHERE r.handling_unit_id = u.id AND r.item_id = b.item_id AND r.trace_id = b.trace_id AND r.qty > 0
                AND l.document_id = p_document AND coalesce(g.qty, 0) < l.base_qty))
        ORDER BY u.sscc, i.sku), '[]')
    FROM (SELECT DISTINCT m.from_handling_unit_id AS id FROM document_line l JOIN stock_move m ON m.document_line_id = l.id
          WHERE l.document_id = p_document AND m.kind = 'pack' AND m.reverses IS NULL
            AND m.from_handling_unit_id <> nil()) t
    JOIN handling_unit u ON u.id = t.id
    JOIN stock_balance b ON b.handling_unit_id = u.id AND b.handling_unit_id <> nil() AND b.on_hand > 0
    JOIN item i ON i.id = b.item_id
$$;
REVOKE ALL ON FUNCTION left_in_totes(uuid) FROM PUBLIC;

-- Prints a label of a closed parcel anew. The one before is dead: a shipping label gets a new tracking number (p_uid), so
-- that the scan tells one from the other, and whoever carries it is told where the order goes now. Refuses while the one before may still come out of the printer.
CREATE FUNCTION reprint_parcel_label(p_request uuid, p_parcel uuid, p_job uuid, p_printer uuid, p_run uuid, p_uid text,
    p_content jsonb, p_reason text, p_rate jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('reprint', p_parcel, p_job, p_printer, p_run, p_uid,
        p_content, p_reason, p_rate));
    p parcel := lock_parcel(p_parcel, 'pack');
    before print_job;
BEGIN
    IF known IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO before FROM print_job WHERE id = p_job FOR UPDATE;
    IF p.state <> 'closed' THEN
        PERFORM refuse('parcel.wrong_state', jsonb_build_object('is', p.state, 'wanted', 'closed'));
    ELSIF before.label_uid IS NULL OR split_part(before.label_uid, '/slip', 1) NOT IN (p.tracking, (SELECT sscc
            FROM handling_unit WHERE id = p.handling_unit_id)) THEN
        PERFORM refuse('printing.unknown_job');
    ELSIF before.state IN ('QUEUED', 'SENDING', 'SENT') THEN
        PERFORM refuse('printing.still_printing', jsonb_build_object('label', before.label_uid,
            'printer', (SELECT name FROM printer WHERE id = before.printer_id)));
    END IF;
    IF before.label_uid = p.tracking AND p_uid <> p.tracking THEN
        UPDATE parcel SET tracking = p_uid WHERE id = p_parcel;
        UPDATE purchase b SET tracking = p_uid, route = coalesce(p_content ->> 'routing', b.route), content = b.content
            || jsonb_build_object('receiver', coalesce(b.content -> 'receiver', '{}') || coalesce((SELECT o.ship_to
                FROM customer_order o WHERE o.document_id = p.document_id), '{}'))
        WHERE b.parcel_id = p_parcel AND b.state = 'bought';
        INSERT INTO code (scheme, value, kind, target_id) VALUES ('tracking', p_uid, 'parcel', p_parcel);
        UPDATE purchase SET price = (p_rate ->> 'price')::numeric, currency = p_rate ->> 'currency',
            arrives = (p_rate ->> 'arrives')::date
        WHERE parcel_id = p_parcel AND state = 'bought' AND p_rate IS NOT NULL;
    END IF;
    PERFORM queue_label(p_request, p_printer, before.warehouse_id, before.template, p_content, p_uid, 1, p.document_id,
        p_run, p_job, p_reason);
    PERFORM end_record_request(p_request, '{}');
END $$;

-- Posts everything in a labelled parcel to the customer and closes what is complete; returns {posting, open lines}.
-- p_shipment: the truck that it is scanned into, nil where none was chosen.
CREATE FUNCTION ship_parcel(p_request uuid, p_parcel uuid, p_shipment uuid DEFAULT nil()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('ship', p_parcel, p_shipment));
    p parcel := lock_parcel(p_parcel, 'ship');
    d document;
    r record;
    posted jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT * INTO d FROM document WHERE id = p.document_id;
    IF p.state <> 'labelled' THEN
        PERFORM refuse('parcel.wrong_state', jsonb_build_object('is', p.state, 'wanted', 'shipped'));
    ELSIF EXISTS (SELECT FROM customer_order o JOIN document_line l ON l.document_id = o.document_id AND NOT l.closed
            LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'packed'
            WHERE o.document_id = p.document_id AND o.complete_only AND l.base_qty > coalesce(g.qty, 0)) THEN
        PERFORM refuse('shipping.incomplete', jsonb_build_object('document', d.number));
    END IF;
    PERFORM require_as_weighed(p, carton_contents(p));
    PERFORM load_parcel(p_parcel, p_shipment);
    SELECT array_agg(x.item_id) AS items, array_agg(x.qty) AS qtys, array_agg(x.location_id) AS places,
        array_agg((SELECT id FROM location WHERE warehouse_id = d.warehouse_id AND kind = 'customer')) AS customers,
        array_agg(x.trace_id) AS traces, array_agg(x.handling_unit_id) AS units, array_agg(x.status) AS statuses,
        array_agg(x.owner_id) AS owners, array_agg(x.demand_line_id) AS lines INTO r
    FROM (SELECT * FROM reservation v WHERE v.handling_unit_id = p.handling_unit_id AND v.handling_unit_id <> nil()
            AND v.warehouse_id = d.warehouse_id
          ORDER BY v.demand_line_id, v.item_id, v.trace_id) x;
    posted := post_moves(p_request => p_request, p_kind => 'ship', p_warehouse => d.warehouse_id, p_items => r.items,
        p_qtys => r.qtys, p_from_locations => r.places, p_to_locations => r.customers, p_traces => r.traces,
        p_from_units => r.units, p_to_units => r.units, p_from_statuses => r.statuses, p_from_owners => r.owners,
        p_lines => r.lines, p_document => p.document_id);
    RETURN end_record_request(p_request, jsonb_build_object('posting', posted -> 'posting',
        'open', close_lines(p.document_id, 'shipped', 'ship', false, '')));
END $$;

-- A parcel follows the ledger: goods go only into and out of an open carton; a parcel is shipped when its goods are, all
-- at once, labelled and as they were weighed, and is labelled again when that is taken back, which reopens the order's lines too.
CREATE FUNCTION follow_ledger(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
    reopened int;
BEGIN
    FOR p IN SELECT x.* FROM parcel x JOIN handling_unit u ON u.id = x.handling_unit_id
            WHERE x.handling_unit_id IN (SELECT unnest(ARRAY[m.from_handling_unit_id, m.to_handling_unit_id])
                FROM stock_move m WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at)
            ORDER BY x.id FOR UPDATE OF x LOOP
        IF p.state <> (CASE WHEN p_posting.kind IN ('pack', 'unpack') THEN 'open' WHEN p_posting.reverses IS NULL THEN 'labelled'
                       ELSE 'shipped' END) THEN
            PERFORM refuse('packing.carton_sealed', jsonb_build_object('carton',
                (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id)));
        END IF;
        CONTINUE WHEN p_posting.kind <> 'ship';
        IF parcel_holds_goods(p) <> (p_posting.reverses IS NOT NULL) THEN
            PERFORM refuse('packing.carton_not_empty');
        ELSIF p_posting.reverses IS NULL THEN
            PERFORM require_as_weighed(p, carton_leaves(p, p_posting));
        END IF;
        UPDATE parcel SET state = CASE WHEN p_posting.reverses IS NULL THEN 'shipped' ELSE 'labelled' END WHERE id = p.id;
    END LOOP;
    IF p_posting.kind = 'ship' AND p_posting.reverses IS NOT NULL THEN
        UPDATE document_line l SET closed = false
        WHERE l.closed AND l.id IN (SELECT m.document_line_id FROM stock_move m
            WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at);
        GET DIAGNOSTICS reopened = ROW_COUNT;
        UPDATE document SET decision = 'released', version = version + 1
        WHERE id = p_posting.document_id AND decision = 'closed' AND reopened > 0;
        IF FOUND THEN
            INSERT INTO document_history (document_id, person_id, decision, reason)
            VALUES (p_posting.document_id, actor(), 'released', 'UNDO');
        END IF;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION open_carton(uuid, uuid, text), choose_carton(uuid, text), discard_carton(uuid),
    next_tracking_serial(), label_parcel(uuid, uuid[]), ship_parcel(uuid, uuid, uuid),
    close_parcel(uuid, numeric, text, boolean, text, text, text, uuid, uuid, jsonb, uuid, text, jsonb),
    reprint_parcel_label(uuid, uuid, uuid, uuid, uuid, text, jsonb, text, jsonb) TO @everyone@;
