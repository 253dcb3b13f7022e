-- What a return needs to know: which way it goes, its lines, how far they are, and, for one that goes back to a supplier,
-- the goods that may go. document: its id. Quantities in base units, as text; goods that were set aside come first.
-- Relies on document_line_document_id_line_no_key, stock_balance_pkey.
SELECT d.id, d.number, d.warehouse_id AS warehouse, g.direction, d.decision, p.code AS partner,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'item', i.id, 'sku', i.sku, 'name', i.name,
            'unit', i.base_uom, 'catch_weight', i.catch_weight, 'asked', l.base_qty::text, 'done', coalesce((
                SELECT sum(x.qty) FROM line_progress x WHERE x.document_line_id = l.id
                    AND x.step IN ('received', 'returned')), 0)::text) ORDER BY l.line_no)
        FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = d.id), '[]') AS lines,
    coalesce((SELECT jsonb_agg(jsonb_build_object('item', b.item_id, 'location', b.location_id, 'trace', b.trace_id,
            'unit', b.handling_unit_id, 'status', b.status, 'on_hand', b.on_hand::text,
            'free', (b.on_hand - b.reserved)::text, 'weight_kg', nullif(b.weight_kg, 0)::text)
            ORDER BY b.status = 'available', b.first_received_at, o.walk_position)
        FROM (SELECT DISTINCT item_id FROM document_line WHERE document_id = d.id) k
        JOIN stock_balance b ON b.warehouse_id = d.warehouse_id AND b.item_id = k.item_id
        JOIN location o ON o.id = b.location_id AND o.kind IN ('bin', 'dock', 'staging') AND o.active
            AND o.frozen_by IS NULL
        WHERE g.direction = 'out' AND b.owner_id = nil() AND b.on_hand > b.reserved), '[]') AS stock
FROM document d JOIN goods_return g ON g.document_id = d.id LEFT JOIN partner p ON p.id = d.partner_id
WHERE d.id = %(document)s
