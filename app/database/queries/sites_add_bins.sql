-- Adds bins to zones, walked in the order of the list behind what is there already.
-- rows: JSON objects {zone, name, address, kind, walk, n}; n counts within a zone from 1; walk: its last walk position.
INSERT INTO location (warehouse_id, parent_id, kind, name, address, walk_position)
SELECT z.warehouse_id, z.id, r.kind, r.name, r.address, r.walk + r.n
FROM jsonb_to_recordset(%(rows)s) AS r (zone uuid, name text, address text, kind text, walk int, n int)
JOIN location z ON z.id = r.zone
