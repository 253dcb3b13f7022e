-- admin prove: what must always be true (DESIGN.md, section 2), recomputed from the moves. One row a broken rule.

-- Says how far a proof is, at once and outside the answer: a notice `proving`, with the rule's number and how many there
-- are in DETAIL.
CREATE FUNCTION proving(p_rule int, p_rules int) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    RAISE NOTICE USING MESSAGE = 'proving', DETAIL = format('%s/%s', p_rule, p_rules);
END $$;

CREATE FUNCTION prove() RETURNS TABLE (rule text, offender jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET work_mem = '64MB' SET jit = off AS $$
BEGIN
    PERFORM require('audit');

    PERFORM proving(1, 26);
    RETURN QUERY
    WITH entries AS (
        SELECT item_id, from_location_id AS location_id, trace_id,
               from_handling_unit_id AS handling_unit_id, from_owner_id AS owner_id, from_status AS status,
               -qty AS qty, -coalesce(weight_kg, 0) AS weight_kg FROM stock_move
        UNION ALL
        SELECT item_id, to_location_id, trace_id, to_handling_unit_id, to_owner_id, to_status, qty,
               coalesce(weight_kg, 0) FROM stock_move
    ), sums AS (
        SELECT l.warehouse_id, e.item_id, e.location_id, e.trace_id, e.handling_unit_id, e.owner_id, e.status,
               sum(e.qty) AS qty, sum(e.weight_kg) AS weight_kg
        FROM entries e JOIN location l ON l.id = e.location_id AND l.stock_keeping GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT 'balance_is_sum_of_moves', jsonb_build_object('item', item_id, 'location', location_id, 'trace', trace_id,
        'handling_unit', handling_unit_id, 'status', status, 'moves', coalesce(s.qty, 0),
        'balance', coalesce(b.on_hand, 0), 'moves_kg', coalesce(s.weight_kg, 0), 'balance_kg', coalesce(b.weight_kg, 0))
    FROM sums s FULL JOIN stock_balance b USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id,
        owner_id, status)
    WHERE coalesce(s.qty, 0) <> coalesce(b.on_hand, 0) OR coalesce(s.weight_kg, 0) <> coalesce(b.weight_kg, 0);

    PERFORM proving(2, 26);
    RETURN QUERY
    SELECT 'balance_within_limits', to_jsonb(b) FROM stock_balance b
    WHERE (b.on_hand < 0) <> b.negative_allowed OR b.weight_kg < 0 OR (b.weight_kg > 0 AND b.on_hand <= 0)
       OR b.reserved < 0 OR (b.reserved > b.on_hand AND b.reserved > 0);

    PERFORM proving(3, 26);
    RETURN QUERY
    SELECT 'reserved_is_sum_of_reservations', jsonb_build_object('item', item_id, 'location', location_id,
        'reserved', coalesce(b.reserved, 0), 'reservations', coalesce(r.qty, 0))
    FROM stock_balance b FULL JOIN (
        SELECT x.warehouse_id, x.item_id, x.location_id, x.trace_id, x.handling_unit_id, x.owner_id, x.status,
               sum(x.qty) AS qty FROM reservation x GROUP BY 1, 2, 3, 4, 5, 6, 7) r
        USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
    WHERE coalesce(b.reserved, 0) <> coalesce(r.qty, 0);

    PERFORM proving(4, 26);
    RETURN QUERY
    SELECT 'promises_within_cover', jsonb_build_object('item', p.item_id, 'trace', x.trace_id, 'keeps_until', x.keeps_until,
        'missing', x.deficit)
    FROM (SELECT DISTINCT warehouse_id, item_id, owner_id FROM promise WHERE inbound_line_id IS NULL) p
    CROSS JOIN LATERAL promise_deficits(p.warehouse_id, p.item_id, p.owner_id) x;

    PERFORM proving(5, 26);
    RETURN QUERY
    SELECT 'move_hash', jsonb_build_object('move', m.id, 'posting', m.posting_id) FROM stock_move m
    WHERE m.hash <> move_hash(m.posting_id, m.line_no, m.kind, m.item_id, m.trace_id, m.qty, m.weight_kg,
        place_text(m.from_location_id, m.from_handling_unit_id, m.from_owner_id, m.from_status),
        place_text(m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status),
        m.document_line_id, m.reason, m.effective_at, m.value, m.reverses);

    PERFORM proving(6, 26);
    RETURN QUERY
    SELECT 'posting_hash', jsonb_build_object('posting', coalesce(p.id, m.posting_id), 'moves', coalesce(m.n, 0))
    FROM posting p FULL JOIN (
        SELECT posting_id, count(*) AS n, string_agg(hash, ''::bytea ORDER BY line_no) AS content
        FROM stock_move GROUP BY 1) m ON m.posting_id = p.id
    WHERE p.id IS NULL OR m.posting_id IS NULL OR p.moves <> m.n
       OR p.hash <> posting_hash(p.id, p.kind, p.warehouse_id, p.document_id, p.person_id, p.station_id, p.recorded_at,
                                 p.reverses, p.moves, m.content);

    PERFORM proving(7, 26);
    RETURN QUERY
    SELECT 'move_belongs_to_its_posting', jsonb_build_object('move', m.id, 'posting', p.id)
    FROM stock_move m JOIN posting p ON p.id = m.posting_id JOIN move_kind k ON k.name = m.kind
    WHERE m.warehouse_id <> p.warehouse_id OR p.kind NOT IN (m.kind, coalesce(k.posted_with, m.kind)) OR m.recorded_at <> p.recorded_at
       OR m.step IS DISTINCT FROM CASE WHEN m.document_line_id IS NOT NULL THEN k.step END
       OR (m.reverses IS NULL) <> (p.reverses IS NULL);

    PERFORM proving(8, 26);
    RETURN QUERY
    SELECT 'posting_names_what_exists', jsonb_build_object('posting', p.id) FROM posting p
    WHERE NOT EXISTS (SELECT FROM move_kind x WHERE x.name = p.kind)
       OR NOT EXISTS (SELECT FROM warehouse x WHERE x.id = p.warehouse_id)
       OR NOT EXISTS (SELECT FROM person x WHERE x.id = p.person_id)
       OR p.document_id IS NOT NULL AND NOT EXISTS (SELECT FROM document x WHERE x.id = p.document_id)
       OR p.station_id IS NOT NULL AND NOT EXISTS (SELECT FROM station x WHERE x.id = p.station_id)
       OR p.reverses IS NOT NULL AND NOT EXISTS (SELECT FROM posting x WHERE x.id = p.reverses AND x.reverses IS NULL);

    PERFORM proving(9, 26);
    RETURN QUERY
    SELECT 'move_stays_in_its_warehouse', jsonb_build_object('move', m.id)
    FROM stock_move m JOIN move_kind k ON k.name = m.kind
    JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id
    WHERE (CASE WHEN m.reverses IS NULL THEN t.warehouse_id ELSE f.warehouse_id END) <> m.warehouse_id
       OR (CASE WHEN m.reverses IS NULL THEN f.warehouse_id ELSE t.warehouse_id END)
          <> coalesce(m.other_warehouse_id, m.warehouse_id)
       OR m.other_warehouse_id IS NOT NULL AND NOT k.between_warehouses;

    PERFORM proving(10, 26);
    RETURN QUERY
    SELECT 'reversed_within_its_quantity', jsonb_build_object('move', m.id, 'quantity', m.qty, 'reversed', r.qty)
    FROM (SELECT x.reverses, sum(x.qty) AS qty, sum(x.weight_kg) AS weight_kg, count(DISTINCT x.item_id) AS items,
                 min(x.item_id::text) AS item_id FROM stock_move x WHERE x.reverses IS NOT NULL GROUP BY 1) r
    LEFT JOIN stock_move m ON m.id = r.reverses
    WHERE m.id IS NULL OR m.reverses IS NOT NULL OR r.qty > m.qty OR r.weight_kg > m.weight_kg OR r.items <> 1
       OR r.item_id <> m.item_id::text;

    PERFORM proving(11, 26);
    RETURN QUERY
    SELECT 'kit_has_two_sides', jsonb_build_object('posting', x.posting_id)
    FROM stock_move x WHERE x.kind IN ('kit_consume', 'kit_produce')
    GROUP BY x.posting_id HAVING count(DISTINCT x.kind) <> 2 OR count(DISTINCT x.from_owner_id) <> 1;

    PERFORM proving(12, 26);
    RETURN QUERY
    WITH joined AS MATERIALIZED (
        SELECT id, posting_id, kind, qty FROM stock_move
        WHERE kind IN ('kit_consume', 'kit_produce', 'repack') AND reverses IS NULL
    ), expected AS (
        SELECT c.id AS consumed_move, x.id AS produced_move, round(c.qty * x.qty / x.made, 6) AS qty
        FROM joined c JOIN (SELECT *, sum(qty) OVER (PARTITION BY posting_id) AS made FROM joined WHERE kind = 'kit_produce') x
            ON x.posting_id = c.posting_id WHERE c.kind = 'kit_consume'
        UNION ALL SELECT id, id, qty FROM joined WHERE kind = 'repack' -- what left the one unit came into the other
    ), wrong AS (
        SELECT consumed_move IN (SELECT id FROM joined WHERE kind = 'repack') AS repacked, jsonb_build_object('consumed',
            consumed_move, 'produced', produced_move, 'expected', coalesce(e.qty, 0), 'kept', coalesce(g.qty, 0)) AS link
        FROM expected e FULL JOIN genealogy g USING (consumed_move, produced_move) WHERE coalesce(e.qty, 0) <> coalesce(g.qty, 0)
    )
    SELECT 'genealogy_joins_a_kit', link FROM wrong WHERE NOT repacked
    UNION ALL
    SELECT 'genealogy_follows_repacking', link FROM wrong WHERE repacked;

    PERFORM proving(13, 26);
    RETURN QUERY
    SELECT 'held_lot_is_held', jsonb_build_object('trace', h.trace_id, 'hold', h.status, 'location', b.location_id,
        'handling_unit', b.handling_unit_id, 'status', b.status, 'on_hand', b.on_hand)
    FROM trace_hold h JOIN stock_balance b ON b.trace_id = h.trace_id AND b.trace_id <> nil()
        AND b.warehouse_id = h.warehouse_id
    JOIN location l ON l.id = b.location_id JOIN move_kind k ON k.name = 'status' AND l.kind = ANY (k.from_kinds)
    WHERE (b.on_hand > 0 OR b.on_hand < 0 AND l.negative_allowed) AND gravity(b.status) < gravity(h.status);

    PERFORM proving(14, 26);
    RETURN QUERY
    SELECT 'one_posting_a_request', jsonb_build_object('request', q.request_id) FROM request q
    WHERE q.answer IS NULL OR CASE WHEN q.answer ? 'document'
        THEN NOT EXISTS (SELECT FROM document d WHERE d.id = (q.answer ->> 'document')::uuid)
        ELSE NOT EXISTS (SELECT FROM posting p WHERE p.id = (q.answer ->> 'posting')::uuid) END
    UNION ALL
    SELECT 'one_posting_a_request', jsonb_build_object('posting', p.id) FROM posting p
    WHERE NOT EXISTS (SELECT FROM request q WHERE (q.answer ->> 'posting')::uuid = p.id);

    PERFORM proving(15, 26);
    RETURN QUERY
    SELECT 'seal_chain', jsonb_build_object('seal', s.no) FROM (
        SELECT x.*, lag(x.hash, 1, ''::bytea) OVER (ORDER BY x.no) AS before, lag(x.no, 1, 0::bigint) OVER (ORDER BY x.no)
            AS before_no FROM seal x) s
    LEFT JOIN (SELECT seal_no, count(*) AS n, string_agg(uuid_send(id) || hash, ''::bytea ORDER BY id) AS content
               FROM posting WHERE seal_no IS NOT NULL GROUP BY 1) c ON c.seal_no = s.no
    WHERE s.before_no <> s.no - 1 OR s.previous <> s.before OR c.n IS DISTINCT FROM s.postings::bigint
       OR s.hash <> sha256(s.previous || coalesce(c.content, ''::bytea));

    PERFORM proving(16, 26);
    RETURN QUERY
    SELECT 'seal_knows_its_times', jsonb_build_object('seal', s.no) FROM (
        SELECT x.*, lag(x.newest) OVER (ORDER BY x.no) AS before, lag(x.sealed_at) OVER (ORDER BY x.no) AS sealed_before
        FROM seal x) s
    JOIN (SELECT seal_no, min(recorded_at) AS oldest, max(recorded_at) AS newest FROM posting GROUP BY 1) p
        ON p.seal_no = s.no
    WHERE s.newest IS DISTINCT FROM greatest(s.before, p.newest) OR s.delay < s.before - p.oldest
       OR s.sealed_at < s.sealed_before;

    PERFORM proving(17, 26);
    RETURN QUERY
    SELECT 'sealed_within_ten_seconds', jsonb_build_object('posting', p.id, 'recorded_at', p.recorded_at)
    FROM posting p WHERE (p.seal_no IS NULL AND p.recorded_at < now() - interval '10 seconds')
       OR (p.seal_no IS NOT NULL AND NOT EXISTS (SELECT FROM seal s WHERE s.no = p.seal_no));

    PERFORM proving(18, 26);
    RETURN QUERY
    SELECT 'serial_in_one_place', jsonb_build_object('item', b.item_id, 'trace', b.trace_id, 'places', count(*))
    FROM stock_balance b JOIN trace t ON t.id = b.trace_id AND t.serial <> '' WHERE b.on_hand <> 0
    GROUP BY b.item_id, b.trace_id HAVING count(*) > 1 OR sum(b.on_hand) NOT IN (0, 1);

    PERFORM proving(19, 26);
    RETURN QUERY
    SELECT 'quantity_precision', jsonb_build_object('move', m.id, 'quantity', m.qty) FROM stock_move m
    JOIN item i ON i.id = m.item_id WHERE round(m.qty, i.decimals) <> m.qty
    UNION ALL
    SELECT 'quantity_precision', jsonb_build_object('line', c.demand_line_id, 'quantity', c.qty)
    FROM (SELECT demand_line_id, item_id, qty FROM reservation UNION ALL SELECT demand_line_id, item_id, qty FROM promise) c
    JOIN item i ON i.id = c.item_id WHERE round(c.qty, i.decimals) <> c.qty;

    PERFORM proving(20, 26);
    RETURN QUERY
    SELECT 'handling_unit_in_one_place', jsonb_build_object('handling_unit', u.sscc, 'location', b.location_id)
    FROM stock_balance b JOIN handling_unit u ON u.id = b.handling_unit_id
    WHERE b.on_hand <> 0 AND b.location_id IS DISTINCT FROM u.location_id
    UNION ALL
    SELECT 'handling_unit_in_one_place', jsonb_build_object('handling_unit', child.sscc, 'inside', parent.sscc)
    FROM handling_unit child JOIN handling_unit parent ON parent.id = child.parent_id
    WHERE child.location_id IS DISTINCT FROM parent.location_id;

    PERFORM proving(21, 26);
    RETURN QUERY
    WITH RECURSIVE up AS (
        SELECT id, parent_id, ARRAY[id] AS path FROM handling_unit WHERE parent_id IS NOT NULL
        UNION ALL
        SELECT up.id, u.parent_id, up.path || u.id FROM up JOIN handling_unit u ON u.id = up.parent_id
        WHERE NOT u.id = ANY (up.path)
    )
    SELECT 'handling_unit_cycle', jsonb_build_object('handling_unit', up.id) FROM up WHERE up.parent_id = ANY (up.path);

    PERFORM proving(22, 26);
    RETURN QUERY
    SELECT 'progress_is_sum_of_moves', jsonb_build_object('line', document_line_id, 'step', step,
        'progress', coalesce(p.qty, 0), 'moves', coalesce(m.qty, 0))
    FROM line_progress p FULL JOIN (
        SELECT x.document_line_id, x.step, sum(CASE WHEN adds_progress(x.kind, x.reverses) THEN x.qty ELSE -x.qty END) AS qty
        FROM stock_move x WHERE x.document_line_id IS NOT NULL AND x.step IS NOT NULL GROUP BY 1, 2) m
        USING (document_line_id, step)
    WHERE coalesce(p.qty, 0) <> coalesce(m.qty, 0);

    PERFORM proving(23, 26);
    RETURN QUERY
    SELECT 'ended_document_claims_nothing', jsonb_build_object('document', d.number, 'line', c.demand_line_id)
    FROM (SELECT r.demand_line_id, p.kind AS place_kind FROM reservation r JOIN location p ON p.id = r.location_id
          UNION SELECT demand_line_id, '' FROM promise) c
    JOIN document_line l ON l.id = c.demand_line_id JOIN document d ON d.id = l.document_id
    WHERE d.decision IN ('cancelled', 'closed') AND NOT stays_claimed(d.kind, c.place_kind);

    -- What an inspection decided is what was posted for it, once: accepted goods are available, others that were posted blocked.
    PERFORM proving(24, 26);
    RETURN QUERY
    SELECT 'inspection_is_posted_once', jsonb_build_object('inspection', i.number, 'status', s.status, 'decided',
        coalesce(d.qty, 0), 'posted', coalesce(m.qty, 0))
    FROM inspection i CROSS JOIN (VALUES ('available', ARRAY['accept']), ('blocked', ARRAY['reject', 'return'])) s (status, parts)
    LEFT JOIN LATERAL (SELECT sum(x.qty) AS qty FROM inspection_part x
        WHERE x.inspection_id = i.id AND x.disposition = ANY (s.parts)) d ON true
    LEFT JOIN LATERAL (SELECT sum(x.qty - (SELECT coalesce(sum(r.qty), 0) FROM stock_move r WHERE r.reverses = x.id)) AS qty
        FROM stock_move x WHERE x.posting_id = i.posting_id AND x.to_status = s.status) m ON true
    WHERE i.state = 'decided' AND coalesce(d.qty, 0) <> coalesce(m.qty, 0)
    UNION ALL
    SELECT 'inspection_is_posted_once', jsonb_build_object('posting', p.id, 'inspections', count(i.id))
    FROM posting p LEFT JOIN inspection i ON i.posting_id = p.id
    WHERE p.kind = 'inspected' AND p.reverses IS NULL
      AND EXISTS (SELECT FROM unreversed(p.id, p.recorded_at) u WHERE u.qty > 0)
    GROUP BY p.id HAVING count(i.id) <> 1;

    -- What waits for an inspection is on hold, or was let go by somebody: scrapped, sent away, given to another owner, released.
    PERFORM proving(25, 26);
    RETURN QUERY
    WITH waiting AS MATERIALIZED (
        SELECT i.warehouse_id, i.item_id, i.owner_id, i.lot, sum(inspection_quantity(i.id)) AS qty, min(i.opened_at) AS since
        FROM inspection i WHERE i.state IN ('open', 'begun', 'held') GROUP BY 1, 2, 3, 4
    )
    SELECT 'awaited_goods_are_held', jsonb_build_object('item', w.item_id, 'lot', w.lot, 'awaited', w.qty, 'held', coalesce(b.qty, 0),
        'let_go', coalesce(m.qty, 0))
    FROM waiting w
    LEFT JOIN LATERAL (SELECT sum(x.on_hand) AS qty FROM stock_balance x LEFT JOIN trace t ON t.id = x.trace_id
        WHERE x.warehouse_id = w.warehouse_id AND x.item_id = w.item_id AND x.owner_id = w.owner_id
          AND coalesce(t.lot, '') = w.lot AND x.status <> 'available') b ON true
    LEFT JOIN LATERAL (SELECT sum(CASE WHEN x.reverses IS NULL THEN x.qty ELSE -x.qty END) AS qty
        FROM stock_move x LEFT JOIN trace t ON t.id = x.trace_id
        CROSS JOIN LATERAL (SELECT x.reverses IS NULL AS forward) y
        JOIN location f ON f.id = CASE WHEN y.forward THEN x.from_location_id ELSE x.to_location_id END AND f.stock_keeping
        JOIN location g ON g.id = CASE WHEN y.forward THEN x.to_location_id ELSE x.from_location_id END
        WHERE x.item_id = w.item_id AND coalesce(t.lot, '') = w.lot AND x.kind <> 'inspected' AND x.recorded_at >= w.since
          AND f.warehouse_id = w.warehouse_id
          AND CASE WHEN y.forward THEN x.from_owner_id ELSE x.to_owner_id END = w.owner_id
          AND CASE WHEN y.forward THEN x.from_status ELSE x.to_status END <> 'available'
          AND (NOT g.stock_keeping OR g.warehouse_id <> w.warehouse_id OR x.from_owner_id <> x.to_owner_id
               OR CASE WHEN y.forward THEN x.to_status ELSE x.from_status END = 'available')) m ON true
    WHERE w.qty > coalesce(b.qty, 0) + coalesce(m.qty, 0);

    PERFORM proving(26, 26);
    RETURN QUERY
    SELECT 'sample_is_that_of_its_plan', jsonb_build_object('inspection', i.number, 'lot', i.lot_qty, 'size', i.size, 'plan', p.size,
        'looked_at', c.pieces)
    FROM inspection i
    LEFT JOIN LATERAL (SELECT (plan_of_lot(i.method, i.level, i.aql, i.severity, i.lot_qty)).* WHERE i.method = 'all' OR EXISTS (
        SELECT FROM sampling_plan x WHERE x.aql = i.aql AND x.severity = i.severity)) p ON true
    CROSS JOIN LATERAL (SELECT coalesce(sum(x.pieces), 0) AS pieces FROM inspection_piece x WHERE x.inspection_id = i.id) c
    WHERE i.size IS NOT NULL AND ((i.letter, i.size, i.accept, i.reject)
        IS DISTINCT FROM (p.plan_letter, p.size, p.accept, p.reject) OR c.pieces > ceil(i.lot_qty)
        OR i.passed AND NOT sample_passes(i));
END $$;

-- The head of the chain, and how long its unsealed tail is.
CREATE FUNCTION ledger_head() RETURNS TABLE (seal_no bigint, sealed_at timestamptz, hash text, unsealed bigint, moves bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT (SELECT max(no) FROM seal), (SELECT max(s.sealed_at) FROM seal s),
        (SELECT encode(s.hash, 'hex') FROM seal s ORDER BY no DESC LIMIT 1),
        (SELECT count(*) FROM posting p WHERE p.seal_no IS NULL),
        (SELECT coalesce(sum(p.moves), 0) FROM posting p)
    WHERE may('audit')
$$;

REVOKE ALL ON FUNCTION prove(), ledger_head(), proving(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION proving(int, int) TO @sealer@;
GRANT EXECUTE ON FUNCTION prove(), ledger_head() TO @everyone@;

-- The ledger's functions change hands: to the role that sees every warehouse and may do nothing but what they do. The
-- owner keeps the right to call them, for the functions and triggers of its own that do.
GRANT CREATE ON SCHEMA stockhand TO @sealer@;
RESET ROLE;
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'stockhand'::regnamespace AND proname = ANY (ARRAY[
            'prove',
            'ledger_head',
            'seal_postings',
            'seal_at',
            'known_between',
            'stock_changed',
            'stock_known',
            'stock_known_before',
            'stock_as_of',
            'make_snapshot',
            'prove_deep',
            'sealed_head',
            'check_head',
            'end_blocking_sessions',
            'begin_request',
            'post_moves',
            'reverse_posting',
            'reverse_lines',
            'link_repacked',
            'units_on',
            'carry_units',
            'carry_leg',
            'post_leg',
            'move_unit_between',
            'close_by_itself',
            'post_kit',
            'in_transit',
            'ensure_trace',
            'ensure_traces',
            'kit_trace',
            'reserve_stock',
            'release_stock',
            'hold_items',
            'hold_claims',
            'promise_deficits',
            'keep_promises',
            'shrink_promises',
            'promises_arrive',
            'cut_promise',
            'require_cover',
            'require_fresh_cover',
            'available_to_promise',
            'claimed_amounts',
            'promise_stock',
            'require_within_line',
            'release_promise',
            'use_promises',
            'lift_claims',
            'free_claims',
            'free_reservations',
            'change_reserved',
            'give_up',
            'lay_claims',
            'teach_weight',
            'all_stock_of',
            'all_documents_of',
            'apply_moves',
            'keep_ground',
            'keep_ground_there',
            'record_uses',
            'uses_in_catalog',
            'items_in_use',
            'on_hand_anywhere',
            'left_to_sell',
            'allocation_facts']) LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO @sealer@', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO @owner@', f);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA stockhand FROM @sealer@;
