-- Where things are: one tree of locations, and the handling units that stand on them.

-- What places of one make have in common. Limits hold for everything in the place together: base units (where all goods
-- count alike), kilograms, litres; `height_mm`: how high goods may stand. NULL: without limit. `temperature` and
-- `hazard_classes` (UN classes such as 3 or 8): what the place is made for; goods that need more do not go there.
CREATE TABLE location_profile (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{0,19}$'),
    name text NOT NULL CHECK (name <> ''),
    bin_type text NOT NULL DEFAULT 'shelf' CHECK (bin_type IN ('shelf', 'pallet_rack', 'flow_rack', 'floor', 'block', 'cabinet',
        'hanging', 'tank', 'yard')),
    capacity_units numeric(18, 6) CHECK (capacity_units > 0),
    capacity_kg numeric(18, 6) CHECK (capacity_kg > 0),
    capacity_l numeric(18, 6) CHECK (capacity_l > 0),
    height_mm int CHECK (height_mm > 0),
    mixing text NOT NULL DEFAULT 'any' CHECK (mixing IN ('any', 'one_item', 'one_trace')),
    temperature text NOT NULL DEFAULT '' CHECK (temperature IN ('', 'ambient', 'cool', 'chilled',
        'frozen', 'deep_frozen')),
    hazard_classes text[] NOT NULL DEFAULT '{}',
    negative_allowed boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON location_profile FOR EACH ROW EXECUTE FUNCTION keep_version();

-- Stock-keeping kinds have balances. Counterparties (one set a warehouse) have none: goods come from and go to them.
-- Production is one: components end there and kits begin there, both in one posting (post_kit), so nothing stays inside.
-- A warehouse is the root of its tree: its warehouse_id is its own id.
-- `active`: not archived; an archived place takes nothing in and lets out what is there. `used`: goods have lain here,
-- though no balance says so any more (66_sweep.sql). `partner_id`: the customer with whom goods on consignment stand.
-- A place with a profile has the profile's capacity, mixing and word on negative stock (keep_profile).
-- On the map: the corner nearest the origin, and the size of the ground, in mm; `level` counts from the floor, 0.
CREATE TABLE location (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES location,
    parent_id uuid REFERENCES location,
    kind text NOT NULL CHECK (kind IN ('warehouse', 'zone', 'bin', 'dock', 'staging', 'tote', 'production', 'transit',
        'consignment', 'supplier', 'customer', 'adjustment', 'scrap')),
    name text NOT NULL CHECK (name <> ''),
    address text NOT NULL UNIQUE CHECK (address <> ''),
    code text NOT NULL DEFAULT '',
    stock_keeping boolean GENERATED ALWAYS AS (kind IN ('bin', 'dock', 'staging', 'tote', 'transit', 'consignment')) STORED,
    active boolean NOT NULL DEFAULT true,
    negative_allowed boolean NOT NULL DEFAULT false,
    capacity_units numeric(18, 6) CHECK (capacity_units > 0),
    mixing text NOT NULL DEFAULT 'any' CHECK (mixing IN ('any', 'one_item', 'one_trace')),
    walk_position int NOT NULL DEFAULT 0,
    frozen_by uuid,
    used boolean NOT NULL DEFAULT false,
    purpose text NOT NULL DEFAULT '',
    profile_id uuid REFERENCES location_profile,
    partner_id uuid REFERENCES partner,
    aisle_id uuid,
    x_mm int,
    y_mm int,
    width_mm int CHECK (width_mm > 0),
    depth_mm int CHECK (depth_mm > 0),
    level smallint NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 99),
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (parent_id, name),
    CHECK ((x_mm IS NULL) = (y_mm IS NULL)),
    CHECK ((kind = 'consignment') = (partner_id IS NOT NULL)),
    CHECK (purpose = '' OR purpose = ANY (CASE kind
        WHEN 'zone' THEN ARRAY['storage', 'receiving', 'shipping', 'packing', 'shop_floor', 'backroom', 'returns', 'quarantine']
        WHEN 'bin' THEN ARRAY['pick_face', 'reserve', 'display']
        WHEN 'dock' THEN ARRAY['inbound', 'outbound']
        WHEN 'staging' THEN ARRAY['lane', 'packing_bench']
        WHEN 'tote' THEN ARRAY['carts', 'lane']
        ELSE ARRAY[]::text[] END))
);
-- Not what the ledger notes on a place: that it was used, that it is being counted.
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON location
    FOR EACH ROW EXECUTE FUNCTION keep_version('used', 'frozen_by', 'stock_keeping');
