-- Orders that wait to be released for picking, the most urgent first: how far their goods are reserved, and the bins they
-- lie in: each [address, zone, its name, picks, x_mm, y_mm, level, aisle, litres, kg], sizes as far as they are known.
-- Each part is read once, whatever the planner believes about tables that have just been filled.
-- warehouse: id; most: how many orders at most. Relies on task_open, task_line, document_work, document_line's key.
WITH picks AS MATERIALIZED (
    SELECT l.document_id, b.id AS bin, max(t.priority) AS priority, count(*) AS picks,
        min(q.name) FILTER (WHERE t.leased_until > now()) AS person,
        coalesce(sum((t.qty - t.done_qty) * u.length_mm * u.width_mm * u.height_mm) / 1000000, 0) AS litres,
        coalesce(sum((t.qty - t.done_qty) * coalesce(i.weight_mean_kg, u.weight_kg)), 0) AS kg
    FROM task t JOIN document_line l ON l.id = t.document_line_id JOIN location b ON b.id = t.from_location_id
    JOIN item i ON i.id = t.item_id LEFT JOIN item_uom u ON u.item_id = i.id AND u.uom = i.base_uom
    LEFT JOIN person q ON q.id = t.leased_by
    WHERE t.warehouse_id = %(warehouse)s AND t.kind = 'pick' AND t.state = 'open' AND walk_of(t) IS NULL
    GROUP BY l.document_id, b.id
), bins AS MATERIALIZED (
    SELECT p.document_id, max(p.priority) AS priority, min(p.person) AS person,
        jsonb_agg(jsonb_build_object('address', b.address, 'zone', coalesce(z.id, b.id), 'zone_name', coalesce(z.name, b.name), 'picks', p.picks,
            'x', b.x_mm, 'y', b.y_mm, 'level', b.level, 'aisle', b.aisle_id, 'litres', p.litres::text, 'kg', p.kg::text)
            ORDER BY b.walk_position, b.address) AS bins
    FROM picks p JOIN location b ON b.id = p.bin LEFT JOIN location z ON z.id = b.parent_id GROUP BY p.document_id
), wanting AS MATERIALIZED (
    SELECT l.document_id, count(*) AS short, jsonb_agg(jsonb_build_object('sku', i.sku, 'unit', i.base_uom,
            'quantity', (l.base_qty - coalesce(g.qty, 0) - coalesce(o.qty, 0))::text) ORDER BY l.line_no) AS missing
    FROM document d JOIN document_line l ON l.document_id = d.id AND NOT l.closed JOIN item i ON i.id = l.item_id
    LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'picked'
    LEFT JOIN LATERAL (SELECT sum(t.qty - t.done_qty) AS qty FROM task t
        WHERE t.document_line_id = l.id AND t.kind = 'pick' AND t.state = 'open') o ON true
    WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('released', 'held')
      AND l.base_qty > coalesce(g.qty, 0) + coalesce(o.qty, 0)
    GROUP BY l.document_id
)
SELECT d.id, d.number, coalesce(p.name, '') AS partner, coalesce(c.carrier, '') AS carrier,
    coalesce(h.name, code_in_words(c.carrier), '') AS carrier_name, coalesce(c.service, '') AS service, coalesce(b.priority, 0) AS priority, c.cut_off, d.due,
    (SELECT count(*) FROM document_line l WHERE l.document_id = d.id AND NOT l.closed) AS lines,
    coalesce(b.bins, '[]') AS bins, coalesce(w.short, 0) AS short,
    coalesce(w.missing, '[]') AS missing, d.decision = 'held' AS held,
    coalesce(b.person, '') AS person,
    (SELECT max(h.at) FROM document_history h WHERE h.document_id = d.id AND h.decision = 'released') AS since
FROM document d LEFT JOIN bins b ON b.document_id = d.id LEFT JOIN wanting w ON w.document_id = d.id
LEFT JOIN customer_order c ON c.document_id = d.id LEFT JOIN carrier h ON h.code = c.carrier LEFT JOIN partner p ON p.id = d.partner_id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('released', 'held')
  AND (b.document_id IS NOT NULL OR w.document_id IS NOT NULL)
ORDER BY c.cut_off NULLS LAST, b.priority DESC NULLS LAST, d.due NULLS LAST, d.number LIMIT %(most)s
