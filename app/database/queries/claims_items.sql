-- A page of the items of which something is there, awaited, promised or wanted in a warehouse; base units.
-- warehouse: its id; most: how many; page: selects their ids (claims_items_by_word, claims_items_by_amount), before
-- anything is added up. position, order: of the page (paging.py).
-- wanted: what released orders and transfers want and have neither reserved nor promised.
-- Relies on item_sku_key, stock_balance_pkey, promise_item, document_line_item.
SELECT i.id, i.sku, i.name, i.base_uom AS unit, i.decimals, s.on_hand, a.on_hand AS usable, a.reserved, a.promised,
    a.available, a.inbound, a.inbound_promised, w.wanted, {position}
FROM available_to_promise(%(warehouse)s, ARRAY(
    {page})) a
JOIN item i ON i.id = a.item_id
CROSS JOIN LATERAL (SELECT coalesce(sum(b.on_hand), 0) AS on_hand FROM stock_balance b
                    WHERE b.warehouse_id = %(warehouse)s AND b.item_id = i.id AND b.owner_id = nil()) s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(greatest(l.base_qty
        - coalesce((SELECT g.qty FROM line_progress g WHERE g.document_line_id = l.id AND g.step = 'shipped'), 0)
        - coalesce((SELECT sum(r.qty) FROM reservation r JOIN location at ON at.id = r.location_id
                    WHERE r.demand_line_id = l.id AND at.kind <> 'transit'), 0)
        - coalesce((SELECT sum(p.qty) FROM promise p WHERE p.demand_line_id = l.id), 0), 0)), 0) AS wanted
    FROM document_line l JOIN document d ON d.id = l.document_id
    WHERE l.item_id = i.id AND NOT l.closed AND d.warehouse_id = %(warehouse)s AND d.decision = 'released'
      AND d.kind IN ('order', 'transfer')) w
ORDER BY {order}
