-- The carts of a warehouse, those in use before those that were taken out of it; `walk`: under way with it, '' for none.
-- warehouse: id. Relies on cart_pkey, handling_unit_pkey.
SELECT u.sscc AS number, c.name, c.slots, c.litres, c.kg, c.active, coalesce(w.number, '') AS walk
FROM cart c JOIN handling_unit u ON u.id = c.handling_unit_id
LEFT JOIN LATERAL (SELECT d.number FROM batch b JOIN document d ON d.id = b.document_id AND d.decision = 'released'
    WHERE b.cart_id = u.id AND b.leased_until > now() LIMIT 1) w ON true
WHERE u.warehouse_id = %(warehouse)s ORDER BY NOT c.active, u.sscc
