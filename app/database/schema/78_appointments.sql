-- Appointments of trucks: planned, moved, and taken from state to state, each step by a person at a time.

-- What may follow on a state.
CREATE FUNCTION dock_states_after(p_state text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_state
        WHEN 'planned' THEN ARRAY['confirmed', 'arrived', 'no_show', 'cancelled']
        WHEN 'confirmed' THEN ARRAY['planned', 'arrived', 'no_show', 'cancelled']
        WHEN 'arrived' THEN ARRAY['at_door', 'left']
        WHEN 'at_door' THEN ARRAY['working', 'arrived', 'left']
        WHEN 'working' THEN ARRAY['done']
        WHEN 'done' THEN ARRAY['left', 'working']
        WHEN 'no_show' THEN ARRAY['arrived']
        ELSE ARRAY[]::text[] END
$$;

-- The permission that a step to a state asks for.
CREATE FUNCTION who_decides(p_state text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_state IN ('planned', 'confirmed', 'cancelled', 'no_show') THEN 'plan_docks' ELSE 'check_trucks' END
$$;

-- Keeps what became of an appointment.
CREATE FUNCTION keep_dock_history(p_id uuid, p_what text, p_reason text, p_run uuid DEFAULT NULL) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO appointment_history (appointment_id, person_id, what, door_id, starts_at, ends_at, reason, run_id)
    SELECT id, actor(), p_what, door_id, starts_at, ends_at, left(coalesce(p_reason, ''), 400), p_run
    FROM appointment WHERE id = p_id
$$;

-- Locks an appointment that was read at p_version (NULL: as it is now); refuses when another changed it since.
CREATE FUNCTION hold_appointment(p_id uuid, p_version int) RETURNS appointment
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    a appointment;
BEGIN
    SELECT * INTO a FROM appointment WHERE id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('docks.unknown');
    ELSIF p_version IS NOT NULL AND a.version <> p_version THEN
        PERFORM refuse('record.changed', jsonb_build_object('record', a.number, 'at', a.changed_at,
            'person', coalesce((SELECT name FROM person WHERE id = a.changed_by), '?')));
    END IF;
    RETURN a;
END $$;

-- Plans an appointment (p_id NULL), or changes one that was read at p_version: its values (all columns that people give),
-- and its documents. What speaks against it (dock_objections) only those may overrule who may, or for whom somebody
-- approved it, with values.reason. A truck that nobody planned arrives by values.walk_in, in the conversation values.run.
-- Returns {id, number, version}.
CREATE FUNCTION save_appointment(p_request uuid, p_warehouse uuid, p_id uuid, p_version int, p_values jsonb,
    p_documents uuid[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    walks_in boolean := p_id IS NULL AND coalesce((p_values ->> 'walk_in')::boolean, false);
    before appointment;
    made appointment;
    wrong text;
BEGIN
    PERFORM require(CASE WHEN walks_in THEN 'check_trucks' ELSE 'plan_docks' END, p_warehouse);
    PERFORM hold_docks(p_warehouse, p_request);
    known := begin_record_request(p_request, jsonb_build_array('appointment', p_warehouse, p_id, p_version, p_values,
        p_documents));
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF p_id IS NOT NULL THEN
        before := hold_appointment(p_id, p_version);
        IF before.warehouse_id <> p_warehouse THEN
            PERFORM refuse('docks.unknown');
        ELSIF before.state IN ('left', 'no_show', 'cancelled') THEN
            PERFORM refuse('docks.over', jsonb_build_object('number', before.number, 'state', before.state));
        END IF;
    END IF;
    SELECT d.number INTO wrong FROM document d WHERE d.id = ANY (p_documents)
        AND (d.warehouse_id <> p_warehouse OR d.decision IN ('cancelled', 'closed')
             AND NOT EXISTS (SELECT FROM appointment_document x WHERE x.appointment_id = p_id AND x.document_id = d.id)
             OR NOT d.kind = ANY (CASE p_values ->> 'direction' WHEN 'inbound'
                THEN ARRAY['purchase_order', 'asn', 'return', 'transfer'] ELSE ARRAY['order', 'shipment', 'transfer', 'wave', 'return'] END))
    LIMIT 1;
    IF FOUND OR (SELECT count(*) FROM document WHERE id = ANY (p_documents)) <> cardinality(p_documents) THEN
        PERFORM refuse('docks.wrong_document', jsonb_build_object('document', coalesce(wrong, '?')));
    END IF;
    made := write_appointment(p_request, p_warehouse, before, p_values, walks_in);
    DELETE FROM appointment_document WHERE appointment_id = made.id AND NOT document_id = ANY (p_documents);
    INSERT INTO appointment_document SELECT made.id, d FROM unnest(p_documents) d ON CONFLICT DO NOTHING;
    PERFORM keep_dock_history(made.id, CASE WHEN p_id IS NULL THEN made.state
        WHEN (before.door_id, before.starts_at, before.ends_at) IS DISTINCT FROM (made.door_id, made.starts_at, made.ends_at)
        THEN 'moved' ELSE 'changed' END, p_values ->> 'reason',
        (p_values ->> 'run')::uuid);
    RETURN end_record_request(p_request, jsonb_build_object('id', made.id, 'number', made.number, 'version', made.version));
END $$;

-- Refuses what speaks against a truck at its door without a reason, and whoever may not overrule it, unless somebody who may
-- approved this very request; returns what speaks against it.
CREATE FUNCTION require_overruling(p_request uuid, a appointment, p_reason text) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    found_against text[] := dock_objections(a);
    content bytea := (SELECT fingerprint FROM record_request WHERE request_id = p_request);
BEGIN
    IF found_against = '{}' THEN
        RETURN found_against;
    ELSIF coalesce(p_reason, '') = '' THEN
        PERFORM refuse('docks.reason_missing');
    ELSIF may('override_dock', a.warehouse_id) THEN
        RETURN found_against;
    ELSIF NOT EXISTS (SELECT FROM approval WHERE request_id = p_request AND permission = 'override_dock'
            AND asked_by = actor() AND used_at IS NULL) THEN
        PERFORM refuse('permission.needs_approval', jsonb_build_object('request', p_request, 'permission', 'override_dock', 'limit', 0,
            'asked', cardinality(found_against), 'content', encode(content, 'hex'), 'door', l.address, 'truck',
            concat_ws(' ', a.number, nullif(a.plate, ''), nullif(a.carrier, '')),
            'from', to_char(a.starts_at AT TIME ZONE w.time_zone, 'YYYY-MM-DD HH24:MI'),
            'until', to_char(a.ends_at AT TIME ZONE w.time_zone, 'HH24:MI')))
        FROM location l JOIN warehouse w ON w.id = l.warehouse_id WHERE l.id = a.door_id;
    END IF;
    PERFORM use_approval(p_request, 'override_dock', content, a.warehouse_id);
    RETURN found_against;
END $$;

-- Writes the row; a door that another truck has in that window is refused with its number (docks.taken).
CREATE FUNCTION write_appointment(p_request uuid, p_warehouse uuid, p_before appointment, p_values jsonb, p_walks_in boolean)
RETURNS appointment
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    a appointment := jsonb_populate_record(p_before, p_values - ARRAY['id', 'number', 'state', 'version', 'warehouse_id',
        'arrived_at', 'at_door_at', 'started_at', 'done_at', 'left_at', 'changed_at', 'changed_by', 'walk_in']);
BEGIN
    IF a.door_id IS NOT NULL AND NOT EXISTS (SELECT FROM dock_door WHERE location_id = a.door_id
            AND warehouse_id = p_warehouse AND active) THEN
        PERFORM refuse('docks.out_of_use');
    ELSIF (a.starts_at < a.ends_at AND a.ends_at <= a.starts_at + interval '24 hours') IS NOT TRUE THEN
        PERFORM refuse('docks.no_time');
    END IF;
    a.warehouse_id := p_warehouse;
    a.overruled := require_overruling(p_request, a, p_values ->> 'reason');
    IF p_before.id IS NULL THEN
        INSERT INTO appointment (warehouse_id, direction, starts_at, ends_at, state, arrived_at, walk_in)
        VALUES (p_warehouse, a.direction, a.starts_at, a.ends_at, CASE WHEN p_walks_in THEN 'arrived' ELSE 'planned' END,
            CASE WHEN p_walks_in THEN now() END, p_walks_in) RETURNING id INTO a.id;
    END IF;
    UPDATE appointment SET door_id = a.door_id, direction = a.direction, starts_at = a.starts_at, ends_at = a.ends_at,
        vehicle = coalesce(a.vehicle, 'truck'), temperature = coalesce(a.temperature, ''), pallets = coalesce(a.pallets, 0),
        lines = coalesce(a.lines, 0), pieces = coalesce(a.pieces, 0), weight_kg = coalesce(a.weight_kg, 0),
        carrier = coalesce(a.carrier, ''), partner_id = a.partner_id, plate = coalesce(a.plate, ''),
        driver = coalesce(a.driver, ''), contact = coalesce(a.contact, ''), note = coalesce(a.note, ''),
        work_min = coalesce(a.work_min, 0), people = coalesce(a.people, 1), early_min = coalesce(a.early_min, 0),
        late_min = coalesce(a.late_min, 0), no_show_min = coalesce(a.no_show_min, 0), series = a.series,
        overruled = a.overruled, reason = coalesce(a.reason, '')
    WHERE id = a.id RETURNING * INTO a;
    RETURN a;
EXCEPTION
    WHEN exclusion_violation THEN
        PERFORM refuse_taken_door(a);
    WHEN check_violation OR string_data_right_truncation THEN
        PERFORM refuse('docks.value');
END $$;

CREATE FUNCTION refuse_taken_door(a appointment) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM refuse('docks.taken', jsonb_build_object('door', (SELECT name FROM location WHERE id = a.door_id),
        'number', coalesce((SELECT min(o.number) FROM appointment o WHERE o.door_id = a.door_id AND o.id <> a.id
            AND o.state NOT IN ('left', 'no_show', 'cancelled')
            AND tstzrange(o.starts_at, o.ends_at) && tstzrange(a.starts_at, a.ends_at)), '?')));
END $$;

-- Documents of an inbound truck whose receipt was begun and not ended, or of which nothing was received since it came.
CREATE FUNCTION open_receipts(p_appointment uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(array_agg(d.number ORDER BY d.number), '{}')
    FROM appointment a JOIN appointment_document x ON x.appointment_id = a.id JOIN document d ON d.id = x.document_id
    WHERE a.id = p_appointment AND a.direction = 'inbound' AND d.decision = 'released' AND (d.kind = 'asn' OR NOT EXISTS (
        SELECT FROM document_line l JOIN stock_move m ON m.document_line_id = l.id
        WHERE l.document_id = d.id AND m.recorded_at >= a.arrived_at))
$$;

-- Takes an appointment to its next state: checked in (arrived), at a door, working, done, checked out (left), confirmed or
-- planned again, cancelled, never came. p_door: the door that the truck is sent to; p_version NULL: as it is now; p_run: the
-- conversation at the gate. A truck that leaves before its receipt is ended needs a reason. Returns {number, version}.
CREATE FUNCTION advance_appointment(p_request uuid, p_id uuid, p_version int, p_state text, p_door uuid DEFAULT NULL,
    p_reason text DEFAULT '', p_run uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('advance', p_id, p_version, p_state, p_door, p_reason));
    a appointment;
    still_open text[];
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    a := hold_appointment(p_id, p_version);
    PERFORM require(who_decides(p_state), a.warehouse_id);
    IF NOT p_state = ANY (dock_states_after(a.state)) IS TRUE THEN
        PERFORM refuse(CASE WHEN p_state = 'arrived' AND a.arrived_at IS NOT NULL THEN 'docks.already_here'
            WHEN p_state = 'left' AND a.state = 'working' THEN 'docks.still_working' ELSE 'docks.wrong_state' END,
            jsonb_build_object('number', a.number, 'state', a.state, 'asked', p_state, 'person', (SELECT p.name
                FROM appointment_history h JOIN person p ON p.id = h.person_id WHERE h.appointment_id = a.id
                ORDER BY h.id DESC LIMIT 1), 'at', (SELECT to_char(a.arrived_at AT TIME ZONE w.time_zone, 'YYYY-MM-DD HH24:MI')
                FROM warehouse w WHERE w.id = a.warehouse_id)));
    END IF;
    IF p_state = 'left' THEN
        still_open := open_receipts(a.id);
        IF (still_open <> '{}' OR a.state IN ('arrived', 'at_door')) AND coalesce(p_reason, '') = '' THEN
            PERFORM refuse(CASE WHEN a.state = 'done' THEN 'docks.receipt_open' ELSE 'docks.leaves_undone' END,
                jsonb_build_object('number', a.number, 'documents', array_to_string(still_open, ', ')));
        END IF;
    END IF;
    IF p_state = 'at_door' AND p_door IS NOT NULL AND p_door IS DISTINCT FROM a.door_id THEN
        a.overruled := a.overruled || at_another_door(p_request, a, p_door, p_reason);
    END IF;
    PERFORM set_dock_state(a, p_state, p_door);
    PERFORM keep_dock_history(a.id, p_state, p_reason, p_run);
    SELECT * INTO a FROM appointment WHERE id = p_id;
    RETURN end_record_request(p_request, jsonb_build_object('number', a.number, 'version', a.version));
END $$;

-- What speaks against a truck at another door than it was planned for, from now on for as long as it was planned.
CREATE FUNCTION at_another_door(p_request uuid, a appointment, p_door uuid, p_reason text) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    a.door_id := p_door;
    a.ends_at := now() + (a.ends_at - a.starts_at);
    a.starts_at := now();
    RETURN require_overruling(p_request, a, p_reason);
END $$;

-- Writes a state and its moment. A truck at a door has its door from now on, whatever was planned there; another that
-- stands at it is refused (docks.door_busy). One that comes though nobody waited for it any more has its door no longer.
CREATE FUNCTION set_dock_state(a appointment, p_state text, p_door uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    door uuid := CASE WHEN a.state = 'no_show' THEN p_door ELSE coalesce(p_door, a.door_id) END;
    busy text;
BEGIN
    IF door IS NOT NULL AND NOT EXISTS (SELECT FROM dock_door WHERE location_id = door AND warehouse_id = a.warehouse_id
            AND active) OR door IS NULL AND p_state = 'at_door' THEN
        PERFORM refuse('docks.out_of_use');
    ELSIF p_state = 'at_door' THEN
        SELECT o.number INTO busy FROM appointment o WHERE o.door_id = door AND o.id <> a.id
            AND o.state IN ('at_door', 'working', 'done');
        IF FOUND THEN
            PERFORM refuse('docks.door_busy', jsonb_build_object('number', busy,
                'door', (SELECT name FROM location WHERE id = door)));
        ELSIF EXISTS (SELECT FROM dock_closure c WHERE c.door_id = door AND now() BETWEEN c.starts_at AND c.ends_at) THEN
            PERFORM refuse('docks.closed', jsonb_build_object('door', (SELECT name FROM location WHERE id = door),
                'reason', (SELECT c.reason FROM dock_closure c WHERE c.door_id = door
                    AND now() BETWEEN c.starts_at AND c.ends_at LIMIT 1)));
        END IF;
    END IF;
    UPDATE appointment SET state = p_state, door_id = door, overruled = a.overruled,
        arrived_at = CASE p_state WHEN 'arrived' THEN coalesce(arrived_at, now()) ELSE arrived_at END,
        at_door_at = CASE p_state WHEN 'at_door' THEN coalesce(at_door_at, now()) ELSE at_door_at END,
        started_at = CASE p_state WHEN 'working' THEN coalesce(started_at, now()) ELSE started_at END,
        done_at = CASE p_state WHEN 'done' THEN now() WHEN 'working' THEN NULL ELSE done_at END,
        left_at = CASE p_state WHEN 'left' THEN now() ELSE left_at END
    WHERE id = a.id;
EXCEPTION
    WHEN exclusion_violation THEN
        a.door_id := door;
        PERFORM refuse_taken_door(a);
    WHEN unique_violation THEN
        PERFORM refuse('docks.door_busy', jsonb_build_object('number', '?', 'door',
            (SELECT name FROM location WHERE id = door)));
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;
GRANT EXECUTE ON FUNCTION save_appointment(uuid, uuid, uuid, int, jsonb, uuid[]),
    advance_appointment(uuid, uuid, int, text, uuid, text, uuid) TO @everyone@;
