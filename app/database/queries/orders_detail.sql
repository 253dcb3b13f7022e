-- Everything about one customer's order that the desk looks at. document: its id. Quantities in base units beside those in
-- the unit of the line, as text. `promised`: soft claims; `inbound`: what is awaited next of the item, with its day;
-- `instead`: other goods that could go in the item's place. Relies on document_line_document_id_line_no_key,
-- reservation_pkey, line_progress_pkey, order_change_document.
SELECT
    coalesce((SELECT jsonb_agg(jsonb_build_object(
            'id', l.id, 'line', l.line_no, 'item', i.id, 'sku', i.sku, 'name', i.name, 'unit', l.uom,
            'quantity', l.qty::text, 'base_unit', i.base_uom, 'decimals', i.decimals, 'price', l.unit_price::text,
            'bundle', coalesce((SELECT b.sku FROM item b WHERE b.id = l.bundle_id), ''), 'bundle_line', l.bundle_no,
            'progress', jsonb_build_object('asked', l.base_qty::text, 'closed', l.closed,
                'reserved', coalesce(h.bins, 0)::text, 'picked', coalesce(h.totes, 0)::text,
                'packed', coalesce(h.cartons, 0)::text, 'shipped', coalesce(g.qty, 0)::text),
            'promised', coalesce((SELECT sum(x.qty) FROM promise x WHERE x.demand_line_id = l.id), 0)::text,
            'kept', coalesce((SELECT jsonb_agg(jsonb_build_object('place', p.address, 'qty', r.qty::text,
                    'lot', coalesce(nullif(t.lot, ''), t.serial, ''), 'unit', coalesce(u.sscc, '')) ORDER BY p.walk_position, p.address)
                FROM reservation r JOIN location p ON p.id = r.location_id LEFT JOIN trace t ON t.id = r.trace_id
                LEFT JOIN handling_unit u ON u.id = r.handling_unit_id WHERE r.demand_line_id = l.id), '[]'),
            'awaited', (SELECT jsonb_build_object('number', pd.number, 'due', pd.due,
                    'qty', (pl.base_qty - coalesce(pg.qty, 0))::text)
                FROM document_line pl JOIN document pd ON pd.id = pl.document_id
                LEFT JOIN line_progress pg ON pg.document_line_id = pl.id AND pg.step = 'received'
                WHERE pl.item_id = l.item_id AND pd.warehouse_id = d.warehouse_id AND pd.decision = 'released'
                  AND pd.kind = 'purchase_order' AND NOT pl.closed AND pl.base_qty > coalesce(pg.qty, 0)
                ORDER BY pd.due NULLS LAST, pd.number LIMIT 1),
            'instead', CASE WHEN may('see_stock', d.warehouse_id) THEN ARRAY(SELECT s.sku
                FROM substitutes_of(l.item_id, d.warehouse_id, d.owner_id) s) ELSE '{}' END,
            'lot', coalesce(v.lot, ''), 'minimum_days', v.minimum_days) ORDER BY l.line_no)
        FROM document_line l JOIN item i ON i.id = l.item_id LEFT JOIN line_wish v ON v.document_line_id = l.id
        LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'shipped'
        CROSS JOIN LATERAL (SELECT sum(r.qty) FILTER (WHERE p.kind NOT IN ('tote', 'staging')) AS bins,
                sum(r.qty) FILTER (WHERE p.kind = 'tote') AS totes, sum(r.qty) FILTER (WHERE p.kind = 'staging') AS cartons
            FROM reservation r JOIN location p ON p.id = r.location_id WHERE r.demand_line_id = l.id) h
        WHERE l.document_id = d.id), '[]') AS lines,
    coalesce((SELECT jsonb_agg(jsonb_build_object('kind', h.kind, 'note', h.note, 'person', p.name, 'at', h.held_at)
            ORDER BY h.held_at) FROM order_hold h JOIN person p ON p.id = h.held_by
        WHERE h.document_id = d.id AND h.lifted_at IS NULL), '[]') AS holds,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', c.at, 'person', p.name, 'station', coalesce(s.name, ''),
            'what', c.what, 'reason', c.reason, 'detail', c.detail) ORDER BY c.at DESC)
        FROM order_change c JOIN person p ON p.id = c.person_id LEFT JOIN station s ON s.id = c.station_id
        WHERE c.document_id = d.id), '[]') AS changes,
    jsonb_build_object('reference', d.reference, 'due', d.due, 'ship_to', coalesce(o.ship_to, '{}'),
        'carrier', coalesce(o.carrier, 'house'), 'service', coalesce(o.service, 'STANDARD'), 'cut_off', o.cut_off,
        'requested', o.requested, 'priority', coalesce(o.priority, 0), 'complete_only', coalesce(o.complete_only, false),
        'gift', coalesce(o.gift, false),
        'gift_note', coalesce(o.gift_note, ''), 'note', coalesce(o.note, '')) AS head,
    d.warehouse_id AS warehouse, nullif(d.owner_id, nil()) AS owner,
    coalesce((SELECT g.name FROM partner g WHERE g.id = d.owner_id), '') AS owner_name
FROM document d LEFT JOIN customer_order o ON o.document_id = d.id WHERE d.id = %(document)s
