-- Waves and walks: which orders are released together, and which of them one person takes along on one walk.
-- A wave is a document, and so is each of its walks (kind 'batch', the wave is its parent; without a parent it was
-- released as orders came). Decided about it: draft is planned, released may be picked, closed is picked, cancelled was
-- taken back. Each line of a walk is a pick task that carries it (task.batch_id). An order is in one walk at most, or,
-- where zones are picked apart, in one walk a zone.
-- Locks: orders by id, then walks.

-- `asked`: which orders the planner wanted, and `told`: walks, metres, minutes and people as they were foretold.
CREATE TABLE wave (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    asked jsonb NOT NULL DEFAULT '{}',
    told jsonb NOT NULL DEFAULT '{}'
);

-- `mode`: one tote an order (cluster), or all into one and sorted afterwards (sort). `zone_id`: only what lies there is
-- picked, and the totes are brought together in `lane_id`. `metres` and `minutes` as they were foretold. The lease says
-- who is walking; `assigned_to`: for whom it is kept. `listed_at`: it was printed and is walked by paper. `litres` and `kg`: what it takes of a cart,
-- as foretold (NULL: nobody said); `cart_id`: the cart that it was taken with last.
CREATE TABLE batch (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    mode text NOT NULL CHECK (mode IN ('cluster', 'sort')),
    stream text NOT NULL DEFAULT '',
    zone_id uuid REFERENCES location,
    lane_id uuid REFERENCES location,
    priority int NOT NULL DEFAULT 0,
    cut_off timestamptz,
    metres int,
    minutes int,
    assigned_to uuid REFERENCES person,
    leased_by uuid REFERENCES person,
    leased_at_station uuid REFERENCES station,
    leased_until timestamptz,
    listed_at timestamptz,
    listed_by uuid REFERENCES person,
    litres numeric,
    kg numeric,
    cart_id uuid REFERENCES cart
);

-- The orders of a walk: which slot of the cart is theirs, and which tote stands in it now.
CREATE TABLE batch_slot (
    batch_id uuid NOT NULL REFERENCES batch ON DELETE CASCADE,
    slot int NOT NULL CHECK (slot > 0),
    order_id uuid NOT NULL REFERENCES document,
    tote_id uuid REFERENCES handling_unit,
    PRIMARY KEY (batch_id, slot),
    UNIQUE (batch_id, order_id)
);
CREATE INDEX batch_slot_order ON batch_slot (order_id);
CREATE INDEX batch_slot_tote ON batch_slot (tote_id) WHERE tote_id IS NOT NULL;
CREATE INDEX task_batch ON task (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX document_parent ON document (parent_id) WHERE parent_id IS NOT NULL;

-- Who has a pick in hand now, by the lease of its walk or its own; NULL: nobody.
CREATE FUNCTION picker_of(t task) RETURNS uuid
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN walk_of(t) IS NULL THEN CASE WHEN t.leased_until > now() THEN t.leased_by END
        ELSE (SELECT b.leased_by FROM batch b WHERE b.document_id = t.batch_id AND b.leased_until > now()) END
$$;

-- Picks that come later go along: for an order in a walk that is not over, as far as they lie in its zone.
CREATE FUNCTION join_walk() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NEW.batch_id IS NULL OR (SELECT decision FROM document WHERE id = NEW.batch_id) = 'cancelled' THEN
        NEW.batch_id := (SELECT b.document_id FROM document_line l JOIN batch_slot s ON s.order_id = l.document_id
            JOIN document d ON d.id = s.batch_id AND d.decision IN ('draft', 'released')
            JOIN batch b ON b.document_id = s.batch_id
            WHERE l.id = NEW.document_line_id AND (b.zone_id IS NULL
                OR b.zone_id = (SELECT parent_id FROM location WHERE id = NEW.from_location_id)) LIMIT 1);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER join_walk BEFORE INSERT ON task FOR EACH ROW
    WHEN (NEW.kind = 'pick' AND NEW.batch_id IS NULL) EXECUTE FUNCTION join_walk();
CREATE TRIGGER join_walk_again BEFORE UPDATE OF state ON task FOR EACH ROW
    WHEN (NEW.kind = 'pick' AND NEW.state = 'open' AND OLD.state <> 'open') EXECUTE FUNCTION join_walk();

-- A walk is over when none of its picks is open; one that comes back to be done opens it again.
CREATE FUNCTION end_walk() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM task WHERE batch_id = NEW.batch_id AND state = 'open') THEN
        UPDATE document SET version = version + 1, decision = CASE WHEN EXISTS (SELECT FROM task
            WHERE batch_id = NEW.batch_id AND done_qty > 0) THEN 'closed' ELSE 'cancelled' END
        WHERE id = NEW.batch_id AND decision IN ('draft', 'released', 'held');
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION go_on_walking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE document SET decision = 'released', version = version + 1 WHERE id = NEW.batch_id AND decision = 'closed';
    RETURN NULL;
