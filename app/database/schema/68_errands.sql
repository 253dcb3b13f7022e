-- What carriers are told beside the buying of labels: trucks that are wanted, labels that are given back, manifests. It
-- stands on the outbox (68_carriers.sql); here people order it, see what became of it, and settle what a carrier only says
-- on the phone. And what carriers' files said that fits nothing of ours, until somebody has seen to it.

-- `line` 0: the whole file.
CREATE TABLE carrier_notice (
    id uuid PRIMARY KEY DEFAULT new_id(),
    carrier_id uuid NOT NULL REFERENCES carrier,
    at timestamptz NOT NULL DEFAULT now(),
    file text NOT NULL CHECK (length(file) <= 300),
    line int NOT NULL DEFAULT 0,
    reference text NOT NULL DEFAULT '',
    tracking text NOT NULL DEFAULT '',
    fault text NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}',
    seen_at timestamptz,
    seen_by uuid REFERENCES person
);
CREATE INDEX carrier_notice_open ON carrier_notice (at) WHERE seen_at IS NULL;
ALTER TABLE carrier_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY shippers ON carrier_notice FOR SELECT TO PUBLIC USING ((SELECT may_somewhere('ship')));

-- The label exists, so the papers of its carton can be printed: whoever works on the outbox asks the rules which.
CREATE FUNCTION want_papers(b purchase) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO outbox (request_id, kind, subject_id, warehouse_id, carrier_id)
    VALUES (new_id(), 'papers', b.id, b.warehouse_id, b.carrier_id)
$$;

CREATE SEQUENCE pickup_number;

-- Orders a truck of a carrier for a day; returns the pickup's number. p_from, p_until: HH:MM by the warehouse's clock, ''
-- any; weight in kg. Refuses a day that is over, and a second truck of the carrier for a day that has one.
CREATE FUNCTION order_pickup(p_request uuid, p_warehouse uuid, p_carrier text, p_day date, p_cartons int, p_weight numeric,
    p_from text, p_until text, p_note text, p_sender jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('pickup', p_warehouse, p_carrier, p_day, p_cartons,
        p_weight, p_from, p_until, p_note));
    c carrier := carrier_in_use(p_carrier);
    its_number text;
    other text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known ->> 'number';
    END IF;
    PERFORM require('ship', p_warehouse);
    PERFORM 1 FROM carrier WHERE id = c.id FOR NO KEY UPDATE;
    SELECT o.reference INTO other FROM outbox o WHERE o.kind = 'pickup' AND o.warehouse_id = p_warehouse
        AND o.carrier_id = c.id AND o.state <> 'FAILED' AND o.content ->> 'day' = p_day::text;
    IF FOUND THEN
        PERFORM refuse('carriers.pickup_exists', jsonb_build_object('carrier', c.name, 'day', p_day, 'pickup', other));
    ELSIF p_day < (SELECT (now() AT TIME ZONE time_zone)::date FROM warehouse WHERE id = p_warehouse) THEN
        PERFORM refuse('carriers.pickup_past', jsonb_build_object('day', p_day));
    ELSIF coalesce(p_cartons, 0) < 1 OR coalesce(p_weight, -1) < 0 THEN
        PERFORM refuse('carriers.pickup_empty', jsonb_build_object('carrier', c.name));
    ELSIF p_from <> '' AND p_until <> '' AND p_from >= p_until THEN
        PERFORM refuse('carriers.pickup_times', jsonb_build_object('from', p_from, 'until', p_until));
    END IF;
    its_number := 'PUP' || lpad(nextval('pickup_number')::text, 6, '0');
    INSERT INTO outbox (request_id, kind, reference, subject_id, warehouse_id, carrier_id, content)
    VALUES (p_request, 'pickup', its_number, new_id(), p_warehouse, c.id, jsonb_build_object('number', its_number, 'day', p_day,
        'cartons', p_cartons, 'weight_kg', p_weight::text, 'from_time', p_from, 'until_time', p_until, 'note', left(p_note, 200),
        'sender', p_sender));
    PERFORM end_record_request(p_request, jsonb_build_object('number', its_number));
    RETURN its_number;
END $$;

