-- Adds items. rows: JSON objects with the columns below; weight_kg a base unit; category by name, '' for none.
INSERT INTO item (sku, name, description, category_id, tracking, expiry_required, base_uom, decimals, weight_mean_kg,
                  shelf_life_days)
SELECT r.sku, r.name, r.description,
    (SELECT c.id FROM category c WHERE c.name = r.category ORDER BY c.parent_id NULLS FIRST LIMIT 1),
    r.tracking, r.expiry_required, r.base_uom, r.decimals, r.weight_kg, r.shelf_life_days
FROM jsonb_to_recordset(%(rows)s) AS r (sku text, name text, description text, category text, tracking text,
    expiry_required boolean, base_uom text, decimals smallint, weight_kg numeric, shelf_life_days int)
RETURNING id, sku
