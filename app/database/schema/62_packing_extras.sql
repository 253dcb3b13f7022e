-- What a packer does beside scanning goods: read an instruction, put an insert in, take a photo. Rules say for which orders
-- (policy `extras`); what was done is kept with the carton.

-- `moment`: before the first unit of the order (start), with the first unit of the goods that a rule names (goods), before
-- the carton is weighed (close); photos always close a carton. `answer`: only shown, confirmed by a key, or scanned (`code`, or the item's own code).
-- Inserts: `quantity` of an item or of something that only has a name; `weight_kg` is of one, where it is no item with a
-- known weight; `from_stock`: it is booked out of the stock.
CREATE TABLE pack_extra (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_-]{1,30}$' AND code <> 'GIFT'),
    kind text NOT NULL CHECK (kind IN ('instruction', 'insert', 'photo')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 500),
    picture bytea REFERENCES attachment,
    moment text NOT NULL DEFAULT 'close' CONSTRAINT pack_extra_moment_check
        CHECK (moment = 'close' OR kind <> 'photo' AND moment IN ('start', 'goods')),
    answer text NOT NULL DEFAULT 'key' CONSTRAINT pack_extra_answer_check
        CHECK (answer IN ('key', 'scan') OR kind = 'instruction' AND answer = 'shown'),
    item_id uuid REFERENCES item,
    quantity numeric(18, 6) NOT NULL DEFAULT 1 CHECK (quantity > 0),
    weight_kg numeric(18, 6) NOT NULL DEFAULT 0 CHECK (weight_kg >= 0),
    from_stock boolean NOT NULL DEFAULT false CONSTRAINT pack_extra_from_stock_check
        CHECK (NOT from_stock OR item_id IS NOT NULL),
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON pack_extra FOR EACH ROW EXECUTE FUNCTION keep_version();
ALTER TABLE pack_extra ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON pack_extra FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

-- What was done for a carton, as it was called then. `code` is the extra's, or GIFT for the order's own gift note; `sku`:
-- the goods that it was about. `quantity`: how many of an insert were put in; below zero what UNDO took back. `weight_kg` is
-- what it adds to the carton; `posting_id` books it out of the stock. `at` is the time of its step.
CREATE TABLE parcel_extra (
    id uuid PRIMARY KEY DEFAULT new_id(),
    parcel_id uuid NOT NULL REFERENCES parcel,
    code text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('instruction', 'insert', 'photo', 'gift')),
    name text NOT NULL,
    sku text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL DEFAULT require_actor() REFERENCES person,
    station_id uuid DEFAULT this_station(),
    quantity numeric(18, 6) NOT NULL DEFAULT 1 CHECK (quantity <> 0),
    answer text NOT NULL CHECK (answer IN ('key', 'scan', 'photo')),
    scanned text NOT NULL DEFAULT '',
    sha256 bytea REFERENCES attachment,
    weight_kg numeric(18, 6) NOT NULL DEFAULT 0,
    posting_id uuid
);
CREATE INDEX parcel_extra_parcel ON parcel_extra (parcel_id);
CREATE INDEX parcel_extra_code ON parcel_extra (code);
CREATE INDEX parcel_extra_step ON parcel_extra (at, person_id);
ALTER TABLE parcel_extra ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_its_parcel ON parcel_extra TO PUBLIC
    USING (EXISTS (SELECT FROM parcel p JOIN document d ON d.id = p.document_id WHERE p.id = parcel_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON parcel_extra
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
-- Whether a customer ordered before (packing_facts).
CREATE INDEX document_of_customer ON document (partner_id, created_at) WHERE kind = 'order';

-- Cartons know an extra by its code, so it stays.
CREATE FUNCTION keep_extra_code() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM refuse('packing.extra_code_stays', jsonb_build_object('extra', OLD.code));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_extra_code BEFORE UPDATE OF code ON pack_extra
    FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION keep_extra_code();

CREATE FUNCTION uses_of_extra(p_id uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT 'carton', count(*), coalesce((array_agg(u.sscc ORDER BY p.id DESC) FILTER (WHERE u.sscc <> ''))[1:5], '{}')
    FROM pack_extra x JOIN parcel_extra e ON e.code = x.code JOIN parcel p ON p.id = e.parcel_id
    LEFT JOIN handling_unit u ON u.id = p.handling_unit_id
    WHERE x.id = p_id HAVING count(*) > 0
$$;

-- Books so much of an insert out of the stock: from where most of it lies free, at the benches first. Returns the posting,
-- NULL where there is not enough in any one place: a missing flyer holds no order up.
CREATE FUNCTION use_insert(p_request uuid, p_document uuid, x pack_extra, p_quantity numeric) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
    b stock_balance;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document;
    PERFORM require('pack', d.warehouse_id);
    SELECT s.* INTO b FROM stock_balance s JOIN location l ON l.id = s.location_id
    WHERE s.warehouse_id = d.warehouse_id AND s.item_id = x.item_id AND s.status = 'available' AND s.owner_id = nil()
        AND s.on_hand - s.reserved >= p_quantity AND l.kind IN ('bin', 'staging') AND l.frozen_by IS NULL
    ORDER BY l.purpose = 'packing_bench' DESC, s.on_hand - s.reserved DESC, s.location_id, s.trace_id LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN (post_moves(p_request => p_request, p_kind => 'insert', p_warehouse => d.warehouse_id,
        p_items => ARRAY[x.item_id], p_qtys => ARRAY[p_quantity], p_from_locations => ARRAY[b.location_id],
        p_to_locations => ARRAY[(SELECT id FROM location WHERE warehouse_id = d.warehouse_id AND kind = 'customer')],
        p_traces => ARRAY[b.trace_id], p_from_units => ARRAY[b.handling_unit_id], p_from_statuses => ARRAY[b.status],
        p_from_owners => ARRAY[b.owner_id], p_document => p_document) ->> 'posting')::uuid;
END $$;

-- Goods leave as inserts by what a packer notes of a carton (note_extra), never by a movement that somebody posts.
CREATE FUNCTION require_extra() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM parcel_extra WHERE posting_id = NEW.id) THEN
        PERFORM refuse('packing.insert_without_carton');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_extra AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.kind = 'insert' AND NEW.reverses IS NULL) EXECUTE FUNCTION require_extra();

-- What the inserts in a carton weigh.
CREATE FUNCTION inserts_kg(p_parcel uuid) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(weight_kg), 0) FROM parcel_extra WHERE parcel_id = p_parcel
$$;