END $$;
-- At the end of the transaction: what is short in one bin may have been found in another by then.
CREATE CONSTRAINT TRIGGER end_walk AFTER UPDATE ON task DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.batch_id IS NOT NULL AND NEW.state <> 'open' AND OLD.state = 'open') EXECUTE FUNCTION end_walk();
CREATE TRIGGER go_on_walking AFTER UPDATE OF state ON task FOR EACH ROW
    WHEN (NEW.batch_id IS NOT NULL AND NEW.state = 'open' AND OLD.state <> 'open') EXECUTE FUNCTION go_on_walking();

-- What is decided about a wave holds for its walks, but nobody's walk is taken away: what is begun is picked to the end.
-- A walk that is over is in nobody's hand; taken back, its picks wait for another walk. A wave ends with its last walk:
-- closed where one was picked, else cancelled.
CREATE FUNCTION follow_walks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NEW.kind = 'wave' THEN
        UPDATE document d SET version = d.version + 1,
            decision = CASE NEW.decision WHEN 'closed' THEN 'cancelled' ELSE NEW.decision END
        FROM batch b WHERE b.document_id = d.id AND d.parent_id = NEW.id AND d.decision IN ('draft', 'released', 'held')
          AND d.decision <> NEW.decision AND b.listed_at IS NULL
          AND NOT EXISTS (SELECT FROM task t WHERE t.batch_id = d.id AND (t.done_qty > 0 OR b.leased_until > now()));
        RETURN NULL;
    END IF;
    IF NEW.decision IN ('closed', 'cancelled') THEN
        UPDATE batch SET leased_by = NULL, leased_at_station = NULL, leased_until = NULL WHERE document_id = NEW.id;
        IF NEW.decision = 'cancelled' THEN
            UPDATE task SET batch_id = NULL WHERE batch_id = NEW.id AND state = 'open';
        END IF;
        UPDATE document SET version = version + 1, decision = CASE WHEN EXISTS (SELECT FROM document
                WHERE parent_id = NEW.parent_id AND kind = 'batch' AND decision = 'closed') THEN 'closed' ELSE 'cancelled' END
        WHERE id = NEW.parent_id AND decision IN ('draft', 'released')
            AND NOT EXISTS (SELECT FROM document WHERE parent_id = NEW.parent_id AND kind = 'batch'
                            AND decision IN ('draft', 'released', 'held'));
    ELSIF OLD.decision = 'closed' THEN
        UPDATE document SET decision = 'released', version = version + 1 WHERE id = NEW.parent_id AND decision = 'closed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_walks AFTER UPDATE OF decision ON document FOR EACH ROW
    WHEN (NEW.kind IN ('wave', 'batch') AND NEW.decision IS DISTINCT FROM OLD.decision) EXECUTE FUNCTION follow_walks();

