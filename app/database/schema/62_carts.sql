-- Picking carts: units that goods are never booked onto, with room for so many totes, litres and kilograms (NULL: no limit).
-- Whoever scans one takes the next walk that it has room for.

CREATE TABLE cart (
    handling_unit_id uuid PRIMARY KEY REFERENCES handling_unit ON DELETE CASCADE,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 80),
    slots int NOT NULL CHECK (slots BETWEEN 1 AND 200),
    litres numeric(12, 3) CHECK (litres > 0),
    kg numeric(12, 3) CHECK (kg > 0),
    active boolean NOT NULL DEFAULT true
);

-- The unit of a cart that is not active, or that is a cart no more, is retired: its number stays its own. Of a cart that was
-- made by mistake, and never went out of use, nothing stays.
CREATE FUNCTION retire_cart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    DELETE FROM handling_unit u WHERE TG_OP = 'DELETE' AND u.id = OLD.handling_unit_id
        AND NOT EXISTS (SELECT FROM handling_unit_history h WHERE h.handling_unit_id = u.id);
    UPDATE handling_unit SET retired = TG_OP = 'DELETE' OR NOT NEW.active
    WHERE id = coalesce(NEW.handling_unit_id, OLD.handling_unit_id);
    RETURN NULL;
END $$;
CREATE TRIGGER retire_cart AFTER INSERT OR DELETE OR UPDATE OF active ON cart FOR EACH ROW EXECUTE FUNCTION retire_cart();

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
    IF number !~ '^[A-Z][A-Z0-9-]{1,19}$' OR number LIKE 'T-%' OR NOT coalesce(p_slots, 0) BETWEEN 1 AND 200
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
    INSERT INTO cart VALUES (u.id, coalesce(p_name, ''), p_slots, p_litres, p_kg, coalesce(p_active, true))
    ON CONFLICT (handling_unit_id) DO UPDATE SET name = excluded.name, slots = excluded.slots, litres = excluded.litres,
        kg = excluded.kg, active = excluded.active;
    RETURN u.id;
END $$;

GRANT EXECUTE ON FUNCTION save_cart(uuid, text, text, int, numeric, numeric, boolean) TO @everyone@;