-- What a carrier's file says about a pickup, a manifest or a label that was given back; false where the reference is none
-- of those. What was settled is left as it is, and an answer that says otherwise is refused.
CREATE FUNCTION take_confirmation(p_carrier text, p_reference text, p_answer text, p_fault text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox;
    told text := CASE WHEN p_fault = '' THEN 'DONE' ELSE 'FAILED' END;
BEGIN
    PERFORM require('call_carriers');
    SELECT x.* INTO o FROM outbox x JOIN carrier c ON c.id = x.carrier_id
    WHERE x.reference = p_reference AND p_reference <> '' AND c.code = p_carrier FOR UPDATE OF x;
    IF NOT FOUND THEN
        RETURN false;
    ELSIF o.state IN ('DONE', 'FAILED') AND o.state <> told THEN
        PERFORM refuse('carriers.answer_too_late', jsonb_build_object('reference', p_reference,
            'tracking', coalesce(nullif(p_fault, ''), p_answer)));
    ELSIF o.state NOT IN ('DONE', 'FAILED') THEN
        UPDATE outbox SET state = told, answer = left(p_answer, 100), answer_by = NULL,
            fault = CASE WHEN p_fault = '' THEN '' ELSE 'carriers.turned_down' END,
            facts = CASE WHEN p_fault = '' THEN '{}' ELSE jsonb_build_object('words', left(p_fault, 200)) END
        WHERE id = o.id;
    END IF;
    RETURN true;
END $$;

-- What a carrier did not answer in time is unknown from now on; returns how much. A pickup, or a label that is given back,
-- is not asked for again by itself: the carrier was told, and a person settles it.
CREATE FUNCTION miss_answers() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    missed int;
BEGIN
    PERFORM require('call_carriers');
    WITH bought AS (UPDATE purchase SET state = 'unknown', fault = 'carriers.no_answer', facts = '{}'
            WHERE state = 'asked' AND answer_by <= now() RETURNING 1),
        told AS (UPDATE outbox SET state = 'UNKNOWN', fault = 'carriers.not_confirmed', facts = '{}'
            WHERE state = 'ASKED' AND answer_by <= now() RETURNING 1)
    SELECT count(*) INTO missed FROM (TABLE bought UNION ALL TABLE told) x;
    RETURN missed;
END $$;

-- Writes down what a carrier's file says that fits nothing; the same line of the same file once.
CREATE FUNCTION note_answer(p_carrier text, p_file text, p_line int, p_reference text, p_tracking text, p_fault text,
    p_facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('call_carriers');
    INSERT INTO carrier_notice (carrier_id, file, line, reference, tracking, fault, facts)
    SELECT c.id, left(p_file, 300), p_line, left(p_reference, 100), left(p_tracking, 100), p_fault, p_facts
    FROM carrier c WHERE c.code = p_carrier AND NOT EXISTS (SELECT FROM carrier_notice n WHERE n.carrier_id = c.id
        AND (n.file, n.line, n.reference, n.fault) = (left(p_file, 300), p_line, left(p_reference, 100), p_fault)
        AND n.seen_at IS NULL);
END $$;

-- Locks what a carrier was to be told, for whoever may; refuses what does not exist.
CREATE FUNCTION lock_errand(p_errand uuid) RETURNS outbox
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox;
BEGIN
    SELECT * INTO o FROM outbox WHERE id = p_errand AND kind <> 'buy' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM require_actor();
        PERFORM refuse('carriers.no_errand');
    END IF;
    PERFORM require('ship', o.warehouse_id);
    RETURN o;
END $$;

-- Tells the carrier at once what it could not be told, or would not hear: after its set-up was corrected, say.
CREATE FUNCTION tell_again(p_errand uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox := lock_errand(p_errand);
BEGIN
    IF o.state NOT IN ('QUEUED', 'FAILED', 'UNKNOWN') THEN
        PERFORM refuse('carriers.nothing_to_ask', jsonb_build_object('reference', o.reference));
    END IF;
    UPDATE outbox SET state = 'QUEUED', not_before = now(), answer_by = NULL WHERE id = o.id;
END $$;

-- A person has it from the carrier that it is so (p_done) or is not; p_words: who said what.
CREATE FUNCTION settle_errand(p_errand uuid, p_done boolean, p_words text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    o outbox := lock_errand(p_errand);
BEGIN
    IF btrim(coalesce(p_words, '')) = '' THEN
        PERFORM refuse('carriers.say_who');
    ELSIF o.state = 'SENDING' AND o.until > now() THEN
        PERFORM refuse('carriers.still_asking', jsonb_build_object('reference', o.reference));
    END IF;
    UPDATE outbox SET state = CASE WHEN p_done THEN 'DONE' ELSE 'FAILED' END, answer = left(btrim(p_words), 100), until = NULL,
        answer_by = NULL, fault = CASE WHEN p_done THEN '' ELSE 'carriers.turned_down' END,
        facts = CASE WHEN p_done THEN '{}' ELSE jsonb_build_object('words', left(btrim(p_words), 200)) END
    WHERE id = o.id;
END $$;

-- Somebody has seen to what a carrier's file said.
CREATE FUNCTION see_notice(p_notice uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['ship']);
    UPDATE carrier_notice SET seen_at = now(), seen_by = actor() WHERE id = p_notice AND seen_at IS NULL;
END $$;

-- Where an order has changed or ended (p_why), its labels are void, ours as well as those that a carrier was told of: they
-- say, and cost, what the order said before. Their cartons have none then, and stand on no manifest. Returns the numbers.
CREATE FUNCTION drop_labels_of_order(p_document uuid, p_why text, p_patient boolean) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
    dead text[] := '{}';
BEGIN
    UPDATE shipment_parcel SET left_out_at = now() WHERE left_out_at IS NULL AND loaded_at IS NULL
        AND parcel_id IN (SELECT id FROM parcel WHERE document_id = p_document);
    FOR p IN SELECT k.* FROM parcel k WHERE k.document_id = p_document AND k.state IN ('closed', 'labelled') AND EXISTS (
            SELECT FROM purchase b WHERE b.parcel_id = k.id AND b.state NOT IN ('refused', 'voided'))
        ORDER BY k.id FOR UPDATE OF k LOOP
        PERFORM drop_label(p, p_why, p_patient);
        UPDATE parcel SET state = 'closed', tracking = NULL WHERE id = p.id;
        dead := array_remove(dead || p.tracking, NULL);
    END LOOP;
    RETURN dead;
END $$;

REVOKE ALL ON FUNCTION lock_errand(uuid), want_papers(purchase), drop_labels_of_order(uuid, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION miss_answers(), order_pickup(uuid, uuid, text, date, int, numeric, text, text, text, jsonb),
    take_confirmation(text, text, text, text), note_answer(text, text, int, text, text, text, jsonb), tell_again(uuid),
    settle_errand(uuid, boolean, text), see_notice(uuid) TO @everyone@;
