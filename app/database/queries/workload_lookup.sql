-- What a bar code means and where that item is. barcode: as scanned, 14 digits; warehouse: id.
-- Relies on the primary keys of code and stock_balance.
SELECT i.sku, i.name, l.address, b.on_hand, b.reserved
FROM code c
JOIN item i ON i.id = c.target_id
LEFT JOIN stock_balance b ON b.warehouse_id = %(warehouse)s AND b.item_id = i.id AND b.on_hand <> 0
LEFT JOIN location l ON l.id = b.location_id
WHERE c.value = %(barcode)s AND c.scheme = 'gtin'
ORDER BY l.address
