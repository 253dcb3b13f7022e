-- The whole way of one lot or serial number: the lots it was made of, those it went into, where all of them came from,
-- lie and went to, and which units they were repacked from and into. trace: its id. Quantities in base units, as text; what was taken back is not counted.
-- Links come from genealogy, as deep as they go (ten at most); goods without lots end a branch.
-- Relies on stock_move_trace, genealogy_pkey, genealogy_produced, stock_balance_trace, posting_pkey.
WITH RECURSIVE link AS (
    SELECT g.consumed_move, g.produced_move, g.qty FROM genealogy g
), forward AS (
    SELECT t.id AS trace, t.item_id AS item, 0 AS depth, NULL::uuid AS source, 0::numeric AS qty, ARRAY[t.id] AS path
    FROM trace t WHERE t.id = %(trace)s
    UNION ALL
    SELECT p.trace_id, p.item_id, f.depth + 1, f.trace, g.qty, f.path || p.trace_id
    FROM forward f JOIN stock_move c ON c.trace_id = f.trace AND c.trace_id <> nil() AND c.reverses IS NULL
    JOIN link g ON g.consumed_move = c.id JOIN stock_move p ON p.id = g.produced_move
    WHERE f.depth < 10 AND NOT p.trace_id = ANY (f.path)
      AND NOT EXISTS (SELECT FROM posting x WHERE x.reverses = c.posting_id)
), backward AS (
    SELECT t.id AS trace, t.item_id AS item, 0 AS depth, NULL::uuid AS target, 0::numeric AS qty, ARRAY[t.id] AS path
    FROM trace t WHERE t.id = %(trace)s
    UNION ALL
    SELECT c.trace_id, c.item_id, b.depth + 1, b.trace, g.qty, b.path || c.trace_id
    FROM backward b JOIN stock_move p ON p.trace_id = b.trace AND p.trace_id <> nil() AND p.reverses IS NULL
    JOIN link g ON g.produced_move = p.id JOIN stock_move c ON c.id = g.consumed_move
    WHERE b.depth < 10 AND NOT c.trace_id = ANY (b.path)
      AND NOT EXISTS (SELECT FROM posting x WHERE x.reverses = p.posting_id)
), made_of AS (
    SELECT trace, item, min(depth) AS depth, sum(qty) AS qty FROM backward WHERE depth > 0 GROUP BY 1, 2
), went_into AS (
    SELECT trace, item, min(depth) AS depth, sum(qty) AS qty FROM forward WHERE depth > 0 GROUP BY 1, 2
), came AS (
    SELECT m.trace_id AS trace, m.item_id AS item, m.kind, m.document_line_id AS line, m.warehouse_id,
        min(m.effective_at) AS at, sum(CASE WHEN m.reverses IS NULL THEN m.qty ELSE -m.qty END) AS qty
    FROM stock_move m JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id
    WHERE m.trace_id IN (SELECT %(trace)s UNION SELECT trace FROM made_of) AND m.trace_id <> nil()
      AND CASE WHEN m.reverses IS NULL THEN NOT f.stock_keeping AND t.stock_keeping
          ELSE f.stock_keeping AND NOT t.stock_keeping END
    GROUP BY 1, 2, 3, 4, 5
), went AS (
    SELECT m.trace_id AS trace, m.item_id AS item, m.kind, m.document_line_id AS line, m.warehouse_id,
        max(m.effective_at) AS at, sum(CASE WHEN m.reverses IS NULL THEN m.qty ELSE -m.qty END) AS qty,
        string_agg(DISTINCT u.sscc, ', ') AS units
    FROM stock_move m JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id
    LEFT JOIN handling_unit u ON u.id = CASE WHEN m.reverses IS NULL THEN m.to_handling_unit_id ELSE m.from_handling_unit_id END
    WHERE m.trace_id IN (SELECT %(trace)s UNION SELECT trace FROM went_into) AND m.trace_id <> nil()
      AND CASE WHEN m.reverses IS NULL THEN f.stock_keeping AND NOT t.stock_keeping
          ELSE NOT f.stock_keeping AND t.stock_keeping END
    GROUP BY 1, 2, 3, 4, 5
)
SELECT
    (SELECT jsonb_build_object('id', t.id, 'sku', i.sku, 'name', i.name, 'uom', i.base_uom, 'lot', t.lot,
            'serial', t.serial, 'expiry', t.expiry, 'best_before', t.best_before)
        FROM trace t JOIN item i ON i.id = t.item_id WHERE t.id = %(trace)s) AS trace,
    coalesce((SELECT jsonb_agg(jsonb_build_object('warehouse', w.code, 'status', h.status, 'reason', h.reason,
            'person', p.name, 'at', h.at) ORDER BY w.code)
        FROM trace_hold h JOIN warehouse w ON w.id = h.warehouse_id JOIN person p ON p.id = h.person_id
        WHERE h.trace_id = %(trace)s AND h.status <> 'available'), '[]') AS holds,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'qty', m.qty::text, 'uom', i.base_uom, 'depth', m.depth) ORDER BY m.depth, i.sku, t.lot)
        FROM made_of m JOIN item i ON i.id = m.item LEFT JOIN trace t ON t.id = m.trace), '[]') AS made_of,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'qty', m.qty::text, 'uom', i.base_uom, 'depth', m.depth) ORDER BY m.depth, i.sku, t.lot)
        FROM went_into m JOIN item i ON i.id = m.item LEFT JOIN trace t ON t.id = m.trace), '[]') AS went_into,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'kind', c.kind, 'document', coalesce(d.number, ''), 'partner', coalesce(p.name, ''),
            'warehouse', w.code, 'qty', c.qty::text, 'uom', i.base_uom, 'at', c.at, 'units', '') ORDER BY c.at, i.sku)
        FROM came c JOIN item i ON i.id = c.item JOIN trace t ON t.id = c.trace JOIN warehouse w ON w.id = c.warehouse_id
        LEFT JOIN document_line l ON l.id = c.line LEFT JOIN document d ON d.id = l.document_id
        LEFT JOIN partner p ON p.id = d.partner_id WHERE c.qty <> 0), '[]') AS came_from,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'kind', c.kind, 'document', coalesce(d.number, ''), 'partner', coalesce(p.name, ''),
            'warehouse', w.code, 'qty', c.qty::text, 'uom', i.base_uom, 'at', c.at, 'units', coalesce(c.units, ''))
            ORDER BY c.at, i.sku)
        FROM went c JOIN item i ON i.id = c.item JOIN trace t ON t.id = c.trace JOIN warehouse w ON w.id = c.warehouse_id
        LEFT JOIN document_line l ON l.id = c.line LEFT JOIN document d ON d.id = l.document_id
        LEFT JOIN partner p ON p.id = d.partner_id WHERE c.qty <> 0), '[]') AS went_to,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'place', l.address, 'unit', coalesce(u.sscc, ''), 'status', b.status,
            'owner', coalesce(o.code, ''), 'qty', b.on_hand::text, 'reserved', b.reserved::text, 'uom', i.base_uom)
            ORDER BY i.sku, l.address, u.sscc)
        FROM stock_balance b JOIN item i ON i.id = b.item_id JOIN location l ON l.id = b.location_id
        JOIN trace t ON t.id = b.trace_id LEFT JOIN handling_unit u ON u.id = b.handling_unit_id
        LEFT JOIN partner o ON o.id = b.owner_id
        WHERE b.on_hand <> 0 AND b.trace_id <> nil()
          AND b.trace_id IN (SELECT %(trace)s UNION SELECT trace FROM went_into)), '[]') AS lies,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'lot', concat_ws(' ', nullif(t.lot, ''),
            nullif(t.serial, '')), 'from_unit', coalesce(f.sscc, ''), 'to_unit', coalesce(g.sscc, ''),
            'qty', m.qty::text, 'uom', i.base_uom, 'at', m.effective_at, 'person', w.name) ORDER BY m.effective_at, m.id)
        FROM stock_move m JOIN genealogy k ON k.consumed_move = m.id AND k.produced_move = m.id
        JOIN posting p ON p.id = m.posting_id JOIN person w ON w.id = p.person_id
        JOIN item i ON i.id = m.item_id JOIN trace t ON t.id = m.trace_id
        LEFT JOIN handling_unit f ON f.id = m.from_handling_unit_id
        LEFT JOIN handling_unit g ON g.id = m.to_handling_unit_id
        WHERE m.trace_id <> nil() AND m.trace_id IN (SELECT %(trace)s UNION SELECT trace FROM went_into)
          AND m.reverses IS NULL AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses = m.id)), '[]') AS repacked
