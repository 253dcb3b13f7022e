-- Work that somebody should do: picks that follow reservations, counts that exceptions ask for, and why it was decided.
-- One pick task stands for one reserved stock key of one order line. The order's row is the lock of all its pick tasks:
-- whoever allocates, takes over, picks or shorts an order locks that row first, then claims and balances.
-- `plan_cache_mode` on the functions that a scan goes through: their statements reach rows by key, and planning them anew
-- for each scan costs more than running them.

-- `batch_id`: the walk on which a pick is done together with those of other orders (62_waves.sql).
ALTER TABLE task ADD COLUMN batch_id uuid REFERENCES document;
CREATE UNIQUE INDEX task_pick ON task (document_line_id, from_location_id, trace_id, handling_unit_id)
    WHERE kind = 'pick';
CREATE UNIQUE INDEX task_count ON task (from_location_id, item_id) WHERE kind = 'count' AND state = 'open';

-- A count looks at a place, even where the book says that nothing is there.
ALTER TABLE task DROP CONSTRAINT task_qty_check, ADD CONSTRAINT task_qty_check CHECK (qty > 0 OR kind = 'count');

-- The walk that a pick waits for or is done on; NULL: its order is picked for itself.
CREATE FUNCTION walk_of(t task) RETURNS uuid
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN t.batch_id IS NOT NULL THEN
        (SELECT d.id FROM document d WHERE d.id = t.batch_id AND d.decision IN ('draft', 'released', 'held')) END
$$;

