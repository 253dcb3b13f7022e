-- Handling units as a whole: moved with all that stands on them, put onto each other, filled from one into another.
-- Goods move through post_moves only, so that every check of a posting holds here too. What is reserved of them goes
-- along: its claim is lifted, the goods are posted, and the claim is laid down where they are now.
-- Locks: orders that have picks in the unit, handling units, then as a posting does.

-- So much of one stock key that goes elsewhere or changes status (to_status NULL: keeps it); `line` is the demand line
-- that it is moved for, if any.
CREATE TYPE goods_move AS (
    item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text, qty numeric,
    weight_kg numeric, to_location_id uuid, to_handling_unit_id uuid, to_status text, line uuid
);

-- These units and all that stand on them.
CREATE FUNCTION units_on(p_units uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT u.id FROM handling_unit u WHERE u.id = ANY (p_units)
        UNION
        SELECT u.id FROM down JOIN handling_unit u ON u.parent_id = down.id
    )
    SELECT id FROM down
$$;

-- Locks the orders that hold goods in these units, then the units and all that stand on them; returns those. What has
-- grown while it waited is tried again from the beginning, since locks are taken in one order only.
CREATE FUNCTION hold_units(p_units uuid[]) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    units uuid[] := ARRAY(SELECT units_on(p_units));
    orders uuid[];
BEGIN
    orders := ARRAY(SELECT DISTINCT l.document_id FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
                    WHERE r.handling_unit_id = ANY (units));
    PERFORM 1 FROM document WHERE id = ANY (orders) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM handling_unit WHERE id = ANY (units) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT units_on(p_units) EXCEPT SELECT unnest(units))
        OR EXISTS (SELECT FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
                   WHERE r.handling_unit_id = ANY (units) AND l.document_id <> ALL (orders)) THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'the handling unit changed meanwhile';
    END IF;
    RETURN ARRAY(SELECT units_on(p_units));
END $$;

