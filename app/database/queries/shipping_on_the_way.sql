-- Cartons that have left in the last `days`, the latest first, with what was heard of them last. Weights in kg.
-- warehouse: its id; parcel: only this one, or NULL. Relies on document_work, parcel_document, track_event_parcel.
WITH services AS MATERIALIZED (SELECT * FROM carrier_service)
SELECT p.id, d.number, coalesce(p.tracking, '') AS tracking, u.sscc, coalesce(t.name, '') AS partner,
    coalesce(c.ship_to, '{}') AS ship_to, p.carrier, p.service, coalesce(h.name, code_in_words(p.carrier)) AS carrier_name,
    coalesce(v.name, code_in_words(p.service)) AS service_name, b.arrives, s.left_at, coalesce(e.state, '') AS state,
    e.at AS heard_at, coalesce(e.place, '') AS place, coalesce(e.words, '') AS words,
    coalesce(b.arrives < (now() AT TIME ZONE w.time_zone)::date AND coalesce(e.state, '') NOT IN ('delivered', 'returned'),
        false) AS late
FROM parcel p JOIN document d ON d.id = p.document_id JOIN handling_unit u ON u.id = p.handling_unit_id
JOIN warehouse w ON w.id = d.warehouse_id
LEFT JOIN partner t ON t.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
LEFT JOIN carrier h ON h.code = p.carrier LEFT JOIN services v ON (v.carrier, v.service) = (p.carrier, p.service)
LEFT JOIN LATERAL (SELECT x.arrives FROM purchase x WHERE x.parcel_id = p.id AND x.state = 'bought' LIMIT 1) b ON true
LEFT JOIN LATERAL (SELECT coalesce(g.departed_at, l.loaded_at) AS left_at FROM shipment_parcel l
    JOIN shipment g ON g.document_id = l.document_id WHERE l.parcel_id = p.id AND l.loaded_at IS NOT NULL LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT x.* FROM track_event x WHERE x.parcel_id = p.id ORDER BY x.at DESC, x.id DESC LIMIT 1) e ON true
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND p.state = 'shipped'
    AND (p.id = %(parcel)s OR %(parcel)s IS NULL AND coalesce(s.left_at, p.closed_at) > now() - make_interval(days => %(days)s))
ORDER BY coalesce(s.left_at, p.closed_at) DESC, p.id
