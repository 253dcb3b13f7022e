-- What moves do, in the transaction that posts them: balances, reservations, progress, handling units; and the partitions
-- that they are kept in.

-- Brings balances, reservations, progress and handling units in line with the moves just inserted.
-- Locks, always in this order: handling units, claims, serial numbers, balances, reservations, promises, lines; each in
-- key order. A unit is locked by whoever puts goods into it or takes some out, so that what it holds stays as it is
-- while it is moved as a whole (48_handling_units.sql).
-- A balance belongs to the warehouse of its place: goods of a transfer leave the books of the one and enter the other's.
CREATE FUNCTION apply_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    done record;
    moves stock_move[];
    awaited boolean;
BEGIN
    SELECT coalesce(array_agg(ROW(g.warehouse_id, g.item_id, g.location_id, g.trace_id, g.handling_unit_id, g.owner_id, g.status,
            g.qty, g.reserved, g.weight_kg, g.negative_allowed)::stock_delta)
            FILTER (WHERE g.stock_keeping AND (g.qty <> 0 OR g.weight_kg <> 0)), '{}') AS deltas, -- one a key, in key order
        coalesce(array_agg(g.trace_id) FILTER (WHERE g.trace_id <> nil()), '{}') AS traces,
        array_agg(g.handling_unit_id) FILTER (WHERE g.handling_unit_id <> nil()) AS units,
        bool_or(g.comes AND g.handling_unit_id <> nil()) AS fills_units, bool_or(g.progresses) AS progresses,
        bool_or(g.reserves) AS reserves,
        bool_or(g.frees_less AND g.stock_keeping AND g.status = 'available') AS frees_less
    INTO done
    FROM (
        SELECT l.warehouse_id, s.item_id, l.id AS location_id, s.trace_id, s.handling_unit_id, s.owner_id, s.status,
            l.stock_keeping, l.negative_allowed, sum(s.qty) AS qty,
            coalesce(sum(s.qty) FILTER (WHERE s.reserves), 0) AS reserved, coalesce(sum(s.weight_kg), 0) AS weight_kg,
            bool_or(s.comes) AS comes, bool_or(s.reserves) AS reserves, bool_or(s.progresses) AS progresses,
            bool_or(s.leaves AND NOT s.comes AND NOT s.reserves) AS frees_less
        FROM (
            SELECT m.item_id, m.trace_id, side.comes,
                CASE WHEN side.comes THEN m.to_location_id ELSE m.from_location_id END AS location_id,
                CASE WHEN side.comes THEN m.to_handling_unit_id ELSE m.from_handling_unit_id END AS handling_unit_id,
                CASE WHEN side.comes THEN m.to_owner_id ELSE m.from_owner_id END AS owner_id,
                CASE WHEN side.comes THEN m.to_status ELSE m.from_status END AS status,
                CASE WHEN side.comes THEN m.qty ELSE -m.qty END AS qty,
                CASE WHEN side.comes THEN m.weight_kg ELSE -m.weight_kg END AS weight_kg,
                CASE WHEN side.comes = (m.reverses IS NULL) THEN k.to_reserved ELSE k.from_reserved END AS reserves,
                m.document_line_id IS NOT NULL AND m.step IS NOT NULL AS progresses,
                k.leaves OR k.changes_status OR k.changes_owner AS leaves
            FROM moved m JOIN move_kind k ON k.name = m.kind CROSS JOIN unnest('{f,t}'::boolean[]) side (comes)
            OFFSET 0 -- each column worked out once, not wherever it is named
        ) s
        JOIN location l ON l.id = s.location_id
        GROUP BY l.warehouse_id, s.item_id, l.id, s.trace_id, s.handling_unit_id, s.owner_id, s.status
        ORDER BY l.warehouse_id, s.item_id, l.id, s.trace_id, s.handling_unit_id, s.owner_id, s.status
    ) g;
    IF done.units IS NOT NULL THEN
        PERFORM 1 FROM handling_unit WHERE id = ANY (done.units) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF done.frees_less THEN
        PERFORM hold_claims(done.deltas);
    END IF;
    IF done.progresses THEN
        awaited := EXISTS (SELECT FROM moved m JOIN promise p ON p.inbound_line_id = m.document_line_id
            WHERE m.step = 'received');
        IF awaited THEN
            PERFORM hold_items(x.warehouse_id, array_agg(x.item_id), array_agg(x.owner_id))
            FROM (SELECT DISTINCT p.warehouse_id, p.item_id, p.owner_id FROM moved m
                  JOIN promise p ON p.inbound_line_id = m.document_line_id) x GROUP BY x.warehouse_id;
        END IF;
    END IF;
    IF done.traces <> '{}' THEN
        done.traces := same_serials(done.traces);
        PERFORM 1 FROM trace WHERE id = ANY (done.traces) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF done.deltas <> '{}' THEN
        PERFORM change_balances(done.deltas);
    END IF;
    IF done.frees_less THEN
        PERFORM keep_promises(done.deltas);
    END IF;
    IF done.traces <> '{}' THEN
        PERFORM keep_serials_single(done.traces);
    END IF;
    IF done.reserves THEN
        PERFORM carry_reservations(
            ARRAY(SELECT ROW(m.document_line_id, l.warehouse_id, m.item_id, l.id, m.trace_id, m.from_handling_unit_id,
                    m.from_owner_id, m.from_status, m.qty)::reservation
                FROM moved m JOIN move_kind k ON k.name = m.kind JOIN location l ON l.id = m.from_location_id
                WHERE l.stock_keeping AND CASE WHEN m.reverses IS NULL THEN k.from_reserved ELSE k.to_reserved END),
            ARRAY(SELECT ROW(m.document_line_id, l.warehouse_id, m.item_id, l.id, m.trace_id, m.to_handling_unit_id,
                    m.to_owner_id, m.to_status, m.qty)::reservation
                FROM moved m JOIN move_kind k ON k.name = m.kind JOIN location l ON l.id = m.to_location_id
                WHERE l.stock_keeping AND CASE WHEN m.reverses IS NULL THEN k.to_reserved ELSE k.from_reserved END));
    END IF;
    IF done.progresses OR done.fills_units THEN
        moves := ARRAY(SELECT x FROM moved x);
        IF done.progresses THEN
            PERFORM keep_progress(moves);
            IF awaited THEN
                PERFORM promises_arrive(moves);
            END IF;
        END IF;
        IF done.fills_units THEN
            PERFORM place_handling_units(moves);
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- The functions below run as whoever calls them, which is apply_moves() and through it the sealer's role: nobody else
-- may write these tables, and a wall of their own would cost more than their work.

