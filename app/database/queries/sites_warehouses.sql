-- Warehouses with their zones and bins as a file describes them, and what else stands directly below the warehouse.
-- codes: warehouse codes; null for all. Relies on location_parent_id_name_key and location_warehouse.
WITH bins AS (
    SELECT b.parent_id, min(b.kind) AS kind, max(b.walk_position) AS last_walk,
           jsonb_agg(b.name ORDER BY b.walk_position, b.name) AS names
    FROM location b JOIN warehouse w ON w.id = b.warehouse_id
    WHERE (w.code = ANY (%(codes)s) OR %(codes)s::text[] IS NULL) AND b.kind IN ('bin', 'dock', 'staging', 'tote') GROUP BY 1
)
SELECT w.id, w.code, w.name, w.address, w.type, w.time_zone,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', z.id, 'name', z.name, 'kind', b.kind,
                'code', coalesce(nullif(z.code, ''), substring(z.address FROM length(w.code) + 2)),
                'last_walk', coalesce(b.last_walk, z.walk_position), 'bins', coalesce(b.names, '[]'))
                ORDER BY z.walk_position, z.address), '[]')
     FROM location z LEFT JOIN bins b ON b.parent_id = z.id WHERE z.parent_id = w.id AND z.kind = 'zone') AS zones,
    ARRAY(SELECT upper(o.name) FROM location o WHERE o.parent_id = w.id AND o.kind <> 'zone') AS other_names
FROM warehouse w WHERE (w.code = ANY (%(codes)s) OR %(codes)s::text[] IS NULL)
ORDER BY w.code
