-- The shipments of a warehouse, the newest first, with how far they are; those that departed up to `days` ago. Weights in
-- kg. number: only this one, however old; '' all.
-- Relies on document_work, shipment_pkey, shipment_parcel_pkey.
WITH services AS MATERIALIZED (SELECT * FROM carrier_service)
SELECT d.id, d.number, c.code AS carrier, c.name AS carrier_name, s.service, coalesce(v.name, code_in_words(s.service)) AS service_name, s.truck, d.created_at, m.name AS made_by,
    s.departed_at, coalesce(x.name, '') AS departed_by, s.signed_at, s.signed_by, s.signature,
    coalesce(nullif(o.name, ''), w.name) AS company, w.code AS warehouse, w.address AS warehouse_address, w.time_zone,
    coalesce(l.cartons, 0)::int AS cartons, coalesce(l.loaded, 0)::int AS loaded, coalesce(l.weight_kg, 0) AS weight_kg,
    (SELECT count(*) FROM document_photo f WHERE f.document_id = d.id)::int AS photos,
    coalesce(t.state, '') AS told, coalesce(t.fault, '') AS fault, coalesce(t.facts, '{}') AS facts
FROM document d JOIN shipment s ON s.document_id = d.id JOIN carrier c ON c.id = s.carrier_id
LEFT JOIN services v ON (v.carrier, v.service) = (c.code, s.service)
JOIN warehouse w ON w.id = d.warehouse_id CROSS JOIN company o JOIN person m ON m.id = d.created_by
LEFT JOIN person x ON x.id = s.departed_by
LEFT JOIN LATERAL (SELECT count(*) AS cartons, count(i.loaded_at) AS loaded, sum(p.weight_kg) AS weight_kg
    FROM shipment_parcel i JOIN parcel p ON p.id = i.parcel_id
    WHERE i.document_id = d.id AND i.left_out_at IS NULL) l ON true
LEFT JOIN outbox t ON t.subject_id = d.id AND t.kind = 'manifest'
WHERE d.kind = 'shipment' AND (d.warehouse_id = %(warehouse)s OR %(warehouse)s IS NULL)
    AND (upper(d.number) = upper(%(number)s) OR %(number)s = '' AND (s.departed_at IS NULL
        OR s.departed_at > now() - make_interval(days => %(days)s)))
ORDER BY d.number DESC
