-- What put-away would know if goods of an item came to a dock now: for trying rules, and for asking why.
-- item: id; qty: base units; scanned: ids of places to look at in any case. The columns are those of putaway_facts.
SELECT jsonb_build_object('key', '', 'location', nil(), 'address', '', 'item', i.id, 'sku', i.sku, 'name', i.name,
        'uom', i.base_uom, 'decimals', i.decimals, 'tracked', i.tracking <> 'none',
        'category', coalesce(c.full_name, ''), 'trace', nil(), 'lot', '', 'serial', '', 'expiry', NULL, 'unit', nil(),
        'unit_number', '', 'unit_keys', 0, 'owner', nil(), 'status', 'available', 'qty', %(qty)s::text,
        'abc', coalesce(r.abc, ''), 'turnover', r.percent, 'temperature', i.temperature_class,
        'hazard', i.hazard_class, 'weight_kg', z.weight_kg::text, 'volume_l', z.volume_l::text,
        'height_mm', z.height_mm, 'categories', to_jsonb(coalesce(c.path, '{}')), 'meant', true) AS goods,
    putaway_bins(%(warehouse)s, i.id, nil(), nil(), putaway_candidates(%(warehouse)s, i.id, %(qty)s, '', true),
        %(scanned)s::uuid[]) AS bins,
    policies_for('putaway', ARRAY[i.id, %(warehouse)s::uuid] || coalesce(c.path, '{}')) AS policies
FROM item i LEFT JOIN category c ON c.id = i.category_id
LEFT JOIN item_turnover r ON r.warehouse_id = %(warehouse)s AND r.item_id = i.id
CROSS JOIN LATERAL size_of_item(i.id, '') z
WHERE i.id = %(item)s
