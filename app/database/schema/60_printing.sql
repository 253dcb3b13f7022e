-- Labels: intent first, proof afterwards. Parcels: what left with which label.

-- `kind`: labels, or pages of paper (a template that is called `page.…`). `station_id`: at whose machine it is attached;
-- none for one on the network.
CREATE TABLE printer (
    id uuid PRIMARY KEY DEFAULT new_id(),
    name text NOT NULL UNIQUE,
    kind text NOT NULL DEFAULT 'labels' CHECK (kind IN ('labels', 'pages')),
    serial text NOT NULL DEFAULT '',
    station_id uuid REFERENCES station,
    dpi int NOT NULL DEFAULT 203 CHECK (dpi IN (203, 300, 600)),
    confirms text NOT NULL DEFAULT 'odometer' CHECK (confirms IN ('odometer', 'scan_back', 'none')),
    active boolean NOT NULL DEFAULT true
);

-- Who may write to a printer now. The fence grows with each holder, so that a lapsed one is refused afterwards.
-- `own`: the printer's own station, or the worker; `moved_at`: when the holder last said something of a label.
CREATE TABLE printer_lease (
    printer_id uuid PRIMARY KEY REFERENCES printer,
    holder text NOT NULL,
    login name NOT NULL,
    own boolean NOT NULL,
    fence bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    moved_at timestamptz,
    until timestamptz NOT NULL
);

CREATE TABLE print_job (
    id uuid PRIMARY KEY DEFAULT new_id(),
    request_id uuid NOT NULL UNIQUE,
    printer_id uuid NOT NULL REFERENCES printer,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    template text NOT NULL,
    template_version int NOT NULL DEFAULT 0,
    content jsonb NOT NULL,
    label_uid text NOT NULL,
    copies int NOT NULL DEFAULT 1 CHECK (copies BETWEEN 1 AND 100),
    document_id uuid REFERENCES document,
    run_id uuid REFERENCES dialog_run,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'CONFIRMED', 'PARTIAL', 'UNKNOWN',
        'UNVERIFIED', 'VOIDED', 'REPRINTED', 'CANCELLED')),
    fence bigint,
    bytes bytea,
    sha256 bytea,
    printer_serial text,
    count_before bigint,
    count_after bigint,
    reprint_of uuid REFERENCES print_job,
    reprint_no int NOT NULL DEFAULT 0,
    reason text,
    detail text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    station_id uuid
);
CREATE INDEX print_job_waiting ON print_job (printer_id, id) WHERE state IN ('QUEUED', 'SENDING', 'SENT', 'UNKNOWN');
CREATE INDEX print_job_trouble ON print_job (warehouse_id) WHERE state IN ('QUEUED', 'SENDING', 'SENT', 'PARTIAL', 'UNKNOWN');
CREATE INDEX print_job_uid ON print_job (label_uid);

CREATE TABLE print_job_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    print_job_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL,
    detail text NOT NULL DEFAULT '',
    person_id uuid
);

CREATE TABLE parcel (
    id uuid PRIMARY KEY DEFAULT new_id(),
    document_id uuid NOT NULL REFERENCES document,
    handling_unit_id uuid NOT NULL UNIQUE REFERENCES handling_unit,
    carton_type text NOT NULL DEFAULT '',
    tare_kg numeric(18, 6) NOT NULL DEFAULT 0,
    expected_kg numeric(18, 6),
    weight_kg numeric(18, 6),
    carrier text NOT NULL DEFAULT '',
    service text NOT NULL DEFAULT '',
    tracking text UNIQUE,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'labelled', 'shipped', 'cancelled')),
    closed_at timestamptz,
    closed_by uuid REFERENCES person
);
CREATE INDEX parcel_document ON parcel (document_id);

-- Makes a printer known, or changes it; an empty serial number keeps the one that is known, an empty station likewise. A
-- station may do it for whoever sets it up there.
CREATE FUNCTION save_printer(p_name text, p_dpi int, p_confirms text, p_serial text DEFAULT '', p_kind text DEFAULT 'labels',
    p_station text DEFAULT '') RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    saved uuid;
