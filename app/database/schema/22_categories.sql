-- Categories: a tree of any depth whose defaults and attributes hold for everything below, and the attributes that a
-- company keeps of its goods.

-- One attribute of the goods of a category and of all below it (category_id NULL: of all goods). `unit` is what a number
-- is measured in; `choices` are the values of a choice; limits are of a number's size or a text's length.
CREATE TABLE attribute_definition (
    id uuid PRIMARY KEY DEFAULT new_id(),
    category_id uuid REFERENCES category,
    name text NOT NULL CHECK (name ~ '^\S(.{0,58}\S)?$'),
    type text NOT NULL DEFAULT 'text'
        CHECK (type IN ('text', 'number', 'whole', 'truth', 'date', 'choice', 'choices')),
    unit text NOT NULL DEFAULT '',
    choices text[] NOT NULL DEFAULT '{}',
    required boolean NOT NULL DEFAULT false,
    minimum numeric,
    maximum numeric,
    position int NOT NULL DEFAULT 0,
    archived boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (category_id, name),
    CONSTRAINT attribute_definition_maximum_check CHECK (minimum <= maximum),
    CONSTRAINT attribute_definition_choices_check CHECK ((cardinality(choices) > 0) = (type IN ('choice', 'choices')))
);

-- The fields of an item that follow its category where the item says nothing itself.
CREATE FUNCTION inheritable_fields() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['shelf_life_days', 'minimum_remaining_days', 'temperature_class', 'hazard_class', 'un_number',
        'packing_group', 'hs_code', 'origin']
$$;

-- The attributes that hold for goods of a category (NULL: of none), the widest first.
CREATE FUNCTION attributes_of(p_category uuid) RETURNS SETOF attribute_definition
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT d.* FROM attribute_definition d
    WHERE NOT d.archived AND (d.category_id IS NULL
        OR d.category_id = ANY ((SELECT path FROM category WHERE id = p_category)::uuid[]))
    ORDER BY d.category_id IS NOT NULL, array_position((SELECT path FROM category WHERE id = p_category), d.category_id),
        d.position, d.name
$$;

