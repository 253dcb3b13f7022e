-- Which goods an inspection is about: by their lot or serial number wherever they lie, else by where they came.

-- Where the goods of an inspection came: stock keys of receipts (nil: no lot and no serial number, or no unit), with how much.
CREATE FUNCTION inspection_arrivals(p_inspection uuid)
RETURNS TABLE (trace_id uuid, location_id uuid, unit_id uuid, qty numeric, since timestamptz)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT m.trace_id, m.to_location_id, m.to_handling_unit_id,
        sum(m.qty - (SELECT coalesce(sum(r.qty), 0) FROM stock_move r WHERE r.reverses = m.id)), min(m.recorded_at)
    FROM inspection i JOIN inspection_goods g ON g.inspection_id = coalesce(i.origin_id, i.id) JOIN stock_move m ON m.id = g.move_id
    WHERE i.id = p_inspection GROUP BY 1, 2, 3
$$;

-- Where goods of an inspection that have no number of their own can lie: where they came, and where goods on hold like them
-- were moved from there since.
CREATE FUNCTION inspection_places(p_inspection uuid) RETURNS TABLE (location_id uuid, unit_id uuid)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    WITH RECURSIVE place AS (
        SELECT a.location_id, a.unit_id FROM inspection_arrivals(p_inspection) a WHERE a.trace_id = nil()
        UNION
        SELECT m.to_location_id, m.to_handling_unit_id
        FROM place p JOIN inspection i ON i.id = p_inspection
        JOIN stock_move m ON m.item_id = i.item_id AND m.from_location_id = p.location_id AND m.from_handling_unit_id = p.unit_id
        WHERE m.trace_id = nil() AND m.from_status = 'quarantined' AND m.to_status = 'quarantined'
            AND m.recorded_at >= (SELECT min(a.since) FROM inspection_arrivals(p_inspection) a)
    )
    SELECT * FROM place
$$;

-- How much of what lies in a place came there for earlier inspections of such goods that wait: it is not this one's. Nothing
-- tells the goods apart; what came first counts as what still lies there.
CREATE FUNCTION held_for_others(i inspection, p_location uuid, p_unit uuid) RETURNS numeric
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(sum(least(a.qty, coalesce(o.lot_qty, a.qty))), 0)
    FROM inspection o CROSS JOIN LATERAL inspection_arrivals(o.id) a
    WHERE o.warehouse_id = i.warehouse_id AND o.item_id = i.item_id AND o.owner_id = i.owner_id AND (o.opened_at, o.id) < (i.opened_at, i.id)
        AND o.state IN ('open', 'begun', 'held')
        AND (a.trace_id, a.location_id, a.unit_id) = (nil(), p_location, p_unit)
$$;

-- What is left on hold of an inspection's goods: of a lot or serial number wherever it lies now; of other goods where they
-- can lie, and what earlier ones do not wait for there. First on the units and in the places where it came, then at docks, up to the lot.
CREATE FUNCTION inspection_stock(p_inspection uuid)
RETURNS TABLE (location_id uuid, trace_id uuid, unit_id uuid, qty numeric, weight_kg numeric, place int)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    WITH came AS (
        SELECT * FROM inspection_arrivals(p_inspection)
    ), lying AS (
        SELECT b.*, l.kind, l.walk_position, l.address, b.on_hand - b.reserved
            - CASE WHEN b.trace_id = nil() THEN held_for_others(i, b.location_id, b.handling_unit_id) ELSE 0 END AS free
        FROM inspection i
        JOIN stock_balance b ON b.warehouse_id = i.warehouse_id AND b.item_id = i.item_id AND b.owner_id = i.owner_id
            AND b.status = 'quarantined' AND b.on_hand > b.reserved
        JOIN location l ON l.id = b.location_id JOIN move_kind k ON k.name = 'inspected' AND l.kind = ANY (k.from_kinds)
        WHERE i.id = p_inspection AND CASE WHEN b.trace_id <> nil() THEN b.trace_id IN (SELECT c.trace_id FROM came c)
            ELSE (b.location_id, b.handling_unit_id) IN (SELECT p.location_id, p.unit_id FROM inspection_places(p_inspection) p) END
    )
    SELECT x.location_id, x.trace_id, x.handling_unit_id, x.free,
        CASE WHEN x.weight_kg > 0 THEN x.weight_kg * x.free / x.on_hand END, x.place
    FROM (SELECT p.*, sum(p.free) OVER (ORDER BY p.place) - p.free AS before FROM (
        SELECT b.*, row_number() OVER (ORDER BY b.handling_unit_id IN (SELECT c.unit_id FROM came c) DESC,
            b.location_id IN (SELECT c.location_id FROM came c) DESC, b.kind = 'dock' DESC, b.walk_position, b.address, b.trace_id,
            b.handling_unit_id)::int AS place
        FROM lying b WHERE b.free > 0) p) x
    WHERE x.before < (SELECT coalesce(i.lot_qty, inspection_quantity(i.id)) FROM inspection i WHERE i.id = p_inspection)
$$;

GRANT EXECUTE ON FUNCTION inspection_arrivals(uuid), inspection_places(uuid), held_for_others(inspection, uuid, uuid),
    inspection_stock(uuid) TO @everyone@;
