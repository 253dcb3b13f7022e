-- What can be promised of an item from which day on: today, each day on which purchase orders bring more, and each day
-- after which free goods do not keep, within a year. warehouse, item: ids; base units of our own goods.
-- Goods that expire are given first to the promises that leave before; only what is left of them is lost.
-- Relies on stock_balance_pkey, promise_item, document_line_item.
WITH day AS (
    SELECT (now() AT TIME ZONE w.time_zone)::date AS today FROM warehouse w WHERE w.id = %(warehouse)s
), free AS (
    SELECT b.on_hand - b.reserved AS qty, coalesce(t.expiry, t.best_before, 'infinity') AS keeps
    FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id
    WHERE b.warehouse_id = %(warehouse)s AND b.item_id = %(item)s AND b.owner_id = nil() AND b.status = 'available'
      AND b.on_hand > b.reserved
), promised AS (
    SELECT p.qty, p.inbound_line_id, greatest(coalesce(d.due, y.today), y.today) AS leaves
    FROM promise p JOIN document_line l ON l.id = p.demand_line_id JOIN document d ON d.id = l.document_id CROSS JOIN day y
    WHERE p.warehouse_id = %(warehouse)s AND p.item_id = %(item)s AND p.owner_id = nil()
), inbound AS (
    SELECT greatest(coalesce(d.due, y.today), y.today) AS comes, greatest(l.base_qty - coalesce(g.qty, 0), 0)
        - coalesce((SELECT sum(p.qty) FROM promise p WHERE p.inbound_line_id = l.id), 0) AS qty
    FROM document_line l JOIN document d ON d.id = l.document_id CROSS JOIN day y
    LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'
    WHERE l.item_id = %(item)s AND d.warehouse_id = %(warehouse)s AND d.decision = 'released' AND NOT l.closed
      AND d.kind IN ('purchase_order', 'asn')
), days AS (
    SELECT today AS on_day FROM day UNION SELECT comes FROM inbound WHERE qty > 0
    UNION SELECT keeps + 1 FROM free CROSS JOIN day WHERE keeps BETWEEN today AND today + 365
)
SELECT n.on_day, (SELECT coalesce(sum(qty), 0) FROM free CROSS JOIN day WHERE keeps >= today)
    - (SELECT coalesce(sum(qty), 0) FROM promised WHERE inbound_line_id IS NULL)
    - greatest((SELECT coalesce(sum(qty), 0) FROM free CROSS JOIN day WHERE keeps >= today AND keeps < n.on_day)
        - (SELECT coalesce(sum(qty), 0) FROM promised WHERE inbound_line_id IS NULL AND leaves < n.on_day), 0)
    + (SELECT coalesce(sum(qty), 0) FROM inbound WHERE comes <= n.on_day) AS available
FROM days n ORDER BY n.on_day
