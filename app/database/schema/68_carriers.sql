-- Carriers and the buying of their labels. What is asked of the outside stands on the outbox before anybody is called;
-- what came of it is stored afterwards. A carton never has two labels that may be good.

-- Who carries. `setup` is read and checked by app/domain/carriers/setup.py: services, zones, prices, surcharges, routes,
-- ranges of numbers, file format. `kind`: we ourselves, or a carrier that is told by files.
CREATE TABLE carrier (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z][a-z0-9_]{0,29}$'),
    name text NOT NULL CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 60),
    kind text NOT NULL CHECK (kind IN ('own', 'file')),
    setup jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(setup) = 'object' AND length(setup::text) <= 2000000),
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON carrier FOR EACH ROW EXECUTE FUNCTION keep_version();
INSERT INTO carrier (code, name, kind, setup) VALUES ('house', 'Own delivery', 'own', '{"services": [
    {"code": "parcel", "name": "Parcel", "days": 1, "most_kg": "31.5", "hazard": true},
    {"code": "two_person", "name": "Two person", "level": "two_person", "days": 2, "hazard": true}]}');

-- How far a carrier's ranges of numbers are used up: `next` is the first that nobody has. Kept also for a range that the
-- set-up does not name any more, so that no number is ever handed out twice.
CREATE TABLE carrier_number (
    carrier_id uuid NOT NULL REFERENCES carrier,
    prefix text NOT NULL,
    suffix text NOT NULL,
    digits int NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (carrier_id, prefix, suffix, digits)
);

-- Effects on the outside: intent stored with its cause, then called, then its result stored. Whoever holds `fence` until
-- `until` is calling; a row SENDING whose time is over, or UNKNOWN, is recovered: the carrier is asked what became of it.
-- `reference`: what the carrier knows a pickup, a manifest, or a label that is given back by. ASKED: it answers to that
-- until `answer_by` in a file of its own; `answer` is what it said. An answer that did not come leaves it UNKNOWN with its
-- `answer_by`: nobody asks again by itself.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT new_id(),
    request_id uuid NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('buy', 'void', 'manifest', 'left_out', 'pickup', 'papers')),
    reference text NOT NULL DEFAULT '',
    subject_id uuid NOT NULL,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    carrier_id uuid NOT NULL REFERENCES carrier,
    content jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'SENDING', 'ASKED', 'DONE', 'FAILED', 'UNKNOWN')),
    answer text NOT NULL DEFAULT '',
    answer_by timestamptz,
    not_before timestamptz NOT NULL DEFAULT now(),
    fence bigint NOT NULL DEFAULT 0,
    until timestamptz,
    tries int NOT NULL DEFAULT 0,
    fault text NOT NULL DEFAULT '',
    facts jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_work ON outbox (not_before) WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN');
CREATE INDEX outbox_open ON outbox (warehouse_id) WHERE state <> 'DONE';
CREATE INDEX outbox_subject ON outbox (subject_id);
CREATE INDEX outbox_asked ON outbox (answer_by) WHERE state = 'ASKED';
CREATE UNIQUE INDEX outbox_reference ON outbox (carrier_id, reference) WHERE reference <> '';

-- The buying of one label for one carton. `reference` is what the carrier knows it by, the same in every repetition, and
-- `content` what the carrier is told. `number` and `number_range`: the number that was handed out for it. `decision`: the
-- rates that were chosen and rejected, and why. `answer_by`: until when a carrier that answers later has to.
CREATE SEQUENCE purchase_reference;
CREATE TABLE purchase (
    id uuid PRIMARY KEY DEFAULT new_id(),
    request_id uuid NOT NULL UNIQUE,
    reference text NOT NULL UNIQUE DEFAULT 'SHL' || lpad(nextval('purchase_reference')::text, 9, '0'),
    parcel_id uuid NOT NULL REFERENCES parcel,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    carrier_id uuid NOT NULL REFERENCES carrier,
    service text NOT NULL,
    state text NOT NULL DEFAULT 'wanted'
        CHECK (state IN ('wanted', 'asked', 'bought', 'refused', 'unknown', 'voided')),
    content jsonb NOT NULL,
    decision jsonb NOT NULL DEFAULT '{}',
    number bigint,
    number_range jsonb,
    tracking text,
    route text NOT NULL DEFAULT '',
    price numeric(18, 6) CHECK (price >= 0),
    currency text NOT NULL DEFAULT '',
    arrives date,
    fault text NOT NULL DEFAULT '',
    facts jsonb NOT NULL DEFAULT '{}',
    answer_by timestamptz,
    printer_id uuid REFERENCES printer,
    run_id uuid REFERENCES dialog_run,
    created_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person
);
CREATE UNIQUE INDEX purchase_alive ON purchase (parcel_id) WHERE state NOT IN ('refused', 'voided');
CREATE INDEX purchase_parcel ON purchase (parcel_id, id);
CREATE UNIQUE INDEX purchase_tracking ON purchase (tracking) WHERE tracking IS NOT NULL;

