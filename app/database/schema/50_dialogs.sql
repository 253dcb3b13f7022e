-- The operators' conversations: where each one stands, every step it took, every scan that was made.

CREATE TABLE dialog_run (
    id uuid PRIMARY KEY DEFAULT new_id(),
    capability text NOT NULL,
    version int NOT NULL,
    station_id uuid REFERENCES station,
    person_id uuid NOT NULL REFERENCES person,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    document_id uuid REFERENCES document,
    task_id uuid REFERENCES task,
    state jsonb NOT NULL,
    step_no int NOT NULL DEFAULT 0,
    finished boolean NOT NULL DEFAULT false,
    started_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX dialog_run_open ON dialog_run (capability, person_id, station_id) NULLS NOT DISTINCT
    WHERE NOT finished;

-- `outside` names an effect that cannot be undone by the database alone (a label was printed).
CREATE TABLE dialog_step (
    run_id uuid NOT NULL REFERENCES dialog_run,
    n int NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    event jsonb NOT NULL,
    state_before jsonb NOT NULL,
    prompt jsonb NOT NULL,
    postings uuid[] NOT NULL DEFAULT '{}',
    outside text NOT NULL DEFAULT '',
    verdict text NOT NULL CHECK (verdict IN ('ok', 'refused', 'shown')),
    undone boolean NOT NULL DEFAULT false,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, n)
);
-- What was said at the time of something else (evidence of a carton). Steps come in the order of their time, so that a summary
-- of pages is enough, which costs a step nothing.
CREATE INDEX dialog_step_time ON dialog_step USING brin (at) WITH (pages_per_range = 16, autosummarize = on);

-- A text with dots in the place of badges: who knows a badge has half of what signs its person on, so of one that is
-- scanned where goods are expected nothing is kept but that it was a badge. Its look tells, not whether somebody has it.
CREATE FUNCTION without_badges(p_text text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(p_text, 'SH-P-[0-9A-Z-]+', 'SH-P-…', 'gi')
$$;

-- Every scan, used or not; badges only as such. `verdict` says what became of it; occurred_at is the server's time less the scan's age.
CREATE TABLE scan_event (
    id uuid PRIMARY KEY,
    run_id uuid,
    raw text NOT NULL,
    symbology text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    verdict text NOT NULL CHECK (verdict IN ('used', 'refused', 'not_used')),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    station_id uuid
);
CREATE INDEX scan_event_time ON scan_event (recorded_at);

-- A measurement that was used, with the raw text it was read from.
CREATE TABLE device_reading (
    id uuid PRIMARY KEY DEFAULT new_id(),
    device text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('weight')),
    value numeric(18, 6) NOT NULL,
    unit text NOT NULL,
    manual boolean NOT NULL DEFAULT false,
    document_id uuid,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    station_id uuid
);

-- Finds what codes stand for. p_schemes and p_values are parallel: each pair is one way to read the scan.
-- Returns a JSON array of {kind, id, label, name, uom, factor, warehouse, zone}, by the primary key of `code`.
-- (PL/pgSQL, because it names parcels, which come later.)
CREATE FUNCTION resolve_codes(p_schemes text[], p_values text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF my_owners() IS NOT NULL THEN
        RETURN '[]'; -- what is known of codes is not for people of an owner
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('kind', c.kind, 'id', c.target_id,
        'label', coalesce(i.sku, l.address, h.sscc, d.number, p.name, c.value),
        'name', coalesce(i.name, l.name, d.kind, p.name, h.kind, o.number, ''),
        'uom', coalesce(nullif(c.uom, ''), i.base_uom, ''),
        'factor', coalesce(u.numerator::numeric / u.denominator, 1)::text,
        'warehouse', coalesce(w.code, ''), 'zone', coalesce(z.name, ''))), '[]')
    FROM unnest(p_schemes, p_values) AS q (scheme, value)
    JOIN code c ON c.value = q.value AND c.scheme = q.scheme
    LEFT JOIN item i ON c.kind = 'item' AND i.id = c.target_id
    LEFT JOIN item_uom u ON u.item_id = i.id AND u.uom = c.uom
    LEFT JOIN location l ON c.kind = 'location' AND l.id = c.target_id
    LEFT JOIN location z ON z.id = l.parent_id
    LEFT JOIN handling_unit h ON c.kind = 'handling_unit' AND h.id = c.target_id
    LEFT JOIN document d ON c.kind = 'document' AND d.id = c.target_id
    LEFT JOIN person p ON c.kind = 'person' AND p.id = c.target_id
    LEFT JOIN parcel k ON c.kind = 'parcel' AND k.id = c.target_id
    LEFT JOIN document o ON o.id = k.document_id
    LEFT JOIN warehouse w ON w.id = coalesce(l.warehouse_id, h.warehouse_id, d.warehouse_id, o.warehouse_id)
    WHERE (c.kind <> 'location' OR l.id IS NOT NULL) AND (c.kind <> 'handling_unit' OR h.id IS NOT NULL)
      AND (c.kind <> 'document' OR d.id IS NOT NULL) AND (c.kind <> 'parcel' OR o.id IS NOT NULL)
      AND (c.kind <> 'person' OR knows_badge(c.target_id)));
