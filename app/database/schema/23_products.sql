-- What belongs to an item besides its fields: templates of variants, bills of material, substitutes, images; and the
-- guards of its codes and packagings. They are written by save_items() (28_saving_products.sql).

-- What variants have in common. `attributes`: [{"name": "Size", "values": ["S", "M"]}], in the order of the codes;
-- `sku_pattern` and `name_pattern` name them in braces: {code}-{Size}. `model`: fields that every variant begins with.
CREATE TABLE item_template (
    id uuid PRIMARY KEY DEFAULT new_id(),
    code text NOT NULL UNIQUE CHECK (code ~ '^\S{1,40}$'),
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(attributes) = 'array'),
    sku_pattern text NOT NULL DEFAULT '',
    name_pattern text NOT NULL DEFAULT '',
    model jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(model) = 'object'),
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE item ADD FOREIGN KEY (template_id) REFERENCES item_template;
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON item_template FOR EACH ROW EXECUTE FUNCTION keep_version();

-- What an item is made of. fixed: a bundle, sold as its components, never in stock itself. assembled: a kit that is put
-- together and kept. `makes`: how many base units one set of the lines gives.
CREATE TABLE bom (
    item_id uuid PRIMARY KEY REFERENCES item ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('fixed', 'assembled')),
    makes numeric(18, 6) NOT NULL DEFAULT 1 CHECK (makes > 0)
);

-- `base_qty` is `qty` of `uom` in the component's base unit, exactly.
CREATE TABLE bom_line (
    item_id uuid NOT NULL REFERENCES bom ON DELETE CASCADE,
    line_no int NOT NULL,
    component_id uuid NOT NULL REFERENCES item,
    uom text NOT NULL REFERENCES uom,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    base_qty numeric(18, 6) NOT NULL CHECK (base_qty > 0),
    PRIMARY KEY (item_id, line_no),
    UNIQUE (item_id, component_id)
);
CREATE INDEX bom_line_component ON bom_line (component_id);

-- What may go in the place of an item, the best first. `both_ways`: the other one may be replaced by this one too.
CREATE TABLE item_substitute (
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    substitute_id uuid NOT NULL REFERENCES item,
    position int NOT NULL,
    both_ways boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (item_id, substitute_id),
    CHECK (item_id <> substitute_id)
);
CREATE INDEX item_substitute_of ON item_substitute (substitute_id);

-- A file, kept once however often it is used: known by the SHA-256 of its content.
CREATE TABLE attachment (
    sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
    content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 307200),
    thumbnail bytea NOT NULL CHECK (octet_length(thumbnail) BETWEEN 1 AND 32768),
    width int NOT NULL CHECK (width > 0),
    height int NOT NULL CHECK (height > 0),
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by uuid
);

CREATE TABLE item_image (
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    sha256 bytea NOT NULL REFERENCES attachment,
    position int NOT NULL,
    caption text NOT NULL DEFAULT '',
    PRIMARY KEY (item_id, sha256)
);
CREATE INDEX item_image_of ON item_image (sha256);