-- Releases walks, or keeps them planned: each element of p_walks holds {mode, stream, zone, lane, priority, cut_off, metres,
-- minutes, litres, kg, assigned, orders}, the orders in the order of their slots. With p_asked they are a wave. Orders that were taken,
-- batched, held or picked meanwhile are left out. Returns {wave, number, walks: numbers, left_out: numbers}.
CREATE FUNCTION release_walks(p_request uuid, p_warehouse uuid, p_walks jsonb, p_asked jsonb DEFAULT NULL,
    p_told jsonb DEFAULT '{}', p_planned boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    made_wave document;
    made text;
    numbers jsonb := '[]';
    asked uuid[];
    w record;
BEGIN
    PERFORM require('plan_wave', p_warehouse);
    known := begin_record_request(p_request, jsonb_build_array('walks', p_warehouse, p_walks, p_asked, p_planned));
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    asked := ARRAY(SELECT DISTINCT o::uuid FROM jsonb_array_elements(p_walks) x,
                   jsonb_array_elements_text(x -> 'orders') o);
    PERFORM 1 FROM document WHERE id = ANY (asked) ORDER BY id FOR NO KEY UPDATE;
    IF p_asked IS NOT NULL THEN
        made_wave := wave_document(p_warehouse, 'wave', p_planned, NULL);
        INSERT INTO wave VALUES (made_wave.id, p_asked, p_told);
    END IF;
    FOR w IN SELECT * FROM jsonb_to_recordset(p_walks) AS x (mode text, stream text, zone uuid, lane uuid, priority int,
            cut_off timestamptz, metres int, minutes int, litres numeric, kg numeric, assigned uuid, orders uuid[])
    LOOP
        made := make_walk(p_warehouse, made_wave.id, p_planned, w.orders,
            ROW(NULL, w.mode, coalesce(w.stream, ''), w.zone, w.lane, coalesce(w.priority, 0), w.cut_off, w.metres,
                w.minutes, w.assigned, NULL, NULL, NULL, NULL, NULL, w.litres, w.kg, NULL)::batch);
        IF made IS NOT NULL THEN
            numbers := numbers || to_jsonb(made);
        END IF;
    END LOOP;
    IF numbers = '[]' THEN
        PERFORM refuse('waves.nothing_left');
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('wave', made_wave.id, 'number', made_wave.number,
        'walks', numbers, 'left_out', coalesce((SELECT jsonb_agg(d.number ORDER BY d.number) FROM document d
            WHERE d.id = ANY (asked) AND NOT EXISTS (SELECT FROM batch_slot s JOIN document b ON b.id = s.batch_id
                AND b.decision IN ('draft', 'released') WHERE s.order_id = d.id)), '[]')));
END $$;

-- The document of a wave or a walk.
CREATE FUNCTION wave_document(p_warehouse uuid, p_kind text, p_planned boolean, p_parent uuid) RETURNS document
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made document;
BEGIN
    INSERT INTO document (kind, number, warehouse_id, parent_id, decision, created_by)
    VALUES (p_kind, CASE p_kind WHEN 'wave' THEN 'WAVE-' ELSE 'WALK-' END || lpad(nextval('document_number')::text, 6, '0'),
        p_warehouse, p_parent, CASE WHEN p_planned THEN 'draft' ELSE 'released' END, actor()) RETURNING * INTO made;
    INSERT INTO document_history (document_id, person_id, decision) VALUES (made.id, actor(), made.decision);
    RETURN made;
END $$;

-- One walk with the picks of these orders that are in no other walk and in nobody's hand; returns its number, NULL where
-- none of them is left. The orders are locked.
CREATE FUNCTION make_walk(p_warehouse uuid, p_wave uuid, p_planned boolean, p_orders uuid[], w batch) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    picks uuid[] := ARRAY(SELECT t.id FROM task t JOIN document_line l ON l.id = t.document_line_id
        JOIN document d ON d.id = l.document_id AND d.kind = 'order' AND d.decision = 'released'
            AND d.warehouse_id = p_warehouse AND d.id = ANY (p_orders)
        JOIN location b ON b.id = t.from_location_id AND (w.zone_id IS NULL OR b.parent_id = w.zone_id)
        WHERE t.kind = 'pick' AND t.state = 'open' AND walk_of(t) IS NULL AND picker_of(t) IS NULL);
    made document;