-- Whether a balance allows a change: what is taken is there and not reserved, or its place allows less than nothing; a catch
-- weight goes with its last piece. Written into the statements that call it.
CREATE FUNCTION allows(b stock_balance, p_qty numeric, p_reserved numeric, p_weight_kg numeric, p_negative_allowed boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT b.reserved + p_reserved >= 0
        AND (p_qty >= 0 OR b.on_hand + p_qty >= b.reserved + p_reserved
             OR (p_negative_allowed AND b.reserved + p_reserved = 0))
        AND (p_weight_kg = 0 OR (b.weight_kg + p_weight_kg >= 0
             AND (b.weight_kg + p_weight_kg > 0) = (b.on_hand + p_qty > 0)))
$$;

-- Adds a few deltas (in key order, one a key) to the balances, key by key: a scan moves one thing between two places,
-- and for so little the joins of change_many_balances cost more than the work. Each row is locked by its own update, which
-- looks again at what the last holder left. Returns the positions of the deltas that the stock allowed.
CREATE FUNCTION change_few_balances(p_deltas stock_delta[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    d stock_delta;
    done bigint[] := '{}';
BEGIN
    FOR n IN 1 .. cardinality(p_deltas) LOOP
        d := p_deltas[n];
        FOR attempt IN 1 .. 2 LOOP
            UPDATE stock_balance b SET on_hand = b.on_hand + d.qty, reserved = b.reserved + d.reserved,
                weight_kg = b.weight_kg + d.weight_kg, negative_allowed = b.on_hand + d.qty < 0,
                first_received_at = CASE WHEN b.on_hand <= 0 AND d.qty > 0 THEN now() ELSE b.first_received_at END
            WHERE b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id AND b.location_id = d.location_id
              AND b.trace_id = d.trace_id AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id
              AND b.status = d.status AND allows(b, d.qty, d.reserved, d.weight_kg, d.negative_allowed);
            IF FOUND THEN
                done := done || n::bigint;
                EXIT;
            END IF;
            EXIT WHEN attempt = 2 OR NOT (d.qty >= 0 OR d.negative_allowed);
            PERFORM hold_ground(ARRAY[d]);
            INSERT INTO stock_balance (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status,
                                       on_hand)
            VALUES (d.warehouse_id, d.item_id, d.location_id, d.trace_id, d.handling_unit_id, d.owner_id, d.status, 0)
            ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;
    RETURN done;
END $$;

-- The same for many, in a constant number of statements. The rows are locked in key order by a statement of their own, which
-- goes from delta to delta (LATERAL: whatever the planner knows of the table) and looks at what the last holder left; nobody
-- moves them after that, so they are changed where they lie. Where some are missing, one pass in the same order locks those
-- that are there and makes the others. Nothing is changed where the stock does not allow all.
CREATE FUNCTION change_many_balances(p_deltas stock_delta[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    done bigint[];
    rows tid[];
    missing stock_delta[] := ARRAY(SELECT d FROM unnest(p_deltas) d
        LEFT JOIN stock_balance b ON b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id
            AND b.location_id = d.location_id AND b.trace_id = d.trace_id
            AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id AND b.status = d.status
        WHERE (d.qty >= 0 OR d.negative_allowed) AND b.on_hand IS NULL);
BEGIN
    IF missing <> '{}' THEN
        PERFORM hold_ground(missing);
        INSERT INTO stock_balance AS b (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
        SELECT d.warehouse_id, d.item_id, d.location_id, d.trace_id, d.handling_unit_id, d.owner_id, d.status, 0
        FROM unnest(p_deltas) d
        ON CONFLICT (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
        DO UPDATE SET on_hand = b.on_hand WHERE false; -- locks it, and no more
    END IF;
    SELECT array_agg(d.ordinality) FILTER (WHERE held.allowed), array_agg(held.ctid) INTO done, rows
    FROM unnest(p_deltas) WITH ORDINALITY d CROSS JOIN LATERAL (
        SELECT b.ctid, allows(b, d.qty, d.reserved, d.weight_kg, d.negative_allowed) AS allowed FROM stock_balance b
        WHERE b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id AND b.location_id = d.location_id
          AND b.trace_id = d.trace_id AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id
          AND b.status = d.status
        FOR NO KEY UPDATE) held; -- the lock asks nothing of the quantities: they may change while it waits
    IF cardinality(done) = cardinality(p_deltas) THEN
        UPDATE stock_balance b SET on_hand = b.on_hand + d.qty, reserved = b.reserved + d.reserved,
            weight_kg = b.weight_kg + d.weight_kg, negative_allowed = b.on_hand + d.qty < 0,
            first_received_at = CASE WHEN b.on_hand <= 0 AND d.qty > 0 THEN now() ELSE b.first_received_at END
        FROM unnest(p_deltas, rows) d (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status,
            qty, reserved, weight_kg, negative_allowed, row)
        WHERE b.ctid = d.row;
    END IF;
    RETURN coalesce(done, '{}');
END $$;

-- Adds the deltas (in key order, one a key) to the balances, or refuses: stock.not_enough; stock.weight_left when a catch
-- weight would be left without goods, or goods without their weight.
CREATE FUNCTION change_balances(p_deltas stock_delta[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    done bigint[];
    short record;
BEGIN
    IF cardinality(p_deltas) <= 2 THEN
        done := change_few_balances(p_deltas);
    ELSE
        done := change_many_balances(p_deltas);
    END IF;
    IF cardinality(done) = cardinality(p_deltas) THEN
        RETURN;
    END IF;
    SELECT i.sku, l.address AS place, trim_scale(-d.qty)::text AS asked,
           trim_scale(greatest(coalesce(least(b.on_hand, b.on_hand - b.reserved - least(d.reserved, 0)), 0), 0))::text AS there,
           trim_scale(coalesce(b.weight_kg, 0))::text AS weight_kg, d.weight_kg <> 0 AND b.on_hand + d.qty >= b.reserved + d.reserved AS weight
    INTO short
    FROM unnest(p_deltas) WITH ORDINALITY AS d
    JOIN item i ON i.id = d.item_id JOIN location l ON l.id = d.location_id
    LEFT JOIN stock_balance b ON b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id
        AND b.location_id = d.location_id AND b.trace_id = d.trace_id
        AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id AND b.status = d.status
    WHERE (d.qty < 0 OR d.weight_kg <> 0) AND d.ordinality <> ALL (done)
      AND allows(b, d.qty, d.reserved, d.weight_kg, d.negative_allowed) IS NOT TRUE ORDER BY d.ordinality LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN short.weight THEN 'stock.weight_left' ELSE 'stock.not_enough' END, to_jsonb(short));
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'a balance came or was swept while it was needed';
END $$;

-- The traces among these that have a serial number, and those of the same piece under another lot. Each is looked up by its
-- number, also while nobody knows yet how many there are: a truck may bring five thousand lots at once.
CREATE FUNCTION same_serials(p_traces uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT s.id), '{}') FROM (SELECT item_id, serial FROM trace
        WHERE id = ANY (p_traces) AND serial <> '' OFFSET 0) t
    CROSS JOIN LATERAL (SELECT id FROM trace WHERE serial = t.serial AND item_id = t.item_id AND serial <> '' OFFSET 0) s
$$;

-- A serial number of an item is in one place at most, once, whatever lot stands beside it. Its rows of `trace` (p_traces, as
-- same_serials() found them) are locked, so that two cannot bring it at once.
CREATE FUNCTION keep_serials_single(p_traces uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    twice record;
BEGIN
    SELECT i.sku, t.serial, coalesce(min(l.address) FILTER (WHERE b.on_hand < 0), min(l.address)) AS place,
        bool_or(b.on_hand < 0) AS missing INTO twice
    FROM trace t
    JOIN stock_balance b ON b.trace_id = t.id AND b.trace_id <> nil() AND b.on_hand <> 0
    JOIN item i ON i.id = t.item_id JOIN location l ON l.id = b.location_id
    WHERE t.id = ANY (p_traces)
    GROUP BY i.sku, t.serial HAVING count(*) > 1 OR sum(b.on_hand) NOT IN (0, 1) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN twice.missing THEN 'trace.serial_not_here' ELSE 'trace.serial_twice' END,
            to_jsonb(twice) - 'missing');
    END IF;
END $$;

-- The goods of a demand line keep belonging to it while they are picked, packed and shipped or sent, and when that is
-- taken back: what leaves a stock key, and what arrives at one. The balances of their keys are locked by the caller, and
-- so are these reservations.
CREATE FUNCTION carry_reservations(p_leaving reservation[], p_arriving reservation[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wanted int;
    taken int;
BEGIN
    WITH leaving AS (
        SELECT demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, sum(qty) AS qty
        FROM unnest(p_leaving) GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), cut AS (
        UPDATE reservation r SET qty = r.qty - v.qty FROM leaving v
        WHERE r.demand_line_id = v.demand_line_id AND r.item_id = v.item_id AND r.location_id = v.location_id
          AND r.trace_id = v.trace_id AND r.handling_unit_id = v.handling_unit_id AND r.owner_id = v.owner_id
          AND r.status = v.status AND r.qty >= v.qty
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM leaving), (SELECT count(*) FROM cut) INTO wanted, taken;
    IF taken <> wanted THEN
        PERFORM refuse('stock.not_reserved');
    END IF;
    IF p_arriving <> '{}' THEN
        INSERT INTO reservation (demand_line_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
                                 status, qty)
        SELECT demand_line_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, sum(qty)
        FROM unnest(p_arriving)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ORDER BY 1, 3, 4, 5, 6, 7, 8
        ON CONFLICT (demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
        DO UPDATE SET qty = reservation.qty + excluded.qty;
    END IF;
    DELETE FROM reservation r WHERE r.qty = 0 AND r.demand_line_id = ANY (
        SELECT demand_line_id FROM unnest(p_leaving));
END $$;

-- Whether a move adds to the step that it does for a line: not where it takes another move back, nor where its kind
-- brings goods the way back, whoever did the step and by which moves.
CREATE FUNCTION adds_progress(p_kind text, p_reverses uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_reverses IS NULL) <> (p_kind IN ('unpack', 'set_aside'))
$$;

-- Adds the moves of a posting, which all go one way, to their lines' steps; refuses what goes beyond the line's quantity
-- and tolerance, or below nothing. What is taken back comes off once the row is held: an insert of less than nothing would
-- be refused before anybody looks at what is there.
CREATE FUNCTION keep_progress(p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    adds boolean := adds_progress(p_moves[1].kind, p_moves[1].reverses);
    beyond record;
BEGIN
    WITH kept AS (
        INSERT INTO line_progress AS p (document_line_id, step, qty)
        SELECT document_line_id, step, CASE WHEN adds THEN sum(qty) ELSE 0 END FROM unnest(p_moves)
        WHERE document_line_id IS NOT NULL AND step IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (document_line_id, step) DO UPDATE SET qty = p.qty + excluded.qty
        RETURNING p.*
    )
    SELECT d.number, i.sku, p.step, trim_scale(p.qty)::text AS would_be, trim_scale(l.base_qty)::text AS asked INTO beyond
    FROM kept p JOIN document_line l ON l.id = p.document_line_id
    JOIN document d ON d.id = l.document_id
    JOIN item i ON i.id = l.item_id
    WHERE adds AND p.qty > l.base_qty * (1 + l.tolerance) ORDER BY l.line_no LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('document.beyond_tolerance', to_jsonb(beyond));
    ELSIF NOT adds THEN
        UPDATE line_progress p SET qty = p.qty - m.qty
        FROM (SELECT document_line_id, step, sum(qty) AS qty FROM unnest(p_moves)
              WHERE document_line_id IS NOT NULL AND step IS NOT NULL GROUP BY 1, 2) m
        WHERE p.document_line_id = m.document_line_id AND p.step = m.step;
    END IF;
END $$;

-- A handling unit is where its goods are; goods cannot be put into one that stands elsewhere. The caller holds its row, so
-- that it cannot be carried away meanwhile. What is in it is asked unit by unit, by its index: a balance of every unit that
-- ever was stays until it is swept.
CREATE FUNCTION place_handling_units(p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    torn record;
BEGIN
    UPDATE handling_unit u SET location_id = m.to_location_id, warehouse_id = l.warehouse_id
    FROM (SELECT DISTINCT to_handling_unit_id, to_location_id FROM unnest(p_moves)) m
    JOIN location l ON l.id = m.to_location_id
    WHERE u.id = m.to_handling_unit_id AND u.location_id IS DISTINCT FROM m.to_location_id;
    SELECT u.sscc AS handling_unit, l.address AS place INTO torn
    FROM (SELECT DISTINCT to_handling_unit_id AS id FROM unnest(p_moves) WHERE to_handling_unit_id <> nil()) m
    JOIN handling_unit u ON u.id = m.id LEFT JOIN handling_unit parent ON parent.id = u.parent_id
    CROSS JOIN LATERAL (
        (SELECT b.location_id FROM stock_balance b WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil()
            AND b.on_hand <> 0 AND b.location_id <> u.location_id LIMIT 1)
        UNION ALL SELECT parent.location_id WHERE parent.location_id <> u.location_id
        UNION ALL (SELECT coalesce(parent.location_id, u.location_id) FROM handling_unit child
            WHERE child.parent_id = u.id AND child.location_id <> u.location_id LIMIT 1)) elsewhere
    JOIN location l ON l.id = elsewhere.location_id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('handling_unit.elsewhere', to_jsonb(torn));
    END IF;
END $$;

-- Stock below zero, where the profile of the place allows that: goods were taken before anybody booked them in. The next
-- receipt, put-away or count there settles it. Quantities in base units.
CREATE VIEW negative_balances WITH (security_invoker) AS
SELECT b.warehouse_id, b.item_id, i.sku, b.location_id, l.address AS place, b.trace_id, b.handling_unit_id, b.owner_id,
       b.status, b.on_hand
FROM stock_balance b JOIN item i ON i.id = b.item_id JOIN location l ON l.id = b.location_id
WHERE b.negative_allowed;

CREATE TRIGGER apply_moves AFTER INSERT ON stock_move
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION apply_moves();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_move
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only_but_seal BEFORE UPDATE OF id, kind, warehouse_id, document_id, person_id, station_id,
    recorded_at, reverses, moves, hash ON posting FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The table of one month of moves, with the parent's triggers and walls; NULL: the one that takes what no month has a
-- place for. It belongs to the ledger when it is attached, and gets its indexes then: a past is loaded before that.
CREATE FUNCTION prepare_partition(p_month date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    part text := 'stock_move_' || coalesce(to_char(p_month, 'YYYYMM'), 'default');
BEGIN
    EXECUTE format('CREATE TABLE stockhand.%I (LIKE stockhand.stock_move INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
    EXECUTE format('CREATE TRIGGER apply_moves AFTER INSERT ON stockhand.%I REFERENCING NEW TABLE AS moved
        FOR EACH STATEMENT EXECUTE FUNCTION stockhand.apply_moves()', part);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stockhand.%I
        FOR EACH STATEMENT EXECUTE FUNCTION stockhand.forbid_change()', part);
    EXECUTE format('ALTER TABLE stockhand.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE stockhand.%I FORCE ROW LEVEL SECURITY', part);
    RETURN part;
END $$;

-- Attached, so that nobody who posts meanwhile has to wait.
CREATE FUNCTION attach_partition(p_part text, p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE stockhand.stock_move ATTACH PARTITION stockhand.%I ', p_part) || CASE
        WHEN p_month IS NULL THEN 'DEFAULT'
        ELSE format('FOR VALUES FROM (%L) TO (%L)', p_month::timestamp AT TIME ZONE 'UTC',
                    (p_month + interval '1 month')::timestamp AT TIME ZONE 'UTC') END;
END $$;

CREATE FUNCTION make_partition(p_month date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT attach_partition(prepare_partition(p_month), p_month)
$$;

-- The partitions for the months from this one to `p_months` ahead; returns how many were missing. The months that
-- are over for an hour become read-only. Where nobody called this for so long that no month is left, moves go into the default
-- partition, with the same triggers, indexes and walls; a month that began there stays there.
-- Waits 2 s at most for those who look at the default partition; whoever calls tries again.
CREATE FUNCTION ensure_partitions(p_months int DEFAULT 3) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    this_month date := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
    first_day date;
    part text;
    made int := 0;
BEGIN
    LOCK TABLE stock_move IN SHARE UPDATE EXCLUSIVE MODE;
    FOR first_day IN SELECT generate_series(this_month, this_month + make_interval(months => p_months), '1 month')::date LOOP
        CONTINUE WHEN to_regclass('stockhand.stock_move_' || to_char(first_day, 'YYYYMM')) IS NOT NULL;
        BEGIN
            PERFORM make_partition(first_day);
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            NULL; -- this month began in the default partition
        END;
    END LOOP;
    FOR part IN SELECT c.relname FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
            WHERE h.inhparent = 'stock_move'::regclass AND c.relname < 'stock_move_'
                || to_char((clock_timestamp() - interval '1 hour') AT TIME ZONE 'UTC', 'YYYYMM')
              AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'month_is_over') LOOP
        EXECUTE format('CREATE TRIGGER month_is_over BEFORE INSERT ON stockhand.%I
            FOR EACH ROW EXECUTE FUNCTION stockhand.forbid_change()', part);
    END LOOP;
    RETURN made;
END $$;
SELECT make_partition(NULL);
SELECT ensure_partitions();
