-- Announcements by their numbers, as a file would describe them, and how far each is. keys: numbers in capitals.
-- Relies on code_pkey (numbers of documents), document_line_document_id_line_no_key, asn_line_pkey.
SELECT d.id, d.number, d.reference, w.code AS warehouse, coalesce(p.code, '') AS supplier_code,
    coalesce(p.name, '') AS supplier_name, d.due, d.decision, asn_begun(d.id) AS begun,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('number', l.line_no, 'sku', i.sku, 'quantity', trim_scale(l.qty)::text,
            'unit', CASE WHEN l.uom = i.base_uom THEN '' ELSE l.uom END, 'order', coalesce(o.number, ''),
            'sscc', coalesce(u.sscc, ''), 'unit_kind', coalesce(u.kind, ''), 'lot', a.lot, 'serial', a.serial,
            'expiry', a.expiry, 'best_before', a.best_before, 'weight_kg', a.weight_kg::text,
            'order_reference', coalesce(o.reference, '')) ORDER BY l.line_no), '[]')
     FROM document_line l JOIN asn_line a ON a.document_line_id = l.id JOIN item i ON i.id = l.item_id
     LEFT JOIN handling_unit u ON u.id = a.handling_unit_id LEFT JOIN document_line ol ON ol.id = a.order_line_id
     LEFT JOIN document o ON o.id = ol.document_id WHERE l.document_id = d.id) AS lines
FROM document d JOIN warehouse w ON w.id = d.warehouse_id LEFT JOIN partner p ON p.id = d.partner_id
WHERE d.kind = 'asn' AND d.id IN (SELECT k.target_id FROM code k WHERE k.scheme = 'document' AND k.value = ANY (%(keys)s))
