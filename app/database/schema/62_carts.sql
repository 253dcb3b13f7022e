-- Picking carts: units that goods are never booked onto, with room for so many totes, litres and kilograms (NULL: no limit).
-- Whoever scans one takes the next walk that it has room for.

CREATE TABLE cart (
    handling_unit_id uuid PRIMARY KEY REFERENCES handling_unit ON DELETE CASCADE,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 80),
    slots int NOT NULL CHECK (slots BETWEEN 1 AND 200),
    litres numeric(12, 3) CHECK (litres > 0),
    kg numeric(12, 3) CHECK (kg > 0)
);

-- Adds a cart to a warehouse, or changes the one with this number; one that is not active is offered no walk. Refuses a number
-- that something else carries.
CREATE FUNCTION save_cart(p_warehouse uuid, p_number text, p_name text, p_slots int, p_litres numeric DEFAULT NULL,
    p_kg numeric DEFAULT NULL, p_active boolean DEFAULT true) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    number text := upper(trim(p_number));
    u handling_unit;
BEGIN
    PERFORM require('set_up', p_warehouse);
    IF number !~ '^[A-Z][A-Z0-9-]{1,19}$' OR NOT coalesce(p_slots, 0) BETWEEN 1 AND 200
            OR NOT coalesce(p_litres, 1) BETWEEN 0.001 AND 99999999 OR NOT coalesce(p_kg, 1) BETWEEN 0.001 AND 99999999
            OR length(p_name) > 80 THEN
        PERFORM refuse('carts.wrong', jsonb_build_object('cart', coalesce(p_number, '')));
    END IF;
    SELECT * INTO u FROM handling_unit WHERE sscc = number FOR UPDATE;
    IF u.id IS NULL AND NOT EXISTS (SELECT FROM code WHERE value = number AND scheme IN ('lpn', 'sscc')) THEN
        INSERT INTO handling_unit (sscc, kind, warehouse_id) VALUES (number, 'cart', p_warehouse) RETURNING * INTO u;
    ELSIF u.id IS NULL OR u.kind <> 'cart' OR u.warehouse_id <> p_warehouse THEN
        PERFORM refuse('carts.number_taken', jsonb_build_object('cart', number));
    END IF;
    UPDATE handling_unit SET retired = NOT coalesce(p_active, true) WHERE id = u.id;
    INSERT INTO cart VALUES (u.id, coalesce(p_name, ''), p_slots, p_litres, p_kg)
    ON CONFLICT (handling_unit_id) DO UPDATE SET name = excluded.name, slots = excluded.slots, litres = excluded.litres,
        kg = excluded.kg;
    RETURN u.id;
END $$;

GRANT EXECUTE ON FUNCTION save_cart(uuid, text, text, int, numeric, numeric, boolean) TO @everyone@;
