-- What a purchase order or an announcement (document) still waits for, in base units, with the line whose price counts.
-- Relies on document_line_document_id_line_no_key, line_progress_pkey, asn_line_pkey.
SELECT coalesce(a.order_line_id, l.id) AS line, l.item_id AS item, l.base_qty - coalesce(r.qty, g.qty, 0) AS qty
FROM document d JOIN document_line l ON l.document_id = d.id
LEFT JOIN asn_line a ON a.document_line_id = l.id
LEFT JOIN asn_received(d.id) r ON d.kind = 'asn' AND r.document_line_id = l.id
LEFT JOIN line_progress g ON d.kind <> 'asn' AND g.document_line_id = l.id AND g.step = 'received'
WHERE d.id = %(document)s AND NOT l.closed AND l.base_qty > coalesce(r.qty, g.qty, 0)
ORDER BY l.line_no
