-- The quality check of goods that come in: what is looked at, what was found, what became of the goods. How many pieces
-- are looked at, and what they say of their lot, is reckoned by app/domain/quality; here it is kept.

-- What is looked at on a piece: [{name, measured, unit, nominal, lower, upper, photo}] in their order, numbers as text.
CREATE TABLE checklist (
    id uuid PRIMARY KEY DEFAULT new_id(),
    name text NOT NULL CHECK (name <> ''),
    checks jsonb NOT NULL DEFAULT '[]',
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX checklist_name ON checklist (lower(name));

-- A lot that came on a line of an order, or without any paper, and is looked at, or was let by (`skipped`). Its goods are on
-- hold until it is decided; which they are, their receipts say (inspection_goods), so that no paper is needed.
-- `open` while nobody has begun: more of the lot may come. `method` to `severity`, `checks` and `why`: the rule as it was
-- then. `letter` to `lot_qty`: the plan, from when somebody began. `passed`: what the plan says; `passed_tighter`: it would
-- have passed with a lower AQL, too. `origin_id`: the one after which the goods were reworked; its goods come again.
CREATE SEQUENCE inspection_number;
CREATE TABLE inspection (
    id uuid PRIMARY KEY DEFAULT new_id(),
    number text NOT NULL UNIQUE DEFAULT 'QC-' || lpad(nextval('inspection_number')::text, 6, '0'),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    document_id uuid REFERENCES document,
    document_line_id uuid REFERENCES document_line ON DELETE SET NULL,
    partner_id uuid REFERENCES partner,
    item_id uuid NOT NULL REFERENCES item,
    owner_id uuid NOT NULL,
    lot text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('open', 'begun', 'held', 'decided', 'skipped')),
    method text NOT NULL CHECK (method IN ('all', 'sample', 'skip_lot')),
    level text NOT NULL,
    aql numeric(7, 3) NOT NULL,
    severity text NOT NULL CHECK (severity IN ('normal', 'tightened', 'reduced')),
    checks jsonb NOT NULL,
    why jsonb NOT NULL,
    letter text NOT NULL DEFAULT '',
    size int CHECK (size > 0),
    accept int CHECK (accept >= 0),
    reject int CHECK (reject > 0),
    lot_qty numeric(18, 6) CHECK (lot_qty > 0),
    passed boolean,
    passed_tighter boolean,
    origin_id uuid REFERENCES inspection,
    opened_at timestamptz NOT NULL DEFAULT now(),
    opened_by uuid NOT NULL REFERENCES person,
    ended_at timestamptz,
    ended_by uuid REFERENCES person,
    held_at timestamptz,
    run_id uuid,
    reason text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    posting_id uuid,
    return_id uuid REFERENCES document,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NOT NULL) = (state IN ('decided', 'skipped'))
        AND (document_id IS NOT NULL OR document_line_id IS NULL AND partner_id IS NULL))
);
CREATE INDEX inspection_work ON inspection (warehouse_id, id) WHERE state IN ('open', 'begun', 'held');
CREATE INDEX inspection_record ON inspection (partner_id, item_id, ended_at) WHERE ended_at IS NOT NULL AND origin_id IS NULL;
CREATE INDEX inspection_line ON inspection (document_line_id);
CREATE INDEX inspection_posting ON inspection (posting_id) WHERE posting_id IS NOT NULL;

-- The receipts by which the goods of an inspection came.
CREATE TABLE inspection_goods (
    move_id uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection
);
CREATE INDEX inspection_goods_of ON inspection_goods (inspection_id);

-- Pieces that somebody looked at: one with its readings, or several alike. `run_id`: the conversation, with which it is undone.
CREATE TABLE inspection_piece (
    id uuid PRIMARY KEY DEFAULT new_id(),
    inspection_id uuid NOT NULL REFERENCES inspection,
    pieces int NOT NULL CHECK (pieces > 0),
    defective boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    run_id uuid
);
CREATE INDEX inspection_piece_of ON inspection_piece (inspection_id);
CREATE TABLE inspection_reading (
    inspection_piece_id uuid NOT NULL REFERENCES inspection_piece ON DELETE CASCADE,
    check_no int NOT NULL,
    good boolean NOT NULL,
    value numeric(24, 12),
    PRIMARY KEY (inspection_piece_id, check_no)
);

