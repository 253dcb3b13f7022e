-- The ids of a page of items of which something is there, awaited, promised or wanted in a warehouse, in an order of the items
-- alone. warehouse: its id; most: how many; conditions: what item i must fulfil. behind, order: of the page (paging.py).
-- Relies on item_sku_key, stock_balance_pkey, promise_item, document_line_item.
SELECT i.id FROM item i
WHERE {behind} {conditions}
  AND (EXISTS (SELECT FROM stock_balance b WHERE b.warehouse_id = %(warehouse)s AND b.item_id = i.id AND b.on_hand <> 0)
    OR EXISTS (SELECT FROM promise p WHERE p.warehouse_id = %(warehouse)s AND p.item_id = i.id)
    OR EXISTS (SELECT FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.item_id = i.id
        AND NOT l.closed AND d.warehouse_id = %(warehouse)s AND d.decision = 'released'))
ORDER BY {order} LIMIT %(most)s
