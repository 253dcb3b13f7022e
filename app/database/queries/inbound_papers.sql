-- What is expected: purchase orders or announcements of a warehouse with how far each is, the open ones first, then the
-- latest. kind: purchase_order or asn; warehouse: one. Relies on document_work, line_progress_pkey, asn_line_pkey.
SELECT d.id, d.kind, d.number, d.reference, coalesce(p.code, '') AS partner, coalesce(p.name, '') AS partner_name, d.due,
    d.decision, s.lines, s.done, s.units, s.units_done, t.starts_at AS truck_at, coalesce(t.door, '') AS truck_door,
    coalesce(t.state, '') AS truck_state
FROM document d LEFT JOIN partner p ON p.id = d.partner_id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS lines, count(*) FILTER (WHERE coalesce(r.qty, g.qty, 0) >= l.base_qty)::int AS done,
        count(DISTINCT a.handling_unit_id)::int AS units,
        count(DISTINCT a.handling_unit_id) FILTER (WHERE r.qty > 0)::int AS units_done
    FROM document_line l LEFT JOIN asn_line a ON a.document_line_id = l.id
    LEFT JOIN asn_received(d.id) r ON d.kind = 'asn' AND r.document_line_id = l.id
    LEFT JOIN line_progress g ON d.kind <> 'asn' AND g.document_line_id = l.id AND g.step = 'received'
    WHERE l.document_id = d.id) s
LEFT JOIN LATERAL (SELECT a.starts_at, l.name AS door, a.state FROM appointment_document x
    JOIN appointment a ON a.id = x.appointment_id LEFT JOIN location l ON l.id = a.door_id
    WHERE x.document_id = d.id AND a.state NOT IN ('no_show', 'cancelled')
    ORDER BY a.state = 'left', a.starts_at DESC LIMIT 1) t ON true
WHERE d.warehouse_id = %(warehouse)s AND d.kind = %(kind)s
ORDER BY d.decision IN ('draft', 'released', 'held') DESC, d.id DESC LIMIT 1000
