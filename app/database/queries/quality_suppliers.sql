-- What was found of each item of each supplier in a warehouse (NULL: all that may be seen): lots that passed, that did not, and
-- that were let by; pieces that were looked at and were defective; what became of the goods (base units); the lots in their
-- order, by which the next one is looked at. Relies on inspection_record.
SELECT coalesce(p.code, '') AS partner, coalesce(p.name, '') AS partner_name, g.sku, g.name, g.base_uom AS unit,
    count(*) FILTER (WHERE i.passed)::int AS passed, count(*) FILTER (WHERE NOT i.passed)::int AS failed,
    count(*) FILTER (WHERE i.state = 'skipped')::int AS skipped,
    coalesce(sum(x.pieces), 0)::int AS looked_at, coalesce(sum(x.defective), 0)::int AS defective,
    coalesce(sum(y.accepted), 0) AS accepted, coalesce(sum(y.refused), 0) AS refused, max(i.ended_at) AS last_at,
    past_lots(i.partner_id, i.item_id) AS lots
FROM inspection i JOIN item g ON g.id = i.item_id LEFT JOIN partner p ON p.id = i.partner_id
LEFT JOIN LATERAL (SELECT sum(c.pieces) AS pieces, sum(c.pieces) FILTER (WHERE c.defective) AS defective
    FROM inspection_piece c WHERE c.inspection_id = i.id) x ON true
LEFT JOIN LATERAL (SELECT sum(z.qty) FILTER (WHERE z.disposition = 'accept') AS accepted,
        sum(z.qty) FILTER (WHERE z.disposition IN ('reject', 'return')) AS refused
    FROM inspection_part z WHERE z.inspection_id = i.id) y ON true
WHERE i.ended_at IS NOT NULL AND i.origin_id IS NULL AND i.warehouse_id = coalesce(%(warehouse)s, i.warehouse_id)
  AND inspection_quantity(i.id) > 0
GROUP BY p.code, p.name, g.sku, g.name, g.base_uom, i.partner_id, i.item_id
ORDER BY count(*) FILTER (WHERE NOT i.passed) DESC, p.code, g.sku
