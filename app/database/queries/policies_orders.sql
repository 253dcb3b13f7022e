-- Customers' orders that are still to be packed, for trying rules about extras and counting: the newest first, each with its goods. Values in
-- the company's currency, quantities in base units. `about` names the customer, by whom a policy is chosen.
-- warehouse: its id; most: how many. Relies on document_work and document_line_document_id_line_no_key.
SELECT d.number, coalesce(p.code, '') AS partner, d.partner_id, coalesce(c.carrier, '') AS carrier,
    coalesce(c.service, '') AS service, coalesce(c.ship_to ->> 'country', '') AS country,
    d.partner_id IS NOT NULL AND NOT EXISTS (SELECT FROM document o WHERE o.kind = 'order' AND o.partner_id = d.partner_id
        AND o.created_at < d.created_at AND o.decision <> 'cancelled') AS first_order,
    coalesce(c.gift_note, '') <> '' AS gift, (now() AT TIME ZONE w.time_zone)::date AS today,
    coalesce(sum(l.unit_price * l.qty), 0) AS value, sum(l.base_qty) AS pieces,
    jsonb_agg(jsonb_build_object('sku', i.sku, 'item', i.id, 'category', coalesce(y.full_name, ''),
        'categories', coalesce(to_jsonb(y.path), '[]'), 'hazard', i.hazard_class, 'fragile', item_is(i, 'fragile'),
        'tracking', i.tracking, 'pieces', l.base_qty::text, 'price', coalesce(l.unit_price * l.qty / l.base_qty, 0)::text)
        ORDER BY l.line_no) AS goods
FROM document d JOIN warehouse w ON w.id = d.warehouse_id JOIN document_line l ON l.document_id = d.id AND NOT l.closed
JOIN item i ON i.id = l.item_id LEFT JOIN category y ON y.id = i.category_id LEFT JOIN partner p ON p.id = d.partner_id
LEFT JOIN customer_order c ON c.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('draft', 'released', 'held')
GROUP BY d.id, p.code, c.document_id, w.time_zone ORDER BY d.created_at DESC LIMIT %(most)s
