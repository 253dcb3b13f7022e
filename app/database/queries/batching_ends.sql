-- Where walks begin and end on the plan, as [x_mm, y_mm]: where goods are packed, where carts stand (each NULL where it is not
-- drawn), and the places for totes by address. warehouse: id. Relies on location's index by warehouse.
SELECT
    (SELECT jsonb_build_array(x_mm, y_mm) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL
     ORDER BY walk_position, address LIMIT 1) AS packing,
    (SELECT jsonb_build_array(x_mm, y_mm) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'tote' AND purpose <> 'lane' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL
     ORDER BY walk_position, address LIMIT 1) AS carts,
    coalesce((SELECT jsonb_object_agg(address, jsonb_build_array(x_mm, y_mm)) FROM location
     WHERE warehouse_id = %(warehouse)s AND kind = 'tote' AND active AND x_mm IS NOT NULL AND y_mm IS NOT NULL), '{}') AS lanes