BEGIN
    PERFORM require('set_up');
    INSERT INTO printer (name, serial, dpi, confirms, kind, station_id)
    VALUES (p_name, p_serial, p_dpi, p_confirms, p_kind, (SELECT id FROM station WHERE name = p_station))
    ON CONFLICT (name) DO UPDATE SET dpi = excluded.dpi, confirms = excluded.confirms, kind = excluded.kind, active = true,
        serial = coalesce(nullif(excluded.serial, ''), printer.serial),
        station_id = coalesce(excluded.station_id, printer.station_id)
    RETURNING id INTO saved;
    RETURN saved;
END $$;

-- At which printer of pages a station's papers come out; NULL: at its own one, else at any.
ALTER TABLE station ADD COLUMN page_printer_id uuid REFERENCES printer;

-- Refuses a page for a printer of labels, and a label for one of pages: nothing useful would come out.
CREATE FUNCTION require_fitting(p_printer uuid, p_template text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    named text := (SELECT name FROM printer WHERE id = p_printer AND (kind = 'pages') <> (p_template LIKE 'page.%'));
BEGIN
    IF named IS NOT NULL THEN
        PERFORM refuse('printing.other_kind', jsonb_build_object('printer', named));
    END IF;
END $$;
REVOKE ALL ON FUNCTION require_fitting(uuid, text) FROM PUBLIC;

-- The label that a request wanted before, NULL: none; refuses an id under which another one was wanted. Its printer is not
-- asked: a label that waits may be sent to another one.
CREATE FUNCTION wanted_label(p_request uuid, p_template text, p_content jsonb, p_uid text, p_copies int, p_reprint_of uuid)
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    j print_job;
BEGIN
    SELECT * INTO j FROM print_job WHERE request_id = p_request;
    IF j.id IS NOT NULL AND (j.template, j.content, j.label_uid, j.copies, j.reprint_of)
            IS DISTINCT FROM (p_template, p_content, p_uid, p_copies, p_reprint_of) THEN
        PERFORM refuse_reused(p_request);
    END IF;
    RETURN j.id;
END $$;

-- Puts a label on the journal in the transaction of the posting that causes it. The same request gives the same job.
-- A label that replaces another one (p_reprint_of) bears the next number, or the same where no paper can exist: what
-- waits is taken back, what was cancelled was never printed.
CREATE FUNCTION queue_label(p_request uuid, p_printer uuid, p_warehouse uuid, p_template text, p_content jsonb,
    p_uid text, p_copies int DEFAULT 1, p_document uuid DEFAULT NULL, p_run uuid DEFAULT NULL,
    p_reprint_of uuid DEFAULT NULL, p_reason text DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid;
    before print_job;
    printed boolean := false;
BEGIN
    PERFORM require('print', p_warehouse);
    PERFORM require_fitting(p_printer, p_template);
    IF p_reprint_of IS NOT NULL THEN
        IF coalesce(p_reason, '') = '' THEN
            PERFORM refuse('printing.reprint_needs_reason');
        END IF;
        made := wanted_label(p_request, p_template, p_content, p_uid, p_copies, p_reprint_of);
        IF made IS NOT NULL THEN
            RETURN made;
        END IF;
        SELECT * INTO before FROM print_job WHERE id = p_reprint_of FOR UPDATE;
        PERFORM require_fresh_label(before, p_content);
        IF before.state = 'QUEUED' THEN
            PERFORM advance_print_job(p_reprint_of, NULL, 'CANCELLED', p_reason);
        END IF;
        printed := coalesce(before.state NOT IN ('QUEUED', 'CANCELLED'), true);
        IF printed AND coalesce(before.state NOT IN ('CONFIRMED', 'PARTIAL', 'UNKNOWN', 'UNVERIFIED', 'VOIDED'), true) THEN
            PERFORM refuse('printing.wrong_state', jsonb_build_object('label', before.label_uid, 'is', before.state,
                'wanted', 'REPRINTED'));
        END IF;
        IF printed THEN
            UPDATE print_job SET state = 'REPRINTED' WHERE id = p_reprint_of;
            INSERT INTO print_job_history (print_job_id, state, detail) VALUES (p_reprint_of, 'REPRINTED', p_reason);
        END IF;
    END IF;
    INSERT INTO print_job (request_id, printer_id, warehouse_id, template, template_version, content, label_uid, copies,
                           document_id, run_id, reprint_of, reprint_no, reason)
    VALUES (p_request, p_printer, p_warehouse, p_template,
            coalesce((SELECT version FROM label_template WHERE name = p_template AND active), 0), p_content, p_uid, p_copies, p_document, p_run, p_reprint_of,
            coalesce(before.reprint_no + printed::int, 0), p_reason)
    ON CONFLICT (request_id) DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        made := wanted_label(p_request, p_template, p_content, p_uid, p_copies, p_reprint_of);
    ELSE
        INSERT INTO print_job_history (print_job_id, state) VALUES (made, 'QUEUED');
    END IF;
    RETURN made;
END $$;

-- One sequence for all printers, so that a fence can never be taken for another printer's.
CREATE SEQUENCE printer_fence;

-- Whether the holder of a printer must make room. At once for the printer's own station and the worker, where another
-- station holds it; after ten seconds for anybody who may print, where labels wait and the holder touches none. A label on
-- its way has a minute from the last word about it.
CREATE FUNCTION makes_room(l printer_lease, p_own boolean) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT l.until <= now() OR NOT (l.moved_at > now() - interval '1 minute' AND EXISTS (SELECT FROM print_job j
            WHERE j.printer_id = l.printer_id AND j.fence = l.fence AND j.state IN ('SENDING', 'SENT')))
        AND (p_own AND NOT l.own OR greatest(l.since, l.moved_at) < now() - interval '10 s' AND EXISTS (SELECT FROM print_job j
            WHERE j.printer_id = l.printer_id AND j.state = 'QUEUED' AND j.created_at < now() - interval '10 s'))
$$;

-- Takes or renews the right to write to a printer for p_seconds; returns the fence, or NULL while another holds it. For
-- stations and the worker, who can reach printers; nobody renews in another login's name. Refuses printing.not_from_here.
CREATE FUNCTION lease_printer(p_printer uuid, p_holder text, p_seconds int DEFAULT 30) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    given bigint;
    stands uuid;
    worker boolean := EXISTS (SELECT FROM person WHERE id = actor() AND system);
BEGIN
    PERFORM require_somewhere(ARRAY['print']);
    SELECT station_id INTO stands FROM printer WHERE id = p_printer AND active;
    IF NOT FOUND THEN
        PERFORM refuse('printing.unknown_printer', jsonb_build_object('printer', p_printer));
    ELSIF NOT worker AND this_station() IS NULL THEN
        PERFORM refuse('printing.not_from_here');
    END IF;
    INSERT INTO printer_lease AS l (printer_id, holder, login, own, fence, until)
    VALUES (p_printer, coalesce(p_holder, ''), session_user, coalesce(worker OR stands = this_station(), false), nextval('printer_fence'),
        now() + make_interval(secs => greatest(least(p_seconds, 60), 0)))
    ON CONFLICT (printer_id) DO UPDATE
        SET fence = CASE WHEN (l.holder, l.login) = (excluded.holder, excluded.login) AND l.until > now() THEN l.fence ELSE excluded.fence END,
            since = CASE WHEN (l.holder, l.login) = (excluded.holder, excluded.login) AND l.until > now() THEN l.since ELSE now() END,
            holder = excluded.holder, login = excluded.login, own = excluded.own, until = excluded.until
        WHERE (l.holder, l.login) = (excluded.holder, excluded.login) OR makes_room(l, excluded.own)
    RETURNING fence INTO given;
    RETURN given;
END $$;

-- Moves a job on. The fence must be the lease's; the state must be one that may follow (the table in the function).
-- Without a fence, a person settles what is in doubt or cancels what waits; nothing is ever queued again that way.
CREATE FUNCTION advance_print_job(p_job uuid, p_fence bigint, p_state text, p_detail text DEFAULT '',
    p_bytes bytea DEFAULT NULL, p_printer_serial text DEFAULT NULL, p_count_before bigint DEFAULT NULL,
    p_count_after bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    job print_job;
BEGIN
    SELECT * INTO job FROM print_job WHERE id = p_job FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('printing.unknown_job');
    END IF;
    PERFORM require('print', job.warehouse_id);
    IF NOT (job.state, p_state) IN (('QUEUED', 'SENDING'), ('QUEUED', 'CANCELLED'), ('SENDING', 'SENT'),
            ('SENDING', 'QUEUED'), ('SENDING', 'CONFIRMED'), ('SENDING', 'UNKNOWN'), ('SENDING', 'PARTIAL'),
            ('SENT', 'CONFIRMED'), ('SENT', 'PARTIAL'), ('SENT', 'UNKNOWN'), ('SENT', 'UNVERIFIED'),
            ('SENT', 'QUEUED'), ('UNKNOWN', 'CONFIRMED'), ('UNKNOWN', 'PARTIAL'), ('UNKNOWN', 'QUEUED'),
            ('UNKNOWN', 'VOIDED'), ('UNVERIFIED', 'CONFIRMED'), ('UNVERIFIED', 'VOIDED'), ('PARTIAL', 'VOIDED'),
            ('PARTIAL', 'CONFIRMED'), ('CONFIRMED', 'VOIDED')) THEN
        PERFORM refuse('printing.wrong_state', jsonb_build_object('label', job.label_uid, 'is', job.state,
            'wanted', p_state));
    END IF;
    IF p_fence IS NOT NULL THEN
        UPDATE printer_lease SET moved_at = now()
        WHERE printer_id = job.printer_id AND fence = p_fence AND login = session_user AND until > now();
        IF NOT FOUND THEN
            PERFORM refuse('printing.lease_lost', jsonb_build_object('label', job.label_uid));
        END IF;
    END IF;
    IF p_fence IS NULL AND NOT (p_state = 'CANCELLED' AND job.state = 'QUEUED'
            OR p_state IN ('CONFIRMED', 'VOIDED') AND job.state IN ('UNKNOWN', 'UNVERIFIED', 'PARTIAL', 'CONFIRMED')) THEN
        PERFORM refuse('printing.lease_lost', jsonb_build_object('label', job.label_uid));
    END IF;
    UPDATE print_job SET state = p_state, detail = p_detail, fence = coalesce(p_fence, fence),
        bytes = coalesce(p_bytes, bytes), sha256 = coalesce(sha256(p_bytes), sha256),
        printer_serial = coalesce(p_printer_serial, printer_serial), count_before = coalesce(p_count_before, count_before),
        count_after = coalesce(p_count_after, count_after)
    WHERE id = p_job;
    INSERT INTO print_job_history (print_job_id, state, detail) VALUES (p_job, p_state, p_detail);
END $$;

-- Takes back those of these jobs that still wait, and says which and how many labels each has; the others stay as they are.
CREATE FUNCTION cancel_print_jobs(p_jobs uuid[]) RETURNS TABLE (id uuid, copies int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['print']);
    PERFORM require('print', w.warehouse_id)
    FROM (SELECT DISTINCT j.warehouse_id FROM print_job j WHERE j.id = ANY (p_jobs)) w;
    RETURN QUERY
    WITH taken AS (
        UPDATE print_job j SET state = 'CANCELLED', detail = 'said_by_person'
        WHERE j.id = ANY (p_jobs) AND j.state = 'QUEUED' RETURNING j.id, j.copies
    ), noted AS (
        INSERT INTO print_job_history (print_job_id, state, detail)
        SELECT t.id, 'CANCELLED', 'said_by_person' FROM taken t
    )
    SELECT t.id, t.copies FROM taken t;
END $$;

-- Takes back the labels that a step of a dialog has wanted (they were put on the journal at its time): those that wait
-- are cancelled, printed ones are worthless from now on. Returns the jobs, and the uids of paper that must be destroyed.
-- Refuses while one is on its way: nobody knows yet whether there will be paper.
CREATE FUNCTION take_labels_back(p_run uuid, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    job record;
    jobs uuid[] := '{}';
    paper text[] := '{}';
BEGIN
    FOR job IN SELECT j.id, j.state, j.label_uid, p.name AS printer FROM print_job j JOIN printer p ON p.id = j.printer_id
        WHERE j.run_id = p_run AND j.created_at = p_at ORDER BY j.id FOR UPDATE OF j
    LOOP
        IF job.state IN ('SENDING', 'SENT') THEN
            PERFORM refuse('printing.still_printing', jsonb_build_object('label', job.label_uid, 'printer', job.printer));
        ELSIF job.state = 'QUEUED' THEN
            PERFORM advance_print_job(job.id, NULL, 'CANCELLED', 'taken_back');
        ELSIF job.state IN ('CONFIRMED', 'UNVERIFIED', 'PARTIAL', 'UNKNOWN') THEN
            PERFORM advance_print_job(job.id, NULL, 'VOIDED', 'taken_back');
            paper := paper || job.label_uid;
        END IF;
        jobs := jobs || job.id;
    END LOOP;
    RETURN jsonb_build_object('jobs', to_jsonb(jobs), 'paper', array_to_string(paper, ', '));
END $$;

-- Gives a queued job to another printer (the first one is out of paper).
CREATE FUNCTION redirect_print_job(p_job uuid, p_printer uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('print', (SELECT warehouse_id FROM print_job WHERE id = p_job));
    PERFORM require_fitting(p_printer, (SELECT template FROM print_job WHERE id = p_job));
    UPDATE print_job SET printer_id = p_printer WHERE id = p_job AND state = 'QUEUED';
    IF NOT FOUND THEN
        PERFORM refuse('printing.wrong_state', jsonb_build_object('wanted', 'QUEUED'));
    END IF;
    INSERT INTO print_job_history (print_job_id, state, detail) VALUES (p_job, 'QUEUED', 'other printer');
END $$;

-- Opens a carton for an order: a handling unit with an SSCC, and the parcel it will be.
CREATE FUNCTION open_parcel(p_document uuid, p_location uuid, p_carton_type text, p_tare_kg numeric) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    unit handling_unit;
    made uuid;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document AND kind = 'order' FOR UPDATE;
    IF NOT FOUND OR d.decision <> 'released' THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', d.number));
    END IF;
    PERFORM require('pack', d.warehouse_id);
    unit := create_handling_unit('carton', d.warehouse_id, p_location);
    INSERT INTO parcel (document_id, handling_unit_id, carton_type, tare_kg)
    VALUES (p_document, unit.id, p_carton_type, p_tare_kg) RETURNING id INTO made;
    RETURN jsonb_build_object('parcel', made, 'handling_unit', unit.id, 'sscc', unit.sscc);
END $$;

-- Moves a parcel on: closed (weight in kg), labelled (tracking number), shipped. For the functions that judge whether it may
-- (close_parcel, label_parcel, ship_parcel), like open_parcel() for open_carton(): nobody else calls it.
CREATE FUNCTION advance_parcel(p_parcel uuid, p_state text, p_weight_kg numeric DEFAULT NULL,
    p_expected_kg numeric DEFAULT NULL, p_carrier text DEFAULT NULL, p_service text DEFAULT NULL,
    p_tracking text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
BEGIN
    SELECT * INTO p FROM parcel WHERE id = p_parcel FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('parcel.unknown');
    END IF;
    PERFORM require(CASE p_state WHEN 'shipped' THEN 'ship' ELSE 'pack' END,
        (SELECT warehouse_id FROM document WHERE id = p.document_id));
    IF NOT (p.state, p_state) IN (('open', 'closed'), ('closed', 'labelled'), ('labelled', 'shipped'),
            ('closed', 'open'), ('labelled', 'open'), ('open', 'cancelled')) THEN
        PERFORM refuse('parcel.wrong_state', jsonb_build_object('is', p.state, 'wanted', p_state));
    END IF;
    UPDATE parcel SET state = p_state, weight_kg = coalesce(p_weight_kg, weight_kg),
        expected_kg = coalesce(p_expected_kg, expected_kg), carrier = coalesce(p_carrier, carrier),
        service = coalesce(p_service, service), tracking = coalesce(p_tracking, tracking),
        closed_at = CASE WHEN p_state = 'closed' THEN now() ELSE closed_at END,
        closed_by = CASE WHEN p_state = 'closed' THEN actor() ELSE closed_by END
    WHERE id = p_parcel;
    IF p_tracking IS NOT NULL THEN
        INSERT INTO code (scheme, value, kind, target_id) VALUES ('tracking', p_tracking, 'parcel', p_parcel)
        ON CONFLICT DO NOTHING;
    END IF;
END $$;
