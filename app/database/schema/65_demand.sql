-- What allocation needs to know of orders, in one answer; to be read after lock_demand(), in the same transaction. (Owned by
-- the sealer's role: with the walls written into it, it asked sixty times who asks.) Nothing of warehouses where the person
-- does not work, and nothing for people of an owner, who plan nothing.
-- p_documents: orders of the one warehouse. Quantities in base units, as text; only lines that still want goods.
-- owner: whose goods the order is about; only theirs are reserved for it.
-- instead: what of other goods could go in the item's place, in words.
-- not_promised: what is free of the item, wherever it is, and promised to no other line.
-- complete_only: all lines of the order get their goods, or none; last_expiry: of what the customer got of the item last,
-- read only where a rule asks for it. minimum_days: the shelf life that item and customer want left when the goods leave.
-- lot: the only one that the customer takes, '' for any.
-- stock: what is free in bins, at most 500 keys an item, wished lots and then best before first. `frozen`: the bin, or the item in it, is
-- to be counted. Relies on document_line_document_id_line_no_key, stock_balance_pkey, reservation_pkey, task_count.
CREATE FUNCTION allocation_facts(p_documents uuid[], OUT warehouse uuid, OUT lines jsonb, OUT stock jsonb, OUT policies jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
    WITH asked AS (
        SELECT * FROM document WHERE id = ANY (p_documents) AND warehouse_id = ANY ((SELECT my_warehouses())::uuid[])
            AND (SELECT my_owners()) IS NULL
    ), wanting AS (
        SELECT l.id, l.item_id, d.id AS document, d.number, d.due, d.partner_id, l.line_no, d.warehouse_id, d.owner_id,
            coalesce(o.priority, 0) AS priority, o.cut_off, coalesce(o.complete_only, false) AS complete_only,
            coalesce((SELECT v.lot FROM line_wish v WHERE v.document_line_id = l.id), '') AS lot,
            l.base_qty - coalesce((SELECT p.qty FROM line_progress p
                                   WHERE p.document_line_id = l.id AND p.step = 'shipped'), 0)
                       - coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.demand_line_id = l.id), 0) AS open
        FROM asked d JOIN document_line l ON l.document_id = d.id LEFT JOIN customer_order o ON o.document_id = d.id
        WHERE d.kind = 'order' AND d.decision = 'released' AND NOT l.closed
    )
    SELECT
        (SELECT warehouse_id FROM asked LIMIT 1),
        coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'document', w.document, 'item', i.id, 'owner', w.owner_id, 'sku', i.sku,
                'instead', CASE WHEN EXISTS (SELECT FROM item_substitute x WHERE i.id IN (x.item_id, x.substitute_id))
                        AND may('see_stock', w.warehouse_id)
                    THEN ARRAY(SELECT s.available || ' × ' || s.sku FROM substitutes_of(i.id, w.warehouse_id, w.owner_id) s)
                    ELSE '{}' END,
                'partner', w.partner_id, 'categories', to_jsonb(coalesce((SELECT c.path FROM category c WHERE c.id = i.category_id), '{}')),
                'complete_only', w.complete_only, 'last_expiry', CASE WHEN EXISTS (SELECT FROM policy y
                        WHERE y.capability = 'allocation' AND y.rules::text LIKE '%older_than_last%')
                    THEN (SELECT max(coalesce(t.expiry, t.best_before)) FROM stock_move m JOIN trace t ON t.id = m.trace_id
                          JOIN document_line x ON x.id = m.document_line_id JOIN document c ON c.id = x.document_id
                          WHERE m.item_id = w.item_id AND m.kind = 'ship' AND m.reverses IS NULL AND c.partner_id = w.partner_id
                        AND m.warehouse_id = ANY ((SELECT my_warehouses())::uuid[])) END,
                'open', w.open::text, 'lot', w.lot, 'needed_on', greatest(coalesce(w.due, t.today), t.today),
                'minimum_days', s.days,
                'not_promised', ((SELECT coalesce(sum(b.on_hand - b.reserved), 0) FROM stock_balance b
                        WHERE b.warehouse_id = w.warehouse_id AND b.item_id = w.item_id AND b.owner_id = w.owner_id
                          AND b.status = 'available' AND b.location_id NOT IN (
                              SELECT id FROM location WHERE warehouse_id = w.warehouse_id AND kind = 'consignment'))
                    - (SELECT coalesce(sum(p.qty), 0) FROM promise p
                       WHERE p.warehouse_id = w.warehouse_id AND p.item_id = w.item_id AND p.owner_id = w.owner_id
                         AND p.inbound_line_id IS NULL AND p.demand_line_id <> w.id))::text)
                ORDER BY w.priority DESC, w.cut_off NULLS LAST, w.due NULLS LAST, w.number, w.line_no)
            FROM wanting w JOIN item i ON i.id = w.item_id
            CROSS JOIN LATERAL shelf_life_asked(w.id, w.item_id, w.partner_id) s
            CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE time_zone)::date AS today FROM warehouse
                                WHERE id = w.warehouse_id) t
            WHERE w.open > 0), '[]'),
        coalesce((SELECT jsonb_agg(jsonb_build_object('item', s.item_id, 'location', s.location_id, 'trace', s.trace_id,
                'unit', s.handling_unit_id, 'owner', s.owner_id, 'status', s.status, 'free', s.free::text,
                'on_hand', s.on_hand::text, 'unit_kind', s.unit_kind, 'pack', s.pack::text,
                'address', s.address, 'zone', s.zone, 'walk', s.walk_position, 'lot', s.lot, 'expiry', s.expiry,
                'received_on', (s.first_received_at AT TIME ZONE a.time_zone)::date, 'frozen', s.frozen))
            FROM (SELECT DISTINCT warehouse_id, item_id, owner_id FROM wanting WHERE open > 0) w
            JOIN warehouse a ON a.id = w.warehouse_id
            CROSS JOIN LATERAL (
                SELECT b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status,
                    b.on_hand - b.reserved AS free, b.on_hand, coalesce(h.kind, '') AS unit_kind, trim_scale(coalesce((
                        SELECT max(u.numerator::numeric / u.denominator) FROM item_uom u WHERE u.item_id = b.item_id), 0)) AS pack,
                    b.first_received_at, l.address, coalesce(z.name, '') AS zone,
                    l.walk_position, coalesce(nullif(x.lot, ''), x.serial) AS lot, coalesce(x.expiry, x.best_before) AS expiry,
                    l.frozen_by IS NOT NULL OR EXISTS (SELECT FROM task k WHERE k.kind = 'count' AND k.state = 'open'
                        AND k.from_location_id = b.location_id AND k.item_id = b.item_id) AS frozen
                FROM stock_balance b JOIN location l ON l.id = b.location_id AND l.kind = 'bin'
                LEFT JOIN location z ON z.id = l.parent_id LEFT JOIN trace x ON x.id = b.trace_id
                LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
                WHERE b.warehouse_id = w.warehouse_id AND b.item_id = w.item_id AND b.owner_id = w.owner_id
                  AND b.on_hand > b.reserved
                  AND NOT EXISTS (SELECT FROM trace_hold h WHERE h.trace_id = b.trace_id AND h.warehouse_id = b.warehouse_id
                      AND h.status <> 'available')
                ORDER BY EXISTS (SELECT FROM wanting y WHERE y.item_id = b.item_id AND y.lot = coalesce(nullif(x.lot, ''), x.serial)) DESC,
                    coalesce(x.expiry, x.best_before) NULLS LAST, b.first_received_at LIMIT 500) s), '[]'),
        policies_for('allocation', ARRAY(SELECT w.item_id FROM wanting w UNION SELECT w.warehouse_id FROM wanting w
            UNION SELECT partner_id FROM asked
            UNION SELECT unnest(c.path) FROM wanting w JOIN item i ON i.id = w.item_id JOIN category c ON c.id = i.category_id))
$$;
GRANT EXECUTE ON FUNCTION allocation_facts(uuid[]) TO @everyone@;
