-- Claims that a planner takes away from a demand line, so that others may have the goods.

-- Takes so much (NULL: all) of what a demand line has reserved of one place, trace and unit, and its pick with it; returns
-- the quantity in base units. The order hears of it (claim_loss) with the reason; by UNDO it never had the goods.
-- Refuses goods that were picked already (claims.picked), and orders that somebody else is picking.
CREATE FUNCTION take_reservation(p_line uuid, p_location uuid, p_trace uuid, p_unit uuid, p_qty numeric, p_reason text,
    p_request uuid DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    t task;
    busy text;
    known jsonb := begin_claim(p_request, jsonb_build_array('take', p_line, p_location, p_trace, p_unit, p_qty, p_reason));
    given numeric;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'given')::numeric;
    END IF;
    SELECT x.* INTO d FROM document x JOIN document_line l ON l.document_id = x.id WHERE l.id = p_line
    FOR NO KEY UPDATE OF x;
    PERFORM require('allocate', d.warehouse_id);
    PERFORM require_claim_reason(p_reason);
    SELECT p.name INTO busy FROM task k JOIN person p ON p.id = picker_of(k)
    WHERE k.document_line_id = p_line AND k.kind = 'pick' AND p.id <> (SELECT actor()) LIMIT 1;
    IF busy IS NOT NULL THEN
        PERFORM refuse('picking.leased', jsonb_build_object('document', d.number, 'person', busy));
    END IF;
    SELECT * INTO t FROM task WHERE kind = 'pick' AND state = 'open' AND document_line_id = p_line
        AND from_location_id = p_location AND trace_id = p_trace AND handling_unit_id = p_unit;
    IF d.kind = 'order' AND t.id IS NULL OR EXISTS (SELECT FROM location WHERE id = p_location AND kind = 'transit') THEN
        PERFORM refuse('claims.picked', jsonb_build_object('document', d.number));
    END IF;
    given := release_stock(p_line, p_location, p_trace, p_unit, coalesce(p_qty, t.qty - t.done_qty));
    IF given = 0 THEN
        PERFORM refuse('stock.not_reserved');
    ELSIF t.id IS NOT NULL THEN
        PERFORM shrink_pick(t, given);
    END IF;
    PERFORM tell_planner(p_line, p_trace, given, 'reservation', p_reason);
    PERFORM end_record_request(p_request, jsonb_build_object('given', given));
    RETURN given;
END $$;

-- Takes so much (NULL: all) of one promise; returns the quantity in base units. The order hears of it.
CREATE FUNCTION take_promise(p_promise uuid, p_qty numeric, p_reason text, p_request uuid DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p promise;
    known jsonb := begin_claim(p_request, jsonb_build_array('take_promise', p_promise, p_qty, p_reason));
    given numeric;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'given')::numeric;
    END IF;
    SELECT * INTO p FROM promise WHERE id = p_promise;
    PERFORM require('allocate', p.warehouse_id);
    PERFORM require_claim_reason(p_reason);
    IF p_qty <= 0 THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('quantity', p_qty::text));
    END IF;
    PERFORM require_exact(p.item_id, p_qty);
    given := give_promise(p_promise, p_qty);
    IF given IS NULL THEN
        PERFORM refuse('claims.gone');
    END IF;
    PERFORM tell_planner(p.demand_line_id, p.trace_id, given, 'promise', p_reason);
    PERFORM end_record_request(p_request, jsonb_build_object('given', given));
    RETURN given;
END $$;

-- Takes at most so much off a promise, which is locked first; NULL where it is no more.
CREATE FUNCTION give_promise(p_promise uuid, p_qty numeric) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p promise;
BEGIN
    SELECT * INTO p FROM promise WHERE id = p_promise FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM cut_promise(p.id, least(p.qty, coalesce(p_qty, p.qty)));
    RETURN least(p.qty, coalesce(p_qty, p.qty));
END $$;

-- Refuses without a reason that is in use for claims.
CREATE FUNCTION require_claim_reason(p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active AND step IN ('claim', 'any')) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', coalesce(p_reason, ''), 'kind', 'claim'));
    END IF;
END $$;

-- Writes down what a planner took from a line, and why; what was only undone was never lost.
CREATE FUNCTION tell_planner(p_line uuid, p_trace uuid, p_qty numeric, p_claim text, p_reason text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO claim_loss (person_id, document_id, demand_line_id, item_id, trace_id, qty, claim, cause)
    SELECT actor(), l.document_id, l.id, l.item_id, p_trace, p_qty, p_claim, p_reason
    FROM document_line l WHERE l.id = p_line AND p_reason <> 'UNDO'
$$;

GRANT EXECUTE ON FUNCTION take_reservation(uuid, uuid, uuid, uuid, numeric, text, uuid),
    take_promise(uuid, numeric, text, uuid)
TO @everyone@;
