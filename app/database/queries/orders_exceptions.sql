-- What somebody should do something about in goods out beside orders themselves: cartons, labels, papers, carriers, trucks,
-- walks, bins. `kind` as in domain/order_desk.Trouble; `number`: its order, walk or bin; `about`: by what it is found where it
-- is solved; `fault` and `facts`: what was said of it; `since`: how long it stands so.
-- warehouse: id; soon, late: after how many minutes what waits for a machine, and for a person, has waited too long.
-- Relies on document_work, parcel_document, purchase_parcel, print_job_uid, print_job_trouble, outbox_subject, outbox_open,
-- track_event_trouble, track_event_parcel, task_batch, task_open.
WITH carton AS (
    SELECT p.id, p.state, p.closed_at, p.handling_unit_id, coalesce(p.tracking, u.sscc) AS about, d.id AS document, d.number,
        coalesce(t.name, '') AS customer, o.cut_off
    FROM document d JOIN parcel p ON p.document_id = d.id AND p.state IN ('open', 'closed', 'labelled')
    JOIN handling_unit u ON u.id = p.handling_unit_id
    LEFT JOIN partner t ON t.id = d.partner_id LEFT JOIN customer_order o ON o.document_id = d.id
    WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
), label AS (
    SELECT c.*, b.state AS buying, b.answer_by, b.created_at AS wanted_at, coalesce(nullif(b.fault, ''), e.fault, '') AS fault,
        CASE WHEN b.fault <> '' THEN b.facts ELSE coalesce(e.facts, '{}') END AS facts
    FROM carton c CROSS JOIN LATERAL (SELECT x.* FROM purchase x WHERE x.parcel_id = c.id ORDER BY x.id DESC LIMIT 1) b
    LEFT JOIN outbox e ON e.subject_id = b.id AND e.kind = 'buy' AND e.state <> 'DONE'
), gone AS (
    SELECT coalesce(p.tracking, '') AS about, d.id AS document, d.number, coalesce(t.name, '') AS customer, e.state, e.words, e.at
    FROM track_event e JOIN parcel p ON p.id = e.parcel_id AND p.state = 'shipped' JOIN document d ON d.id = p.document_id
    LEFT JOIN partner t ON t.id = d.partner_id
    WHERE e.warehouse_id = %(warehouse)s AND e.state IN ('exception', 'returned')
        AND NOT EXISTS (SELECT FROM track_event x WHERE x.parcel_id = e.parcel_id AND (x.at, x.id) > (e.at, e.id))
)
SELECT CASE WHEN buying = 'unknown' THEN 'label_unknown' WHEN buying = 'refused' THEN 'label_refused' ELSE 'label_waits' END
    AS kind, number, about, customer, fault, facts, wanted_at AS since, cut_off
FROM label
WHERE buying = 'unknown' OR buying = 'refused' AND state <> 'open' OR buying = 'asked' AND answer_by < now()
    OR buying = 'wanted' AND (fault <> '' OR wanted_at < now() - make_interval(mins => %(soon)s))
UNION ALL
SELECT CASE WHEN j.state IN ('PARTIAL', 'UNKNOWN') THEN 'print_doubtful' ELSE 'print_waits' END, d.number, j.label_uid,
    coalesce(t.name, ''), '', jsonb_build_object('printer', r.name, 'state', j.state), j.created_at, o.cut_off
FROM print_job j JOIN printer r ON r.id = j.printer_id
JOIN document d ON d.id = j.document_id AND d.kind IN ('order', 'shipment', 'batch')
LEFT JOIN partner t ON t.id = d.partner_id LEFT JOIN customer_order o ON o.document_id = d.id
WHERE j.warehouse_id = %(warehouse)s AND d.decision NOT IN ('cancelled', 'closed') 
    AND j.state IN ('QUEUED', 'SENDING', 'SENT', 'PARTIAL', 'UNKNOWN')
    AND (j.state IN ('PARTIAL', 'UNKNOWN') OR j.created_at < now() - make_interval(mins => %(soon)s))
UNION ALL
SELECT 'unlabelled', c.number, c.about, c.customer, '', '{}', c.closed_at, c.cut_off
FROM carton c WHERE c.state = 'closed' AND c.closed_at < now() - make_interval(mins => %(late)s)
    AND (SELECT j.state FROM print_job j WHERE j.label_uid = c.about ORDER BY j.id DESC LIMIT 1) IN ('CONFIRMED', 'UNVERIFIED')
