-- What is behind a scanned code: the records themselves, and the stock that belongs to them; read only.
-- items, places, units, documents, parcels: ids; lot, serial: narrow the stock of items ('' for any).
-- Quantities in base units, weights in kg, as text. At most 200 rows of stock; a bin's and an item's own order.
-- Relies on item_pkey, stock_balance_pkey, stock_balance_location, stock_balance_unit, document_pkey, parcel_pkey.
SELECT
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', i.id, 'sku', i.sku, 'name', i.name, 'unit', i.base_uom,
            'tracking', i.tracking, 'state', i.state, 'weight', i.weight_mean_kg::text,
            'category', coalesce(c.name, ''),
            'to_promise', CASE WHEN may('see_stock', %(warehouse)s)
                THEN (SELECT a.available::text FROM available_to_promise(%(warehouse)s, ARRAY[i.id]) a) END,
            'substitutes', CASE WHEN may('see_stock', %(warehouse)s)
                THEN ARRAY(SELECT s.available || ' × ' || s.sku FROM substitutes_of(i.id, %(warehouse)s) s) ELSE '{}' END,
            'packagings', coalesce((SELECT jsonb_agg(jsonb_build_object('unit', u.uom,
                    'factor', (u.numerator::numeric / u.denominator)::text) ORDER BY u.uom)
                FROM item_uom u WHERE u.item_id = i.id), '[]')) ORDER BY i.sku)
        FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE i.id = ANY (%(items)s::uuid[])), '[]') AS items,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address, 'kind', l.kind,
            'active', l.active, 'frozen', l.frozen_by IS NOT NULL) ORDER BY l.address)
        FROM location l WHERE l.id = ANY (%(places)s::uuid[])), '[]') AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', h.id, 'number', h.sscc, 'kind', h.kind,
            'place', coalesce(l.address, ''), 'parent', coalesce(p.sscc, ''), 'state', unit_state(h.id)) ORDER BY h.sscc)
        FROM handling_unit h LEFT JOIN location l ON l.id = h.location_id LEFT JOIN handling_unit p ON p.id = h.parent_id
        WHERE h.id = ANY (%(units)s::uuid[])), '[]') AS units,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'kind', d.kind,
            'reference', d.reference, 'decision', d.decision, 'partner', coalesce(p.name, ''), 'due', d.due,
            'lines', coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'unit', i.base_uom,
                    'ordered', l.base_qty::text, 'closed', l.closed,
                    'progress', coalesce((SELECT jsonb_object_agg(g.step, g.qty::text) FROM line_progress g
                        WHERE g.document_line_id = l.id AND g.qty <> 0), '{}')) ORDER BY l.line_no)
                FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = d.id), '[]')) ORDER BY d.number)
        FROM document d LEFT JOIN partner p ON p.id = d.partner_id
        WHERE d.id = ANY (%(documents)s::uuid[])), '[]') AS documents,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', k.id, 'unit', k.handling_unit_id, 'sscc', u.sscc,
            'state', k.state, 'tracking', coalesce(k.tracking, ''), 'document', d.number, 'carrier', carrier_called(k.carrier),
            'service', service_called(k.carrier, k.service), 'weight', k.weight_kg::text, 'partner', coalesce(p.name, '')))
        FROM parcel k JOIN handling_unit u ON u.id = k.handling_unit_id JOIN document d ON d.id = k.document_id
        LEFT JOIN partner p ON p.id = d.partner_id
        WHERE k.id = ANY (%(parcels)s::uuid[]) OR k.handling_unit_id = ANY (%(units)s::uuid[])), '[]') AS parcels,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT b.item_id AS item, b.location_id AS location, b.handling_unit_id AS unit_id, i.sku, l.address AS place,
            coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial, coalesce(t.expiry, t.best_before) AS expiry,
            coalesce(h.sscc, '') AS unit, b.status, b.on_hand::text AS on_hand, b.reserved::text AS reserved,
            i.base_uom AS uom
        FROM (SELECT * FROM stock_balance WHERE location_id = ANY (%(places)s::uuid[])
              UNION SELECT * FROM stock_balance
              WHERE handling_unit_id <> nil() AND handling_unit_id = ANY (%(units)s::uuid[]
                  || ARRAY(SELECT handling_unit_id FROM parcel WHERE id = ANY (%(parcels)s::uuid[])))
              UNION SELECT x.* FROM stock_balance x LEFT JOIN trace n ON n.id = x.trace_id
              WHERE x.item_id = ANY (%(items)s::uuid[]) AND %(lot)s::text IN ('', n.lot)
                  AND %(serial)s::text IN ('', n.serial)) b
        JOIN item i ON i.id = b.item_id JOIN location l ON l.id = b.location_id
        LEFT JOIN trace t ON t.id = b.trace_id LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
        WHERE b.on_hand <> 0
        ORDER BY i.sku, l.walk_position, l.address, t.expiry, t.lot, t.serial LIMIT 200) x), '[]') AS stock
