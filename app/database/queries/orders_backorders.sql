-- Orders of a warehouse of which a part has left and the rest is still wanted, the earliest due first. warehouse: id.
-- Relies on document_work, line_progress_pkey.
SELECT d.id FROM document d
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('released', 'held')
  AND EXISTS (SELECT FROM document_line l JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'shipped'
      WHERE l.document_id = d.id AND g.qty > 0)
  AND EXISTS (SELECT FROM document_line l
      LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'shipped'
      WHERE l.document_id = d.id AND NOT l.closed AND l.base_qty > coalesce(g.qty, 0))
ORDER BY d.due NULLS LAST, d.number
