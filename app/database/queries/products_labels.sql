-- What can stand on labels of items, in the order of `items`, the base unit before its packagings: one row a unit.
-- Relies on the primary key of item and of item_uom, and on code_target.
SELECT i.sku, i.name, u.uom AS unit, i.base_uom AS base, u.numerator, u.denominator,
    coalesce((SELECT min(k.value) FROM code k WHERE k.target_id = i.id AND k.kind = 'item' AND k.scheme = 'gtin'
        AND (k.uom = u.uom OR (k.uom = '' AND u.uom = i.base_uom))), '') AS gtin
FROM unnest(%(items)s::uuid[]) WITH ORDINALITY wanted (id, n)
JOIN item i ON i.id = wanted.id
CROSS JOIN LATERAL (
    SELECT i.base_uom AS uom, 1::bigint AS numerator, 1::bigint AS denominator
    UNION ALL
    SELECT p.uom, p.numerator, p.denominator FROM item_uom p WHERE p.item_id = i.id AND p.uom <> i.base_uom) u
ORDER BY wanted.n, u.uom <> i.base_uom, u.numerator::numeric / u.denominator, u.uom
