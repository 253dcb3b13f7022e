-- Two times: stock as of any instant (effective time), as known at any position of the ledger (seal). Postings are only
-- ever added and a seal's content never changes, so the answer for one instant and one position is the same for ever.

-- Stock as it was before an instant, as known at a seal: where a look at the past starts to count from. One as a month
-- begins (UTC) is whole; those of its weeks say only what changed since the one before, and count from that whole one
-- (`adds_to`), so that there is a week to read of whatever date, and little to keep.
CREATE TABLE snapshot (
    until timestamptz PRIMARY KEY,
    seal_no bigint NOT NULL REFERENCES seal,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    adds_to timestamptz CHECK (adds_to < until)
);
CREATE TABLE snapshot_stock (
    until timestamptz NOT NULL,
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    trace_id uuid NOT NULL,
    handling_unit_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status text NOT NULL,
    on_hand numeric(18, 6) NOT NULL,
    weight_kg numeric(18, 6) NOT NULL
);
CREATE INDEX snapshot_stock_item ON snapshot_stock (until, warehouse_id, item_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON snapshot_stock
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON snapshot FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);
ALTER TABLE snapshot_stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE snapshot_stock FORCE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON snapshot_stock TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
GRANT INSERT ON snapshot, snapshot_stock TO @sealer@;

