-- Documents with what is still to come of them: lines, pallets that were announced, base units, kg. warehouse: one.
-- documents: these; NULL: the released ones for which no truck has an appointment: with outbound customers' orders,
-- transfers from here and returns to suppliers, else purchase orders (of which what nobody has announced) and
-- announcements. Relies on document_work, line_progress_pkey, asn_line_order, appointment_document_document.
SELECT d.id, d.kind, d.number, d.reference, coalesce(p.code, '') AS partner, coalesce(p.name, '') AS partner_name, d.due,
    s.lines, s.pallets, s.pieces, s.weight_kg
FROM document d LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN goods_return b ON b.document_id = d.id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS lines, count(DISTINCT a.handling_unit_id)::int AS pallets, coalesce(sum(o.qty), 0) AS pieces,
        coalesce(sum(o.qty * i.weight_mean_kg), 0) AS weight_kg
    FROM document_line l JOIN item i ON i.id = l.item_id LEFT JOIN asn_line a ON a.document_line_id = l.id
    LEFT JOIN asn_received(d.id) r ON d.kind = 'asn' AND r.document_line_id = l.id
    LEFT JOIN line_progress g ON d.kind <> 'asn' AND g.document_line_id = l.id
        AND g.step = CASE WHEN d.kind IN ('order', 'transfer') THEN 'shipped' WHEN b.direction = 'out' THEN 'returned'
            ELSE 'received' END
    LEFT JOIN LATERAL (SELECT sum(al.base_qty) AS qty FROM asn_line x JOIN document_line al ON al.id = x.document_line_id
        JOIN document ad ON ad.id = al.document_id
        WHERE x.order_line_id = l.id AND ad.decision = 'released' AND %(documents)s::uuid[] IS NULL) n ON true
    CROSS JOIN LATERAL (SELECT l.base_qty - greatest(coalesce(r.qty, g.qty, 0), coalesce(n.qty, 0)) AS qty) o
    WHERE l.document_id = d.id AND NOT l.closed AND o.qty > 0) s
WHERE d.warehouse_id = %(warehouse)s AND CASE WHEN %(documents)s::uuid[] IS NULL
    THEN CASE WHEN %(outbound)s THEN d.kind IN ('order', 'transfer') OR d.kind = 'return' AND b.direction = 'out'
            ELSE d.kind IN ('purchase_order', 'asn') END AND d.decision = 'released' AND s.lines > 0
        AND NOT EXISTS (SELECT FROM appointment_document x JOIN appointment a ON a.id = x.appointment_id
            WHERE x.document_id = d.id AND a.state NOT IN ('left', 'no_show', 'cancelled'))
    ELSE d.id = ANY (%(documents)s::uuid[]) END
ORDER BY d.due NULLS LAST, d.number LIMIT 1000
