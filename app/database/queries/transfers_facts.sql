-- What sending a transfer needs to know: its lines with what is still to be sent, and the goods that may go.
-- document: its id. Quantities in base units, as text. `mine`: reserved for this line already; `free`: for nobody.
-- `weight_kg`: of all that lies there, where pieces are weighed.
-- Goods that do not keep until the day they are due are left out. Relies on document_line_document_id_line_no_key,
-- stock_balance_pkey, reservation_key.
WITH wanting AS (
    SELECT l.id, l.item_id, l.line_no, d.warehouse_id, l.base_qty - coalesce((SELECT p.qty FROM line_progress p
        WHERE p.document_line_id = l.id AND p.step = 'shipped'), 0) AS open
    FROM document d JOIN document_line l ON l.document_id = d.id
    WHERE d.id = %(document)s AND d.kind = 'transfer' AND NOT l.closed
)
SELECT d.id, d.number, d.warehouse_id AS source, d.to_warehouse_id AS target,
    (SELECT id FROM location WHERE warehouse_id = d.warehouse_id AND kind = 'transit' LIMIT 1) AS transit,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'item', i.id, 'sku', i.sku, 'open', w.open::text,
            'catch_weight', i.catch_weight)
            ORDER BY w.line_no)
        FROM wanting w JOIN item i ON i.id = w.item_id WHERE w.open > 0), '[]') AS lines,
    coalesce((SELECT jsonb_agg(jsonb_build_object('line', s.line, 'location', s.location_id, 'trace', s.trace_id,
            'unit', s.handling_unit_id, 'owner', s.owner_id, 'status', s.status, 'on_hand', s.on_hand::text,
            'mine', s.mine::text, 'free', (s.on_hand - s.reserved)::text,
            'weight_kg', nullif(s.weight_kg, 0)::text)
            ORDER BY s.mine = 0, s.keeps NULLS LAST, s.handling_unit_id <> nil(), s.first_received_at, s.walk_position)
        FROM (
            SELECT w.id AS line, b.*, l.walk_position, coalesce(t.expiry, t.best_before) AS keeps,
                coalesce((SELECT r.qty FROM reservation r WHERE r.demand_line_id = w.id AND r.item_id = b.item_id
                    AND r.location_id = b.location_id AND r.trace_id = b.trace_id
                    AND r.handling_unit_id = b.handling_unit_id AND r.owner_id = b.owner_id
                    AND r.status = b.status), 0) AS mine
            FROM wanting w JOIN stock_balance b ON b.warehouse_id = w.warehouse_id AND b.item_id = w.item_id
            JOIN location l ON l.id = b.location_id AND l.kind IN ('bin', 'dock', 'staging') AND l.active
                AND l.frozen_by IS NULL
            LEFT JOIN trace t ON t.id = b.trace_id
            WHERE w.open > 0 AND b.status = 'available' AND b.owner_id = nil() AND b.on_hand > 0
              AND coalesce(coalesce(t.expiry, t.best_before) >= keeps_until(w.id), true)
        ) s WHERE s.mine > 0 OR s.on_hand > s.reserved), '[]') AS stock
FROM document d WHERE d.id = %(document)s