BEGIN
    IF picks = '{}' THEN
        RETURN NULL;
    END IF;
    made := wave_document(p_warehouse, 'batch', p_planned, p_wave);
    w.document_id := made.id;
    INSERT INTO batch SELECT w.*;
    INSERT INTO batch_slot (batch_id, slot, order_id)
    SELECT made.id, row_number() OVER (ORDER BY o.n), o.id FROM unnest(p_orders) WITH ORDINALITY AS o (id, n)
    WHERE EXISTS (SELECT FROM task t JOIN document_line l ON l.id = t.document_line_id
                  WHERE l.document_id = o.id AND t.id = ANY (picks));
    UPDATE task SET batch_id = made.id WHERE id = ANY (picks);
    RETURN made.number;
END $$;

-- Locks a walk that this person has in hand, or may take, and renews the lease. Refuses when it is somebody else's, kept for
-- somebody else (unless p_whoever may), on paper (p_paper: it is being entered), planned only, or over.
CREATE FUNCTION hold_walk(p_batch uuid, p_paper boolean DEFAULT NULL, p_whoever boolean DEFAULT false) RETURNS batch
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b batch;
    d document;
    me uuid := require_actor();
BEGIN
    SELECT * INTO b FROM batch WHERE document_id = p_batch FOR NO KEY UPDATE;
    SELECT * INTO d FROM document WHERE id = p_batch;
    IF d.id IS NULL THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('pick', d.warehouse_id);
    IF d.decision = 'closed' AND p_paper THEN
        PERFORM refuse('waves.list_entered', jsonb_build_object('walk', d.number));
    ELSIF d.decision <> 'released' THEN
        PERFORM refuse('waves.walk_not_released', jsonb_build_object('walk', d.number, 'decision', d.decision));
    ELSIF p_paper IS NOT NULL AND p_paper <> (b.listed_at IS NOT NULL) THEN
        PERFORM refuse(CASE WHEN p_paper THEN 'waves.not_on_paper' ELSE 'waves.on_paper' END,
            jsonb_build_object('walk', d.number, 'person', (SELECT name FROM person WHERE id = b.listed_by)));
    ELSIF b.leased_until > now() AND b.leased_by <> me THEN
        PERFORM refuse('picking.leased', jsonb_build_object('document', d.number,
            'person', (SELECT name FROM person WHERE id = b.leased_by)));
    ELSIF b.assigned_to <> me AND b.listed_at IS NULL AND NOT p_whoever THEN
        PERFORM refuse('waves.kept_for', jsonb_build_object('walk', d.number,
            'person', (SELECT name FROM person WHERE id = b.assigned_to)));
    END IF;
    UPDATE batch SET leased_by = me, leased_at_station = this_station(), leased_until = now() + interval '30 minutes'
    WHERE document_id = p_batch AND (leased_by IS DISTINCT FROM me OR leased_at_station IS DISTINCT FROM this_station()
        OR leased_until < now() + interval '25 minutes'); -- not anew for every scan
    RETURN b;
END $$;

