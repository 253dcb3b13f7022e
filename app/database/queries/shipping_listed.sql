-- The cartons of a shipment in the order in which they were listed; also those that were left out. Weights in kg.
-- shipment: its id. Relies on shipment_parcel_pkey, parcel_pkey.
WITH services AS MATERIALIZED (SELECT * FROM carrier_service)
SELECT p.id, u.sscc, coalesce(p.tracking, '') AS tracking, d.number, coalesce(t.name, '') AS partner,
    coalesce(c.ship_to, '{}') AS ship_to, p.service, coalesce(v.name, code_in_words(p.service)) AS service_name,
    p.weight_kg, l.loaded_at, coalesce(n.name, '') AS loaded_by, l.left_out_at
FROM shipment_parcel l JOIN parcel p ON p.id = l.parcel_id JOIN document d ON d.id = p.document_id
JOIN handling_unit u ON u.id = p.handling_unit_id LEFT JOIN partner t ON t.id = d.partner_id
LEFT JOIN customer_order c ON c.document_id = d.id LEFT JOIN person n ON n.id = l.loaded_by
LEFT JOIN services v ON (v.carrier, v.service) = (p.carrier, p.service)
WHERE l.document_id = %(shipment)s ORDER BY d.number, u.sscc
