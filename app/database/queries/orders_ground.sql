-- What orders of a file stand on, in one answer: warehouses with their day, partners and items that are named.
-- skus, partners: keys in capitals (partners by code or by name). Factors are numerator and denominator.
SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_array(w.code, w.id, (now() AT TIME ZONE w.time_zone)::date)), '[]')
     FROM warehouse w WHERE w.id = ANY (my_warehouses())) AS warehouses,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(p.code, p.name,
        CASE WHEN 'owner' = ANY (p.kinds) AND NOT p.archived THEN p.id END, p.id, p.order_carrier, p.order_service,
        p.complete_only, to_jsonb(a)) ORDER BY p.code), '[]')
     FROM partner p LEFT JOIN LATERAL (
         SELECT x.name, x.line_1, x.line_2, x.district, x.postal_code, x.city, x.region, x.country, x.phone, x.email
         FROM partner_address x WHERE x.partner_id = p.id AND x.purpose = 'delivery' ORDER BY x.first DESC, x.id LIMIT 1) a ON true
     WHERE upper(p.code) = ANY (%(partners)s) OR upper(p.name) = ANY (%(partners)s)) AS partners,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'sku', i.sku, 'base_unit', i.base_uom,
            'decimals', i.decimals, 'category', coalesce(c.name, ''), 'categories', coalesce(c.path, '{}'), 'traced', i.tracking <> 'none',
            'units',
            (SELECT coalesce(jsonb_agg(jsonb_build_array(u.uom, u.numerator, u.denominator)), '[]')
             FROM item_uom u WHERE u.item_id = i.id))), '[]')
     FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE upper(i.sku) = ANY (%(skus)s)) AS items,
    (SELECT currency FROM company) AS currency,
    policies_for('receiving', ARRAY(
        SELECT unnest(i.id || coalesce(c.path, '{}')) FROM item i LEFT JOIN category c ON c.id = i.category_id
        WHERE upper(i.sku) = ANY (%(skus)s)
        UNION SELECT p.id FROM partner p WHERE upper(p.code) = ANY (%(partners)s) OR upper(p.name) = ANY (%(partners)s)
        UNION SELECT unnest(my_warehouses()))) AS policies,
    ARRAY(SELECT w.code || ' ' || k.value FROM code k JOIN warehouse w ON w.id = k.scope_id
          WHERE k.value = ANY (%(numbers)s) AND k.scheme = 'document' AND k.issuer_id = nil()) AS taken_numbers
