-- Lines of purchase orders that are still to come, for trying rules of receiving and inspection: in base units, the newest
-- paper first. `about` names item, categories (the widest first) and supplier, by which a policy is chosen; `lots` and
-- `rejected` count the last sixty lots of the item from this supplier that were looked at or let by.
-- warehouse: its id; most: how many. Relies on document_work and document_line_document_id_line_no_key.
SELECT d.number, i.sku, i.base_uom AS unit, coalesce(c.name, '') AS category, coalesce(p.code, '') AS partner,
    i.tracking, i.hazard_class AS hazard, q.lots, q.rejected, l.base_qty AS ordered, (now() AT TIME ZONE w.time_zone)::date AS today,
    jsonb_build_object('item', i.id, 'category', coalesce(to_jsonb(c.path), '[]'), 'partner', d.partner_id) AS about
FROM document d JOIN warehouse w ON w.id = d.warehouse_id JOIN document_line l ON l.document_id = d.id AND NOT l.closed
JOIN item i ON i.id = l.item_id LEFT JOIN category c ON c.id = i.category_id LEFT JOIN partner p ON p.id = d.partner_id
CROSS JOIN LATERAL (SELECT count(*) AS lots, count(*) FILTER (WHERE NOT x.passed) AS rejected FROM (
    SELECT s.passed FROM inspection s WHERE s.partner_id = d.partner_id AND s.item_id = i.id AND s.ended_at IS NOT NULL
        AND s.origin_id IS NULL ORDER BY s.ended_at DESC, s.id DESC LIMIT 60) x) q
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'purchase_order' AND d.decision IN ('draft', 'released', 'held')
ORDER BY d.created_at DESC, l.line_no LIMIT %(most)s
