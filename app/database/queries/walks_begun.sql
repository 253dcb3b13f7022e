-- What is left of the walks that were released and are not over: the zones of their open picks, and the minutes that they
-- still take by what was foretold (a minute a pick where nothing was). Paper counts, too. warehouse: id.
-- Relies on document_work, task_batch.
SELECT array_agg(DISTINCT coalesce(l.parent_id, l.id)) FILTER (WHERE t.state = 'open') AS zones,
    round(coalesce(b.minutes, count(*)) * count(*) FILTER (WHERE t.state = 'open') / count(*)::numeric, 1) AS minutes
FROM document d JOIN batch b ON b.document_id = d.id JOIN task t ON t.batch_id = d.id AND t.state <> 'cancelled'
JOIN location l ON l.id = t.from_location_id
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'batch' AND d.decision = 'released'
GROUP BY d.id, b.document_id HAVING count(*) FILTER (WHERE t.state = 'open') > 0
ORDER BY b.cut_off NULLS LAST, b.priority DESC, d.number
