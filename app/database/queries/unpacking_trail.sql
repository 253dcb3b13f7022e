-- What became of a carton: the states that it was in, and what was done to it besides packing it, the oldest first.
-- warehouse: id; code: its SSCC, or a tracking number that it bears or bore. Relies on handling_unit_sscc_key, code_pkey,
-- parcel_history_parcel, carton_event_parcel.
WITH asked AS (
    SELECT p.id FROM parcel p JOIN document d ON d.id = p.document_id AND d.warehouse_id = %(warehouse)s
    JOIN handling_unit u ON u.id = p.handling_unit_id WHERE u.sscc = %(code)s
    UNION SELECT p.id FROM code c JOIN parcel p ON p.id = c.target_id JOIN document d ON d.id = p.document_id
        AND d.warehouse_id = %(warehouse)s WHERE c.scheme = 'tracking' AND c.value = %(code)s
)
SELECT x.at, x.what, x.reason, n.name AS person, coalesce(s.name, '') AS station, coalesce(a.name, '') AS approved_by,
    x.tracking, x.detail
FROM (
    SELECT h.id, h.at, h.state AS what, '' AS reason, h.person_id, h.station_id, NULL::uuid AS approved_by,
        coalesce(h.tracking, '') AS tracking, '{}'::jsonb AS detail
    FROM parcel_history h WHERE h.parcel_id IN (SELECT id FROM asked)
    UNION ALL SELECT e.id, e.at, e.what, e.reason, e.person_id, e.station_id, e.approved_by, '', e.detail
    FROM carton_event e WHERE e.parcel_id IN (SELECT id FROM asked)
) x
JOIN person n ON n.id = x.person_id LEFT JOIN station s ON s.id = x.station_id LEFT JOIN person a ON a.id = x.approved_by
ORDER BY x.at, x.id
