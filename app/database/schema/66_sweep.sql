-- What came to nothing, swept at night: balances, which would make every look at a bin and every allocation longer, and
-- requests that nobody asks for again.

-- Deletes up to p_most balances without quantity, reservation and weight; returns how many. What somebody is working
-- with at the moment is left for the next night. A posting that needed such a row makes it anew (change_balances).
CREATE FUNCTION sweep_balances(p_most int DEFAULT 10000) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    swept int;
BEGIN
    PERFORM require('seal');
    WITH empty AS (
        SELECT warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status FROM stock_balance
        WHERE on_hand = 0 AND reserved = 0 AND weight_kg = 0
        ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT p_most FOR UPDATE SKIP LOCKED
    ), lain AS (
        UPDATE location SET used = true WHERE id IN (SELECT location_id FROM empty) AND NOT used
    )
    DELETE FROM stock_balance b USING empty e
    WHERE b.warehouse_id = e.warehouse_id AND b.item_id = e.item_id AND b.location_id = e.location_id
      AND b.trace_id = e.trace_id AND b.handling_unit_id = e.handling_unit_id AND b.owner_id = e.owner_id
      AND b.status = e.status AND b.on_hand = 0 AND b.reserved = 0 AND b.weight_kg = 0;
    GET DIAGNOSTICS swept = ROW_COUNT;
    RETURN swept;
END $$;

-- Forgets up to p_most requests that wrote records more than 30 days ago; returns how many. A client that lost its
-- connection asks again within minutes.
CREATE FUNCTION sweep_record_requests(p_most int DEFAULT 10000) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    swept int;
BEGIN
    PERFORM require('seal');
    DELETE FROM record_request WHERE request_id IN (
        SELECT request_id FROM record_request WHERE at < now() - interval '30 days'
        ORDER BY at LIMIT p_most FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS swept = ROW_COUNT;
    RETURN swept;
END $$;

REVOKE ALL ON FUNCTION sweep_balances(int), sweep_record_requests(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sweep_balances(int), sweep_record_requests(int) TO @worker@;
