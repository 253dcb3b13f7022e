-- The kinds of cartons that the bench may take: records of master data, so with versions and a trail.

-- An empty carton with its padding: `tare_kg` in kilograms and its variance in kg². Sides in mm: the inner ones decide what
-- fits in, the outer ones what a carrier is told (NULL: as the inner ones). `limit_kg`: what may be in it at most.
-- `fill_percent`: how much of its room is kept for filling. `cost`: what one of them costs, in the company's currency.
-- `services`: carriers or services that it is for, `owners`: codes of the partners whose goods go into it; empty: for all.
-- `position`: the lowest one is taken where nobody knows better. Not active: archived, no longer taken.
CREATE TABLE carton_type (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_]{1,20}$'),
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 60),
    tare_kg numeric(18, 6) NOT NULL CHECK (tare_kg >= 0),
    variance numeric(24, 15) NOT NULL DEFAULT 0 CHECK (variance >= 0),
    length_mm int NOT NULL CHECK (length_mm BETWEEN 1 AND 10000),
    width_mm int NOT NULL CHECK (width_mm BETWEEN 1 AND 10000),
    height_mm int NOT NULL CHECK (height_mm BETWEEN 1 AND 10000),
    outer_length_mm int CONSTRAINT carton_type_outer_length_mm_check CHECK (outer_length_mm BETWEEN length_mm AND 11000),
    outer_width_mm int CONSTRAINT carton_type_outer_width_mm_check CHECK (outer_width_mm BETWEEN width_mm AND 11000),
    outer_height_mm int CONSTRAINT carton_type_outer_height_mm_check CHECK (outer_height_mm BETWEEN height_mm AND 11000),
    limit_kg numeric(18, 6) NOT NULL DEFAULT 30 CHECK (limit_kg > 0),
    fill_percent int NOT NULL DEFAULT 0 CHECK (fill_percent BETWEEN 0 AND 90),
    cost numeric(18, 6) NOT NULL DEFAULT 0 CHECK (cost >= 0),
    services text[] NOT NULL DEFAULT '{}',
    owners text[] NOT NULL DEFAULT '{}',
    position int NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON carton_type FOR EACH ROW EXECUTE FUNCTION keep_version();
INSERT INTO carton_type (code, tare_kg, length_mm, width_mm, height_mm, position)
VALUES ('MEDIUM', 0.3, 400, 300, 200, 1), ('SMALL', 0.15, 300, 200, 150, 2), ('LARGE', 0.55, 600, 400, 300, 3);
ALTER TABLE carton_type ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON carton_type FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

-- Cartons know their kind by its code, so it stays; and the bench always has a kind to take.
CREATE FUNCTION keep_carton_types() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code <> OLD.code THEN
        PERFORM refuse('packing.carton_code_stays', jsonb_build_object('carton', OLD.code));
    ELSIF NOT EXISTS (SELECT FROM carton_type WHERE active) THEN
        PERFORM refuse('packing.last_carton_type', jsonb_build_object('carton', OLD.code));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_carton_types AFTER UPDATE OR DELETE ON carton_type
    FOR EACH ROW EXECUTE FUNCTION keep_carton_types();

-- The cartons that were made of a kind, in any warehouse; named are those of one's own warehouses, by their SSCC.
CREATE FUNCTION uses_of_carton_type(p_id uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT 'carton', count(*), coalesce((array_agg(u.sscc ORDER BY p.id DESC) FILTER (WHERE u.sscc <> ''))[1:5], '{}')
    FROM carton_type t JOIN parcel p ON p.carton_type = t.code LEFT JOIN handling_unit u ON u.id = p.handling_unit_id
    WHERE t.id = p_id HAVING count(*) > 0
$$;
REVOKE ALL ON FUNCTION keep_carton_types(), uses_of_carton_type(uuid) FROM PUBLIC;
