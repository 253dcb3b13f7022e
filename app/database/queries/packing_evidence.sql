-- Everything that is kept of cartons, one row a carton: those of one order (document) or one of them (parcel).
-- Quantities in base units, weights in kg, as text; pictures and the bytes of labels by their SHA-256 in hex.
-- Refused scans are those made with the order in hand; each belongs to the carton that was being worked on.
-- Relies on parcel_document, stock_move_to_unit, print_job_uid, parcel_history_parcel, parcel_extra_parcel, carton_event_parcel,
-- parcel_weighing_parcel, dialog_step's primary key, dialog_step_time and scan_event_pkey.
WITH asked AS (
    SELECT p.id, p.document_id, d.warehouse_id FROM parcel p JOIN document d ON d.id = p.document_id
    WHERE p.id = %(parcel)s OR %(parcel)s::uuid IS NULL AND p.document_id = %(document)s
        AND (p.state <> 'cancelled' OR EXISTS (SELECT FROM carton_event e WHERE e.parcel_id = p.id))
), worked AS (
    SELECT h.parcel_id, h.at, h.person_id, k.document_id, k.state FROM parcel_history h JOIN parcel k ON k.id = h.parcel_id
    WHERE k.document_id IN (SELECT document_id FROM asked)
), days AS (
    SELECT document_id, min(at) - interval '1 hour' AS begun,
        CASE WHEN bool_or(state = 'open') THEN now() ELSE max(at) + interval '1 hour' END AS ended
    FROM worked GROUP BY document_id
), steps AS (
    SELECT s.run_id, s.event_id, s.at, s.person_id, s.verdict, s.prompt -> 'feedback' AS said, run.station_id, d.document_id,
        s.state_before ->> 'parcel' AS parcel
    FROM days d JOIN dialog_run run ON run.capability = 'packing'
        AND run.warehouse_id = (SELECT warehouse_id FROM asked LIMIT 1)
        AND run.person_id IN (SELECT person_id FROM worked)
    JOIN dialog_step s ON s.run_id = run.id AND s.at BETWEEN d.begun AND d.ended
        AND s.state_before ->> 'order' = d.document_id::text
), not_taken AS (
    SELECT s.document_id, s.parcel, s.at, s.person_id, s.station_id, e.raw, s.said ->> 'code' AS code, s.said -> 'facts' AS facts
    FROM steps s JOIN scan_event e ON e.id = s.event_id WHERE s.verdict = 'refused' AND s.said ->> 'level' = 'error'
    UNION ALL
    SELECT r.document_id, NULL, e.recorded_at, e.person_id, e.station_id, e.raw, 'scan.not_used', '{}'
    FROM (SELECT run_id, document_id, min(at) AS begun, max(at) AS ended FROM steps GROUP BY run_id, document_id) r
    JOIN scan_event e ON e.run_id = r.run_id AND e.verdict = 'not_used' AND e.recorded_at BETWEEN r.begun AND r.ended
), refused AS (
    SELECT n.*, coalesce(n.parcel::uuid, (SELECT w.parcel_id FROM worked w WHERE w.document_id = n.document_id
        ORDER BY w.at <= n.at DESC, CASE WHEN w.at <= n.at THEN n.at - w.at ELSE w.at - n.at END LIMIT 1)) AS parcel_id
    FROM not_taken n
)
SELECT p.id, u.sscc, coalesce(p.tracking, '') AS tracking, p.state, p.carton_type AS carton, coalesce(y.name, '') AS carton_name,
    p.tare_kg, p.expected_kg, p.weight_kg, p.weight_manual AS manual, carrier_called(p.carrier) AS carrier,
    service_called(p.carrier, p.service) AS service,
    coalesce(o.name, '') AS approved_by, coalesce(p.weight_override_reason, '') AS approved_for,
    d.number, d.reference, coalesce(c.name, '') AS customer, coalesce(r.ship_to, '{}') AS ship_to, w.name AS warehouse,
    w.time_zone, coalesce(nullif(m.name, ''), w.name) AS company, m.address,
    (SELECT count(*) FROM parcel x WHERE x.document_id = d.id AND x.id <= p.id
        AND (x.state <> 'cancelled' OR x.id = p.id)) AS number_of_order,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', h.at, 'person', who.name, 'station', coalesce(s.name, ''), 'state', h.state,
            'tracking', coalesce(h.tracking, ''), 'kg', h.weight_kg::text) ORDER BY h.at, h.id)
        FROM parcel_history h JOIN person who ON who.id = h.person_id LEFT JOIN station s ON s.id = h.station_id
        WHERE h.parcel_id = p.id), '[]') AS states,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', x.recorded_at, 'person', who.name, 'station', coalesce(s.name, ''),
            'sku', i.sku, 'name', i.name, 'unit', i.base_uom, 'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, ''),
            'quantity', CASE x.to_handling_unit_id WHEN p.handling_unit_id THEN x.qty ELSE -x.qty END::text, 'kind', x.kind,
            'scanned', coalesce((SELECT e.raw FROM dialog_step step JOIN scan_event e ON e.id = step.event_id
                WHERE step.run_id IN (SELECT run.id FROM dialog_run run WHERE run.person_id = g.person_id
                        AND run.capability = 'packing' AND run.warehouse_id = d.warehouse_id)
                    AND step.at BETWEEN x.recorded_at - interval '1 minute' AND x.recorded_at + interval '1 minute'
                    AND x.posting_id = ANY (step.postings) LIMIT 1), '')) ORDER BY x.recorded_at, x.line_no)
        FROM stock_move x JOIN posting g ON g.id = x.posting_id AND g.recorded_at = x.recorded_at
        JOIN item i ON i.id = x.item_id JOIN person who ON who.id = g.person_id
        LEFT JOIN station s ON s.id = g.station_id LEFT JOIN trace t ON t.id = x.trace_id
        WHERE p.handling_unit_id IN (x.to_handling_unit_id, x.from_handling_unit_id)
            AND x.to_handling_unit_id <> x.from_handling_unit_id), '[]') AS goods,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', r.at, 'person', who.name, 'station', coalesce(s.name, ''), 'scanned', r.raw,
            'code', r.code, 'facts', r.facts) ORDER BY r.at)
        FROM refused r JOIN person who ON who.id = r.person_id LEFT JOIN station s ON s.id = r.station_id
        WHERE r.parcel_id = p.id), '[]') AS refused,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', e.at, 'person', who.name, 'station', coalesce(s.name, ''), 'what', e.what,
            'reason', e.reason, 'approved_by', coalesce(a.name, ''), 'tracking', '', 'detail', e.detail) ORDER BY e.at, e.id)
        FROM carton_event e JOIN person who ON who.id = e.person_id LEFT JOIN station s ON s.id = e.station_id
        LEFT JOIN person a ON a.id = e.approved_by WHERE e.parcel_id = p.id), '[]') AS taken_back,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', e.at, 'person', who.name, 'station', coalesce(s.name, ''), 'code', e.code,
            'kind', e.kind, 'name', e.name, 'sku', e.sku, 'quantity', e.quantity::text, 'answer', e.answer, 'scanned', e.scanned,
            'photo', coalesce(encode(e.sha256, 'hex'), ''), 'booked', e.posting_id IS NOT NULL) ORDER BY e.at, e.id)
        FROM parcel_extra e JOIN person who ON who.id = e.person_id LEFT JOIN station s ON s.id = e.station_id
        WHERE e.parcel_id = p.id), '[]') AS extras,
    coalesce((SELECT jsonb_agg(jsonb_build_object('at', e.at, 'person', who.name, 'station', coalesce(s.name, ''),
            'device', e.device, 'manual', e.manual, 'kg', e.kg::text, 'expected_kg', e.expected_kg::text,
            'tolerance_kg', e.tolerance_kg::text, 'verdict', e.verdict, 'suspects', e.suspects, 'curve_ms', e.curve_ms,
            'curve_g', e.curve_g) ORDER BY e.at, e.id)
        FROM parcel_weighing e JOIN person who ON who.id = e.person_id LEFT JOIN station s ON s.id = e.station_id
        WHERE e.parcel_id = p.id), '[]') AS weighings,
    coalesce((SELECT jsonb_agg(jsonb_build_object('job', j.id, 'at', j.created_at, 'template', j.template, 'uid', j.label_uid,
            'state', j.state, 'printer', q.name, 'reprint_no', j.reprint_no, 'content', j.content, 'copies', j.copies,
            'layout', coalesce((SELECT t.definition FROM label_template t WHERE t.name = j.template
                AND t.version = j.template_version), ''),
            'sha256', coalesce(encode(j.sha256, 'hex'), ''), 'bytes', coalesce(length(j.bytes), 0),
            'whole', j.bytes IS NOT NULL AND sha256(j.bytes) = j.sha256) ORDER BY j.id)
        FROM print_job j JOIN printer q ON q.id = j.printer_id
        WHERE j.label_uid IN (SELECT u.sscc UNION SELECT u.sscc || '/slip' UNION SELECT h.tracking FROM parcel_history h
            WHERE h.parcel_id = p.id AND h.tracking <> ''
            UNION SELECT 'GIFT-' || d.number FROM parcel_extra e WHERE e.parcel_id = p.id AND e.code = 'GIFT')), '[]') AS labels
FROM parcel p JOIN document d ON d.id = p.document_id JOIN handling_unit u ON u.id = p.handling_unit_id
JOIN warehouse w ON w.id = d.warehouse_id CROSS JOIN (SELECT name, '' AS address FROM company) m
LEFT JOIN partner c ON c.id = d.partner_id LEFT JOIN customer_order r ON r.document_id = d.id
LEFT JOIN carton_type y ON y.code = p.carton_type LEFT JOIN person o ON o.id = p.weight_override_by
WHERE p.id IN (SELECT id FROM asked)
ORDER BY p.id
