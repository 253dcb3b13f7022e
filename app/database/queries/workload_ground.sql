-- The ids behind the words of the neutral workload: its one warehouse's places, all items by SKU, all partners by code.
-- No parameters. Read once a client.
SELECT w.id AS warehouse,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'dock' LIMIT 1) AS dock,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'staging' LIMIT 1) AS staging,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'tote' LIMIT 1) AS tote,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'supplier') AS supplier,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'customer') AS customer,
    (SELECT id FROM location WHERE warehouse_id = w.id AND kind = 'adjustment') AS adjustment,
    (SELECT jsonb_object_agg(name, id) FROM location WHERE warehouse_id = w.id AND kind = 'bin') AS bins,
    (SELECT coalesce(jsonb_object_agg(sku, id), '{}') FROM item) AS items,
    (SELECT coalesce(jsonb_object_agg(code, id), '{}') FROM partner) AS partners
FROM warehouse w LIMIT 1
