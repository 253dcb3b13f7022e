-- Released orders of a warehouse that want goods which nothing is reserved for yet and of which some are free in bins, the most
-- urgent first; where an order goes complete only, of each. So orders that nothing can be done for do not stand before others.
-- warehouse: id; most: how many at most. Relies on document_work, stock_balance_pkey, reservation_pkey.
WITH wanting AS MATERIALIZED (
    SELECT d.id, d.owner_id, l.item_id, d.due, d.number FROM document d JOIN document_line l ON l.document_id = d.id AND NOT l.closed
    WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision = 'released'
      AND l.base_qty > coalesce((SELECT p.qty FROM line_progress p
                                 WHERE p.document_line_id = l.id AND p.step = 'shipped'), 0)
                     + coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.demand_line_id = l.id), 0)
), free AS MATERIALIZED (
    SELECT w.item_id, w.owner_id, EXISTS (SELECT FROM stock_balance b JOIN location p ON p.id = b.location_id AND p.kind = 'bin'
        WHERE b.warehouse_id = %(warehouse)s AND b.item_id = w.item_id AND b.owner_id = w.owner_id
          AND b.status = 'available' AND b.on_hand > b.reserved) AS there
    FROM (SELECT DISTINCT item_id, owner_id FROM wanting) w
)
SELECT w.id FROM wanting w JOIN free f ON f.item_id = w.item_id AND f.owner_id = w.owner_id
LEFT JOIN customer_order o ON o.document_id = w.id
GROUP BY w.id, w.due, w.number, o.priority, o.cut_off, o.complete_only
HAVING CASE WHEN o.complete_only THEN bool_and(f.there) ELSE bool_or(f.there) END
ORDER BY coalesce(o.priority, 0) DESC, o.cut_off NULLS LAST, w.due NULLS LAST, w.number LIMIT %(most)s