-- Which ledger this is, by whatever name and on whatever server: an exported head belongs to one ledger.
CREATE TABLE ledger (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO ledger DEFAULT VALUES;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON ledger FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

-- The position at a moment: the last seal made until then; 0 where nothing was sealed yet. Whoever is sealing at this
-- moment is waited for, so that the answer stays what it is. Refuses the future.
CREATE FUNCTION seal_at(p_known timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF p_known > clock_timestamp() THEN
        PERFORM refuse('history.future', jsonb_build_object('moment', p_known));
    END IF;
    PERFORM 1 FROM seal_turn FOR SHARE;
    RETURN coalesce((SELECT no FROM seal WHERE sealed_at <= p_known ORDER BY sealed_at DESC, no DESC LIMIT 1), 0);
END $$;

-- Where the border of a position lies in recorded time: what was recorded before `sure` is known at the seal, what was
-- recorded after `most` is not; only in between must each posting be asked for its seal.
CREATE FUNCTION known_between(p_seal bigint, OUT sure timestamptz, OUT most timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT least(b.most - coalesce((SELECT delay FROM seal WHERE no > p_seal ORDER BY delay DESC LIMIT 1), '0'),
                 (SELECT min(recorded_at) FROM posting WHERE seal_no IS NULL)), b.most
    FROM (SELECT coalesce((SELECT newest FROM seal WHERE no = p_seal), '-infinity') AS most) b
$$;

-- The seal of a posting; NULL where it has none yet. Hardly any move between two instants must be asked for it, which
-- the planner cannot know: reckoning with a look-up for each, it finds every way to the moves equally long and goes
-- through an index of places, at six times the pages of reading the month from its beginning to its end.
CREATE FUNCTION seal_of(p_posting uuid) RETURNS bigint
LANGUAGE plpgsql STABLE COST 1 SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN (SELECT seal_no FROM posting WHERE id = p_posting);
END $$;
REVOKE ALL ON FUNCTION seal_of(uuid) FROM PUBLIC;

-- What changed in the stock of a warehouse (of one item where p_item is given) from what was so before p_base, as known at
-- p_base_seal, to what was so at p_at, as known at p_seal: what happened meanwhile, and what became known meanwhile of the
-- time before. Asks nobody for permission.
CREATE FUNCTION stock_changed(p_warehouse uuid, p_base timestamptz, p_base_seal bigint, p_at timestamptz, p_seal bigint,
    p_item uuid)
RETURNS TABLE (item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text,
    on_hand numeric, weight_kg numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off ROWS 10000 AS $$
#variable_conflict use_column
DECLARE
    known record;
    base_known record;
BEGIN
    SELECT * INTO known FROM known_between(p_seal);
    SELECT * INTO base_known FROM known_between(p_base_seal);
    RETURN QUERY
    WITH moves AS NOT MATERIALIZED (
        -- What happened since, posted within a day of it: the recorded time says where it is.
        SELECT m.* FROM stock_move m
        WHERE m.recorded_at >= p_base AND m.recorded_at <= least(known.most, p_at + interval '1 day')
          AND m.effective_at >= p_base AND m.effective_at <= p_at AND NOT m.recorded_at - m.effective_at > interval '1 day'
          AND (m.recorded_at < known.sure OR seal_of(m.posting_id) <= p_seal)
          AND p_warehouse IN (m.warehouse_id, m.other_warehouse_id) AND (p_item IS NULL OR m.item_id = p_item)
        UNION ALL
        -- What happened since and was posted later.
        SELECT m.* FROM stock_move m
        WHERE m.recorded_at >= p_base AND m.recorded_at <= known.most
          AND m.effective_at >= p_base AND m.effective_at <= p_at AND m.recorded_at - m.effective_at > interval '1 day'
          AND (m.recorded_at < known.sure OR seal_of(m.posting_id) <= p_seal)
          AND p_warehouse IN (m.warehouse_id, m.other_warehouse_id) AND (p_item IS NULL OR m.item_id = p_item)
        UNION ALL
        -- What happened before and was sealed since: posted later …
        SELECT m.* FROM stock_move m
        WHERE m.recorded_at >= base_known.sure AND m.recorded_at <= known.most
          AND m.effective_at < p_base AND m.recorded_at - m.effective_at > interval '1 day'
          AND (m.recorded_at < known.sure OR seal_of(m.posting_id) <= p_seal)
          AND (m.recorded_at > base_known.most OR seal_of(m.posting_id) > p_base_seal)
          AND p_warehouse IN (m.warehouse_id, m.other_warehouse_id) AND (p_item IS NULL OR m.item_id = p_item)
        UNION ALL
        -- … or on its way at that seal.
        SELECT m.* FROM stock_move m
        WHERE m.recorded_at >= base_known.sure AND m.recorded_at <= least(known.most, p_base + interval '1 day')
          AND m.effective_at < p_base AND NOT m.recorded_at - m.effective_at > interval '1 day'
          AND (m.recorded_at < known.sure OR seal_of(m.posting_id) <= p_seal)
          AND (m.recorded_at > base_known.most OR seal_of(m.posting_id) > p_base_seal)
          AND p_warehouse IN (m.warehouse_id, m.other_warehouse_id) AND (p_item IS NULL OR m.item_id = p_item)
    ), entries AS (
        SELECT m.item_id, x.location_id, m.trace_id, x.handling_unit_id, x.owner_id, x.status, x.qty, x.weight_kg
        FROM moves m CROSS JOIN LATERAL (VALUES
            (m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status, -m.qty,
             -coalesce(m.weight_kg, 0)),
            (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty, coalesce(m.weight_kg, 0)))
            AS x (location_id, handling_unit_id, owner_id, status, qty, weight_kg)
    )
    SELECT e.item_id, e.location_id, e.trace_id, e.handling_unit_id, e.owner_id, e.status, sum(e.qty), sum(e.weight_kg)
    FROM entries e JOIN location l ON l.id = e.location_id AND l.stock_keeping AND l.warehouse_id = p_warehouse
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(e.qty) <> 0 OR sum(e.weight_kg) <> 0;
END $$;

-- Stock of a warehouse (of one item where p_item is given) as of an instant, as known at a seal: the last snapshot that
-- both allow, and what changed since. Asks nobody for permission.
CREATE FUNCTION stock_known(p_warehouse uuid, p_at timestamptz, p_seal bigint, p_item uuid DEFAULT NULL)
RETURNS TABLE (item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text,
    on_hand numeric, weight_kg numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off ROWS 10000 AS $$
#variable_conflict use_column
DECLARE
    last snapshot;
    added timestamptz[];
BEGIN
    SELECT * INTO last FROM snapshot WHERE until <= p_at AND seal_no <= p_seal ORDER BY until DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN QUERY SELECT * FROM stock_changed(p_warehouse, '-infinity', 0, p_at, p_seal, p_item);
        RETURN;
    END IF;
    added := ARRAY(SELECT until FROM snapshot WHERE until BETWEEN coalesce(last.adds_to, last.until) AND last.until);
    RETURN QUERY
    WITH entries AS (
        SELECT s.item_id, s.location_id, s.trace_id, s.handling_unit_id, s.owner_id, s.status, s.on_hand, s.weight_kg
        FROM snapshot_stock s
        WHERE s.until = ANY (added) AND s.warehouse_id = p_warehouse AND (p_item IS NULL OR s.item_id = p_item)
        UNION ALL
        SELECT * FROM stock_changed(p_warehouse, last.until, last.seal_no, p_at, p_seal, p_item)
    )
    SELECT e.item_id, e.location_id, e.trace_id, e.handling_unit_id, e.owner_id, e.status, sum(e.on_hand), sum(e.weight_kg)
    FROM entries e
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(e.on_hand) <> 0 OR sum(e.weight_kg) <> 0;
END $$;

-- Stock of a warehouse as of an instant, as known at a seal, in base units and kg. Refuses the future, a seal that is
-- not there, and a ledger that has none.
CREATE FUNCTION stock_as_of(p_warehouse uuid, p_at timestamptz, p_seal bigint, p_item uuid DEFAULT NULL)
RETURNS TABLE (item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text,
    on_hand numeric, weight_kg numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp ROWS 10000 AS $$
BEGIN
    PERFORM require_person('see_stock', p_warehouse);
    IF p_at IS NULL OR p_at > clock_timestamp() OR NOT isfinite(p_at) THEN
        PERFORM refuse('history.future', jsonb_build_object('moment', p_at));
    ELSIF NOT EXISTS (SELECT FROM seal) THEN
        PERFORM refuse('history.nothing_sealed');
    ELSIF p_seal IS NULL OR p_seal < 0 OR p_seal > (SELECT max(no) FROM seal) THEN
        PERFORM refuse('history.unknown_seal', jsonb_build_object('seal', p_seal));
    END IF;
    RETURN QUERY SELECT * FROM stock_known(p_warehouse, p_at, p_seal, p_item) k
    WHERE (SELECT my_owners()) IS NULL OR k.owner_id = ANY ((SELECT my_owners())::uuid[]);
END $$;

-- Makes the next snapshot that is due, from the one before it; returns until when it reaches, NULL when none is due. Each
-- month and each seventh day of one is due when it is over for a day; what is known at that moment is what its snapshot
-- knows.
CREATE FUNCTION make_snapshot() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    last snapshot;
    since timestamp;
    month timestamp;
    due timestamptz;
    position bigint;
    whole timestamptz;
BEGIN
    PERFORM require('seal');
    SELECT * INTO last FROM snapshot ORDER BY until DESC LIMIT 1;
    since := coalesce(last.until, (SELECT min(recorded_at) FROM posting WHERE seal_no = (SELECT min(no) FROM seal)))
        AT TIME ZONE 'UTC';
    month := date_trunc('month', since);
    due := least(date_bin('7 days', since, month) + interval '7 days', month + interval '1 month') AT TIME ZONE 'UTC';
    IF due IS NULL OR due + interval '1 day' > clock_timestamp() THEN
        RETURN NULL;
    END IF;
    position := seal_at(due + interval '1 day');
    IF position = 0 THEN
        position := (SELECT min(no) FROM seal);
    END IF;
    IF due AT TIME ZONE 'UTC' < month + interval '1 month' THEN
        whole := coalesce(last.adds_to, last.until);
    END IF;
    INSERT INTO snapshot (until, seal_no, adds_to) VALUES (due, position, whole) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF whole IS NULL THEN
        INSERT INTO snapshot_stock
        SELECT due, w.id, s.* FROM warehouse w
        CROSS JOIN LATERAL stock_known_before(w.id, due, position) s
        ORDER BY w.id, s.item_id, s.location_id;
    ELSE
        INSERT INTO snapshot_stock
        SELECT due, w.id, s.* FROM warehouse w
        CROSS JOIN LATERAL stock_changed(w.id, last.until, last.seal_no, due - interval '1 microsecond', position, NULL) s
        ORDER BY w.id, s.item_id, s.location_id;
    END IF;
    RETURN due;
END $$;

-- Stock as it was before an instant.
CREATE FUNCTION stock_known_before(p_warehouse uuid, p_until timestamptz, p_seal bigint)
RETURNS TABLE (item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text,
    on_hand numeric, weight_kg numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT * FROM stock_known(p_warehouse, p_until - interval '1 microsecond', p_seal)
$$;

REVOKE ALL ON FUNCTION seal_at(timestamptz), known_between(bigint), stock_known(uuid, timestamptz, bigint, uuid),
    stock_changed(uuid, timestamptz, bigint, timestamptz, bigint, uuid),
    stock_as_of(uuid, timestamptz, bigint, uuid), make_snapshot(), stock_known_before(uuid, timestamptz, bigint)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_at(timestamptz), stock_as_of(uuid, timestamptz, bigint, uuid) TO @everyone@;
GRANT EXECUTE ON FUNCTION make_snapshot() TO @worker@;