-- What is wrong with one value of an attribute: the end of a refusal's code, or NULL.
CREATE FUNCTION attribute_fault(d attribute_definition, p_value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    word text := p_value #>> '{}';
    size numeric;
BEGIN
    IF d.type IN ('number', 'whole') THEN
        IF jsonb_typeof(p_value) NOT IN ('number', 'string') OR word !~ '^-?[0-9]{1,18}(\.[0-9]{1,9})?$'
            OR (d.type = 'whole' AND word ~ '\.') THEN
            RETURN 'wrong_type';
        END IF;
        size := word::numeric;
    ELSIF d.type = 'truth' AND jsonb_typeof(p_value) <> 'boolean' THEN
        RETURN 'wrong_type';
    ELSIF d.type = 'choices' THEN
        IF jsonb_typeof(p_value) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(p_value) e
                WHERE jsonb_typeof(e) <> 'string' OR NOT e #>> '{}' = ANY (d.choices)) THEN
            RETURN 'not_a_choice';
        END IF;
    ELSIF d.type IN ('text', 'date', 'choice') AND jsonb_typeof(p_value) <> 'string' THEN
        RETURN 'wrong_type';
    ELSIF d.type = 'choice' AND NOT word = ANY (d.choices) THEN
        RETURN 'not_a_choice';
    ELSIF d.type = 'date' AND NOT pg_input_is_valid(word, 'date') THEN
        RETURN 'wrong_type';
    ELSIF d.type = 'text' THEN
        size := length(word);
    END IF;
    RETURN CASE WHEN size < d.minimum OR size > d.maximum THEN 'out_of_limits' END;
END $$;

-- Refuses attributes that the goods of a category do not have, or values that they cannot take; with p_complete also
-- when a required one is missing that no category above gives.
CREATE FUNCTION check_attributes(p_category uuid, p_attributes jsonb, p_complete boolean) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
    given jsonb := coalesce((SELECT inherited -> 'attributes' FROM category WHERE id = p_category), '{}');
BEGIN
    SELECT v.key AS attribute, v.value #>> '{}' AS value, d.type, d.unit, d.minimum, d.maximum,
        array_to_string(d.choices, ', ') AS known,
        CASE WHEN d.id IS NULL THEN 'unknown' ELSE attribute_fault(d, v.value) END AS fault INTO wrong
    FROM jsonb_each(p_attributes) v LEFT JOIN attributes_of(p_category) d ON d.name = v.key
    WHERE d.id IS NULL OR attribute_fault(d, v.value) IS NOT NULL ORDER BY v.key LIMIT 1;
    IF wrong.fault = 'unknown' THEN
        PERFORM refuse('attribute.unknown', jsonb_build_object('attribute', wrong.attribute));
    ELSIF wrong.fault = 'wrong_type' THEN
        PERFORM refuse('attribute.wrong_type', jsonb_build_object('attribute', wrong.attribute, 'value', wrong.value,
            'type', wrong.type));
    ELSIF wrong.fault = 'not_a_choice' THEN
        PERFORM refuse('attribute.not_a_choice', jsonb_build_object('attribute', wrong.attribute, 'value', wrong.value,
            'known', wrong.known));
    ELSIF wrong.fault = 'out_of_limits' THEN
        PERFORM refuse('attribute.out_of_limits', jsonb_build_object('attribute', wrong.attribute, 'value', wrong.value,
            'minimum', coalesce(trim_scale(wrong.minimum)::text, '–'),
            'maximum', coalesce(trim_scale(wrong.maximum)::text, '–')));
    END IF;
    IF p_complete THEN
        SELECT d.name AS attribute INTO wrong FROM attributes_of(p_category) d
        WHERE d.required AND NOT (p_attributes ? d.name) AND NOT (given ? d.name) LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('attribute.required', jsonb_build_object('attribute', wrong.attribute));
        END IF;
    END IF;
END $$;

-- Says again where a category and all below it stand, and what they inherit; items follow where that changed. Whoever
-- changes the tree waits for the others, so that two at once cannot close a circle between them.
CREATE FUNCTION refresh_categories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    changed uuid[];
BEGIN
    LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (WITH RECURSIVE up AS (
            SELECT c.id, c.parent_id FROM category c WHERE c.id = NEW.parent_id
            UNION SELECT c.id, c.parent_id FROM up JOIN category c ON c.id = up.parent_id)
            SELECT FROM up WHERE id = NEW.id) THEN
        PERFORM refuse('category.circle', jsonb_build_object('category', NEW.name,
            'parent', (SELECT full_name FROM category WHERE id = NEW.parent_id)));
    END IF;
    WITH RECURSIVE below AS (
        SELECT c.id, coalesce(p.path, '{}') || c.id AS path, concat_ws(' / ', p.full_name, c.name) AS full_name,
            with_defaults(coalesce(p.inherited, '{}'), c.defaults, c.id) AS inherited
        FROM category c LEFT JOIN category p ON p.id = c.parent_id WHERE c.id = NEW.id
        UNION ALL
        SELECT c.id, b.path || c.id, b.full_name || ' / ' || c.name, with_defaults(b.inherited, c.defaults, c.id)
        FROM below b JOIN category c ON c.parent_id = b.id
    ), told AS (
        UPDATE category c SET path = b.path, full_name = b.full_name, inherited = b.inherited
        FROM below b, category o
        WHERE c.id = b.id AND o.id = b.id
          AND (o.path, o.full_name, o.inherited) IS DISTINCT FROM (b.path, b.full_name, b.inherited)
        RETURNING c.id, o.inherited IS DISTINCT FROM b.inherited AS matters
    )
    SELECT array_agg(id) FILTER (WHERE matters) INTO changed FROM told;
    UPDATE item SET category_id = category_id WHERE category_id = ANY (changed);
    RETURN NULL;
END $$;
CREATE TRIGGER refresh_categories AFTER INSERT OR UPDATE OF parent_id, name, defaults ON category
    FOR EACH ROW EXECUTE FUNCTION refresh_categories();
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON category
    FOR EACH ROW EXECUTE FUNCTION keep_version('path', 'full_name', 'inherited');
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON attribute_definition
    FOR EACH ROW EXECUTE FUNCTION keep_version();

-- What a category inherits, with its own defaults over it: {field: {value, from}}, attributes likewise below 'attributes'.
CREATE FUNCTION with_defaults(p_inherited jsonb, p_defaults jsonb, p_category uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_inherited
        || coalesce((SELECT jsonb_object_agg(key, jsonb_build_object('value', value, 'from', p_category))
                     FROM jsonb_each(p_defaults) WHERE key <> 'attributes'), '{}')
        || jsonb_build_object('attributes', coalesce(p_inherited -> 'attributes', '{}')
            || coalesce((SELECT jsonb_object_agg(key, jsonb_build_object('value', value, 'from', p_category))
                         FROM jsonb_each(p_defaults -> 'attributes')), '{}'))
$$;

-- The defaults of a category must be values that goods can have; fields that nobody knows are refused.
CREATE FUNCTION check_defaults() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    settable text[] := inheritable_fields() || ARRAY['tracking', 'expiry_required', 'base_uom', 'decimals', 'attributes'];
    unknown text := (SELECT key FROM jsonb_each(NEW.defaults) WHERE NOT key = ANY (settable) LIMIT 1);
BEGIN
    IF unknown IS NOT NULL THEN
        PERFORM refuse('record.unknown_field', jsonb_build_object('field', unknown));
    END IF;
    PERFORM check_attributes(CASE TG_OP WHEN 'UPDATE' THEN NEW.id ELSE NEW.parent_id END,
        coalesce(NEW.defaults -> 'attributes', '{}'), false);
    RETURN NEW;
END $$;
CREATE TRIGGER check_defaults BEFORE INSERT OR UPDATE OF defaults ON category
    FOR EACH ROW WHEN (NEW.defaults <> '{}') EXECUTE FUNCTION check_defaults();

-- An attribute has one meaning on every way from the root down; a change that values which are there do not fit is
-- refused with how many do not, and the first of them.
CREATE FUNCTION check_definition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    misfits record;
BEGIN
    IF EXISTS (SELECT FROM attribute_definition d LEFT JOIN category here ON here.id = NEW.category_id
            LEFT JOIN category there ON there.id = d.category_id
            WHERE d.name = NEW.name AND d.id <> NEW.id
              AND (d.category_id IS NULL OR NEW.category_id IS NULL OR d.category_id = ANY (here.path)
                   OR NEW.category_id = ANY (there.path))) THEN
        PERFORM refuse('attribute.name_taken', jsonb_build_object('attribute', NEW.name));
    END IF;
    SELECT count(*) AS count, string_agg(m.sku, ', ') FILTER (WHERE m.n <= 5) AS first INTO misfits
    FROM (SELECT i.sku, row_number() OVER (ORDER BY i.sku) AS n
          FROM item i LEFT JOIN category c ON c.id = i.category_id
          WHERE i.attributes ? NEW.name AND (NEW.category_id IS NULL OR NEW.category_id = ANY (c.path))
            AND (NEW.archived OR attribute_fault(NEW, i.attributes -> NEW.name) IS NOT NULL)) m;
    IF misfits.count > 0 THEN
        PERFORM refuse('attribute.values_do_not_fit', jsonb_build_object('attribute', NEW.name, 'count', misfits.count,
            'first', misfits.first));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_definition BEFORE INSERT OR UPDATE ON attribute_definition
    FOR EACH ROW EXECUTE FUNCTION check_definition();

-- Fields that an item does not state itself are what its category says. Stating one, or stating none any more, is
-- noticed by itself; whoever writes `own` decides.
CREATE FUNCTION follow_category() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    stated jsonb;
    before jsonb;
    given jsonb := coalesce((SELECT inherited FROM category WHERE id = NEW.category_id), '{}');
    owned text[] := NEW.own;
    said_here text[];
    followed jsonb := '{}';
    f text;
BEGIN
    -- Most of a long list that is imported: nothing is given, so what is stated is the item's own.
    IF TG_OP = 'INSERT' AND given - 'attributes' = '{}' THEN
        said_here := array_remove(ARRAY[
            CASE WHEN NEW.shelf_life_days IS NOT NULL THEN 'shelf_life_days' END,
            CASE WHEN NEW.minimum_remaining_days <> 0 THEN 'minimum_remaining_days' END,
            CASE WHEN NEW.temperature_class <> '' THEN 'temperature_class' END,
            CASE WHEN NEW.hazard_class <> '' THEN 'hazard_class' END,
            CASE WHEN NEW.un_number <> '' THEN 'un_number' END,
            CASE WHEN NEW.packing_group <> '' THEN 'packing_group' END,
            CASE WHEN NEW.hs_code <> '' THEN 'hs_code' END,
            CASE WHEN NEW.origin <> '' THEN 'origin' END], NULL);
        NEW.own := CASE NEW.own WHEN '{}' THEN said_here
            ELSE ARRAY(SELECT unnest(NEW.own) UNION SELECT unnest(said_here)) END;
        RETURN NEW;
    END IF;
    stated := to_jsonb(NEW);
    before := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
    FOREACH f IN ARRAY inheritable_fields() LOOP
        IF TG_OP = 'INSERT' AND stated -> f NOT IN ('null', '""', '0')
            OR TG_OP = 'UPDATE' AND NEW.own = before_own(before) AND stated -> f IS DISTINCT FROM before -> f THEN
            owned := array_remove(owned, f);
            IF stated -> f NOT IN ('null', '""') AND (TG_OP = 'UPDATE' OR stated -> f <> '0') THEN
                owned := owned || f;
            END IF;
        END IF;
        IF NOT f = ANY (owned) THEN
            followed := followed || jsonb_build_object(f, coalesce(given -> f -> 'value', CASE f
                WHEN 'shelf_life_days' THEN 'null'::jsonb WHEN 'minimum_remaining_days' THEN '0' ELSE '""' END));
        END IF;
    END LOOP;
    RETURN jsonb_populate_record(NEW, followed || jsonb_build_object('own', to_jsonb(owned)));
END $$;
CREATE FUNCTION before_own(p_row jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT jsonb_array_elements_text(p_row -> 'own'))
$$;
CREATE TRIGGER follow_category BEFORE INSERT OR UPDATE OF category_id, own, shelf_life_days, minimum_remaining_days,
        temperature_class, hazard_class, un_number, packing_group, hs_code, origin ON item
    FOR EACH ROW EXECUTE FUNCTION follow_category();

-- Attributes are what the category has, whoever writes them; whether all are there is asked by save_items().
CREATE FUNCTION keep_attributes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM check_attributes(NEW.category_id, NEW.attributes, false);
    RETURN NEW;
END $$;
CREATE TRIGGER keep_attributes BEFORE INSERT OR UPDATE OF attributes, category_id ON item
    FOR EACH ROW WHEN (NEW.attributes <> '{}') EXECUTE FUNCTION keep_attributes();
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON item
    FOR EACH ROW EXECUTE FUNCTION keep_version('weight_mean_kg', 'weight_variance', 'weight_observations');