-- Takes the claims off goods that are about to move, as far as what is free does not suffice: those of the first lines
-- go along. Returns what was taken off; the balances stay locked.
CREATE FUNCTION lift_claims(p_warehouse uuid, p_goods goods_move[]) RETURNS reservation[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    lifted reservation[];
BEGIN
    PERFORM 1 FROM unnest(p_goods) g JOIN stock_balance b ON b.warehouse_id = p_warehouse AND b.item_id = g.item_id
        AND b.location_id = g.location_id AND b.trace_id = g.trace_id AND b.handling_unit_id = g.handling_unit_id
        AND b.owner_id = g.owner_id AND b.status = g.status
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
    SELECT array_agg(ROW(r.demand_line_id, r.warehouse_id, r.item_id, r.location_id, r.trace_id, r.handling_unit_id,
        r.owner_id, r.status, r.part)::reservation) INTO lifted
    FROM (
        SELECT x.*, least(x.qty, g.qty - (b.on_hand - b.reserved)
            - coalesce(sum(x.qty) OVER (PARTITION BY x.item_id, x.location_id, x.trace_id, x.handling_unit_id,
                x.owner_id, x.status ORDER BY x.demand_line_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))
            AS part
        FROM unnest(p_goods) g
        JOIN stock_balance b ON b.warehouse_id = p_warehouse AND b.item_id = g.item_id
            AND b.location_id = g.location_id AND b.trace_id = g.trace_id AND b.handling_unit_id = g.handling_unit_id
            AND b.owner_id = g.owner_id AND b.status = g.status
        JOIN reservation x ON x.warehouse_id = p_warehouse AND x.item_id = b.item_id AND x.location_id = b.location_id
            AND x.trace_id = b.trace_id AND x.handling_unit_id = b.handling_unit_id AND x.owner_id = b.owner_id
            AND x.status = b.status
        WHERE x.qty > 0
    ) r
    WHERE r.part > 0;
    UPDATE reservation r SET qty = r.qty - c.qty FROM unnest(lifted) c
    WHERE r.demand_line_id = c.demand_line_id AND r.item_id = c.item_id AND r.location_id = c.location_id
      AND r.trace_id = c.trace_id AND r.handling_unit_id = c.handling_unit_id AND r.owner_id = c.owner_id
      AND r.status = c.status;
    DELETE FROM reservation r WHERE r.qty = 0 AND r.demand_line_id IN (SELECT c.demand_line_id FROM unnest(lifted) c);
    PERFORM change_reserved(lifted, -1);
    RETURN coalesce(lifted, '{}');
END $$;

-- Adds claims to what is reserved of their balances, or takes them off (p_sign -1). The balances are locked by the caller.
CREATE FUNCTION change_reserved(p_claims reservation[], p_sign int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE stock_balance b SET reserved = b.reserved + p_sign * c.qty
    FROM (SELECT warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, sum(qty) AS qty
          FROM unnest(p_claims) GROUP BY 1, 2, 3, 4, 5, 6, 7) c
    WHERE b.warehouse_id = c.warehouse_id AND b.item_id = c.item_id AND b.location_id = c.location_id
      AND b.trace_id = c.trace_id AND b.handling_unit_id = c.handling_unit_id AND b.owner_id = c.owner_id
      AND b.status = c.status
$$;

-- Lays claims down on balances that this transaction has just filled.
CREATE FUNCTION lay_claims(p_claims reservation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM change_reserved(p_claims, 1);
    INSERT INTO reservation AS r SELECT demand_line_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id,
        owner_id, status, sum(qty) FROM unnest(p_claims) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 3, 4, 5, 6, 7, 8
    ON CONFLICT (demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    DO UPDATE SET qty = r.qty + excluded.qty;
END $$;

-- The picks of claims that went from one place and unit to another go along, with their lease and decision. Refuses
-- where the goods would come to stand where nobody picks.
CREATE FUNCTION carry_picks(p_from reservation[], p_to reservation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
    place location;
BEGIN
    FOR n IN 1 .. coalesce(cardinality(p_from), 0) LOOP
        SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = p_from[n].demand_line_id
            AND from_location_id = p_from[n].location_id AND trace_id = p_from[n].trace_id
            AND handling_unit_id = p_from[n].handling_unit_id;
        CONTINUE WHEN NOT FOUND;
        SELECT * INTO place FROM location WHERE id = p_to[n].location_id;
        IF place.kind <> 'bin' THEN
            PERFORM refuse('handling_unit.to_be_picked', jsonb_build_object('place', place.address,
                'document', (SELECT d.number FROM document_line l JOIN document d ON d.id = l.document_id
                             WHERE l.id = t.document_line_id)));
        END IF;
        PERFORM shrink_pick(t, p_from[n].qty);
        INSERT INTO task AS k (kind, warehouse_id, document_line_id, item_id, trace_id, handling_unit_id,
            from_location_id, qty, priority, leased_by, leased_at_station, leased_until, decision_id)
        VALUES ('pick', t.warehouse_id, t.document_line_id, t.item_id, t.trace_id, p_to[n].handling_unit_id,
            p_to[n].location_id, p_from[n].qty, t.priority, t.leased_by, t.leased_at_station, t.leased_until, t.decision_id)
        ON CONFLICT (document_line_id, from_location_id, trace_id, handling_unit_id) WHERE kind = 'pick' DO UPDATE
        SET qty = excluded.qty + CASE k.state WHEN 'cancelled' THEN 0 ELSE k.qty END, state = 'open',
            leased_by = excluded.leased_by, leased_at_station = excluded.leased_at_station,
            leased_until = excluded.leased_until;
    END LOOP;
END $$;

-- Posts goods from their keys to where they go, in one posting; returns its answer.
CREATE FUNCTION post_goods(p_request uuid, p_kind text, p_warehouse uuid, p_goods goods_move[], p_reason text)
RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT post_moves(p_request => p_request, p_kind => p_kind, p_warehouse => p_warehouse,
        p_items => array_agg(g.item_id ORDER BY g.n), p_qtys => array_agg(g.qty ORDER BY g.n),
        p_from_locations => array_agg(g.location_id ORDER BY g.n),
        p_to_locations => array_agg(g.to_location_id ORDER BY g.n),
        p_traces => array_agg(nullif(g.trace_id, nil()) ORDER BY g.n),
        p_from_units => array_agg(g.handling_unit_id ORDER BY g.n),
        p_to_units => array_agg(g.to_handling_unit_id ORDER BY g.n), p_from_statuses => array_agg(g.status ORDER BY g.n),
        p_to_statuses => array_agg(g.to_status ORDER BY g.n), p_from_owners => array_agg(g.owner_id ORDER BY g.n),
        p_lines => array_agg(g.line ORDER BY g.n), p_reasons => array_agg(nullif(p_reason, '') ORDER BY g.n),
        p_weights => array_agg(g.weight_kg ORDER BY g.n))
    FROM unnest(p_goods) WITH ORDINALITY AS g (item_id, location_id, trace_id, handling_unit_id, owner_id, status, qty,
        weight_kg, to_location_id, to_handling_unit_id, to_status, line, n)
$$;

-- The same with what is reserved of the goods, which stays reserved where they are now.
CREATE FUNCTION carry_goods(p_request uuid, p_kind text, p_warehouse uuid, p_goods goods_move[], p_reason text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    before reservation[] := '{}';
    after reservation[];
    reply jsonb;
BEGIN
    PERFORM hold_items(p_warehouse, array_agg(g.item_id), array_agg(g.owner_id)) FROM unnest(p_goods) g;
    IF NOT (SELECT from_reserved FROM move_kind WHERE name = p_kind) THEN
        before := lift_claims(p_warehouse, p_goods);
    END IF;
    reply := post_goods(p_request, p_kind, p_warehouse, p_goods, p_reason);
    SELECT coalesce(array_agg(ROW(c.demand_line_id, c.warehouse_id, c.item_id, g.to_location_id, c.trace_id,
        g.to_handling_unit_id, c.owner_id, c.status, c.qty)::reservation ORDER BY c.n), '{}') INTO after
    FROM unnest(before) WITH ORDINALITY AS c (demand_line_id, warehouse_id, item_id, location_id, trace_id,
        handling_unit_id, owner_id, status, qty, n)
    JOIN unnest(p_goods) g ON g.item_id = c.item_id AND g.location_id = c.location_id AND g.trace_id = c.trace_id
        AND g.handling_unit_id = c.handling_unit_id AND g.owner_id = c.owner_id AND g.status = c.status;
    PERFORM lay_claims(after);
    PERFORM carry_picks(before, after);
    RETURN reply;
END $$;

-- Refuses a place that this kind of movement does not lead to: for units without goods, which no posting checks.
CREATE FUNCTION require_place(p_warehouse uuid, p_from uuid, p_place uuid, k move_kind) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    here text := coalesce((SELECT address FROM location WHERE id = p_from), '');
    l location;
BEGIN
    SELECT * INTO l FROM location WHERE id = p_place;
    IF NOT FOUND THEN
        PERFORM refuse('location.unknown');
    ELSIF l.warehouse_id <> p_warehouse THEN
        PERFORM refuse('ledger.other_warehouse');
    ELSIF NOT l.kind = ANY (k.to_kinds) THEN
        PERFORM refuse('ledger.wrong_places', jsonb_build_object('kind', k.name, 'from', here, 'to', l.address));
    ELSIF NOT l.active THEN
        PERFORM refuse('location.inactive', jsonb_build_object('from', here, 'to', l.address));
    ELSIF l.frozen_by IS NOT NULL THEN
        PERFORM refuse('location.frozen', jsonb_build_object('from', here, 'to', l.address));
    END IF;
END $$;

-- Moves a handling unit with all that stands on it and lies in it, in one posting of the given kind, also as a leg of a
-- transfer; what is reserved goes along. Out of a larger unit it is taken off. Returns post_moves' answer with `units`
-- (how many moved) and, where it stood on another, `taken_off` (that one's number); an empty unit makes no posting
-- (`posting` is null).
CREATE FUNCTION move_unit(p_request uuid, p_unit uuid, p_to_location uuid, p_kind text DEFAULT 'move',
    p_reason text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u handling_unit;
    k move_kind;
    units uuid[];
    goods goods_move[];
    told jsonb;
BEGIN
    told := begin_record_request(p_request, jsonb_build_array('move_unit', p_unit, p_to_location, p_kind, p_reason));
    IF told IS NOT NULL THEN
        RETURN told;
    END IF;
    SELECT * INTO k FROM move_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_kind', jsonb_build_object('kind', p_kind));
    ELSIF p_kind IN ('transfer_out', 'transfer_in') THEN
        told := move_unit_between(p_request, p_unit, p_to_location, p_kind);
        IF told IS NULL THEN
            PERFORM refuse('stock.not_reserved');
        END IF;
        RETURN end_record_request(p_request, told);
    END IF;
    SELECT * INTO u FROM handling_unit WHERE id = p_unit;
    IF NOT FOUND THEN
        PERFORM refuse('handling_unit.unknown');
    END IF;
    PERFORM require(k.permission, u.warehouse_id);
    PERFORM require_read_committed();
    units := hold_units(ARRAY[p_unit]);
    SELECT * INTO u FROM handling_unit WHERE id = p_unit;
    goods := ARRAY(
        SELECT ROW(b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, coalesce(r.qty, b.on_hand),
            share_of_weight(b.weight_kg, b.on_hand, sum(coalesce(r.qty, b.on_hand)) OVER claimed, coalesce(r.qty, b.on_hand)),
            p_to_location, b.handling_unit_id, NULL, r.demand_line_id)::goods_move
        FROM stock_balance b LEFT JOIN reservation r ON k.from_reserved AND r.warehouse_id = b.warehouse_id
            AND r.item_id = b.item_id AND r.location_id = b.location_id AND r.trace_id = b.trace_id
            AND r.handling_unit_id = b.handling_unit_id AND r.owner_id = b.owner_id AND r.status = b.status AND r.qty > 0
        WHERE b.handling_unit_id = ANY (units) AND b.on_hand > 0
        WINDOW claimed AS (PARTITION BY b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
            ORDER BY r.demand_line_id)
        ORDER BY b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status, r.demand_line_id);
    IF u.location_id = p_to_location THEN
        PERFORM refuse('ledger.goes_nowhere', jsonb_build_object('sku', u.sscc,
            'from', (SELECT address FROM location WHERE id = u.location_id)));
    ELSIF cardinality(goods) = 0 THEN
        PERFORM require_place(u.warehouse_id, u.location_id, p_to_location, k);
    END IF;
    UPDATE handling_unit SET location_id = p_to_location, parent_id = CASE WHEN id <> p_unit THEN parent_id END
    WHERE id = ANY (units);
    told := jsonb_strip_nulls(jsonb_build_object('units', cardinality(units),
        'taken_off', (SELECT sscc FROM handling_unit WHERE id = u.parent_id)));
    IF cardinality(goods) = 0 THEN
        RETURN end_record_request(p_request, jsonb_build_object('posting', NULL, 'moves', 0) || told);
    END IF;
    RETURN end_record_request(p_request, carry_goods(p_request, p_kind, u.warehouse_id, goods, p_reason) || told);
END $$;

-- Puts a unit onto another one that stands in the same place, or takes it off (p_onto NULL). What stands nowhere yet and
-- is empty comes to where the other stands. Doing it again changes nothing.
CREATE FUNCTION nest_unit(p_unit uuid, p_onto uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u handling_unit;
    o handling_unit;
BEGIN
    PERFORM require_actor();
    SELECT * INTO u FROM handling_unit WHERE id = p_unit;
    IF NOT FOUND OR p_onto IS NOT NULL AND NOT EXISTS (SELECT FROM handling_unit
            WHERE id = p_onto AND warehouse_id = u.warehouse_id) THEN
        PERFORM refuse('handling_unit.unknown');
    END IF;
    PERFORM require('handle', u.warehouse_id);
    PERFORM require_read_committed();
    PERFORM hold_units(ARRAY[p_unit, p_onto]);
    SELECT * INTO u FROM handling_unit WHERE id = p_unit;
    SELECT * INTO o FROM handling_unit WHERE id = p_onto;
    IF p_onto IS NOT NULL AND EXISTS (SELECT FROM location WHERE id IN (u.location_id, o.location_id)
                                      AND NOT stock_keeping) THEN
        PERFORM refuse('handling_unit.gone', jsonb_build_object('handling_unit', u.sscc));
    ELSIF p_onto IS NULL OR u.location_id = o.location_id THEN
        UPDATE handling_unit SET parent_id = p_onto WHERE id = p_unit;
    ELSIF o.location_id IS NULL THEN
        UPDATE handling_unit SET location_id = u.location_id WHERE id IN (SELECT units_on(ARRAY[p_onto]));
        UPDATE handling_unit SET parent_id = p_onto WHERE id = p_unit;
    ELSIF u.location_id IS NULL THEN
        UPDATE handling_unit SET location_id = o.location_id WHERE id IN (SELECT units_on(ARRAY[p_unit]));
        UPDATE handling_unit SET parent_id = p_onto WHERE id = p_unit;
    ELSE
        PERFORM refuse('handling_unit.elsewhere', jsonb_build_object('handling_unit', u.sscc,
            'place', (SELECT address FROM location WHERE id = u.location_id)));
    END IF;
END $$;

-- Fills goods from one unit into another, or onto the place without any (p_into NULL), in one posting of kind `repack`:
-- those of the parallel arrays (base units), or without arrays everything, and then what stands on the unit too. What is
-- reserved goes along when what is free does not suffice. Genealogy links each move with itself: one and the same goods
-- left the one unit and came into the other.
-- p_unit NULL: loose goods of p_location. Refuses a target that stands elsewhere.
CREATE FUNCTION repack_goods(p_request uuid, p_unit uuid, p_into uuid, p_location uuid DEFAULT NULL,
    p_items uuid[] DEFAULT NULL, p_traces uuid[] DEFAULT NULL, p_owners uuid[] DEFAULT NULL,
    p_statuses text[] DEFAULT NULL, p_qtys numeric[] DEFAULT NULL, p_reason text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    place uuid := coalesce((SELECT location_id FROM handling_unit WHERE id = p_unit), p_location);
    site uuid := (SELECT warehouse_id FROM location WHERE id = place);
    target handling_unit;
    goods goods_move[];
    told jsonb;
BEGIN
    told := begin_record_request(p_request, jsonb_build_array('repack', p_unit, p_into, p_location, p_items, p_traces, p_owners,
        p_statuses, p_qtys, p_reason));
    IF told IS NOT NULL THEN
        RETURN told;
    ELSIF site IS NULL OR p_into IS NOT NULL AND NOT EXISTS (SELECT FROM handling_unit
            WHERE id = p_into AND warehouse_id = site) THEN
        PERFORM refuse('handling_unit.unknown');
    ELSIF p_unit IS NOT DISTINCT FROM p_into THEN
        PERFORM refuse('ledger.goes_nowhere', jsonb_build_object('sku', coalesce((SELECT sscc FROM handling_unit
            WHERE id = p_unit), ''), 'from', coalesce((SELECT address FROM location WHERE id = place), '')));
    END IF;
    PERFORM require('handle', site);
    PERFORM require_read_committed();
    PERFORM require_lists(least(cardinality(p_items), cardinality(p_traces), cardinality(p_owners),
            cardinality(p_statuses), cardinality(p_qtys)),
        greatest(cardinality(p_items), cardinality(p_traces), cardinality(p_owners), cardinality(p_statuses),
            cardinality(p_qtys)),
        greatest(array_ndims(p_items), array_ndims(p_traces), array_ndims(p_owners), array_ndims(p_statuses),
            array_ndims(p_qtys)));
    PERFORM hold_units(array_remove(ARRAY[p_unit, p_into], NULL));
    SELECT * INTO target FROM handling_unit WHERE id = p_into;
    IF target.location_id <> place OR place IS DISTINCT FROM coalesce((SELECT location_id FROM handling_unit
            WHERE id = p_unit), p_location) THEN
        PERFORM refuse('handling_unit.elsewhere', jsonb_build_object('handling_unit', target.sscc,
            'place', (SELECT address FROM location WHERE id = target.location_id)));
    END IF;
    goods := ARRAY(
        SELECT ROW(b.item_id, place, b.trace_id, coalesce(p_unit, nil()), b.owner_id, b.status, x.qty,
            CASE WHEN x.qty = b.on_hand THEN nullif(greatest(b.weight_kg, 0), 0) END,
            place, coalesce(p_into, nil()), NULL, NULL)::goods_move
        FROM stock_balance b
        CROSS JOIN LATERAL (SELECT CASE WHEN p_items IS NULL THEN b.on_hand ELSE
            (SELECT sum(y.qty) FROM unnest(p_items, p_traces, p_owners, p_statuses, p_qtys)
                 AS y (item, trace, owner, status, qty)
             WHERE y.item = b.item_id AND coalesce(y.trace, nil()) = b.trace_id
               AND coalesce(y.owner, nil()) = b.owner_id AND coalesce(y.status, 'available') = b.status) END AS qty) x
        WHERE b.warehouse_id = site AND b.location_id = place AND b.handling_unit_id = coalesce(p_unit, nil())
          AND (b.on_hand > 0 OR p_items IS NOT NULL) AND x.qty IS NOT NULL
        ORDER BY b.item_id, b.trace_id, b.owner_id, b.status);
    IF p_items IS NULL AND p_unit IS NOT NULL THEN
        UPDATE handling_unit SET parent_id = p_into WHERE parent_id = p_unit AND id IS DISTINCT FROM p_into;
    END IF;
    IF EXISTS (SELECT FROM unnest(p_qtys) q WHERE q <= 0 OR q IS NULL) THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', (SELECT min(q)::text FROM unnest(p_qtys) q)));
    ELSIF cardinality(goods) = 0 AND (p_items IS NOT NULL OR p_unit IS NULL) OR cardinality(goods) < (
            SELECT count(DISTINCT (y.item, coalesce(y.trace, nil()), coalesce(y.owner, nil()), coalesce(y.status, 'available')))
            FROM unnest(p_items, p_traces, p_owners, p_statuses) AS y (item, trace, owner, status)) THEN
        PERFORM refuse('stock.not_there', jsonb_build_object('place', (SELECT address FROM location WHERE id = place)));
    ELSIF cardinality(goods) = 0 THEN
        RETURN end_record_request(p_request, jsonb_build_object('posting', NULL, 'moves', 0));
    END IF;
    RETURN end_record_request(p_request, carry_goods(p_request, 'repack', site, goods, p_reason));
END $$;

-- Keeps in genealogy that goods of one unit came into another one, whoever posted it.
CREATE FUNCTION link_repacked(p_posting posting) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO genealogy (consumed_move, produced_move, qty)
    SELECT m.id, m.id, m.qty FROM stock_move m
    WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at
$$;
