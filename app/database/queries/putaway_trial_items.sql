-- Items to try put-away rules with: what stands at the docks (with how much of it), then what is picked most, then any;
-- of one item, or of one category and all below it, where the rules are made for that. most: how many.
SELECT i.id AS item, coalesce(s.qty, 1) AS qty
FROM item i LEFT JOIN category c ON c.id = i.category_id
LEFT JOIN (SELECT b.item_id, sum(b.on_hand - b.reserved) AS qty FROM stock_balance b
           JOIN location l ON l.id = b.location_id AND l.kind = 'dock'
           WHERE b.warehouse_id = %(warehouse)s AND b.on_hand > b.reserved GROUP BY b.item_id) s ON s.item_id = i.id
LEFT JOIN item_turnover r ON r.warehouse_id = %(warehouse)s AND r.item_id = i.id
WHERE NOT i.archived AND NOT i.bundle
  AND CASE %(scope)s WHEN 'item' THEN i.id = %(scope_id)s WHEN 'category' THEN c.path @> ARRAY[%(scope_id)s]::uuid[]
      ELSE true END
ORDER BY s.qty IS NULL, r.percent NULLS LAST, i.sku LIMIT %(most)s
