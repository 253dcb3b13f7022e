-- What is kept: units, categories, items, partners, traces; and the one table in which every code is looked up.

CREATE TABLE uom (
    code text PRIMARY KEY CHECK (code <> ''),
    name text NOT NULL
);

-- `defaults`: what goods of this category are unless something nearer says otherwise, by field of `item`; attributes by
-- name under `attributes`. Kept by refresh_categories(): `path` (ids from the root to this one), `full_name`
-- ('Food / Dairy'), `inherited` ({field: {value, from: id of the category that says so}}).
CREATE TABLE category (
    id uuid PRIMARY KEY DEFAULT new_id(),
    parent_id uuid REFERENCES category,
    name text NOT NULL CHECK (btrim(name) <> '' AND name NOT LIKE '%/%' AND length(name) <= 200),
    position int NOT NULL DEFAULT 0,
    defaults jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(defaults) = 'object'),
    archived boolean NOT NULL DEFAULT false,
    path uuid[] NOT NULL DEFAULT '{}',
    full_name text NOT NULL DEFAULT '',
    inherited jsonb NOT NULL DEFAULT '{}',
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (parent_id, name)
);
CREATE INDEX category_path ON category USING gin (path);

-- Whom we deal with. `carton_label`, `unit_label`, `packing_slip`: the label templates that a customer wants (empty: ours);
-- `pack_instructions` are for whoever packs for them. `language`: that of their papers, empty for ours.
-- `order_carrier`, `order_service`, `complete_only`: what is usual for a customer's orders, until an order says otherwise.
CREATE TABLE partner (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code <> ''),
    name text NOT NULL,
    kinds text[] NOT NULL DEFAULT '{}' CHECK (kinds <@ ARRAY['supplier', 'customer', 'carrier', 'owner', 'manufacturer']),
    language text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    pack_instructions text NOT NULL DEFAULT '',
    carton_label text NOT NULL DEFAULT '',
    unit_label text NOT NULL DEFAULT '',
    packing_slip text NOT NULL DEFAULT '',
    order_carrier text NOT NULL DEFAULT '',
    order_service text NOT NULL DEFAULT '',
    complete_only boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- `decimals` is the precision: the number of places a quantity in the base unit may have.
