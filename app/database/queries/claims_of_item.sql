-- Who claims goods of an item in a warehouse, and how firmly: what is reserved, promised, only wanted, and what lines lost
-- within the last 30 days. warehouse, item: ids. Quantities in base units; key tells the rows apart. conditions: what each
-- row must hold; position, behind, order: of a page (paging.py); most: its length.
-- Relies on reservation_key, promise_item, document_line_item, claim_loss_item.
SELECT c.*, d.number AS document, d.kind AS document_kind, d.decision, d.due, l.line_no, coalesce(p.code, '') AS customer_code,
    coalesce(p.name, w.code, '') AS customer, i.base_uom AS unit, i.decimals, coalesce(t.lot, '') AS lot,
    coalesce(t.serial, '') AS serial, coalesce(t.expiry, t.best_before) AS expiry, coalesce(h.sscc, '') AS handling_unit,
    coalesce(o.address, '') AS place, coalesce(o.kind, '') AS place_kind, {position}
FROM (
    SELECT 'reserved' AS claim, concat_ws('/', r.demand_line_id, r.location_id, r.trace_id, r.handling_unit_id) AS key,
        r.demand_line_id AS line, r.qty, r.location_id AS location, r.trace_id AS trace, r.handling_unit_id AS unit_id,
        NULL::uuid AS promise, NULL::date AS keeps_until, NULL::uuid AS inbound, '' AS inbound_number, NULL::date AS arrives,
        NULL::timestamptz AS at, '' AS cause, '' AS person
    FROM reservation r WHERE r.warehouse_id = %(warehouse)s AND r.item_id = %(item)s
    UNION ALL
    SELECT 'promised', m.id::text, m.demand_line_id, m.qty, nil(), m.trace_id, nil(), m.id, m.keeps_until, m.inbound_line_id,
        coalesce(n.number, ''), n.due, NULL, '', ''
    FROM promise m LEFT JOIN document_line y ON y.id = m.inbound_line_id LEFT JOIN document n ON n.id = y.document_id
    WHERE m.warehouse_id = %(warehouse)s AND m.item_id = %(item)s
    UNION ALL
    SELECT 'wanted', y.id::text, y.id, x.open, nil(), nil(), nil(), NULL, NULL, NULL, '', NULL, NULL, '', ''
    FROM document_line y JOIN document n ON n.id = y.document_id
    CROSS JOIN LATERAL (SELECT y.base_qty
        - coalesce((SELECT g.qty FROM line_progress g WHERE g.document_line_id = y.id AND g.step = 'shipped'), 0)
        - coalesce((SELECT sum(r.qty) FROM reservation r JOIN location at ON at.id = r.location_id
                    WHERE r.demand_line_id = y.id AND at.kind <> 'transit'), 0)
        - coalesce((SELECT sum(m.qty) FROM promise m WHERE m.demand_line_id = y.id), 0) AS open) x
    WHERE y.item_id = %(item)s AND NOT y.closed AND n.warehouse_id = %(warehouse)s AND n.decision = 'released'
      AND n.kind IN ('order', 'transfer') AND x.open > 0
    UNION ALL
    SELECT 'lost', s.id::text, s.demand_line_id, s.qty, nil(), s.trace_id, nil(), NULL, NULL, NULL, '', NULL, s.at, s.cause,
        coalesce(q.name, '')
    FROM claim_loss s JOIN document n ON n.id = s.document_id LEFT JOIN person q ON q.id = s.person_id
    WHERE s.item_id = %(item)s AND n.warehouse_id = %(warehouse)s AND s.at > now() - interval '30 days'
) c
JOIN document_line l ON l.id = c.line JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id
LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN warehouse w ON w.id = d.to_warehouse_id
LEFT JOIN trace t ON t.id = c.trace AND c.trace <> nil()
LEFT JOIN handling_unit h ON h.id = c.unit_id LEFT JOIN location o ON o.id = c.location
WHERE {behind} {conditions}
ORDER BY {order}
LIMIT %(most)s
