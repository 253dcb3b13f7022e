-- The stock keys of a warehouse, in base units, and kg where pieces are weighed; what came to nothing is left out. conditions: what else must hold.
SELECT b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, b.on_hand, b.reserved,
    CASE WHEN b.status = 'available' THEN b.on_hand - b.reserved ELSE 0 END AS available,
    CASE WHEN b.status = 'quarantined' THEN b.on_hand ELSE 0 END AS quarantined,
    CASE WHEN b.status = 'damaged' THEN b.on_hand ELSE 0 END AS damaged,
    CASE WHEN b.status = 'blocked' THEN b.on_hand ELSE 0 END AS blocked,
    b.on_hand < 0 AS negative, b.weight_kg, 1 AS rows
FROM {balances} b
WHERE b.warehouse_id = %(warehouse)s AND (b.on_hand <> 0 OR b.reserved <> 0) {conditions}
