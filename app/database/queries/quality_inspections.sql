-- Inspections of a warehouse (NULL: all that may be seen), those that wait first, the oldest first, then the latest decided;
-- number: one, or ''; waiting: only those that wait. Those whose receipts were taken back are left out. Base units.
-- `there`: what of the lot is still on hold, wherever it lies (`places`). Relies on inspection_work, inspection_pkey.
SELECT i.id, i.number, i.state, i.method, i.level, i.aql, i.severity, i.checks, i.letter, i.size, i.accept, i.reject, i.passed,
    i.lot, g.sku, g.name, g.base_uom AS unit, g.decimals, i.item_id AS item, d.id AS document, coalesce(d.number, '') AS document_no,
    i.document_line_id AS line, coalesce(h.document_id, i.document_id) AS paper, coalesce(p.code, '') AS partner, coalesce(p.name, '') AS partner_name,
    coalesce(i.lot_qty, q.qty) AS qty, CASE WHEN i.ended_at IS NULL THEN least(coalesce(i.lot_qty, q.qty), coalesce(s.qty, 0)) END AS there, coalesce(s.places, '') AS places,
    coalesce(s.units, '{}') AS units,
    coalesce(x.pieces, 0)::int AS looked_at, coalesce(x.defective, 0)::int AS defective, coalesce(x.people, '') AS people,
    i.opened_at, i.ended_at, coalesce(n.name, '') AS ended_by, i.reason, i.note, coalesce(o.number, '') AS origin,
    coalesce(r.number, '') AS return_no, coalesce(y.parts, '[]') AS parts, i.why,
    (SELECT count(*) FROM document_photo f WHERE f.document_line_id = i.document_line_id AND f.reason = 'QUALITY'
        AND f.taken_at >= i.opened_at)::int AS photos
FROM inspection i
JOIN item g ON g.id = i.item_id LEFT JOIN document d ON d.id = i.document_id
LEFT JOIN document_line h ON h.id = i.document_line_id
LEFT JOIN partner p ON p.id = i.partner_id LEFT JOIN person n ON n.id = i.ended_by
LEFT JOIN inspection o ON o.id = i.origin_id LEFT JOIN document r ON r.id = i.return_id
CROSS JOIN LATERAL (SELECT inspection_quantity(i.id) AS qty) q
LEFT JOIN LATERAL (SELECT sum(b.qty) AS qty, string_agg(DISTINCT l.address, ', ') AS places,
        array_agg(DISTINCT b.unit_id) FILTER (WHERE b.unit_id <> nil()) AS units
    FROM inspection_stock(i.id) b JOIN location l ON l.id = b.location_id WHERE i.ended_at IS NULL) s ON true
LEFT JOIN LATERAL (SELECT sum(c.pieces) AS pieces, sum(c.pieces) FILTER (WHERE c.defective) AS defective,
        string_agg(DISTINCT w.name, ', ') AS people
    FROM inspection_piece c JOIN person w ON w.id = c.person_id WHERE c.inspection_id = i.id) x ON true
LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('disposition', z.disposition, 'qty', z.qty::text) ORDER BY z.disposition) AS parts
    FROM inspection_part z WHERE z.inspection_id = i.id) y ON true
WHERE i.warehouse_id = coalesce(%(warehouse)s, i.warehouse_id) AND (%(number)s = '' OR upper(i.number) = upper(%(number)s))
  AND (NOT %(waiting)s OR i.state IN ('open', 'begun', 'held')) AND q.qty > 0
ORDER BY i.ended_at IS NOT NULL, CASE WHEN i.ended_at IS NULL THEN i.opened_at END, i.ended_at DESC, i.id
LIMIT %(most)s
