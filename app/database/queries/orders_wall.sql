-- The numbers of the big board: how many orders leave with which carrier at which moment and how many of them are packed,
-- and how many order lines were picked and packed in each of the last hours. warehouse: id; until: the end of what is
-- looked at. What was taken back was not done; late is what the order board calls late.
-- Relies on document_work, stock_move_recorded, stock_move_reverses, parcel_document.
WITH open AS (
    SELECT d.id, d.decision, o.cut_off, coalesce(o.cut_off < now(), d.due < (SELECT today_in(%(warehouse)s)), false) AS late, coalesce(o.carrier, '') AS carrier,
        (SELECT count(*) FROM document_line l WHERE l.document_id = d.id AND NOT l.closed) AS lines,
        NOT EXISTS (SELECT FROM document_line l LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'packed'
            WHERE l.document_id = d.id AND NOT l.closed AND l.base_qty > coalesce(g.qty, 0)) AS packed
    FROM document d LEFT JOIN customer_order o ON o.document_id = d.id
    WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('released', 'held')
)
SELECT
    coalesce((SELECT jsonb_agg(to_jsonb(b) ORDER BY b.cut_off) FROM (
        SELECT cut_off, carrier_called(carrier) AS carrier, count(*) AS orders, count(*) FILTER (WHERE packed) AS packed,
            coalesce(sum(lines) FILTER (WHERE NOT packed), 0) AS lines
        FROM open WHERE cut_off >= now() AND cut_off < %(until)s GROUP BY 1, open.carrier ORDER BY 1, 2) b), '[]') AS leaving,
    (SELECT count(*) FROM open WHERE late) AS late,
    (SELECT count(*) FROM open WHERE decision = 'held') AS held,
    (SELECT count(*) FROM open WHERE decision = 'released' AND NOT packed) AS to_do,
    (SELECT count(DISTINCT c.document_id) FROM order_change c JOIN document d ON d.id = c.document_id
     WHERE d.warehouse_id = %(warehouse)s AND c.what = 'cancelled' AND c.at >= now() - interval '24 hours') AS cancelled,
    coalesce((SELECT jsonb_agg(jsonb_build_object('hour', s.hour, 'picked', coalesce(m.picked, 0),
            'packed', coalesce(m.packed, 0)) ORDER BY s.hour)
        FROM generate_series(date_trunc('hour', now()) - interval '7 hours', date_trunc('hour', now()), '1 hour') s (hour)
        LEFT JOIN (SELECT date_trunc('hour', recorded_at) AS hour,
                count(DISTINCT document_line_id) FILTER (WHERE kind = 'pick') AS picked,
                count(DISTINCT document_line_id) FILTER (WHERE kind = 'pack') AS packed
            FROM stock_move m WHERE warehouse_id = %(warehouse)s AND kind IN ('pick', 'pack') AND reverses IS NULL
              AND NOT EXISTS (SELECT FROM stock_move x WHERE x.reverses = m.id AND x.qty >= m.qty)
              AND recorded_at >= date_trunc('hour', now()) - interval '7 hours' GROUP BY 1) m ON m.hour = s.hour), '[]') AS hours