-- What keeps a walk from being walked with a cart: too few slots, too little room or strength; '' where it fits.
CREATE FUNCTION against_cart(p_batch uuid, p_cart uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN b.mode = 'cluster' AND (SELECT count(*) FROM batch_slot s WHERE s.batch_id = b.document_id) > c.slots THEN 'slots'
        WHEN b.litres > c.litres THEN 'litres' WHEN b.kg > c.kg THEN 'kg' ELSE '' END
    FROM batch b, cart c WHERE b.document_id = p_batch AND c.handling_unit_id = p_cart
$$;

-- Takes a cart for a walk that was taken. Refuses one that is too small, was taken out of use, or is under way with another walk.
CREATE FUNCTION take_cart(p_batch uuid, p_cart uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    u handling_unit;
    lacks text := against_cart(p_batch, p_cart);
    other text;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_batch;
    SELECT * INTO u FROM handling_unit WHERE id = p_cart FOR NO KEY UPDATE;
    SELECT x.number INTO other FROM batch b JOIN document x ON x.id = b.document_id AND x.decision = 'released'
    WHERE b.cart_id = p_cart AND b.document_id <> p_batch AND b.leased_until > now() LIMIT 1;
    IF lacks IS NULL OR u.retired OR u.warehouse_id <> d.warehouse_id THEN
        PERFORM refuse('carts.no_cart', jsonb_build_object('cart', coalesce(u.sscc, '')));
    ELSIF lacks <> '' THEN
        PERFORM refuse('carts.too_small', jsonb_build_object('cart', u.sscc, 'walk', d.number, 'lacks', lacks));
    ELSIF other IS NOT NULL THEN
        PERFORM refuse('carts.in_use', jsonb_build_object('cart', u.sscc, 'walk', other));
    END IF;
    UPDATE batch SET cart_id = p_cart WHERE document_id = p_batch;
END $$;

-- How many picks of a walk somebody may do now: those of orders that nobody holds.
CREATE FUNCTION open_on_walk(p_batch uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT count(*) FROM task t JOIN document_line l ON l.id = t.document_line_id JOIN document o ON o.id = l.document_id
    WHERE t.batch_id = p_batch AND t.state = 'open' AND o.decision = 'released'
$$;

-- Takes a walk, and returns its id: the one named, or the next by one's own unfinished, what is kept for this person,
-- priority, cut-off; NULL where none waits. p_cart: of those that this cart has room for.
CREATE FUNCTION take_walk(p_warehouse uuid, p_batch uuid DEFAULT NULL, p_cart uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    taken uuid := p_batch;
    me uuid := require_actor();
BEGIN
    PERFORM require('pick', p_warehouse);
    IF taken IS NULL THEN
        SELECT b.document_id INTO taken FROM batch b JOIN document d ON d.id = b.document_id
        WHERE d.warehouse_id = p_warehouse AND d.kind = 'batch' AND d.decision = 'released' AND b.listed_at IS NULL
          AND (b.leased_until IS NULL OR b.leased_until <= now() OR b.leased_by = me)
          AND (b.assigned_to IS NULL OR b.assigned_to = me)
          AND (p_cart IS NULL OR against_cart(b.document_id, p_cart) = '')
          AND open_on_walk(b.document_id) > 0
        ORDER BY coalesce(b.leased_by = me AND b.leased_until > now(), false) DESC, b.assigned_to NULLS LAST,
            b.priority DESC, b.cut_off NULLS LAST, d.number
        LIMIT 1 FOR NO KEY UPDATE OF b SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM document WHERE id = taken AND warehouse_id = p_warehouse) THEN
        PERFORM refuse('picking.not_an_order', jsonb_build_object('document', (SELECT number FROM document WHERE id = taken)));
    END IF;
    PERFORM hold_walk(taken, p_paper => false);
    IF open_on_walk(taken) = 0 THEN
        PERFORM refuse('picking.nothing_to_pick', jsonb_build_object('document', (SELECT number FROM document WHERE id = taken)));
    END IF;
    IF p_cart IS NOT NULL THEN
        PERFORM take_cart(taken, p_cart);
    END IF;
    RETURN taken;
END $$;

-- Puts a walk down, so that somebody else can go on with it; its totes stay in their slots.
CREATE FUNCTION give_walk_back(p_batch uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM hold_walk(p_batch);
    UPDATE batch SET leased_by = NULL, leased_at_station = NULL, leased_until = NULL WHERE document_id = p_batch;
END $$;

-- Keeps a walk for a person (NULL: for whoever comes), unless somebody else is walking it.
CREATE FUNCTION assign_walk(p_batch uuid, p_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT x.* INTO d FROM document x JOIN batch b ON b.document_id = x.id WHERE x.id = p_batch;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('plan_wave', d.warehouse_id);
    UPDATE batch SET assigned_to = p_person, leased_by = NULL, leased_at_station = NULL, leased_until = NULL
    WHERE document_id = p_batch;
END $$;

-- A walk that was printed is walked by paper: nobody else gets it until it was entered or the list is given up (p_listed
-- false). Refuses while somebody is walking it.
CREATE FUNCTION list_walk(p_batch uuid, p_listed boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b batch := hold_walk(p_batch, p_whoever => true);
BEGIN
    UPDATE batch SET listed_at = CASE WHEN p_listed THEN coalesce(b.listed_at, now()) END,
        listed_by = CASE WHEN p_listed THEN coalesce(b.listed_by, actor()) END, leased_by = NULL, leased_at_station = NULL,
        leased_until = NULL WHERE document_id = p_batch;
END $$;

-- Takes so much of what was picked for a line out of a tote that several orders share, into a tote of its order; returns
-- the posting. Quantity in base units. Refuses a tote that holds goods of others, or stands on a cart for another order.
CREATE FUNCTION sort_goods(p_request uuid, p_line uuid, p_from uuid, p_trace uuid, p_qty numeric, p_into uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('sort', p_line, p_from, p_trace, p_qty, p_into));
    d document;
    r reservation;
    other text;
    reply jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'posting')::uuid;
    END IF;
    SELECT x.* INTO d FROM document x JOIN document_line l ON l.document_id = x.id WHERE l.id = p_line
    FOR NO KEY UPDATE OF x;
    PERFORM require('pick', d.warehouse_id);
    SELECT x.* INTO r FROM reservation x JOIN location b ON b.id = x.location_id AND b.kind = 'tote'
    WHERE x.demand_line_id = p_line AND x.handling_unit_id = p_from AND x.trace_id = p_trace AND x.qty >= p_qty LIMIT 1;
    IF NOT FOUND OR p_from = p_into THEN
        PERFORM refuse('consolidation.not_in_tote', jsonb_build_object('tote', (SELECT sscc FROM handling_unit WHERE id = p_from)));
    END IF;
    PERFORM hold_tote(p_into, d.warehouse_id, d.id);
    SELECT o.number INTO other FROM reservation x JOIN document_line l ON l.id = x.demand_line_id
    JOIN document o ON o.id = l.document_id AND o.id <> d.id WHERE x.handling_unit_id = p_into AND x.qty > 0 LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('picking.tote_in_use', jsonb_build_object('tote', (SELECT sscc FROM handling_unit WHERE id = p_into),
            'other', other));
    END IF;
    UPDATE batch_slot SET tote_id = p_into WHERE order_id = d.id AND batch_id IN (SELECT batch_id FROM task t
        JOIN document_line l ON l.id = t.document_line_id WHERE l.document_id = d.id);
    reply := post_moves(p_request => p_request, p_kind => 'consolidate', p_warehouse => d.warehouse_id,
        p_items => ARRAY[r.item_id], p_qtys => ARRAY[p_qty], p_from_locations => ARRAY[r.location_id],
        p_to_locations => ARRAY[r.location_id], p_traces => ARRAY[nullif(p_trace, nil())], p_from_units => ARRAY[p_from],
        p_to_units => ARRAY[p_into], p_from_statuses => ARRAY[r.status], p_from_owners => ARRAY[r.owner_id],
        p_lines => ARRAY[p_line], p_document => d.id);
    PERFORM end_record_request(p_request, reply);
    RETURN (reply ->> 'posting')::uuid;
END $$;

REVOKE ALL ON FUNCTION against_cart(uuid, uuid), take_cart(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sort_goods(uuid, uuid, uuid, uuid, numeric, uuid), picker_of(task), open_on_walk(uuid), release_walks(uuid, uuid, jsonb, jsonb, jsonb, boolean), take_walk(uuid, uuid, uuid),
    give_walk_back(uuid), assign_walk(uuid, uuid), list_walk(uuid, boolean),
    hold_walk(uuid, boolean, boolean) TO @everyone@;
