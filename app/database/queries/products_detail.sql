-- One product with everything that belongs to it, as JSON texts where numbers must stay exact. item: its id.
-- Relies on the primary keys of the parts, code_target and item_transition_item.
SELECT i.id, i.version, i.sku, i.name, i.state, i.tracking, i.base_uom, i.decimals, i.description, i.category_id,
    coalesce(c.full_name, '') AS category, i.category_rule, i.expiry_required, i.weight_mean_kg, i.weight_observations,
    i.catch_weight, i.standard_cost, i.shelf_life_days, i.minimum_remaining_days, i.temperature_class, i.hazard_class,
    i.un_number, i.packing_group, i.hs_code, i.origin, i.own, i.attributes::text AS attributes, i.template_id,
    coalesce(t.code, '') AS template, i.variant, i.bundle, i.archived, i.changed_at, coalesce(p.name, '') AS changed_by,
    EXISTS (SELECT FROM stock_move m WHERE m.item_id = i.id) AS moved,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('unit', u.uom, 'numerator', u.numerator, 'denominator', u.denominator,
            'weight_kg', trim_scale(u.weight_kg)::text, 'length_mm', u.length_mm, 'width_mm', u.width_mm,
            'height_mm', u.height_mm) ORDER BY u.numerator::numeric / u.denominator, u.uom), '[]')
        FROM item_uom u WHERE u.item_id = i.id) AS units,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('scheme', k.scheme, 'value', k.value, 'unit', k.uom,
            'issuer', nullif(k.issuer_id, nil()), 'issuer_name', coalesce(w.name, '')) ORDER BY k.scheme, k.value), '[]')
        FROM code k LEFT JOIN partner w ON w.id = k.issuer_id
        WHERE k.target_id = i.id AND k.kind = 'item' AND NOT (k.scheme = 'sku' AND k.value = upper(i.sku))) AS codes,
    (SELECT jsonb_build_object('kind', b.kind, 'makes', trim_scale(b.makes)::text, 'lines', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('item', l.component_id, 'unit', l.uom,
                'quantity', trim_scale(l.qty)::text, 'sku', o.sku, 'name', o.name) ORDER BY l.line_no), '[]')
            FROM bom_line l JOIN item o ON o.id = l.component_id WHERE l.item_id = b.item_id))
        FROM bom b WHERE b.item_id = i.id) AS bom,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('item', s.substitute_id, 'sku', o.sku, 'name', o.name,
            'both_ways', s.both_ways, 'note', s.note) ORDER BY s.position), '[]')
        FROM item_substitute s JOIN item o ON o.id = s.substitute_id WHERE s.item_id = i.id) AS substitutes,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('sha256', encode(m.sha256, 'hex'), 'caption', m.caption)
            ORDER BY m.position), '[]') FROM item_image m WHERE m.item_id = i.id) AS images,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'to_state', x.to_state, 'on_date', x.on_date,
            'zone', x.zone, 'reason', x.reason, 'asked_by', coalesce(a.name, ''), 'from_state', x.from_state,
            'done_at', x.done_at, 'trouble', x.trouble) ORDER BY x.on_date DESC, x.asked_at DESC), '[]')
        FROM item_transition x LEFT JOIN person a ON a.id = x.asked_by
        WHERE x.item_id = i.id AND x.cancelled_at IS NULL) AS transitions,
    (SELECT coalesce(jsonb_object_agg(g.key, jsonb_build_object('value', g.value -> 'value', 'category', o.full_name)), '{}')
        FROM jsonb_each(c.inherited) g JOIN category o ON o.id = (g.value ->> 'from')::uuid
        WHERE g.key <> 'attributes')::text AS given,
    (SELECT coalesce(jsonb_object_agg(g.key, jsonb_build_object('value', g.value -> 'value', 'category', o.full_name)), '{}')
        FROM jsonb_each(c.inherited -> 'attributes') g JOIN category o ON o.id = (g.value ->> 'from')::uuid)::text
        AS given_attributes
FROM item i LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_template t ON t.id = i.template_id
LEFT JOIN person p ON p.id = i.changed_by
WHERE i.id = %(item)s
