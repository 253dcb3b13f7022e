-- Pick faces are refilled from reserve: tasks of kind `replenish`, one a source key. They reserve nothing: an order that
-- takes the goods meanwhile has them, and the task shrinks or falls away with the next look.

-- `posting_id`: what was booked last for it; taken back, the task is open again (reopen_replenishment).
ALTER TABLE task ADD COLUMN posting_id uuid;
CREATE UNIQUE INDEX task_replenish ON task (to_location_id, item_id, from_location_id, trace_id, handling_unit_id)
    WHERE kind = 'replenish' AND state = 'open';
CREATE INDEX task_posting ON task (posting_id) WHERE posting_id IS NOT NULL;

-- How a pick face stands: `on_hand` in it; `left` when the picks that are reserved there are done; `coming` with open tasks.
-- In base units, of our own available goods.
CREATE FUNCTION face_levels(p_warehouse uuid)
RETURNS TABLE (face uuid, location uuid, item uuid, minimum numeric, maximum numeric, on_hand numeric, "left" numeric,
    coming numeric)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT f.id, f.location_id, f.item_id, f.minimum, f.maximum, b.on_hand, b.free, c.qty
    FROM pick_face f JOIN location l ON l.id = f.location_id AND l.active AND l.frozen_by IS NULL
    CROSS JOIN LATERAL (SELECT coalesce(sum(x.on_hand), 0) AS on_hand, coalesce(sum(x.on_hand - x.reserved), 0) AS free
        FROM stock_balance x WHERE x.warehouse_id = p_warehouse AND x.location_id = f.location_id AND x.item_id = f.item_id
          AND x.owner_id = nil() AND x.status = 'available') b
    CROSS JOIN LATERAL (SELECT coalesce(sum(t.qty - t.done_qty), 0) AS qty FROM task t
        WHERE t.kind = 'replenish' AND t.state = 'open' AND t.to_location_id = f.location_id AND t.item_id = f.item_id) c
    WHERE f.warehouse_id = p_warehouse
$$;

