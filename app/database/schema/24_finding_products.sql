-- Finding products by whatever somebody knows of them: parts of names and numbers, any of their codes, with slips of the
-- pen forgiven. Row rules keep pattern indexes from being used, so these functions ask once at their head instead.

-- Every word of letters that stands in the name of goods or of a partner, in small letters: a dictionary to find the word
-- in that somebody meant. Nothing leaves it; a word that no name has any more leads nowhere.
CREATE TABLE known_word (word text PRIMARY KEY);
CREATE INDEX known_word_near ON known_word USING gin (word trgm.gin_trgm_ops);
ALTER TABLE known_word ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION know_words(p_names text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO known_word SELECT DISTINCT w FROM unnest(p_names) n, regexp_split_to_table(lower(n), '[^[:alpha:]]+') w
    WHERE length(w) > 2 ORDER BY w ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION know_words_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM know_words(ARRAY(SELECT name FROM made));
    RETURN NULL;
END $$;
CREATE FUNCTION know_words_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM know_words(ARRAY[NEW.name]);
    RETURN NULL;
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['item', 'partner'] LOOP
        EXECUTE format('CREATE TRIGGER know_words_made AFTER INSERT ON %1$I REFERENCING NEW TABLE AS made
                FOR EACH STATEMENT EXECUTE FUNCTION know_words_made();
            CREATE TRIGGER know_words_written AFTER UPDATE OF name ON %1$I FOR EACH ROW WHEN (NEW.name <> OLD.name)
                EXECUTE FUNCTION know_words_written()', t);
    END LOOP;
END $$;

-- The words of names that somebody may have meant by a word with a slip of the pen: two letters changed about, or most of
-- their sounds in common (trigrams); at most four, the nearest first. A number, or a word with nothing near it, is itself.
CREATE FUNCTION meant_words(p_word text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp
SET "pg_trgm.similarity_threshold" = '0.3' AS $$
    SELECT coalesce(array_agg(word ORDER BY near DESC, word), ARRAY[p_word]) FROM (
        SELECT word, max(near) AS near FROM (
            SELECT k.word, 1.0::real AS near FROM known_word k WHERE k.word = ANY (ARRAY(
                SELECT overlay(p_word PLACING substr(p_word, n + 1, 1) || substr(p_word, n, 1) FROM n FOR 2)
                FROM generate_series(1, length(p_word) - 1) n))
            UNION ALL
            SELECT k.word, trgm.similarity(k.word, p_word) FROM known_word k WHERE k.word OPERATOR(trgm.%) p_word) x
        WHERE p_word !~ '[0-9]' GROUP BY word ORDER BY 2 DESC, 1 LIMIT 4) found
$$;

CREATE FUNCTION like_escaped(p_text text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(p_text, '([\\%_])', '\\\1', 'g')
$$;

-- A condition: one of these words is a part of the text that the expression gives.
CREATE FUNCTION one_of_words(p_expression text, p_words text[]) RETURNS text LANGUAGE sql STABLE
SET search_path = stockhand, pg_temp AS $$
    SELECT '(' || string_agg(format('%s LIKE %L', p_expression, '%' || like_escaped(w) || '%'), ' OR ') || ')'
    FROM unnest(p_words) w
$$;

-- What to look for, as a condition on item `i` and its category `c`. p_filter: {category (with all below it; 'nil': none),
-- states, tracking, archived, template, rule, incomplete}.
CREATE FUNCTION item_condition(p_text text, p_filter jsonb, p_typos boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    word text;
    parts text[] := ARRAY[format('i.archived = %L', coalesce((p_filter ->> 'archived')::boolean, false))];
    all_words text[] := '{}';
BEGIN
    FOREACH word IN ARRAY regexp_split_to_array(lower(trim(p_text)), '\s+') LOOP
        CONTINUE WHEN word = '';
        all_words := all_words || one_of_words('lower(x.sku || '' '' || x.name)',
            CASE WHEN p_typos THEN meant_words(word) ELSE ARRAY[word] END);
    END LOOP;
    IF cardinality(all_words) > 0 THEN
        -- Two ways of finding that each have an index of their own; OR would use neither.
        parts := parts || format('i.id IN (SELECT x.id FROM item x WHERE %s UNION ALL SELECT k.target_id FROM code k'
            ' WHERE k.kind = ''item'' AND k.value LIKE %L)', array_to_string(all_words, ' AND '),
            like_escaped(upper(trim(p_text))) || '%');
    END IF;
    IF p_filter ->> 'category' = 'nil' THEN
        parts := parts || 'i.category_id IS NULL'::text;
    ELSIF p_filter ? 'category' THEN
        parts := parts || format('i.category_id IN (SELECT x.id FROM category x WHERE x.path @> ARRAY[%L]::uuid[])',
            p_filter ->> 'category');
    END IF;
    IF p_filter ? 'states' THEN
        parts := parts || format('i.state IN (SELECT jsonb_array_elements_text(%L))', p_filter -> 'states');
    END IF;
    IF p_filter ? 'tracking' THEN
        parts := parts || format('i.tracking IN (SELECT jsonb_array_elements_text(%L))', p_filter -> 'tracking');
    END IF;
    IF p_filter ? 'template' THEN
        parts := parts || format('i.template_id = %L::uuid', p_filter ->> 'template');
    END IF;
    IF coalesce((p_filter ->> 'incomplete')::boolean, false) THEN
        parts := parts || 'EXISTS (SELECT FROM attribute_definition d WHERE d.required AND NOT d.archived
            AND (d.category_id IS NULL OR d.category_id = ANY (c.path)) AND NOT i.attributes ? d.name
            AND NOT coalesce(c.inherited -> ''attributes'' ? d.name, false))'::text;
    END IF;
    RETURN array_to_string(parts, ' AND ');
END $$;

-- The same, with typos forgiven only where nothing is found as it is written.
CREATE FUNCTION item_condition(p_text text, p_filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    exact text := item_condition(p_text, p_filter, false);
    hit boolean;
BEGIN
    IF trim(p_text) = '' THEN
        RETURN exact;
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE ' || exact || ')'
        INTO hit;
    RETURN CASE WHEN hit THEN exact ELSE item_condition(p_text, p_filter, true) END;
END $$;

-- A page of items. p_order: by what, of the names in `columns`; p_backwards: for each whether the last comes first. Without
-- an order by number, the closest first where something is looked for. p_after: the number of the last item seen, where all
-- is in the order of numbers alone; else p_offset says how many were.
CREATE FUNCTION find_items(p_text text DEFAULT '', p_filter jsonb DEFAULT '{}', p_order text[] DEFAULT '{}',
    p_backwards boolean[] DEFAULT '{}', p_limit int DEFAULT 200, p_offset int DEFAULT 0, p_after text DEFAULT '')
RETURNS TABLE (id uuid, sku text, name text, category text, state text, tracking text, base_uom text, bundle boolean,
    archived boolean, template text, codes bigint, thumbnail_of bytea, changed_at timestamptz, version int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted text := trim(p_text);
    columns jsonb := '{"sku": "i.sku", "name": "i.name", "category": "c.full_name", "state": "i.state",
        "tracking": "i.tracking", "changed_at": "i.changed_at", "base_uom": "i.base_uom",
        "template_id": "(SELECT t.code FROM item_template t WHERE t.id = i.template_id)",
        "codes": "(SELECT count(*) FROM code k WHERE k.target_id = i.id)"}';
    chosen text;
    rank text := CASE WHEN wanted = '' OR p_order <> '{}' THEN '' ELSE format(
        'CASE WHEN upper(i.sku) = %1$L OR EXISTS (SELECT FROM code k WHERE k.target_id = i.id AND k.value = %1$L) THEN 0'
        ' WHEN upper(i.sku) LIKE %2$L THEN 1 WHEN lower(i.name) LIKE lower(%2$L) THEN 2'
        ' ELSE %3$s END, ', upper(wanted), like_escaped(upper(wanted)) || '%', CASE WHEN length(wanted) < 3 THEN '3'
            ELSE format('4 - trgm.word_similarity(lower(%L), lower(i.name))', wanted) END) END;
BEGIN
    PERFORM require_actor();
    IF NOT columns ?& p_order THEN
        PERFORM refuse('record.unknown_field', jsonb_build_object('field', array_to_string(p_order, ', ')));
    END IF;
    SELECT string_agg(format('%s %s, ', columns ->> o.name, CASE WHEN o.backwards THEN 'DESC' ELSE 'ASC' END), '' ORDER BY o.n)
    INTO chosen FROM unnest(p_order, p_backwards) WITH ORDINALITY AS o (name, backwards, n) WHERE o.name IS NOT NULL;
    RETURN QUERY EXECUTE format(
        'WITH page AS (SELECT i.*, c.full_name, row_number() OVER (ORDER BY %2$s %3$s i.sku) AS place
            FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE %1$s
            ORDER BY %2$s %3$s i.sku LIMIT %4$s OFFSET %5$s)
         SELECT p.id, p.sku, p.name, coalesce(p.full_name, ''''), p.state, p.tracking, p.base_uom, p.bundle, p.archived,
            coalesce(t.code, ''''), (SELECT count(*) FROM code k WHERE k.target_id = p.id),
            (SELECT m.sha256 FROM item_image m WHERE m.item_id = p.id ORDER BY m.position LIMIT 1), p.changed_at, p.version
         FROM page p LEFT JOIN item_template t ON t.id = p.template_id ORDER BY p.place',
        item_condition(p_text, p_filter) || CASE WHEN p_after = '' THEN '' ELSE
            format(' AND i.sku %s %L', CASE WHEN p_backwards[1] THEN '<' ELSE '>' END, p_after) END,
        rank, coalesce(chosen, ''), least(p_limit, 5000), p_offset);
END $$;

-- How many items there are by category, state and tracking: [facet, value, count]; '' for no category. The count of
-- everything found has the facet 'all'.
CREATE FUNCTION count_items(p_text text DEFAULT '', p_filter jsonb DEFAULT '{}')
RETURNS TABLE (facet text, value text, count bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    RETURN QUERY EXECUTE format(
        'SELECT CASE WHEN grouping(i.category_id) = 0 THEN ''category'' WHEN grouping(i.state) = 0 THEN ''state''
                WHEN grouping(i.tracking) = 0 THEN ''tracking'' ELSE ''all'' END,
            coalesce(i.category_id::text, i.state, i.tracking, ''''), count(*)
         FROM item i LEFT JOIN category c ON c.id = i.category_id WHERE %s
         GROUP BY GROUPING SETS ((i.category_id), (i.state), (i.tracking), ())', item_condition(p_text, p_filter));
END $$;
