-- What a step of put-away needs to know, in one answer.
-- What waits stands at a dock, or in a tote or carton that no order wants any more (goods_to_put_back).
-- What stands to be put away: goods at docks, and in quarantine zones those that are free for use again.
-- What is meant: the goods of `key` (a stock key as text), or else those of the scanned items (narrowed by lot and
-- serial) or handling units, those with the lot or serial number `number`, or else, with `next`, the oldest ones that are not in `skip`. scanned: ids of locations;
-- proposed: the bin that was proposed before; qty: the part to put away, NULL for all. Quantities in base units, as
-- text; weights in kg, volumes in litres, lengths in mm.
-- Bins are read only where exactly one stock key is meant (putaway_candidates, where `thorough` is explained). `seen`: what lies in a bin now.
-- Relies on location_warehouse, location_choice, stock_balance_location, stock_balance_pkey.
WITH standing AS (
    SELECT concat_ws('/', b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status) AS key,
        b.location_id AS location, l.address, l.parent_id AS zone, b.item_id AS item, b.trace_id AS trace,
        b.handling_unit_id AS unit, b.owner_id AS owner, b.status, b.on_hand - b.reserved AS qty,
        b.first_received_at AS since
    FROM location l JOIN stock_balance b ON b.location_id = l.id AND b.on_hand > b.reserved
    WHERE l.warehouse_id = %(warehouse)s AND l.kind = 'dock' AND l.active
    UNION ALL
    SELECT concat_ws('/', b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status), b.location_id, l.address,
        z.id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, b.on_hand - b.reserved, b.first_received_at
    FROM location z JOIN location l ON l.parent_id = z.id AND l.kind = 'bin' AND l.active
    JOIN stock_balance b ON b.location_id = l.id AND b.on_hand > b.reserved AND b.status = 'available'
    WHERE z.warehouse_id = %(warehouse)s AND z.kind = 'zone' AND z.purpose = 'quarantine'
    UNION ALL
    SELECT concat_ws('/', b.location_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status),
        b.location_id, l.address, l.parent_id, b.item_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, b.qty,
        b.first_received_at
    FROM goods_to_put_back(%(warehouse)s) b JOIN location l ON l.id = b.location_id
), asked AS (
    SELECT s.* FROM standing s LEFT JOIN trace t ON t.id = s.trace
    WHERE CASE WHEN %(key)s <> '' THEN s.key = %(key)s
        ELSE s.item = ANY (%(items)s::uuid[]) AND coalesce(%(lot)s IN ('', t.lot), false)
             AND coalesce(%(serial)s IN ('', t.serial), false)
          OR s.unit = ANY (%(units)s::uuid[])
          OR %(number)s <> '' AND coalesce(%(number)s IN (t.lot, t.serial), false) END
), oldest AS (
    SELECT * FROM standing WHERE %(next)s AND NOT key = ANY (%(skip)s::text[])
    ORDER BY since, key LIMIT 1
), meant AS (
    SELECT * FROM asked UNION SELECT * FROM oldest
), shown AS (
    SELECT * FROM meant UNION (SELECT * FROM standing ORDER BY since, key LIMIT 30)
), aim AS MATERIALIZED (
    SELECT m.*, coalesce(h.kind, '') AS kind, putaway_candidates(%(warehouse)s, m.item, coalesce(%(qty)s::numeric, m.qty),
        coalesce(h.kind, ''), %(thorough)s) AS bins
    FROM meant m LEFT JOIN handling_unit h ON h.id = m.unit WHERE (SELECT count(*) FROM meant) = 1
)
SELECT
    (SELECT count(*) FROM standing) AS standing,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key', s.key, 'location', s.location, 'address', s.address,
            'item', i.id, 'sku', i.sku, 'name', i.name, 'uom', i.base_uom, 'decimals', i.decimals,
            'tracked', i.tracking <> 'none', 'category', coalesce(c.full_name, ''), 'trace', s.trace,
            'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, ''), 'expiry', coalesce(t.expiry, t.best_before),
            'unit', s.unit, 'unit_number', coalesce(h.sscc, ''),
            'unit_keys', CASE WHEN h.kind = 'tote' OR k.id IS NOT NULL THEN 0 ELSE (SELECT count(*) FROM stock_balance b
                WHERE b.handling_unit_id = s.unit AND b.handling_unit_id <> nil() AND b.on_hand <> 0) END,
            'owner', s.owner, 'owner_code', coalesce(o.code, ''), 'status', s.status, 'qty', s.qty::text,
            'packagings', coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]'), 'abc', coalesce(r.abc, ''), 'turnover', r.percent,
            'temperature', i.temperature_class, 'hazard', i.hazard_class, 'weight_kg', z.weight_kg::text,
            'awaiting_inspection', awaits_inspection(%(warehouse)s, i.id, s.trace, s.owner, s.status), 'volume_l', z.volume_l::text, 'height_mm', z.height_mm, 'zone', s.zone,
            'categories', to_jsonb(coalesce(c.path, '{}')),
            'meant', s.key IN (SELECT key FROM meant)) ORDER BY s.since, s.key)
        FROM shown s JOIN item i ON i.id = s.item LEFT JOIN category c ON c.id = i.category_id
        LEFT JOIN trace t ON t.id = s.trace LEFT JOIN handling_unit h ON h.id = s.unit
        LEFT JOIN parcel k ON k.handling_unit_id = s.unit
        LEFT JOIN partner o ON o.id = s.owner
        LEFT JOIN item_turnover r ON r.warehouse_id = %(warehouse)s AND r.item_id = i.id
        CROSS JOIN LATERAL size_of_item(i.id, coalesce(h.kind, '')) z), '[]') AS goods,
    putaway_bins(%(warehouse)s, (SELECT item FROM aim), (SELECT trace FROM aim), (SELECT owner FROM aim),
        coalesce((SELECT bins FROM aim), '{}') || %(proposed)s::uuid, %(scanned)s::uuid[]) AS bins,
    (SELECT policies_for('putaway', ARRAY[a.item, a.owner, a.zone, %(warehouse)s]
            || coalesce((SELECT c.path FROM item i JOIN category c ON c.id = i.category_id WHERE i.id = a.item), '{}'))
     FROM aim a) AS policies,
    (SELECT to_jsonb(w) || jsonb_build_object('open', w.open::text)
     FROM aim a, waiting_for(%(warehouse)s, a.item, a.trace, a.owner, a.status) w) AS waits
