-- Documents that end: cancelled or closed, they claim nothing any more.

-- Frees what these lines of one document have reserved and were promised, and what others were promised of what they were
-- to bring, of which their planners hear. Locks as the reserving does.
CREATE FUNCTION free_claims(p_warehouse uuid, p_lines uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM hold_items(p_warehouse, array_agg(c.item_id), array_agg(c.owner_id)) FROM (
        SELECT item_id, owner_id FROM reservation WHERE demand_line_id = ANY (p_lines)
        UNION SELECT item_id, owner_id FROM promise WHERE demand_line_id = ANY (p_lines) OR inbound_line_id = ANY (p_lines)) c;
    PERFORM free_reservations(p_lines);
    DELETE FROM promise WHERE demand_line_id = ANY (p_lines);
    WITH lost AS (
        DELETE FROM promise WHERE inbound_line_id = ANY (p_lines) RETURNING *
    )
    INSERT INTO claim_loss (person_id, document_id, demand_line_id, item_id, trace_id, qty, claim)
    SELECT actor(), l.document_id, l.id, p.item_id, p.trace_id, p.qty, 'promise'
    FROM lost p JOIN document_line l ON l.id = p.demand_line_id;
END $$;

-- Whether goods in a place are out of reach of others when their document ends: on their way to another warehouse, or
-- picked for an order, which is taken back goods by goods.
CREATE FUNCTION stays_claimed(p_document_kind text, p_place_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_place_kind = 'transit' OR p_document_kind = 'order' AND p_place_kind IN ('tote', 'staging')
$$;

-- Gives back what these lines have reserved where it does not stay theirs.
CREATE FUNCTION free_reservations(p_lines uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    freed reservation[];
BEGIN
    PERFORM 1 FROM reservation r JOIN stock_balance b USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id,
        owner_id, status)
    WHERE r.demand_line_id = ANY (p_lines)
    ORDER BY b.warehouse_id, b.item_id, b.location_id, b.trace_id, b.handling_unit_id, b.owner_id, b.status
    FOR NO KEY UPDATE OF b;
    freed := ARRAY(SELECT r FROM reservation r JOIN location p ON p.id = r.location_id
        JOIN document_line l ON l.id = r.demand_line_id JOIN document d ON d.id = l.document_id
        WHERE r.demand_line_id = ANY (p_lines) AND NOT stays_claimed(d.kind, p.kind)
        ORDER BY r.demand_line_id, r.item_id, r.location_id FOR UPDATE OF r);
    PERFORM change_reserved(freed, -1);
    DELETE FROM reservation r USING unnest(freed) f
    WHERE r.demand_line_id = f.demand_line_id AND r.item_id = f.item_id AND r.location_id = f.location_id
      AND r.trace_id = f.trace_id AND r.handling_unit_id = f.handling_unit_id AND r.owner_id = f.owner_id
      AND r.status = f.status;
END $$;

-- What comes back to its bin for documents that have ended is free at once, and nobody is to pick it again.
CREATE FUNCTION return_to_all(p_moves stock_move[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ended uuid[] := ARRAY(SELECT l.id FROM unnest(p_moves) m JOIN document_line l ON l.id = m.document_line_id
        JOIN document d ON d.id = l.document_id AND d.decision IN ('cancelled', 'closed'));
BEGIN
    IF ended <> '{}' THEN
        PERFORM free_reservations(ended);
        PERFORM end_picks(ended);
    END IF;
END $$;

-- Nobody picks for these lines any more; what was done of a pick is done.
CREATE FUNCTION end_picks(p_lines uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE task SET qty = CASE WHEN done_qty > 0 THEN done_qty ELSE qty END, leased_by = NULL, leased_at_station = NULL,
        leased_until = NULL, state = CASE WHEN done_qty > 0 THEN 'done' ELSE 'cancelled' END
    WHERE document_line_id = ANY (p_lines) AND kind = 'pick' AND state = 'open'
$$;

-- A document that is cancelled or closed claims nothing any more: what was reserved for it is free, with a pick or without
-- one, and its promises are gone; orders that count on what it was to bring hear that it does not come. What is held or
-- drafted again keeps its goods; what was picked or is on its way stays until it is taken back (stays_claimed).
CREATE FUNCTION release_ended_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    lines uuid[] := ARRAY(SELECT id FROM document_line WHERE document_id = NEW.id);
BEGIN
    PERFORM free_claims(NEW.warehouse_id, lines);
    PERFORM end_picks(lines);
    RETURN NULL;
END $$;
CREATE TRIGGER release_ended_document AFTER UPDATE OF decision ON document FOR EACH ROW
    WHEN (NEW.decision IN ('cancelled', 'closed') AND OLD.decision IS DISTINCT FROM NEW.decision)
    EXECUTE FUNCTION release_ended_document();
