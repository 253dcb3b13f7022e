-- What a step of receiving needs to know, in one answer.
-- documents: ids of purchase orders and announcements, whose lines are those that their goods are received on; units: ids of
-- handling units, with whose announcements they come; items: ids that were scanned; warehouse: the run's.
-- `docked`: what stands at the doors now and can be received; goods are received at the door of their truck, if it has one.
-- `awaited`: what the document itself says is still to come of a line, an announcement often less than the order.
-- `loose`: items that came without an order, as lines of none (their id is the item's). `supplier`: what somebody typed, in
-- capitals, for the open orders of suppliers with that code or whose name begins so. `may_blind`: whether this person may
-- receive without an order. Quantities in base units, as text. Relies on document_pkey, document_line_document_id_line_no_key, line_progress_pkey.
SELECT
    coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'id', d.id, 'number', d.number, 'kind', d.kind, 'decision', d.decision, 'partner', coalesce(p.name, ''),
            'partner_code', coalesce(p.code, ''), 'partner_id', d.partner_id,
            'lines', (SELECT jsonb_agg(jsonb_build_object(
                    'id', l.id, 'item', i.id, 'sku', i.sku, 'name', i.name, 'unit', i.base_uom,
                    'decimals', i.decimals, 'tracking', i.tracking, 'expiry_required', i.expiry_required,
                    'packagings', (SELECT coalesce(jsonb_agg(jsonb_build_object('unit', k.uom, 'numerator', k.numerator,
                        'denominator', k.denominator) ORDER BY k.uom), '[]') FROM item_uom k WHERE k.item_id = i.id),
                    'minimum_days', i.minimum_remaining_days, 'category', coalesce(c.name, ''),
                    'hazard', i.hazard_class, 'catch_weight', i.catch_weight, 'categories', to_jsonb(coalesce(c.path, '{}')),
                    'ordered', l.base_qty::text, 'received', coalesce(g.qty, 0)::text, 'closed', l.closed,
                    'document', l.document_id, 'awaited', CASE WHEN d.kind = 'asn' THEN coalesce(n.awaited ->> l.id::text, '0')
                        WHEN l.closed THEN '0' ELSE greatest(l.base_qty - coalesce(g.qty, 0), 0)::text END)
                    ORDER BY l.document_id, l.line_no)
                FROM (SELECT DISTINCT coalesce(a.order_line_id, x.id) AS id FROM document_line x
                      LEFT JOIN asn_line a ON a.document_line_id = x.id WHERE x.document_id = d.id) t
                JOIN document_line l ON l.id = t.id
                JOIN item i ON i.id = l.item_id LEFT JOIN category c ON c.id = i.category_id
                LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'),
            'units', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind,
                    'received_at', to_char(r.at AT TIME ZONE w.time_zone, 'YYYY-MM-DD HH24:MI'), 'received_by', r.person,
                    'goods', u.goods) ORDER BY u.line_no), '[]')
                FROM (SELECT h.id, h.sscc, h.kind, min(x.line_no) AS line_no, jsonb_agg(jsonb_build_object(
                          'line', coalesce(a.order_line_id, x.id), 'qty', x.base_qty::text, 'lot', a.lot,
                          'serial', a.serial, 'expiry', a.expiry, 'best_before', a.best_before) ORDER BY x.line_no) AS goods
                      FROM asn_line a JOIN document_line x ON x.id = a.document_line_id
                      JOIN handling_unit h ON h.id = a.handling_unit_id
                      WHERE x.document_id = d.id GROUP BY h.id, h.sscc, h.kind) u
                LEFT JOIN LATERAL unit_received(d.id, u.id) r ON true
                JOIN warehouse w ON w.id = d.warehouse_id)))
        FROM document d LEFT JOIN partner p ON p.id = d.partner_id
        LEFT JOIN LATERAL (SELECT jsonb_object_agg(t.target, t.qty::text) AS awaited
            FROM (SELECT coalesce(a.order_line_id, x.id) AS target, sum(x.base_qty - r.qty) AS qty
                  FROM asn_received(d.id) r JOIN document_line x ON x.id = r.document_line_id AND NOT x.closed
                  JOIN asn_line a ON a.document_line_id = x.id GROUP BY 1) t) n ON d.kind = 'asn'
        WHERE d.id IN (SELECT unnest(%(documents)s::uuid[]) UNION SELECT x.document_id FROM asn_line a
            JOIN document_line x ON x.id = a.document_line_id WHERE a.handling_unit_id = ANY (%(units)s::uuid[]))), '[]')
        AS documents,
    coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'partner', coalesce(p.name, ''),
                             'partner_code', coalesce(p.code, ''))
                         ORDER BY d.due, d.number)
        FROM document d LEFT JOIN partner p ON p.id = d.partner_id
        WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'purchase_order' AND d.decision = 'released'
          AND (EXISTS (SELECT FROM document_line l WHERE l.document_id = d.id AND NOT l.closed
                       AND l.item_id = ANY (%(items)s::uuid[]))
               OR %(supplier)s <> '' AND (upper(p.code) = %(supplier)s OR starts_with(upper(p.name), %(supplier)s)))), '[]')
        AS offered,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', i.id, 'item', i.id, 'sku', i.sku, 'name', i.name, 'unit', i.base_uom,
            'decimals', i.decimals, 'tracking', i.tracking, 'expiry_required', i.expiry_required,
            'packagings', (SELECT coalesce(jsonb_agg(jsonb_build_object('unit', k.uom, 'numerator', k.numerator,
                'denominator', k.denominator) ORDER BY k.uom), '[]') FROM item_uom k WHERE k.item_id = i.id),
            'minimum_days', i.minimum_remaining_days, 'category', coalesce(c.name, ''), 'hazard', i.hazard_class,
            'catch_weight', i.catch_weight, 'categories', to_jsonb(coalesce(c.path, '{}')), 'ordered', '0',
            'received', '0', 'closed', false, 'document', nil(), 'awaited', '0'))
        FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE i.id = ANY (%(loose)s::uuid[])), '[]') AS loose,
    may('receive_blind', %(warehouse)s) AS may_blind,
    (SELECT jsonb_build_object('id', id, 'address', address) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'dock' AND active AND frozen_by IS NULL
     ORDER BY EXISTS (SELECT FROM appointment a JOIN appointment_document x ON x.appointment_id = a.id
            WHERE a.door_id = location.id AND a.state IN ('at_door', 'working', 'done')
              AND x.document_id = ANY (%(documents)s::uuid[])) DESC, walk_position, address LIMIT 1) AS dock,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'partner', coalesce(p.name, ''),
            'door', l.name, 'truck', coalesce(nullif(a.carrier, ''), nullif(a.plate, ''), a.number))
            ORDER BY l.walk_position, l.address, d.number)
        FROM appointment a JOIN location l ON l.id = a.door_id
        JOIN appointment_document x ON x.appointment_id = a.id JOIN document d ON d.id = x.document_id
        LEFT JOIN partner p ON p.id = d.partner_id
        WHERE a.warehouse_id = %(warehouse)s AND a.state IN ('at_door', 'working', 'done') AND a.direction = 'inbound'
          AND d.kind IN ('purchase_order', 'asn') AND d.decision = 'released'), '[]') AS docked,
    (SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'supplier') AS supplier,
    coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_object('item', t.item_id, 'lot', t.lot, 'serial', t.serial,
            'status', h.status))
        FROM (SELECT item_id FROM document_line WHERE document_id = ANY (%(documents)s::uuid[])
              UNION SELECT unnest(%(loose)s::uuid[])) l JOIN trace t ON t.item_id = l.item_id
        JOIN trace_hold h ON h.trace_id = t.id AND h.warehouse_id = %(warehouse)s AND h.status <> 'available'), '[]')
        AS holds,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind, 'here',
            u.location_id IS NULL OR l.kind = 'dock'))
        FROM handling_unit u LEFT JOIN location l ON l.id = u.location_id
        WHERE u.id = ANY (%(units)s::uuid[]) AND u.warehouse_id = %(warehouse)s), '[]') AS units,
    (now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s))::date AS today,
    policies_for('receiving', ARRAY(SELECT unnest(ARRAY[i.id, d.partner_id] || coalesce(c.path, '{}'))
        FROM document d JOIN document_line l ON l.document_id = d.id JOIN item i ON i.id = l.item_id
        LEFT JOIN category c ON c.id = i.category_id
        WHERE d.id = ANY (%(documents)s::uuid[]) OR d.id IN (SELECT x.document_id FROM asn_line a
            JOIN document_line x ON x.id = a.document_line_id WHERE a.handling_unit_id = ANY (%(units)s::uuid[]))
        UNION SELECT unnest(i.id || coalesce(c.path, '{}')) FROM item i LEFT JOIN category c ON c.id = i.category_id
        WHERE i.id = ANY (%(loose)s::uuid[])
        UNION SELECT %(warehouse)s::uuid)) AS policies,
    quality_facts(%(warehouse)s, %(documents)s::uuid[] || ARRAY(SELECT DISTINCT x.document_id FROM asn_line a
        JOIN document_line x ON x.id = a.document_line_id WHERE a.handling_unit_id = ANY (%(units)s::uuid[])))
        || CASE WHEN %(loose)s::uuid[] = '{}' THEN '{}' ELSE jsonb_build_object('policies', policies_for('quality',
            ARRAY(SELECT unnest(i.id || coalesce(c.path, '{}')) FROM item i LEFT JOIN category c ON c.id = i.category_id
                  WHERE i.id = ANY (%(loose)s::uuid[])) || %(warehouse)s::uuid)) END AS quality
