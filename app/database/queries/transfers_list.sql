-- Transfers that the person sees, from either end, newest first: how many lines are sent and have arrived in full.
-- warehouse: its id, NULL for all. Relies on document_work and document_line_document_id_line_no_key.
SELECT d.number, s.code AS source, t.code AS target, d.decision, d.due, count(*) AS lines,
    count(*) FILTER (WHERE coalesce(o.qty, 0) >= l.base_qty) AS sent,
    count(*) FILTER (WHERE coalesce(i.qty, 0) >= l.base_qty) AS received,
    bool_or(coalesce(o.qty, 0) > coalesce(i.qty, 0)) AS on_the_way
FROM document d
JOIN warehouse s ON s.id = d.warehouse_id JOIN warehouse t ON t.id = d.to_warehouse_id
JOIN document_line l ON l.document_id = d.id
LEFT JOIN line_progress o ON o.document_line_id = l.id AND o.step = 'shipped'
LEFT JOIN line_progress i ON i.document_line_id = l.id AND i.step = 'received'
WHERE d.kind = 'transfer' AND coalesce(%(warehouse)s IN (d.warehouse_id, d.to_warehouse_id), true)
GROUP BY d.id, d.number, s.code, t.code, d.decision, d.due
ORDER BY d.id DESC
