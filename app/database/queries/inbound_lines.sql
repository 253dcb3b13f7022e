-- The lines of a purchase order or an announcement (document), with what was announced of them and what came; base units.
-- Relies on document_line_document_id_line_no_key, line_progress_pkey, asn_line_pkey.
SELECT l.id, l.line_no AS number, i.sku, i.name, i.base_uom AS unit, l.base_qty AS expected,
    coalesce(r.qty, g.qty, 0) AS received, l.closed, coalesce(o.number, '') AS order, coalesce(u.sscc, '') AS handling_unit,
    coalesce(a.lot, '') AS lot, coalesce(a.serial, '') AS serial, coalesce(a.expiry, a.best_before) AS expiry
FROM document d JOIN document_line l ON l.document_id = d.id JOIN item i ON i.id = l.item_id
LEFT JOIN asn_line a ON a.document_line_id = l.id LEFT JOIN handling_unit u ON u.id = a.handling_unit_id
LEFT JOIN document_line ol ON ol.id = a.order_line_id LEFT JOIN document o ON o.id = ol.document_id
LEFT JOIN asn_received(d.id) r ON d.kind = 'asn' AND r.document_line_id = l.id
LEFT JOIN line_progress g ON d.kind <> 'asn' AND g.document_line_id = l.id AND g.step = 'received'
WHERE d.id = %(document)s ORDER BY l.line_no
