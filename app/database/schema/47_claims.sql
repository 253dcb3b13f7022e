-- Claims: what of the stock a demand line counts on (soft), what belongs to it (hard), and giving it back.
--
-- A posting says what is true of goods: it wins over a promise, which then shrinks, the newest first, and the order
-- hears of it (claim_loss). What is only claimed, promised or reserved, never takes what another was promised.
-- Whoever claims, or makes less of what is free, queues for the item's row in stock_claim first.
-- p_request, of every function that claims or gives back: asked again with the same one it does nothing and answers as before.

-- What a demand line lost without its planner's doing: goods that were held, or a promise that the stock no longer covers.
CREATE TABLE claim_loss (
    id uuid PRIMARY KEY DEFAULT new_id(),
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    document_id uuid NOT NULL REFERENCES document,
    demand_line_id uuid NOT NULL REFERENCES document_line,
    item_id uuid NOT NULL,
    trace_id uuid NOT NULL DEFAULT nil(),
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    claim text NOT NULL CHECK (claim IN ('reservation', 'promise')),
    cause text NOT NULL DEFAULT '',
    posting_id uuid
);
CREATE INDEX claim_loss_document ON claim_loss (document_id);
CREATE INDEX claim_loss_item ON claim_loss (item_id, at);
CREATE INDEX claim_loss_posting ON claim_loss (posting_id) WHERE posting_id IS NOT NULL;

-- How many days goods for a demand line must still keep when they leave: as the order wishes, else as the item or the
-- customer asks. Written into the statements that ask it.
CREATE FUNCTION shelf_life_asked(p_line uuid, p_item uuid, p_partner uuid) RETURNS TABLE (days int)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(w.minimum_days, greatest(i.minimum_remaining_days, (
        SELECT r.minimum_days FROM partner_shelf_life r
        WHERE r.partner_id = p_partner AND r.item_id IN (i.id, nil()) ORDER BY r.item_id = nil() LIMIT 1)))
    FROM item i LEFT JOIN line_wish w ON w.document_line_id = p_line WHERE i.id = p_item
$$;

-- The day until which goods for a demand line must keep: the day they leave plus the shelf life that is asked for.
CREATE FUNCTION keeps_until(p_line uuid) RETURNS date
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT greatest(coalesce(d.due, t.today), t.today) + s.days
    FROM document_line l JOIN document d ON d.id = l.document_id
    CROSS JOIN LATERAL shelf_life_asked(l.id, l.item_id, d.partner_id) s
    CROSS JOIN LATERAL (SELECT today_in(d.warehouse_id) AS today) t
    WHERE l.id = p_line
$$;

