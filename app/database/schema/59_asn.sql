-- Goods that suppliers announced: what is on its way, on which pallets and cases, and for which of our orders.

-- What the announcement says of a line beyond item and quantity. `order_line_id`: the line of our order that these goods
-- fill; they are received on that line, so that the order's progress counts them, else on the announcement's own.
-- `handling_unit_id`: what they stand on, NULL for loose goods. Weight in kg, where the goods are weighed.
CREATE TABLE asn_line (
    document_line_id uuid PRIMARY KEY REFERENCES document_line ON DELETE CASCADE,
    order_line_id uuid REFERENCES document_line,
    handling_unit_id uuid REFERENCES handling_unit,
    lot text NOT NULL DEFAULT '',
    serial text NOT NULL DEFAULT '',
    expiry date,
    best_before date,
    weight_kg numeric(18, 6) CHECK (weight_kg > 0)
);
CREATE INDEX asn_line_unit ON asn_line (handling_unit_id) WHERE handling_unit_id IS NOT NULL;
CREATE INDEX asn_line_order ON asn_line (order_line_id) WHERE order_line_id IS NOT NULL;

-- When and by whom an announced unit was received, as far as that was not taken back; no row: it is still awaited.
CREATE FUNCTION unit_received(p_asn uuid, p_unit uuid) RETURNS TABLE (at timestamptz, person text)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT p.recorded_at, n.name
    FROM stock_move m JOIN posting p ON p.id = m.posting_id JOIN person n ON n.id = p.person_id
    WHERE m.to_handling_unit_id = p_unit AND m.to_handling_unit_id <> nil() AND m.kind = 'receipt' AND m.reverses IS NULL
      AND p.document_id = p_asn AND p.warehouse_id = ANY (my_warehouses())
      AND m.qty > (SELECT coalesce(sum(r.qty), 0) FROM stock_move r WHERE r.reverses = m.id)
    ORDER BY p.recorded_at LIMIT 1
$$;

