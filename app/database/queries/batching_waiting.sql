-- Released orders that wait to be picked and that nobody has in hand, in the order in which they are due: for each the
-- bins on the plan ([x_mm, y_mm, level, aisle]), how many picks lie in bins that are not drawn, and what is still to be
-- picked in litres and kg, as far as sizes and weights of one base unit are known.
-- warehouse: id; most: how many orders at most. Relies on task_open, document_pkey, location_pkey.
SELECT d.number,
    coalesce(jsonb_agg(DISTINCT jsonb_build_array(b.x_mm, b.y_mm, b.level, b.aisle_id))
        FILTER (WHERE b.x_mm IS NOT NULL AND b.y_mm IS NOT NULL), '[]') AS bins,
    count(*) FILTER (WHERE b.x_mm IS NULL OR b.y_mm IS NULL) AS undrawn,
    count(*) AS picks,
    coalesce(sum((t.qty - t.done_qty) * u.length_mm * u.width_mm * u.height_mm) / 1000000, 0)::text AS litres,
    coalesce(sum((t.qty - t.done_qty) * coalesce(i.weight_mean_kg, u.weight_kg)), 0)::text AS kg
FROM task t
JOIN document_line l ON l.id = t.document_line_id
JOIN document d ON d.id = l.document_id AND d.kind = 'order' AND d.decision = 'released'
JOIN location b ON b.id = t.from_location_id
JOIN item i ON i.id = t.item_id
LEFT JOIN item_uom u ON u.item_id = i.id AND u.uom = i.base_uom
WHERE t.warehouse_id = %(warehouse)s AND t.kind = 'pick' AND t.state = 'open'
GROUP BY d.id
HAVING NOT coalesce(bool_or(t.leased_until > now()), false)
ORDER BY d.due NULLS LAST, d.number LIMIT %(most)s
