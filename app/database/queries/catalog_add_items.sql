-- Adds items. rows: JSON objects with the columns below, those after shelf_life_days only where they are said; weight_kg a
-- base unit; category by its path, or by its name (the highest of several), '' for none.
INSERT INTO item (sku, name, description, category_id, tracking, expiry_required, base_uom, decimals, weight_mean_kg,
                  shelf_life_days, hs_code, origin, temperature_class, hazard_class, un_number, packing_group,
                  minimum_remaining_days, standard_cost)
SELECT r.sku, r.name, r.description, c.id, r.tracking, r.expiry_required, r.base_uom, r.decimals, r.weight_kg, r.shelf_life_days,
    coalesce(r.hs_code, ''), coalesce(r.origin, ''), coalesce(r.temperature_class, ''), coalesce(r.hazard_class, ''),
    coalesce(r.un_number, ''), coalesce(r.packing_group, ''), coalesce(r.minimum_remaining_days, 0), r.standard_cost
FROM jsonb_to_recordset(%(rows)s) AS r (sku text, name text, description text, category text, tracking text,
    expiry_required boolean, base_uom text, decimals smallint, weight_kg numeric, shelf_life_days int, hs_code text,
    origin text, temperature_class text, hazard_class text, un_number text, packing_group text, minimum_remaining_days int,
    standard_cost numeric)
LEFT JOIN (SELECT DISTINCT ON (said) said, id FROM (
        SELECT full_name AS said, id, 0 AS depth FROM category UNION ALL SELECT name, id, cardinality(path) FROM category) x
    ORDER BY said, depth, id) c ON c.said = r.category
RETURNING id, sku
