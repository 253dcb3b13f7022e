-- What a step of replenishment needs to know, in one answer.
-- task: the one in hand, or NULL; scanned: ids of places; warehouse: the run's. Quantities in base units, as text.
-- Relies on task_pkey, task_open, stock_balance_pkey.
SELECT
    (SELECT jsonb_build_object('id', t.id, 'item', i.id, 'sku', i.sku, 'name', i.name, 'uom', i.base_uom,
        'decimals', i.decimals, 'trace', t.trace_id, 'lot', coalesce(nullif(x.serial, ''), x.lot, ''),
        'expiry', coalesce(x.expiry, x.best_before), 'unit', t.handling_unit_id, 'unit_number', coalesce(h.sscc, ''),
        'source', s.id, 'source_address', s.address, 'face', f.id, 'face_address', f.address,
        'open', (t.qty - t.done_qty)::text, 'packagings', coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]'),
        'other', coalesce((SELECT p.name FROM person p WHERE p.id = t.leased_by AND t.leased_by <> actor()
                           AND t.leased_until > now()), ''))
     FROM task t JOIN item i ON i.id = t.item_id JOIN location s ON s.id = t.from_location_id
     JOIN location f ON f.id = t.to_location_id LEFT JOIN trace x ON x.id = t.trace_id
     LEFT JOIN handling_unit h ON h.id = t.handling_unit_id
     WHERE t.id = %(task)s AND t.kind = 'replenish' AND t.state = 'open') AS task,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address)) FROM location l
        WHERE l.id = ANY (%(scanned)s::uuid[]) AND l.warehouse_id = %(warehouse)s), '[]') AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', w.sku, 'name', w.name, 'qty', w.qty::text, 'uom', w.base_uom,
            'source', w.source, 'face', w.face, 'person', w.person, 'urgent', w.priority = 2) ORDER BY w.n)
        FROM (SELECT i.sku, i.name, t.qty - t.done_qty AS qty, i.base_uom, s.address AS source, f.address AS face,
                coalesce(p.name, '') AS person, t.priority,
                row_number() OVER (ORDER BY t.priority DESC, s.walk_position, s.address) AS n
            FROM task t JOIN item i ON i.id = t.item_id JOIN location s ON s.id = t.from_location_id
            JOIN location f ON f.id = t.to_location_id
            LEFT JOIN person p ON p.id = t.leased_by AND t.leased_until > now()
            WHERE t.warehouse_id = %(warehouse)s AND t.kind = 'replenish' AND t.state = 'open'
            ORDER BY t.priority DESC, s.walk_position, s.address LIMIT 12) w), '[]') AS waiting