-- The answer that this request got before; NULL where it is new, or has no id.
CREATE FUNCTION begin_claim(p_request uuid, p_what jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN p_request IS NOT NULL THEN begin_record_request(p_request, p_what) END;
END $$;

-- Queues for these items and owners (parallel arrays) of a warehouse, before anything of theirs is claimed or let go.
CREATE FUNCTION hold_items(p_warehouse uuid, p_items uuid[], p_owners uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO stock_claim SELECT DISTINCT p_warehouse, i, o FROM unnest(p_items, p_owners) t (i, o) ORDER BY 2, 3
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM stock_claim WHERE warehouse_id = p_warehouse AND item_id = ANY (p_items)
    ORDER BY warehouse_id, item_id, owner_id FOR NO KEY UPDATE;
END $$;

-- Queues for the items of which these changes leave less to promise.
CREATE FUNCTION hold_claims(p_deltas stock_delta[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO stock_claim SELECT DISTINCT d.warehouse_id, d.item_id, d.owner_id FROM unnest(p_deltas) d
    WHERE d.status = 'available' AND d.qty < d.reserved ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;
    PERFORM 1 FROM stock_claim c WHERE (c.warehouse_id, c.item_id, c.owner_id) IN (
        SELECT d.warehouse_id, d.item_id, d.owner_id FROM unnest(p_deltas) d
        WHERE d.status = 'available' AND d.qty < d.reserved)
    ORDER BY c.warehouse_id, c.item_id, c.owner_id FOR NO KEY UPDATE;
END $$;

-- Where promises from stock ask for more than is free: of all goods of an item and owner (no trace, no date), of one
-- trace, or of the goods that keep until a date. Each promise counts in every set that its own goods lie in.
CREATE FUNCTION promise_deficits(p_warehouse uuid, p_item uuid, p_owner uuid)
RETURNS TABLE (trace_id uuid, keeps_until date, deficit numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH promised AS (
        SELECT p.trace_id, p.qty, CASE WHEN p.trace_id = nil() THEN p.keeps_until
            ELSE coalesce(t.expiry, t.best_before, 'infinity') END AS keeps
        FROM promise p LEFT JOIN trace t ON t.id = p.trace_id
        WHERE p.warehouse_id = p_warehouse AND p.item_id = p_item AND p.owner_id = p_owner AND p.inbound_line_id IS NULL
    ), free AS (
        SELECT b.trace_id, b.on_hand - b.reserved AS qty, coalesce(t.expiry, t.best_before, 'infinity') AS keeps
        FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id
        WHERE b.warehouse_id = p_warehouse AND b.item_id = p_item AND b.owner_id = p_owner AND b.status = 'available'
          AND NOT b.location_id = ANY ((SELECT consigned_places(p_warehouse))::uuid[])
    ), asked AS (
        SELECT nil() AS trace_id, NULL::date AS keeps
        UNION SELECT p.trace_id, NULL FROM promised p WHERE p.trace_id <> nil()
        UNION SELECT nil(), p.keeps FROM promised p WHERE p.trace_id = nil() AND p.keeps IS NOT NULL
    ), sums AS (
        SELECT a.trace_id, a.keeps,
            coalesce((SELECT sum(p.qty) FROM promised p WHERE a.trace_id IN (nil(), p.trace_id)
                      AND (a.keeps IS NULL OR p.keeps >= a.keeps)), 0)
            - coalesce((SELECT sum(f.qty) FROM free f WHERE a.trace_id IN (nil(), f.trace_id)
                        AND (a.keeps IS NULL OR f.keeps >= a.keeps)), 0) AS deficit
        FROM asked a
    )
    SELECT s.trace_id, s.keeps, s.deficit FROM sums s WHERE s.deficit > 0 AND EXISTS (SELECT FROM promised)
$$;

-- After a posting left less: promises that the stock covers no more shrink, the newest first, and their orders hear of it.
CREATE FUNCTION keep_promises(p_deltas stock_delta[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    less record;
BEGIN
    FOR less IN SELECT DISTINCT d.warehouse_id, d.item_id, d.owner_id FROM unnest(p_deltas) d
        WHERE d.status = 'available' AND d.qty < d.reserved AND EXISTS (SELECT FROM promise p
            WHERE p.warehouse_id = d.warehouse_id AND p.item_id = d.item_id AND p.owner_id = d.owner_id)
        ORDER BY 1, 2, 3
    LOOP
        PERFORM shrink_promises(less.warehouse_id, less.item_id, less.owner_id);
    END LOOP;
END $$;

-- Promises of an item and owner that the stock covers no more shrink, the newest first, and their orders hear of it.
CREATE FUNCTION shrink_promises(p_warehouse uuid, p_item uuid, p_owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    worst record;
BEGIN
    LOOP
        SELECT p.id, p.demand_line_id, p.trace_id, least(p.qty, x.deficit) AS qty INTO worst
        FROM promise_deficits(p_warehouse, p_item, p_owner) x
        JOIN promise p ON p.warehouse_id = p_warehouse AND p.item_id = p_item
            AND p.owner_id = p_owner AND p.inbound_line_id IS NULL AND x.trace_id IN (nil(), p.trace_id)
        LEFT JOIN trace t ON t.id = p.trace_id
        WHERE x.keeps_until IS NULL OR x.keeps_until <= CASE WHEN p.trace_id = nil() THEN p.keeps_until
            ELSE coalesce(t.expiry, t.best_before, 'infinity') END
        ORDER BY x.trace_id = nil(), x.keeps_until DESC NULLS LAST, p.id DESC LIMIT 1; -- the narrowest need first
        EXIT WHEN NOT FOUND;
        PERFORM cut_promise(worst.id, worst.qty);
        INSERT INTO claim_loss (person_id, document_id, demand_line_id, item_id, trace_id, qty, claim)
        SELECT actor(), l.document_id, l.id, p_item, worst.trace_id, worst.qty, 'promise'
        FROM document_line l WHERE l.id = worst.demand_line_id;
    END LOOP;
END $$;

-- Goods that were promised on their way have come: the promises of their lines become promises from stock, the oldest
-- first, as far as usable goods came or the line brings no more. What came is not always what was promised (damaged, of
-- another lot): such a promise shrinks at once, and its order hears of it.
CREATE FUNCTION promises_arrive(p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    came record;
    p promise;
    part numeric;
BEGIN
    FOR came IN
        SELECT m.document_line_id AS line, l.base_qty - coalesce(g.qty, 0) AS open,
            coalesce(sum(m.qty) FILTER (WHERE m.reverses IS NULL AND m.to_status = 'available'), 0) AS usable,
            (SELECT sum(x.qty) FROM promise x WHERE x.inbound_line_id = m.document_line_id) AS promised
        FROM unnest(p_moves) m JOIN document_line l ON l.id = m.document_line_id
        LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'
        WHERE m.step = 'received' GROUP BY 1, 2 ORDER BY 1
    LOOP
        FOR p IN SELECT x.* FROM promise x WHERE x.inbound_line_id = came.line
            ORDER BY x.trace_id <> nil() OR x.keeps_until IS NOT NULL, x.id FOR UPDATE
        LOOP
            part := least(p.qty, greatest(came.promised - greatest(came.open, 0),
                CASE WHEN p.trace_id = nil() AND p.keeps_until IS NULL THEN came.usable END));
            CONTINUE WHEN part <= 0;
            UPDATE promise SET inbound_line_id = NULL, qty = part WHERE id = p.id;
            INSERT INTO promise (demand_line_id, warehouse_id, item_id, owner_id, trace_id, keeps_until, inbound_line_id, qty)
            SELECT p.demand_line_id, p.warehouse_id, p.item_id, p.owner_id, p.trace_id, p.keeps_until, came.line,
                p.qty - part WHERE p.qty > part;
            came.promised := came.promised - part;
            came.usable := came.usable - part;
            PERFORM shrink_promises(p.warehouse_id, p.item_id, p.owner_id);
        END LOOP;
    END LOOP;
END $$;

-- Takes so much off a promise; without anything left it is gone.
CREATE FUNCTION cut_promise(p_promise uuid, p_qty numeric) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    DELETE FROM promise WHERE id = p_promise AND qty <= p_qty;
    UPDATE promise SET qty = qty - p_qty WHERE id = p_promise;
$$;

-- Refuses where promises ask for more than is free of these items, after claims were added.
CREATE FUNCTION require_cover(p_warehouse uuid, p_items uuid[], p_owners uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    short record;
BEGIN
    SELECT i.sku, trim_scale(x.deficit)::text AS missing INTO short
    FROM (SELECT DISTINCT item, owner FROM unnest(p_items, p_owners) AS t (item, owner)) k
    CROSS JOIN LATERAL promise_deficits(p_warehouse, k.item, k.owner) x JOIN item i ON i.id = k.item
    ORDER BY x.deficit DESC LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('stock.promised', to_jsonb(short));
    END IF;
END $$;

-- Refuses where promises from stock ask for more of these items than is free and not past its date.
CREATE FUNCTION require_fresh_cover(p_warehouse uuid, p_items uuid[], p_owners uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    today date := today_in(p_warehouse);
    short record;
BEGIN
    SELECT i.sku, trim_scale(p.qty - f.qty)::text AS missing INTO short
    FROM (SELECT DISTINCT item, owner FROM unnest(p_items, p_owners) AS t (item, owner)) k JOIN item i ON i.id = k.item
    CROSS JOIN LATERAL (SELECT sum(x.qty) AS qty FROM promise x WHERE x.warehouse_id = p_warehouse
        AND x.item_id = k.item AND x.owner_id = k.owner AND x.inbound_line_id IS NULL) p
    CROSS JOIN LATERAL (SELECT coalesce(sum(b.on_hand - b.reserved), 0) AS qty
        FROM stock_balance b LEFT JOIN trace t ON t.id = b.trace_id
        WHERE b.warehouse_id = p_warehouse AND b.item_id = k.item AND b.owner_id = k.owner AND b.status = 'available'
          AND NOT b.location_id = ANY ((SELECT consigned_places(p_warehouse))::uuid[])
          AND coalesce(t.expiry, t.best_before, 'infinity') >= today) f
    WHERE p.qty > f.qty LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('stock.promised', to_jsonb(short));
    END IF;
END $$;

-- Reserves stock keys for demand lines (parallel arrays, base units); all or nothing. Never more than is free of each
-- key, never more than the line asks for, available stock only.
CREATE FUNCTION reserve_stock(p_warehouse uuid, p_lines uuid[], p_items uuid[], p_locations uuid[], p_traces uuid[],
    p_units uuid[], p_owners uuid[], p_statuses text[], p_qtys numeric[], p_request uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    short record;
    wrong record;
BEGIN
    PERFORM require_person('allocate', p_warehouse);
    PERFORM require_read_committed();
    IF begin_claim(p_request, jsonb_build_array('reserve', p_warehouse, p_lines, p_items, p_locations, p_traces, p_units,
            p_owners, p_statuses, p_qtys)) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM require_lists(least(cardinality(p_lines), cardinality(p_items), cardinality(p_locations),
            cardinality(p_traces), cardinality(p_units), cardinality(p_owners), cardinality(p_statuses),
            cardinality(p_qtys)),
        greatest(cardinality(p_lines), cardinality(p_items), cardinality(p_locations), cardinality(p_traces),
            cardinality(p_units), cardinality(p_owners), cardinality(p_statuses), cardinality(p_qtys)),
        greatest(array_ndims(p_lines), array_ndims(p_items), array_ndims(p_locations), array_ndims(p_traces),
            array_ndims(p_units), array_ndims(p_owners), array_ndims(p_statuses), array_ndims(p_qtys)));
    SELECT CASE
        WHEN l.id IS NULL THEN 'ledger.needs_document'
        WHEN l.item_id <> x.i OR d.warehouse_id <> p_warehouse THEN 'document.other_item'
        WHEN NOT d.kind = ANY (k.document_kinds) THEN 'document.wrong_kind'
        WHEN d.decision <> 'released' THEN 'document.not_released'
        WHEN l.closed THEN 'document.line_closed'
        WHEN d.kind = 'order' AND x.o <> d.owner_id THEN 'stock.other_owner'
        WHEN round(x.q, i.decimals) <> x.q THEN 'quantity.not_exact'
        WHEN x.s IS DISTINCT FROM 'available' THEN 'stock.not_usable'
        WHEN h.status IS NOT NULL THEN 'trace.held'
        WHEN w.lot IS DISTINCT FROM coalesce(nullif(t.lot, ''), t.serial) AND w.lot <> '' THEN 'stock.other_lot'
        ELSE 'stock.too_short_lived' END AS code,
        jsonb_strip_nulls(jsonb_build_object('document', d.number, 'kind', k.name, 'status', coalesce(h.status, x.s),
            'sku', i.sku, 'quantity', trim_scale(x.q)::text, 'lot', coalesce(nullif(t.lot, ''), t.serial, '–'),
            'wished', w.lot, 'expiry', coalesce(t.expiry, t.best_before))) AS facts INTO wrong
    FROM unnest(p_lines, p_items, p_owners, p_statuses, p_traces, p_qtys) AS x (d, i, o, s, t, q)
    LEFT JOIN item i ON i.id = x.i
    LEFT JOIN document_line l ON l.id = x.d LEFT JOIN document d ON d.id = l.document_id
    LEFT JOIN trace t ON t.id = x.t LEFT JOIN line_wish w ON w.document_line_id = x.d
    LEFT JOIN trace_hold h ON h.trace_id = x.t AND h.warehouse_id = p_warehouse AND h.status <> 'available'
    CROSS JOIN move_kind k
    WHERE k.name = 'pick' AND (h.status IS NOT NULL OR l.id IS NULL OR l.item_id <> x.i OR d.warehouse_id <> p_warehouse OR d.decision <> 'released'
        OR NOT d.kind = ANY (k.document_kinds) OR l.closed OR x.s IS DISTINCT FROM 'available'
        OR (d.kind = 'order' AND x.o <> d.owner_id)
        OR round(x.q, i.decimals) <> x.q
        OR (w.lot <> '' AND w.lot IS DISTINCT FROM coalesce(nullif(t.lot, ''), t.serial))
        OR CASE WHEN coalesce(t.expiry, t.best_before) IS NOT NULL
            THEN coalesce(t.expiry, t.best_before) < keeps_until(x.d) END)
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    PERFORM hold_items(p_warehouse, p_items, p_owners);
    PERFORM 1 FROM stock_balance b
    JOIN (SELECT DISTINCT i, l, t, u, o, s FROM unnest(p_items, p_locations, p_traces, p_units, p_owners, p_statuses)
          AS x (i, l, t, u, o, s)) k
      ON b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l AND b.trace_id = k.t
     AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
    SELECT i.sku, l.address AS place, trim_scale(k.q)::text AS asked,
        trim_scale(coalesce(b.on_hand - b.reserved, 0))::text AS there INTO short
    FROM (SELECT i, l, t, u, o, s, sum(q) AS q FROM unnest(p_items, p_locations, p_traces, p_units, p_owners,
          p_statuses, p_qtys) AS x (i, l, t, u, o, s, q) GROUP BY 1, 2, 3, 4, 5, 6) k
    JOIN item i ON i.id = k.i JOIN location l ON l.id = k.l
    LEFT JOIN stock_balance b ON b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l
        AND b.trace_id = k.t AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s
    WHERE k.q IS NULL OR k.q <= 0 OR coalesce(b.on_hand - b.reserved, 0) < k.q OR l.frozen_by IS NOT NULL OR l.warehouse_id <> p_warehouse
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('stock.not_enough', to_jsonb(short));
    END IF;
    UPDATE stock_balance b SET reserved = b.reserved + k.q
    FROM (SELECT i, l, t, u, o, s, sum(q) AS q FROM unnest(p_items, p_locations, p_traces, p_units, p_owners,
          p_statuses, p_qtys) AS x (i, l, t, u, o, s, q) GROUP BY 1, 2, 3, 4, 5, 6) k
    WHERE b.warehouse_id = p_warehouse AND b.item_id = k.i AND b.location_id = k.l AND b.trace_id = k.t
      AND b.handling_unit_id = k.u AND b.owner_id = k.o AND b.status = k.s;
    INSERT INTO reservation AS r (demand_line_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id,
                                  owner_id, status, qty)
    SELECT d, p_warehouse, i, l, t, u, o, s, sum(q) FROM unnest(p_lines, p_items, p_locations, p_traces, p_units,
        p_owners, p_statuses, p_qtys) AS x (d, i, l, t, u, o, s, q)
    GROUP BY d, i, l, t, u, o, s ORDER BY d, i, l, t, u, o, s
    ON CONFLICT (demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    DO UPDATE SET qty = r.qty + excluded.qty;
    IF EXISTS (SELECT FROM promise p WHERE p.warehouse_id = p_warehouse AND p.item_id = ANY (p_items)) THEN
        PERFORM use_promises(p_lines, p_traces, p_qtys);
        PERFORM require_cover(p_warehouse, p_items, p_owners);
    END IF;
    SELECT d.number, i.sku, 'reserved' AS step, trim_scale(sum(r.qty))::text AS would_be, trim_scale(l.base_qty)::text AS asked INTO wrong
    FROM reservation r JOIN document_line l ON l.id = r.demand_line_id JOIN document d ON d.id = l.document_id
    JOIN item i ON i.id = l.item_id
    WHERE r.demand_line_id = ANY (p_lines)
    GROUP BY d.number, d.to_warehouse_id, i.sku, l.id
    HAVING sum(r.qty) + coalesce((SELECT p.qty FROM line_progress p WHERE p.document_line_id = l.id
        AND p.step = CASE WHEN d.to_warehouse_id IS NULL THEN 'shipped' ELSE 'received' END), 0) > l.base_qty * (1 + l.tolerance) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('document.beyond_tolerance', to_jsonb(wrong));
    END IF;
    PERFORM end_record_request(p_request, '{}');
END $$;

-- Gives back what a demand line holds of one place, trace and unit (all of it when p_qty is NULL); returns the
-- quantity in base units. Locks as the reserving does: claim, balance, reservation; reads only afterwards.
CREATE FUNCTION release_stock(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_qty numeric DEFAULT NULL,
    p_request uuid DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    r reservation;
    known jsonb := begin_claim(p_request, jsonb_build_array('release', p_line, p_location, p_trace, p_unit, p_qty));
    given numeric := 0;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'given')::numeric;
    ELSIF p_qty <= 0 OR p_qty >= 1e12 THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', p_qty::text));
    END IF;
    SELECT * INTO r FROM reservation WHERE demand_line_id = p_line AND location_id = p_location
        AND trace_id = p_trace AND handling_unit_id = p_unit
        AND location_id NOT IN (SELECT id FROM location WHERE kind = 'transit') ORDER BY owner_id, status LIMIT 1;
    IF NOT FOUND THEN
        PERFORM require_somewhere(ARRAY['allocate']);
        PERFORM end_record_request(p_request, '{"given": 0}');
        RETURN 0;
    END IF;
    PERFORM require_person('allocate', r.warehouse_id);
    PERFORM require_exact(r.item_id, p_qty);
    PERFORM 1 FROM stock_claim WHERE warehouse_id = r.warehouse_id AND item_id = r.item_id AND owner_id = r.owner_id
        FOR NO KEY UPDATE;
    PERFORM 1 FROM stock_balance b WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id
        AND b.location_id = r.location_id AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id
        AND b.owner_id = r.owner_id AND b.status = r.status FOR NO KEY UPDATE;
    SELECT least(x.qty, coalesce(p_qty, x.qty)) INTO given FROM reservation x
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status
    FOR UPDATE;
    given := coalesce(given, 0);
    UPDATE reservation x SET qty = x.qty - given
    WHERE x.demand_line_id = r.demand_line_id AND x.item_id = r.item_id AND x.location_id = r.location_id
      AND x.trace_id = r.trace_id AND x.handling_unit_id = r.handling_unit_id AND x.owner_id = r.owner_id
      AND x.status = r.status;
    UPDATE stock_balance b SET reserved = b.reserved - given
    WHERE b.warehouse_id = r.warehouse_id AND b.item_id = r.item_id AND b.location_id = r.location_id
      AND b.trace_id = r.trace_id AND b.handling_unit_id = r.handling_unit_id AND b.owner_id = r.owner_id
      AND b.status = r.status;
    DELETE FROM reservation WHERE demand_line_id = r.demand_line_id AND qty = 0;
    PERFORM end_record_request(p_request, jsonb_build_object('given', given));
    RETURN given;
END $$;