CREATE TABLE purchase_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    purchase_id uuid NOT NULL REFERENCES purchase,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL,
    tracking text,
    fault text NOT NULL DEFAULT '',
    person_id uuid
);
CREATE INDEX purchase_history_purchase ON purchase_history (purchase_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON purchase_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_purchase_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO purchase_history (purchase_id, state, tracking, fault, person_id)
    VALUES (NEW.id, NEW.state, NEW.tracking, NEW.fault, actor());
    RETURN NULL;
END $$;
CREATE TRIGGER keep_history_of_new AFTER INSERT ON purchase FOR EACH ROW EXECUTE FUNCTION keep_purchase_history();
CREATE TRIGGER keep_history AFTER UPDATE ON purchase FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.tracking IS DISTINCT FROM NEW.tracking OR OLD.fault <> NEW.fault)
    EXECUTE FUNCTION keep_purchase_history();

ALTER TABLE carrier ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON carrier FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);
ALTER TABLE carrier_number ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON carrier_number FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);
ALTER TABLE purchase ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON purchase FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE purchase_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_its_purchase ON purchase_history FOR SELECT TO PUBLIC
    USING (EXISTS (SELECT FROM purchase p WHERE p.id = purchase_id));

-- Saves a carrier as p_version read it (0: a new one); returns its version. Its code and kind stay.
CREATE FUNCTION save_carrier(p_request uuid, p_code text, p_name text, p_kind text, p_setup jsonb, p_active boolean,
    p_version int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('carrier', p_code, p_name, p_kind, p_setup, p_active,
        p_version));
    c carrier;
    saved int;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'version')::int;
    END IF;
    PERFORM require('set_up');
    SELECT * INTO c FROM carrier WHERE code = p_code FOR UPDATE;
    IF coalesce(c.version, 0) <> p_version THEN
        PERFORM refuse('record.changed', jsonb_build_object('record', p_name,
            'person', (SELECT name FROM person WHERE id = c.changed_by)));
    ELSIF c.id IS NOT NULL AND c.kind <> p_kind THEN
        PERFORM refuse('carriers.kind_stays', jsonb_build_object('carrier', c.name));
    END IF;
    INSERT INTO carrier (code, name, kind, setup, active) VALUES (p_code, p_name, p_kind, p_setup, p_active)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, setup = excluded.setup, active = excluded.active
    RETURNING version INTO saved;
    PERFORM end_record_request(p_request, jsonb_build_object('version', saved));
    RETURN saved;
END $$;

-- The next number of a carrier's ranges, in their order: {number, range}. Refuses when all are used up.
CREATE FUNCTION next_carrier_number(c carrier) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    r jsonb;
    given bigint;
BEGIN
    PERFORM 1 FROM carrier WHERE id = c.id FOR NO KEY UPDATE;
    FOR r IN SELECT * FROM jsonb_array_elements(coalesce(c.setup -> 'ranges', '[]')) LOOP
        INSERT INTO carrier_number AS n (carrier_id, prefix, suffix, digits, next)
        VALUES (c.id, coalesce(r ->> 'prefix', ''), coalesce(r ->> 'suffix', ''), (r ->> 'digits')::int,
            (r ->> 'first')::bigint + 1)
        ON CONFLICT (carrier_id, prefix, suffix, digits) DO UPDATE
        SET next = greatest(n.next, (r ->> 'first')::bigint) + 1
        WHERE greatest(n.next, (r ->> 'first')::bigint) <= (r ->> 'last')::bigint
        RETURNING next - 1 INTO given;
        IF FOUND THEN
            RETURN jsonb_build_object('number', given, 'range', r);
        END IF;
    END LOOP;
    PERFORM refuse('carriers.numbers_used_up', jsonb_build_object('carrier', c.name));
