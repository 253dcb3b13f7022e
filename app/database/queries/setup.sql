-- The set-up as files say it: one JSON object a record, with codes and addresses where the database has ids; what says
-- nothing is null. kind: which records (domain/setup.py); database/setup.py asks its branch alone, since planning all of
-- them takes twenty times as long as reading one. Relies on primary keys and row rules.
SELECT record::text FROM (
    SELECT 1, name, jsonb_build_object('name', name, 'gs1_prefix', gs1_prefix, 'currency', currency,
        'sdr_rate', sdr_rate::text, 'sdr_rate_on', sdr_rate_on)
    FROM company WHERE %(kind)s = 'company'
    UNION ALL
    SELECT 1, code, jsonb_build_object('code', code, 'step', step, 'active', active)
    FROM reason WHERE %(kind)s = 'reasons'
    UNION ALL
    SELECT cardinality(path), full_name, jsonb_build_object('path', full_name, 'position', position, 'defaults', defaults)
    FROM category WHERE %(kind)s = 'categories' AND NOT archived
    UNION ALL
    SELECT 1, coalesce(c.full_name, '') || ' ' || lpad(d.position::text, 6, '0') || d.name,
        jsonb_build_object('category', c.full_name, 'name', d.name, 'type', d.type, 'unit', d.unit, 'choices', d.choices,
            'required', d.required, 'minimum', d.minimum, 'maximum', d.maximum, 'position', d.position)
    FROM attribute_definition d LEFT JOIN category c ON c.id = d.category_id
    WHERE %(kind)s = 'attributes' AND NOT d.archived
    UNION ALL
    SELECT 1, code, to_jsonb(p) - ARRAY['id', 'archived', 'version', 'changed_by', 'changed_at']
    FROM location_profile p WHERE %(kind)s = 'profiles' AND NOT archived
    UNION ALL
    SELECT 1, p.code, to_jsonb(p) - ARRAY['id', 'archived', 'version', 'changed_by', 'changed_at'] || jsonb_build_object(
        'addresses', (SELECT jsonb_agg(to_jsonb(a) - ARRAY['id', 'partner_id'] ORDER BY a.purpose, a.first DESC, a.id)
                      FROM partner_address a WHERE a.partner_id = p.id),
        'contacts', (SELECT jsonb_agg(to_jsonb(c) - ARRAY['id', 'partner_id'] ORDER BY c.name, c.id)
                     FROM partner_contact c WHERE c.partner_id = p.id))
    FROM partner p WHERE %(kind)s = 'partners' AND NOT p.archived
    UNION ALL
    SELECT 1, i.sku, jsonb_build_object('sku', i.sku) || d.details
    FROM item i CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(jsonb_build_object(
        'hs_code', CASE WHEN 'hs_code' = ANY (i.own) THEN nullif(i.hs_code, '') END,
        'origin', CASE WHEN 'origin' = ANY (i.own) THEN nullif(i.origin, '') END,
        'temperature_class', CASE WHEN 'temperature_class' = ANY (i.own) THEN nullif(i.temperature_class, '') END,
        'hazard_class', CASE WHEN 'hazard_class' = ANY (i.own) THEN nullif(i.hazard_class, '') END,
        'un_number', CASE WHEN 'un_number' = ANY (i.own) THEN nullif(i.un_number, '') END,
        'packing_group', CASE WHEN 'packing_group' = ANY (i.own) THEN nullif(i.packing_group, '') END,
        'minimum_remaining_days', CASE WHEN 'minimum_remaining_days' = ANY (i.own) THEN i.minimum_remaining_days END,
        'standard_cost', i.standard_cost, 'catch_weight', CASE WHEN i.catch_weight THEN true END,
        'attributes', CASE WHEN i.attributes <> '{}' THEN i.attributes END,
        'dimensions', (SELECT jsonb_agg(jsonb_build_object('unit', u.uom, 'length_mm', u.length_mm, 'width_mm', u.width_mm,
                           'height_mm', u.height_mm) ORDER BY u.uom)
                       FROM item_uom u WHERE u.item_id = i.id AND coalesce(u.length_mm, u.width_mm, u.height_mm) IS NOT NULL),
        'articles', (SELECT jsonb_agg(jsonb_build_object('partner', p.code, 'code', k.value,
                         'unit', CASE WHEN k.uom <> i.base_uom THEN k.uom END) ORDER BY p.code, k.value)
                     FROM code k JOIN partner p ON p.id = k.issuer_id
                     WHERE k.target_id = i.id AND k.kind = 'item' AND k.scheme = 'article'),
        'kit', (SELECT b.kind FROM bom b WHERE b.item_id = i.id), 'makes', (SELECT b.makes FROM bom b WHERE b.item_id = i.id),
        'parts', (SELECT jsonb_agg(jsonb_build_object('sku', c.sku, 'quantity', l.qty, 'unit', l.uom) ORDER BY l.line_no)
                  FROM bom_line l JOIN item c ON c.id = l.component_id WHERE l.item_id = i.id),
        'substitutes', (SELECT jsonb_agg(jsonb_build_object('sku', o.sku, 'both_ways', s.both_ways) ORDER BY s.position)
                        FROM item_substitute s JOIN item o ON o.id = s.substitute_id WHERE s.item_id = i.id))) AS details) d
    WHERE %(kind)s = 'product_details' AND NOT i.archived AND d.details <> '{}'
    UNION ALL
    SELECT 1, l.address, jsonb_build_object('place', l.address, 'profile', f.code, 'capacity_units', l.capacity_units,
        'mixing', l.mixing, 'negative_allowed', l.negative_allowed)
    FROM location l LEFT JOIN location_profile f ON f.id = l.profile_id
    WHERE %(kind)s = 'places' AND l.active AND l.kind IN ('zone', 'bin', 'dock', 'staging', 'consignment')
      AND (l.profile_id IS NOT NULL OR l.capacity_units IS NOT NULL OR l.mixing <> 'any' OR l.negative_allowed)
    UNION ALL
    SELECT 1, w.code || ' ' || i.sku, jsonb_build_object('sku', i.sku, 'warehouse', w.code, 'minimum', v.minimum,
        'maximum', v.maximum, 'reorder_point', v.reorder_point, 'safety_stock', v.safety_stock)
    FROM item_level v JOIN item i ON i.id = v.item_id AND NOT i.archived JOIN warehouse w ON w.id = v.warehouse_id
    WHERE %(kind)s = 'levels'
    UNION ALL
    SELECT 1, l.address || ' ' || i.sku, jsonb_build_object('place', l.address, 'sku', i.sku, 'minimum', f.minimum,
        'maximum', f.maximum)
    FROM pick_face f JOIN location l ON l.id = f.location_id AND l.active JOIN item i ON i.id = f.item_id
    WHERE %(kind)s = 'pick_faces'
    UNION ALL
    SELECT 1, p.code || ' ' || coalesce(i.sku, ''), jsonb_build_object('partner', p.code, 'sku', i.sku, 'days', s.minimum_days)
    FROM partner_shelf_life s JOIN partner p ON p.id = s.partner_id LEFT JOIN item i ON i.id = s.item_id
    WHERE %(kind)s = 'shelf_life'
    UNION ALL
    SELECT 1, w.code, to_jsonb(s) - 'warehouse_id' || jsonb_build_object('warehouse', w.code)
    FROM warehouse_sender s JOIN warehouse w ON w.id = s.warehouse_id WHERE %(kind)s = 'senders'
    UNION ALL
    SELECT 1, code, jsonb_build_object('code', code, 'name', name, 'kind', kind, 'active', active, 'setup', setup)
    FROM carrier WHERE %(kind)s = 'carriers'
    UNION ALL
    SELECT 1, c.code || lpad(p.n::text, 9, '0'), jsonb_build_object('carrier', c.code, 'service', p.row ->> 'service',
        'zone', p.row ->> 'zone', 'up_to_kg', (p.row ->> 'up_to_kg')::numeric, 'price', (p.row ->> 'price')::numeric,
        'valid_from', p.row ->> 'valid_from', 'valid_until', p.row ->> 'valid_until')
    FROM carrier c CROSS JOIN LATERAL jsonb_array_elements(c.setup -> 'prices') WITH ORDINALITY AS p (row, n)
    WHERE %(kind)s = 'carrier_prices'
    UNION ALL
    SELECT position, code, to_jsonb(t) - ARRAY['id', 'variance', 'version', 'changed_by', 'changed_at']
    FROM carton_type t WHERE %(kind)s = 'carton_types'
    UNION ALL
    SELECT 1, x.code, jsonb_build_object('code', x.code, 'kind', x.kind, 'name', x.name, 'words', x.words, 'moment', x.moment,
        'answer', x.answer, 'sku', i.sku, 'quantity', x.quantity, 'weight_kg', x.weight_kg, 'from_stock', x.from_stock,
        'active', x.active, 'picture', (SELECT translate(encode(a.content, 'base64'), E'\n', '') FROM attachment a
                                        WHERE a.sha256 = x.picture))
    FROM pack_extra x LEFT JOIN item i ON i.id = x.item_id WHERE %(kind)s = 'pack_extras'
    UNION ALL
    SELECT 1, u.sscc, jsonb_build_object('number', u.sscc, 'warehouse', w.code, 'name', c.name, 'slots', c.slots,
        'litres', c.litres, 'kg', c.kg, 'active', c.active)
    FROM cart c JOIN handling_unit u ON u.id = c.handling_unit_id JOIN warehouse w ON w.id = u.warehouse_id
    WHERE %(kind)s = 'carts'
    UNION ALL
    SELECT c.weekday, concat_ws(' ', w.code, c.carrier, c.service, c.leaves), jsonb_build_object('warehouse', w.code,
        'carrier', c.carrier, 'service', c.service,
        'weekday', (ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[c.weekday], 'leaves', to_char(c.leaves, 'HH24:MI'),
        'lead_minutes', c.lead_minutes, 'transit_days', c.transit_days)
    FROM carrier_cut_off c JOIN warehouse w ON w.id = c.warehouse_id WHERE %(kind)s = 'cut_offs'
    UNION ALL
    SELECT 1, concat_ws(' ', w.code, d.day), jsonb_build_object('warehouse', w.code, 'day', d.day, 'name', d.name)
    FROM closed_day d JOIN warehouse w ON w.id = d.warehouse_id WHERE %(kind)s = 'closed_days'
    UNION ALL
    SELECT coalesce(s.weekday, 8), concat_ws(' ', w.code, z.address, s.day, s.starts, s.name), jsonb_build_object(
        'warehouse', w.code, 'zone', z.address, 'shift', s.name,
        'weekday', (ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[s.weekday], 'day', s.day,
        'from', to_char(s.starts, 'HH24:MI'), 'until', to_char(s.ends, 'HH24:MI'), 'people', s.people)
    FROM pick_shift s JOIN warehouse w ON w.id = s.warehouse_id LEFT JOIN location z ON z.id = s.zone_id
    WHERE %(kind)s = 'pick_shifts' AND (s.day IS NULL OR s.day >= today_in(w.id))
    UNION ALL
    SELECT 1, name, jsonb_build_object('name', name, 'checks', (SELECT jsonb_agg(c.value || jsonb_build_object(
        'nominal', (c.value ->> 'nominal')::numeric, 'lower', (c.value ->> 'lower')::numeric,
        'upper', (c.value ->> 'upper')::numeric) ORDER BY c.ordinality) FROM jsonb_array_elements(checks) WITH ORDINALITY c))
    FROM checklist WHERE %(kind)s = 'checklists' AND NOT archived
    UNION ALL
    SELECT 1, l.address, jsonb_build_object('place', l.address, 'direction', nullif(d.direction, ''), 'hours', d.hours,
        'vehicles', d.vehicles, 'temperatures', d.temperatures, 'pallets_per_hour', d.pallets_per_hour,
        'lines_per_hour', d.lines_per_hour, 'active', d.active)
    FROM dock_door d JOIN location l ON l.id = d.location_id WHERE %(kind)s = 'dock_doors' AND l.active
    UNION ALL
    SELECT 1, w.code, jsonb_build_object('warehouse', w.code, 'trucks_per_hour', m.trucks_per_hour,
        'pallets_per_hour', m.pallets_per_hour)
    FROM dock_limit m JOIN warehouse w ON w.id = m.warehouse_id
    WHERE %(kind)s = 'dock_limits' AND coalesce(m.trucks_per_hour, m.pallets_per_hour) IS NOT NULL
    UNION ALL
    SELECT 1, concat_ws(' ', w.code, s.day, lpad(s.starts::text, 4, '0'), s.name), jsonb_build_object('warehouse', w.code,
        'day', s.day, 'from', to_char(make_interval(mins => s.starts), 'HH24:MI'),
        'until', to_char(make_interval(mins => mod(s.ends - 1, 1440) + 1), 'HH24:MI'), 'people', s.people, 'name', s.name,
        'names', s.names)
    FROM dock_shift s JOIN warehouse w ON w.id = s.warehouse_id
    WHERE %(kind)s = 'dock_shifts' AND s.day >= today_in(w.id)
    UNION ALL
    SELECT array_position(ARRAY['company', 'warehouse', 'zone', 'partner', 'category', 'item'], p.scope),
        p.capability || ' ' || s.name, jsonb_build_object('capability', p.capability,
        'scope', nullif(p.scope, 'company'), 'name', nullif(s.name, ''), 'rules', p.rules)
    FROM (SELECT DISTINCT ON (capability, scope, scope_id) * FROM policy
          ORDER BY capability, scope, scope_id, version DESC) p
    LEFT JOIN item i ON p.scope = 'item' AND i.id = p.scope_id
    LEFT JOIN category c ON p.scope = 'category' AND c.id = p.scope_id
    LEFT JOIN partner a ON p.scope = 'partner' AND a.id = p.scope_id
    LEFT JOIN warehouse w ON p.scope = 'warehouse' AND w.id = p.scope_id
    LEFT JOIN location l ON p.scope = 'zone' AND l.id = p.scope_id
    CROSS JOIN LATERAL (SELECT coalesce(i.sku, c.full_name, a.code, w.code, l.address, '') AS name) s
    WHERE %(kind)s = 'policies' AND p.rules IS NOT NULL AND (p.scope = 'company' OR s.name <> '')
      AND NOT coalesce(i.archived, c.archived, a.archived, NOT l.active, false)
    UNION ALL
    SELECT 1, name, jsonb_build_object('name', name, 'definition', definition)
    FROM label_template WHERE %(kind)s = 'label_templates' AND active
    UNION ALL
    SELECT 1, s.name, jsonb_build_object('name', s.name, 'type', s.type, 'warehouse', w.code, 'active', s.active,
        'page_printer', (SELECT r.name FROM printer r WHERE r.id = s.page_printer_id))
    FROM station s LEFT JOIN warehouse w ON w.id = s.warehouse_id WHERE %(kind)s = 'stations'
    UNION ALL
    SELECT 1, name, jsonb_build_object('name', name, 'type', type, 'devices', devices)
    FROM station_template WHERE %(kind)s = 'station_templates'
    UNION ALL
    SELECT 1, name, jsonb_build_object('name', name, 'dpi', dpi::text, 'confirms', confirms, 'serial', serial,
        'kind', kind)
    FROM printer WHERE %(kind)s = 'printers' AND active
    UNION ALL
    SELECT 1, g, jsonb_build_object('group', g, 'permissions', (SELECT jsonb_agg(
        jsonb_build_object('permission', permission, 'up_to', up_to) ORDER BY permission)
        FROM group_permission WHERE group_name = g))
    FROM unnest(ARRAY['operator', 'receiver', 'manager', 'auditor']) g WHERE %(kind)s = 'groups'
    UNION ALL
    SELECT 1, b.badge, jsonb_build_object('badge', b.badge, 'name', p.name, 'language', p.language, 'active', p.active,
        'groups', (SELECT jsonb_agg(concat_ws('@', g.group_name, w.code) ORDER BY g.group_name, w.code NULLS FIRST)
                   FROM person_group g LEFT JOIN warehouse w ON w.id = g.warehouse_id WHERE g.person_id = p.id),
        'permissions', (SELECT jsonb_agg(jsonb_build_object('permission', r.permission, 'granted', r.granted,
                            'up_to', r.up_to) ORDER BY r.permission) FROM person_permission r WHERE r.person_id = p.id))
    FROM person p JOIN badges() b ON b.person_id = p.id AND NOT b.dead WHERE %(kind)s = 'people' AND NOT p.system
) AS found (n, sort, record) ORDER BY n, sort
