-- How much stock there is in all: items, places, and quantities by unit, since pieces and kilograms do not add up.
-- source: stock_source.sql; group: what tells the rows of the view apart.
WITH found AS MATERIALIZED ({source}),
    items AS (SELECT b.item_id, sum(b.on_hand) AS on_hand, sum(b.reserved) AS reserved, sum(b.available) AS available,
        count(*) AS rows FROM found b GROUP BY 1),
    units AS (SELECT i.base_uom, sum(b.on_hand) AS on_hand, sum(b.reserved) AS reserved, sum(b.available) AS available
        FROM items b JOIN item i ON i.id = b.item_id GROUP BY 1)
SELECT {rows} AS rows, (SELECT count(*) FROM items) AS items,
    (SELECT count(*) FROM (SELECT location_id FROM found GROUP BY 1) g) AS places,
    coalesce((SELECT jsonb_agg(jsonb_build_array(base_uom, on_hand::text, reserved::text, available::text)
        ORDER BY base_uom) FROM units), '[]') AS units
