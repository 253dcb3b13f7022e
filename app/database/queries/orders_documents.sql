-- Purchase orders or customer orders that go by one of these numbers, as a file describes them.
-- kind: purchase_order or order; keys: numbers in capitals, ours or the file's. A line's unit is '' for the base unit.
-- Relies on code_pkey, document_pkey and document_line_document_id_line_no_key.
SELECT d.id, w.code AS warehouse, d.number, d.reference, d.due, coalesce(p.code, '') AS partner_code,
    coalesce(p.name, '') AS partner_name, o.ship_to, o.service, o.cut_off,
    coalesce((SELECT jsonb_agg(jsonb_build_array(l.line_no, i.sku, l.qty::text,
                    CASE WHEN l.uom = i.base_uom THEN '' ELSE l.uom END, l.unit_price::text) ORDER BY l.line_no)
              FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = d.id), '[]') AS lines
FROM document d
JOIN warehouse w ON w.id = d.warehouse_id
LEFT JOIN partner p ON p.id = d.partner_id
LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.kind = %(kind)s AND d.id IN (
    SELECT k.target_id FROM code k WHERE k.value = ANY (%(keys)s) AND k.scheme = 'document' AND k.kind = 'document')