-- A change of what belongs to an item is a change of the item. `changed` are the parts that one statement wrote.
CREATE FUNCTION touch_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE item SET changed_at = now() WHERE changed_at <> now() AND id IN (SELECT item_id FROM changed);
    RETURN NULL;
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['item_uom', 'bom', 'bom_line', 'item_substitute', 'item_image'] LOOP
        EXECUTE format('CREATE TRIGGER touch_items_made AFTER INSERT ON %1$I REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION touch_items();
            CREATE TRIGGER touch_items_written AFTER UPDATE ON %1$I REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION touch_items();
            CREATE TRIGGER touch_items_gone AFTER DELETE ON %1$I REFERENCING OLD TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION touch_items()', t);
    END LOOP;
END $$;

-- Codes of goods that one statement made or removed (`changed`): their items are touched. A new one can be told from
-- others and names a packaging that there is.
CREATE FUNCTION keep_item_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    IF NOT EXISTS (SELECT FROM changed WHERE kind = 'item') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT c.value, c.uom, f.fault INTO wrong FROM changed c CROSS JOIN LATERAL (SELECT CASE
            WHEN c.scheme = 'gtin' AND (c.value !~ '^[0-9]{14}$'
                OR gs1_check_digit(left(c.value, 13)) <> right(c.value, 1)) THEN 'code.wrong_check_digit'
            WHEN c.value LIKE 'SH-CMD-%' OR c.value LIKE 'SH-P-%' THEN 'code.reserved'
            WHEN c.scheme = 'article' AND NOT EXISTS (SELECT FROM partner WHERE id = c.issuer_id)
                THEN 'code.issuer_missing'
            WHEN c.uom <> '' AND NOT EXISTS (SELECT FROM item WHERE id = c.target_id AND base_uom = c.uom)
                AND NOT EXISTS (SELECT FROM item_uom WHERE item_id = c.target_id AND uom = c.uom)
                THEN 'code.unknown_unit' END AS fault) f
        WHERE c.kind = 'item' AND f.fault IS NOT NULL LIMIT 1;
        IF FOUND THEN
            PERFORM refuse(wrong.fault, jsonb_build_object('barcode', wrong.value, 'unit', wrong.uom));
        END IF;
    END IF;
    UPDATE item SET changed_at = now()
    WHERE changed_at <> now() AND id IN (SELECT target_id FROM changed WHERE kind = 'item');
    RETURN NULL;
END $$;
CREATE TRIGGER keep_item_codes_made AFTER INSERT ON code REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_item_codes();
CREATE TRIGGER keep_item_codes_gone AFTER DELETE ON code REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_item_codes();

-- The base unit holds itself exactly once.
CREATE FUNCTION check_packaging() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NEW.numerator <> NEW.denominator AND EXISTS (SELECT FROM item WHERE id = NEW.item_id AND base_uom = NEW.uom) THEN
        PERFORM refuse('unit.base_is_one', jsonb_build_object('unit', NEW.uom));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_packaging BEFORE INSERT OR UPDATE ON item_uom FOR EACH ROW EXECUTE FUNCTION check_packaging();

-- A bill never leads back to the item that it makes, however deep; whoever writes bills waits for the others.
CREATE FUNCTION check_bom_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made text := (SELECT sku FROM item WHERE id = NEW.item_id);
BEGIN
    PERFORM 1 FROM record_kind WHERE name = 'item' FOR UPDATE;
    IF EXISTS (WITH RECURSIVE parts AS (
            SELECT NEW.component_id AS id
            UNION SELECT l.component_id FROM parts JOIN bom_line l ON l.item_id = parts.id)
            SELECT FROM parts WHERE id = NEW.item_id) THEN
        PERFORM refuse('bom.circle', jsonb_build_object('sku', made,
            'component', (SELECT sku FROM item WHERE id = NEW.component_id)));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_bom_line BEFORE INSERT OR UPDATE OF component_id ON bom_line
    FOR EACH ROW EXECUTE FUNCTION check_bom_line();

-- A bundle is known on the item itself, where the ledger looks; what is in stock cannot become one.
CREATE FUNCTION keep_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted boolean := TG_OP <> 'DELETE' AND NEW.kind = 'fixed';
    about uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END;
BEGIN
    IF wanted AND on_hand_anywhere(about) <> 0 THEN
        PERFORM refuse('bom.bundle_in_stock', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = about),
            'quantity', trim_scale(on_hand_anywhere(about))::text));
    END IF;
    UPDATE item SET bundle = wanted WHERE id = about AND bundle <> wanted;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_bundle AFTER INSERT OR UPDATE OR DELETE ON bom FOR EACH ROW EXECUTE FUNCTION keep_bundle();

-- How much there is of an item in all warehouses together, in base units. (Owned by the sealer's role, which sees all.)
CREATE FUNCTION on_hand_anywhere(p_item uuid) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(sum(abs(on_hand)), 0) FROM stock_balance WHERE item_id = p_item);
END $$;

-- What a quantity of an item consists of, in base units: bundles are opened however deep, kits and goods are not.
-- p_open_kit: the item itself is opened too where it is a kit. An item without a bill consists of itself.
CREATE FUNCTION explode_bom(p_item uuid, p_qty numeric, p_open_kit boolean DEFAULT false)
RETURNS TABLE (item_id uuid, qty numeric)
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    WITH RECURSIVE parts AS (
        SELECT p_item AS item_id, p_qty AS qty, 0 AS depth
        UNION ALL
        SELECT l.component_id, parts.qty * l.base_qty / b.makes, parts.depth + 1
        FROM parts JOIN bom b ON b.item_id = parts.item_id JOIN bom_line l ON l.item_id = b.item_id
        WHERE b.kind = 'fixed' OR (p_open_kit AND parts.depth = 0)
    )
    SELECT p.item_id, sum(p.qty) FROM parts p LEFT JOIN bom b ON b.item_id = p.item_id
    WHERE b.item_id IS NULL OR (b.kind = 'assembled' AND NOT (p_open_kit AND p.depth = 0))
    GROUP BY p.item_id
$$;
