-- Released orders of a warehouse that want goods which nothing is reserved for yet, the most urgent first.
-- warehouse: id; most: how many at most. Relies on document_work.
SELECT d.id FROM document d LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
  AND EXISTS (
    SELECT FROM document_line l WHERE l.document_id = d.id AND NOT l.closed
      AND l.base_qty > coalesce((SELECT p.qty FROM line_progress p
                                 WHERE p.document_line_id = l.id AND p.step = 'shipped'), 0)
                     + coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.demand_line_id = l.id), 0))
ORDER BY coalesce(o.priority, 0) DESC, o.cut_off NULLS LAST, d.due NULLS LAST, d.number LIMIT %(most)s
