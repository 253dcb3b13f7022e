-- What came otherwise than ordered, by supplier, the costliest first; what was dropped is left out. here, credited_here: of
-- which warehouse. Money in the company's currency. Relies on discrepancy_work.
SELECT coalesce(p.code, '') AS partner, coalesce(p.name, '') AS name,
    count(*) FILTER (WHERE x.kind = 'over')::int AS over, count(*) FILTER (WHERE x.kind = 'short')::int AS short,
    count(*) FILTER (WHERE x.kind = 'damaged')::int AS damaged,
    count(*) FILTER (WHERE x.kind = 'wrong_item')::int AS wrong_item, sum(x.cost) AS cost,
    coalesce(sum(x.cost) FILTER (WHERE x.claim_id IS NULL), 0) AS open,
    coalesce(sum(x.cost) FILTER (WHERE c.id IS NOT NULL AND c.settled_at IS NULL), 0) AS claimed,
    (SELECT coalesce(sum(s.credited), 0) FROM supplier_claim s WHERE s.partner_id = x.partner_id {credited_here})
        AS credited
FROM discrepancy x LEFT JOIN partner p ON p.id = x.partner_id LEFT JOIN supplier_claim c ON c.id = x.claim_id
WHERE x.dropped_at IS NULL AND discrepancy_counts(x.id) {here}
GROUP BY x.partner_id, p.code, p.name ORDER BY sum(x.cost) DESC, p.code
