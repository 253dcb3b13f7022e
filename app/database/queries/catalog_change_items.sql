-- Changes items by id; rows as in catalog_add_items.sql, with the id. The SKU is changed elsewhere, since naming the
-- column makes its codes anew. Weights that were learned from parcels are kept.
UPDATE item i SET name = r.name, description = r.description,
    category_id = CASE WHEN r.category = coalesce((SELECT c.full_name FROM category c WHERE c.id = i.category_id), '')
        THEN i.category_id
        ELSE (SELECT c.id FROM category c WHERE r.category IN (c.full_name, c.name)
              ORDER BY c.full_name <> r.category, cardinality(c.path), c.id LIMIT 1) END,
    tracking = r.tracking, expiry_required = r.expiry_required, base_uom = r.base_uom, decimals = r.decimals,
    weight_mean_kg = CASE WHEN i.weight_observations > 0 THEN i.weight_mean_kg ELSE r.weight_kg END,
    shelf_life_days = r.shelf_life_days
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, name text, description text, category text, tracking text,
    expiry_required boolean, base_uom text, decimals smallint, weight_kg numeric, shelf_life_days int)
WHERE i.id = r.id
