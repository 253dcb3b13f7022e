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
    entry record;
    lines int := 0;
    deltas stock_delta[] := '{}';
    moves stock_move[];
    traces uuid[] := '{}';
    units uuid[] := '{}';
    progresses boolean := false;
    fills_units boolean := false;
    leaving reservation[] := '{}';
    arriving reservation[] := '{}';
    frees_less boolean := false;
    awaited boolean;
BEGIN
    FOR entry IN
        SELECT x.item_id, x.trace_id, x.qty, coalesce(x.weight_kg, 0) AS kg,
            x.from_location_id, x.from_handling_unit_id, x.from_owner_id, x.from_status, f.warehouse_id AS from_warehouse_id,
            f.stock_keeping AS from_stock, f.negative_allowed AS from_negative,
            CASE WHEN x.reverses IS NULL THEN k.from_reserved ELSE k.to_reserved END AS from_reserved,
            x.to_location_id, x.to_handling_unit_id, x.to_owner_id, x.to_status, t.warehouse_id AS to_warehouse_id,
            t.stock_keeping AS to_stock, t.negative_allowed AS to_negative,
            CASE WHEN x.reverses IS NULL THEN k.to_reserved ELSE k.from_reserved END AS to_reserved,
            x.document_line_id, x.document_line_id IS NOT NULL AND x.step IS NOT NULL AS progresses,
            k.leaves OR k.changes_status OR k.changes_owner AS leaves
        FROM moved x JOIN move_kind k ON k.name = x.kind
        JOIN location f ON f.id = x.from_location_id JOIN location t ON t.id = x.to_location_id
    LOOP
        lines := lines + 1;
        IF entry.from_stock THEN
            deltas := deltas || ROW(entry.from_warehouse_id, entry.item_id, entry.from_location_id, entry.trace_id,
                entry.from_handling_unit_id, entry.from_owner_id, entry.from_status, -entry.qty,
                CASE WHEN entry.from_reserved THEN -entry.qty ELSE 0 END, -entry.kg, entry.from_negative)::stock_delta;
            IF entry.from_reserved THEN
                leaving := leaving || ROW(entry.document_line_id, entry.from_warehouse_id, entry.item_id,
                    entry.from_location_id, entry.trace_id, entry.from_handling_unit_id, entry.from_owner_id,
                    entry.from_status, entry.qty)::reservation;
            END IF;
        END IF;
        IF entry.to_stock THEN
            deltas := deltas || ROW(entry.to_warehouse_id, entry.item_id, entry.to_location_id, entry.trace_id,
                entry.to_handling_unit_id, entry.to_owner_id, entry.to_status, entry.qty,
                CASE WHEN entry.to_reserved THEN entry.qty ELSE 0 END, entry.kg, entry.to_negative)::stock_delta;
            IF entry.to_reserved THEN
                arriving := arriving || ROW(entry.document_line_id, entry.to_warehouse_id, entry.item_id,
                    entry.to_location_id, entry.trace_id, entry.to_handling_unit_id, entry.to_owner_id,
                    entry.to_status, entry.qty)::reservation;
            END IF;
        END IF;
        IF entry.trace_id <> nil() THEN
            traces := traces || entry.trace_id;
        END IF;
        IF entry.from_handling_unit_id <> nil() OR entry.to_handling_unit_id <> nil() THEN
            units := units || entry.from_handling_unit_id || entry.to_handling_unit_id;
        END IF;
        fills_units := fills_units OR entry.to_handling_unit_id <> nil();
        progresses := progresses OR entry.progresses;
        frees_less := frees_less OR entry.leaves AND entry.from_stock AND NOT entry.from_reserved
            AND entry.from_status = 'available';
    END LOOP;
    IF lines > 1 THEN
        deltas := summed(deltas);
    ELSIF deltas[2] < deltas[1] THEN
        deltas := ARRAY[deltas[2], deltas[1]];
    END IF;
    IF units <> '{}' THEN
        PERFORM 1 FROM handling_unit WHERE id = ANY (units) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF frees_less THEN
        PERFORM hold_claims(deltas);
    END IF;
    IF progresses THEN
        awaited := EXISTS (SELECT FROM moved m JOIN promise p ON p.inbound_line_id = m.document_line_id
            WHERE m.step = 'received');
        IF awaited THEN
            PERFORM hold_items(x.warehouse_id, array_agg(x.item_id), array_agg(x.owner_id))
            FROM (SELECT DISTINCT p.warehouse_id, p.item_id, p.owner_id FROM moved m
                  JOIN promise p ON p.inbound_line_id = m.document_line_id) x GROUP BY x.warehouse_id;
        END IF;
    END IF;
    IF traces <> '{}' THEN
        traces := same_serials(traces);
        PERFORM 1 FROM trace WHERE id = ANY (traces) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF deltas <> '{}' THEN
        PERFORM change_balances(deltas);
    END IF;
    IF frees_less THEN
        PERFORM keep_promises(deltas);
    END IF;
    IF traces <> '{}' THEN
        PERFORM keep_serials_single(traces);
    END IF;
    IF leaving <> '{}' OR arriving <> '{}' THEN
        PERFORM carry_reservations(leaving, arriving);
    END IF;
    IF progresses OR fills_units THEN
        moves := ARRAY(SELECT x FROM moved x);
        IF progresses THEN
            PERFORM keep_progress(moves);
            IF awaited THEN
                PERFORM promises_arrive(moves);
            END IF;
        END IF;
        IF fills_units THEN
            PERFORM place_handling_units(moves);
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- Deltas, one a key, in key order; without those that come to nothing.
CREATE FUNCTION summed(p_deltas stock_delta[]) RETURNS stock_delta[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(s.d ORDER BY s.d), '{}') FROM (
        SELECT ROW(warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, sum(qty),
            sum(reserved), sum(weight_kg), bool_or(negative_allowed))::stock_delta AS d
        FROM unnest(p_deltas) GROUP BY warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status
        HAVING sum(qty) <> 0 OR sum(weight_kg) <> 0
    ) s