-- Whether goods are what a truth among their attributes says, such as 'fragile' or 'this side up', however it is written.
-- What the item says (p_own) goes before what its category hands down (p_inherited, or NULL). Most goods have neither.
CREATE FUNCTION is_marked(p_own jsonb, p_inherited jsonb, p_word text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_own = '{}' AND coalesce(p_inherited -> 'attributes', '{}') = '{}' THEN
        RETURN false;
    END IF;
    RETURN coalesce(
        (SELECT bool_or(a.value = 'true') FROM jsonb_each_text(p_own) a WHERE lower(a.key) = p_word),
        (SELECT bool_or(a.value ->> 'value' = 'true') FROM jsonb_each(p_inherited -> 'attributes') a
         WHERE lower(a.key) = p_word AND jsonb_typeof(a.value) = 'object'),
        false);
END $$;

-- The same of an item whose category is not at hand.
CREATE FUNCTION item_is(i item, p_word text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT is_marked(i.attributes, (SELECT c.inherited FROM category c WHERE c.id = i.category_id), p_word)
$$;

-- Keeps what was decided and why (Decision.to_json of app/domain/policies); returns its id.
CREATE FUNCTION store_decision(p_capability text, p_warehouse uuid, p_detail jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid := new_id();
BEGIN
    PERFORM require(CASE p_capability WHEN 'allocation' THEN 'allocate' ELSE p_capability END, p_warehouse);
    INSERT INTO decision (id, capability, person_id, warehouse_id, detail)
    VALUES (made, p_capability, actor(), p_warehouse, p_detail);
    RETURN made;
END $$;

-- Locks what allocation is about to decide on: orders first, then the claims of their items, both in key order.
-- Whatever is read afterwards, in a statement of its own, stays free until the transaction ends.
CREATE FUNCTION lock_demand(p_documents uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    place uuid;
BEGIN
    PERFORM require_somewhere(ARRAY['allocate']);
    FOR place IN SELECT DISTINCT warehouse_id FROM document WHERE id = ANY (p_documents) LOOP
        PERFORM require('allocate', place);
    END LOOP;
    PERFORM 1 FROM document WHERE id = ANY (p_documents) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO stock_claim
    SELECT DISTINCT d.warehouse_id, l.item_id, d.owner_id FROM document d JOIN document_line l ON l.document_id = d.id
    WHERE d.id = ANY (p_documents) ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;
    PERFORM 1 FROM stock_claim c WHERE (c.warehouse_id, c.item_id, c.owner_id) IN (
        SELECT d.warehouse_id, l.item_id, d.owner_id FROM document d JOIN document_line l ON l.document_id = d.id
        WHERE d.id = ANY (p_documents))
    ORDER BY c.warehouse_id, c.item_id, c.owner_id FOR NO KEY UPDATE;
END $$;

-- Reserves stock keys for order lines (parallel arrays, as reserve_stock) and makes or enlarges the pick task of each.
-- p_decisions says why, by the id of the line. Refuses what is not free any more; all or nothing.
CREATE FUNCTION allocate_stock(p_warehouse uuid, p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[],
    p_units uuid[], p_owners uuid[], p_statuses text[], p_qtys numeric[], p_decisions jsonb,
    p_request uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF begin_claim(p_request, jsonb_build_array('allocate', p_warehouse, p_lines, p_items, p_locations, p_traces, p_units,
            p_owners, p_statuses, p_qtys)) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM reserve_stock(p_warehouse, p_lines, p_items, p_locations, p_traces, p_units, p_owners, p_statuses, p_qtys);
    WITH decided AS (
        SELECT line::uuid AS line, new_id() AS id, detail FROM jsonb_each(p_decisions) AS x (line, detail)
    ), kept AS (
        INSERT INTO decision (id, capability, person_id, warehouse_id, document_line_id, detail)
        SELECT id, 'allocation', actor(), p_warehouse, line, detail FROM decided
    )
    INSERT INTO task AS t (kind, warehouse_id, document_line_id, item_id, trace_id, handling_unit_id, from_location_id,
                           qty, decision_id, priority)
    SELECT 'pick', p_warehouse, x.line, x.item, x.trace, x.unit, x.place, sum(x.q), min(d.id::text)::uuid,
        coalesce((SELECT o.priority FROM document_line l JOIN customer_order o ON o.document_id = l.document_id
            WHERE l.id = x.line), 0)
    FROM unnest(p_lines, p_items, p_locations, p_traces, p_units, p_qtys) AS x (line, item, place, trace, unit, q)
    LEFT JOIN decided d ON d.line = x.line
    GROUP BY x.line, x.item, x.trace, x.unit, x.place ORDER BY x.line, x.place, x.trace, x.unit
    ON CONFLICT (document_line_id, from_location_id, trace_id, handling_unit_id) WHERE kind = 'pick' DO UPDATE
    SET qty = excluded.qty + CASE t.state WHEN 'cancelled' THEN 0 ELSE t.qty END, state = 'open',
        decision_id = excluded.decision_id;
    PERFORM end_record_request(p_request, '{}');
END $$;

-- Locks an order and returns it, for the person who holds the lease; renews the lease, which every pick task of the order
-- carries, done or not, until the order is picked or given back. Refuses when somebody else works on the order. What is
-- picked on a walk with others (p_walk) is held by the lease of that walk.
CREATE FUNCTION hold_order(p_document uuid, p_walk uuid DEFAULT NULL) RETURNS document
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    other text;
    me uuid := require_actor();
    here uuid := this_station();
    lines uuid[]; -- by them the tasks are found, whose walk nobody looks up then for other orders
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('pick', d.warehouse_id);
    IF p_walk IS NOT NULL THEN
        PERFORM hold_walk(p_walk);
        RETURN d;
    END IF;
    lines := ARRAY(SELECT l.id FROM document_line l WHERE l.document_id = d.id);
    SELECT p.name INTO other FROM task t JOIN person p ON p.id = t.leased_by
    WHERE t.document_line_id = ANY (lines) AND t.kind = 'pick' AND t.leased_until > now() AND t.leased_by <> me
      AND walk_of(t) IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('picking.leased', jsonb_build_object('document', d.number, 'person', other));
    END IF;
    UPDATE task t SET leased_by = me, leased_at_station = here, leased_until = now() + interval '30 minutes'
    WHERE t.document_line_id = ANY (lines) AND t.kind = 'pick'
      AND walk_of(t) IS NULL AND (t.leased_by IS DISTINCT FROM me OR t.leased_at_station IS DISTINCT FROM here
           OR t.leased_until < now() + interval '25 minutes'); -- not anew for every scan
    RETURN d;
END $$;

-- Takes an order or a walk to pick, and returns its id: the one named, the one whose goods are in the tote, or else the
-- next one: one's own unfinished, then walks, then orders by priority and due date; NULL when there is nothing to pick.
CREATE FUNCTION take_order(p_warehouse uuid, p_document uuid, p_tote uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    d document;
    walk text;
    tried uuid[] := '{}';
BEGIN
    PERFORM require('pick', p_warehouse);
    SELECT coalesce(p_document, (
        SELECT l.document_id FROM stock_balance b
        JOIN reservation r USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
        JOIN document_line l ON l.id = r.demand_line_id WHERE b.handling_unit_id = p_tote AND b.handling_unit_id <> nil() AND r.qty > 0 LIMIT 1))
    INTO p_document;
    IF p_document IS NULL AND NOT EXISTS (SELECT FROM task t WHERE t.warehouse_id = p_warehouse AND t.kind = 'pick'
            AND t.state = 'open' AND t.leased_by = (SELECT actor()) AND t.leased_until > now()) THEN
        p_document := take_walk(p_warehouse);
    ELSIF p_tote IS NOT NULL THEN
        p_document := coalesce((SELECT t.batch_id FROM task t JOIN document_line l ON l.id = t.document_line_id
            WHERE l.document_id = p_document AND t.kind = 'pick' AND t.state = 'open' AND walk_of(t) IS NOT NULL
            LIMIT 1), p_document);
    END IF;
    IF (SELECT kind FROM document WHERE id = p_document) = 'batch' THEN
        RETURN take_walk(p_warehouse, p_document);
    ELSIF p_document IS NOT NULL THEN
        d := hold_order(p_document);
        IF d.kind <> 'order' OR d.warehouse_id <> p_warehouse THEN
            PERFORM refuse('picking.not_an_order', jsonb_build_object('document', d.number));
        ELSIF d.decision <> 'released' THEN
            PERFORM refuse('picking.not_released', jsonb_build_object('document', d.number, 'decision', d.decision));
        ELSIF NOT EXISTS (SELECT FROM task t JOIN document_line l ON l.id = t.document_line_id
                          WHERE l.document_id = d.id AND t.kind = 'pick' AND t.state = 'open' AND walk_of(t) IS NULL) THEN
            SELECT w.number INTO walk FROM task t JOIN document_line l ON l.id = t.document_line_id
            JOIN document w ON w.id = t.batch_id WHERE l.document_id = d.id AND t.kind = 'pick' AND t.state = 'open' LIMIT 1;
            PERFORM refuse(CASE WHEN walk IS NULL THEN 'picking.nothing_to_pick' ELSE 'picking.in_walk' END,
                jsonb_build_object('document', d.number, 'walk', walk));
        END IF;
        IF p_tote IS NOT NULL THEN
            PERFORM keep_tote(d.id, p_warehouse, p_tote);
        END IF;
        RETURN d.id;
    END IF;
    LOOP
        SELECT o.* INTO d FROM document o
        CROSS JOIN LATERAL (
            SELECT max(t.priority) FILTER (WHERE t.state = 'open') AS priority, bool_or(t.leased_until > now() AND t.leased_by = (SELECT actor())) AS mine,
                   bool_or(t.leased_until > now() AND t.leased_by <> (SELECT actor())) AS taken
            FROM document_line l JOIN task t ON t.document_line_id = l.id
            WHERE l.document_id = o.id AND t.kind = 'pick' AND walk_of(t) IS NULL) w
        WHERE o.warehouse_id = p_warehouse AND o.kind = 'order' AND o.decision = 'released'
          AND w.priority IS NOT NULL AND coalesce(w.taken, false) = false AND NOT o.id = ANY (tried)
        ORDER BY coalesce(w.mine, false) DESC, w.priority DESC, o.due NULLS LAST, o.number
        LIMIT 1 FOR NO KEY UPDATE OF o SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        tried := tried || d.id;
        -- Somebody may have taken it since this statement began to look: only the lock and a new look are certain.
        IF EXISTS (SELECT FROM task t JOIN document_line l ON l.id = t.document_line_id
                   WHERE l.document_id = d.id AND t.kind = 'pick' AND t.state = 'open' AND walk_of(t) IS NULL)
           AND NOT EXISTS (SELECT FROM task t JOIN document_line l ON l.id = t.document_line_id
                   WHERE l.document_id = d.id AND t.kind = 'pick' AND t.leased_until > now() AND walk_of(t) IS NULL
                     AND t.leased_by <> (SELECT actor())) THEN
            PERFORM hold_order(d.id);
            IF p_tote IS NOT NULL THEN
                PERFORM keep_tote(d.id, p_warehouse, p_tote);
            END IF;
            RETURN d.id;
        END IF;
    END LOOP;
END $$;

-- Ends the lease of an order: it is picked, or somebody else may go on with it.
CREATE FUNCTION end_lease(p_document uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE task t SET leased_by = NULL, leased_at_station = NULL, leased_until = NULL FROM document_line l
    WHERE l.id = t.document_line_id AND l.document_id = p_document AND t.kind = 'pick' AND t.leased_by IS NOT NULL
$$;

-- Gives an order or a walk back, so that somebody else can go on with it.
CREATE FUNCTION give_order_back(p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF (SELECT kind FROM document WHERE id = p_document) = 'batch' THEN
        PERFORM give_walk_back(p_document);
        RETURN;
    END IF;
    PERFORM hold_order(p_document);
    PERFORM end_lease(p_document);
END $$;

-- The open pick task of one reserved stock key, its order held by this person. Refuses when there is none any more.
CREATE FUNCTION hold_pick(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid) RETURNS task
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
BEGIN
    PERFORM 1 FROM document WHERE id = (SELECT document_id FROM document_line WHERE id = p_line) FOR NO KEY UPDATE;
    SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = p_line
        AND from_location_id = p_location AND trace_id = p_trace AND handling_unit_id = p_unit;
    PERFORM hold_order((SELECT document_id FROM document_line WHERE id = p_line), walk_of(t));
    IF t.id IS NULL THEN
        PERFORM refuse('picking.task_gone');
    END IF;
    RETURN t;
END $$;

-- Refuses a tote that cannot take goods of an order: no tote, goods of somebody else in it, or a slot of somebody else.
CREATE FUNCTION hold_tote(p_tote uuid, p_warehouse uuid, p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    u handling_unit;
    other text;
    claim jsonb;
    ours uuid[] := share_a_tote(p_document);
BEGIN
    SELECT * INTO u FROM handling_unit WHERE id = p_tote FOR NO KEY UPDATE;
    IF NOT FOUND OR u.kind <> 'tote' OR u.warehouse_id <> p_warehouse THEN
        PERFORM refuse('picking.not_a_tote', jsonb_build_object('tote', coalesce(u.sscc, '')));
    END IF;
    SELECT coalesce(d.number, '') INTO other FROM stock_balance b
    LEFT JOIN reservation r USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    LEFT JOIN document_line l ON l.id = r.demand_line_id LEFT JOIN document d ON d.id = l.document_id
    WHERE b.handling_unit_id = p_tote AND b.handling_unit_id <> nil() AND b.on_hand > 0
      AND (d.id = ANY (ours) IS NOT TRUE OR b.on_hand > b.reserved) LIMIT 1;
    other := coalesce(other, tote_kept_for(p_tote, p_document));
    IF other IS NOT NULL THEN
        PERFORM refuse('picking.tote_in_use', jsonb_build_object('tote', u.sscc, 'other', other));
    END IF;
    claim := tote_claimed(p_tote, p_document);
    IF claim IS NOT NULL THEN
        PERFORM refuse('picking.tote_claimed', claim || jsonb_build_object('tote', u.sscc));
    END IF;
END $$;

-- Books goods of pick tasks of one order from their bins into a tote, all in one posting, which it returns. The lists are
-- parallel, a pick once; quantities in base units.
CREATE FUNCTION pick_stock(p_request uuid, p_lines uuid[], p_locations uuid[], p_traces uuid[], p_units uuid[],
    p_qtys numeric[], p_tote uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    known jsonb := begin_record_request(p_request,
        jsonb_build_array('pick', p_lines, p_locations, p_traces, p_units, p_qtys, p_tote));
    doc uuid := (SELECT document_id FROM document_line WHERE id = p_lines[1]);
    site uuid;
    picks record;
    picked boolean;
    reply jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'posting')::uuid;
    END IF;
    PERFORM 1 FROM document WHERE id = doc FOR NO KEY UPDATE;
    SELECT array_agg(t.id ORDER BY x.n) AS tasks, count(DISTINCT t.id) = count(*) AND bool_and(l.document_id = doc) AS all_there,
        array_agg(DISTINCT walk_of(t)) AS walks, array_agg(t.item_id ORDER BY x.n) AS items,
        array_agg(t.qty - t.done_qty ORDER BY x.n) AS open, min(x.n) FILTER (WHERE x.qty > t.qty - t.done_qty) AS too_many,
        array_agg(coalesce(r.status, 'available') ORDER BY x.n) AS statuses, array_agg(coalesce(r.owner_id, nil()) ORDER BY x.n) AS owners
    INTO picks
    FROM unnest(p_lines, p_locations, p_traces, p_units, p_qtys) WITH ORDINALITY AS x (line, location, trace, unit, qty, n)
    LEFT JOIN document_line l ON l.id = x.line
    LEFT JOIN task t ON t.kind = 'pick' AND t.state = 'open' AND t.document_line_id = x.line AND t.from_location_id = x.location
        AND t.trace_id = x.trace AND t.handling_unit_id = x.unit
    LEFT JOIN LATERAL (SELECT v.status, v.owner_id FROM reservation v WHERE v.demand_line_id = x.line AND v.item_id = t.item_id
        AND v.location_id = x.location AND v.trace_id = x.trace AND v.handling_unit_id = x.unit AND v.qty >= x.qty LIMIT 1) r ON true;
    SELECT max((hold_order(doc, walk)).warehouse_id::text)::uuid INTO site FROM unnest(picks.walks) walk;
    IF picks.all_there IS NOT TRUE THEN
        PERFORM refuse('picking.task_gone');
    ELSIF picks.too_many IS NOT NULL THEN
        PERFORM refuse('picking.too_many', jsonb_build_object('scanned', p_qtys[picks.too_many]::text,
            'open', picks.open[picks.too_many]::text));
    END IF;
    PERFORM hold_tote(p_tote, site, doc);
    reply := post_moves(p_request => p_request, p_kind => 'pick', p_warehouse => site, p_items => picks.items, p_qtys => p_qtys,
        p_from_locations => p_locations, p_to_locations => array_fill((SELECT id FROM location WHERE warehouse_id = site
            AND kind = 'tote' ORDER BY walk_position, address LIMIT 1), ARRAY[cardinality(p_lines)]),
        p_traces => p_traces, p_from_units => p_units, p_to_units => array_fill(p_tote, ARRAY[cardinality(p_lines)]),
        p_from_statuses => picks.statuses, p_from_owners => picks.owners, p_lines => p_lines, p_document => doc);
    picked := NOT EXISTS (SELECT FROM document_line l JOIN task k ON k.document_line_id = l.id AND k.kind = 'pick' AND k.state = 'open'
        LEFT JOIN unnest(picks.tasks, p_qtys) x (id, qty) ON x.id = k.id
        WHERE l.document_id = doc AND k.done_qty + coalesce(x.qty, 0) < k.qty);
    -- With the lease, where it ends: a row that is changed twice is held against all that it refers to once more.
    UPDATE task t SET done_qty = t.done_qty + x.qty, state = CASE WHEN t.done_qty + x.qty >= t.qty THEN 'done' ELSE 'open' END,
        leased_by = CASE WHEN NOT picked THEN t.leased_by END, leased_at_station = CASE WHEN NOT picked THEN t.leased_at_station END,
        leased_until = CASE WHEN NOT picked THEN t.leased_until END
    FROM unnest(picks.tasks, p_qtys) x (id, qty) WHERE t.id = x.id;
    IF picked THEN
        PERFORM end_lease(doc);
    END IF;
    PERFORM end_record_request(p_request, reply);
    RETURN (reply ->> 'posting')::uuid;
END $$;

-- A pick that is taken back is to be done again.
CREATE FUNCTION reopen_picks(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE task t SET done_qty = t.done_qty - m.qty, state = 'open'
    FROM (SELECT document_line_id, to_location_id, trace_id, to_handling_unit_id, sum(qty) AS qty FROM stock_move
          WHERE posting_id = p_posting.id AND recorded_at = p_posting.recorded_at GROUP BY 1, 2, 3, 4) m
    WHERE t.kind = 'pick' AND t.document_line_id = m.document_line_id AND t.from_location_id = m.to_location_id
      AND t.trace_id = m.trace_id AND t.handling_unit_id = m.to_handling_unit_id;
END $$;

-- Asks for a count of an item in a place; asking again while one is open changes nothing. Returns the task.
CREATE FUNCTION raise_count(p_location uuid, p_item uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    site uuid := (SELECT warehouse_id FROM location WHERE id = p_location);
    made uuid;
BEGIN
    PERFORM require('pick', site);
    INSERT INTO task (kind, warehouse_id, item_id, from_location_id, qty)
    VALUES ('count', site, p_item, p_location, (SELECT coalesce(greatest(sum(on_hand), 0), 0) FROM stock_balance
        WHERE warehouse_id = site AND item_id = p_item AND location_id = p_location))
    ON CONFLICT (from_location_id, item_id) WHERE kind = 'count' AND state = 'open' DO NOTHING RETURNING id INTO made;
    RETURN coalesce(made, (SELECT id FROM task WHERE kind = 'count' AND state = 'open'
                           AND from_location_id = p_location AND item_id = p_item));
END $$;

-- Somebody has counted an item in a place; what was found was booked as a correction, where it differed. Doing it again
-- changes nothing.
CREATE FUNCTION end_count(p_location uuid, p_item uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('count', (SELECT warehouse_id FROM location WHERE id = p_location));
    UPDATE task SET state = 'done' WHERE kind = 'count' AND state = 'open' AND from_location_id = p_location
        AND item_id = p_item;
END $$;

-- Takes so much off an open pick task: without anything left it is cancelled, or done as far as it went.
CREATE FUNCTION shrink_pick(t task, p_qty numeric) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE task SET qty = CASE WHEN qty - p_qty > 0 THEN qty - p_qty ELSE qty END,
        state = CASE WHEN qty - p_qty > done_qty THEN 'open' WHEN done_qty > 0 THEN 'done' ELSE 'cancelled' END
    WHERE id = t.id
$$;

-- Gives up what is missing of a pick: its reservation is released (others' stay), and the bin is to be counted.
-- Returns the missing quantity in base units.
CREATE FUNCTION short_pick(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_reason text) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
BEGIN
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active AND step IN ('pick', 'any')) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', p_reason));
    END IF;
    t := hold_pick(p_line, p_location, p_trace, p_unit);
    PERFORM release_stock(p_line, p_location, p_trace, p_unit, t.qty - t.done_qty);
    PERFORM shrink_pick(t, t.qty - t.done_qty);
    PERFORM raise_count(p_location, t.item_id);
    RETURN t.qty - t.done_qty;
END $$;

-- Lets a pick be done from another stock key of the same item (other lot, other bin): what is free there is reserved
-- instead, and where that is not enough, reservations are exchanged with orders that nobody is picking now.
-- Returns the quantity that moved; refuses when it is less than p_least.
CREATE FUNCTION swap_pick(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid,
    p_to_location uuid, p_to_trace uuid, p_to_unit uuid, p_least numeric) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
    other reservation;
    theirs task;
    wanted numeric;
    part numeric;
    free numeric;
    whose uuid := (SELECT d.owner_id FROM document d JOIN document_line l ON l.document_id = d.id WHERE l.id = p_line);
BEGIN
    PERFORM 1 FROM document d WHERE d.id IN (SELECT l.document_id FROM document_line l LEFT JOIN reservation r
        ON r.demand_line_id = l.id AND r.location_id = p_to_location AND r.trace_id = p_to_trace
        AND r.handling_unit_id = p_to_unit WHERE l.id = p_line OR r.qty > 0)
    ORDER BY d.id FOR NO KEY UPDATE;
    t := hold_pick(p_line, p_location, p_trace, p_unit);
    wanted := t.qty - t.done_qty;
    PERFORM 1 FROM stock_claim WHERE warehouse_id = t.warehouse_id AND item_id = t.item_id AND owner_id = whose
        FOR NO KEY UPDATE;
    PERFORM hold_keys(t.warehouse_id, t.item_id, ARRAY[p_location, p_to_location], ARRAY[p_trace, p_to_trace],
        ARRAY[p_unit, p_to_unit]);
    SELECT greatest(b.on_hand - b.reserved, 0) INTO free FROM stock_balance b
    WHERE b.warehouse_id = t.warehouse_id AND b.item_id = t.item_id AND b.location_id = p_to_location
      AND b.trace_id = p_to_trace AND b.handling_unit_id = p_to_unit AND b.owner_id = whose AND b.status = 'available';
    part := least(wanted, coalesce(free, 0));
    IF part > 0 THEN
        PERFORM release_stock(p_line, p_location, p_trace, p_unit, part);
        PERFORM shrink_pick(t, part);
        PERFORM allocate_stock(t.warehouse_id, ARRAY[p_line], ARRAY[t.item_id], ARRAY[p_to_location],
            ARRAY[p_to_trace], ARRAY[p_to_unit], ARRAY[whose], ARRAY['available'], ARRAY[part], '{}');
        wanted := wanted - part;
    END IF;
    FOR other IN SELECT r.* FROM reservation r JOIN document_line l ON l.id = r.demand_line_id
        JOIN document_line mine ON mine.id = p_line AND mine.document_id <> l.document_id
        WHERE r.warehouse_id = t.warehouse_id AND r.item_id = t.item_id AND r.location_id = p_to_location
          AND r.trace_id = p_to_trace AND r.handling_unit_id = p_to_unit AND r.owner_id = whose
          AND r.status = 'available' AND r.qty > 0 ORDER BY r.demand_line_id
    LOOP
        SELECT * INTO theirs FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = other.demand_line_id
            AND from_location_id = p_to_location AND trace_id = p_to_trace AND handling_unit_id = p_to_unit
            AND coalesce(picker_of(task), (SELECT actor())) = (SELECT actor());
        CONTINUE WHEN NOT FOUND OR wanted = 0;
        part := least(wanted, other.qty);
        SELECT * INTO t FROM task WHERE id = t.id;
        PERFORM exchange_picks(t, theirs, part);
        wanted := wanted - part;
    END LOOP;
    SELECT coalesce(sum(qty - done_qty), 0) INTO part FROM task WHERE kind = 'pick' AND state = 'open'
        AND document_line_id = p_line AND from_location_id = p_to_location AND trace_id = p_to_trace
        AND handling_unit_id = p_to_unit;
    IF part < p_least OR part <= 0 THEN
        PERFORM refuse('picking.promised_to_others', jsonb_build_object('free', part::text,
            'place', (SELECT address FROM location WHERE id = p_to_location)));
    END IF;
    PERFORM hold_pick(p_line, p_to_location, p_to_trace, p_to_unit);
    RETURN part;
END $$;

-- Two pick tasks of one item exchange so much of what they have reserved; the balances of both keys, which the caller
-- holds, stay as they are.
CREATE FUNCTION exchange_picks(a task, b task, p_qty numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM release_stock(a.document_line_id, a.from_location_id, a.trace_id, a.handling_unit_id, p_qty);
    PERFORM release_stock(b.document_line_id, b.from_location_id, b.trace_id, b.handling_unit_id, p_qty);
    PERFORM shrink_pick(a, p_qty);
    PERFORM shrink_pick(b, p_qty);
    PERFORM allocate_stock(a.warehouse_id, ARRAY[a.document_line_id, b.document_line_id], ARRAY[a.item_id, b.item_id],
        ARRAY[b.from_location_id, a.from_location_id], ARRAY[b.trace_id, a.trace_id],
        ARRAY[b.handling_unit_id, a.handling_unit_id], ARRAY[nil(), nil()], ARRAY['available', 'available'],
        ARRAY[p_qty, p_qty], '{}');
END $$;

-- Gives back everything an order has reserved in bins, and cancels its picks; what is in a tote stays there.
CREATE FUNCTION release_order(p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t task;
BEGIN
    PERFORM lock_demand(ARRAY[p_document]);
    FOR t IN SELECT k.* FROM task k JOIN document_line l ON l.id = k.document_line_id
        WHERE l.document_id = p_document AND k.kind = 'pick' AND k.state = 'open'
        ORDER BY k.item_id, k.from_location_id, k.trace_id, k.handling_unit_id
    LOOP
        PERFORM release_stock(t.document_line_id, t.from_location_id, t.trace_id, t.handling_unit_id, t.qty - t.done_qty);
        PERFORM shrink_pick(t, t.qty - t.done_qty);
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION walk_of(task), store_decision(text, uuid, jsonb), lock_demand(uuid[]),
    allocate_stock(uuid, uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], text[], numeric[], jsonb, uuid),
    take_order(uuid, uuid, uuid), give_order_back(uuid), pick_stock(uuid, uuid[], uuid[], uuid[], uuid[], numeric[], uuid),
    raise_count(uuid, uuid), end_count(uuid, uuid), short_pick(uuid, uuid, uuid, uuid, text),
    swap_pick(uuid, uuid, uuid, uuid, uuid, uuid, uuid, numeric), release_order(uuid)
TO @everyone@;
