-- The same in the order of amounts c (sums: their names): all items are added up at once.
SELECT i.id FROM claimed_amounts(%(warehouse)s, %(sums)s) c JOIN item i ON i.id = c.item_id
WHERE {behind} {conditions}
ORDER BY {order} LIMIT %(most)s
