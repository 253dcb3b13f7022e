-- What trucks do by themselves, and steps of trucks that are taken back.

-- Takes back the last step of a truck: it is again what it was before, at the door where it was; a truck that nobody had
-- planned is cancelled. The step stays on record. Refuses docks.nothing_to_take_back, docks.went_on (p_step is not the last
-- one any more), and a door that others have by now.
CREATE FUNCTION take_back_step(a appointment, p_step uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    last appointment_history;
    state_before text;
    door uuid;
BEGIN
    SELECT * INTO last FROM appointment_history h WHERE h.appointment_id = a.id AND h.undone_at IS NULL
        AND h.what NOT IN ('moved', 'changed') ORDER BY h.id DESC LIMIT 1;
    IF last.what IS NULL OR last.what IN ('planned', 'confirmed') THEN
        PERFORM refuse('docks.nothing_to_take_back', jsonb_build_object('number', a.number));
    ELSIF p_step IS DISTINCT FROM last.id AND p_step IS NOT NULL THEN
        PERFORM refuse('docks.went_on', jsonb_build_object('number', a.number,
            'person', (SELECT name FROM person WHERE id = last.person_id)));
    END IF;
    PERFORM require(who_decides(last.what), a.warehouse_id);
    SELECT h.what INTO state_before FROM appointment_history h WHERE h.appointment_id = a.id AND h.undone_at IS NULL
        AND h.what NOT IN ('moved', 'changed') AND h.id < last.id ORDER BY h.id DESC LIMIT 1;
    SELECT h.door_id INTO door FROM appointment_history h WHERE h.appointment_id = a.id AND h.undone_at IS NULL
        AND h.id < last.id ORDER BY h.id DESC LIMIT 1;
    UPDATE appointment_history SET undone_at = now(), undone_by = actor() WHERE id = last.id;
    PERFORM set_state_before(a, coalesce(state_before, 'cancelled'), CASE WHEN state_before IS NULL THEN a.door_id ELSE door END);
END $$;

-- Writes a state that a truck had before, with the moments that its history still tells of.
CREATE FUNCTION set_state_before(a appointment, p_state text, p_door uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE appointment SET state = p_state, door_id = p_door,
        arrived_at = dock_moment(a.id, 'arrived'), at_door_at = dock_moment(a.id, 'at_door'),
        started_at = dock_moment(a.id, 'working'), left_at = dock_moment(a.id, 'left'),
        done_at = CASE WHEN p_state = 'done' THEN (SELECT max(h.at) FROM appointment_history h
            WHERE h.appointment_id = a.id AND h.what = 'done' AND h.undone_at IS NULL) END
    WHERE id = a.id;
EXCEPTION
    WHEN exclusion_violation THEN
        a.door_id := p_door;
        PERFORM refuse_taken_door(a);
    WHEN unique_violation THEN
        PERFORM refuse('docks.door_busy', jsonb_build_object('door', (SELECT name FROM location WHERE id = p_door),
            'number', (SELECT o.number FROM appointment o WHERE o.door_id = p_door AND o.state IN ('at_door', 'working', 'done'))));
END $$;

-- When a truck first was so far.
CREATE FUNCTION dock_moment(p_id uuid, p_what text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT min(h.at) FROM appointment_history h WHERE h.appointment_id = p_id AND h.what = p_what AND h.undone_at IS NULL
$$;

-- Takes back the last step of a truck that was read at p_version (NULL: as it is now). Returns {number, state}.
CREATE FUNCTION retreat_appointment(p_request uuid, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('retreat', p_id, p_version));
    a appointment;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    a := hold_appointment(p_id, p_version);
    PERFORM require('check_trucks', a.warehouse_id);
    PERFORM take_back_step(a, NULL);
    RETURN end_record_request(p_request, (SELECT jsonb_build_object('number', number, 'state', state) FROM appointment WHERE id = p_id));
END $$;

-- Takes back the steps of trucks that a conversation at the gate took since a moment: for undo_step(). Returns the trucks.
CREATE FUNCTION undo_trucks(p_run uuid, p_since timestamptz) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    step appointment_history;
    trucks uuid[] := '{}';
BEGIN
    FOR step IN SELECT * FROM appointment_history WHERE run_id = p_run AND at >= p_since AND undone_at IS NULL ORDER BY id DESC LOOP
        PERFORM take_back_step(hold_appointment(step.appointment_id, NULL), step.id);
        trucks := trucks || step.appointment_id;
    END LOOP;
    RETURN trucks;
END $$;

-- The first receipt of what a truck brought says that it is being unloaded. A truck that somebody else has in hand at this
-- moment is left alone: whoever receives waits for nobody.
CREATE FUNCTION truck_at_work(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    a appointment;
BEGIN
    FOR a IN SELECT t.* FROM appointment t WHERE t.warehouse_id = p_posting.warehouse_id AND t.state = 'at_door'
        AND t.direction = 'inbound' AND EXISTS (SELECT FROM appointment_document x WHERE x.appointment_id = t.id
            AND (x.document_id = p_posting.document_id OR x.document_id IN (SELECT l.document_id FROM document_line o
                JOIN asn_line n ON n.order_line_id = o.id JOIN document_line l ON l.id = n.document_line_id
                WHERE o.document_id = p_posting.document_id)))
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        UPDATE appointment SET state = 'working', started_at = coalesce(started_at, now()) WHERE id = a.id;
        PERFORM keep_dock_history(a.id, 'working', 'FIRST_RECEIPT');
    END LOOP;
END $$;

-- Says of the trucks of a warehouse that never came, so long after their windows as their rules say, that they never came:
-- their doors are free. Returns them.
CREATE FUNCTION mark_no_shows(p_warehouse uuid) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    a appointment;
    gone uuid[] := '{}';
BEGIN
    PERFORM require('plan_docks', p_warehouse);
    FOR a IN SELECT * FROM appointment t WHERE t.warehouse_id = p_warehouse AND t.state IN ('planned', 'confirmed')
        AND t.no_show_min > 0 AND t.ends_at + make_interval(mins => t.no_show_min) < now() FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE appointment SET state = 'no_show' WHERE id = a.id;
        PERFORM keep_dock_history(a.id, 'no_show', 'GRACE_OVER');
        gone := gone || a.id;
    END LOOP;
    RETURN gone;
END $$;

GRANT EXECUTE ON FUNCTION retreat_appointment(uuid, uuid, int), mark_no_shows(uuid) TO @everyone@;
