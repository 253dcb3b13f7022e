-- Purchase orders or customer orders that go by one of these numbers, as a file describes them.
-- kind: purchase_order or order; keys: numbers in capitals, ours or the file's. A line's unit is '' for the base unit; components of bundles
-- are told as the bundle that was ordered.
-- Relies on code_pkey, document_pkey and document_line_document_id_line_no_key.
-- A line: number, SKU, quantity, unit, price, wished lot, days it must keep, whether nothing of it is wanted any more.
SELECT d.id, d.warehouse_id, d.decision, w.code AS warehouse, d.number, d.reference, d.due,
    coalesce(p.code, '') AS partner_code, coalesce(p.name, '') AS partner_name,
    coalesce((SELECT g.code FROM partner g WHERE g.id = d.owner_id), '') AS owner, o.ship_to, coalesce(o.carrier, '') AS carrier,
    coalesce(o.service, '') AS service, o.requested, o.cut_off, o.priority, o.complete_only, o.gift,
    coalesce(o.gift_note, '') AS gift_note, coalesce(o.note, '') AS note, s.said, coalesce(h.kind, '') AS hold,
    coalesce(h.note, '') AS hold_note,
    coalesce((SELECT jsonb_agg(jsonb_build_array(l.line_no, i.sku, trim_scale(l.qty)::text, CASE WHEN l.uom = i.base_uom THEN '' ELSE l.uom END,
                    trim_scale(l.price)::text, l.lot, l.minimum_days, l.ended) ORDER BY l.line_no)
              FROM (SELECT coalesce(x.bundle_no, x.line_no) AS line_no, coalesce(x.bundle_id, x.item_id) AS item_id,
                        coalesce(x.bundle_qty, x.qty) AS qty, coalesce(x.bundle_uom, x.uom) AS uom,
                        CASE WHEN x.bundle_id IS NULL THEN x.unit_price ELSE x.bundle_price END AS price,
                        coalesce(y.lot, '') AS lot, y.minimum_days, bool_and(x.closed) AS ended
                    FROM document_line x LEFT JOIN line_wish y ON y.document_line_id = x.id
                    WHERE x.document_id = d.id GROUP BY 1, 2, 3, 4, 5, 6, 7) l
              JOIN item i ON i.id = l.item_id), '[]') AS lines
FROM document d
JOIN warehouse w ON w.id = d.warehouse_id
LEFT JOIN partner p ON p.id = d.partner_id
LEFT JOIN customer_order o ON o.document_id = d.id
LEFT JOIN order_said s ON s.document_id = d.id
LEFT JOIN LATERAL (SELECT x.kind, x.note FROM order_hold x WHERE x.document_id = d.id AND x.lifted_at IS NULL
                   ORDER BY x.held_at LIMIT 1) h ON true
WHERE d.kind = %(kind)s AND d.id IN (
    SELECT k.target_id FROM code k WHERE k.value = ANY (%(keys)s) AND k.scheme = 'document' AND k.kind = 'document')
