-- Shipments: what leaves with one truck. A manifest is closed with the cartons that are ready; each of them is scanned
-- into the truck; the truck departs, and somebody signs for it. One document of the kind `shipment` holds all three.

-- `service` '': all services of the carrier. `signature`: a PNG as it was drawn; none where the name was typed.
CREATE TABLE shipment (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    carrier_id uuid NOT NULL REFERENCES carrier,
    service text NOT NULL DEFAULT '',
    truck text NOT NULL DEFAULT '' CHECK (length(truck) <= 60),
    departed_at timestamptz,
    departed_by uuid REFERENCES person,
    signed_at timestamptz,
    signed_by text NOT NULL DEFAULT '' CHECK (length(signed_by) <= 120),
    signature bytea CHECK (octet_length(signature) BETWEEN 1 AND 200000)
);

-- A carton stands on one shipment at a time. `left_out_at`: it was taken off again, and goes with a later one.
CREATE TABLE shipment_parcel (
    document_id uuid NOT NULL REFERENCES shipment ON DELETE CASCADE,
    parcel_id uuid NOT NULL REFERENCES parcel,
    listed_at timestamptz NOT NULL DEFAULT now(),
    loaded_at timestamptz,
    loaded_by uuid REFERENCES person,
    left_out_at timestamptz,
    PRIMARY KEY (document_id, parcel_id)
);
CREATE UNIQUE INDEX shipment_parcel_once ON shipment_parcel (parcel_id) WHERE left_out_at IS NULL;

-- A carton that is taken off a manifest of which its carrier is told by file: as long as nobody was told, the carton is left
-- out of the file; else the carrier is told that it does not come.
CREATE FUNCTION tell_left_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    told outbox;
    b purchase;
    others jsonb;
BEGIN
    SELECT * INTO told FROM outbox WHERE subject_id = NEW.document_id AND kind = 'manifest' FOR UPDATE;
    SELECT * INTO b FROM purchase WHERE parcel_id = NEW.parcel_id AND told.content -> 'cartons'
        @> jsonb_build_array(jsonb_build_object('reference', reference)) ORDER BY id DESC LIMIT 1;
    IF b.id IS NULL THEN
        RETURN NULL;
    ELSIF told.state IN ('QUEUED', 'FAILED') THEN
        others := (SELECT coalesce(jsonb_agg(c), '[]') FROM jsonb_array_elements(told.content -> 'cartons') c
            WHERE c ->> 'reference' <> b.reference);
        UPDATE outbox SET content = content || jsonb_build_object('cartons', others) WHERE id = told.id AND others <> '[]';
        DELETE FROM outbox WHERE id = told.id AND others = '[]';
    ELSE
        INSERT INTO outbox (request_id, kind, reference, subject_id, warehouse_id, carrier_id, content)
        SELECT new_id(), 'left_out', b.reference || 'L' || (SELECT count(*) FROM outbox WHERE subject_id = b.id
                AND kind = 'left_out'), b.id, told.warehouse_id, told.carrier_id,
            jsonb_build_object('manifest', told.reference, 'carton', c)
        FROM jsonb_array_elements(told.content -> 'cartons') c WHERE c ->> 'reference' = b.reference;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_left_out AFTER UPDATE OF left_out_at ON shipment_parcel FOR EACH ROW
    WHEN (OLD.left_out_at IS NULL AND NEW.left_out_at IS NOT NULL) EXECUTE FUNCTION tell_left_out();

-- The shipment of this id, locked, for whoever may do this there; refuses one that has departed.
CREATE FUNCTION lock_shipment(p_shipment uuid, p_departed boolean DEFAULT false) RETURNS document
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_shipment AND kind = 'shipment' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM require_actor();
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('ship', d.warehouse_id);
    IF (SELECT departed_at IS NOT NULL FROM shipment WHERE document_id = d.id) AND NOT p_departed THEN
        PERFORM refuse('shipping.departed', jsonb_build_object('manifest', d.number));
    END IF;
    RETURN d;
END $$;

