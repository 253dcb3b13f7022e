-- What can be promised of items in a warehouse, of our own goods; base units. warehouse: its id; sku: of one item, '' for
-- all that are there, awaited or promised. on_hand: whatever its status; usable: available and not past its date.
-- Relies on stock_balance_pkey, promise_item, document_line_item.
SELECT i.sku, i.name, i.base_uom AS unit, s.on_hand, a.on_hand AS usable, a.reserved, a.promised, a.available, a.inbound,
    a.inbound_promised
FROM available_to_promise(%(warehouse)s, ARRAY(SELECT id FROM item WHERE %(sku)s::text IN ('', sku))) a
JOIN item i ON i.id = a.item_id
CROSS JOIN LATERAL (SELECT coalesce(sum(b.on_hand), 0) AS on_hand FROM stock_balance b
                    WHERE b.warehouse_id = %(warehouse)s AND b.item_id = i.id AND b.owner_id = nil()) s
WHERE %(sku)s::text <> '' OR s.on_hand <> 0 OR a.promised <> 0 OR a.inbound <> 0 OR a.inbound_promised <> 0
ORDER BY i.sku