END $$;

-- The carrier of this code, in use.
CREATE FUNCTION carrier_in_use(p_code text) RETURNS carrier
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    c carrier;
BEGIN
    SELECT * INTO c FROM carrier WHERE code = p_code AND active;
    IF NOT FOUND THEN
        PERFORM refuse('carriers.unknown', jsonb_build_object('carrier', p_code));
    END IF;
    RETURN c;
END $$;

-- Writes down what a carton that is being closed is sent with. p_purchase: {request, carrier, service, content, decision,
-- price, currency, arrives, route, tracking}. With a tracking number the label is bought: it is one of our own. Without
-- one it is wanted, and whoever works on the outbox asks the carrier.
CREATE FUNCTION begin_purchase(p parcel, p_warehouse uuid, p_purchase jsonb, p_printer uuid, p_run uuid) RETURNS purchase
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    c carrier := carrier_in_use(p_purchase ->> 'carrier');
    given jsonb := '{}';
    made purchase;
BEGIN
    IF coalesce(p_purchase ->> 'tracking', '') = '' AND c.kind = 'own' THEN
        given := jsonb_build_object('number', nextval('tracking_serial'));
    ELSIF c.kind = 'file' AND c.setup ->> 'numbers' IS DISTINCT FROM 'answer' THEN
        given := next_carrier_number(c);
    END IF;
    INSERT INTO purchase (request_id, parcel_id, warehouse_id, carrier_id, service, state, content, decision, number,
        number_range, tracking, route, price, currency, arrives, printer_id, run_id, person_id)
    VALUES ((p_purchase ->> 'request')::uuid, p.id, p_warehouse, c.id, p_purchase ->> 'service',
        CASE WHEN coalesce(p_purchase ->> 'tracking', '') <> '' THEN 'bought' ELSE 'wanted' END,
        coalesce(p_purchase -> 'content', '{}'), coalesce(p_purchase -> 'decision', '{}'),
        (given ->> 'number')::bigint, given -> 'range', nullif(p_purchase ->> 'tracking', ''),
        coalesce(p_purchase ->> 'route', ''), (p_purchase ->> 'price')::numeric, coalesce(p_purchase ->> 'currency', ''),
        (p_purchase ->> 'arrives')::date, p_printer, p_run, require_actor())
    RETURNING * INTO made;
    IF made.state = 'bought' THEN
        PERFORM want_papers(made);
    ELSE
        INSERT INTO outbox (request_id, kind, subject_id, warehouse_id, carrier_id)
        VALUES (made.request_id, 'buy', made.id, p_warehouse, c.id);
    END IF;
    RETURN made;
END $$;

-- Wants a label for a closed carton that has none, from this carrier; returns the purchase. The same request gives the
-- same one. Refuses while another label may be good.
CREATE FUNCTION want_label(p_request uuid, p_parcel uuid, p_carrier text, p_service text, p_content jsonb,
    p_decision jsonb, p_price numeric, p_currency text, p_arrives date, p_printer uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('want_label', p_parcel, p_carrier, p_service));
    p parcel := lock_parcel(p_parcel, 'pack');
    d document;
    made purchase;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'purchase')::uuid;
    END IF;
    SELECT * INTO d FROM document WHERE id = p.document_id;
    IF d.decision <> 'released' THEN
        PERFORM refuse('document.not_released', jsonb_build_object('document', d.number));
    ELSIF p.state <> 'closed' THEN
        PERFORM refuse('parcel.wrong_state', jsonb_build_object('is', p.state, 'wanted', 'closed'));
    ELSIF EXISTS (SELECT FROM purchase x WHERE x.parcel_id = p.id AND x.state NOT IN ('refused', 'voided')) THEN
        PERFORM refuse('carriers.label_exists', jsonb_build_object('document', d.number));
    END IF;
    made := begin_purchase(p, d.warehouse_id, jsonb_build_object('request', p_request, 'carrier', p_carrier, 'service',
        p_service, 'content', p_content, 'decision', p_decision, 'price', p_price, 'currency', p_currency, 'arrives',
        p_arrives), p_printer, NULL);
    UPDATE parcel SET carrier = p_carrier, service = p_service WHERE id = p.id;
    PERFORM end_record_request(p_request, jsonb_build_object('purchase', made.id));
    RETURN made.id;
