-- What waits for a manifest in a warehouse: labelled cartons by carrier and service. Weights in kg.
-- warehouse: its id. Relies on document_work, parcel_document, shipment_parcel_once.
SELECT p.carrier, carrier_called(p.carrier) AS carrier_name, p.service, service_called(p.carrier, p.service) AS service_name, count(*)::int AS cartons,
    coalesce(sum(p.weight_kg), 0) AS weight_kg, min(o.cut_off) AS cut_off
FROM document d JOIN parcel p ON p.document_id = d.id AND p.state = 'labelled'
LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
    AND NOT EXISTS (SELECT FROM shipment_parcel l WHERE l.parcel_id = p.id AND l.left_out_at IS NULL)
GROUP BY p.carrier, p.service ORDER BY 1, 3
