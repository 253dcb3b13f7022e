-- One box over everything: what people typed, against names and numbers of every kind.

CREATE INDEX location_words ON location USING gin (lower(address) trgm.gin_trgm_ops);
CREATE INDEX partner_words ON partner USING gin (lower(code || ' ' || name) trgm.gin_trgm_ops);

-- Goods or partners (p_table) by words of their number (p_number) and name, the closest first; slips of the pen are
-- forgiven where nothing is found as it is written. Of more than p_looked_at with these words any so many are looked at:
-- nobody reads further, and a box that is asked at every letter must answer at once.
CREATE FUNCTION search_words(p_table text, p_number text, p_text text, p_most int, p_looked_at int DEFAULT 200)
RETURNS TABLE (id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted text := lower(trim(p_text));
    within text := format('lower(x.%I || '' '' || x.name)', p_number);
    typos boolean;
BEGIN
    FOREACH typos IN ARRAY ARRAY[false, true] LOOP
        RETURN QUERY EXECUTE format(
            'SELECT y.id, (CASE WHEN y.name LIKE %1$L THEN 2 ELSE 4 - trgm.word_similarity(%2$L, y.name) END)::real
             FROM (SELECT x.id, lower(x.name) AS name FROM %3$I x WHERE NOT x.archived AND %4$s LIMIT %5$s) y
             ORDER BY 2, y.name LIMIT %6$s',
            like_escaped(wanted) || '%', wanted, p_table,
            (SELECT string_agg(one_of_words(within, CASE WHEN typos THEN meant_words(w) ELSE ARRAY[w] END), ' AND ')
             FROM regexp_split_to_table(wanted, '\s+') w), p_looked_at, coalesce(p_most, 8));
        EXIT WHEN FOUND;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION search_words(text, text, text, int, int) FROM PUBLIC;

-- The same for people of an owner: among that owner's papers, goods and movements only. An id alone would tell them what
-- others keep here, letter by letter. p_within, p_beginning: patterns, as search_candidates() makes them.
CREATE FUNCTION search_own(p_owners uuid[], p_beginning text, p_within text, p_most int)
RETURNS TABLE (kind text, id uuid, rank real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH papers AS (
        SELECT d.* FROM document d WHERE d.owner_id = ANY (p_owners)
    ), goods AS (
        SELECT m.item_id, m.trace_id FROM stock_move m WHERE ARRAY[m.from_owner_id, m.to_owner_id] && p_owners
        UNION
        SELECT l.item_id, nil() FROM document_line l JOIN papers d ON d.id = l.document_id
    )
    (SELECT 'item', i.id, 1::real FROM item i WHERE NOT i.archived AND lower(i.sku || ' ' || i.name) LIKE p_within
        AND i.id IN (SELECT g.item_id FROM goods g) ORDER BY i.sku LIMIT p_most)
    UNION ALL
    (SELECT 'trace', t.id, length(t.lot || t.serial)::real FROM trace t WHERE t.id IN (SELECT g.trace_id FROM goods g)
        AND (upper(t.lot) LIKE p_beginning OR upper(t.serial) LIKE p_beginning) ORDER BY 3 LIMIT p_most)
    UNION ALL
    (SELECT 'document', d.id, length(d.number)::real FROM papers d WHERE upper(d.number) LIKE p_beginning
        ORDER BY d.number LIMIT p_most)
    UNION ALL
    (SELECT 'partner', p.id, 1::real FROM partner p WHERE lower(p.code || ' ' || p.name) LIKE p_within
        AND (p.id = ANY (p_owners) OR p.id IN (SELECT d.partner_id FROM papers d)) ORDER BY p.code LIMIT p_most)
$$;
REVOKE ALL ON FUNCTION search_own(uuid[], text, text, int) FROM PUBLIC;

-- The ids of what may be meant, the closest first: at most p_most a kind. Row rules keep pattern indexes from being used,
-- so this looks everywhere and tells ids only; whoever asks reads the rows themselves, by the rules. What stands in another
-- warehouse is left out here too. Items and partners are found by any part of their words, with slips of the pen
-- forgiven; numbers and codes by how they begin.
CREATE FUNCTION search_candidates(p_text text, p_most int DEFAULT 8) RETURNS TABLE (kind text, id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted text := trim(p_text);
    beginning text := like_escaped(upper(trim(p_text))) || '%';
    within text := '%' || like_escaped(lower(trim(p_text))) || '%';
BEGIN
    PERFORM require_actor();
    IF length(wanted) >= 2 IS NOT TRUE THEN
        RETURN;
    ELSIF my_owners() IS NOT NULL THEN
        RETURN QUERY SELECT * FROM search_own(my_owners(), beginning, within, p_most);
        RETURN;
    END IF;
    RETURN QUERY
    SELECT 'item', k.target_id, CASE WHEN k.value = upper(wanted) THEN 0 ELSE 1 + length(k.value) / 1000.0 END::real
    FROM (SELECT c.target_id, c.value FROM code c JOIN item i ON i.id = c.target_id AND NOT i.archived
          WHERE c.kind = 'item' AND c.value LIKE beginning ORDER BY c.value LIMIT p_most * 4) k;
    RETURN QUERY SELECT 'item', f.id, f.rank FROM search_words('item', 'sku', wanted, p_most) f;
    RETURN QUERY
    SELECT x.kind, x.target_id, x.n::real FROM (
        SELECT k.kind, k.target_id, row_number() OVER (PARTITION BY k.kind ORDER BY length(k.value), k.value) AS n
        FROM code k WHERE k.value LIKE beginning AND k.kind IN ('location', 'handling_unit', 'document')
          AND k.scheme <> 'bin_name') x
    WHERE x.n <= p_most * 4 AND CASE x.kind
        WHEN 'document' THEN EXISTS (SELECT FROM document d WHERE d.id = x.target_id)
        WHEN 'handling_unit' THEN EXISTS (SELECT FROM handling_unit u WHERE u.id = x.target_id)
        ELSE EXISTS (SELECT FROM location l WHERE l.id = x.target_id AND l.warehouse_id = ANY (my_warehouses())) END;
    RETURN QUERY
    (SELECT 'trace', t.id, length(t.lot)::real FROM trace t WHERE t.lot LIKE beginning OR t.lot LIKE wanted || '%'
     ORDER BY 3 LIMIT p_most)
    UNION ALL
    (SELECT 'trace', t.id, length(t.serial)::real FROM trace t WHERE t.serial <> '' AND t.serial LIKE beginning
     ORDER BY 3 LIMIT p_most);
    RETURN QUERY
    SELECT 'location', l.id, (length(l.address) + 100)::real FROM location l
    WHERE length(wanted) > 2 AND lower(l.address) LIKE within AND l.warehouse_id = ANY (my_warehouses())
    ORDER BY 3 LIMIT p_most;
    RETURN QUERY SELECT 'partner', f.id, f.rank FROM search_words('partner', 'code', wanted, p_most) f;
    RETURN QUERY
    SELECT 'person', p.id, 0::real FROM person p
    WHERE may_somewhere('see_people') AND lower(CASE WHEN knows_badge(p.id) THEN p.badge || ' ' ELSE '' END || p.name) LIKE within ORDER BY p.name LIMIT p_most;
END $$;
REVOKE ALL ON FUNCTION search_candidates(text, int) FROM PUBLIC;
