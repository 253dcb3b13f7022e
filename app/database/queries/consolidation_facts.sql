-- What bringing totes together needs to know, in one answer.
-- warehouse: the run's; totes: ids of handling units; places: ids of locations that were scanned. Quantities in base units,
-- as text. `lane` of an order: where a tote of it stands apart from the carts, else what its walks say, else the first
-- place for totes beside the carts'. Relies on stock_balance_unit, reservation_pkey, batch_slot_order, task_line.
WITH inside AS (
    SELECT r.handling_unit_id AS tote, l.document_id, l.id AS line, r.item_id, r.trace_id, sum(r.qty) AS qty
    FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
    WHERE r.handling_unit_id = ANY (%(totes)s::uuid[]) AND r.qty > 0 GROUP BY 1, 2, 3, 4, 5
), orders AS (
    SELECT DISTINCT document_id FROM inside
), carts AS (
    SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'tote' AND active
    ORDER BY walk_position, address LIMIT 1
), standing AS (
    SELECT DISTINCT l.document_id, u.id AS tote, u.sscc AS number, b.id AS place, b.address
    FROM orders o JOIN document_line l ON l.document_id = o.document_id
    JOIN reservation r ON r.demand_line_id = l.id AND r.qty > 0 AND r.handling_unit_id <> nil()
    JOIN location b ON b.id = r.location_id AND b.kind = 'tote' JOIN handling_unit u ON u.id = r.handling_unit_id
)
SELECT
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind, 'place', b.id,
            'address', coalesce(b.address, ''),
            'goods', coalesce((SELECT jsonb_agg(jsonb_build_object('line', n.line, 'order', n.document_id, 'item', i.id,
                    'sku', i.sku, 'name', i.name, 'uom', i.base_uom, 'decimals', i.decimals, 'tracking', i.tracking,
                    'packagings', coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]'),
                    'trace', n.trace_id,
                    'number', coalesce(nullif(x.serial, ''), x.lot, ''), 'qty', n.qty::text) ORDER BY i.sku, n.document_id)
                FROM inside n JOIN item i ON i.id = n.item_id LEFT JOIN trace x ON x.id = n.trace_id
                WHERE n.tote = u.id), '[]')))
        FROM handling_unit u LEFT JOIN location b ON b.id = u.location_id
        WHERE u.id = ANY (%(totes)s::uuid[]) AND u.warehouse_id = %(warehouse)s), '[]') AS totes,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'decision', d.decision,
            'open', (SELECT count(*) FROM task t JOIN document_line l ON l.id = t.document_line_id
                     WHERE l.document_id = d.id AND t.kind = 'pick' AND t.state = 'open'),
            'slot', coalesce(s.slot, 0), 'tote', s.tote_id, 'tote_number', coalesce(u.sscc, ''),
            'shared', coalesce(s.mode = 'sort', false), 'lane', lane.id, 'lane_address', coalesce(lane.address, ''),
            'totes', coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.tote, 'number', t.number, 'place', t.place,
                'address', t.address) ORDER BY t.number) FROM standing t WHERE t.document_id = d.id), '[]')) ORDER BY d.number)
        FROM orders o JOIN document d ON d.id = o.document_id
        LEFT JOIN LATERAL (SELECT k.slot, k.tote_id, b.mode, b.lane_id FROM batch_slot k JOIN batch b ON b.document_id = k.batch_id
            WHERE k.order_id = d.id ORDER BY b.document_id DESC LIMIT 1) s ON true
        LEFT JOIN handling_unit u ON u.id = s.tote_id
        LEFT JOIN LATERAL (SELECT l.id, l.address FROM location l WHERE l.id = coalesce(
            (SELECT t.place FROM standing t WHERE t.document_id = d.id AND t.place <> (SELECT id FROM carts) LIMIT 1),
            s.lane_id, (SELECT x.id FROM location x WHERE x.warehouse_id = %(warehouse)s AND x.kind = 'tote' AND x.active
                AND x.id <> (SELECT id FROM carts) ORDER BY x.walk_position, x.address LIMIT 1))) lane ON true), '[]') AS orders,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address, 'kind', l.kind,
            'carts', l.id = (SELECT id FROM carts)))
        FROM location l WHERE l.id = ANY (%(places)s::uuid[]) AND l.warehouse_id = %(warehouse)s), '[]') AS places,
    coalesce((SELECT address FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active
              ORDER BY walk_position, address LIMIT 1), '') AS packing
