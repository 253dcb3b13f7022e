-- What making kits of an order needs to know: the kit, how many are asked and made, its parts, and the goods that may go
-- into them, first expired first. document: the order's id. Quantities in base units, as text; `free`: of nobody's claim.
-- Relies on document_line_document_id_line_no_key, kit_part_pkey, stock_balance_pkey.
SELECT d.id, d.number, d.warehouse_id AS warehouse, w.code AS site, d.decision, d.due, l.id AS line, i.id AS kit, i.sku,
    i.name, i.base_uom AS uom, i.decimals, i.tracking, i.catch_weight, l.base_qty AS asked,
    coalesce((SELECT p.qty FROM line_progress p WHERE p.document_line_id = l.id AND p.step = 'produced'), 0) AS made,
    coalesce((SELECT jsonb_agg(jsonb_build_object('item', k.item_id, 'sku', c.sku, 'name', c.name, 'uom', c.base_uom,
            'decimals', c.decimals, 'catch_weight', c.catch_weight, 'qty', k.qty::text, 'makes', k.makes::text)
            ORDER BY c.sku)
        FROM kit_part k JOIN item c ON c.id = k.item_id WHERE k.document_line_id = l.id), '[]') AS parts,
    coalesce((SELECT jsonb_agg(jsonb_build_object('item', b.item_id, 'location', b.location_id, 'trace', b.trace_id,
            'unit', b.handling_unit_id, 'on_hand', b.on_hand::text, 'free', (b.on_hand - b.reserved)::text,
            'weight_kg', nullif(b.weight_kg, 0)::text)
            ORDER BY coalesce(t.expiry, t.best_before) NULLS LAST, b.handling_unit_id <> nil(), b.first_received_at,
                p.walk_position)
        FROM kit_part k JOIN stock_balance b ON b.warehouse_id = d.warehouse_id AND b.item_id = k.item_id
        JOIN location p ON p.id = b.location_id AND p.kind IN ('bin', 'dock', 'staging') AND p.active
            AND p.frozen_by IS NULL
        JOIN warehouse h ON h.id = d.warehouse_id LEFT JOIN trace t ON t.id = b.trace_id
        WHERE k.document_line_id = l.id AND b.status = 'available' AND b.owner_id = nil() AND b.on_hand > b.reserved
          AND coalesce(coalesce(t.expiry, t.best_before) >= (now() AT TIME ZONE h.time_zone)::date, true)),
        '[]') AS stock
FROM document d JOIN warehouse w ON w.id = d.warehouse_id JOIN document_line l ON l.document_id = d.id
JOIN item i ON i.id = l.item_id
WHERE d.id = %(document)s
