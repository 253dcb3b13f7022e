-- What came for a purchase order or an announcement (document), move by move, as far as it was not taken back; base units,
-- kg. Relies on posting_document, stock_move_line, stock_move_posting.
SELECT p.recorded_at AS at, n.name AS person, coalesce(s.name, '') AS station, t.address AS place,
    coalesce(l.line_no, 0) AS line, coalesce(o.number, '') AS order, i.sku, i.name, i.base_uom AS unit,
    m.qty - coalesce(b.qty, 0) AS qty, coalesce(r.lot, '') AS lot, coalesce(r.serial, '') AS serial,
    coalesce(r.expiry, r.best_before) AS expiry, coalesce(u.sscc, '') AS handling_unit, m.to_status AS status,
    coalesce(m.weight_kg, (m.qty - coalesce(b.qty, 0)) * i.weight_mean_kg) AS weight_kg
FROM stock_move m
JOIN posting p ON p.id = m.posting_id JOIN person n ON n.id = p.person_id LEFT JOIN station s ON s.id = p.station_id
JOIN item i ON i.id = m.item_id JOIN location t ON t.id = m.to_location_id
LEFT JOIN document_line l ON l.id = m.document_line_id LEFT JOIN document o ON o.id = l.document_id
LEFT JOIN trace r ON r.id = m.trace_id
LEFT JOIN handling_unit u ON u.id = m.to_handling_unit_id AND m.to_handling_unit_id <> nil()
LEFT JOIN LATERAL (SELECT sum(x.qty) AS qty FROM stock_move x WHERE x.reverses = m.id) b ON true
WHERE m.kind = 'receipt' AND m.reverses IS NULL AND m.qty > coalesce(b.qty, 0)
  AND (m.posting_id IN (SELECT id FROM posting WHERE document_id = %(document)s)
       OR m.document_line_id IN (SELECT id FROM document_line WHERE document_id = %(document)s))
ORDER BY p.recorded_at, m.line_no
