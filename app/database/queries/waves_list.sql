-- Waves of a warehouse with how far they are, those that are not over first, then the latest; and as one row without a
-- number the walks that were released without a wave and are not over.
-- warehouse: id; most: how many at most. Relies on document_work, document_parent, task_batch.
SELECT d.id, coalesce(d.number, '') AS number, coalesce(d.decision, 'released') AS decision, d.created_at,
    coalesce(p.name, '') AS person, coalesce(w.asked, '{}') AS asked, coalesce(w.told, '{}') AS told, min(b.cut_off) AS cut_off,
    count(x.id) AS walks, count(x.id) FILTER (WHERE x.decision IN ('closed', 'cancelled')) AS walks_done,
    count(x.id) FILTER (WHERE b.leased_until > now() OR b.listed_at IS NOT NULL AND x.decision = 'released') AS walking,
    coalesce(sum(o.orders), 0)::int AS orders, coalesce(sum(t.picks), 0)::int AS picks, coalesce(sum(t.done), 0)::int AS done,
    coalesce(sum(b.metres), 0)::int AS metres, coalesce(sum(b.minutes), 0)::int AS minutes
FROM document x JOIN batch b ON b.document_id = x.id
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state <> 'cancelled') AS picks, count(*) FILTER (WHERE state = 'done') AS done
                    FROM task WHERE batch_id = x.id) t
CROSS JOIN LATERAL (SELECT count(*) AS orders FROM batch_slot s WHERE s.batch_id = x.id) o
LEFT JOIN document d ON d.id = x.parent_id LEFT JOIN wave w ON w.document_id = d.id LEFT JOIN person p ON p.id = d.created_by
WHERE x.kind = 'batch' AND x.warehouse_id = %(warehouse)s
  AND (x.parent_id IS NOT NULL OR x.decision IN ('draft', 'released', 'held'))
GROUP BY d.id, p.name, w.asked, w.told
ORDER BY coalesce(d.decision, 'released') IN ('closed', 'cancelled'), d.created_at DESC NULLS FIRST LIMIT %(most)s