-- Notes that an extra was done for an open carton: read, put in (p_quantity of it), photographed (p_sha256), the gift note
-- (GIFT) put in. p_answer: key, scan or photo; p_scanned: what was scanned. An insert weighs along with the empty carton.
-- Repeated for the same carton and goods it changes nothing once all of it is in, but for photos, of which there may be many.
-- Returns the posting that booked an insert out of the stock.
CREATE FUNCTION note_extra(p_request uuid, p_parcel uuid, p_code text, p_sku text, p_answer text, p_scanned text,
    p_sha256 bytea, p_quantity numeric DEFAULT 1) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('extra', p_parcel, p_code, p_sku, p_answer, p_scanned,
        encode(p_sha256, 'hex'), p_quantity));
    p parcel := lock_parcel(p_parcel, 'pack');
    x pack_extra;
    posting uuid;
    wanted numeric;
    before numeric := inserts_kg(p_parcel);
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF p.state <> 'open' THEN
        PERFORM refuse('packing.carton_sealed', jsonb_build_object('carton', p.carton_type));
    END IF;
    SELECT * INTO x FROM pack_extra WHERE code = p_code;
    wanted := CASE WHEN x.kind = 'insert' THEN x.quantity ELSE 1 END;
    IF x.id IS NULL AND p_code <> 'GIFT' THEN
        PERFORM refuse('packaging.unknown', jsonb_build_object('name', p_code, 'known', '–'));
    ELSIF p_quantity IS NULL OR p_quantity <= 0 OR p_quantity > wanted THEN
        PERFORM refuse('packing.extra_too_many', jsonb_build_object('extra', coalesce(x.name, p_code),
            'wanted', trim_scale(wanted)));
    ELSIF p_answer = 'photo' AND NOT EXISTS (SELECT FROM attachment WHERE sha256 = p_sha256) THEN
        PERFORM refuse('photo.not_kept');
    ELSIF p_answer <> 'photo' AND (SELECT sum(e.quantity) FROM parcel_extra e WHERE e.parcel_id = p_parcel
            AND e.code = p_code AND e.sku = p_sku) >= wanted THEN
        RETURN end_record_request(p_request, '{}');
    END IF;
    IF x.from_stock THEN
        posting := use_insert(p_request, p.document_id, x, p_quantity);
    END IF;
    INSERT INTO parcel_extra (parcel_id, code, kind, name, sku, answer, scanned, sha256, quantity, weight_kg, posting_id)
    VALUES (p_parcel, p_code, coalesce(x.kind, 'gift'), coalesce(x.name, p_code), p_sku, p_answer, p_scanned, p_sha256,
        p_quantity, CASE WHEN x.kind = 'insert' THEN p_quantity * coalesce((SELECT weight_mean_kg FROM item
            WHERE id = x.item_id), x.weight_kg) ELSE 0 END, posting);
    UPDATE parcel SET tare_kg = tare_kg + inserts_kg(p_parcel) - before WHERE id = p_parcel AND x.kind = 'insert';
    IF p_answer = 'photo' THEN
        INSERT INTO document_photo (document_id, sha256, reason, person_id)
        VALUES (p.document_id, p_sha256, 'PACKED', actor()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN end_record_request(p_request, jsonb_build_object('posting', posting));
END $$;

-- Takes back what a step of a packer noted (p_at: when it was), as rows of less than nothing; its posting is reversed by UNDO
-- itself. Photos of the step go. A carton that was sealed since keeps what is in it.
CREATE FUNCTION undo_extras(p_run uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    e parcel_extra;
    before numeric;
BEGIN
    FOR e IN SELECT x.* FROM dialog_run r JOIN parcel_extra x ON x.person_id = r.person_id AND x.at = p_at
            AND x.station_id IS NOT DISTINCT FROM r.station_id AND x.quantity > 0
            JOIN parcel p ON p.id = x.parcel_id AND p.state = 'open'
            WHERE r.id = p_run AND r.capability = 'packing' ORDER BY x.id LOOP
        before := inserts_kg(e.parcel_id);
        INSERT INTO parcel_extra (parcel_id, code, kind, name, sku, answer, scanned, sha256, quantity, weight_kg)
        VALUES (e.parcel_id, e.code, e.kind, e.name, e.sku, e.answer, e.scanned, e.sha256, -e.quantity, -e.weight_kg);
        UPDATE parcel SET tare_kg = tare_kg + inserts_kg(e.parcel_id) - before WHERE id = e.parcel_id;
        DELETE FROM document_photo f USING parcel p WHERE p.id = e.parcel_id AND f.document_id = p.document_id
            AND f.sha256 = e.sha256 AND f.reason = 'PACKED' AND e.answer = 'photo';
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION keep_extra_code(), uses_of_extra(uuid), use_insert(uuid, uuid, pack_extra, numeric), inserts_kg(uuid),
    undo_extras(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_extra(uuid, uuid, text, text, text, text, bytea, numeric) TO @everyone@;
