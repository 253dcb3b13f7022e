-- The docks: doors for trucks, their appointments, and the people who are there to work.

INSERT INTO permission (name) VALUES ('plan_docks'), ('check_trucks'), ('override_dock');
INSERT INTO group_permission (group_name, permission)
SELECT g, p FROM unnest(ARRAY['manager', 'admin']) g, unnest(ARRAY['plan_docks', 'check_trucks', 'override_dock']) p
UNION ALL SELECT g, 'check_trucks' FROM unnest(ARRAY['operator', 'receiver']) g
UNION ALL SELECT 'worker', 'plan_docks';

-- A dock at which trucks can be given an appointment. `direction` '': both ways. `hours` as people write them
-- (app/domain/docks/opening.py), '': always. No `vehicles`: all of them; `temperatures`: what goods may need there.
-- Pallets and lines an hour: what can be brought through it, NULL: any number. `no` tells doors apart where a range is
-- needed: the exclusion below stands on ranges alone, and on no extension.
CREATE TABLE dock_door (
    location_id uuid PRIMARY KEY REFERENCES location ON DELETE CASCADE,
    no int NOT NULL UNIQUE GENERATED ALWAYS AS IDENTITY,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    direction text NOT NULL DEFAULT '' CHECK (direction IN ('', 'inbound', 'outbound')),
    hours text NOT NULL DEFAULT '' CHECK (length(hours) <= 400),
    vehicles text[] NOT NULL DEFAULT '{}' CHECK (vehicles <@ ARRAY['van', 'truck', 'trailer', 'container']),
    temperatures text[] NOT NULL DEFAULT '{}'
        CHECK (temperatures <@ ARRAY['ambient', 'cool', 'chilled', 'frozen', 'deep_frozen']),
    pallets_per_hour int CHECK (pallets_per_hour > 0),
    lines_per_hour int CHECK (lines_per_hour > 0),
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON dock_door FOR EACH ROW EXECUTE FUNCTION keep_version();
CREATE INDEX dock_door_warehouse ON dock_door (warehouse_id);

-- A door that is closed out of turn.
CREATE TABLE dock_closure (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    door_id uuid NOT NULL REFERENCES dock_door ON DELETE CASCADE,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    CHECK (starts_at < ends_at)
);
CREATE INDEX dock_closure_time ON dock_closure (warehouse_id, ends_at);

-- What all docks of a warehouse take in an hour, NULL: any number. Whoever changes a plan queues for this row.
CREATE TABLE dock_limit (
    warehouse_id uuid PRIMARY KEY REFERENCES warehouse,
    trucks_per_hour int CHECK (trucks_per_hour > 0),
    pallets_per_hour int CHECK (pallets_per_hour > 0)
);

-- So many people at the docks on a day, in minutes of that day; a night shift ends beyond 1440.
CREATE TABLE dock_shift (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    day date NOT NULL,
    starts int NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends int NOT NULL CHECK (ends <= 2880),
    people int NOT NULL CHECK (people BETWEEN 0 AND 1000),
    name text NOT NULL DEFAULT '',
    names text NOT NULL DEFAULT '' CHECK (length(names) <= 2000),
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (warehouse_id, day, starts, name),
    CHECK (starts < ends)
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON dock_shift FOR EACH ROW EXECUTE FUNCTION keep_version();

-- A truck, a door and a window; without a door it waits for one. `carrier` as people call it. `work_min` in person-minutes,
-- done by `people`; within `early_min` and `late_min` it is on time; `no_show_min` after its window it never came, 0: only
-- people say so. `overruled`: the checks that it was planned against, with `reason`. The five moments are when it really was so.
CREATE SEQUENCE appointment_number;
CREATE TABLE appointment (
    id uuid PRIMARY KEY DEFAULT new_id(),
    number text NOT NULL UNIQUE DEFAULT 'DA-' || lpad(nextval('appointment_number')::text, 6, '0'),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    door_id uuid REFERENCES dock_door,
    door_no int,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'confirmed', 'arrived', 'at_door', 'working', 'done',
        'left', 'no_show', 'cancelled')),
    vehicle text NOT NULL DEFAULT 'truck' CHECK (vehicle IN ('van', 'truck', 'trailer', 'container')),
    temperature text NOT NULL DEFAULT '' CHECK (temperature IN ('', 'ambient', 'cool', 'chilled', 'frozen', 'deep_frozen')),
    pallets int NOT NULL DEFAULT 0 CHECK (pallets BETWEEN 0 AND 10000),
    lines int NOT NULL DEFAULT 0 CHECK (lines BETWEEN 0 AND 100000),
    pieces numeric(18, 6) NOT NULL DEFAULT 0 CHECK (pieces >= 0 AND pieces < 'NaN'),
    weight_kg numeric(18, 6) NOT NULL DEFAULT 0 CHECK (weight_kg >= 0 AND weight_kg < 'NaN'),
    carrier text NOT NULL DEFAULT '' CHECK (length(carrier) <= 100),
    partner_id uuid REFERENCES partner,
    plate text NOT NULL DEFAULT '' CHECK (length(plate) <= 40),
    driver text NOT NULL DEFAULT '' CHECK (length(driver) <= 100),
    contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 200),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 400),
    work_min int NOT NULL DEFAULT 0 CHECK (work_min >= 0),
    people int NOT NULL DEFAULT 1 CHECK (people > 0),
    early_min int NOT NULL DEFAULT 0 CHECK (early_min >= 0),
    late_min int NOT NULL DEFAULT 0 CHECK (late_min >= 0),
    no_show_min int NOT NULL DEFAULT 0 CHECK (no_show_min >= 0),
    series uuid,
    overruled text[] NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 400),
    walk_in boolean NOT NULL DEFAULT false,
    arrived_at timestamptz,
    at_door_at timestamptz,
    started_at timestamptz,
    done_at timestamptz,
    left_at timestamptz,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK (starts_at < ends_at AND ends_at <= starts_at + interval '24 hours'),
    -- One truck at a door at a time, by plan (what left, or never comes, needs it no more) …
    CONSTRAINT appointment_door_taken EXCLUDE USING gist (int4range(door_no, door_no, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&)
        WHERE (door_no IS NOT NULL AND state NOT IN ('left', 'no_show', 'cancelled'))
);
-- … and in truth.
CREATE UNIQUE INDEX appointment_door_busy ON appointment (door_id) WHERE state IN ('at_door', 'working', 'done');
CREATE INDEX appointment_time ON appointment (warehouse_id, ends_at);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON appointment FOR EACH ROW EXECUTE FUNCTION keep_version();

