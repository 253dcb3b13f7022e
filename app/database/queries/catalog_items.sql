-- Items as a file describes them: with packagings, bar codes and the levels that hold everywhere; weights in grams.
-- keys: SKUs in capitals; null for all items that are not archived. A bar code without a unit names the base unit; an item's own SKU is not listed among them.
-- A list of keys is looked up in `code`: compared with each item, an array that is a parameter is searched from its start.
-- Relies on code_pkey, item_pkey, item_uom_pkey, code_target and
-- item_level_item_id_warehouse_id_key.
SELECT i.id, i.sku, i.name, i.description, coalesce(c.full_name, '') AS category, i.tracking, i.base_uom, i.decimals,
    i.expiry_required, i.shelf_life_days, i.weight_mean_kg * 1000 AS weight_g, i.weight_observations,
    v.minimum, v.maximum, v.reorder_point, v.safety_stock,
    coalesce((SELECT jsonb_agg(jsonb_build_array(u.uom, u.numerator, u.denominator, (u.weight_kg * 1000)::text)
                               ORDER BY u.numerator::numeric / u.denominator, u.uom)
              FROM item_uom u WHERE u.item_id = i.id AND u.uom <> i.base_uom), '[]') AS alternates,
    coalesce((SELECT jsonb_agg(jsonb_build_array(k.scheme, k.value, CASE WHEN k.uom = i.base_uom THEN '' ELSE k.uom END)
                               ORDER BY k.scheme, k.value)
              FROM code k WHERE k.target_id = i.id AND k.scheme IN ('gtin', 'sku') AND k.issuer_id = nil()
                AND NOT (k.scheme = 'sku' AND k.value = upper(i.sku))), '[]') AS barcodes
FROM (SELECT id FROM item WHERE %(keys)s::text[] IS NULL AND NOT archived
      UNION ALL
      SELECT o.id FROM code n JOIN item o ON o.id = n.target_id
      WHERE n.scheme = 'sku' AND n.value = ANY (%(keys)s) AND upper(o.sku) = n.value) wanted
JOIN item i ON i.id = wanted.id
LEFT JOIN category c ON c.id = i.category_id
LEFT JOIN item_level v ON v.item_id = i.id AND v.warehouse_id IS NULL
ORDER BY i.sku
