-- Who picks in a warehouse, as it was said: by zone, then by day and time. warehouse: id. Relies on pick_shift's key.
SELECT s.starts, s.ends, s.people, s.name, s.weekday, s.day, coalesce(z.address, '') AS zone, z.id AS zone_id,
    coalesce(z.name, '') AS zone_name
FROM pick_shift s LEFT JOIN location z ON z.id = s.zone_id
WHERE s.warehouse_id = %(warehouse)s
ORDER BY z.address NULLS FIRST, s.day NULLS FIRST, s.weekday, s.starts, s.name
