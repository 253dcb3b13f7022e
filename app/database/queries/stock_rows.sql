-- Stock by location, one row a stock key, in base units; what came to nothing is left out.
-- warehouse; words: patterns that must each be found somewhere in the row. The caller adds what else must hold
-- (conditions) and the order from its own fixed lists; relies on location_address_key,
-- stock_balance_location, stock_balance_pkey and item_sku_key.
SELECT b.item_id AS item, b.location_id AS location, b.trace_id AS trace, b.handling_unit_id AS unit_id,
    b.owner_id AS owner, l.address, i.sku, i.name, coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial,
    coalesce(t.expiry, t.best_before) AS expiry, coalesce(h.sscc, '') AS handling_unit, b.status,
    i.base_uom AS unit, b.on_hand, b.reserved, b.on_hand - b.reserved AS available
FROM stock_balance b
JOIN location l ON l.id = b.location_id
JOIN item i ON i.id = b.item_id
LEFT JOIN trace t ON t.id = b.trace_id
LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
WHERE b.warehouse_id = %(warehouse)s AND (b.on_hand <> 0 OR b.reserved <> 0) {conditions}
ORDER BY {order}