CREATE FUNCTION keep_door_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    NEW.door_no := (SELECT no FROM dock_door WHERE location_id = NEW.door_id);
    RETURN NEW;
END $$;
CREATE TRIGGER keep_door_no BEFORE INSERT OR UPDATE ON appointment FOR EACH ROW EXECUTE FUNCTION keep_door_no();

CREATE TABLE appointment_document (
    appointment_id uuid NOT NULL REFERENCES appointment ON DELETE CASCADE,
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    PRIMARY KEY (appointment_id, document_id)
);
CREATE INDEX appointment_document_document ON appointment_document (document_id);

-- What became of an appointment, by whom and when: its states, and that it was `moved` or `changed`. `run_id`: the
-- conversation at the gate. A step that was taken back stays on record, with who took it back.
CREATE TABLE appointment_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    appointment_id uuid NOT NULL REFERENCES appointment ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    what text NOT NULL,
    door_id uuid,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL DEFAULT '',
    run_id uuid,
    undone_at timestamptz,
    undone_by uuid REFERENCES person,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE INDEX appointment_history_run ON appointment_history (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX appointment_history_of ON appointment_history (appointment_id);

-- Lets one at a time change the plan of a warehouse, so that what it can take is counted right. Returns what the person was
-- answered when they asked the same before (p_asked: their request), NULL where it is new.
CREATE FUNCTION hold_docks(p_warehouse uuid, p_asked uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT may('check_trucks', p_warehouse) THEN
        PERFORM require('plan_docks', p_warehouse);
    END IF;
    INSERT INTO dock_limit (warehouse_id) VALUES (p_warehouse) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM dock_limit WHERE warehouse_id = p_warehouse FOR UPDATE;
    RETURN (SELECT answer FROM record_request WHERE request_id = p_asked AND person_id = actor());
END $$;

-- Makes a dock a door for trucks, or says anew what it takes. p_values: direction, hours, vehicles, temperatures,
-- pallets_per_hour, lines_per_hour, active. p_version: as it was read, 0 for a new one.
CREATE FUNCTION save_door(p_request uuid, p_location uuid, p_version int, p_values jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('door', p_location, p_version, p_values));
    place location;
    door dock_door;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT * INTO place FROM location WHERE id = p_location AND kind = 'dock' AND warehouse_id = ANY (my_warehouses());
    IF NOT FOUND THEN
        PERFORM refuse('docks.out_of_use');
    END IF;
    PERFORM require('plan_docks', place.warehouse_id);
    SELECT * INTO door FROM dock_door WHERE location_id = p_location FOR UPDATE;
    IF coalesce(door.version, 0) IS DISTINCT FROM p_version THEN
        PERFORM refuse('record.changed', jsonb_build_object('record', place.address, 'at', door.changed_at,
            'person', coalesce((SELECT name FROM person WHERE id = door.changed_by), '?')));
    ELSIF NOT are_dock_hours(coalesce(p_values ->> 'hours', '')) THEN
        PERFORM refuse('docks.hours_unreadable', jsonb_build_object('text', p_values ->> 'hours'));
    END IF;
    INSERT INTO dock_door (location_id, warehouse_id) VALUES (p_location, place.warehouse_id) ON CONFLICT DO NOTHING;
    UPDATE dock_door d SET direction = coalesce(v.direction, ''), hours = coalesce(v.hours, ''),
        vehicles = coalesce(v.vehicles, '{}'), temperatures = coalesce(v.temperatures, '{}'),
        pallets_per_hour = v.pallets_per_hour, lines_per_hour = v.lines_per_hour, active = coalesce(v.active, true)
    FROM jsonb_to_record(p_values) AS v (direction text, hours text, vehicles text[], temperatures text[],
        pallets_per_hour int, lines_per_hour int, active boolean)
    WHERE d.location_id = p_location;
    RETURN end_record_request(p_request, jsonb_build_object('id', p_location));
END $$;

-- Closes a door for a while; returns the closure's id. What is planned there stays, and is shown.
CREATE FUNCTION close_door(p_request uuid, p_door uuid, p_from timestamptz, p_until timestamptz, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('close_door', p_door, p_from, p_until, p_reason));
    made uuid := new_id();
    door dock_door;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'closure')::uuid;
    END IF;
    SELECT * INTO door FROM dock_door WHERE location_id = p_door AND warehouse_id = ANY (my_warehouses());
    IF NOT FOUND THEN
        PERFORM refuse('docks.out_of_use');
    END IF;
    PERFORM require('plan_docks', door.warehouse_id);
    IF coalesce(p_reason, '') = '' OR (p_from < p_until) IS NOT TRUE THEN
        PERFORM refuse('docks.closure');
    END IF;
    INSERT INTO dock_closure VALUES (made, door.warehouse_id, p_door, p_from, p_until, left(p_reason, 200));
    PERFORM end_record_request(p_request, jsonb_build_object('closure', made));
    RETURN made;
END $$;

-- Opens a door again that was closed out of turn.
CREATE FUNCTION reopen_door(p_closure uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    place uuid := (SELECT warehouse_id FROM dock_closure WHERE id = p_closure);
BEGIN
    IF place IS NOT NULL THEN
        PERFORM require('plan_docks', place);
        DELETE FROM dock_closure WHERE id = p_closure;
    ELSE
        PERFORM require_somewhere(ARRAY['plan_docks']);
    END IF;
END $$;

-- Says what all docks of a warehouse take in an hour; NULL: any number.
CREATE FUNCTION limit_docks(p_warehouse uuid, p_trucks int, p_pallets int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('plan_docks', p_warehouse);
    IF least(p_trucks, p_pallets) < 1 THEN
        PERFORM refuse('docks.limit');
    END IF;
    INSERT INTO dock_limit VALUES (p_warehouse, p_trucks, p_pallets)
    ON CONFLICT (warehouse_id) DO UPDATE SET trucks_per_hour = p_trucks, pallets_per_hour = p_pallets;
END $$;

-- Says who is there: rows {id (null: new), version, day, starts, ends, people, name, names}, or {id, version, gone: true}.
-- A shift of the same day, beginning and name is the same shift.
CREATE FUNCTION save_shifts(p_request uuid, p_warehouse uuid, p_rows jsonb) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    wrong record;
BEGIN
    PERFORM require('plan_docks', p_warehouse);
    known := begin_record_request(p_request, jsonb_build_array('shifts', p_warehouse, p_rows));
    IF known IS NOT NULL THEN
        RETURN (known ->> 'shifts')::int;
    END IF;
    PERFORM 1 FROM dock_shift WHERE warehouse_id = p_warehouse ORDER BY id FOR UPDATE;
    SELECT s.name, s.day, s.changed_at, p.name AS person INTO wrong
    FROM jsonb_to_recordset(p_rows) AS r (id uuid, version int) LEFT JOIN dock_shift s ON s.id = r.id
        AND s.warehouse_id = p_warehouse LEFT JOIN person p ON p.id = s.changed_by
    WHERE r.id IS NOT NULL AND s.version IS DISTINCT FROM r.version LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN wrong.day IS NULL THEN 'record.gone' ELSE 'record.changed' END, jsonb_build_object(
            'kind', 'dock_shift', 'record', concat_ws(' ', wrong.day, wrong.name), 'at', wrong.changed_at,
            'person', coalesce(wrong.person, '?')));
    ELSIF EXISTS (SELECT FROM jsonb_to_recordset(p_rows) AS r (starts int, ends int, people int, gone boolean)
            WHERE gone IS NOT TRUE AND (starts BETWEEN 0 AND 1439 AND starts < ends AND ends <= 2880
                AND people BETWEEN 0 AND 1000) IS NOT TRUE) THEN
        PERFORM refuse('docks.shift');
    END IF;
    DELETE FROM dock_shift WHERE id IN (SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r WHERE r ? 'id');
    INSERT INTO dock_shift (id, warehouse_id, day, starts, ends, people, name, names)
    SELECT coalesce(r.id, new_id()), p_warehouse, r.day, r.starts, r.ends, r.people, coalesce(r.name, ''),
        left(coalesce(r.names, ''), 2000)
    FROM jsonb_to_recordset(p_rows) AS r (id uuid, day date, starts int, ends int, people int, name text, names text,
        gone boolean)
    WHERE r.gone IS NOT TRUE
    ON CONFLICT (warehouse_id, day, starts, name) DO UPDATE SET ends = excluded.ends, people = excluded.people,
        names = excluded.names;
    PERFORM end_record_request(p_request, jsonb_build_object('shifts', jsonb_array_length(p_rows)));
    RETURN jsonb_array_length(p_rows);
END $$;

-- The walls: what belongs to a warehouse is seen there, and by our own people.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['dock_door', 'dock_closure', 'dock_limit', 'dock_shift', 'appointment'] LOOP
        EXECUTE format('ALTER TABLE %1$I ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$I FORCE ROW LEVEL SECURITY;
            CREATE POLICY own_warehouses ON %1$I TO PUBLIC USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['appointment_document', 'appointment_history'] LOOP
        EXECUTE format('ALTER TABLE %1$I ENABLE ROW LEVEL SECURITY; CREATE POLICY with_its_parent ON %1$I TO PUBLIC
            USING (EXISTS (SELECT FROM appointment parent WHERE parent.id = appointment_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['dock_door', 'dock_closure', 'dock_limit', 'dock_shift', 'appointment', 'appointment_document',
            'appointment_history'] LOOP
        EXECUTE format('CREATE POLICY not_for_owners ON %I AS RESTRICTIVE FOR SELECT TO @everyone@
            USING ((SELECT my_owners()) IS NULL)', t);
    END LOOP;
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['dock_closure', 'dock_shift', 'appointment'] LOOP
        EXECUTE format('CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION keep_audit()', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['dock_door', 'dock_limit'] LOOP
        EXECUTE format('CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION keep_audit(%L)', t, CASE t WHEN 'dock_door' THEN 'location_id' ELSE 'warehouse_id' END);
    END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_docks(uuid, uuid), save_door(uuid, uuid, int, jsonb),
    close_door(uuid, uuid, timestamptz, timestamptz, text), reopen_door(uuid), limit_docks(uuid, int, int),
    save_shifts(uuid, uuid, jsonb) TO @everyone@;
