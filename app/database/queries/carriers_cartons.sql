-- The sealed cartons of a warehouse that have not left (or this one: parcel), with how the buying of their label stands.
-- Weights in kg, sides in mm, as text; `serial` order: the oldest first.
-- Relies on document_work, parcel_document, purchase_parcel, shipment_parcel_once, print_job_uid.
WITH services AS MATERIALIZED (SELECT * FROM carrier_service)
SELECT p.id, u.sscc, p.state, coalesce(p.tracking, '') AS tracking, p.carrier, p.service,
    coalesce(h.name, code_in_words(p.carrier)) AS carrier_name, coalesce(v.name, code_in_words(p.service)) AS service_name, p.weight_kg, p.carton_type AS carton,
    p.closed_at, d.id AS document, d.number, d.decision, coalesce(t.name, '') AS partner, coalesce(t.code, '') AS partner_code,
    coalesce(c.ship_to, '{}') AS ship_to, coalesce(c.carrier, '') AS ordered_carrier,
    coalesce(c.service, '') AS ordered_service, d.due, c.cut_off,
    b.id AS purchase, coalesce(b.reference, '') AS reference, b.state AS buying, b.price, coalesce(b.currency, '') AS currency,
    b.arrives, coalesce(b.fault, '') AS fault, coalesce(b.facts, '{}') AS facts, coalesce(b.decision, '{}') AS selection,
    coalesce(m.number, '') AS manifest, j.state AS label
FROM parcel p
JOIN document d ON d.id = p.document_id
JOIN handling_unit u ON u.id = p.handling_unit_id
LEFT JOIN partner t ON t.id = d.partner_id
LEFT JOIN customer_order c ON c.document_id = d.id
LEFT JOIN carrier h ON h.code = p.carrier LEFT JOIN services v ON (v.carrier, v.service) = (p.carrier, p.service)
LEFT JOIN LATERAL (SELECT x.* FROM purchase x WHERE x.parcel_id = p.id ORDER BY x.id DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (SELECT o.number FROM shipment_parcel l JOIN document o ON o.id = l.document_id
    WHERE l.parcel_id = p.id AND l.left_out_at IS NULL) m ON true
LEFT JOIN LATERAL (SELECT x.state FROM print_job x WHERE x.label_uid = p.tracking ORDER BY x.id DESC LIMIT 1) j ON true
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order'
    AND (p.id = %(parcel)s OR %(parcel)s IS NULL AND p.state IN ('closed', 'labelled'))
ORDER BY p.closed_at, p.id
