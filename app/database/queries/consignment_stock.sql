-- Goods on consignment in a warehouse: ours that stand with customers, and those of suppliers that stand here.
-- warehouse: its id. Base units and kilograms. Relies on stock_balance_location and location_warehouse.
SELECT x.*, w.time_zone FROM (
    SELECT 'customer' AS side, p.code AS partner, p.name AS partner_name, b.location_id AS location, l.address AS place,
        b.item_id AS item, i.sku, i.name, i.base_uom AS unit, i.decimals, i.catch_weight AS weighed, b.trace_id AS trace,
        coalesce(nullif(t.lot, ''), t.serial, '') AS number, coalesce(t.expiry, t.best_before) AS expiry,
        b.handling_unit_id AS handling_unit, coalesce(u.sscc, '') AS unit_number, b.owner_id AS owner, b.status, b.on_hand AS quantity, b.on_hand - b.reserved AS free
    FROM location l JOIN stock_balance b ON b.location_id = l.id AND b.on_hand <> 0 JOIN item i ON i.id = b.item_id
    JOIN partner p ON p.id = l.partner_id LEFT JOIN trace t ON t.id = b.trace_id
    LEFT JOIN handling_unit u ON u.id = b.handling_unit_id
    WHERE l.warehouse_id = %(warehouse)s AND l.kind = 'consignment'
    UNION ALL
    SELECT 'supplier', p.code, p.name, b.location_id, l.address, b.item_id, i.sku, i.name, i.base_uom, i.decimals,
        i.catch_weight, b.trace_id, coalesce(nullif(t.lot, ''), t.serial, ''), coalesce(t.expiry, t.best_before),
        b.handling_unit_id, coalesce(u.sscc, ''), b.owner_id, b.status, b.on_hand, b.on_hand - b.reserved
    FROM partner p JOIN stock_balance b ON b.owner_id = p.id AND b.warehouse_id = %(warehouse)s AND b.on_hand <> 0
    JOIN location l ON l.id = b.location_id AND l.kind IN ('bin', 'dock', 'staging') JOIN item i ON i.id = b.item_id
    LEFT JOIN trace t ON t.id = b.trace_id LEFT JOIN handling_unit u ON u.id = b.handling_unit_id
    WHERE 'supplier' = ANY (p.kinds)) x
JOIN warehouse w ON w.id = %(warehouse)s
ORDER BY side, partner, place, sku, expiry NULLS LAST, number
