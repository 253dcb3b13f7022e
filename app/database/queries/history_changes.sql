-- What became known of a warehouse between two positions of the ledger: each move with its posting, in the order of the
-- seals. warehouse; since, until: seals (what is not sealed yet has none and is not shown); before: only what happened
-- until this instant (NULL: all). Relies on posting_seal and stock_move_posting.
SELECT p.seal_no AS seal, m.recorded_at, m.effective_at, p.kind, (p.reverses IS NOT NULL) AS reversal,
    coalesce(d.number, '') AS document, i.sku, coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial, m.qty,
    i.base_uom AS unit, f.address AS source, g.address AS target, m.from_status, m.to_status,
    coalesce(m.reason, '') AS reason, w.name AS person, coalesce(s.name, '') AS station, p.id AS posting
FROM posting p
JOIN stock_move m ON m.posting_id = p.id AND m.recorded_at = p.recorded_at
JOIN item i ON i.id = m.item_id
JOIN location f ON f.id = m.from_location_id
JOIN location g ON g.id = m.to_location_id
JOIN person w ON w.id = p.person_id
LEFT JOIN trace t ON t.id = m.trace_id
LEFT JOIN document d ON d.id = p.document_id
LEFT JOIN station s ON s.id = p.station_id
WHERE p.warehouse_id = %(warehouse)s AND p.seal_no > %(since)s AND p.seal_no <= %(until)s
  AND (%(before)s::timestamptz IS NULL OR m.effective_at <= %(before)s)
ORDER BY p.seal_no, p.recorded_at, p.id, m.line_no
LIMIT %(limit)s
