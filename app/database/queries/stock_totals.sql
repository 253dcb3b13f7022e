-- How much stock there is in all: rows, items and places, and quantities by unit, since pieces and kilograms do not add up.
-- warehouse; words as in stock_rows.sql; conditions likewise.
WITH found AS (
    SELECT b.item_id, b.location_id, i.base_uom, b.on_hand, b.reserved
    FROM stock_balance b
    JOIN location l ON l.id = b.location_id
    JOIN item i ON i.id = b.item_id
    LEFT JOIN trace t ON t.id = b.trace_id
    LEFT JOIN handling_unit h ON h.id = b.handling_unit_id
    WHERE b.warehouse_id = %(warehouse)s AND (b.on_hand <> 0 OR b.reserved <> 0) {conditions}
)
SELECT count(*) AS rows, count(DISTINCT item_id) AS items, count(DISTINCT location_id) AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_array(u.base_uom, u.on_hand::text, u.reserved::text) ORDER BY u.base_uom)
              FROM (SELECT base_uom, sum(on_hand) AS on_hand, sum(reserved) AS reserved FROM found GROUP BY 1) u), '[]')
        AS units
FROM found