-- What became of how much of it, in base units.
CREATE TABLE inspection_part (
    inspection_id uuid NOT NULL REFERENCES inspection,
    disposition text NOT NULL CHECK (disposition IN ('accept', 'reject', 'return', 'rework')),
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    PRIMARY KEY (inspection_id, disposition)
);

-- Who may inspect goods of a warehouse, or receive them there: both work with what was found on them.
CREATE FUNCTION require_at_dock(p_warehouse uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF may('inspect', p_warehouse) IS NOT TRUE THEN
        PERFORM require('receive', p_warehouse);
    END IF;
END $$;

-- Keeps a list of checks, new where p_id is NULL, else as the next version after p_version; returns {id, version}.
CREATE FUNCTION save_checklist(p_request uuid, p_id uuid, p_name text, p_checks jsonb, p_archived boolean, p_version int)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('checklist', p_id, p_name, p_checks, p_archived, p_version));
    made checklist;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require_somewhere(ARRAY['set_up']);
    IF coalesce(trim(p_name), '') = '' OR jsonb_typeof(p_checks) IS DISTINCT FROM 'array' THEN
        PERFORM refuse('quality.list_nameless');
    ELSIF EXISTS (SELECT FROM checklist WHERE lower(name) = lower(trim(p_name)) AND id IS DISTINCT FROM p_id) THEN
        PERFORM refuse('quality.list_known', jsonb_build_object('name', trim(p_name)));
    END IF;
    IF p_id IS NULL THEN
        INSERT INTO checklist (name, checks, changed_by) VALUES (trim(p_name), p_checks, actor()) RETURNING * INTO made;
    ELSE
        UPDATE checklist SET name = trim(p_name), checks = p_checks, archived = p_archived, version = version + 1,
            changed_by = actor(), changed_at = now() WHERE id = p_id AND version = p_version RETURNING * INTO made;
        IF NOT FOUND THEN
            PERFORM refuse('record.changed', jsonb_build_object('record', c.name, 'person', p.name))
            FROM checklist c LEFT JOIN person p ON p.id = c.changed_by WHERE c.id = p_id;
            PERFORM refuse('quality.unknown_list', jsonb_build_object('name', p_name));
        END IF;
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('id', made.id, 'version', made.version));
END $$;

-- How much of an inspection's lot came and was not taken back, in base units.
CREATE FUNCTION inspection_quantity(p_inspection uuid) RETURNS numeric
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN i.origin_id IS NOT NULL THEN i.lot_qty ELSE (
        SELECT coalesce(sum(m.qty - (SELECT coalesce(sum(r.qty), 0) FROM stock_move r WHERE r.reverses = m.id)), 0)
        FROM inspection_goods g JOIN stock_move m ON m.id = g.move_id WHERE g.inspection_id = i.id) END
    FROM inspection i WHERE i.id = p_inspection
$$;

