-- What a step of picking needs to know, in one answer.
-- document: the order in hand, or NULL; places: ids of locations that were scanned or at which the person stands;
-- scanned: those of them that were scanned now; totes: ids of handling units; warehouse: the run's.
-- Quantities in base units, as text. Relies on document_pkey, task_pick, stock_balance_location, document_work.
WITH tasks AS (
    SELECT t.*, l.document_id FROM task t JOIN document_line l ON l.id = t.document_line_id
    WHERE l.document_id = %(document)s AND t.kind = 'pick' AND t.state <> 'cancelled'
)
SELECT
    (SELECT jsonb_build_object('id', d.id, 'number', d.number, 'partner', coalesce(p.name, ''), 'decision', d.decision,
        'other', coalesce((SELECT min(q.name) FROM tasks t JOIN person q ON q.id = t.leased_by
                           WHERE t.leased_until > now() AND t.leased_by <> actor()), ''),
        'lines', (SELECT jsonb_agg(jsonb_build_object('id', l.id, 'qty', l.base_qty::text,
                'picked', coalesce(g.qty, 0)::text) ORDER BY l.line_no)
            FROM document_line l LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'picked'
            WHERE l.document_id = d.id AND NOT l.closed))
     FROM document d LEFT JOIN partner p ON p.id = d.partner_id WHERE d.id = %(document)s) AS "order",
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'line', t.document_line_id, 'item', i.id, 'sku', i.sku,
            'name', i.name, 'uom', i.base_uom, 'decimals', i.decimals, 'tracking', i.tracking,
            'trace', t.trace_id, 'number', coalesce(nullif(x.serial, ''), x.lot, ''),
            'expiry', coalesce(x.expiry, x.best_before), 'unit', t.handling_unit_id, 'location', b.id,
            'address', b.address, 'zone', coalesce(z.name, ''), 'walk', b.walk_position,
            'qty', t.qty::text, 'done', t.done_qty::text, 'packagings', units_of(i.id),
            'x_mm', b.x_mm, 'y_mm', b.y_mm, 'level', b.level, 'aisle', b.aisle_id,
            'piece_kg', i.weight_mean_kg::text, 'fragile', item_is(i, 'fragile')))
        FROM tasks t JOIN item i ON i.id = t.item_id JOIN location b ON b.id = t.from_location_id
        LEFT JOIN location z ON z.id = b.parent_id LEFT JOIN trace x ON x.id = t.trace_id), '[]') AS tasks,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', b.id, 'address', b.address, 'zone', coalesce(z.name, ''),
            'kind', b.kind, 'scanned', b.id = ANY (%(scanned)s::uuid[]),
            'held', (SELECT coalesce(sum(s.on_hand), 0)::text FROM stock_balance s WHERE s.location_id = b.id)))
        FROM location b LEFT JOIN location z ON z.id = b.parent_id
        WHERE b.id = ANY (%(places)s::uuid[]) AND b.warehouse_id = %(warehouse)s), '[]') AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_object('location', s.location_id, 'item', s.item_id, 'trace', s.trace_id,
            'number', coalesce(nullif(x.serial, ''), x.lot, ''), 'expiry', coalesce(x.expiry, x.best_before),
            'unit', s.handling_unit_id, 'on_hand', s.on_hand::text, 'free', (s.on_hand - s.reserved)::text))
        FROM stock_balance s LEFT JOIN trace x ON x.id = s.trace_id
        WHERE s.location_id = ANY (%(places)s::uuid[]) AND s.warehouse_id = %(warehouse)s AND s.on_hand > 0
          AND s.status = 'available' AND s.owner_id = (SELECT owner_id FROM document WHERE id = %(document)s)
          AND s.item_id IN (SELECT item_id FROM tasks)), '[]') AS stock,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind,
            'other', coalesce((SELECT min(coalesce(d.number, '?')) FROM stock_balance s
                LEFT JOIN reservation r USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
                                               status)
                LEFT JOIN document_line l ON l.id = r.demand_line_id LEFT JOIN document d ON d.id = l.document_id
                WHERE s.handling_unit_id = u.id AND s.handling_unit_id <> nil() AND s.on_hand > 0
                  AND (d.id IS DISTINCT FROM %(document)s OR s.on_hand > s.reserved)), '')))
        FROM handling_unit u WHERE u.id = ANY (%(totes)s::uuid[])), '[]') AS totes,
    coalesce((SELECT jsonb_agg(jsonb_build_object('number', w.number, 'partner', w.partner, 'due', w.due,
            'picks', w.picks, 'person', w.person) ORDER BY w.due NULLS LAST, w.number)
        FROM (SELECT d.number, coalesce(p.name, '') AS partner, d.due, count(t.id) AS picks,
                coalesce(min(q.name), '') AS person
            FROM document d JOIN document_line l ON l.document_id = d.id
            JOIN task t ON t.document_line_id = l.id AND t.kind = 'pick' AND t.state = 'open'
            LEFT JOIN partner p ON p.id = d.partner_id
            LEFT JOIN person q ON q.id = t.leased_by AND t.leased_until > now()
            WHERE %(document)s::uuid IS NULL AND d.warehouse_id = %(warehouse)s AND d.kind = 'order'
              AND d.decision = 'released'
            GROUP BY d.id, p.name ORDER BY d.due NULLS LAST, d.number LIMIT 12) w), '[]') AS waiting,
    coalesce((SELECT address FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active
              ORDER BY walk_position, address LIMIT 1), '') AS packing,
    (SELECT jsonb_build_array(x_mm, y_mm) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL
     ORDER BY walk_position, address LIMIT 1) AS packing_spot,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'kind', a.kind, 'x1_mm', a.x1_mm,
            'y1_mm', a.y1_mm, 'x2_mm', a.x2_mm, 'y2_mm', a.y2_mm, 'direction', a.direction) ORDER BY a.position, a.name)
        FROM aisle a WHERE %(document)s::uuid IS NOT NULL AND a.warehouse_id = %(warehouse)s AND NOT a.closed), '[]') AS aisles,
    (now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s))::date AS today