-- Weights are grams-free: kilograms a base unit, with mean, variance (kg²) and number of observations.
-- `catch_weight`: each move states its weight too, and the balance carries it (kg), since no two pieces weigh the same.
-- `standard_cost`: what a base unit is reckoned at (company's currency) where limits of a person count in money.
-- `hazard_class`: class or division of the UN Model Regulations; `hs_code`: Harmonized System; `origin`: ISO 3166-1.
-- `own`: the fields among inheritable_fields() that the item states itself; the others follow its category.
-- `variant`: the values of its template's attributes. `category_rule`: the rule that chose the category, '' for a person.
-- `bundle`: sold as its components and never in stock itself (kept by the bill). `state` is changed by change_state().
CREATE TABLE item (
    id uuid PRIMARY KEY DEFAULT new_id(),
    sku text NOT NULL UNIQUE CHECK (sku <> ''),
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    category_id uuid REFERENCES category,
    tracking text NOT NULL DEFAULT 'none' CHECK (tracking IN ('none', 'lot', 'serial', 'lot+serial')),
    expiry_required boolean NOT NULL DEFAULT false,
    base_uom text NOT NULL REFERENCES uom,
    decimals smallint NOT NULL DEFAULT 0 CHECK (decimals BETWEEN 0 AND 6),
    weight_mean_kg numeric(18, 9) CHECK (weight_mean_kg > 0),
    weight_variance numeric(24, 15) NOT NULL DEFAULT 0 CHECK (weight_variance >= 0),
    weight_observations int NOT NULL DEFAULT 0,
    shelf_life_days int CHECK (shelf_life_days > 0),
    minimum_remaining_days int NOT NULL DEFAULT 0 CHECK (minimum_remaining_days >= 0),
    catch_weight boolean NOT NULL DEFAULT false,
    standard_cost numeric(18, 6) CHECK (standard_cost >= 0),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('introduction', 'active', 'phase_out', 'discontinued', 'blocked')),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    temperature_class text NOT NULL DEFAULT ''
        CHECK (temperature_class IN ('', 'ambient', 'cool', 'chilled', 'frozen', 'deep_frozen')),
    hazard_class text NOT NULL DEFAULT ''
        CHECK (hazard_class ~ '^$|^(1(\.[1-6])?|2\.[1-3]|3|4\.[1-3]|5\.[12]|6\.[12]|7|8|9)$'),
    un_number text NOT NULL DEFAULT '' CHECK (un_number ~ '^$|^[0-9]{4}$'),
    packing_group text NOT NULL DEFAULT '' CHECK (packing_group IN ('', 'I', 'II', 'III')),
    hs_code text NOT NULL DEFAULT '' CHECK (hs_code ~ '^$|^[0-9]{6,12}$'),
    origin text NOT NULL DEFAULT '' CHECK (origin ~ '^$|^[A-Z]{2}$'),
    own text[] NOT NULL DEFAULT '{}',
    template_id uuid,
    variant jsonb NOT NULL DEFAULT '{}',
    category_rule text NOT NULL DEFAULT '',
    bundle boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX item_weighed ON item (id) WHERE catch_weight; -- asked for by every posting
CREATE INDEX item_category ON item (category_id);
CREATE UNIQUE INDEX item_variant ON item (template_id, variant) WHERE template_id IS NOT NULL;
CREATE INDEX item_words ON item USING gin (lower(sku || ' ' || name) trgm.gin_trgm_ops);

-- One packaging of an item: `numerator / denominator` base units in one of it, exact.
CREATE TABLE item_uom (
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    uom text NOT NULL REFERENCES uom,
    numerator bigint NOT NULL CHECK (numerator > 0),
    denominator bigint NOT NULL DEFAULT 1 CHECK (denominator > 0),
    weight_kg numeric(18, 9) CHECK (weight_kg > 0),
    length_mm int CHECK (length_mm BETWEEN 1 AND 100000),
    width_mm int CHECK (width_mm BETWEEN 1 AND 100000),
    height_mm int CHECK (height_mm BETWEEN 1 AND 100000),
    PRIMARY KEY (item_id, uom)
);

-- The packagings of items, each with how many base units it is (numerator / denominator). A view, so that whoever reads many
-- items reads them by index, without a call each.
CREATE VIEW packagings WITH (security_invoker) AS
SELECT item_id, jsonb_agg(jsonb_build_object('unit', uom, 'numerator', numerator, 'denominator', denominator)
    ORDER BY uom) AS units
FROM item_uom GROUP BY item_id;

-- Stock levels of an item in a warehouse, or everywhere (warehouse_id NULL); in base units.
CREATE TABLE item_level (
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    warehouse_id uuid,
    minimum numeric(18, 6), maximum numeric(18, 6), reorder_point numeric(18, 6), safety_stock numeric(18, 6),
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (item_id, warehouse_id)
);

-- A lot, a serial number, or both, of one item. The same number may exist for another item.
CREATE TABLE trace (
    id uuid PRIMARY KEY DEFAULT new_id(),
    item_id uuid NOT NULL REFERENCES item,
    lot text NOT NULL DEFAULT '',
    serial text NOT NULL DEFAULT '',
    expiry date,
    best_before date,
    CHECK (lot <> '' OR serial <> ''),
    UNIQUE (item_id, lot, serial)
);
CREATE INDEX trace_lot ON trace (lot);
CREATE INDEX trace_serial ON trace (serial) WHERE serial <> '';

-- How many days a customer wants goods to keep when they leave: of one item, or of everything (item_id nil). The longest
-- of this and the item's own minimum counts.
CREATE TABLE partner_shelf_life (
    partner_id uuid NOT NULL REFERENCES partner ON DELETE CASCADE,
    item_id uuid NOT NULL DEFAULT nil(),
    minimum_days int NOT NULL CHECK (minimum_days BETWEEN 0 AND 10000),
    PRIMARY KEY (partner_id, item_id)
);

-- Every scannable code, once a scheme, issuer and scope. `uom` is the packaging that an item's code names.
CREATE TABLE code (
    scheme text NOT NULL CHECK (scheme IN ('gtin', 'sscc', 'sku', 'bin', 'bin_name', 'badge', 'command', 'document',
                                           'tracking', 'article', 'lpn')),
    value text NOT NULL CHECK (value <> ''),
    issuer_id uuid NOT NULL DEFAULT nil(),
    scope_id uuid NOT NULL DEFAULT nil(),
    kind text NOT NULL CHECK (kind IN ('item', 'location', 'handling_unit', 'trace', 'document', 'parcel', 'person',
                                       'command')),
    target_id uuid NOT NULL,
    uom text NOT NULL DEFAULT '',
    PRIMARY KEY (value, scheme, issuer_id, scope_id)
);
CREATE INDEX code_target ON code (target_id);

CREATE FUNCTION keep_code() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'item' THEN
        DELETE FROM code WHERE target_id = OLD.id AND scheme = 'sku' AND value = upper(OLD.sku);
    ELSIF TG_OP <> 'INSERT' THEN
        DELETE FROM code WHERE target_id = OLD.id AND scheme = ANY (string_to_array(TG_ARGV[0], ','));
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    CASE TG_TABLE_NAME
        WHEN 'item' THEN  -- renamed; those that are made and go are kept by keep_codes_of_items()
            INSERT INTO code (scheme, value, kind, target_id) VALUES ('sku', upper(NEW.sku), 'item', NEW.id);
        WHEN 'person' THEN
            INSERT INTO code (scheme, value, kind, target_id) VALUES ('badge', NEW.badge, 'person', NEW.id);
        WHEN 'location' THEN
            INSERT INTO code (scheme, value, kind, target_id) VALUES ('bin', upper(NEW.address), 'location', NEW.id);
            IF NEW.parent_id IS NOT NULL THEN
                INSERT INTO code (scheme, value, scope_id, kind, target_id)
                VALUES ('bin_name', upper(NEW.name), NEW.parent_id, 'location', NEW.id);
            END IF;
        WHEN 'handling_unit' THEN
            INSERT INTO code (scheme, value, kind, target_id)
            VALUES (CASE WHEN NEW.sscc ~ '^[0-9]{18}$' THEN 'sscc' ELSE 'lpn' END, NEW.sscc, 'handling_unit', NEW.id);
        WHEN 'document' THEN
            INSERT INTO code (scheme, value, scope_id, kind, target_id)
            VALUES ('document', upper(NEW.number), NEW.warehouse_id, 'document', NEW.id);
            IF NEW.reference <> '' AND upper(NEW.reference) <> upper(NEW.number) THEN
                INSERT INTO code (scheme, value, scope_id, issuer_id, kind, target_id)
                VALUES ('document', upper(NEW.reference), NEW.warehouse_id, coalesce(NEW.partner_id, nil()),
                        'document', NEW.id)
                ON CONFLICT DO NOTHING;
            END IF;
    END CASE;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_code AFTER UPDATE OF sku ON item FOR EACH ROW EXECUTE FUNCTION keep_code('sku');

-- The codes of all items that one statement makes or removes (`changed`): long lists are imported.
CREATE FUNCTION keep_codes_of_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO code (scheme, value, kind, target_id) SELECT 'sku', upper(sku), 'item', id FROM changed;
    ELSE
        DELETE FROM code USING changed c WHERE target_id = c.id AND kind = 'item';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_codes_made AFTER INSERT ON item REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_codes_of_items();
CREATE TRIGGER keep_codes_gone AFTER DELETE ON item REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_codes_of_items();
CREATE TRIGGER keep_code AFTER INSERT OR DELETE OR UPDATE OF badge ON person
    FOR EACH ROW EXECUTE FUNCTION keep_code('badge');
