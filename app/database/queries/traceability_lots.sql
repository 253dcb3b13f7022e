-- A page of lots and serial numbers, the newest first: what is on hand of each in all warehouses that one sees, until when it
-- keeps, and the strictest status by which it is held anywhere (empty: none).
-- words: patterns that must each be found in item, name, lot or serial number; after: the id of the last one before, or null; most: how many.
-- Relies on trace_pkey and stock_balance_trace.
SELECT t.id, i.sku, i.name, i.base_uom AS uom, t.lot, t.serial, t.expiry, t.best_before,
    coalesce((SELECT sum(b.on_hand) FROM stock_balance b WHERE b.trace_id = t.id), 0) AS on_hand,
    coalesce((SELECT min(h.status) FROM trace_hold h WHERE h.trace_id = t.id AND h.status <> 'available'), '') AS status
FROM trace t JOIN item i ON i.id = t.item_id
WHERE (%(after)s::uuid IS NULL OR t.id < %(after)s::uuid)
  AND NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w
      WHERE (i.sku ILIKE w OR i.name ILIKE w OR t.lot ILIKE w OR t.serial ILIKE w) IS NOT TRUE)
ORDER BY t.id DESC LIMIT %(most)s
