-- What a step of put-away needs to know, in one answer.
-- What is meant: the goods of `key` (a stock key as text), or else those of the scanned items (narrowed by lot and
-- serial) or handling units, or else, with `next`, the oldest ones that are not in `skip`. scanned: ids of locations;
-- qty: the part to put away, NULL for all. Quantities in base units, as text.
-- Bins are read only where exactly one stock key is meant: those with the item, the first empty ones of the walk, and
-- where there is none the first of those in which items may mix.
-- Whether a bin is empty is asked bin by bin (a scalar subquery): as an anti-join the planner reads every balance.
-- Relies on location_warehouse, stock_balance_location, stock_balance_pkey.
WITH standing AS (
    SELECT concat_ws('/', b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status) AS key,
        b.location_id AS location, l.address, b.item_id AS item, b.trace_id AS trace, b.handling_unit_id AS unit,
        b.owner_id AS owner, b.status, b.on_hand - b.reserved AS qty, b.first_received_at AS since
    FROM location l JOIN stock_balance b ON b.location_id = l.id AND b.on_hand > b.reserved
    WHERE l.warehouse_id = %(warehouse)s AND l.kind = 'dock' AND l.active
), asked AS (
    SELECT s.* FROM standing s LEFT JOIN trace t ON t.id = s.trace
    WHERE CASE WHEN %(key)s <> '' THEN s.key = %(key)s
        ELSE s.item = ANY (%(items)s::uuid[]) AND coalesce(%(lot)s IN ('', t.lot), false)
             AND coalesce(%(serial)s IN ('', t.serial), false)
          OR s.unit = ANY (%(units)s::uuid[]) END
), oldest AS (
    SELECT * FROM standing WHERE %(next)s AND NOT key = ANY (%(skip)s::text[])
    ORDER BY since, key LIMIT 1
), meant AS (
    SELECT * FROM asked UNION SELECT * FROM oldest
), shown AS (
    SELECT * FROM meant UNION (SELECT * FROM standing ORDER BY since, key LIMIT 30)
), aim AS (
    SELECT m.*, coalesce(%(qty)s::numeric, m.qty) AS wanted FROM meant m WHERE (SELECT count(*) FROM meant) = 1
), empty AS (
    SELECT l.id FROM aim JOIN location l ON l.warehouse_id = %(warehouse)s AND l.kind = 'bin' AND l.active
        AND l.frozen_by IS NULL AND (l.capacity_units IS NULL OR l.capacity_units >= aim.wanted)
    WHERE (SELECT true FROM stock_balance b WHERE b.location_id = l.id AND b.on_hand <> 0 LIMIT 1) IS NULL
    ORDER BY l.walk_position, length(l.address), l.address LIMIT 20
), mixed AS (
    SELECT l.id FROM aim JOIN location l ON l.warehouse_id = %(warehouse)s AND l.kind = 'bin' AND l.active
        AND l.frozen_by IS NULL AND l.mixing = 'any' AND (l.capacity_units IS NULL OR l.capacity_units >= aim.wanted
            + (SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b WHERE b.location_id = l.id))
    WHERE NOT EXISTS (SELECT FROM empty) ORDER BY l.walk_position, length(l.address), l.address LIMIT 20
), alike AS (
    SELECT DISTINCT l.id FROM aim JOIN stock_balance b ON b.warehouse_id = %(warehouse)s AND b.item_id = aim.item
        AND b.on_hand > 0
    JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.active LIMIT 100
), places AS (
    SELECT id FROM empty UNION SELECT id FROM mixed UNION SELECT id FROM alike
    UNION SELECT unnest(%(scanned)s::uuid[])
)
SELECT
    (SELECT count(*) FROM standing) AS standing,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key', s.key, 'location', s.location, 'address', s.address,
            'item', i.id, 'sku', i.sku, 'name', i.name, 'uom', i.base_uom, 'decimals', i.decimals,
            'tracked', i.tracking <> 'none', 'category', coalesce(c.name, ''), 'trace', s.trace,
            'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, ''), 'expiry', coalesce(t.expiry, t.best_before),
            'unit', s.unit, 'unit_number', coalesce(h.sscc, ''),
            'unit_keys', (SELECT count(*) FROM stock_balance b WHERE b.handling_unit_id = s.unit AND b.handling_unit_id <> nil()
                          AND b.on_hand <> 0),
            'owner', s.owner, 'status', s.status, 'qty', s.qty::text, 'packagings', units_of(i.id),
            'meant', s.key IN (SELECT key FROM meant)) ORDER BY s.since, s.key)
        FROM shown s JOIN item i ON i.id = s.item LEFT JOIN category c ON c.id = i.category_id
        LEFT JOIN trace t ON t.id = s.trace LEFT JOIN handling_unit h ON h.id = s.unit), '[]') AS goods,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address, 'zone', coalesce(z.name, ''),
            'kind', l.kind, 'walk', l.walk_position, 'frozen', l.frozen_by IS NOT NULL, 'mixing', l.mixing,
            'capacity_left', (l.capacity_units - b.held)::text, 'empty', b.held = 0,
            'same_item', coalesce(b.same_item, false), 'same_trace', coalesce(b.same_trace, false),
            'scanned', l.id = ANY (%(scanned)s::uuid[])))
        FROM places p JOIN location l ON l.id = p.id AND l.warehouse_id = %(warehouse)s AND l.active
        LEFT JOIN location z ON z.id = l.parent_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(x.on_hand), 0) AS held,
                bool_or(x.item_id = a.item) AS same_item, bool_or(x.item_id = a.item AND x.trace_id = a.trace) AS same_trace
            FROM stock_balance x LEFT JOIN aim a ON true WHERE x.location_id = l.id AND x.on_hand <> 0) b), '[]') AS bins,
    (SELECT rules FROM policy WHERE capability = 'putaway' AND scope = 'company' AND valid_from <= now()
     ORDER BY version DESC LIMIT 1) AS policy