END $$;

-- Opens a conversation, or finds the one that this person left open here ("work recovered").
-- Returns {run, state, step_no, recovered, prompt of the last step or null}.
CREATE FUNCTION open_dialog(p_capability text, p_version int, p_warehouse uuid, p_state jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who uuid := require_actor();
    run dialog_run;
    made boolean := false;
BEGIN
    IF my_owners() IS NOT NULL THEN
        PERFORM refuse('dialog.not_for_owners');
    ELSIF cardinality(my_warehouses()) = 0 THEN
        PERFORM refuse('warehouse.none');
    ELSIF NOT p_warehouse = ANY (my_warehouses()) THEN
        PERFORM refuse('permission.other_warehouse');
    END IF;
    SELECT * INTO run FROM dialog_run WHERE capability = p_capability AND person_id = who AND NOT finished
        AND station_id IS NOT DISTINCT FROM this_station() FOR UPDATE;
    IF NOT FOUND OR run.version <> p_version THEN
        UPDATE dialog_run SET finished = true WHERE id = run.id;
        INSERT INTO dialog_run (capability, version, station_id, person_id, warehouse_id, state)
        VALUES (p_capability, p_version, this_station(), who, p_warehouse, p_state) RETURNING * INTO run;
        made := true;
    END IF;
    RETURN jsonb_build_object('run', run.id, 'state', run.state, 'step_no', run.step_no, 'recovered', NOT made,
        'warehouse', run.warehouse_id,
        'prompt', (SELECT prompt FROM dialog_step WHERE run_id = run.id AND verdict = 'ok' AND NOT undone
                   ORDER BY n DESC LIMIT 1));
END $$;

-- First half of a step, in the step's transaction: locks the run, stores the scan, resolves its code.
-- Returns {state, step_no, warehouse, document, task, person, candidates, repeated}: `repeated` is the prompt that
-- this very event was answered with before, or null.
CREATE FUNCTION begin_step(p_run uuid, p_event uuid, p_raw text, p_symbology text, p_source text, p_age_s numeric,
    p_schemes text[], p_values text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    who uuid := require_actor();
    run dialog_run;
    before jsonb;
BEGIN
    SELECT * INTO run FROM dialog_run WHERE id = p_run FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('dialog.unknown');
    ELSIF run.person_id <> who OR run.station_id IS DISTINCT FROM this_station() THEN
        PERFORM refuse('dialog.other_person');
    END IF;
    SELECT prompt INTO before FROM dialog_step WHERE event_id = p_event AND run_id = p_run;
    IF before IS NULL AND run.finished THEN
        PERFORM refuse('dialog.finished');
    END IF;
    IF before IS NULL AND p_raw IS NOT NULL THEN
        INSERT INTO scan_event (id, run_id, raw, symbology, source, verdict, occurred_at)
        VALUES (p_event, p_run, without_badges(p_raw), p_symbology, p_source, 'used',
            now() - make_interval(secs => least(greatest(p_age_s, 0), 86400)))
        ON CONFLICT (id) DO NOTHING;
    END IF;
    RETURN jsonb_build_object('state', run.state, 'step_no', run.step_no, 'warehouse', run.warehouse_id,
        'document', run.document_id, 'task', run.task_id, 'person', run.person_id, 'repeated', before,
        'candidates', CASE WHEN p_raw IS NULL OR before IS NOT NULL THEN '[]'
                           ELSE resolve_codes(p_schemes, p_values) END);
END $$;

-- Second half: appends the step and moves the run on (p_state NULL: the state stays). Called in the same transaction as
-- begin_step. Only steps of verdict 'ok' can be undone: 'refused' did nothing, 'shown' only looked again.
CREATE FUNCTION finish_step(p_run uuid, p_event uuid, p_event_json jsonb, p_state jsonb, p_prompt jsonb,
    p_postings uuid[], p_outside text, p_verdict text, p_finished boolean,
    p_document uuid DEFAULT NULL, p_task uuid DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    run dialog_run;
BEGIN
    SELECT * INTO run FROM dialog_run WHERE id = p_run AND person_id = require_actor() FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('dialog.other_person');
    END IF;
    INSERT INTO dialog_step (run_id, n, event_id, event, state_before, prompt, postings, outside, verdict, person_id)
    VALUES (p_run, run.step_no + 1, p_event, p_event_json, run.state, p_prompt, p_postings, p_outside, p_verdict,
        run.person_id);
    UPDATE dialog_run SET state = coalesce(p_state, run.state), step_no = run.step_no + 1,
        finished = p_finished, document_id = coalesce(p_document, run.document_id), task_id = coalesce(p_task, run.task_id)
    WHERE id = p_run;
    IF p_verdict = 'refused' THEN
        UPDATE scan_event SET verdict = 'refused' WHERE id = p_event;
    END IF;
    RETURN run.step_no + 1;
END $$;

-- Stores a scan that no dialog used (made before a refusal was shown, or while nobody listened).
CREATE FUNCTION store_unused_scan(p_event uuid, p_run uuid, p_raw text, p_symbology text, p_source text, p_age_s numeric)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO scan_event (id, run_id, raw, symbology, source, verdict, occurred_at)
    SELECT p_event, p_run, without_badges(p_raw), p_symbology, p_source, 'not_used',
        now() - make_interval(secs => least(greatest(p_age_s, 0), 86400))
    WHERE actor() IS NOT NULL
    ON CONFLICT (id) DO NOTHING;
END $$;

-- Takes the last step that did something back: reverses its postings, drops its photo and what it found on pieces of
-- a sample or put into a carton, puts handling units back to where and on what they stood, restores the state before it.
-- Refuses when there is none, or when it had an effect outside the database. Returns the prompt shown before.
CREATE FUNCTION undo_step(p_run uuid, p_request uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    run dialog_run;
    last dialog_step;
    taken uuid;
    n int := 0;
    reversed uuid[] := '{}';
    labels jsonb;
    put_back int;
    trucks uuid[];
BEGIN
    SELECT * INTO run FROM dialog_run WHERE id = p_run AND person_id = require_actor() FOR UPDATE;
    SELECT * INTO last FROM dialog_step s WHERE s.run_id = p_run AND s.verdict = 'ok' AND NOT s.undone
    ORDER BY s.n DESC LIMIT 1;
    IF last.run_id IS NULL THEN
        PERFORM refuse('dialog.nothing_to_undo');
    END IF;
    IF last.outside <> '' THEN
        PERFORM refuse('dialog.undo_outside', jsonb_build_object('effect', last.outside));
    END IF;
    labels := take_labels_back(p_run, last.at);
    FOREACH taken IN ARRAY (SELECT coalesce(array_agg(x ORDER BY ord DESC), '{}') FROM unnest(last.postings)
            WITH ORDINALITY t (x, ord))
    LOOP
        reversed := reversed || (reverse_posting(
            overlay(p_request::text PLACING lpad(to_hex(n), 2, '0') FROM 35)::uuid, taken, 'UNDO') ->> 'posting')::uuid;
        n := n + 1;
    END LOOP;
    DELETE FROM document_photo WHERE run_id = p_run AND taken_at >= last.at;
    PERFORM undo_inspecting(p_run, last.at);
    PERFORM undo_extras(p_run, last.at);
    trucks := undo_trucks(p_run, last.at);
    put_back := put_units_back(last.at, last.postings = '{}');
    UPDATE dialog_step s SET undone = true WHERE s.run_id = p_run AND s.n = last.n;
    UPDATE dialog_run SET state = last.state_before WHERE id = p_run;
    RETURN jsonb_build_object('state', last.state_before, 'postings', to_jsonb(reversed), 'event', last.event,
        'labels', labels, 'units', put_back, 'trucks', to_jsonb(trucks), 'prompt', (SELECT s.prompt FROM dialog_step s WHERE s.run_id = p_run AND s.n < last.n AND s.verdict = 'ok'
                   AND NOT s.undone ORDER BY s.n DESC LIMIT 1));
END $$;
