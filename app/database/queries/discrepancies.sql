-- What came otherwise than ordered, the latest first. conditions: of which warehouse, claim, document. Those whose receipt
-- was taken back are left out. Quantities in base units.
-- Relies on discrepancy_work, discrepancy_claim, document_photo_line.
SELECT x.id, x.at, x.kind, CASE WHEN x.dropped_at IS NOT NULL THEN 'dropped' WHEN c.settled_at IS NOT NULL THEN 'settled'
        WHEN c.id IS NOT NULL THEN 'claimed' ELSE 'open' END AS state,
    coalesce(p.code, '') AS partner, coalesce(p.name, '') AS partner_name, d.number AS document, i.sku, i.name,
    coalesce(nullif(t.lot, ''), t.serial, '') AS lot, x.qty, i.base_uom AS unit, x.cost, x.reason, x.note,
    n.name AS person, coalesce(c.number, '') AS claim,
    (SELECT count(*) FROM document_photo f WHERE f.document_line_id = x.document_line_id AND f.reason = x.reason
        AND (f.taken_at >= x.at OR x.reason = 'QUALITY'))::int AS photos
FROM discrepancy x
JOIN document d ON d.id = x.document_id JOIN item i ON i.id = x.item_id JOIN person n ON n.id = x.person_id
LEFT JOIN partner p ON p.id = x.partner_id LEFT JOIN trace t ON t.id = x.trace_id
LEFT JOIN supplier_claim c ON c.id = x.claim_id
WHERE (x.dropped_at IS NOT NULL OR discrepancy_counts(x.id)) {conditions}
ORDER BY x.id DESC
