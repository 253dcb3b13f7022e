-- What a step of shipping needs to know of the scanned parcels and of the shipment that is being loaded, in one answer.
-- warehouse: the conversation's; parcels, units: ids of parcels and of their cartons; shipments: ids of documents. Weights
-- in kg, as text.
-- Relies on parcel_pkey, parcel_handling_unit_id_key, parcel_document, print_job_uid, document_pkey, shipment_parcel_once.
WITH asked AS (
    SELECT k.*, l.document_id AS shipment_id FROM parcel k
    LEFT JOIN shipment_parcel l ON l.parcel_id = k.id AND l.left_out_at IS NULL
    WHERE k.id = ANY (%(parcels)s::uuid[]) OR k.handling_unit_id = ANY (%(units)s::uuid[])
)
SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', k.id, 'unit', k.handling_unit_id, 'sscc', u.sscc, 'state', k.state, 'tracking', coalesce(k.tracking, ''),
    'carrier', k.carrier, 'service', k.service, 'carrier_name', coalesce(h.name, k.carrier), 'service_name', coalesce((
        SELECT v ->> 'name' FROM jsonb_array_elements(h.setup -> 'services') v WHERE v ->> 'code' = k.service), k.service),
    'weight', k.weight_kg::text, 'document', d.id, 'number', d.number,
    'decision', d.decision, 'news', order_news(d.id), 'partner', coalesce(p.name, ''), 'ship_to', coalesce(c.ship_to, '{}'),
    'cut_off', coalesce(to_char(c.cut_off AT TIME ZONE (SELECT time_zone FROM warehouse w WHERE w.id = d.warehouse_id),
                'YYYY-MM-DD HH24:MI'), ''),
    'cut_off_at', coalesce(to_char(c.cut_off AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
    'shipment', k.shipment_id, 'manifested', coalesce((SELECT r.setup -> 'manifest' = 'true' FROM carrier r
        WHERE r.code = k.carrier), false),
    'label', (SELECT j.state FROM print_job j WHERE j.label_uid = k.tracking ORDER BY j.id DESC LIMIT 1),
    'siblings', (SELECT jsonb_agg(jsonb_build_object('id', s.id, 'sscc', x.sscc, 'state', s.state,
            'tracking', coalesce(s.tracking, ''), 'weight', s.weight_kg::text) ORDER BY s.id)
        FROM parcel s JOIN handling_unit x ON x.id = s.handling_unit_id
        WHERE s.document_id = d.id AND s.state <> 'cancelled'))), '[]')
    FROM asked k JOIN handling_unit u ON u.id = k.handling_unit_id
    JOIN document d ON d.id = k.document_id AND d.warehouse_id = %(warehouse)s
    LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
    LEFT JOIN carrier h ON h.code = k.carrier) AS parcels,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'carrier', r.code,
        'carrier_name', r.name, 'truck', s.truck,
        'departed', s.departed_at IS NOT NULL, 'cartons', coalesce((SELECT jsonb_agg(jsonb_build_object('id', k.id,
            'sscc', u.sscc, 'state', k.state, 'tracking', coalesce(k.tracking, ''), 'weight', k.weight_kg::text)
            ORDER BY k.state = 'shipped', u.sscc)
            FROM shipment_parcel l JOIN parcel k ON k.id = l.parcel_id JOIN handling_unit u ON u.id = k.handling_unit_id
            WHERE l.document_id = d.id AND l.left_out_at IS NULL), '[]'))), '[]')
    FROM document d JOIN shipment s ON s.document_id = d.id JOIN carrier r ON r.id = s.carrier_id
    WHERE d.warehouse_id = %(warehouse)s
      AND (d.id = ANY (%(shipments)s::uuid[]) OR d.id IN (SELECT shipment_id FROM asked))) AS shipments
