-- What a carrier has to know of a sealed carton. Weights in kg and values in the company's currency, as text.
-- parcel: its id. The goods are those in it now, or that went into it where it has left.
-- Relies on parcel_pkey, stock_balance_unit, document_line_document_id_line_no_key.
SELECT d.warehouse_id AS warehouse, d.id AS document, d.partner_id, u.sscc, d.number AS "order", d.due, coalesce(p.weight_kg, p.expected_kg, 0)::text AS weight,
    coalesce(y.length_mm, 0) AS length_mm, coalesce(y.width_mm, 0) AS width_mm, coalesce(y.height_mm, 0) AS height_mm,
    coalesce(t.name, '') AS partner, coalesce(t.code, '') AS partner_code, coalesce(c.ship_to, '{}') AS ship_to,
    coalesce(c.carrier, '') AS ordered_carrier, coalesce(c.service, '') AS ordered_service,
    c.cut_off AT TIME ZONE w.time_zone AS cut_off, now() AT TIME ZONE w.time_zone AS now,
    sender_of(w.id) AS sender, o.currency,
    (SELECT 1 + count(*) FROM parcel s WHERE s.document_id = d.id AND s.state <> 'cancelled' AND s.id < p.id)::int AS carton,
    (SELECT count(*) FROM parcel s WHERE s.document_id = d.id AND s.state <> 'cancelled')::int AS cartons,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', g.sku, 'description', g.name, 'unit', g.base_uom,
            'quantity', g.qty::text, 'hs_code', g.hs_code, 'origin', g.origin, 'hazard', g.hazard_class,
            'weight_kg', round(coalesce(g.weight_mean_kg, 0) * g.qty, 3)::text,
            'value', round(coalesce(g.price, 0) * g.qty, 2)::text) ORDER BY g.sku)
        FROM (SELECT i.sku, i.name, i.base_uom, i.hs_code, i.origin, i.hazard_class, i.weight_mean_kg,
                max(l.unit_price * l.qty / l.base_qty) AS price,
                sum(CASE WHEN m.to_handling_unit_id = p.handling_unit_id THEN m.qty ELSE -m.qty END) AS qty
            FROM document_line l JOIN item i ON i.id = l.item_id
            JOIN stock_move m ON m.item_id = l.item_id AND m.effective_at >= d.created_at AND m.document_line_id = l.id
                AND m.kind IN ('pack', 'unpack') AND p.handling_unit_id IN (m.to_handling_unit_id, m.from_handling_unit_id)
            WHERE l.document_id = d.id
            GROUP BY i.id HAVING sum(CASE WHEN m.to_handling_unit_id = p.handling_unit_id THEN m.qty ELSE -m.qty END) > 0) g), '[]') AS goods,
    coalesce((SELECT b.content FROM purchase b WHERE b.parcel_id = p.id AND b.state = 'bought'), '{}') AS bought,
    p.carrier, p.service, coalesce(p.tracking, '') AS tracking
FROM parcel p JOIN document d ON d.id = p.document_id JOIN handling_unit u ON u.id = p.handling_unit_id
JOIN warehouse w ON w.id = d.warehouse_id CROSS JOIN company o
LEFT JOIN partner t ON t.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
LEFT JOIN carton_type y ON y.code = p.carton_type
WHERE p.id = %(parcel)s
