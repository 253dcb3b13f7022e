-- Movements, newest first: the newest of what conditions leave, then their names. Quantities in base units, weights in kg.
-- origin (stock_moves_of_side.sql, once or several times), page and known (since when they were recorded) come from the
-- caller's own lists; joined in the order in which it stands. `taken_back` is how much of a move was reversed. Relies on
-- stock_move_posting, posting_pkey, document_pkey and, for taken_back, stock_move_reverses.
SELECT m.id, m.posting_id AS posting, m.line_no AS line, m.kind, m.qty AS quantity, i.base_uom AS unit, m.weight_kg,
    m.item_id AS item, i.sku, i.name, m.trace_id AS trace, coalesce(t.lot, '') AS lot, coalesce(t.serial, '') AS serial,
    m.from_location_id AS from_location, f.address AS from_place, m.to_location_id AS to_location, g.address AS to_place,
    coalesce(fu.sscc, '') AS from_unit, coalesce(tu.sscc, '') AS to_unit,
    coalesce(fo.name, '') AS from_owner, coalesce(tp.name, '') AS to_owner, m.from_status, m.to_status,
    m.effective_at, m.recorded_at, coalesce(m.reason, '') AS reason, p.seal_no AS seal, encode(p.hash, 'hex') AS hash,
    d.id AS document, coalesce(d.number, '') AS document_number, p.person_id AS person, w.name AS person_name,
    coalesce(s.name, '') AS station, m.reverses IS NOT NULL AS reverses,
    coalesce((SELECT sum(r.qty) FROM stock_move r WHERE r.reverses = m.id AND r.recorded_at >= m.recorded_at{known}), 0)
        AS taken_back
FROM (
    SELECT m.* FROM ({origin}) m
    ORDER BY m.effective_at DESC, m.id DESC
    {page}
) m
JOIN posting p ON p.id = m.posting_id
JOIN item i ON i.id = m.item_id
JOIN person w ON w.id = p.person_id
LEFT JOIN station s ON s.id = p.station_id
LEFT JOIN trace t ON t.id = m.trace_id
LEFT JOIN location f ON f.id = m.from_location_id
LEFT JOIN location g ON g.id = m.to_location_id
LEFT JOIN handling_unit fu ON fu.id = m.from_handling_unit_id
LEFT JOIN handling_unit tu ON tu.id = m.to_handling_unit_id
LEFT JOIN partner fo ON fo.id = m.from_owner_id
LEFT JOIN partner tp ON tp.id = m.to_owner_id
LEFT JOIN document_line l ON l.id = m.document_line_id
-- Not coalesce(): under row security it is not trusted to keep secrets, and every document would be read for each move.
LEFT JOIN document d ON d.id = CASE WHEN l.document_id IS NULL THEN p.document_id ELSE l.document_id END
ORDER BY m.effective_at DESC, m.id DESC
