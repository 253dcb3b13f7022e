-- What happened to a document, the latest first: what people decided, what was posted for it, and the photos taken.
-- document: its id. decision: set for decisions; kind, lines and quantity (base units, 0 where units differ) for
-- postings; `photo` is a kind, too. goods and place are named where a posting is about one; weight_kg where it was weighed. Relies on document_history_document, posting_document, document_photo_pkey.
SELECT h.at, h.decision, '' AS kind, p.name AS person, '' AS station, h.reason, 0 AS lines, 0::numeric AS quantity, false AS taken_back,
    '' AS goods, '' AS place, NULL::numeric AS weight_kg
FROM document_history h JOIN person p ON p.id = h.person_id WHERE h.document_id = %(document)s
UNION ALL
SELECT c.at, '', 'order_changed', p.name, coalesce(s.name, ''), c.reason, 0, 0, false, '', '', NULL
FROM order_change c JOIN person p ON p.id = c.person_id LEFT JOIN station s ON s.id = c.station_id
WHERE c.document_id = %(document)s AND (c.what = 'changed' OR c.what IN ('held', 'lifted') AND c.reason <> '')
UNION ALL
SELECT d.created_at, 'draft', '', p.name, '', '', 0, 0, false, '', '', NULL
FROM document d JOIN person p ON p.id = d.created_by WHERE d.id = %(document)s
UNION ALL
SELECT g.recorded_at, '', g.kind, p.name, coalesce(s.name, ''), coalesce(m.reason, ''), m.lines, m.quantity, m.taken_back,
    m.goods, m.place, m.weight_kg
FROM posting g JOIN person p ON p.id = g.person_id LEFT JOIN station s ON s.id = g.station_id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS lines, CASE WHEN count(DISTINCT i.base_uom) = 1 THEN sum(x.qty) ELSE 0 END AS quantity,
        max(x.reason) AS reason, bool_and(x.reverses IS NOT NULL) AS taken_back, sum(x.weight_kg) AS weight_kg,
        CASE WHEN count(DISTINCT (i.id, x.trace_id)) = 1
            THEN max(concat_ws(' ', i.sku, nullif(t.lot, ''), nullif(t.serial, ''))) ELSE '' END AS goods,
        CASE WHEN count(DISTINCT x.to_location_id) = 1 THEN max(l.address) ELSE '' END AS place
    FROM stock_move x JOIN item i ON i.id = x.item_id JOIN location l ON l.id = x.to_location_id
    LEFT JOIN trace t ON t.id = x.trace_id WHERE x.posting_id = g.id) m
WHERE g.document_id = %(document)s OR g.id IN (
    SELECT y.posting_id FROM document_line l JOIN stock_move y ON y.item_id = l.item_id AND y.document_line_id = l.id
    WHERE l.document_id = %(document)s)
UNION ALL
SELECT o.taken_at, '', 'photo', p.name, '', o.reason, 0, 0, false, coalesce(i.sku, ''), '', NULL
FROM document_photo o JOIN person p ON p.id = o.person_id
LEFT JOIN document_line l ON l.id = o.document_line_id LEFT JOIN item i ON i.id = l.item_id
WHERE o.document_id = %(document)s
ORDER BY 1 DESC
