-- What may be brought to a customer of an item that lies in a place: our own, usable, free; first expired first.
-- place: id of the location; item: id; number: a lot or serial number, '' for any. Relies on stock_balance_location.
SELECT b.trace_id AS trace, b.handling_unit_id AS handling_unit, b.on_hand - b.reserved AS free
FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id
WHERE b.location_id = %(place)s AND b.item_id = %(item)s AND b.owner_id = nil() AND b.status = 'available'
  AND b.on_hand > b.reserved AND %(number)s IN ('', t.lot, t.serial)
  AND coalesce(t.expiry, t.best_before, 'infinity') >= today_in(b.warehouse_id)
ORDER BY coalesce(t.expiry, t.best_before) NULLS LAST, b.first_received_at
