-- What a step of shipping needs to know of the scanned parcels, in one answer.
-- warehouse: the conversation's; parcels, units: ids of parcels and of their cartons. Weights in kg, as text.
-- Relies on parcel_pkey, parcel_handling_unit_id_key, parcel_document, print_job_uid, document_pkey.
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', k.id, 'unit', k.handling_unit_id, 'sscc', u.sscc, 'state', k.state, 'tracking', coalesce(k.tracking, ''),
    'carrier', k.carrier, 'service', k.service, 'weight', k.weight_kg::text, 'document', d.id, 'number', d.number,
    'decision', d.decision, 'partner', coalesce(p.name, ''), 'ship_to', coalesce(c.ship_to, '{}'),
    'cut_off', coalesce(to_char(c.cut_off AT TIME ZONE (SELECT time_zone FROM warehouse w WHERE w.id = d.warehouse_id),
                'YYYY-MM-DD HH24:MI'), ''),
    'cut_off_at', coalesce(to_char(c.cut_off AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
    'label', (SELECT j.state FROM print_job j WHERE j.label_uid = k.tracking ORDER BY j.id DESC LIMIT 1),
    'siblings', (SELECT jsonb_agg(jsonb_build_object('id', s.id, 'sscc', x.sscc, 'state', s.state,
            'tracking', coalesce(s.tracking, ''), 'weight', s.weight_kg::text) ORDER BY s.id)
        FROM parcel s JOIN handling_unit x ON x.id = s.handling_unit_id
        WHERE s.document_id = d.id AND s.state <> 'cancelled'))), '[]') AS parcels
FROM parcel k JOIN handling_unit u ON u.id = k.handling_unit_id
JOIN document d ON d.id = k.document_id AND d.warehouse_id = %(warehouse)s
LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
WHERE k.id = ANY (%(parcels)s::uuid[]) OR k.handling_unit_id = ANY (%(units)s::uuid[])
