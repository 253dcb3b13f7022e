-- What customers' orders say: their head, their lines and what is wished of the goods; how an order is made, whose it is, and
-- how urgent it is by the rules. What follows for goods, picks and labels when an order changes stands in 63_order_changes.

-- The fields of an order that a desk may change, as they are now.
CREATE FUNCTION order_head(p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT jsonb_build_object('reference', d.reference, 'due', d.due, 'ship_to', coalesce(o.ship_to, '{}'),
        'carrier', coalesce(o.carrier, 'house'), 'service', coalesce(o.service, 'STANDARD'), 'cut_off', o.cut_off,
        'requested', o.requested, 'priority', coalesce(o.priority, 0), 'complete_only', coalesce(o.complete_only, false),
        'gift', coalesce(o.gift, false), 'gift_note', coalesce(o.gift_note, ''), 'note', coalesce(o.note, ''))
    FROM document d LEFT JOIN customer_order o ON o.document_id = d.id WHERE d.id = p_document
$$;

-- Writes the fields that p_head names. Picks that are open follow the priority. A priority above 0 is whoever gives it's own,
-- unless p_head says otherwise (own_priority); with 0 the rules decide again.
CREATE FUNCTION write_order_head(p_document uuid, p_head jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    h jsonb := order_head(p_document) || p_head;
BEGIN
    UPDATE document SET reference = h ->> 'reference', due = (h ->> 'due')::date WHERE id = p_document;
    INSERT INTO customer_order AS o (document_id, ship_to, carrier, service, cut_off, requested, priority, own_priority,
        complete_only, gift, gift_note, note)
    VALUES (p_document, h -> 'ship_to', h ->> 'carrier', coalesce(nullif(h ->> 'service', ''), 'STANDARD'),
        (h ->> 'cut_off')::timestamptz, (h ->> 'requested')::date, (h ->> 'priority')::int,
        coalesce((h ->> 'own_priority')::boolean, (h ->> 'priority')::int > 0), (h ->> 'complete_only')::boolean,
        (h ->> 'gift')::boolean, h ->> 'gift_note', h ->> 'note')
    ON CONFLICT (document_id) DO UPDATE SET ship_to = excluded.ship_to, carrier = excluded.carrier,
        service = excluded.service, cut_off = excluded.cut_off, requested = excluded.requested, priority = excluded.priority,
        own_priority = CASE WHEN p_head ? 'priority' THEN excluded.own_priority ELSE o.own_priority END,
        complete_only = excluded.complete_only, gift = excluded.gift, gift_note = excluded.gift_note, note = excluded.note;
    IF p_head ? 'priority' THEN
        UPDATE task t SET priority = (h ->> 'priority')::int FROM document_line l
        WHERE l.id = t.document_line_id AND l.document_id = p_document AND t.kind = 'pick' AND t.state = 'open';
    END IF;
END $$;

-- Writes what is wished of a line's goods ({lot, minimum_days}, as far as p_wish names them), and gives up what it has in bins
-- that does not fit any more; returns how much that is, in base units. Refuses a lot of goods that have none, and where
-- goods that do not fit are in a tote or carton already.
CREATE FUNCTION write_line_wish(p_line uuid, p_wish jsonb) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    l document_line;
    i item;
    r record;
    freed numeric := 0;
BEGIN
    IF NOT p_wish ?| ARRAY['lot', 'minimum_days'] THEN
        RETURN 0;
    END IF;
    SELECT * INTO l FROM document_line WHERE id = p_line;
    SELECT * INTO d FROM document WHERE id = l.document_id;
    SELECT * INTO i FROM item WHERE id = l.item_id;
    IF i.tracking = 'none' AND p_wish ->> 'lot' <> '' THEN
        PERFORM refuse('orders.no_lots', jsonb_build_object('sku', i.sku, 'lot', p_wish ->> 'lot'));
    ELSIF length(p_wish ->> 'lot') > 20 OR NOT coalesce((p_wish ->> 'minimum_days')::numeric, 0) BETWEEN 0 AND 36500 THEN
        PERFORM refuse('orders.bad_wish', jsonb_build_object('line', l.line_no));
    END IF;
    INSERT INTO line_wish AS w (document_line_id, lot, minimum_days)
    VALUES (p_line, coalesce(p_wish ->> 'lot', ''), (p_wish ->> 'minimum_days')::int)
    ON CONFLICT (document_line_id) DO UPDATE SET
        lot = CASE WHEN p_wish ? 'lot' THEN excluded.lot ELSE w.lot END,
        minimum_days = CASE WHEN p_wish ? 'minimum_days' THEN excluded.minimum_days ELSE w.minimum_days END;
    PERFORM hold_items(d.warehouse_id, ARRAY[l.item_id], ARRAY[d.owner_id]);
    FOR r IN SELECT x AS claim, p.kind, coalesce(nullif(t.lot, ''), t.serial, '') AS lot
        FROM reservation x JOIN location p ON p.id = x.location_id LEFT JOIN trace t ON t.id = x.trace_id
        JOIN line_wish w ON w.document_line_id = p_line
        WHERE x.demand_line_id = p_line AND (w.lot <> '' AND w.lot <> coalesce(nullif(t.lot, ''), t.serial, '')
            OR coalesce(t.expiry, t.best_before) < keeps_until(p_line))
    LOOP
        IF r.kind IN ('tote', 'staging') THEN
            PERFORM refuse('orders.other_lot_in_hand', jsonb_build_object('document', d.number, 'line', l.line_no,
                'sku', i.sku, 'lot', r.lot));
        END IF;
        PERFORM give_up(r.claim, (r.claim).qty);
        freed := freed + (r.claim).qty;
    END LOOP;
    RETURN freed;
END $$;

-- Puts one more line on an order; base units as create_document() reckons them. Bundles are opened where the order is
-- released already. p_line: {item, uom, qty, price, number, lot, minimum_days}; without a number it is the next one.
CREATE FUNCTION add_order_line(d document, p_line jsonb) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    i item;
    base numeric;
    ordered numeric := (p_line ->> 'qty')::numeric;
    made int := coalesce((p_line ->> 'number')::int,
        1 + (SELECT max(greatest(line_no, bundle_no)) FROM document_line WHERE document_id = d.id), 1);
    made_line uuid;
BEGIN
    SELECT * INTO i FROM item WHERE id = (p_line ->> 'item')::uuid;
    IF NOT FOUND THEN
        PERFORM refuse('item.unknown', jsonb_build_object('sku', coalesce(p_line ->> 'sku', '')));
    ELSIF (ordered > 0 AND ordered < 1e12) IS NOT TRUE THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('sku', i.sku, 'quantity', p_line ->> 'qty'));
    END IF;
    IF EXISTS (SELECT FROM document_line WHERE document_id = d.id AND made IN (line_no, bundle_no)) THEN
        PERFORM refuse('orders.line_taken', jsonb_build_object('document', d.number, 'line', made));
    END IF;
    base := in_base_units(i, p_line ->> 'uom', ordered);
    INSERT INTO document_line (document_id, line_no, item_id, uom, qty, base_qty, unit_price)
    VALUES (d.id, made, i.id, p_line ->> 'uom', ordered, base, (p_line ->> 'price')::numeric) RETURNING id INTO made_line;
    PERFORM write_line_wish(made_line, p_line);
    IF i.bundle AND d.decision <> 'draft' THEN
        PERFORM open_bundles(d.id);
    END IF;
    RETURN made;
END $$;

-- So much of a unit of an item in its base unit; refuses what is no unit of it, or does not come out even.
CREATE FUNCTION in_base_units(i item, p_uom text, p_qty numeric) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u item_uom;
    base numeric;
BEGIN
    SELECT * INTO u FROM item_uom WHERE item_id = i.id AND uom = p_uom;
    base := round(p_qty * coalesce(u.numerator, 1) / coalesce(u.denominator, 1), i.decimals);
    IF u.uom IS NULL AND p_uom IS DISTINCT FROM i.base_uom
            OR base * coalesce(u.denominator, 1) <> p_qty * coalesce(u.numerator, 1) THEN
        PERFORM refuse('quantity.not_exact', jsonb_build_object('sku', i.sku, 'uom', p_uom, 'quantity', p_qty::text));
    END IF;
    RETURN base;
END $$;

-- Makes an order of a customer with all that it says (p_head: fields of order_head) and its lines, as a draft or released;
-- returns its id. p_number: ours, NULL for the next one; p_wishes: of lines, [{line, lot, minimum_days}]. The same request
-- makes it once.
CREATE FUNCTION create_order(p_request uuid, p_warehouse uuid, p_partner uuid, p_head jsonb, p_items uuid[], p_uoms text[],
    p_qtys numeric[], p_prices numeric[], p_number text DEFAULT NULL, p_release boolean DEFAULT false,
    p_wishes jsonb DEFAULT '[]', p_owner uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    IF EXISTS (SELECT FROM document d WHERE d.warehouse_id = p_warehouse AND d.kind = 'order'
            AND (upper(d.number) = upper(p_number) OR d.partner_id = p_partner AND d.reference <> ''
                 AND d.reference = p_head ->> 'reference')
            AND NOT EXISTS (SELECT FROM request r WHERE r.request_id = p_request)) THEN
        PERFORM require('plan_order', p_warehouse);
        PERFORM refuse('orders.number_taken', jsonb_build_object('number', coalesce(p_number, p_head ->> 'reference')));
    END IF;
    made := create_document(p_kind => 'order', p_warehouse => p_warehouse, p_partner => p_partner,
        p_reference => coalesce(p_head ->> 'reference', ''), p_due => (p_head ->> 'due')::date, p_items => p_items,
        p_uoms => p_uoms, p_qtys => p_qtys, p_prices => p_prices, p_number => p_number, p_request => p_request);
    IF EXISTS (SELECT FROM customer_order WHERE document_id = made) THEN
        RETURN made; -- by this request before
    END IF;
    PERFORM write_order_head(made, p_head);
    PERFORM write_line_wish(l.id, w.wish) FROM jsonb_array_elements(p_wishes) w (wish)
    JOIN document_line l ON l.document_id = made AND l.line_no = (w.wish ->> 'line')::int;
    IF p_owner IS NOT NULL THEN
        PERFORM set_document_owner(made, p_owner);
    END IF;
    IF p_release THEN
        PERFORM decide_document(made, 'released', (SELECT version FROM document WHERE id = made));
    END IF;
    RETURN made;
END $$;

-- Makes a draft another customer's; its lines and all that it says stay. Returns {version}. Refuses an order that was released:
-- what was chosen, promised and printed for one customer is not another's.
CREATE FUNCTION set_order_customer(p_request uuid, p_document uuid, p_partner uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('order_customer', p_document, p_partner, p_version));
    d document;
    before text;
    after text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    d := lock_customer_order(p_document, p_version);
    before := (SELECT name FROM partner WHERE id = d.partner_id);
    after := (SELECT name FROM partner WHERE id = p_partner AND 'customer' = ANY (kinds) AND NOT archived);
    IF d.decision <> 'draft' THEN
        PERFORM refuse('orders.customer_stays', jsonb_build_object('document', d.number));
    ELSIF after IS NULL THEN
        PERFORM refuse('partner.unknown', jsonb_build_object('partner', ''));
    ELSIF EXISTS (SELECT FROM document x WHERE x.warehouse_id = d.warehouse_id AND x.kind = 'order' AND x.id <> d.id
            AND x.partner_id = p_partner AND x.reference <> '' AND x.reference = d.reference) THEN
        PERFORM refuse('orders.number_taken', jsonb_build_object('number', d.reference));
    END IF;
    UPDATE document SET partner_id = p_partner WHERE id = d.id;
    PERFORM tell_order_change(d.id, 'changed', jsonb_build_object('head', jsonb_build_object('customer',
        jsonb_build_array(before, after)), 'lines', '[]'::jsonb, 'added', '[]'::jsonb, 'labels', '[]'::jsonb,
        'hands', '[]'::jsonb), '');
    RETURN end_record_request(p_request, jsonb_build_object('version', d.version + 1));
END $$;

-- Gives orders (parallel arrays) the priorities that the rules say; open picks follow. An order whose priority a person or a
-- file gave, or that has ended, keeps it. p_reason: '' leaves no trail, for orders that have just come.
CREATE FUNCTION give_priorities(p_warehouse uuid, p_documents uuid[], p_priorities int[], p_reason text DEFAULT '') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    changed record;
    count int := 0;
BEGIN
    PERFORM require('plan_order', p_warehouse);
    PERFORM 1 FROM document WHERE id = ANY (p_documents) ORDER BY id FOR NO KEY UPDATE;
    FOR changed IN
        UPDATE customer_order o SET priority = g.priority
        FROM unnest(p_documents, p_priorities) AS g (id, priority)
        JOIN document d ON d.id = g.id AND d.warehouse_id = p_warehouse AND d.kind = 'order'
            AND d.decision IN ('draft', 'released', 'held')
        JOIN customer_order was ON was.document_id = d.id
        WHERE o.document_id = g.id AND NOT o.own_priority AND o.priority <> g.priority
        RETURNING o.document_id, was.priority AS before, o.priority AS after
    LOOP
        count := count + 1;
        IF p_reason <> '' THEN
            PERFORM tell_order_change(changed.document_id, 'changed', jsonb_build_object('head', jsonb_build_object(
                'priority', jsonb_build_array(changed.before, changed.after)), 'lines', '[]'::jsonb, 'added', '[]'::jsonb,
                'labels', '[]'::jsonb, 'hands', '[]'::jsonb), p_reason);
        END IF;
    END LOOP;
    UPDATE task t SET priority = o.priority FROM document_line l JOIN customer_order o ON o.document_id = l.document_id
    WHERE l.document_id = ANY (p_documents) AND t.document_line_id = l.id AND t.kind = 'pick' AND t.state = 'open'
      AND t.priority <> o.priority;
    RETURN count;
END $$;

REVOKE ALL ON FUNCTION order_head(uuid), write_order_head(uuid, jsonb), write_line_wish(uuid, jsonb),
    add_order_line(document, jsonb), in_base_units(item, text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_order(uuid, uuid, uuid, jsonb, uuid[], text[], numeric[], numeric[], text, boolean, jsonb, uuid),
    set_order_customer(uuid, uuid, uuid, int), give_priorities(uuid, uuid[], int[], text) TO @everyone@;