END $$;

-- The next thing that is due on the outbox, for whoever calls carriers, theirs for p_seconds; NULL where nothing is due.
-- `recover`: somebody called before, and nobody knows what came of it.
CREATE FUNCTION claim_outbox(p_seconds int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox;
    b purchase;
BEGIN
    PERFORM require('call_carriers');
    SELECT * INTO o FROM outbox WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN') AND not_before <= now()
        AND (state <> 'SENDING' OR until <= now()) AND (state <> 'UNKNOWN' OR answer_by IS NULL)
    ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE outbox SET state = 'SENDING', fence = fence + 1, tries = tries + 1,
        until = now() + make_interval(secs => p_seconds) WHERE id = o.id;
    IF o.kind IN ('buy', 'void', 'papers') THEN
        SELECT * INTO b FROM purchase WHERE id = o.subject_id FOR UPDATE;
        IF o.kind = 'buy' AND b.state = 'wanted' THEN
            UPDATE purchase SET state = 'asked', fault = '', facts = '{}' WHERE id = b.id;
        END IF;
    END IF;
    RETURN jsonb_build_object('id', o.id, 'kind', o.kind, 'reference', o.reference, 'fence', o.fence + 1, 'recover', o.state <> 'QUEUED',
        'tries', o.tries + 1, 'content', o.content, 'subject', o.subject_id, 'warehouse', o.warehouse_id, 'carrier', (SELECT to_jsonb(c) FROM carrier c
            WHERE c.id = o.carrier_id), 'purchase', CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('id', b.id,
            'reference', b.reference, 'service', b.service, 'content', b.content, 'number', b.number,
            'range', b.number_range, 'tracking', b.tracking, 'parcel', b.parcel_id, 'printer', b.printer_id) END);
END $$;

-- The row of the outbox that a caller holds; refuses whose time was over and which another one has taken.
CREATE FUNCTION hold_outbox(p_outbox uuid, p_fence bigint) RETURNS outbox
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox;
BEGIN
    PERFORM require('call_carriers');
    SELECT * INTO o FROM outbox WHERE id = p_outbox FOR UPDATE;
    IF NOT FOUND OR o.fence <> p_fence OR o.state <> 'SENDING' THEN
        PERFORM refuse('carriers.overtaken');
    END IF;
    RETURN o;
END $$;

-- A label exists: the carton gets its tracking number, and its shipping label goes on the journal. p_label: the content of
-- the label. Told twice it changes nothing; a number that another carton has is refused.
CREATE FUNCTION keep_bought(b purchase, p_tracking text, p_route text, p_price numeric, p_currency text, p_arrives date,
    p_label jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
    printer_id uuid;
BEGIN
    IF b.state = 'bought' AND b.tracking = p_tracking THEN
        RETURN;
    ELSIF b.state NOT IN ('wanted', 'asked', 'unknown') THEN
        PERFORM refuse('carriers.answer_too_late', jsonb_build_object('reference', b.reference, 'tracking', p_tracking));
    ELSIF EXISTS (SELECT FROM code WHERE scheme = 'tracking' AND value = p_tracking) THEN
        PERFORM refuse('carriers.number_twice', jsonb_build_object('reference', b.reference, 'tracking', p_tracking));
    END IF;
    SELECT * INTO p FROM parcel WHERE id = b.parcel_id FOR UPDATE;
    UPDATE purchase SET state = 'bought', tracking = p_tracking, route = coalesce(p_route, ''), fault = '', facts = '{}',
        price = coalesce(p_price, price), currency = coalesce(nullif(p_currency, ''), currency),
        arrives = coalesce(p_arrives, arrives), answer_by = NULL WHERE id = b.id;
    UPDATE parcel SET tracking = p_tracking WHERE id = p.id;
    INSERT INTO code (scheme, value, kind, target_id) VALUES ('tracking', p_tracking, 'parcel', p.id);
    printer_id := coalesce(b.printer_id, (SELECT id FROM printer WHERE active AND kind = 'labels' ORDER BY name LIMIT 1));
    PERFORM want_papers(b);
    IF printer_id IS NOT NULL THEN
        PERFORM queue_label(b.request_id, printer_id, b.warehouse_id, 'shipping', p_label, p_tracking, 1, p.document_id,
            b.run_id);
    END IF;
END $$;

-- Stores what a carrier answered to what the caller held. p_state: bought, done, asked (answers until p_answer_by in a
-- file of its own), refused, unknown (asked again after p_seconds), later (nothing was done; tried again after p_seconds).
CREATE FUNCTION settle_outbox(p_outbox uuid, p_fence bigint, p_state text, p_answer jsonb DEFAULT '{}',
    p_fault text DEFAULT '', p_facts jsonb DEFAULT '{}', p_seconds int DEFAULT 60, p_answer_by timestamptz DEFAULT NULL)
    RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox := hold_outbox(p_outbox, p_fence);
    b purchase;
BEGIN
    UPDATE outbox SET fault = p_fault, facts = p_facts, until = NULL, not_before = now() + make_interval(secs => p_seconds),
        answer_by = CASE WHEN o.kind <> 'buy' THEN p_answer_by END,
        state = CASE WHEN p_state IN ('bought', 'done') THEN 'DONE' WHEN p_state = 'asked' THEN
            CASE WHEN o.kind = 'buy' THEN 'DONE' ELSE 'ASKED' END
            WHEN p_state = 'refused' THEN 'FAILED' WHEN p_state = 'later' THEN 'QUEUED' ELSE 'UNKNOWN' END
    WHERE id = o.id;
    IF o.kind <> 'buy' THEN
        RETURN;
    END IF;
    SELECT * INTO b FROM purchase WHERE id = o.subject_id FOR UPDATE;
    IF p_state = 'bought' THEN
        PERFORM keep_bought(b, p_answer ->> 'tracking', p_answer ->> 'route', (p_answer ->> 'price')::numeric,
            p_answer ->> 'currency', (p_answer ->> 'arrives')::date, p_answer -> 'label');
    ELSIF b.state IN ('wanted', 'asked', 'unknown') THEN
        UPDATE purchase SET fault = p_fault, facts = p_facts, answer_by = p_answer_by,
            state = CASE p_state WHEN 'asked' THEN 'asked' WHEN 'refused' THEN 'refused' WHEN 'later' THEN 'wanted'
                ELSE 'unknown' END
        WHERE id = b.id;
    END IF;
END $$;

-- What a carrier's file answered about one of its cartons: a tracking number with the content of its label, or a fault.
-- Returns the purchase and its carton; the same answer again changes nothing.
CREATE FUNCTION take_answer(p_carrier text, p_reference text, p_tracking text, p_fault text, p_label jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b purchase;
BEGIN
    PERFORM require('call_carriers');
    SELECT x.* INTO b FROM purchase x JOIN carrier c ON c.id = x.carrier_id
    WHERE x.reference = p_reference AND c.code = p_carrier FOR UPDATE OF x;
    IF NOT FOUND THEN
        PERFORM refuse('carriers.unknown_reference', jsonb_build_object('reference', p_reference));
    ELSIF p_fault = '' THEN
        PERFORM keep_bought(b, p_tracking, '', NULL, '', NULL, p_label);
    ELSIF b.state IN ('asked', 'unknown') THEN
        UPDATE purchase SET state = 'refused', fault = 'carriers.turned_down', answer_by = NULL,
            facts = jsonb_build_object('words', left(p_fault, 200)) WHERE id = b.id;
    ELSIF b.state <> 'refused' THEN
        PERFORM refuse('carriers.answer_too_late', jsonb_build_object('reference', b.reference, 'tracking', p_fault));
    END IF;
    RETURN jsonb_build_object('purchase', b.id, 'parcel', b.parcel_id);
END $$;

-- Asks the carrier again at once, where nobody knows what became of a label or it could not be asked yet.
CREATE FUNCTION ask_again(p_purchase uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b purchase;
BEGIN
    SELECT * INTO b FROM purchase WHERE id = p_purchase FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM require_actor();
        PERFORM refuse('parcel.unknown');
    END IF;
    PERFORM require('pack', b.warehouse_id);
    IF b.state NOT IN ('wanted', 'unknown') THEN
        PERFORM refuse('carriers.nothing_to_ask', jsonb_build_object('reference', b.reference));
    END IF;
    UPDATE outbox SET not_before = now(), state = CASE WHEN state = 'DONE' THEN 'UNKNOWN' ELSE state END
    WHERE subject_id = b.id AND kind = 'buy' AND state <> 'SENDING';
END $$;

-- A label is worth nothing any more: its paper is dead, the carton has none, the carrier is told where it was bought.
-- Refuses what stands on a manifest, what was shipped, and what a carrier or a printer is busy with.
CREATE FUNCTION void_label(p_request uuid, p_purchase uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('void_label', p_purchase, p_reason));
    b purchase;
    p parcel;
BEGIN
    IF known IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO b FROM purchase WHERE id = p_purchase;
    p := lock_parcel(b.parcel_id, 'pack');
    SELECT * INTO b FROM purchase WHERE id = p_purchase FOR UPDATE;
    IF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason');
    ELSIF b.state IN ('refused', 'voided') THEN
        PERFORM refuse('carriers.no_label', jsonb_build_object('reference', b.reference));
    ELSIF p.state = 'shipped' THEN
        PERFORM refuse('parcel.wrong_state', jsonb_build_object('is', p.state, 'wanted', 'closed'));
    END IF;
    PERFORM drop_label(p, p_reason);
    UPDATE parcel SET state = 'closed', tracking = NULL WHERE id = p.id;
    PERFORM end_record_request(p_request, '{}');
END $$;

-- What voiding and opening a carton again have in common: every label that may be good is voided. Refuses what is being
-- asked right now (p_patient), or gives up hearing of it: the carrier is told either way.
CREATE FUNCTION drop_label(p parcel, p_reason text, p_patient boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b purchase;
    label record;
    sent text;
BEGIN
    SELECT * INTO b FROM purchase WHERE parcel_id = p.id AND state NOT IN ('refused', 'voided') FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT d.number INTO sent FROM shipment_parcel l JOIN document d ON d.id = l.document_id
    WHERE l.parcel_id = p.id AND l.left_out_at IS NULL;
    IF FOUND THEN
        PERFORM refuse('carriers.on_manifest', jsonb_build_object('manifest', sent));
    ELSIF p_patient AND EXISTS (SELECT FROM outbox WHERE subject_id = b.id AND kind = 'buy' AND state = 'SENDING'
            AND until > now()) THEN
        PERFORM refuse('carriers.still_asking', jsonb_build_object('reference', b.reference));
    END IF;
    FOR label IN SELECT j.id, j.state, j.label_uid, r.name AS printer FROM print_job j JOIN printer r ON r.id = j.printer_id
            WHERE j.label_uid = b.tracking AND j.state NOT IN ('VOIDED', 'REPRINTED', 'CANCELLED')
            ORDER BY j.id FOR UPDATE OF j LOOP
        IF label.state IN ('SENDING', 'SENT') THEN
            CONTINUE WHEN NOT p_patient;
            PERFORM refuse('printing.still_printing', jsonb_build_object('label', label.label_uid, 'printer', label.printer));
        END IF;
        PERFORM advance_print_job(label.id, NULL, CASE label.state WHEN 'QUEUED' THEN 'CANCELLED' ELSE 'VOIDED' END,
            p_reason);
    END LOOP;
    UPDATE outbox SET state = 'FAILED', fault = 'carriers.voided' WHERE subject_id = b.id AND kind IN ('buy', 'papers')
        AND state IN ('QUEUED', 'SENDING', 'UNKNOWN');
    UPDATE purchase SET state = 'voided', fault = p_reason, answer_by = NULL WHERE id = b.id;
    IF b.state <> 'wanted' THEN
        INSERT INTO outbox (request_id, kind, reference, subject_id, warehouse_id, carrier_id)
        VALUES (new_id(), 'void', b.reference || 'V', b.id, b.warehouse_id, b.carrier_id);
    END IF;
END $$;

REVOKE ALL ON FUNCTION next_carrier_number(carrier), begin_purchase(parcel, uuid, jsonb, uuid, uuid), hold_outbox(uuid, bigint),
    keep_bought(purchase, text, text, numeric, text, date, jsonb), drop_label(parcel, text, boolean),
    carrier_in_use(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION save_carrier(uuid, text, text, text, jsonb, boolean, int),
    want_label(uuid, uuid, text, text, jsonb, jsonb, numeric, text, date, uuid), claim_outbox(int),
    settle_outbox(uuid, bigint, text, jsonb, text, jsonb, int, timestamptz), take_answer(text, text, text, text, jsonb),
    ask_again(uuid), void_label(uuid, uuid, text) TO @everyone@;
