-- Customers' orders of a warehouse with how far each of their lines is, the most urgent first.
-- warehouse: id; ended: also those that were cancelled or closed since `since`; document: one order only (NULL: all).
-- Quantities in base units, as text. `hands`: who has it in hand at a bench or with a cart; `missing_skus`: what nothing is
-- reserved for. Each order and line is asked for by itself, whatever the planner believes about tables that have just been
-- filled. Relies on document_work, document_line_document_id_line_no_key, reservation_pkey, line_progress_pkey.
WITH wanted AS (
    SELECT d.* FROM document d
    WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND (%(document)s::uuid IS NULL OR d.id = %(document)s)
      AND (d.decision IN ('draft', 'released', 'held') OR %(document)s::uuid IS NOT NULL OR %(ended)s AND EXISTS (
          SELECT FROM document_history h WHERE h.document_id = d.id AND h.at >= %(since)s))
), services AS MATERIALIZED (
    SELECT * FROM carrier_service
), runs AS MATERIALIZED (
    SELECT r.state ->> 'order' AS "order", r.state ->> 'document' AS document, q.name
    FROM dialog_run r JOIN person q ON q.id = r.person_id WHERE NOT r.finished
)
SELECT w.id, w.number, w.reference, w.decision, w.version, w.due, w.created_at, coalesce(p.code, '') AS customer_code,
    coalesce(p.name, '') AS customer, o.cut_off, o.requested, coalesce(o.priority, 0) AS priority,
    coalesce(o.carrier, '') AS carrier, coalesce(o.service, '') AS service,
    coalesce(k.name, code_in_words(o.carrier), '') AS carrier_name, coalesce(v.name, code_in_words(o.service), '') AS service_name,
    coalesce(o.complete_only, false) AS complete_only,
    coalesce(o.ship_to, '{}') AS ship_to, coalesce(n.lines, '[]') AS lines, coalesce(n.missing, '{}') AS missing_skus,
    coalesce(n.value, 0)::text AS value,
    coalesce((SELECT array_agg(h.kind ORDER BY h.held_at) FROM order_hold h
              WHERE h.document_id = w.id AND h.lifted_at IS NULL), '{}') AS holds,
    coalesce((SELECT string_agg(DISTINCT r.name, ', ') FROM runs r
        WHERE w.id::text IN (r."order", r.document)
           OR r.document IN (SELECT b.batch_id::text FROM batch_slot b WHERE b.order_id = w.id)), '') AS hands,
    (now() AT TIME ZONE z.time_zone)::date AS today, z.time_zone
FROM wanted w JOIN warehouse z ON z.id = w.warehouse_id LEFT JOIN partner p ON p.id = w.partner_id
LEFT JOIN customer_order o ON o.document_id = w.id
LEFT JOIN carrier k ON k.code = o.carrier LEFT JOIN services v ON (v.carrier, v.service) = (o.carrier, o.service)
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('asked', l.base_qty::text, 'closed', l.closed,
            'reserved', coalesce(h.bins, 0)::text, 'picked', coalesce(h.totes, 0)::text,
            'packed', coalesce(h.cartons, 0)::text, 'shipped', coalesce(g.qty, 0)::text) ORDER BY l.line_no) AS lines,
        array_agg(DISTINCT i.sku) FILTER (WHERE NOT l.closed AND l.base_qty > coalesce(g.qty, 0) + coalesce(h.bins, 0)
            + coalesce(h.totes, 0) + coalesce(h.cartons, 0)) AS missing,
        coalesce(sum(l.qty * l.unit_price), 0) AS value
    FROM document_line l JOIN item i ON i.id = l.item_id
    CROSS JOIN LATERAL (
        SELECT sum(r.qty) FILTER (WHERE c.kind NOT IN ('tote', 'staging')) AS bins,
            sum(r.qty) FILTER (WHERE c.kind = 'tote') AS totes, sum(r.qty) FILTER (WHERE c.kind = 'staging') AS cartons
        FROM reservation r JOIN location c ON c.id = r.location_id WHERE r.demand_line_id = l.id) h
    LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'shipped'
    WHERE l.document_id = w.id) n
ORDER BY w.decision IN ('cancelled', 'closed'), coalesce(o.priority, 0) DESC, o.cut_off NULLS LAST, w.due NULLS LAST, w.number