-- Makes the tasks that pick faces need: of each that is below its minimum, or will be when its reserved picks are done, up to
-- its maximum; first expired first, then the oldest, then the nearest. Tasks whose goods are gone fall away. Priority 2: the
-- face will be empty; 1: it is below its minimum now; 0: it will be. Returns how many tasks were made.
CREATE FUNCTION plan_replenishment(p_warehouse uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    f record;
    source record;
    wanted numeric;
    made int := 0;
BEGIN
    PERFORM require('allocate', p_warehouse);
    PERFORM 1 FROM warehouse WHERE id = p_warehouse FOR NO KEY UPDATE; -- one plans at a time
    UPDATE task t SET state = CASE WHEN t.done_qty > 0 THEN 'done' ELSE 'cancelled' END
    WHERE t.warehouse_id = p_warehouse AND t.kind = 'replenish' AND t.state = 'open'
      AND (t.leased_until IS NULL OR t.leased_until <= now())
      AND (NOT EXISTS (SELECT FROM pick_face p WHERE p.location_id = t.to_location_id AND p.item_id = t.item_id)
        OR t.qty - t.done_qty > coalesce((SELECT b.on_hand - b.reserved FROM stock_balance b
            WHERE b.warehouse_id = t.warehouse_id AND b.item_id = t.item_id AND b.location_id = t.from_location_id
              AND b.trace_id = t.trace_id AND b.handling_unit_id = t.handling_unit_id AND b.owner_id = nil()
              AND b.status = 'available'), 0));
    FOR f IN SELECT v.*, l.walk_position, i.decimals FROM face_levels(p_warehouse) v JOIN location l ON l.id = v.location
        JOIN item i ON i.id = v.item
        WHERE v."left" + v.coming < v.minimum AND v.on_hand + v.coming < v.maximum
        ORDER BY v."left", l.walk_position, l.address
    LOOP
        wanted := f.maximum - f.on_hand - f.coming;
        FOR source IN
            SELECT b.location_id, b.trace_id, b.handling_unit_id,
                b.on_hand - b.reserved - coalesce((SELECT sum(t.qty - t.done_qty) FROM task t WHERE t.kind = 'replenish'
                    AND t.state = 'open' AND t.item_id = b.item_id AND t.from_location_id = b.location_id
                    AND t.trace_id = b.trace_id AND t.handling_unit_id = b.handling_unit_id), 0) AS free
            FROM stock_balance b JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.frozen_by IS NULL
            LEFT JOIN trace x ON x.id = b.trace_id
            WHERE b.warehouse_id = p_warehouse AND b.item_id = f.item AND b.owner_id = nil() AND b.status = 'available'
              AND b.on_hand > b.reserved
              AND NOT EXISTS (SELECT FROM pick_face p WHERE p.location_id = b.location_id AND p.item_id = b.item_id)
              AND NOT EXISTS (SELECT FROM trace_hold h WHERE h.trace_id = b.trace_id AND h.warehouse_id = b.warehouse_id
                  AND h.status <> 'available')
            ORDER BY coalesce(x.expiry, x.best_before) NULLS LAST, b.first_received_at,
                abs(l.walk_position - f.walk_position), l.address
        LOOP
            EXIT WHEN wanted <= 0;
            CONTINUE WHEN source.free <= 0;
            INSERT INTO task (kind, warehouse_id, item_id, trace_id, handling_unit_id, from_location_id, to_location_id, qty,
                priority)
            VALUES ('replenish', p_warehouse, f.item, source.trace_id, source.handling_unit_id, source.location_id,
                f.location, least(wanted, source.free),
                CASE WHEN f."left" <= 0 THEN 2 WHEN f.on_hand < f.minimum THEN 1 ELSE 0 END)
            ON CONFLICT (to_location_id, item_id, from_location_id, trace_id, handling_unit_id)
                WHERE kind = 'replenish' AND state = 'open' DO UPDATE SET qty = task.qty + excluded.qty;
            wanted := wanted - source.free;
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Takes the next task (one's own unfinished one first), by priority and the walk, but none of p_skip; NULL where there is none.
CREATE FUNCTION take_replenishment(p_warehouse uuid, p_skip uuid[]) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    taken uuid;
BEGIN
    PERFORM require('move', p_warehouse);
    SELECT t.id INTO taken FROM task t JOIN location l ON l.id = t.from_location_id
    WHERE t.warehouse_id = p_warehouse AND t.kind = 'replenish' AND t.state = 'open' AND NOT t.id = ANY (p_skip)
      AND (t.leased_until IS NULL OR t.leased_until <= now() OR t.leased_by = (SELECT actor()))
    ORDER BY (t.leased_by = (SELECT actor()) AND t.leased_until > now()) IS TRUE DESC, t.priority DESC, l.walk_position, l.address, t.id
    LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED;
    UPDATE task SET leased_by = actor(), leased_at_station = this_station(), leased_until = now() + interval '30 minutes'
    WHERE id = taken;
    RETURN taken;
END $$;

-- The open task in the hands of this person, locked; refuses where somebody else has it, or it is there no more.
CREATE FUNCTION hold_replenishment(p_task uuid) RETURNS task
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
    other text;
BEGIN
    SELECT * INTO t FROM task WHERE id = p_task AND kind = 'replenish' FOR NO KEY UPDATE;
    IF NOT FOUND OR t.state <> 'open' THEN
        PERFORM refuse('replenishment.task_gone');
    END IF;
    PERFORM require('move', t.warehouse_id);
    IF t.leased_until > now() AND t.leased_by <> actor() THEN
        SELECT name INTO other FROM person WHERE id = t.leased_by;
        PERFORM refuse('replenishment.leased', jsonb_build_object('person', other));
    END IF;
    RETURN t;
END $$;

-- Gives a task back, so that somebody else can do it.
CREATE FUNCTION give_replenishment_back(p_task uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM hold_replenishment(p_task);
    UPDATE task SET leased_by = NULL, leased_at_station = NULL, leased_until = NULL WHERE id = p_task;
END $$;

-- Books so much of a task (base units) into its pick face; returns the posting. What is left stays to be done.
CREATE FUNCTION refill_face(p_request uuid, p_task uuid, p_qty numeric) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('refill', p_task, p_qty));
    t task;
    reply jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'posting')::uuid;
    END IF;
    t := hold_replenishment(p_task);
    IF p_qty > t.qty - t.done_qty THEN
        PERFORM refuse('replenishment.too_many', jsonb_build_object('scanned', p_qty::text,
            'open', trim_scale(t.qty - t.done_qty)::text));
    END IF;
    PERFORM 1 FROM location WHERE id = t.to_location_id FOR NO KEY UPDATE; -- put-away looks at the same place
    reply := post_moves(p_request => p_request, p_kind => 'move', p_warehouse => t.warehouse_id, p_items => ARRAY[t.item_id],
        p_qtys => ARRAY[p_qty], p_from_locations => ARRAY[t.from_location_id], p_to_locations => ARRAY[t.to_location_id],
        p_traces => ARRAY[nullif(t.trace_id, nil())], p_from_units => ARRAY[t.handling_unit_id]);
    UPDATE task SET done_qty = done_qty + p_qty, posting_id = (reply ->> 'posting')::uuid,
        state = CASE WHEN done_qty + p_qty >= qty THEN 'done' ELSE 'open' END,
        leased_by = NULL, leased_at_station = NULL, leased_until = NULL
    WHERE id = t.id;
    RETURN end_record_request(p_request, reply) ->> 'posting';
END $$;

-- Ends a task whose goods are not there: nothing more is taken for it, and the bin is to be counted.
CREATE FUNCTION short_replenishment(p_task uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task := hold_replenishment(p_task);
BEGIN
    UPDATE task SET state = CASE WHEN done_qty > 0 THEN 'done' ELSE 'cancelled' END WHERE id = t.id;
    PERFORM raise_count(t.from_location_id, t.item_id);
END $$;

-- A refill that is taken back is to be done again, unless the same is asked for anew already.
CREATE FUNCTION reopen_replenishment(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE task t SET done_qty = t.done_qty - m.qty, state = 'open', posting_id = NULL
    FROM (SELECT sum(qty) AS qty FROM stock_move WHERE posting_id = p_posting.id AND recorded_at = p_posting.recorded_at) m
    WHERE t.posting_id = p_posting.reverses AND t.kind = 'replenish' AND t.done_qty >= m.qty
      AND NOT EXISTS (SELECT FROM task o WHERE o.kind = 'replenish' AND o.state = 'open' AND o.id <> t.id
        AND o.to_location_id = t.to_location_id AND o.item_id = t.item_id AND o.from_location_id = t.from_location_id
        AND o.trace_id = t.trace_id AND o.handling_unit_id = t.handling_unit_id);
END $$;

GRANT EXECUTE ON FUNCTION plan_replenishment(uuid), take_replenishment(uuid, uuid[]), give_replenishment_back(uuid),
    refill_face(uuid, uuid, numeric), short_replenishment(uuid) TO @everyone@;
