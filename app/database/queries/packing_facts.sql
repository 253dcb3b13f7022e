-- What a step of pack verification needs to know, in one answer.
-- warehouse, run: the conversation's; documents, units, parcels: ids of what is in hand and what was scanned; closing:
-- take the next tracking serial, read the carriers and what lies beside the picked goods, because this step may close a carton. Quantities in base units, weights in kg, as text.
-- Relies on document_pkey, document_line_document_id_line_no_key, reservation_pkey, parcel_document, print_job_uid,
-- stock_balance_unit, line_progress_pkey.
WITH wanted AS (
    SELECT id FROM unnest(%(documents)s::uuid[]) id
    UNION SELECT document_id FROM parcel
    WHERE id = ANY (%(parcels)s::uuid[]) OR handling_unit_id = ANY (%(units)s::uuid[])
    UNION SELECT l.document_id FROM stock_balance b
    JOIN reservation r ON r.warehouse_id = b.warehouse_id AND r.item_id = b.item_id AND r.location_id = b.location_id
        AND r.handling_unit_id = b.handling_unit_id
    JOIN document_line l ON l.id = r.demand_line_id
    WHERE b.handling_unit_id = ANY (%(units)s::uuid[]) AND b.handling_unit_id <> nil() AND b.on_hand <> 0
), deciding AS (
    SELECT %(warehouse)s::uuid || ARRAY(SELECT d.partner_id FROM document d WHERE d.id IN (SELECT id FROM wanted)) AS ids
), deciding_goods AS (
    SELECT (SELECT ids FROM deciding) || ARRAY(SELECT unnest(coalesce(y.path, '{}') || i.id) FROM document_line l
        JOIN item i ON i.id = l.item_id LEFT JOIN category y ON y.id = i.category_id
        WHERE l.document_id IN (SELECT id FROM wanted)) AS ids
)
SELECT
    coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'id', d.id, 'partner_id', d.partner_id, 'number', d.number, 'kind', d.kind, 'decision', d.decision, 'partner', coalesce(p.name, ''),
            'partner_code', coalesce(p.code, ''), 'cut_off', coalesce(to_char(c.cut_off AT TIME ZONE (SELECT time_zone FROM warehouse w WHERE w.id = d.warehouse_id),
                'YYYY-MM-DD HH24:MI'), ''),
            'cut_off_at', coalesce(to_char(c.cut_off AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''), 'ship_to', coalesce(c.ship_to, '{}'),
            'carrier', coalesce(c.carrier, ''), 'carrier_name', coalesce(h.name, code_in_words(c.carrier), ''), 'service', coalesce(c.service, ''),
            'instructions', coalesce(p.pack_instructions, ''), 'note', coalesce(c.note, ''),
            'first_order', d.partner_id IS NOT NULL AND NOT EXISTS (SELECT FROM document o WHERE o.kind = 'order'
                AND o.partner_id = d.partner_id AND o.created_at < d.created_at AND o.decision <> 'cancelled'),
            'done', coalesce((SELECT jsonb_agg(jsonb_build_object('code', e.code, 'sku', e.sku, 'parcel', e.parcel_id,
                    'quantity', e.quantity::text,
                    'since_open', NOT EXISTS (SELECT FROM parcel_history h WHERE h.parcel_id = e.parcel_id AND h.at > e.at
                        AND h.state = 'open')) ORDER BY e.id)
                FROM parcel_extra e JOIN parcel k ON k.id = e.parcel_id AND k.state <> 'cancelled'
                WHERE k.document_id = d.id), '[]'),
            'gift_label', CASE WHEN c.gift_note <> '' THEN (SELECT jsonb_build_object('job', j.id, 'template', j.template,
                    'uid', j.label_uid, 'state', j.state, 'printer', j.printer_id, 'reprint_no', j.reprint_no,
                    'content', j.content)
                FROM print_job j WHERE j.label_uid = 'GIFT-' || d.number ORDER BY j.id DESC LIMIT 1) END, 'reference', d.reference, 'due', d.due,
            'carton_template', coalesce(p.carton_label, ''), 'slip_template', coalesce(p.packing_slip, ''),
            'news', order_news(d.id), 'complete_only', coalesce(c.complete_only, false),
            'gift', coalesce(c.gift, false), 'gift_note', coalesce(c.gift_note, ''), 'packed_by', other.person, 'packed_since', coalesce(other.since, ''),
            'lines', coalesce((SELECT jsonb_agg(jsonb_build_object(
                    'id', l.id, 'item', i.id, 'sku', i.sku, 'name', i.name, 'unit', i.base_uom,
                    'decimals', i.decimals, 'tracking', i.tracking, 'ordered', l.base_qty::text,
                    'packed', coalesce(g.qty, 0)::text, 'closed', l.closed,
                    'length_mm', u.length_mm, 'width_mm', u.width_mm, 'height_mm', u.height_mm,
                    'piece_kg', coalesce(i.weight_mean_kg, u.weight_kg)::text, 'hazard', i.hazard_class,
                    'category', coalesce(y.full_name, ''), 'categories', coalesce(to_jsonb(y.path), '[]'),
                    'bundle', coalesce((SELECT k.sku FROM item k WHERE k.id = l.bundle_id), ''),
                    'price', (l.unit_price * l.qty / l.base_qty)::text,
                    'upright', is_marked(i.attributes, y.inherited, 'this side up'),
                    'fragile', is_marked(i.attributes, y.inherited, 'fragile')) ORDER BY l.line_no)
                FROM document_line l JOIN item i ON i.id = l.item_id
                LEFT JOIN category y ON y.id = i.category_id
                LEFT JOIN item_uom u ON u.item_id = i.id AND u.uom = i.base_uom
                LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'packed'
                WHERE l.document_id = d.id), '[]'),
            'picked', coalesce((SELECT jsonb_agg(jsonb_build_object(
                    'line', l.id, 'item', r.item_id, 'location', r.location_id, 'trace', r.trace_id,
                    'unit', r.handling_unit_id, 'owner', r.owner_id, 'status', r.status, 'quantity', r.qty::text,
                    'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, ''),
                    'expiry', coalesce(t.expiry, t.best_before)) ORDER BY l.line_no, t.expiry, t.lot, t.serial)
                FROM document_line l JOIN reservation r ON r.demand_line_id = l.id AND r.qty > 0
                JOIN location w ON w.id = r.location_id AND w.kind = 'tote'
                LEFT JOIN trace t ON t.id = r.trace_id
                WHERE l.document_id = d.id), '[]'),
            'parcels', coalesce((SELECT jsonb_agg(jsonb_build_object(
                    'id', k.id, 'unit', u.id, 'place', u.location_id, 'sscc', u.sscc, 'state', k.state, 'carton', k.carton_type,
                    'tare', k.tare_kg::text, 'variance', coalesce(y.variance, 0)::text,
                    'seen', CASE WHEN k.state = 'open' THEN carton_contents(k) ELSE '' END,
                    'weight', k.weight_kg::text, 'tracking', coalesce(k.tracking, ''), 'carrier', k.carrier,
                    'refused', CASE WHEN bid.state = 'refused' THEN bid.fault ELSE '' END, 'refused_facts', coalesce(bid.facts, '{}'),
                    'to_buy', coalesce(bid.state IN ('refused', 'voided'), true),
                    'in_doubt', coalesce(bid.state = 'unknown', false),
                    'service', k.service, 'manifest', coalesce((SELECT m.number FROM shipment_parcel s
                        JOIN document m ON m.id = s.document_id WHERE s.parcel_id = k.id AND s.left_out_at IS NULL), ''),
                    'contents', coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'item', i.id, 'sku', i.sku, 'quantity', b.on_hand::text, 'lot', coalesce(t.lot, ''),
                            'serial', coalesce(t.serial, ''), 'mean', i.weight_mean_kg::text, 'variance', i.weight_variance::text,
                            'observations', i.weight_observations,
                            'weighed_kg', CASE WHEN i.catch_weight THEN nullif(b.weight_kg, 0)::text END) ORDER BY i.sku)
                        FROM stock_balance b JOIN item i ON i.id = b.item_id LEFT JOIN trace t ON t.id = b.trace_id
                        WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil() AND b.on_hand <> 0), '[]'),
                    'labels', coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'job', j.id, 'template', j.template, 'uid', j.label_uid, 'state', j.state,
                            'printer', j.printer_id, 'reprint_no', j.reprint_no, 'content', j.content,
                            'detail', j.detail))
                        FROM (SELECT DISTINCT ON (x.label_uid) x.* FROM print_job x
                              WHERE x.label_uid IN (u.sscc, k.tracking, u.sscc || '/slip')
                              ORDER BY x.label_uid, x.id DESC) j
                        WHERE j.label_uid IN (u.sscc, k.tracking) OR j.state NOT IN ('PARTIAL', 'UNKNOWN', 'UNVERIFIED')), '[]'))
                    ORDER BY k.id)
                FROM parcel k JOIN handling_unit u ON u.id = k.handling_unit_id
                LEFT JOIN carton_type y ON y.code = k.carton_type
                LEFT JOIN LATERAL (SELECT x.state, x.fault, x.facts FROM purchase x
                    WHERE x.parcel_id = k.id ORDER BY x.id DESC LIMIT 1) bid ON true
                WHERE k.document_id = d.id AND k.state <> 'cancelled'), '[]')) ORDER BY d.number)
        FROM document d LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
        LEFT JOIN carrier h ON h.code = c.carrier
        LEFT JOIN LATERAL (
            SELECT who.name AS person, r.state ->> 'since' AS since FROM dialog_run r JOIN person who ON who.id = r.person_id
            WHERE r.capability = 'packing' AND NOT r.finished AND r.id <> %(run)s AND r.state ->> 'order' = d.id::text
            ORDER BY since DESC NULLS LAST LIMIT 1) other ON true
        WHERE d.id IN (SELECT id FROM wanted) AND d.warehouse_id = %(warehouse)s), '[]') AS orders,
    (SELECT jsonb_build_object('id', id, 'address', address) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active AND frozen_by IS NULL
     ORDER BY walk_position, address LIMIT 1) AS staging,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name)
                    ORDER BY r.station_id = this_station() DESC NULLS LAST, r.name)
     FROM printer r LEFT JOIN station s ON s.id = r.station_id
     WHERE r.active AND r.kind = 'labels' AND (s.id IS NULL OR s.warehouse_id = %(warehouse)s)), '[]') AS printers,
    coalesce((SELECT jsonb_agg(jsonb_build_object('code', code, 'name', name, 'tare', tare_kg::text, 'length_mm', length_mm,
                    'width_mm', width_mm, 'height_mm', height_mm, 'limit_kg', limit_kg::text,
                    'outer_length_mm', outer_length_mm, 'outer_width_mm', outer_width_mm, 'outer_height_mm', outer_height_mm,
                    'fill_percent', fill_percent, 'cost', cost::text, 'services', services, 'owners',
                    CASE WHEN owners = '{}' THEN '[]' ELSE coalesce((SELECT jsonb_agg(o.id) FROM partner o
                        WHERE o.code = ANY (t.owners)), jsonb_build_array(nil())) END) ORDER BY position, code)
     FROM carton_type t WHERE active), '[]') AS cartons,
    coalesce((SELECT jsonb_agg(jsonb_build_object('code', code, 'step', step) ORDER BY step, code)
     FROM reason WHERE active AND step IN ('pack', 'print', 'unpack')), '[]') AS reasons,
    (SELECT jsonb_build_object('id', id, 'address', address) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'dock' AND active AND frozen_by IS NULL
     ORDER BY walk_position, address LIMIT 1) AS return_place,
    may('reverse', %(warehouse)s) AS may_reverse,
    sender_of(%(warehouse)s) AS sender,
    (now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s))::date AS today,
    CASE WHEN %(closing)s THEN next_tracking_serial() END AS serial,
    now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s) AS now,
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS moment,
    (SELECT currency FROM company) AS currency,
    coalesce((SELECT jsonb_agg(jsonb_build_object('code', code, 'name', name, 'kind', kind, 'setup', setup) ORDER BY code)
     FROM carrier WHERE active AND %(closing)s), '[]') AS carriers,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', x.sku, 'beside', x.beside, 'mean', x.weight_mean_kg::text,
            'variance', x.weight_variance::text, 'observations', x.weight_observations) ORDER BY x.sku, x.beside)
        FROM (SELECT DISTINCT i.sku, o.sku AS beside, o.weight_mean_kg, o.weight_variance, o.weight_observations
            FROM document_line l JOIN item i ON i.id = l.item_id
            JOIN task t ON t.document_line_id = l.id AND t.kind = 'pick'
            JOIN location b ON b.id = t.from_location_id
            CROSS JOIN LATERAL (
                SELECT b.id
                UNION SELECT x.id FROM location x WHERE x.warehouse_id = b.warehouse_id AND x.kind = 'bin'
                    AND x.parent_id = b.parent_id AND b.walk_position > 0
                    AND x.walk_position BETWEEN b.walk_position - 1 AND b.walk_position + 1
                UNION (SELECT x.id FROM location x WHERE x.warehouse_id = b.warehouse_id AND x.kind = 'bin'
                    AND x.parent_id = b.parent_id AND b.walk_position = 0 AND x.address > b.address ORDER BY x.address LIMIT 1)
                UNION (SELECT x.id FROM location x WHERE x.warehouse_id = b.warehouse_id AND x.kind = 'bin'
                    AND x.parent_id = b.parent_id AND b.walk_position = 0 AND x.address < b.address
                    ORDER BY x.address DESC LIMIT 1)) n
            JOIN stock_balance s ON s.location_id = n.id AND s.warehouse_id = b.warehouse_id AND s.on_hand > 0
            JOIN item o ON o.id = s.item_id AND o.id <> i.id AND o.weight_mean_kg IS NOT NULL
            WHERE %(closing)s AND l.document_id = ANY (%(documents)s::uuid[]) LIMIT 200) x), '[]') AS beside,
    coalesce((SELECT jsonb_agg(jsonb_build_object('code', x.code, 'kind', x.kind, 'name', x.name, 'words', x.words,
            'picture', coalesce(encode(x.picture, 'hex'), ''), 'moment', x.moment, 'answer', x.answer, 'item', x.item_id,
            'sku', coalesce(i.sku, ''), 'quantity', x.quantity::text) ORDER BY x.code)
        FROM pack_extra x LEFT JOIN item i ON i.id = x.item_id WHERE x.active), '[]') AS extras,
    CASE WHEN EXISTS (SELECT FROM pack_extra WHERE active) THEN policies_for('extras', (SELECT ids FROM deciding_goods))
        ELSE '[]' END AS extras_policies,
    CASE WHEN EXISTS (SELECT FROM policy WHERE capability = 'verification' AND rules @? '$.rules[*]')
        THEN policies_for('verification', (SELECT ids FROM deciding_goods)) ELSE '[]' END AS counting_policies,
    policies_for('packing', (SELECT ids FROM deciding)) AS packing_policies,
    policies_for('shipping', (SELECT ids FROM deciding)) AS shipping_policies