-- Closes the manifest of a carrier (one service of it, '': all) with every labelled carton that stands on none; returns
-- its number. What is labelled later goes with the next. The carrier is told where it wants to be.
CREATE FUNCTION close_manifest(p_request uuid, p_warehouse uuid, p_carrier text, p_service text, p_truck text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('manifest', p_warehouse, p_carrier, p_service));
    c carrier;
    made uuid := new_id();
    its_number text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known ->> 'number';
    END IF;
    PERFORM require('ship', p_warehouse);
    SELECT * INTO c FROM carrier WHERE code = p_carrier FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('carriers.unknown', jsonb_build_object('carrier', p_carrier));
    END IF;
    its_number := 'SHP-' || lpad(nextval('document_number')::text, 6, '0');
    INSERT INTO document (id, kind, number, warehouse_id, decision, created_by)
    VALUES (made, 'shipment', its_number, p_warehouse, 'released', actor());
    INSERT INTO document_history (document_id, person_id, decision) VALUES (made, actor(), 'released');
    INSERT INTO shipment (document_id, carrier_id, service, truck) VALUES (made, c.id, p_service, btrim(p_truck));
    INSERT INTO shipment_parcel (document_id, parcel_id)
    SELECT made, p.id FROM parcel p JOIN document d ON d.id = p.document_id
    WHERE d.warehouse_id = p_warehouse AND d.decision = 'released' AND p.state = 'labelled' AND p.carrier = p_carrier
      AND p_service IN ('', p.service)
      AND NOT EXISTS (SELECT FROM shipment_parcel l WHERE l.parcel_id = p.id AND l.left_out_at IS NULL)
    ORDER BY p.id;
    IF NOT FOUND THEN
        PERFORM refuse('shipping.nothing_to_manifest', jsonb_build_object('carrier', c.name));
    END IF;
    IF c.kind = 'file' AND c.setup ->> 'sends' = 'manifest' THEN
        INSERT INTO outbox (request_id, kind, reference, subject_id, warehouse_id, carrier_id, content)
        SELECT p_request, 'manifest', its_number, made, p_warehouse, c.id, jsonb_build_object('number', its_number, 'cartons',
            jsonb_agg(b.content || jsonb_build_object('reference', b.reference, 'tracking', b.tracking) ORDER BY b.reference))
        FROM shipment_parcel l JOIN purchase b ON b.parcel_id = l.parcel_id AND b.state = 'bought' AND b.carrier_id = c.id
        WHERE l.document_id = made;
    END IF;
    PERFORM end_record_request(p_request, jsonb_build_object('number', its_number));
    RETURN its_number;
END $$;

