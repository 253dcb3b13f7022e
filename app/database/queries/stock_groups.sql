-- The same put together: by item, lot, owner or status. keys: the columns of a stock key, those that do not count as
-- nil; group: those that do.
SELECT {keys}, sum(b.on_hand) AS on_hand, sum(b.reserved) AS reserved,
    coalesce(sum(b.on_hand - b.reserved) FILTER (WHERE b.status = 'available'), 0) AS available,
    coalesce(sum(b.on_hand) FILTER (WHERE b.status = 'quarantined'), 0) AS quarantined,
    coalesce(sum(b.on_hand) FILTER (WHERE b.status = 'damaged'), 0) AS damaged,
    coalesce(sum(b.on_hand) FILTER (WHERE b.status = 'blocked'), 0) AS blocked,
    bool_or(b.on_hand < 0) AS negative, sum(b.weight_kg) AS weight_kg, count(*)::int AS rows
FROM {balances} b
WHERE b.warehouse_id = %(warehouse)s AND (b.on_hand <> 0 OR b.reserved <> 0) {conditions}
GROUP BY {group}
