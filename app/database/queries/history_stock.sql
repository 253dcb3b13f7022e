-- Stock of a warehouse as of an instant, as known at a seal, one row a stock key, in base units.
-- warehouse, at, seal; words: patterns that must each be found somewhere in the row. Relies on what stock_known() says.
SELECT l.address, i.sku, i.name, coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial,
    coalesce(t.expiry, t.best_before) AS expiry, coalesce(h.sscc, '') AS handling_unit, coalesce(o.name, '') AS owner,
    s.status, i.base_uom AS unit, s.on_hand, s.weight_kg
FROM stock_as_of(%(warehouse)s, %(at)s, %(seal)s) s
JOIN location l ON l.id = s.location_id
JOIN item i ON i.id = s.item_id
LEFT JOIN trace t ON t.id = s.trace_id
LEFT JOIN handling_unit h ON h.id = s.handling_unit_id
LEFT JOIN partner o ON o.id = s.owner_id
WHERE NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w WHERE (l.address ILIKE w OR i.sku ILIKE w OR i.name ILIKE w
    OR t.lot ILIKE w OR t.serial ILIKE w OR h.sscc ILIKE w OR o.name ILIKE w OR s.status ILIKE w) IS NOT TRUE)
ORDER BY l.address, i.sku, lot, serial, handling_unit, owner, s.status
