-- Goods that are weighed one by one: a weight beside the quantity, which every movement states or takes its share of.

-- What one of several lines has of the weight of goods that all of them together take: by its pieces, and so that the shares
-- come to the whole (kg). p_up_to: the pieces of the lines up to this one, p_qty of which are its own. NULL: not weighed.
CREATE FUNCTION share_of_weight(p_weight numeric, p_on_hand numeric, p_up_to numeric, p_qty numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(greatest(round(p_weight * p_up_to / p_on_hand, 6) - round(p_weight * (p_up_to - p_qty) / p_on_hand, 6), 0), 0)
$$;

-- Nobody else takes of the weighed goods of a posting until it is done: shares of what somebody takes meanwhile would leave
-- goods without weight, or weight without goods, by a millionth. In the order in which balances are locked.
CREATE FUNCTION hold_weighed(p_warehouse uuid, p_items uuid[], p_places uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM stock_balance b JOIN item i ON i.id = b.item_id
    WHERE b.warehouse_id = p_warehouse AND b.item_id = ANY (p_items) AND i.catch_weight AND b.location_id = ANY (p_places)
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
END $$;

-- The weights of moves (parallel lists, as in post_moves): those that are stated, and for weighed goods of ours the shares
-- that the others take of what lies where they come from; NULL where nothing is known of it.
CREATE FUNCTION shares_of_weight(p_items uuid[], p_qtys numeric[], p_from uuid[], p_traces uuid[], p_units uuid[], p_owners uuid[],
    p_statuses text[], p_weights numeric[]) RETURNS numeric[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(CASE WHEN i.catch_weight THEN coalesce(x.weight_kg, share_of_weight(b.weight_kg, b.on_hand, x.up_to, x.qty))
        ELSE x.weight_kg END ORDER BY x.n)
    FROM (SELECT y.*, sum(y.qty) OVER (PARTITION BY y.item_id, y.location_id, y.trace_id, y.unit_id, y.owner_id, y.status
            ORDER BY y.n) AS up_to
        FROM (SELECT n, p_items[n] AS item_id, p_from[n] AS location_id, coalesce(p_traces[n], nil()) AS trace_id,
                coalesce(p_units[n], nil()) AS unit_id, coalesce(p_owners[n], nil()) AS owner_id,
                coalesce(p_statuses[n], 'available') AS status, p_qtys[n] AS qty, p_weights[n] AS weight_kg
            FROM generate_series(1, cardinality(p_items)) n) y) x
    LEFT JOIN item i ON i.id = x.item_id LEFT JOIN location l ON l.id = x.location_id
    LEFT JOIN stock_balance b ON b.warehouse_id = l.warehouse_id AND b.item_id = x.item_id AND b.location_id = x.location_id
        AND b.trace_id = x.trace_id AND b.handling_unit_id = x.unit_id AND b.owner_id = x.owner_id AND b.status = x.status
        AND b.on_hand > 0
$$;
