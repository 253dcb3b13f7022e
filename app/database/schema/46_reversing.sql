-- Corrections: a posting is never changed, the mirror image of its moves is posted, as a whole or by line.

-- What is left of the moves of a posting, after what was taken back of them before: id, line_no, qty, weight_kg, value.
-- Of a weight and a value that belong to a part, the last part takes the rest.
CREATE FUNCTION unreversed(p_posting uuid, p_recorded timestamptz)
RETURNS TABLE (id uuid, line_no int, qty numeric, weight_kg numeric, value numeric)
LANGUAGE sql STABLE AS $$
    SELECT m.id, m.line_no, m.qty - coalesce(sum(r.qty), 0), m.weight_kg - coalesce(sum(r.weight_kg), 0),
           m.value - coalesce(sum(r.value), 0)
    FROM stock_move m LEFT JOIN stock_move r ON r.reverses = m.id
    WHERE m.posting_id = p_posting AND m.recorded_at = p_recorded
    GROUP BY m.id, m.line_no, m.qty, m.weight_kg, m.value
$$;

-- Takes lines of a posting back (p_lines: their numbers, NULL for all; p_qtys: how much of each in base units, NULL for
-- all that is left) by the mirror image of its moves, with their reservations and progress. A person's own posting of
-- the last hour needs the permission of its kind; anything else needs `reverse`. It happens now, whatever the time of
-- what it takes back: closed books stay as they are.
-- Goods of a lot that was held meanwhile come back held, and no order holds them any more (return_held).
-- Refuses what is reversed already, is itself a reversal, stands in a frozen place, has moved on (stock.not_enough),
-- parts of what is one thing (a kit, a shipped parcel), and the hold of a lot, which is released as a whole.
CREATE FUNCTION reverse_lines(p_request uuid, p_posting uuid, p_lines int[], p_qtys numeric[] DEFAULT NULL,
    p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    old posting;
    p posting;
    k move_kind;
    who authority;
    needed text;
    reply jsonb;
    known jsonb;
    moves stock_move[];
    at timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO old FROM posting WHERE id = p_posting FOR NO KEY UPDATE;
    IF NOT FOUND OR old.warehouse_id <> ALL (my_warehouses()) THEN
        PERFORM refuse('ledger.unknown_posting');
    END IF;
    SELECT * INTO k FROM move_kind WHERE name = old.kind;
    p := old;
    p.id := new_id();
    p.person_id := require_actor();
    needed := CASE WHEN old.person_id = p.person_id AND old.recorded_at > at - interval '1 hour' THEN k.permission
        ELSE 'reverse' END;
    who := require_authority(needed, old.warehouse_id);
    PERFORM require_lists(least(cardinality(p_lines), cardinality(p_qtys)), greatest(cardinality(p_lines),
        cardinality(p_qtys)), greatest(array_ndims(p_lines), array_ndims(p_qtys)));
    p.station_id := who.station_id;
    p.recorded_at := at;
    p.reverses := old.id;
    p.seal_no := NULL;
    SELECT jsonb_build_object('posting', p.id, 'recorded_at', at, 'moves', coalesce(cardinality(p_lines), count(*)))
    INTO reply FROM unreversed(old.id, old.recorded_at) u WHERE u.qty > 0;
    known := begin_request(p_request, sha256(convert_to(ROW('reverse', p_posting, p_reason, p_lines, p_qtys)::text,
        'UTF8')), p.person_id, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF coalesce(p_reason, '') <> '' AND NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', p_reason));
    END IF;
    PERFORM 1 FROM trace WHERE id IN (SELECT m.trace_id FROM stock_move m WHERE m.posting_id = old.id
        AND m.recorded_at = old.recorded_at) ORDER BY id FOR KEY SHARE; -- nobody holds the lot meanwhile
    moves := mirrored(p, old.reverses IS NULL, k.whole, old.recorded_at, p_lines, p_qtys, nullif(p_reason, ''));
    PERFORM keep_limit(p_request, who, moves);
    IF p_lines IS NULL THEN
        PERFORM carry_back(moves);
    END IF;
    PERFORM write_posting(p, moves);
    PERFORM return_held(moves);
    PERFORM return_to_all(moves);
    RETURN reply;
END $$;

-- Units that went with their goods go back with them, before these are posted: with what stands on them, and with the
-- larger unit that carries nothing else; off one that carries other goods. Units with goods that stay are left to the
-- posting, which refuses to tear them.
CREATE FUNCTION carry_back(p_moves stock_move[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    filled uuid[] := ARRAY(SELECT DISTINCT m.from_handling_unit_id FROM unnest(p_moves) m
        WHERE m.from_handling_unit_id = m.to_handling_unit_id AND m.from_handling_unit_id <> nil());
    places uuid[] := ARRAY(SELECT DISTINCT m.to_location_id FROM unnest(p_moves) m);
    going uuid[] := filled;
    larger uuid[];
BEGIN
    IF filled = '{}' OR cardinality(places) > 1 OR p_moves[1].other_warehouse_id IS NOT NULL THEN
        RETURN;
    END IF;
    LOOP
        larger := ARRAY(SELECT DISTINCT u.parent_id FROM handling_unit u WHERE u.id = ANY (going) AND u.parent_id <> ALL (going)
            AND NOT EXISTS (SELECT FROM units_on(ARRAY[u.parent_id]) x WHERE x <> ALL (filled) AND holds_goods(x)));
        EXIT WHEN larger = '{}';
        going := going || larger;
    END LOOP;
    going := ARRAY(SELECT units_on(going));
    IF EXISTS (SELECT FROM unnest(going) x WHERE x <> ALL (filled) AND holds_goods(x)) THEN
        RETURN;
    END IF;
    PERFORM 1 FROM handling_unit WHERE id = ANY (going) ORDER BY id FOR NO KEY UPDATE;
    UPDATE handling_unit SET location_id = places[1], parent_id = CASE WHEN parent_id = ANY (going) THEN parent_id END
    WHERE id = ANY (going) AND location_id <> places[1];
END $$;

CREATE FUNCTION holds_goods(p_unit uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM stock_balance WHERE handling_unit_id = p_unit AND handling_unit_id <> nil() AND on_hand <> 0)
$$;

-- The mirror image of what `p.reverses` moved, so far as it is asked for and left; refuses what cannot be taken back.
CREATE FUNCTION mirrored(p posting, p_reversible boolean, p_whole boolean, p_recorded timestamptz, p_lines int[],
    p_qtys numeric[], p_reason text) RETURNS stock_move[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    wrong record;
    made stock_move[];
BEGIN
    IF cardinality(p_lines) IS DISTINCT FROM coalesce(cardinality(p_qtys), cardinality(p_lines))
            OR cardinality(p_lines) <> (SELECT count(DISTINCT x) FROM unnest(p_lines) x) THEN
        PERFORM refuse('ledger.unknown_line');
    ELSIF p_whole AND p_lines IS NOT NULL THEN
        PERFORM refuse('ledger.only_as_a_whole', jsonb_build_object('kind', p.kind));
    END IF;
    SELECT CASE WHEN m.id IS NULL THEN 'ledger.unknown_line'
            WHEN NOT p_reversible OR u.qty <= 0 THEN 'ledger.already_reversed'
            WHEN a.qty <= 0 THEN 'quantity.not_positive'
            WHEN round(a.qty, i.decimals) <> a.qty THEN 'quantity.not_exact'
            WHEN a.qty > u.qty THEN 'ledger.more_than_posted'
            WHEN coalesce(f.frozen_by, t.frozen_by) IS NOT NULL THEN 'location.frozen'
            ELSE 'trace.held' END AS code,
        jsonb_strip_nulls(jsonb_build_object('line', a.line_no, 'sku', i.sku, 'quantity', trim_scale(a.qty)::text,
            'left', trim_scale(u.qty)::text, 'from', f.address, 'to', t.address,
            'lot', coalesce(nullif(r.lot, ''), r.serial),
            'status', comes_back_as(m.trace_id, m.from_location_id, m.from_status))) AS facts INTO wrong
    FROM (SELECT line_no, qty FROM unnest(p_lines, p_qtys) AS asked (line_no, qty)
          UNION ALL SELECT all_of.line_no, NULL FROM unreversed(p.reverses, p_recorded) all_of
          WHERE p_lines IS NULL AND (all_of.qty > 0 OR NOT EXISTS (
              SELECT FROM unreversed(p.reverses, p_recorded) x WHERE x.qty > 0))) a
    LEFT JOIN unreversed(p.reverses, p_recorded) u ON u.line_no = a.line_no
    LEFT JOIN stock_move m ON m.posting_id = p.reverses AND m.line_no = a.line_no AND m.recorded_at = p_recorded
    LEFT JOIN item i ON i.id = m.item_id
    LEFT JOIN trace r ON r.id = m.trace_id
    LEFT JOIN location f ON f.id = m.from_location_id
    LEFT JOIN location t ON t.id = m.to_location_id
    WHERE m.id IS NULL OR NOT p_reversible OR u.qty <= 0 OR a.qty <= 0 OR round(a.qty, i.decimals) <> a.qty
       OR a.qty > u.qty OR coalesce(f.frozen_by, t.frozen_by) IS NOT NULL OR m.kind IN ('status', 'inspected')
            AND comes_back_as(m.trace_id, m.from_location_id, m.from_status) <> m.from_status
    ORDER BY a.line_no LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, wrong.facts);
    END IF;
    SELECT array_agg(ROW(new_id(), p.recorded_at, p.id, x.n, m.warehouse_id, m.other_warehouse_id, m.kind, m.item_id,
        m.trace_id, x.qty, x.weight_kg, m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status,
        m.from_location_id, m.from_handling_unit_id, m.from_owner_id, x.status, m.document_line_id, m.step, p_reason,
        p.recorded_at, x.value, m.id, move_hash(p.id, x.n, m.kind, m.item_id, m.trace_id, x.qty, x.weight_kg,
            place_text(m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status),
            place_text(m.from_location_id, m.from_handling_unit_id, m.from_owner_id, x.status),
            m.document_line_id, p_reason, p.recorded_at, x.value, m.id))::stock_move ORDER BY x.n) INTO made
    FROM (
        SELECT u.id, row_number() OVER (ORDER BY u.line_no)::int AS n, coalesce(a.qty, u.qty) AS qty,
            round(u.weight_kg * coalesce(a.qty, u.qty) / u.qty, 6) AS weight_kg,
            round(u.value * coalesce(a.qty, u.qty) / u.qty, 6) AS value,
            comes_back_as(o.trace_id, o.from_location_id, o.from_status) AS status
        FROM unreversed(p.reverses, p_recorded) u
        JOIN stock_move o ON o.id = u.id AND o.recorded_at = p_recorded
        LEFT JOIN unnest(p_lines, p_qtys) AS a (line_no, qty) ON a.line_no = u.line_no
        WHERE u.qty > 0 AND (p_lines IS NULL OR a.line_no IS NOT NULL)
    ) x
    JOIN stock_move m ON m.id = x.id AND m.recorded_at = p_recorded;
    RETURN made;
END $$;

-- Takes back what is left of a posting, as a whole.
CREATE FUNCTION reverse_posting(p_request uuid, p_posting uuid, p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT reverse_lines(p_request, p_posting, NULL, NULL, p_reason)
$$;
