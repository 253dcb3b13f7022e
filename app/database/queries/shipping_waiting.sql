-- What waits for a manifest in a warehouse: labelled cartons by carrier and service. Weights in kg.
-- warehouse: its id. Relies on document_work, parcel_document, shipment_parcel_once.
WITH services AS MATERIALIZED (SELECT * FROM carrier_service)
SELECT p.carrier, coalesce(h.name, code_in_words(p.carrier)) AS carrier_name, p.service, coalesce(v.name, code_in_words(p.service)) AS service_name, count(*)::int AS cartons,
    coalesce(sum(p.weight_kg), 0) AS weight_kg, min(o.cut_off) AS cut_off, w.time_zone
FROM document d JOIN warehouse w ON w.id = d.warehouse_id JOIN parcel p ON p.document_id = d.id AND p.state = 'labelled'
LEFT JOIN carrier h ON h.code = p.carrier LEFT JOIN services v ON (v.carrier, v.service) = (p.carrier, p.service)
LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
    AND NOT EXISTS (SELECT FROM shipment_parcel l WHERE l.parcel_id = p.id AND l.left_out_at IS NULL)
GROUP BY p.carrier, h.name, p.service, v.name, w.time_zone ORDER BY 1, 3
