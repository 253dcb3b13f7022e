-- Free goods of an item that a demand line could have, in the order in which they should go; base units.
-- warehouse, item: ids. Our own, available, not held, in bins that nobody counts. Relies on stock_balance_pkey.
SELECT b.location_id AS location, b.trace_id AS trace, b.handling_unit_id AS unit_id, l.address AS place,
    coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial, coalesce(t.expiry, t.best_before) AS expiry,
    coalesce(h.sscc, '') AS handling_unit, b.on_hand - b.reserved AS free
FROM stock_balance b JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.active AND l.frozen_by IS NULL
LEFT JOIN trace t ON t.id = b.trace_id LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
WHERE b.warehouse_id = %(warehouse)s AND b.item_id = %(item)s AND b.owner_id = nil() AND b.status = 'available'
  AND b.on_hand > b.reserved AND NOT EXISTS (SELECT FROM trace_hold k WHERE k.trace_id = b.trace_id
      AND k.warehouse_id = b.warehouse_id AND k.status <> 'available')
ORDER BY coalesce(t.expiry, t.best_before) NULLS LAST, b.first_received_at, l.walk_position LIMIT 200
