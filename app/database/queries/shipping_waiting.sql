-- What waits for a manifest in a warehouse: labelled cartons by carrier and service. Weights in kg.
-- warehouse: its id. Relies on document_work, parcel_document, shipment_parcel_once.
SELECT p.carrier, coalesce(c.name, p.carrier) AS carrier_name, p.service, count(*)::int AS cartons,
    coalesce(sum(p.weight_kg), 0) AS weight_kg, min(o.cut_off) AS cut_off
FROM document d JOIN parcel p ON p.document_id = d.id AND p.state = 'labelled'
LEFT JOIN carrier c ON c.code = p.carrier LEFT JOIN customer_order o ON o.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
    AND NOT EXISTS (SELECT FROM shipment_parcel l WHERE l.parcel_id = p.id AND l.left_out_at IS NULL)
GROUP BY 1, 2, 3 ORDER BY 1, 3
