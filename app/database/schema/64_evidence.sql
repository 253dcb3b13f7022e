-- What is kept of a carton as evidence, beside its moves, scans, labels, extras and states: every weighing.

-- What the scale said (kg, gross), what was expected, how far it might be off, and the verdict as people saw it. The curve:
-- how the weight came to rest, in grams (curve_g) at milliseconds before it was taken (curve_ms, negative), only where it
-- changed. `suspects`: the goods that were named, in words of the bench.
CREATE TABLE parcel_weighing (
    id uuid PRIMARY KEY,
    parcel_id uuid NOT NULL REFERENCES parcel,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id uuid NOT NULL DEFAULT require_actor() REFERENCES person,
    station_id uuid DEFAULT this_station(),
    device text NOT NULL,
    manual boolean NOT NULL,
    kg numeric(18, 6) NOT NULL,
    expected_kg numeric(18, 6) NOT NULL,
    tolerance_kg numeric(18, 6) NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('ok', 'off', 'unknown')),
    suspects text NOT NULL DEFAULT '',
    curve_ms int[] NOT NULL DEFAULT '{}',
    curve_g int[] NOT NULL DEFAULT '{}' CHECK (cardinality(curve_g) = cardinality(curve_ms) AND cardinality(curve_g) <= 200)
);
CREATE INDEX parcel_weighing_parcel ON parcel_weighing (parcel_id);
ALTER TABLE parcel_weighing ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_its_parcel ON parcel_weighing TO PUBLIC
    USING (EXISTS (SELECT FROM parcel p JOIN document d ON d.id = p.document_id WHERE p.id = parcel_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON parcel_weighing
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Keeps a weighing of an open carton, once a request. p_weighing: {device, manual, kg, expected_kg, tolerance_kg, verdict,
-- suspects, curve_ms, curve_g}.
CREATE FUNCTION note_weighing(p_request uuid, p_parcel uuid, p_weighing jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM lock_parcel(p_parcel, 'pack');
    INSERT INTO parcel_weighing (id, parcel_id, device, manual, kg, expected_kg, tolerance_kg, verdict, suspects, curve_ms,
        curve_g)
    SELECT p_request, p_parcel, w.device, w.manual, w.kg, w.expected_kg, w.tolerance_kg, w.verdict, w.suspects, w.curve_ms,
        w.curve_g
    FROM jsonb_to_record(p_weighing) AS w (device text, manual boolean, kg numeric, expected_kg numeric,
        tolerance_kg numeric, verdict text, suspects text, curve_ms int[], curve_g int[])
    ON CONFLICT (id) DO NOTHING;
    IF NOT EXISTS (SELECT FROM parcel_weighing WHERE id = p_request AND parcel_id = p_parcel
            AND kg = round((p_weighing ->> 'kg')::numeric, 6) AND device = p_weighing ->> 'device') THEN
        PERFORM refuse_reused(p_request);
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION note_weighing(uuid, uuid, jsonb) TO @everyone@;
