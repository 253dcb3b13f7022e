-- What a packing list says of customer orders, one row an order, in the order of `documents` (ids).
-- Goods are those that went into the parcels and were not taken back. Quantities in base units as text, weights in kg.
-- Relies on document_pkey, document_line_document_id_line_no_key, parcel_document and stock_move_item.
SELECT d.id, d.number, d.reference, d.created_at, w.time_zone, c.name AS company,
    w.name AS warehouse, w.address AS warehouse_address, coalesce(p.name, '') AS customer,
    coalesce(p.code, '') AS customer_code, o.ship_to,
    coalesce((SELECT jsonb_agg(jsonb_build_object('number', l.line_no, 'sku', i.sku, 'name', i.name,
                    'unit', i.base_uom, 'ordered', l.base_qty::text, 'packed', coalesce(g.qty, 0)::text)
                    ORDER BY l.line_no)
              FROM document_line l JOIN item i ON i.id = l.item_id
              LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'packed'
              WHERE l.document_id = d.id), '[]') AS lines,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sscc', h.sscc, 'carton', k.carton_type, 'tracking',
                    coalesce(k.tracking, ''), 'carrier', carrier_called(k.carrier), 'service', service_called(k.carrier, k.service), 'tare_kg', k.tare_kg::text,
                    'weight_kg', k.weight_kg::text, 'goods', coalesce(t.goods, '[]')) ORDER BY h.sscc)
              FROM parcel k JOIN handling_unit h ON h.id = k.handling_unit_id
              LEFT JOIN LATERAL (
                  SELECT jsonb_agg(jsonb_build_object('number', s.line_no, 'sku', s.sku, 'name', s.name, 'lot', s.lot,
                             'serial', s.serial, 'expiry', s.expiry, 'qty', s.qty::text, 'unit', s.base_uom)
                             ORDER BY s.line_no, s.lot, s.serial) AS goods
                  FROM (
                      SELECT l.line_no, i.sku, i.name, i.base_uom, coalesce(r.lot, '') AS lot,
                          coalesce(r.serial, '') AS serial, coalesce(r.expiry, r.best_before) AS expiry,
                          sum(CASE WHEN m.to_handling_unit_id = k.handling_unit_id THEN m.qty ELSE -m.qty END) AS qty
                      FROM document_line l JOIN item i ON i.id = l.item_id
                      JOIN stock_move m ON m.item_id = l.item_id AND m.effective_at >= d.created_at
                           AND m.document_line_id = l.id AND m.kind IN ('pack', 'unpack')
                           AND k.handling_unit_id IN (m.to_handling_unit_id, m.from_handling_unit_id)
                      LEFT JOIN trace r ON r.id = m.trace_id
                      WHERE l.document_id = d.id
                      GROUP BY 1, 2, 3, 4, 5, 6, 7
                      HAVING sum(CASE WHEN m.to_handling_unit_id = k.handling_unit_id THEN m.qty ELSE -m.qty END) > 0) s) t ON true
              WHERE k.document_id = d.id AND k.state <> 'cancelled'), '[]') AS parcels
FROM unnest(%(documents)s::uuid[]) WITH ORDINALITY AS wanted (id, n)
JOIN document d ON d.id = wanted.id AND d.kind = 'order'
JOIN warehouse w ON w.id = d.warehouse_id
CROSS JOIN company c
LEFT JOIN partner p ON p.id = d.partner_id
LEFT JOIN customer_order o ON o.document_id = d.id
ORDER BY wanted.n
