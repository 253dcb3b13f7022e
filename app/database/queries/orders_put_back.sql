-- Goods in totes and cartons that no order wants any more, with the order that they were brought there for last.
-- warehouse: id. Base units. Relies on stock_balance_location, stock_move_to_unit.
SELECT i.sku, i.name, g.qty, i.base_uom AS unit, l.address AS place, coalesce(h.sscc, '') AS number, coalesce((
    SELECT d.number FROM stock_move m
    JOIN document_line x ON x.id = m.document_line_id JOIN document d ON d.id = x.document_id
    WHERE m.to_handling_unit_id = g.handling_unit_id AND m.to_handling_unit_id <> nil() AND m.item_id = g.item_id
    ORDER BY m.effective_at DESC LIMIT 1), '') AS "order"
FROM goods_to_put_back(%(warehouse)s) g
JOIN item i ON i.id = g.item_id JOIN location l ON l.id = g.location_id
LEFT JOIN handling_unit h ON h.id = g.handling_unit_id
ORDER BY l.address, i.sku
