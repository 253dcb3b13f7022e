-- Walks, with how far each is; those of one wave, or all of a warehouse that are not over (and those that ended within a
-- day where `ended`); or this one. warehouse, wave, walk: ids; wave and walk may be NULL; ended: truth.
-- Relies on document_work, document_parent, task_batch.
SELECT d.id, d.number, w.number AS wave, d.decision, b.mode, b.stream, coalesce(z.name, '') AS zone, b.priority, b.cut_off,
    coalesce(b.metres, 0) AS metres, coalesce(b.minutes, 0) AS minutes, b.listed_at IS NOT NULL AS listed,
    coalesce(a.name, '') AS assigned, coalesce(q.name, '') AS person,
    (SELECT count(*) FROM batch_slot s WHERE s.batch_id = d.id) AS orders,
    coalesce((SELECT jsonb_agg(o.number ORDER BY s.slot) FROM batch_slot s JOIN document o ON o.id = s.order_id
              WHERE s.batch_id = d.id), '[]') AS numbers,
    t.picks, t.done, d.created_at
FROM document d JOIN batch b ON b.document_id = d.id LEFT JOIN document w ON w.id = d.parent_id
LEFT JOIN location z ON z.id = b.zone_id LEFT JOIN person a ON a.id = b.assigned_to
LEFT JOIN person q ON q.id = b.leased_by AND b.leased_until > now()
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state <> 'cancelled') AS picks, count(*) FILTER (WHERE state = 'done') AS done
                    FROM task WHERE batch_id = d.id) t
WHERE d.kind = 'batch' AND d.warehouse_id = %(warehouse)s
  AND CASE WHEN %(walk)s::uuid IS NOT NULL THEN d.id = %(walk)s::uuid
      WHEN %(wave)s::uuid IS NOT NULL THEN d.parent_id = %(wave)s::uuid
      ELSE d.decision IN ('draft', 'released', 'held') OR %(ended)s AND d.created_at > now() - interval '1 day' END
ORDER BY d.decision IN ('closed', 'cancelled'), b.priority DESC, b.cut_off NULLS LAST, d.number
