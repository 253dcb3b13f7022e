-- Purchase orders or customer orders that go by one of these numbers, as a file describes them.
-- kind: purchase_order or order; keys: numbers in capitals, ours or the file's. A line's unit is '' for the base unit; components of bundles
-- are told as the bundle that was ordered.
-- Relies on code_pkey, document_pkey and document_line_document_id_line_no_key.
SELECT d.id, w.code AS warehouse, d.number, d.reference, d.due, coalesce(p.code, '') AS partner_code,
    coalesce(p.name, '') AS partner_name,
    coalesce((SELECT g.code FROM partner g WHERE g.id = d.owner_id), '') AS owner, o.ship_to, o.service, o.cut_off,
    coalesce((SELECT jsonb_agg(jsonb_build_array(l.line_no, i.sku, l.qty::text,
                    CASE WHEN l.uom = i.base_uom THEN '' ELSE l.uom END, l.price::text) ORDER BY l.line_no)
              FROM (SELECT DISTINCT coalesce(x.bundle_no, x.line_no) AS line_no, coalesce(x.bundle_id, x.item_id) AS item_id,
                        coalesce(x.bundle_qty, x.qty) AS qty, coalesce(x.bundle_uom, x.uom) AS uom,
                        CASE WHEN x.bundle_id IS NULL THEN x.unit_price ELSE x.bundle_price END AS price
                    FROM document_line x WHERE x.document_id = d.id) l
              JOIN item i ON i.id = l.item_id), '[]') AS lines
FROM document d
JOIN warehouse w ON w.id = d.warehouse_id
LEFT JOIN partner p ON p.id = d.partner_id
LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.kind = %(kind)s AND d.id IN (
    SELECT k.target_id FROM code k WHERE k.value = ANY (%(keys)s) AND k.scheme = 'document' AND k.kind = 'document')
