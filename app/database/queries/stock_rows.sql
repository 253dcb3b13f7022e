-- A page of stock in order, in base units: one row a stock key, or what stock_groups.sql puts together. First the keys of
-- the page with as few joins as its order needs, then their names.
-- The caller fills in from its own fixed lists: origin (stock_source.sql or stock_groups.sql as b, with what the order
-- needs: item i, location l, trace t, unit h, owner o), ordered_by (what the order looks at, as order_0, order_1 and so
-- on), order (these and the key, each with its direction), seen (their names), behind (what follows the last row seen) and
-- page. Rows of equal order are told apart by their key.
-- Relies on location_address_key, stock_balance_location, stock_balance_pkey and item_sku_key.
SELECT b.item_id AS item, b.location_id AS location, b.trace_id AS trace, b.handling_unit_id AS unit_id,
    b.owner_id AS owner, coalesce(l.address, '') AS address, i.sku, i.name, coalesce(t.lot, '') AS lot,
    coalesce(t.serial, '') AS serial, coalesce(t.expiry, t.best_before) AS expiry, coalesce(h.sscc, '') AS handling_unit,
    b.status, i.base_uom AS unit, b.on_hand, b.reserved, b.available, coalesce(o.name, '') AS owner_name,
    coalesce(p.sscc, '') AS outer,
    coalesce(t.expiry, t.best_before) - (SELECT (now() AT TIME ZONE w.time_zone)::date FROM warehouse w
        WHERE w.id = %(warehouse)s) AS days_left,
    b.negative, b.quarantined, b.damaged, b.blocked, {promised} AS promised, nullif(b.weight_kg, 0) AS weight_kg,
    b.rows, {seen}
FROM (
    SELECT b.*, {ordered_by}
    FROM {origin}
    WHERE true {behind}
    ORDER BY {order}
    {page}
) b
JOIN item i ON i.id = b.item_id
LEFT JOIN location l ON l.id = b.location_id
LEFT JOIN trace t ON t.id = b.trace_id
LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
LEFT JOIN handling_unit p ON p.id = h.parent_id
LEFT JOIN partner o ON o.id = b.owner_id
ORDER BY {order_again}
