-- Every product that is not archived, with what categorising rules may ask of it. One reading of `item`; the supplier is
-- the first by code whose article number it has. ids: only these, or NULL for all.
SELECT i.id, i.version, coalesce(c.full_name, '') AS category, i.category_rule <> '' AS by_rule, i.sku, i.name,
    i.description, i.tracking, i.base_uom, i.temperature_class, i.hazard_class, i.origin, i.weight_mean_kg,
    i.shelf_life_days, t.code AS template, s.code AS supplier
FROM item i LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_template t ON t.id = i.template_id
LEFT JOIN (SELECT k.target_id, min(p.code) AS code FROM code k JOIN partner p ON p.id = k.issuer_id
           WHERE k.scheme = 'article' AND 'supplier' = ANY (p.kinds) GROUP BY 1) s ON s.target_id = i.id
WHERE NOT i.archived AND (%(ids)s::uuid[] IS NULL OR i.id = ANY (%(ids)s))
ORDER BY i.sku
