-- Goods on consignment that were used, oldest first: a supplier's that became ours (`supplier`), ours that a customer used
-- (`customer`). What was taken back is a line of its own below zero, on the day of that.
-- warehouse, partner: ids; since, until: days of the warehouse, both included. Quantities in base units, kilograms, and
-- the price of one base unit in the company's currency: of the partner's newest paper that names one and was made before,
-- else for a supplier's goods the standard cost.
-- Relies on the months of stock_move: nothing is recorded before it happens.
WITH span AS (
    SELECT w.time_zone, %(since)s::timestamp AT TIME ZONE w.time_zone AS begins,
        (%(until)s::date + 1)::timestamp AT TIME ZONE w.time_zone AS ends
    FROM warehouse w WHERE w.id = %(warehouse)s
), used AS (
    SELECT m.*, m.reverses IS NULL AS forth, m.kind = 'owner' AS bought
    FROM stock_move m CROSS JOIN span s
    WHERE m.warehouse_id = %(warehouse)s AND m.recorded_at >= s.begins AND m.effective_at >= s.begins
      AND m.effective_at < s.ends
      AND (m.kind = 'owner' AND CASE WHEN m.reverses IS NULL THEN m.from_owner_id = %(partner)s AND m.to_owner_id = nil()
               ELSE m.to_owner_id = %(partner)s AND m.from_owner_id = nil() END
           OR m.kind = 'consign_use' AND (SELECT l.partner_id FROM location l
               WHERE l.id = CASE WHEN m.reverses IS NULL THEN m.from_location_id ELSE m.to_location_id END) = %(partner)s)
)
SELECT CASE WHEN u.bought THEN 'supplier' ELSE 'customer' END AS side,
    (u.effective_at AT TIME ZONE s.time_zone)::date AS on_day, i.sku, i.name, i.base_uom AS unit,
    coalesce(nullif(t.lot, ''), t.serial, '') AS number, CASE WHEN u.forth THEN u.qty ELSE -u.qty END AS quantity,
    CASE WHEN u.forth THEN u.weight_kg ELSE -u.weight_kg END AS weight_kg, coalesce(p.name, '') AS person,
    coalesce(price.amount, CASE WHEN u.bought THEN i.standard_cost END) AS price,
    CASE WHEN price.amount IS NOT NULL THEN price.number WHEN u.bought AND i.standard_cost IS NOT NULL THEN 'standard' ELSE ''
    END AS priced_by
FROM used u CROSS JOIN span s JOIN item i ON i.id = u.item_id LEFT JOIN trace t ON t.id = u.trace_id
LEFT JOIN posting g ON g.id = u.posting_id AND g.recorded_at = u.recorded_at LEFT JOIN person p ON p.id = g.person_id
LEFT JOIN LATERAL (
    SELECT l.unit_price * l.qty / l.base_qty AS amount, d.number
    FROM document d JOIN document_line l ON l.document_id = d.id AND l.item_id = u.item_id AND l.unit_price IS NOT NULL
    WHERE d.partner_id = %(partner)s AND d.kind = CASE WHEN u.bought THEN 'purchase_order' ELSE 'order' END
      AND d.decision <> 'cancelled' AND d.created_at <= u.recorded_at
    ORDER BY d.created_at DESC, l.line_no LIMIT 1) price ON true
ORDER BY u.effective_at, i.sku, u.id
