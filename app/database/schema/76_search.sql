-- One box over everything: what people typed, against names and numbers of every kind.

CREATE INDEX location_words ON location USING gin (lower(address) trgm.gin_trgm_ops);
CREATE INDEX partner_words ON partner USING gin (lower(code || ' ' || name) trgm.gin_trgm_ops);

-- The ids of what may be meant, the closest first: at most p_most a kind. Row rules keep pattern indexes from being used,
-- so this looks everywhere and tells ids only; whoever asks reads the rows themselves, by the rules. Items and partners
-- are found by any part of their words, with slips of the pen forgiven; numbers by how they begin.
CREATE FUNCTION search_candidates(p_text text, p_most int DEFAULT 8) RETURNS TABLE (kind text, id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp
SET "pg_trgm.word_similarity_threshold" = '0.4' AS $$
DECLARE
    wanted text := trim(p_text);
    beginning text := like_escaped(upper(trim(p_text))) || '%';
    within text := '%' || like_escaped(lower(trim(p_text))) || '%';
BEGIN
    PERFORM require_actor();
    IF length(wanted) < 2 THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'item', f.id, (row_number() OVER ())::real FROM find_items(wanted, p_limit => p_most) f;
    RETURN QUERY
    SELECT x.kind, x.target_id, x.n::real FROM (
        SELECT k.kind, k.target_id, row_number() OVER (PARTITION BY k.kind ORDER BY length(k.value), k.value) AS n
        FROM code k WHERE k.value LIKE beginning AND k.kind IN ('location', 'handling_unit', 'document')
          AND k.scheme <> 'bin_name') x
    WHERE x.n <= p_most * 4;
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
    RETURN QUERY
    SELECT 'partner', p.id, CASE WHEN lower(p.code || ' ' || p.name) LIKE within THEN 0
        ELSE 1 - trgm.word_similarity(lower(wanted), lower(p.name)) END::real
    FROM partner p WHERE lower(p.code || ' ' || p.name) LIKE within
        OR lower(p.code || ' ' || p.name) OPERATOR(trgm.%>) lower(wanted) ORDER BY 3, p.name LIMIT p_most;
    RETURN QUERY
    SELECT 'person', p.id, 0::real FROM person p
    WHERE may_somewhere('see_people') AND lower(p.badge || ' ' || p.name) LIKE within ORDER BY p.name LIMIT p_most;
END $$;
REVOKE ALL ON FUNCTION search_candidates(text, int) FROM PUBLIC;