$$;

-- The functions below run as whoever calls them, which is apply_moves() and through it the sealer's role: nobody else
-- may write these tables, and a wall of their own would cost more than their work.

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
              AND b.status = d.status AND b.reserved + d.reserved >= 0
              AND (d.qty >= 0 OR b.on_hand + d.qty >= b.reserved + d.reserved
                   OR (d.negative_allowed AND b.reserved + d.reserved = 0))
              AND (d.weight_kg = 0 OR (b.weight_kg + d.weight_kg >= 0
                   AND (b.weight_kg + d.weight_kg > 0) = (b.on_hand + d.qty > 0)));
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

-- The same for many: a constant number of statements, the rows locked by one of their own.
CREATE FUNCTION change_many_balances(p_deltas stock_delta[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    done bigint[];
    missing stock_delta[] := ARRAY(SELECT d FROM unnest(p_deltas) d
        WHERE (d.qty >= 0 OR d.negative_allowed) AND NOT EXISTS (
            SELECT FROM stock_balance b WHERE b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id
                AND b.location_id = d.location_id AND b.trace_id = d.trace_id
                AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id AND b.status = d.status));
BEGIN
    IF missing <> '{}' THEN
        PERFORM hold_ground(missing);
        INSERT INTO stock_balance (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
        SELECT d.warehouse_id, d.item_id, d.location_id, d.trace_id, d.handling_unit_id, d.owner_id, d.status, 0
        FROM unnest(missing) d ON CONFLICT DO NOTHING;
    END IF;
    PERFORM 1 FROM unnest(p_deltas) d
    JOIN stock_balance b ON b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id
        AND b.location_id = d.location_id AND b.trace_id = d.trace_id
        AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id AND b.status = d.status
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
    WITH changed AS (
        UPDATE stock_balance b SET on_hand = b.on_hand + d.qty, reserved = b.reserved + d.reserved,
            weight_kg = b.weight_kg + d.weight_kg, negative_allowed = b.on_hand + d.qty < 0,
            first_received_at = CASE WHEN b.on_hand <= 0 AND d.qty > 0 THEN now() ELSE b.first_received_at END
        FROM unnest(p_deltas) WITH ORDINALITY AS d
        WHERE b.warehouse_id = d.warehouse_id AND b.item_id = d.item_id AND b.location_id = d.location_id
          AND b.trace_id = d.trace_id AND b.handling_unit_id = d.handling_unit_id AND b.owner_id = d.owner_id
          AND b.status = d.status AND b.reserved + d.reserved >= 0
          AND (d.qty >= 0 OR b.on_hand + d.qty >= b.reserved + d.reserved
               OR (d.negative_allowed AND b.reserved + d.reserved = 0))
          AND (d.weight_kg = 0 OR (b.weight_kg + d.weight_kg >= 0
               AND (b.weight_kg + d.weight_kg > 0) = (b.on_hand + d.qty > 0)))
        RETURNING d.ordinality
    )
    SELECT array_agg(ordinality) INTO done FROM changed;
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
    IF cardinality(p_deltas) <= 4 THEN
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
    WHERE (d.qty < 0 OR d.weight_kg <> 0) AND d.ordinality <> ALL (done) ORDER BY d.ordinality LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN short.weight THEN 'stock.weight_left' ELSE 'stock.not_enough' END, to_jsonb(short));
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'a balance was swept while it was needed';
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
