-- What a step of picking needs to know, in one answer.
-- document: the order or the walk in hand, or NULL; places: ids of locations that were scanned or at which the person stands;
-- scanned: those of them that were scanned now; totes: ids of handling units, beside which those of the walk's slots are
-- read; warehouse: the run's.
-- Quantities in base units, as text. Of an order on a walk that is held, nothing is to be picked. Relies on document_pkey, task_pick, task_batch,
-- stock_balance_location, document_work.
WITH tasks AS (
    SELECT t.*, l.document_id FROM task t JOIN document_line l ON l.id = t.document_line_id
    WHERE l.document_id = %(document)s AND t.kind = 'pick' AND t.state <> 'cancelled' AND walk_of(t) IS NULL
    UNION ALL
    SELECT t.*, l.document_id FROM task t JOIN document_line l ON l.id = t.document_line_id
    JOIN document o ON o.id = l.document_id
    WHERE t.batch_id = %(document)s AND t.state <> 'cancelled' AND (t.state <> 'open' OR o.decision = 'released')
), slots AS (
    SELECT s.slot, s.order_id, d.number, d.decision, d.owner_id, s.tote_id, coalesce(u.sscc, '') AS tote
    FROM batch_slot s JOIN document d ON d.id = s.order_id LEFT JOIN handling_unit u ON u.id = s.tote_id
    WHERE s.batch_id = %(document)s
), wanted_totes AS (
    SELECT unnest(%(totes)s::uuid[]) AS id UNION SELECT tote_id FROM slots WHERE tote_id IS NOT NULL
)
SELECT
    (SELECT jsonb_build_object('id', d.id, 'number', d.number, 'partner', coalesce(p.name, ''), 'decision', d.decision,
        'news', order_news(d.id), 'other', coalesce((SELECT min(q.name) FROM tasks t JOIN task k ON k.id = t.id JOIN person q ON q.id = picker_of(k)
                           WHERE q.id <> actor()), ''),
        'lines', (SELECT jsonb_agg(jsonb_build_object('id', l.id, 'qty', l.base_qty::text, 'picked', (coalesce(g.qty, 0)
                + CASE d.kind WHEN 'batch' THEN coalesce((SELECT sum(o.qty - o.done_qty) FROM task o
                    WHERE o.document_line_id = l.id AND o.kind = 'pick' AND o.state = 'open'
                      AND o.batch_id IS DISTINCT FROM d.id), 0) ELSE 0 END)::text) ORDER BY l.line_no)
            FROM document_line l LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'picked'
            WHERE NOT l.closed AND (l.document_id = d.id OR l.document_id IN (
                SELECT order_id FROM slots WHERE decision = 'released'))),
        'walk', (SELECT jsonb_build_object('mode', b.mode, 'zone', coalesce(z.name, ''), 'listed', b.listed_at IS NOT NULL,
                'lane', coalesce(c.address, ''), 'kept_for', coalesce((SELECT q.name FROM person q
                    WHERE q.id = b.assigned_to AND q.id <> actor()), ''),
                'slots', (SELECT jsonb_agg(jsonb_build_object('slot', s.slot, 'order', s.order_id, 'number', s.number,
                    'decision', s.decision, 'tote', s.tote_id, 'tote_number', s.tote) ORDER BY s.slot) FROM slots s))
            FROM batch b LEFT JOIN location z ON z.id = b.zone_id LEFT JOIN location c ON c.id = b.lane_id
            WHERE b.document_id = d.id))
     FROM document d LEFT JOIN partner p ON p.id = d.partner_id WHERE d.id = %(document)s) AS "order",
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'line', t.document_line_id, 'item', i.id, 'sku', i.sku,
            'name', i.name, 'uom', i.base_uom, 'decimals', i.decimals, 'tracking', i.tracking,
            'trace', t.trace_id, 'number', coalesce(nullif(x.serial, ''), x.lot, ''),
            'expiry', coalesce(x.expiry, x.best_before), 'unit', t.handling_unit_id, 'location', b.id,
            'address', b.address, 'zone', coalesce(z.name, ''), 'walk', b.walk_position,
            'qty', t.qty::text, 'done', t.done_qty::text, 'packagings', coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]'),
            'x_mm', b.x_mm, 'y_mm', b.y_mm, 'level', b.level, 'aisle', b.aisle_id,
            'piece_kg', i.weight_mean_kg::text, 'fragile', item_is(i, 'fragile'), 'document', t.document_id,
            'owner', d.owner_id))
        FROM tasks t JOIN document d ON d.id = t.document_id JOIN item i ON i.id = t.item_id JOIN location b ON b.id = t.from_location_id
        LEFT JOIN location z ON z.id = b.parent_id LEFT JOIN trace x ON x.id = t.trace_id), '[]') AS tasks,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', b.id, 'address', b.address, 'zone', coalesce(z.name, ''),
            'kind', b.kind, 'scanned', b.id = ANY (%(scanned)s::uuid[]),
            'held', (SELECT coalesce(sum(s.on_hand), 0)::text FROM stock_balance s WHERE s.location_id = b.id)))
        FROM location b LEFT JOIN location z ON z.id = b.parent_id
        WHERE b.id = ANY (%(places)s::uuid[]) AND b.warehouse_id = %(warehouse)s), '[]') AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_object('location', s.location_id, 'item', s.item_id, 'trace', s.trace_id,
            'number', coalesce(nullif(x.serial, ''), x.lot, ''), 'expiry', coalesce(x.expiry, x.best_before),
            'unit', s.handling_unit_id, 'on_hand', s.on_hand::text, 'free', (s.on_hand - s.reserved)::text, 'owner', s.owner_id))
        FROM stock_balance s LEFT JOIN trace x ON x.id = s.trace_id
        WHERE s.location_id = ANY (%(places)s::uuid[]) AND s.warehouse_id = %(warehouse)s AND s.on_hand > 0
          AND s.status = 'available' AND (s.item_id, s.owner_id) IN (
              SELECT t.item_id, d.owner_id FROM tasks t JOIN document d ON d.id = t.document_id)), '[]') AS stock,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind,
            'holds', coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_object('order', d.id, 'number', coalesce(d.number, '?'),
                    'free', s.on_hand > s.reserved)) FROM stock_balance s
                LEFT JOIN reservation r USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
                                               status)
                LEFT JOIN document_line l ON l.id = r.demand_line_id LEFT JOIN document d ON d.id = l.document_id
                WHERE s.handling_unit_id = u.id AND s.handling_unit_id <> nil() AND s.on_hand > 0), '[]'),
            'kept_for', coalesce((SELECT jsonb_agg(jsonb_build_object('order', o.id, 'number', o.number, 'walk', k.batch_id))
                FROM batch_slot k JOIN document b ON b.id = k.batch_id AND b.decision = 'released'
                JOIN document o ON o.id = k.order_id AND o.decision = 'released' WHERE k.tote_id = u.id), '[]'),
            'claimed', tote_claimed(u.id, %(document)s)))
        FROM handling_unit u WHERE u.id IN (SELECT id FROM wanted_totes)), '[]') AS totes,
    coalesce((SELECT jsonb_agg(jsonb_build_object('number', w.number, 'partner', w.partner, 'due', w.due,
            'picks', w.picks, 'person', w.person) ORDER BY w.walk DESC, w.due NULLS LAST, w.number)
        FROM ((SELECT true AS walk, d.number, coalesce(z.name || ' · ', '') || (SELECT string_agg(o.number, ', ' ORDER BY s.slot)
                FROM batch_slot s JOIN document o ON o.id = s.order_id WHERE s.batch_id = d.id AND s.slot <= 3)
                || CASE WHEN EXISTS (SELECT FROM batch_slot s WHERE s.batch_id = d.id AND s.slot > 3) THEN ', …' ELSE '' END
                AS partner, (b.cut_off AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = d.warehouse_id))::date AS due,
                open_on_walk(d.id) AS picks,
                coalesce(q.name, '') AS person
            FROM batch b JOIN document d ON d.id = b.document_id LEFT JOIN location z ON z.id = b.zone_id
            LEFT JOIN person q ON q.id = coalesce(CASE WHEN b.leased_until > now() THEN b.leased_by END, b.assigned_to)
            WHERE %(document)s::uuid IS NULL AND d.warehouse_id = %(warehouse)s AND d.kind = 'batch'
              AND d.decision = 'released' AND b.listed_at IS NULL AND open_on_walk(d.id) > 0
            ORDER BY b.priority DESC, b.cut_off NULLS LAST, d.number LIMIT 12)
            UNION ALL
            (SELECT false, d.number, coalesce(p.name, '') AS partner, d.due, count(t.id) AS picks,
                coalesce(min(q.name), '') AS person
            FROM document d JOIN document_line l ON l.document_id = d.id
            JOIN task t ON t.document_line_id = l.id AND t.kind = 'pick' AND t.state = 'open'
                AND walk_of(t) IS NULL
            LEFT JOIN partner p ON p.id = d.partner_id
            LEFT JOIN person q ON q.id = t.leased_by AND t.leased_until > now()
            WHERE %(document)s::uuid IS NULL AND d.warehouse_id = %(warehouse)s AND d.kind = 'order'
              AND d.decision = 'released'
            GROUP BY d.id, p.name ORDER BY d.due NULLS LAST, d.number LIMIT 12)) w), '[]') AS waiting,
    coalesce((SELECT address FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active
              ORDER BY walk_position, address LIMIT 1), '') AS packing,
    (SELECT jsonb_build_array(x_mm, y_mm) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL
     ORDER BY walk_position, address LIMIT 1) AS packing_spot,
    (SELECT jsonb_build_array(x_mm, y_mm) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'tote' AND purpose <> 'lane' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL
     ORDER BY walk_position, address LIMIT 1) AS cart_spot,
    (SELECT jsonb_build_array(c.x_mm, c.y_mm) FROM batch b JOIN location c ON c.id = b.lane_id
     WHERE b.document_id = %(document)s AND c.x_mm IS NOT NULL AND c.y_mm IS NOT NULL) AS lane_spot,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'kind', a.kind, 'x1_mm', a.x1_mm,
            'y1_mm', a.y1_mm, 'x2_mm', a.x2_mm, 'y2_mm', a.y2_mm, 'direction', a.direction, 'closed', a.closed) ORDER BY a.position, a.name)
        FROM aisle a WHERE %(document)s::uuid IS NOT NULL AND a.warehouse_id = %(warehouse)s), '[]') AS aisles,
    (now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s))::date AS today
