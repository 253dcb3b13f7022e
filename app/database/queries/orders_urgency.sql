-- What the rules for priorities may know of customers' orders that have not ended and whose priority nobody gave by hand.
-- warehouse: id; documents: ids of orders, NULL for all of the warehouse. `value`: of lines with a price, as text;
-- `days_to_ship`: until the order is to leave, NULL where nobody said. Relies on document_work, document_line's key.
SELECT d.id, d.number, d.partner_id, coalesce(p.code, '') AS partner, coalesce(p.name, '') AS customer,
    coalesce(o.carrier, 'house') AS carrier, coalesce(o.service, 'STANDARD') AS service,
    coalesce(o.ship_to ->> 'country', '') AS country, coalesce(l.lines, 0) AS lines, coalesce(l.value, 0)::text AS value,
    coalesce(d.due, (coalesce(o.cut_off, CASE WHEN d.decision = 'draft' THEN next_cut_off(d.warehouse_id,
        coalesce(o.carrier, 'house'), coalesce(o.service, 'STANDARD'), now(), d.due, o.requested) END)
        AT TIME ZONE w.time_zone)::date) - (now() AT TIME ZONE w.time_zone)::date AS days_to_ship,
    coalesce(o.complete_only, false) AS complete_only, coalesce(o.priority, 0) AS priority
FROM document d JOIN warehouse w ON w.id = d.warehouse_id
LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN customer_order o ON o.document_id = d.id
LEFT JOIN LATERAL (SELECT count(*) AS lines, sum(x.qty * x.unit_price) AS value FROM document_line x
    WHERE x.document_id = d.id AND NOT x.closed) l ON true
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('draft', 'released', 'held')
  AND NOT coalesce(o.own_priority, false) AND (%(documents)s::uuid[] IS NULL OR d.id = ANY (%(documents)s::uuid[]))
ORDER BY d.number