-- Takes cartons that are not loaded off a shipment: they go with a later one, or get another carrier.
CREATE FUNCTION leave_out(p_shipment uuid, p_parcels uuid[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    taken int;
BEGIN
    PERFORM lock_shipment(p_shipment);
    UPDATE shipment_parcel SET left_out_at = now() WHERE document_id = p_shipment AND parcel_id = ANY (p_parcels)
        AND loaded_at IS NULL AND left_out_at IS NULL;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END $$;

-- A carton goes into the truck of a shipment (nil: no shipment was chosen). Refuses what is not on its manifest; where the
-- carrier wants manifests, a carton without one goes nowhere.
CREATE FUNCTION load_parcel(p_parcel uuid, p_shipment uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
    other document;
BEGIN
    SELECT * INTO p FROM parcel WHERE id = p_parcel;
    SELECT d.* INTO other FROM shipment_parcel l JOIN document d ON d.id = l.document_id
    WHERE l.parcel_id = p_parcel AND l.left_out_at IS NULL;
    IF FOUND AND other.id <> p_shipment THEN
        PERFORM refuse('shipping.wrong_truck', jsonb_build_object('manifest', other.number, 'carton', p.tracking));
    ELSIF other.id IS NULL AND (p_shipment <> nil()
            OR EXISTS (SELECT FROM carrier WHERE code = p.carrier AND setup -> 'manifest' = 'true')) THEN
        PERFORM refuse('shipping.not_manifested', jsonb_build_object('carrier', p.carrier, 'carton', p.tracking));
    ELSIF other.id IS NOT NULL THEN
        PERFORM lock_shipment(p_shipment);
        UPDATE shipment_parcel SET loaded_at = now(), loaded_by = actor()
        WHERE document_id = p_shipment AND parcel_id = p_parcel AND left_out_at IS NULL;
    END IF;
END $$;

-- A carton whose leaving is taken back is out of the truck again; not once the truck has gone.
CREATE FUNCTION unload_parcel() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM shipment_parcel l JOIN shipment s ON s.document_id = l.document_id
            WHERE l.parcel_id = NEW.id AND l.loaded_at IS NOT NULL AND s.departed_at IS NOT NULL) THEN
        PERFORM refuse('shipping.departed', jsonb_build_object('manifest', (SELECT d.number FROM shipment_parcel l
            JOIN document d ON d.id = l.document_id WHERE l.parcel_id = NEW.id AND l.loaded_at IS NOT NULL LIMIT 1)));
    END IF;
    UPDATE shipment_parcel SET loaded_at = NULL, loaded_by = NULL WHERE parcel_id = NEW.id AND left_out_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER unload AFTER UPDATE OF state ON parcel FOR EACH ROW
    WHEN (OLD.state = 'shipped' AND NEW.state = 'labelled') EXECUTE FUNCTION unload_parcel();

-- The truck departs. Cartons that were not scanned into it are refused by name, or left behind for the next one.
CREATE FUNCTION depart(p_shipment uuid, p_truck text, p_leave_behind boolean) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document := lock_shipment(p_shipment);
    missing record;
BEGIN
    SELECT count(*) AS cartons, string_agg(coalesce(p.tracking, u.sscc), ', ' ORDER BY p.id) AS named INTO missing
    FROM shipment_parcel l JOIN parcel p ON p.id = l.parcel_id JOIN handling_unit u ON u.id = p.handling_unit_id
    WHERE l.document_id = d.id AND l.loaded_at IS NULL AND l.left_out_at IS NULL;
    IF missing.cartons > 0 AND NOT p_leave_behind THEN
        PERFORM refuse('shipping.cartons_missing', jsonb_build_object('manifest', d.number, 'count', missing.cartons,
            'cartons', left(missing.named, 300)));
    ELSIF NOT EXISTS (SELECT FROM shipment_parcel WHERE document_id = d.id AND loaded_at IS NOT NULL) THEN
        PERFORM refuse('shipping.nothing_loaded', jsonb_build_object('manifest', d.number));
    END IF;
    UPDATE shipment_parcel SET left_out_at = now() WHERE document_id = d.id AND loaded_at IS NULL AND left_out_at IS NULL;
    UPDATE shipment SET departed_at = now(), departed_by = actor(), truck = coalesce(nullif(btrim(p_truck), ''), truck)
    WHERE document_id = d.id;
    UPDATE document SET decision = 'closed', version = version + 1 WHERE id = d.id;
    INSERT INTO document_history (document_id, person_id, decision) VALUES (d.id, actor(), 'closed');
    RETURN missing.cartons::int;
END $$;

-- Somebody signed for what they took: their name, and the signature where it was drawn (a PNG).
CREATE FUNCTION sign_for_shipment(p_shipment uuid, p_name text, p_signature bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document := lock_shipment(p_shipment, true);
BEGIN
    IF btrim(coalesce(p_name, '')) = '' THEN
        PERFORM refuse('shipping.no_name');
    ELSIF (SELECT departed_at IS NULL FROM shipment WHERE document_id = d.id) THEN
        PERFORM refuse('shipping.not_departed', jsonb_build_object('manifest', d.number));
    ELSIF (SELECT signed_at IS NOT NULL AND (signed_by, signature) IS DISTINCT FROM (btrim(p_name), p_signature)
            FROM shipment WHERE document_id = d.id) THEN
        PERFORM refuse('shipping.signed', jsonb_build_object('manifest', d.number));
    END IF;
    UPDATE shipment SET signed_at = coalesce(signed_at, now()), signed_by = btrim(p_name), signature = p_signature
    WHERE document_id = d.id;
END $$;

REVOKE ALL ON FUNCTION lock_shipment(uuid, boolean), load_parcel(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION close_manifest(uuid, uuid, text, text, text), leave_out(uuid, uuid[]),
    depart(uuid, text, boolean), sign_for_shipment(uuid, text, bytea) TO @everyone@;
