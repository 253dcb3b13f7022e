-- What carriers were told beside the buying of labels, and what their files said that fits nothing, the newest first: all
-- that is open, and what is settled of the last `days`. `about` is the label, the manifest or the day that it is about.
-- warehouse: whose pickups, labels and manifests; notices are everybody's. Relies on outbox_work, carrier_notice_open.
SELECT o.id, o.kind, o.reference, c.code AS carrier, c.name AS carrier_name, o.state, o.content, o.answer, o.fault, o.facts,
    o.tries, o.answer_by, o.created_at AS at, coalesce(coalesce(b.tracking, b.reference) || ' · ' || coalesce(o.content ->> 'manifest', d.number),
        o.content ->> 'day', o.reference) AS about
FROM outbox o JOIN carrier c ON c.id = o.carrier_id
LEFT JOIN purchase b ON b.id = o.subject_id AND o.kind IN ('void', 'left_out')
LEFT JOIN parcel p ON p.id = b.parcel_id LEFT JOIN document d ON d.id = p.document_id
WHERE o.warehouse_id = %(warehouse)s AND o.kind NOT IN ('buy', 'papers')
    AND (o.state <> 'DONE' OR o.created_at > now() - make_interval(days => %(days)s))
UNION ALL
SELECT n.id, 'notice', n.reference, c.code, c.name, CASE WHEN n.seen_at IS NULL THEN 'UNKNOWN' ELSE 'DONE' END,
    jsonb_build_object('line', n.line), n.tracking, n.fault, n.facts, 1, NULL, n.at, n.file
FROM carrier_notice n JOIN carrier c ON c.id = n.carrier_id
WHERE n.seen_at IS NULL OR n.at > now() - make_interval(days => %(days)s)
ORDER BY at DESC, id DESC
