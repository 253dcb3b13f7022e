-- What has happened in the warehouses of the person who asks: base units by step (less what was taken back), labels
-- that are proven to be printed, and the parcels with their codes. Relies on stock_move_item and print_job_uid only for
-- joins; it reads the whole ledger and is meant for small ones (the demo) and for reports.
WITH done AS (
    SELECT kind, sum(CASE WHEN reverses IS NULL THEN qty ELSE -qty END) AS qty FROM stock_move GROUP BY kind
)
SELECT
    coalesce((SELECT qty FROM done WHERE kind = 'receipt'), 0) AS received,
    coalesce((SELECT qty FROM done WHERE kind = 'putaway'), 0) AS put_away,
    coalesce((SELECT qty FROM done WHERE kind = 'pick'), 0) AS picked,
    coalesce((SELECT qty FROM done WHERE kind = 'pack'), 0) AS packed,
    coalesce((SELECT qty FROM done WHERE kind = 'ship'), 0) AS shipped,
    (SELECT count(*) FROM print_job WHERE state = 'CONFIRMED') AS labels_confirmed,
    (SELECT count(*) FROM scan_event) AS scans,
    coalesce((SELECT jsonb_agg(jsonb_build_object('document', d.number, 'sscc', u.sscc, 'tracking', p.tracking,
        'weight_kg', p.weight_kg::text, 'state', p.state) ORDER BY p.id)
        FROM parcel p JOIN document d ON d.id = p.document_id JOIN handling_unit u ON u.id = p.handling_unit_id), '[]')
        AS parcels
