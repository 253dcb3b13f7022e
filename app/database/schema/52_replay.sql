-- admin prove --deep: the ledger replayed from zero in the order of its seals, and what stands in the tables compared
-- with what comes out; and the head of the chain, to be kept elsewhere and checked later.

-- Replays the items of one of `p_chunks` parts (each item is in one part, part 0 also does the handling units). What
-- must hold at every seal: nothing below zero where that was never allowed, a serial number in one place at most, a
-- handling unit in one place, no step of a line below nothing. At every instant: nothing below zero. What must come out: balances, progress, cover of the
-- reservations, every snapshot. One row a break.
CREATE FUNCTION prove_deep(p_chunk int DEFAULT 0, p_chunks int DEFAULT 1) RETURNS TABLE (rule text, offender jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET work_mem = '128MB' SET jit = off
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    unsealed CONSTANT bigint := 9223372036854775807;
    ends timestamptz[] := coalesce((SELECT array_agg(until ORDER BY until) FROM snapshot), '{}');
    positions bigint[] := coalesce((SELECT array_agg(seal_no ORDER BY until) FROM snapshot), '{}');
    whole boolean[] := coalesce((SELECT array_agg(adds_to IS NULL ORDER BY until) FROM snapshot), '{}');
BEGIN
    PERFORM require('audit');

    RETURN QUERY
    WITH steps AS (
        SELECT l.warehouse_id, m.item_id, x.location_id, m.trace_id, x.handling_unit_id, x.owner_id, x.status,
               coalesce(p.seal_no, unsealed) AS seal, sum(x.qty) AS qty, sum(x.weight_kg) AS weight_kg
        FROM stock_move m JOIN posting p ON p.id = m.posting_id
        CROSS JOIN LATERAL (VALUES
            (m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status, -m.qty,
             -coalesce(m.weight_kg, 0)),
            (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty, coalesce(m.weight_kg, 0)))
            AS x (location_id, handling_unit_id, owner_id, status, qty, weight_kg)
        JOIN location l ON l.id = x.location_id AND l.stock_keeping
        WHERE (uuid_hash(m.item_id) & 2147483647) % p_chunks = p_chunk
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), replayed AS MATERIALIZED (
        SELECT s.*, sum(qty) OVER so_far AS on_hand, sum(weight_kg) OVER so_far AS kg,
               lead(seal) OVER so_far IS NULL AS is_last
        FROM steps s WINDOW so_far AS (PARTITION BY warehouse_id, item_id, location_id, trace_id, handling_unit_id,
            owner_id, status ORDER BY seal)
    ), outcome AS MATERIALIZED (
        SELECT * FROM replayed WHERE is_last
    ), serials AS (
        SELECT trace_id, seal, sum(sum(qty)) OVER (PARTITION BY trace_id ORDER BY seal) AS pieces
        FROM replayed WHERE trace_id <> nil() AND trace_id IN (SELECT id FROM trace WHERE serial <> '')
        GROUP BY trace_id, seal
    ), claims AS (
        SELECT r.warehouse_id, r.item_id, r.location_id, r.trace_id, r.handling_unit_id, r.owner_id, r.status,
               sum(r.qty) AS qty
        FROM reservation r WHERE (uuid_hash(r.item_id) & 2147483647) % p_chunks = p_chunk GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT 'replay_below_nothing', jsonb_build_object('item', item_id, 'location', location_id, 'trace', trace_id,
        'seal', nullif(seal, unsealed), 'on_hand', on_hand)
    FROM replayed r
    WHERE on_hand < 0 AND NOT EXISTS (SELECT FROM location l WHERE l.id = r.location_id AND l.negative_allowed)
      AND NOT EXISTS (SELECT FROM audit a WHERE a.table_name = 'location' AND a.row_id = r.location_id::text
          AND (a.before ->> 'negative_allowed')::boolean)
    UNION ALL
    SELECT 'replay_balance', jsonb_build_object('item', item_id, 'location', location_id, 'trace', trace_id,
        'handling_unit', handling_unit_id, 'status', status, 'replayed', coalesce(o.on_hand, 0),
        'balance', coalesce(b.on_hand, 0), 'replayed_kg', coalesce(o.kg, 0), 'balance_kg', coalesce(b.weight_kg, 0))
    FROM outcome o FULL JOIN (
        SELECT * FROM stock_balance x WHERE (uuid_hash(x.item_id) & 2147483647) % p_chunks = p_chunk) b
        USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    WHERE coalesce(o.on_hand, 0) <> coalesce(b.on_hand, 0) OR coalesce(o.kg, 0) <> coalesce(b.weight_kg, 0)
    UNION ALL
    SELECT 'replay_serial', jsonb_build_object('trace', trace_id, 'seal', nullif(seal, unsealed), 'pieces', pieces)
    FROM serials WHERE pieces NOT IN (0, 1)
    UNION ALL
    SELECT 'replay_reservation', jsonb_build_object('item', item_id, 'location', location_id, 'reserved', c.qty,
        'replayed', coalesce(o.on_hand, 0))
    FROM claims c LEFT JOIN outcome o USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
        status)
    WHERE c.qty > coalesce(o.on_hand, 0);

    -- By when it happened, not by when it became known. Less than nothing for a minute is two postings that crossed.
    RETURN QUERY
    WITH steps AS (
        SELECT l.warehouse_id, m.item_id, x.location_id, m.trace_id, x.handling_unit_id, x.owner_id, x.status,
               m.effective_at, sum(x.qty) AS qty
        FROM stock_move m
        CROSS JOIN LATERAL (VALUES
            (m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status, -m.qty),
            (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty))
            AS x (location_id, handling_unit_id, owner_id, status, qty)
        JOIN location l ON l.id = x.location_id AND l.stock_keeping
        WHERE (uuid_hash(m.item_id) & 2147483647) % p_chunks = p_chunk
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), stood AS (
        SELECT s.*, sum(qty) OVER (PARTITION BY warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
               status ORDER BY effective_at) AS on_hand FROM steps s
    ), spells AS (
        SELECT s.*, min(effective_at) FILTER (WHERE on_hand >= 0) OVER (PARTITION BY warehouse_id, item_id, location_id,
               trace_id, handling_unit_id, owner_id, status ORDER BY effective_at
               ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS ends FROM stood s
    )
    SELECT 'past_below_nothing', jsonb_build_object('item', s.item_id, 'location', s.location_id, 'trace', s.trace_id,
        'handling_unit', s.handling_unit_id, 'status', s.status, 'since', min(s.effective_at), 'until', s.ends,
        'lowest', min(s.on_hand))
    FROM spells s
    WHERE s.on_hand < 0 AND NOT EXISTS (SELECT FROM location l WHERE l.id = s.location_id AND l.negative_allowed)
      AND NOT EXISTS (SELECT FROM audit a WHERE a.table_name = 'location' AND a.row_id = s.location_id::text
          AND (a.before ->> 'negative_allowed')::boolean)
    GROUP BY s.warehouse_id, s.item_id, s.location_id, s.trace_id, s.handling_unit_id, s.owner_id, s.status, s.ends
    HAVING s.ends IS NULL OR s.ends - min(s.effective_at) > interval '1 minute';

    RETURN QUERY
    WITH steps AS (
        SELECT m.document_line_id, m.step, coalesce(p.seal_no, unsealed) AS seal,
               sum(CASE WHEN adds_progress(m.kind, m.reverses) THEN m.qty ELSE -m.qty END) AS qty
        FROM stock_move m JOIN posting p ON p.id = m.posting_id
        WHERE m.document_line_id IS NOT NULL AND m.step IS NOT NULL
          AND (uuid_hash(m.item_id) & 2147483647) % p_chunks = p_chunk
        GROUP BY 1, 2, 3
    ), replayed AS (
        SELECT document_line_id, step, seal, sum(qty) OVER so_far AS qty, lead(seal) OVER so_far IS NULL AS is_last
        FROM steps WINDOW so_far AS (PARTITION BY document_line_id, step ORDER BY seal)
    )
    SELECT 'replay_progress', jsonb_build_object('line', document_line_id, 'step', step, 'seal', nullif(r.seal, unsealed),
        'replayed', coalesce(r.qty, 0), 'progress', coalesce(p.qty, 0))
    FROM replayed r FULL JOIN (
        SELECT x.* FROM line_progress x JOIN document_line l ON l.id = x.document_line_id
        WHERE (uuid_hash(l.item_id) & 2147483647) % p_chunks = p_chunk) p USING (document_line_id, step)
    WHERE r.qty < 0 OR (r.is_last IS NOT FALSE AND coalesce(r.qty, 0) <> coalesce(p.qty, 0));

    RETURN QUERY
    WITH entries AS (
        SELECT l.warehouse_id, m.item_id, x.location_id, m.trace_id, x.handling_unit_id, x.owner_id, x.status,
               greatest(width_bucket(m.effective_at, ends), n.first_seal) AS first, sum(x.qty) AS qty,
               sum(x.weight_kg) AS weight_kg
        FROM stock_move m JOIN posting p ON p.id = m.posting_id
        CROSS JOIN LATERAL (SELECT width_bucket(coalesce(p.seal_no, unsealed) - 1, positions) AS first_seal) n
        CROSS JOIN LATERAL (VALUES
            (m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status, -m.qty,
             -coalesce(m.weight_kg, 0)),
            (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty, coalesce(m.weight_kg, 0)))
            AS x (location_id, handling_unit_id, owner_id, status, qty, weight_kg)
        JOIN location l ON l.id = x.location_id AND l.stock_keeping
        WHERE cardinality(ends) > 0 AND (uuid_hash(m.item_id) & 2147483647) % p_chunks = p_chunk
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), changes AS (
        SELECT e.*, sum(qty) OVER so_far AS on_hand, sum(weight_kg) OVER so_far AS kg,
               lead(first, 1, cardinality(ends)) OVER so_far AS next
        FROM entries e WINDOW so_far AS (PARTITION BY warehouse_id, item_id, location_id, trace_id, handling_unit_id,
            owner_id, status ORDER BY first)
    ), expected AS (
        SELECT ends[n + 1] AS until, c.warehouse_id, c.item_id, c.location_id, c.trace_id, c.handling_unit_id, c.owner_id,
               c.status, c.on_hand, c.kg
        FROM changes c CROSS JOIN LATERAL generate_series(c.first, c.next - 1) n
        WHERE whole[n + 1] AND (c.on_hand <> 0 OR c.kg <> 0)
        UNION ALL
        SELECT ends[first + 1], warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, qty, weight_kg
        FROM entries WHERE NOT whole[first + 1] AND (qty <> 0 OR weight_kg <> 0)
    )
    SELECT 'snapshot_is_replayed', jsonb_build_object('until', until, 'item', item_id, 'location', location_id,
        'trace', trace_id, 'replayed', coalesce(e.on_hand, 0), 'snapshot', coalesce(s.on_hand, 0))
    FROM expected e FULL JOIN (
        SELECT * FROM snapshot_stock x WHERE (uuid_hash(x.item_id) & 2147483647) % p_chunks = p_chunk) s
        USING (until, warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    WHERE coalesce(e.on_hand, 0) <> coalesce(s.on_hand, 0) OR coalesce(e.kg, 0) <> coalesce(s.weight_kg, 0);

    IF p_chunk > 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH steps AS (
        SELECT x.handling_unit_id, x.location_id, m.item_id, m.trace_id, x.owner_id, x.status,
               coalesce(p.seal_no, unsealed) AS seal, sum(x.qty) AS qty
        FROM stock_move m JOIN posting p ON p.id = m.posting_id
        CROSS JOIN LATERAL (VALUES
            (m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status, -m.qty),
            (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty))
            AS x (location_id, handling_unit_id, owner_id, status, qty)
        JOIN location l ON l.id = x.location_id AND l.stock_keeping
        WHERE x.handling_unit_id <> nil()
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), replayed AS (
        SELECT s.*, sum(qty) OVER so_far AS on_hand, lead(seal, 1, unsealed) OVER so_far AS next
        FROM steps s WINDOW so_far AS (PARTITION BY handling_unit_id, location_id, item_id, trace_id, owner_id, status
            ORDER BY seal)
    ), stays AS ( -- one row a place and seal: rows of equal rank would be ordered differently by each window below
        SELECT handling_unit_id, location_id, seal, max(next) AS until FROM replayed WHERE on_hand <> 0 GROUP BY 1, 2, 3
    ), compared AS (
        SELECT s.*, max(until) OVER (PARTITION BY handling_unit_id, location_id ORDER BY seal
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS here_until,
            max(until) OVER (PARTITION BY handling_unit_id ORDER BY seal, location_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS anywhere_until
        FROM stays s
    )
    SELECT 'replay_handling_unit', jsonb_build_object('handling_unit', handling_unit_id, 'location', location_id,
        'seal', nullif(seal, unsealed))
    FROM compared WHERE anywhere_until > seal AND coalesce(here_until, 0) < anywhere_until;
END $$;

-- The last seal with what it reaches: how many postings and moves the chain holds up to it.
CREATE FUNCTION sealed_head() RETURNS TABLE (ledger uuid, seal_no bigint, sealed_at timestamptz, hash text,
    postings bigint, moves bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM require('audit');
    RETURN QUERY
    SELECT (SELECT id FROM ledger), s.no, s.sealed_at, encode(s.hash, 'hex'), p.postings, p.moves
    FROM seal s CROSS JOIN LATERAL (
        SELECT count(*) AS postings, sum(moves) AS moves FROM posting WHERE seal_no <= s.no) p
    ORDER BY s.no DESC LIMIT 1;
END $$;

-- Whether the chain still holds exactly the head that was kept elsewhere: the seal with its hash, every seal before it
-- following from its postings, and as many postings and moves. `why` is NULL where it does; else what is wrong and at
-- which seal: other_ledger, seal_missing, chain_broken, other_hash, other_count.
CREATE FUNCTION check_head(p_ledger uuid, p_seal bigint, p_hash text, p_postings bigint, p_moves bigint)
RETURNS TABLE (why text, seal_no bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET work_mem = '64MB' AS $$
#variable_conflict use_column
DECLARE
    broken bigint;
    there record;
BEGIN
    PERFORM require('audit');
    IF NOT EXISTS (SELECT FROM ledger WHERE id = p_ledger) THEN
        RETURN QUERY SELECT 'other_ledger', NULL::bigint;
        RETURN;
    END IF;
    SELECT min(s.no) INTO broken FROM (
        SELECT x.no, x.postings, x.previous, x.hash, lag(x.hash, 1, ''::bytea) OVER (ORDER BY x.no) AS before,
               lag(x.no, 1, 0::bigint) OVER (ORDER BY x.no) AS before_no FROM seal x WHERE x.no <= p_seal) s
    LEFT JOIN (SELECT p.seal_no, count(*) AS n, string_agg(uuid_send(p.id) || p.hash, ''::bytea ORDER BY p.id) AS content
               FROM posting p WHERE p.seal_no <= p_seal GROUP BY 1) c ON c.seal_no = s.no
    WHERE s.before_no <> s.no - 1 OR s.previous <> s.before OR c.n IS DISTINCT FROM s.postings::bigint
       OR s.hash <> sha256(s.previous || coalesce(c.content, ''::bytea));
    SELECT encode(s.hash, 'hex') AS hash, p.postings, p.moves INTO there
    FROM seal s CROSS JOIN LATERAL (
        SELECT count(*) AS postings, sum(moves) AS moves FROM posting WHERE seal_no <= s.no) p
    WHERE s.no = p_seal;
    RETURN QUERY SELECT CASE
        WHEN broken IS NOT NULL THEN 'chain_broken'
        WHEN there IS NULL THEN 'seal_missing'
        WHEN there.hash <> p_hash THEN 'other_hash'
        WHEN there.postings <> p_postings OR there.moves <> p_moves THEN 'other_count' END, coalesce(broken, p_seal);
END $$;

REVOKE ALL ON FUNCTION prove_deep(int, int), sealed_head(), check_head(uuid, bigint, text, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prove_deep(int, int), sealed_head(), check_head(uuid, bigint, text, bigint, bigint)
    TO @everyone@;