-- Whether goods wait for an inspection: put-away keeps them out of storage.
CREATE FUNCTION awaits_inspection(p_warehouse uuid, p_item uuid, p_trace uuid, p_owner uuid, p_status text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT p_status = 'quarantined' AND EXISTS (
        SELECT FROM inspection i WHERE i.warehouse_id = p_warehouse AND i.state IN ('open', 'begun', 'held')
            AND i.item_id = p_item AND i.owner_id = p_owner
            AND i.lot = coalesce((SELECT t.lot FROM trace t WHERE t.id = p_trace), ''))
$$;

-- What receiving must know to say what is looked at: the rules in force for the goods of these documents, what came before
-- from their suppliers, and what of their lines is being looked at already. NULL where no such rules are made.
CREATE FUNCTION quality_facts(p_warehouse uuid, p_documents uuid[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
DECLARE
    goods uuid[];
    suppliers uuid[];
BEGIN
    PERFORM require_actor();
    IF NOT EXISTS (SELECT FROM policy WHERE capability = 'quality') THEN
        RETURN NULL;
    END IF;
    goods := ARRAY(SELECT DISTINCT item_id FROM document_line WHERE document_id = ANY (p_documents));
    suppliers := ARRAY(SELECT DISTINCT partner_id FROM document WHERE id = ANY (p_documents) AND partner_id IS NOT NULL);
    RETURN jsonb_build_object(
        'policies', policies_for('quality', goods || suppliers || p_warehouse
            || ARRAY(SELECT DISTINCT unnest(c.path) FROM item i JOIN category c ON c.id = i.category_id WHERE i.id = ANY (goods))),
        'past', (SELECT coalesce(jsonb_agg(jsonb_build_object('partner', h.partner_id, 'item', h.item_id, 'lots', h.lots)), '[]')
            FROM (SELECT partner_id, item_id, past_lots(partner_id, item_id) AS lots
                  FROM inspection i WHERE i.partner_id = ANY (suppliers) AND i.item_id = ANY (goods)
                    AND i.ended_at IS NOT NULL AND i.origin_id IS NULL GROUP BY 1, 2) h),
        'known', (SELECT coalesce(jsonb_agg(jsonb_build_object('line', i.document_line_id, 'lot', i.lot, 'state', i.state,
                'qty', inspection_quantity(i.id)::text)), '[]')
            FROM inspection i JOIN document_line l ON l.id = i.document_line_id
            WHERE i.state IN ('open', 'skipped') AND i.origin_id IS NULL AND (l.document_id = ANY (p_documents)
                OR l.id IN (SELECT a.order_line_id FROM asn_line a JOIN document_line x ON x.id = a.document_line_id
                            WHERE x.document_id = ANY (p_documents)))));
END $$;

-- The last sixty lots of an item from a supplier, the earliest first: [{severity, passed, accept, passed_tighter, skipped}].
-- In all warehouses: a supplier stands the same with everybody who receives.
CREATE FUNCTION past_lots(p_partner uuid, p_item uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('severity', x.severity, 'passed', coalesce(x.passed, true),
        'accept', coalesce(x.accept, 0), 'passed_tighter', coalesce(x.passed_tighter, false),
        'skipped', x.state = 'skipped') ORDER BY x.ended_at, x.id), '[]')
    FROM (SELECT * FROM inspection i WHERE i.partner_id = p_partner AND i.item_id = p_item AND i.ended_at IS NOT NULL
            AND i.origin_id IS NULL AND actor() IS NOT NULL AND my_owners() IS NULL
            AND inspection_quantity(i.id) > 0 ORDER BY i.ended_at DESC, i.id DESC LIMIT 60) x
$$;

-- Locks an inspection that is not decided; refuses one that is, with who decided it and when.
CREATE FUNCTION lock_inspection(p_inspection uuid) RETURNS inspection
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    i inspection;
BEGIN
    SELECT * INTO i FROM inspection WHERE id = p_inspection AND warehouse_id = ANY (my_warehouses()) FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('quality.unknown');
    END IF;
    PERFORM require('inspect', i.warehouse_id);
    IF i.ended_at IS NOT NULL THEN
        PERFORM refuse('quality.decided', jsonb_build_object('number', i.number, 'person', p.name,
            'at', to_char(i.ended_at AT TIME ZONE w.time_zone, 'YYYY-MM-DD HH24:MI')))
        FROM person p, warehouse w WHERE p.id = i.ended_by AND w.id = i.warehouse_id;
    END IF;
    RETURN i;
END $$;

-- Begins to look at a lot of p_quantity by its plan (plan_of_lot): what comes of it from now on is a lot of its own. Begun
-- twice it stays as it was begun first.
CREATE FUNCTION begin_inspection(p_inspection uuid, p_quantity numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    i inspection := lock_inspection(p_inspection);
    plan sampling_plan;
BEGIN
    IF i.size IS NOT NULL THEN
        RETURN;
    ELSIF inspection_quantity(i.id) IS DISTINCT FROM p_quantity THEN
        PERFORM refuse('quality.lot_changed', jsonb_build_object('number', i.number));
    END IF;
    plan := plan_of_lot(i.method, i.level, i.aql, i.severity, p_quantity);
    UPDATE inspection SET state = 'begun', letter = plan.plan_letter, size = plan.size, accept = plan.accept,
        reject = plan.reject, lot_qty = p_quantity WHERE id = i.id;
END $$;

-- Pieces that somebody looked at: one with its readings [{check_no, good, value}], or several alike. Two people who look at
-- one lot add to the same sample.
CREATE FUNCTION record_piece(p_request uuid, p_inspection uuid, p_run uuid, p_pieces int, p_defective boolean,
    p_readings jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('piece', p_inspection, p_run, p_pieces, p_defective, p_readings));
    i inspection;
    made uuid := new_id();
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    i := lock_inspection(p_inspection);
    IF i.size IS NULL THEN
        PERFORM refuse('quality.not_begun', jsonb_build_object('number', i.number));
    ELSIF p_pieces < 1 IS NOT FALSE OR p_pieces + (SELECT coalesce(sum(pieces), 0) FROM inspection_piece
            WHERE inspection_id = i.id) > ceil(i.lot_qty) THEN
        PERFORM refuse('quality.more_than_lot', jsonb_build_object('number', i.number, 'quantity', trim_scale(i.lot_qty)::text));
    END IF;
    INSERT INTO inspection_piece (id, inspection_id, pieces, defective, person_id, run_id)
    VALUES (made, i.id, p_pieces, p_defective, actor(), p_run);
    INSERT INTO inspection_reading
    SELECT made, r.check_no, r.good, r.value FROM jsonb_to_recordset(p_readings) AS r (check_no int, good boolean, value numeric);
    RETURN end_record_request(p_request, jsonb_build_object('piece', made));
END $$;

-- Whether a decision takes goods into stock that nobody found good: anything of a lot that was not looked at as a whole, else
-- more than its good pieces.
CREATE FUNCTION takes_more_than_good(i inspection, p_parts jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce((SELECT sum(x.qty) FROM jsonb_to_recordset(p_parts) AS x (disposition text, qty numeric)
            WHERE x.disposition = 'accept'), 0)
        > CASE WHEN coalesce(sum(p.pieces), 0) >= ceil(i.lot_qty) 
            THEN i.lot_qty - coalesce(sum(p.pieces) FILTER (WHERE p.defective), 0) ELSE 0 END
    FROM inspection_piece p WHERE p.inspection_id = i.id
$$;

-- Whether the whole sample of an inspection was looked at, and its lot passes by its plan.
CREATE FUNCTION sample_passes(i inspection) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(sum(p.pieces) >= i.size AND coalesce(sum(p.pieces) FILTER (WHERE p.defective), 0) < i.reject, false)
    FROM inspection_piece p WHERE p.inspection_id = i.id
$$;

-- Whether it would have passed with the AQL one step lower, too.
CREATE FUNCTION sample_passes_tighter(i inspection) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT sample_passes(i) AND (SELECT coalesce(sum(p.pieces), 0) FROM inspection_piece p
        WHERE p.inspection_id = i.id AND p.defective) <= (plan_of_lot(i.method, i.level, i.aql, i.severity, i.lot_qty)).accept_tighter
$$;

-- Decides what becomes of the goods of an inspection: p_parts [{disposition, qty}] in base units, together all that is
-- still on hold of its lot; `hold` leaves them where they are. What its plan says of the lot is found out here.
-- Accepted goods become available, rejected ones and those that go back blocked (and a discrepancy of the supplier),
-- goods for rework stay on hold under an inspection of their own. Returns {inspection, posting, again}.
-- Refuses quality.decided, quality.changed_meanwhile, quality.against_verdict, quality.nobody_sent_it where goods that came
-- without an order are to go back, and what post_moves() refuses.
CREATE FUNCTION decide_inspection(p_request uuid, p_inspection uuid, p_run uuid, p_parts jsonb, p_reason text, p_note text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('decide', p_inspection, p_run, p_parts, p_reason, p_note));
    i inspection;
    there numeric;
    asked numeric;
    goods record;
    answer jsonb;
    again uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    i := lock_inspection(p_inspection);
    SELECT least(coalesce(i.lot_qty, inspection_quantity(i.id)), coalesce(sum(s.qty), 0)) INTO there FROM inspection_stock(i.id) s;
    SELECT sum(x.qty) INTO asked FROM jsonb_to_recordset(p_parts) AS x (disposition text, qty numeric);
    IF asked IS DISTINCT FROM there OR there = 0 OR EXISTS (SELECT FROM jsonb_to_recordset(p_parts) AS x (disposition text,
            qty numeric) WHERE x.qty > 0 IS NOT TRUE OR x.disposition IS NULL
            OR NOT x.disposition = ANY (ARRAY['accept', 'hold', 'reject', 'return', 'rework'])) THEN
        PERFORM refuse('quality.changed_meanwhile', jsonb_build_object('number', i.number, 'there', trim_scale(there)::text));
    ELSIF NOT sample_passes(i) AND takes_more_than_good(i, p_parts)
            AND (may('hold', i.warehouse_id) IS NOT TRUE OR coalesce(p_reason, '') = '') THEN
        PERFORM refuse('quality.against_verdict', jsonb_build_object('number', i.number));
    ELSIF i.document_id IS NULL AND p_parts @> '[{"disposition": "return"}]' THEN
        PERFORM refuse('quality.nobody_sent_it', jsonb_build_object('number', i.number));
    END IF;
    IF p_parts @> '[{"disposition": "hold"}]' THEN
        UPDATE inspection SET state = 'held', held_at = now(), run_id = p_run, note = left(coalesce(p_note, ''), 400) WHERE id = i.id;
        RETURN end_record_request(p_request, jsonb_build_object('inspection', i.id, 'posting', NULL, 'again', NULL));
    END IF;
    WITH part AS (
        SELECT CASE x.disposition WHEN 'accept' THEN 'available' ELSE 'blocked' END AS status, x.disposition,
            sum(x.qty) OVER w - x.qty AS begins, sum(x.qty) OVER w AS ends
        FROM ROWS FROM (jsonb_to_recordset(p_parts) AS (disposition text, qty numeric)) WITH ORDINALITY AS x (disposition, qty, n)
        WINDOW w AS (ORDER BY x.n)
    ), lying AS (
        SELECT s.*, sum(s.qty) OVER (ORDER BY s.place) - s.qty AS begins FROM inspection_stock(i.id) s
    ), piece AS (
        SELECT l.*, p.status, greatest(p.begins, l.begins) - l.begins AS since, least(p.ends, l.begins + l.qty) - l.begins AS until
        FROM part p JOIN lying l ON p.begins < l.begins + l.qty AND l.begins < p.ends WHERE p.disposition <> 'rework'
    )
    SELECT array_agg(i.item_id) AS items, array_agg(g.until - g.since) AS qtys, array_agg(g.location_id) AS places,
        array_agg(nullif(g.trace_id, nil())) AS traces, array_agg(g.unit_id) AS units, array_agg(g.status) AS statuses,
        array_agg(round(g.weight_kg * g.until / g.qty, 6) - round(g.weight_kg * g.since / g.qty, 6)) AS weights,
        array_agg(i.owner_id) AS owners, array_agg('quarantined'::text) AS before, array_agg(coalesce(nullif(p_reason, ''), 'QUALITY')) AS reasons
    INTO goods FROM piece g;
    IF goods.items IS NOT NULL THEN
        answer := post_moves(p_request, 'inspected', i.warehouse_id, goods.items, goods.qtys, goods.places, goods.places,
            p_traces => goods.traces, p_from_units => goods.units, p_to_units => goods.units, p_from_statuses => goods.before,
            p_to_statuses => goods.statuses, p_from_owners => goods.owners, p_reasons => goods.reasons,
            p_weights => goods.weights, p_document => i.document_id);
    END IF;
    UPDATE inspection SET state = 'decided', passed = sample_passes(i),
        passed_tighter = sample_passes_tighter(i), ended_at = now(), ended_by = actor(), run_id = p_run,
        reason = coalesce(p_reason, ''), note = left(coalesce(p_note, ''), 400),
        posting_id = (answer ->> 'posting')::uuid WHERE id = i.id;
    INSERT INTO inspection_part SELECT i.id, x.disposition, sum(x.qty)
    FROM jsonb_to_recordset(p_parts) AS x (disposition text, qty numeric) GROUP BY x.disposition;
    INSERT INTO inspection (warehouse_id, document_id, document_line_id, partner_id, item_id, owner_id, lot, state, method, level,
        aql, severity, checks, why, lot_qty, origin_id, opened_by)
    SELECT i.warehouse_id, i.document_id, i.document_line_id, i.partner_id, i.item_id, i.owner_id, i.lot, 'open', i.method,
        i.level, i.aql, i.severity, i.checks, i.why, x.qty, coalesce(i.origin_id, i.id), actor()
    FROM inspection_part x WHERE x.inspection_id = i.id AND x.disposition = 'rework' RETURNING id INTO again;
    PERFORM note_discrepancy(md5(p_request::text || x.disposition)::uuid, i.document_id, i.document_line_id, i.item_id, 'damaged',
        x.qty, 'QUALITY', p_note, (answer ->> 'posting')::uuid)
    FROM inspection_part x WHERE x.inspection_id = i.id AND x.disposition IN ('reject', 'return') AND i.document_id IS NOT NULL;
    RETURN end_record_request(p_request, jsonb_build_object('inspection', i.id, 'posting', answer -> 'posting', 'again', again));
END $$;

-- Makes a decision undone whose goods are on hold again: the lot waits as before. Refuses one whose goods were looked at anew
-- after rework, or are on their way back.
CREATE FUNCTION reopen_inspection(p_inspection uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM inspection n JOIN inspection i ON i.id = p_inspection
            WHERE n.origin_id = coalesce(i.origin_id, i.id) AND n.opened_at >= i.ended_at AND n.size IS NOT NULL)
            OR EXISTS (SELECT FROM inspection WHERE id = p_inspection AND return_id IS NOT NULL) THEN
        PERFORM refuse('quality.followed', jsonb_build_object('number', (SELECT number FROM inspection WHERE id = p_inspection)));
    END IF;
    DELETE FROM inspection n USING inspection i WHERE i.id = p_inspection AND n.origin_id = coalesce(i.origin_id, i.id)
        AND n.opened_at >= i.ended_at AND n.id <> i.id;
    DELETE FROM inspection_part WHERE inspection_id = p_inspection;
    UPDATE inspection SET state = CASE WHEN size IS NULL THEN 'open' ELSE 'begun' END, passed = NULL, passed_tighter = NULL,
        ended_at = NULL, ended_by = NULL, posting_id = NULL, reason = '', note = '' WHERE id = p_inspection AND state = 'decided';
END $$;

-- A decision that is taken back with its posting, at the station or at a desk.
CREATE FUNCTION reopen_taken_back(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM reopen_inspection(id) FROM inspection WHERE posting_id = p_posting.reverses;
END $$;

-- Takes back what a conversation found and decided since a moment: for undo_step(), which has reversed postings before
-- (reopen_taken_back). A decision whose posting stands stays, with what was found.
CREATE FUNCTION undo_inspecting(p_run uuid, p_since timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM reopen_inspection(id) FROM inspection WHERE run_id = p_run AND ended_at >= p_since AND state = 'decided'
        AND posting_id IS NULL;
    UPDATE inspection SET state = CASE WHEN size IS NULL THEN 'open' ELSE 'begun' END WHERE run_id = p_run AND state = 'held'
        AND held_at >= p_since;
    DELETE FROM inspection_piece x USING inspection i WHERE x.run_id = p_run AND x.at >= p_since AND i.id = x.inspection_id
        AND i.ended_at IS NULL;
END $$;

-- Notes the return by which rejected goods go back.
CREATE FUNCTION note_return(p_inspection uuid, p_return uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    i inspection;
BEGIN
    SELECT * INTO i FROM inspection WHERE id = p_inspection AND warehouse_id = ANY (my_warehouses()) FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('quality.unknown');
    END IF;
    PERFORM require('plan_return', i.warehouse_id);
    IF i.return_id <> p_return OR NOT EXISTS (SELECT FROM inspection_part WHERE inspection_id = i.id AND disposition = 'return') THEN
        PERFORM refuse('quality.nothing_returns', jsonb_build_object('number', i.number));
    END IF;
    UPDATE inspection SET return_id = p_return WHERE id = i.id;
END $$;

GRANT EXECUTE ON FUNCTION require_at_dock(uuid), save_checklist(uuid, uuid, text, jsonb, boolean, int), inspection_quantity(uuid),
    awaits_inspection(uuid, uuid, uuid, uuid, text),
    quality_facts(uuid, uuid[]), past_lots(uuid, uuid), begin_inspection(uuid, numeric),
    record_piece(uuid, uuid, uuid, int, boolean, jsonb),
    decide_inspection(uuid, uuid, uuid, jsonb, text, text), note_return(uuid, uuid) TO @everyone@;
