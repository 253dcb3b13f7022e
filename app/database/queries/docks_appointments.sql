-- Appointments with their documents, in the order of their windows. warehouse: one; from, until: windows that reach into
-- this stretch, and every truck that is here; ids: these instead, or NULL. Relies on appointment_time,
-- appointment_document_pkey.
SELECT a.id, a.version, a.number, a.state, a.door_id AS door, a.starts_at, a.ends_at, a.work_min, a.people, a.early_min,
    a.late_min, coalesce(p.name, '') AS partner_name, a.plate, a.driver, a.contact, a.note, a.series, a.overruled, a.reason,
    a.walk_in, a.arrived_at, a.at_door_at, a.started_at, a.done_at, a.left_at,
    jsonb_build_object('direction', a.direction, 'vehicle', a.vehicle, 'temperature', a.temperature, 'pallets', a.pallets,
        'lines', a.lines, 'pieces', a.pieces::text, 'weight_kg', a.weight_kg::text, 'carrier', a.carrier,
        'partner', coalesce(p.code, '')) AS load,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number, 'reference', d.reference,
            'open', d.decision = 'released') ORDER BY d.number)
        FROM appointment_document x JOIN document d ON d.id = x.document_id WHERE x.appointment_id = a.id), '[]') AS papers
FROM appointment a LEFT JOIN partner p ON p.id = a.partner_id
WHERE a.warehouse_id = %(warehouse)s AND CASE WHEN %(ids)s::uuid[] IS NULL
    THEN a.ends_at > %(from)s AND a.starts_at < %(until)s OR a.state IN ('arrived', 'at_door', 'working', 'done')
    ELSE a.id = ANY (%(ids)s::uuid[]) END
ORDER BY a.starts_at, a.number