CREATE INDEX location_profile_of ON location (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX location_warehouse ON location (warehouse_id, kind, walk_position);
CREATE TRIGGER keep_code AFTER INSERT OR DELETE OR UPDATE OF address, name ON location
    FOR EACH ROW EXECUTE FUNCTION keep_code('bin,bin_name');

CREATE TABLE warehouse (
    id uuid PRIMARY KEY REFERENCES location,
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9]{1,12}$'),
    name text NOT NULL,
    address text NOT NULL DEFAULT '',
    type text NOT NULL DEFAULT '',
    time_zone text NOT NULL DEFAULT 'UTC',
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON warehouse FOR EACH ROW EXECUTE FUNCTION keep_version();
ALTER TABLE station ADD FOREIGN KEY (warehouse_id) REFERENCES warehouse;
ALTER TABLE person_group ADD FOREIGN KEY (warehouse_id) REFERENCES warehouse;
ALTER TABLE item_level ADD FOREIGN KEY (warehouse_id) REFERENCES warehouse;

-- The warehouses the person behind this transaction works in. Every row rule asks it once a statement.
CREATE FUNCTION my_warehouses() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN bool_or(warehouse_id IS NULL) THEN ARRAY(SELECT id FROM warehouse)
        ELSE coalesce(array_agg(warehouse_id), '{}') END
    FROM person_group WHERE person_id = (SELECT person_id FROM acting())
$$;

-- The day that it is in a warehouse now: expiry counts by the calendar on its wall, not by the server's.
CREATE FUNCTION today_in(p_warehouse uuid) RETURNS date
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT (now() AT TIME ZONE time_zone)::date FROM warehouse WHERE id = p_warehouse
$$;

-- Where goods of a warehouse stand with customers: they are ours and in the books, and nobody else can be promised them.
CREATE FUNCTION consigned_places(p_warehouse uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT ARRAY(SELECT id FROM location WHERE warehouse_id = p_warehouse AND kind = 'consignment')
$$;

-- Makes a warehouse with its counterparties and the cart that picked totes stand on; returns its id. The same request
-- (NULL: none) makes it once.
CREATE FUNCTION create_warehouse(p_code text, p_name text, p_address text, p_type text, p_time_zone text,
    p_request uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid := new_id();
    known jsonb;
BEGIN
    PERFORM require('set_up');
    IF p_request IS NOT NULL THEN
        known := begin_record_request(p_request,
            jsonb_build_array('create_warehouse', p_code, p_name, p_address, p_type, p_time_zone));
    END IF;
    IF known IS NOT NULL THEN
        RETURN (known ->> 'id')::uuid;
    ELSIF EXISTS (SELECT FROM warehouse WHERE code = p_code) THEN
        PERFORM refuse('warehouse.code_taken');
    END IF;
    PERFORM end_record_request(p_request, jsonb_build_object('id', made));
    INSERT INTO location (id, warehouse_id, kind, name, address, code)
    VALUES (made, made, 'warehouse', p_code, p_code, p_code);
    INSERT INTO warehouse VALUES (made, p_code, p_name, p_address, p_type, p_time_zone);
    INSERT INTO location (warehouse_id, parent_id, kind, name, address)
    SELECT made, made, kind, upper(kind), p_code || '-' || upper(kind)
    FROM unnest(ARRAY['supplier', 'customer', 'adjustment', 'scrap', 'production', 'transit', 'tote']) kind;
    RETURN made;
END $$;

-- A pallet, case, tote or carton with a number of its own, nested by parent_id; moved as a whole. `retired`: taken out of
-- use, its number is not to come back (retire_unit).
CREATE TABLE handling_unit (
    id uuid PRIMARY KEY DEFAULT new_id(),
    sscc text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('pallet', 'case', 'tote', 'carton', 'cart')),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    parent_id uuid REFERENCES handling_unit CHECK (parent_id <> id),
    location_id uuid REFERENCES location,
    retired boolean NOT NULL DEFAULT false,
    CHECK (NOT retired OR location_id IS NULL AND parent_id IS NULL)
);
CREATE TRIGGER keep_code AFTER INSERT OR DELETE OR UPDATE OF sscc ON handling_unit
    FOR EACH ROW EXECUTE FUNCTION keep_code('sscc,lpn');
CREATE INDEX handling_unit_warehouse ON handling_unit (warehouse_id, sscc);
CREATE INDEX handling_unit_location ON handling_unit (location_id);
CREATE INDEX handling_unit_parent ON handling_unit (parent_id) WHERE parent_id IS NOT NULL;

-- What stands on what is a tree of one warehouse, at most four high. Whoever nests queues for the warehouse's row, so
-- that two at once cannot close a circle between them.
CREATE FUNCTION keep_nesting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    above record;
    below int;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('ledger.isolation', jsonb_build_object('isolation', current_setting('transaction_isolation')));
    END IF;
    PERFORM 1 FROM warehouse WHERE id = NEW.warehouse_id FOR NO KEY UPDATE;
    WITH RECURSIVE up AS (
        SELECT u.id, u.parent_id, u.warehouse_id, 1 AS level FROM handling_unit u WHERE u.id = NEW.parent_id
        UNION ALL
        SELECT u.id, u.parent_id, u.warehouse_id, up.level + 1 FROM up JOIN handling_unit u ON u.id = up.parent_id
        WHERE up.level < 9 AND up.id <> NEW.id
    )
    SELECT max(level) AS level, bool_or(id = NEW.id) AS circle, bool_and(warehouse_id = NEW.warehouse_id) AS here
    INTO above FROM up;
    WITH RECURSIVE down AS (
        SELECT NEW.id AS id, 1 AS level
        UNION ALL
        SELECT u.id, down.level + 1 FROM down JOIN handling_unit u ON u.parent_id = down.id WHERE down.level < 9
    )
    SELECT max(level) INTO below FROM down;
    IF above.here IS NOT TRUE THEN
        PERFORM refuse('handling_unit.unknown');
    ELSIF above.circle THEN
        PERFORM refuse('handling_unit.circle', jsonb_build_object('handling_unit', NEW.sscc,
            'onto', (SELECT sscc FROM handling_unit WHERE id = NEW.parent_id)));
    ELSIF above.level + below > 4 THEN
        PERFORM refuse('handling_unit.too_high', jsonb_build_object('handling_unit', NEW.sscc,
            'onto', (SELECT sscc FROM handling_unit WHERE id = NEW.parent_id), 'most', 4));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_nesting BEFORE INSERT OR UPDATE OF parent_id, warehouse_id ON handling_unit
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION keep_nesting();

CREATE SEQUENCE sscc_serial;

-- The GS1 check digit of a string of digits (GS1 General Specifications, section 7.9).
CREATE FUNCTION gs1_check_digit(p_digits text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT ((10 - sum(d::int * CASE WHEN (length(p_digits) - n) % 2 = 0 THEN 3 ELSE 1 END) % 10) % 10)::text
    FROM unnest(string_to_array(p_digits, NULL)) WITH ORDINALITY AS t (d, n) WHERE p_digits ~ '^[0-9]+$'
$$;

-- Makes a handling unit; without a number of its own it gets the next SSCC of the company's prefix.
CREATE FUNCTION create_handling_unit(p_kind text, p_warehouse uuid, p_location uuid, p_number text DEFAULT NULL)
RETURNS handling_unit
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    prefix text := (SELECT gs1_prefix FROM company);
    made handling_unit;
    digits text;
BEGIN
    PERFORM require('handle', p_warehouse);
    IF p_location IS NOT NULL AND NOT EXISTS (SELECT FROM location WHERE id = p_location AND warehouse_id = p_warehouse) THEN
        PERFORM refuse('location.unknown');
    END IF;
    IF p_number IS NULL THEN
        digits := '0' || prefix || lpad(nextval('sscc_serial')::text, 16 - length(prefix), '0');
        p_number := digits || gs1_check_digit(digits);
    END IF;
    INSERT INTO handling_unit (sscc, kind, warehouse_id, location_id)
    VALUES (p_number, p_kind, p_warehouse, p_location) RETURNING * INTO made;
    RETURN made;
END $$;
