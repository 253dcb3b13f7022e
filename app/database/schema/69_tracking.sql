-- What became of cartons on their way, as carriers' files or people say it. That a carton has left says its shipment.

CREATE TABLE track_event (
    id uuid PRIMARY KEY DEFAULT new_id(),
    parcel_id uuid NOT NULL REFERENCES parcel,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('in_transit', 'out_for_delivery', 'delivered', 'exception', 'returned')),
    place text NOT NULL DEFAULT '',
    words text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid REFERENCES person
);
CREATE INDEX track_event_parcel ON track_event (parcel_id, at, id);
CREATE INDEX track_event_trouble ON track_event (warehouse_id) WHERE state IN ('exception', 'returned');
ALTER TABLE track_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON track_event FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));

-- What a carrier's file says of a carton under its tracking number (or our reference); told again it changes nothing.
-- Returns the carton. Refuses a number that is none of the carrier's, and a carton that is still here.
CREATE FUNCTION take_tracking(p_carrier text, p_reference text, p_tracking text, p_at timestamptz, p_state text, p_place text,
    p_words text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    b purchase;
BEGIN
    PERFORM require('call_carriers');
    SELECT x.* INTO b FROM purchase x JOIN carrier c ON c.id = x.carrier_id
    WHERE c.code = p_carrier AND (x.tracking = p_tracking OR p_tracking = '' AND x.reference = p_reference);
    IF NOT FOUND THEN
        PERFORM refuse('carriers.unknown_reference', jsonb_build_object('reference', coalesce(nullif(p_tracking, ''),
            p_reference)));
    ELSIF (SELECT state FROM parcel WHERE id = b.parcel_id) <> 'shipped' THEN
        PERFORM refuse('shipping.still_here', jsonb_build_object('carton', coalesce(b.tracking, b.reference)));
    END IF;
    INSERT INTO track_event (parcel_id, warehouse_id, at, state, place, words)
    SELECT b.parcel_id, b.warehouse_id, p_at, p_state, left(p_place, 100), left(p_words, 200)
    WHERE NOT EXISTS (SELECT FROM track_event e WHERE e.parcel_id = b.parcel_id
        AND (e.at, e.state, e.words) = (p_at, p_state, left(p_words, 200)));
    RETURN b.parcel_id;
END $$;

-- What a person knows of a carton on its way: the driver came back, the customer called.
CREATE FUNCTION tell_tracking(p_request uuid, p_parcel uuid, p_state text, p_words text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    p parcel;
    warehouse uuid;
BEGIN
    SELECT * INTO p FROM parcel WHERE id = p_parcel;
    SELECT warehouse_id INTO warehouse FROM document WHERE id = p.document_id;
    IF warehouse IS NULL THEN
        PERFORM require_actor();
        PERFORM refuse('parcel.unknown');
    END IF;
    PERFORM require('ship', warehouse);
    IF p.state <> 'shipped' THEN
        PERFORM refuse('shipping.still_here', jsonb_build_object('carton', p.tracking));
    END IF;
    INSERT INTO track_event (id, parcel_id, warehouse_id, at, state, words, person_id)
    VALUES (p_request, p.id, warehouse, now(), p_state, left(btrim(p_words), 200), actor())
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM track_event WHERE id = p_request AND parcel_id = p.id AND state = p_state
            AND words = left(btrim(p_words), 200) AND person_id = actor()) THEN
        PERFORM refuse_reused(p_request);
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION take_tracking(text, text, text, timestamptz, text, text, text),
    tell_tracking(uuid, uuid, text, text) TO @everyone@;
