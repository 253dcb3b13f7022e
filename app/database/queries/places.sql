-- Places below a warehouse with what lies in them. position, behind, order: of a page (paging.py); limit: its length.
-- warehouse: its id; zone: the place above, NULL for all; kinds: of places; pattern: of address, zone, profile,
-- partner and purpose; archived: true also those, false without. fill: the greatest part of a limit that is taken (units, kilograms).
-- Relies on location_warehouse, stock_balance_location.
SELECT l.id, l.version, l.kind, l.name, l.address, l.parent_id AS parent, coalesce(z.name, '') AS zone, l.code, l.purpose,
    coalesce(p.code, '') AS profile, l.profile_id, l.capacity_units, l.mixing, l.negative_allowed, l.walk_position, l.aisle_id,
    l.x_mm, l.y_mm, l.width_mm, l.depth_mm, l.level, l.active, l.frozen_by IS NOT NULL AS frozen, coalesce(o.code, '') AS partner,
    coalesce(s.goods, 0) AS goods, round(greatest(s.units / l.capacity_units, s.kg / p.capacity_kg), 4) AS fill, {position}
FROM location l
LEFT JOIN location z ON z.id = l.parent_id AND z.kind = 'zone'
LEFT JOIN location_profile p ON p.id = l.profile_id
LEFT JOIN partner o ON o.id = l.partner_id
{stock}
WHERE l.warehouse_id = %(warehouse)s AND l.kind = ANY (%(kinds)s) AND (%(zone)s::uuid IS NULL OR l.parent_id = %(zone)s)
  AND (l.active OR %(archived)s) AND concat_ws(' ', l.address, z.name, p.code, o.code, l.purpose) ILIKE %(pattern)s
  AND {behind}
ORDER BY {order} {limit}
