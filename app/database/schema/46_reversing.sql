-- Corrections: a posting is never changed, its mirror image is posted.

-- Takes a posting back as a whole by the mirror image of its moves, with their reservations and progress. A person's own
-- posting of the last hour needs the permission of its kind; anything else needs `reverse`.
-- Refuses what is reversed already, is itself a reversal, stands in a frozen place, or has moved on (stock.not_enough).
CREATE FUNCTION reverse_posting(p_request uuid, p_posting uuid, p_reason text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    who uuid := require_actor();
    station uuid := this_station();
    old posting;
    frozen text;
    reply jsonb;
    known jsonb;
    made uuid := new_id();
    at timestamptz := clock_timestamp();
    content bytea;
BEGIN
    SELECT * INTO old FROM posting WHERE id = p_posting FOR NO KEY UPDATE;
    IF NOT FOUND OR old.warehouse_id <> ALL (my_warehouses()) THEN
        PERFORM refuse('ledger.unknown_posting');
    END IF;
    PERFORM require_person(CASE WHEN old.person_id = who AND old.recorded_at > at - interval '1 hour'
        THEN (SELECT permission FROM move_kind WHERE name = old.kind) ELSE 'reverse' END, old.warehouse_id);
    reply := jsonb_build_object('posting', made, 'recorded_at', at, 'moves', old.moves);
    known := begin_request(p_request, sha256(convert_to(ROW('reverse', p_posting, p_reason)::text, 'UTF8')), who, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF old.reverses IS NOT NULL OR EXISTS (SELECT FROM posting WHERE reverses = old.id) THEN
        PERFORM refuse('ledger.already_reversed');
    ELSIF coalesce(p_reason, '') <> '' AND NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', p_reason));
    END IF;
    SELECT l.address INTO frozen FROM stock_move m JOIN location l ON l.id IN (m.from_location_id, m.to_location_id)
    WHERE m.posting_id = old.id AND m.recorded_at = old.recorded_at AND l.frozen_by IS NOT NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('location.frozen', jsonb_build_object('from', frozen, 'to', frozen));
    END IF;
    WITH moved AS (
        INSERT INTO stock_move (recorded_at, posting_id, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
            from_location_id, from_handling_unit_id, from_owner_id, from_status,
            to_location_id, to_handling_unit_id, to_owner_id, to_status,
            document_line_id, step, reason, effective_at, value, reverses, hash)
        SELECT at, made, line_no, warehouse_id, kind, item_id, trace_id, qty, weight_kg,
            to_location_id, to_handling_unit_id, to_owner_id, to_status,
            from_location_id, from_handling_unit_id, from_owner_id, from_status,
            document_line_id, step, nullif(p_reason, ''), at, value, id,
            move_hash(made, line_no, kind, item_id, trace_id, qty, weight_kg,
                concat_ws('/', to_location_id, to_handling_unit_id, to_owner_id, to_status),
                concat_ws('/', from_location_id, from_handling_unit_id, from_owner_id, from_status),
                document_line_id, nullif(p_reason, ''), at, value, id)
        FROM stock_move WHERE posting_id = old.id AND recorded_at = old.recorded_at
        RETURNING line_no, hash
    )
    SELECT string_agg(hash, ''::bytea ORDER BY line_no) INTO content FROM moved;
    INSERT INTO posting (id, kind, warehouse_id, document_id, person_id, station_id, recorded_at, reverses, moves, hash)
    VALUES (made, old.kind, old.warehouse_id, old.document_id, who, station, at, old.id, old.moves,
        posting_hash(made, old.kind, old.warehouse_id, old.document_id, who, station, at, old.id, old.moves, content));
    RETURN reply;
END $$;