UNION ALL
SELECT 'left_open', c.number, c.about, c.customer, '', '{}', h.at, c.cut_off
FROM carton c CROSS JOIN LATERAL (SELECT max(m.recorded_at) AS at FROM stock_move m
    WHERE m.to_handling_unit_id = c.handling_unit_id AND m.to_handling_unit_id <> nil()) h
WHERE c.state = 'open' AND h.at < now() - make_interval(mins => %(late)s)
    AND NOT EXISTS (SELECT FROM dialog_run r WHERE NOT r.finished AND r.state ->> 'order' = c.document::text)
UNION ALL
SELECT 'left_behind', c.number, c.about, c.customer, '', jsonb_build_object('manifest', s.number), l.left_out_at, c.cut_off
FROM carton c CROSS JOIN LATERAL (SELECT x.* FROM shipment_parcel x WHERE x.parcel_id = c.id
    ORDER BY x.left_out_at DESC NULLS FIRST LIMIT 1) l JOIN document s ON s.id = l.document_id
WHERE c.state = 'labelled' AND l.left_out_at IS NOT NULL
UNION ALL
SELECT 'carrier', coalesce(d.number, ''), coalesce(b.tracking, o.reference), c.name, o.fault,
    o.facts || jsonb_build_object('request', 'shipments.request_' || o.kind), o.created_at, NULL
FROM outbox o JOIN carrier c ON c.id = o.carrier_id
LEFT JOIN purchase b ON b.id = o.subject_id LEFT JOIN parcel p ON p.id = b.parcel_id
LEFT JOIN document d ON d.id = coalesce(p.document_id, CASE WHEN o.kind = 'manifest' THEN o.subject_id END)
WHERE o.warehouse_id = %(warehouse)s AND o.kind <> 'buy' AND o.state <> 'DONE' AND (o.state IN ('FAILED', 'UNKNOWN')
    OR o.state = 'ASKED' AND o.answer_by < now() OR o.state = 'QUEUED' AND o.fault <> '')
UNION ALL
SELECT 'carrier', '', n.file, c.name, n.fault, n.facts || jsonb_build_object('request', 'shipments.request_notice'), n.at, NULL
FROM carrier_notice n JOIN carrier c ON c.id = n.carrier_id WHERE n.seen_at IS NULL
UNION ALL
SELECT 'delivery', g.number, g.about, g.customer, '', jsonb_build_object('track', 'shipments.track_' || g.state, 'words', g.words), g.at, NULL
FROM gone g WHERE g.state = 'exception' OR NOT EXISTS (SELECT FROM goods_return x JOIN document r ON r.id = x.document_id
    WHERE x.order_id = g.document AND r.decision <> 'cancelled')
UNION ALL
SELECT 'stalled', d.number, d.number, '', '', jsonb_build_object('person', coalesce(q.name, '')), b.leased_until, b.cut_off
FROM document d JOIN batch b ON b.document_id = d.id LEFT JOIN person q ON q.id = b.leased_by
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'batch' AND d.decision = 'released' AND b.leased_until < now()
    AND EXISTS (SELECT FROM task t WHERE t.batch_id = d.id AND t.done_qty > 0)
    AND EXISTS (SELECT FROM task t WHERE t.batch_id = d.id AND t.state = 'open')
UNION ALL
SELECT 'stalled', d.number, d.number, '', '', jsonb_build_object('person', coalesce(max(q.name), '')), max(t.leased_until), min(o.cut_off)
FROM task t JOIN document_line l ON l.id = t.document_line_id JOIN document d ON d.id = l.document_id
LEFT JOIN person q ON q.id = t.leased_by LEFT JOIN customer_order o ON o.document_id = d.id
WHERE t.warehouse_id = %(warehouse)s AND t.kind = 'pick' AND t.state = 'open' AND t.batch_id IS NULL
    AND t.leased_until < now() AND d.decision = 'released' AND EXISTS (SELECT FROM document_line y
        JOIN task x ON x.document_line_id = y.id WHERE y.document_id = d.id AND x.kind = 'pick' AND x.done_qty > 0)
GROUP BY d.id
UNION ALL
SELECT 'count', l.address, l.address, '', '', jsonb_build_object('sku', i.sku, 'name', i.name, 'location', l.id, 'item', i.id), NULL, NULL
FROM task t JOIN location l ON l.id = t.from_location_id JOIN item i ON i.id = t.item_id
WHERE t.warehouse_id = %(warehouse)s AND t.kind = 'count' AND t.state = 'open'