-- How much of each line of an announcement came, in base units: what was posted for it, onto the same unit, on the line
-- that it is received on, given to its lines in their order.
CREATE FUNCTION asn_received(p_asn uuid) RETURNS TABLE (document_line_id uuid, qty numeric)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    WITH announced AS (
        SELECT l.id, l.base_qty, coalesce(a.order_line_id, l.id) AS target, coalesce(a.handling_unit_id, nil()) AS unit,
            coalesce(sum(l.base_qty) OVER (PARTITION BY coalesce(a.order_line_id, l.id), coalesce(a.handling_unit_id, nil())
                ORDER BY l.line_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
        FROM document_line l JOIN asn_line a ON a.document_line_id = l.id WHERE l.document_id = p_asn
    ), came AS (
        SELECT m.document_line_id AS target, sum(CASE WHEN m.reverses IS NULL THEN m.qty ELSE -m.qty END) AS qty,
            CASE WHEN u.unit = ANY (SELECT x.unit FROM announced x) THEN u.unit ELSE nil() END AS unit
        FROM posting p JOIN stock_move m ON m.posting_id = p.id AND m.recorded_at = p.recorded_at
        CROSS JOIN LATERAL (SELECT CASE WHEN m.reverses IS NULL THEN m.to_handling_unit_id ELSE m.from_handling_unit_id
            END AS unit) u
        WHERE p.document_id = p_asn AND p.warehouse_id = ANY (my_warehouses()) AND m.document_line_id IS NOT NULL
        GROUP BY 1, 3
    )
    SELECT a.id, greatest(0, least(a.base_qty, coalesce(c.qty, 0) - a.before))
    FROM announced a LEFT JOIN came c USING (target, unit)
$$;

-- Whether goods of an announcement came that were not taken back.
CREATE FUNCTION asn_begun(p_asn uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN m.reverses IS NULL THEN m.qty ELSE -m.qty END) > 0, false)
    FROM posting p JOIN stock_move m ON m.posting_id = p.id AND m.recorded_at = p.recorded_at
    WHERE p.document_id = p_asn
$$;

-- The line of an order of this supplier that announced goods fill, and its room beyond what came and what is announced
-- already: the first with room, else the last one; no row where no order waits for the item. p_order: the order's number,
-- ours or theirs; empty: any, the earliest due first.
CREATE FUNCTION order_line_for(p_warehouse uuid, p_partner uuid, p_item uuid, p_order text)
RETURNS TABLE (id uuid, room numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT w.id, w.room
    FROM (SELECT l.id, l.base_qty - coalesce(g.qty, 0) - announced.qty AS room,
            row_number() OVER (ORDER BY o.due NULLS LAST, o.id, l.line_no) AS turn
        FROM document o JOIN document_line l ON l.document_id = o.id
        LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'
        CROSS JOIN LATERAL (SELECT coalesce(sum(al.base_qty), 0) AS qty FROM asn_line a
            JOIN document_line al ON al.id = a.document_line_id JOIN document ad ON ad.id = al.document_id
            WHERE a.order_line_id = l.id AND ad.decision IN ('draft', 'released') AND NOT al.closed) announced
        WHERE o.warehouse_id = p_warehouse AND o.kind = 'purchase_order' AND o.partner_id = p_partner
          AND o.decision = 'released' AND l.item_id = p_item AND NOT l.closed
          AND (p_order = '' OR upper(p_order) IN (upper(o.number), upper(o.reference)))) w
    ORDER BY w.room > 0 DESC, CASE WHEN w.room > 0 THEN w.turn ELSE -w.turn END
    LIMIT 1
$$;

-- The unit of an announcement by its number, made where it is new. A unit that is here already, or that another open
-- announcement names, is refused: it would be received twice.
CREATE FUNCTION announced_unit(p_warehouse uuid, p_number text, p_kind text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u handling_unit;
    elsewhere text;
BEGIN
    INSERT INTO handling_unit (sscc, kind, warehouse_id) VALUES (p_number, p_kind, p_warehouse)
    ON CONFLICT (sscc) DO NOTHING RETURNING * INTO u;
    IF FOUND THEN
        RETURN u.id;
    END IF;
    SELECT * INTO u FROM handling_unit WHERE sscc = p_number;
    SELECT d.number INTO elsewhere FROM asn_line a JOIN document_line l ON l.id = a.document_line_id
    JOIN document d ON d.id = l.document_id WHERE a.handling_unit_id = u.id AND d.decision IN ('draft', 'released', 'held')
    LIMIT 1;
    IF u.id IS NULL OR u.location_id IS NOT NULL OR u.warehouse_id <> p_warehouse OR elsewhere IS NOT NULL THEN
        PERFORM refuse('asn.unit_known', jsonb_build_object('unit', p_number, 'document', coalesce(elsewhere, '–')));
    END IF;
    RETURN u.id;
END $$;

-- What an announcement says of its lines beyond item and quantity, on the units that are there, and which line of an order
-- each fills. Lines of one item follow each other, so that an order is looked for once for all that it has room for.
-- `enable_seqscan`: a plan made while few announcements were there must serve one of thousands of lines, too.
CREATE FUNCTION save_asn_lines(p_warehouse uuid, p_partner uuid, p_asn uuid, p_lines jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET enable_seqscan = off AS $$
DECLARE
    line record;
    fills uuid;
    room_left numeric;
    had_room boolean;
    of_item uuid;
    of_order text;
BEGIN
    FOR line IN SELECT l.id, l.item_id, l.base_qty, coalesce(x."order", '') AS order_no, u.id AS unit_id, x.lot, x.serial,
            x.expiry, x.best_before, x.weight_kg
        FROM document_line l
        CROSS JOIN jsonb_to_record(p_lines -> l.line_no - 1) AS x ("order" text, lot text, serial text, expiry date,
            best_before date, weight_kg numeric, unit text)
        LEFT JOIN handling_unit u ON u.sscc = nullif(x.unit, '')
        WHERE l.document_id = p_asn ORDER BY l.item_id, order_no, l.line_no
    LOOP
        IF line.item_id IS DISTINCT FROM of_item OR line.order_no <> of_order OR (had_room AND room_left <= 0) THEN
            of_item := line.item_id;
            of_order := line.order_no;
            SELECT f.id, f.room INTO fills, room_left FROM order_line_for(p_warehouse, p_partner, of_item, of_order) f;
            had_room := room_left > 0;
        END IF;
        IF fills IS NULL AND line.order_no <> '' THEN
            PERFORM refuse(CASE WHEN EXISTS (SELECT FROM document WHERE warehouse_id = p_warehouse
                    AND kind = 'purchase_order' AND partner_id = p_partner
                    AND upper(line.order_no) IN (upper(number), upper(reference)))
                THEN 'asn.not_on_order' ELSE 'asn.unknown_order' END, jsonb_build_object('order', line.order_no,
                'sku', (SELECT sku FROM item WHERE id = line.item_id)));
        END IF;
        INSERT INTO asn_line VALUES (line.id, fills, line.unit_id, coalesce(line.lot, ''), coalesce(line.serial, ''),
            line.expiry, line.best_before, line.weight_kg);
        room_left := room_left - line.base_qty;
    END LOOP;
END $$;

-- Says what is on its way and releases it. p_lines: a list of {item, uom, qty, order, lot, serial, expiry, best_before,
-- weight_kg, unit, unit_kind}, where all but the first three may be empty. An announcement of this supplier with the
-- same reference is replaced, as long as nothing of it was received. Returns {asn, number, replaced}.
-- Refuses asn.begun, asn.ended, asn.unknown_order, asn.not_on_order, asn.unit_known, and what create_document() refuses.
CREATE FUNCTION save_asn(p_request uuid, p_warehouse uuid, p_partner uuid, p_reference text, p_number text, p_due date,
    p_lines jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('asn', p_warehouse, p_partner, p_reference, p_number,
        p_due, p_lines));
    old document;
    made uuid;
    units uuid[] := '{}';
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require('plan_asn', p_warehouse);
    SELECT * INTO old FROM document WHERE warehouse_id = p_warehouse AND kind = 'asn' AND partner_id = p_partner
        AND reference = p_reference AND reference <> '' FOR UPDATE;
    IF old.decision NOT IN ('draft', 'released', 'held') THEN
        PERFORM refuse('asn.ended', jsonb_build_object('number', old.number, 'decision', old.decision));
    ELSIF asn_begun(old.id) THEN
        PERFORM refuse('asn.begun', jsonb_build_object('number', old.number));
    END IF;
    SELECT create_document('asn', p_warehouse, p_partner, CASE WHEN old.id IS NULL THEN p_reference ELSE '' END, p_due,
        array_agg(x.item ORDER BY n), array_agg(x.uom ORDER BY n), array_agg(x.qty ORDER BY n),
        p_number => CASE WHEN old.id IS NULL THEN p_number END) INTO made
    FROM ROWS FROM (jsonb_to_recordset(p_lines) AS (item uuid, uom text, qty numeric)) WITH ORDINALITY AS x (item, uom, qty, n);
    IF old.id IS NOT NULL THEN -- the lines were checked as those of a new one; the announcement itself stays
        units := ARRAY(SELECT DISTINCT a.handling_unit_id FROM asn_line a JOIN document_line l ON l.id = a.document_line_id
            WHERE l.document_id = old.id AND a.handling_unit_id IS NOT NULL);
        DELETE FROM document_line WHERE document_id = old.id;
        UPDATE document_line SET document_id = old.id WHERE document_id = made;
        DELETE FROM document WHERE id = made;
        made := old.id;
    END IF;
    PERFORM announced_unit(p_warehouse, x.unit, coalesce((array_agg(nullif(x.unit_kind, '') ORDER BY n))[1], 'pallet'))
    FROM ROWS FROM (jsonb_to_recordset(p_lines) AS (unit text, unit_kind text)) WITH ORDINALITY AS x (unit, unit_kind, n)
    WHERE x.unit <> '' AND NOT EXISTS (SELECT FROM handling_unit u WHERE u.sscc = x.unit AND u.id = ANY (units))
    GROUP BY x.unit;
    PERFORM save_asn_lines(p_warehouse, p_partner, made, p_lines);
    IF old.id IS NOT NULL THEN
        PERFORM drop_awaited_units(units);
        UPDATE document SET due = coalesce(p_due, due), version = version + 1 WHERE id = made;
        INSERT INTO document_history (document_id, person_id, decision, reason)
        VALUES (made, actor(), old.decision, 'ANNOUNCED_ANEW');
    ELSE
        PERFORM decide_document(made, 'released', 1);
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('asn', made, 'replaced', old.id IS NOT NULL,
        'number', (SELECT number FROM document WHERE id = made)));
END $$;

-- Forgets units that never came and that nothing names any more.
CREATE FUNCTION drop_awaited_units(p_units uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    DELETE FROM handling_unit u WHERE u.id = ANY (p_units) AND u.location_id IS NULL
        AND NOT EXISTS (SELECT FROM asn_line a WHERE a.handling_unit_id = u.id)
        AND NOT EXISTS (SELECT FROM stock_move m WHERE m.to_handling_unit_id = u.id AND m.to_handling_unit_id <> nil())
$$;

-- Receives an announced unit with all that stands on it, at a dock, in one posting; p_statuses: that of each of its lines,
-- in their order. Two people who scan it at once receive it once.
-- Refuses asn.unit_received, asn.changed_meanwhile, and what post_moves() refuses.
CREATE FUNCTION receive_unit(p_request uuid, p_asn uuid, p_unit uuid, p_dock uuid, p_statuses text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('receive_unit', p_asn, p_unit, p_dock, p_statuses));
    paper document;
    before record;
    goods record;
    supplier uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT * INTO paper FROM document WHERE id = p_asn AND kind = 'asn' FOR SHARE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('receive', paper.warehouse_id);
    PERFORM 1 FROM handling_unit WHERE id = p_unit FOR NO KEY UPDATE;
    SELECT r.at, r.person, u.sscc INTO before FROM unit_received(p_asn, p_unit) r JOIN handling_unit u ON u.id = p_unit;
    IF FOUND THEN
        PERFORM refuse('asn.unit_received', jsonb_build_object('unit', before.sscc, 'person', before.person,
            'at', to_char(before.at AT TIME ZONE w.time_zone, 'YYYY-MM-DD HH24:MI')))
        FROM warehouse w WHERE w.id = paper.warehouse_id;
    ELSIF paper.decision <> 'released' THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', paper.number));
    END IF;
    supplier := (SELECT id FROM location WHERE warehouse_id = paper.warehouse_id AND kind = 'supplier');
    SELECT array_agg(l.item_id ORDER BY l.line_no) AS items, array_agg(l.base_qty ORDER BY l.line_no) AS qtys,
        ensure_traces(array_agg(l.item_id ORDER BY l.line_no), array_agg(a.lot ORDER BY l.line_no),
            array_agg(a.serial ORDER BY l.line_no), array_agg(a.expiry ORDER BY l.line_no),
            array_agg(a.best_before ORDER BY l.line_no)) AS traces,
        array_agg(coalesce(a.order_line_id, l.id) ORDER BY l.line_no) AS lines,
        array_agg(a.weight_kg ORDER BY l.line_no) AS weights, array_agg(o.owner_id ORDER BY l.line_no) AS owners,
        count(*)::int AS many INTO goods
    FROM asn_line a JOIN document_line l ON l.id = a.document_line_id
    JOIN document_line t ON t.id = coalesce(a.order_line_id, l.id) JOIN document o ON o.id = t.document_id
    WHERE a.handling_unit_id = p_unit AND l.document_id = p_asn;
    IF goods.many <> cardinality(p_statuses) OR goods.many = 0 THEN
        PERFORM refuse('asn.changed_meanwhile', jsonb_build_object('number', paper.number));
    END IF;
    RETURN end_record_request(p_request, post_moves(p_request, 'receipt', paper.warehouse_id, goods.items, goods.qtys,
        array_fill(supplier, ARRAY[goods.many]), array_fill(p_dock, ARRAY[goods.many]), p_traces => goods.traces,
        p_to_units => array_fill(p_unit, ARRAY[goods.many]), p_to_statuses => p_statuses, p_to_owners => goods.owners,
        p_lines => goods.lines, p_weights => goods.weights, p_document => p_asn));
END $$;

-- The document that goods are received for, held so that nobody replaces it before they are booked: whoever announces anew
-- waits, and hears that it was begun. Refuses asn.changed_meanwhile where the line is no more.
CREATE FUNCTION held_paper(p_document uuid, p_line uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR KEY SHARE;
    PERFORM require('receive', d.warehouse_id);
    IF NOT EXISTS (SELECT FROM document_line WHERE id = p_line) THEN
        PERFORM refuse('asn.changed_meanwhile', jsonb_build_object('number', coalesce(d.number, '')));
    END IF;
    RETURN p_document;
END $$;

-- Ends work on an announcement: lines that came are closed, the others too when p_short says so (with a reason). Orders
-- that are full by it are closed. Returns how many lines are still awaited.
CREATE FUNCTION end_asn(p_asn uuid, p_short boolean, p_reason text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    paper document;
    left_open int;
BEGIN
    SELECT * INTO paper FROM document WHERE id = p_asn AND kind = 'asn' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('receive', paper.warehouse_id);
    IF p_short AND NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason');
    END IF;
    UPDATE document_line l SET closed = true FROM asn_received(p_asn) r
    WHERE l.id = r.document_line_id AND NOT l.closed AND (p_short OR l.base_qty <= r.qty);
    SELECT count(*) INTO left_open FROM document_line WHERE document_id = p_asn AND NOT closed;
    IF left_open = 0 AND paper.decision = 'released' THEN
        UPDATE document SET decision = 'closed', version = version + 1 WHERE id = p_asn;
        INSERT INTO document_history (document_id, person_id, decision, reason)
        VALUES (p_asn, actor(), 'closed', coalesce(p_reason, ''));
    END IF;
    PERFORM close_lines(o.id, 'received', 'receive', false, '')
    FROM (SELECT DISTINCT ol.document_id AS id FROM document_line l JOIN asn_line a ON a.document_line_id = l.id
          JOIN document_line ol ON ol.id = a.order_line_id WHERE l.document_id = p_asn ORDER BY 1) o;
    RETURN left_open;
END $$;

REVOKE ALL ON FUNCTION order_line_for(uuid, uuid, uuid, text), announced_unit(uuid, text, text), drop_awaited_units(uuid[]),
    asn_begun(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unit_received(uuid, uuid), asn_received(uuid), asn_begun(uuid),
    save_asn(uuid, uuid, uuid, text, text, date, jsonb), receive_unit(uuid, uuid, uuid, uuid, text[]),
    held_paper(uuid, uuid), end_asn(uuid, boolean, text) TO @everyone@;
