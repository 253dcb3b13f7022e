-- Which goods are looked at when they come, as the database judges it: by the rules in force and by what came before from
-- their supplier. The dock says the same beforehand (app/domain/quality/rules.py and switching.py, with their sources).

-- Whether a condition of a rule, {field, operator, value}, holds for what is known of a case; all of it is known.
CREATE FUNCTION condition_holds(p_facts jsonb, p_condition jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found text := p_facts ->> (p_condition ->> 'field');
    value text := p_condition ->> 'value';
    operator text := p_condition ->> 'operator';
    is_number boolean := jsonb_typeof(p_facts -> (p_condition ->> 'field')) = 'number';
    listed text[];
BEGIN
    IF operator = 'known' THEN
        RETURN (found IS NOT NULL) = value::boolean;
    ELSIF operator IN ('one_of', 'none_of') THEN
        listed := ARRAY(SELECT jsonb_array_elements_text(p_condition -> 'value'));
        RETURN (operator = 'one_of') = CASE WHEN is_number THEN found::numeric = ANY (listed::numeric[]) ELSE found = ANY (listed) END;
    ELSIF is_number THEN
        RETURN CASE operator WHEN 'is' THEN found::numeric = value::numeric WHEN 'is_not' THEN found::numeric <> value::numeric
            WHEN 'below' THEN found::numeric < value::numeric WHEN 'at_most' THEN found::numeric <= value::numeric
            WHEN 'above' THEN found::numeric > value::numeric WHEN 'at_least' THEN found::numeric >= value::numeric END;
    END IF;
    RETURN CASE operator WHEN 'is' THEN found = value WHEN 'is_not' THEN found <> value
        WHEN 'contains' THEN strpos(lower(found), lower(value)) > 0 WHEN 'begins_with' THEN starts_with(lower(found), lower(value)) END;
END $$;

-- The first rule that holds for a case, NULL where none does, and what was considered up to it.
CREATE FUNCTION first_match(p_rules jsonb, p_facts jsonb, OUT rule jsonb, OUT considered jsonb)
LANGUAGE sql IMMUTABLE AS $$
    WITH judged AS (
        SELECT r.rule, r.n, r.rule ->> 'name' AS name, NOT EXISTS (SELECT FROM jsonb_array_elements(r.rule -> 'when') c
            WHERE condition_holds(p_facts, c) IS NOT TRUE) AS holds
        FROM jsonb_array_elements(p_rules) WITH ORDINALITY r (rule, n)
    )
    SELECT (SELECT j.rule FROM judged j WHERE j.holds ORDER BY j.n LIMIT 1),
        (SELECT jsonb_agg(jsonb_build_object('candidate', j.name, 'because', CASE WHEN j.holds THEN j.name ELSE '' END,
                'passed', CASE WHEN j.holds THEN jsonb_build_array(j.name) ELSE '[]' END,
                'failed', CASE WHEN j.holds THEN '[]' ELSE jsonb_build_array(j.name) END,
                'seen', (SELECT coalesce(jsonb_object_agg(c ->> 'field', p_facts ->> (c ->> 'field')), '{}')
                    FROM jsonb_array_elements(j.rule -> 'when') c)) ORDER BY j.n)
            FROM judged j WHERE j.n <= ALL (SELECT h.n FROM judged h WHERE h.holds))
$$;

-- The policy that decides about an item of a supplier in a warehouse: the most particular one that was not withdrawn, of
-- categories (p_categories: the widest first) the nearest. NULL: the rules as delivered.
CREATE FUNCTION policy_deciding(p_capability text, p_item uuid, p_categories uuid[], p_partner uuid, p_warehouse uuid) RETURNS policy
LANGUAGE sql STABLE AS $$
    SELECT p.* FROM (SELECT DISTINCT ON (o.scope, o.scope_id) o.* FROM policy o
        WHERE o.capability = p_capability AND o.valid_from <= now() AND (o.scope = 'company'
            OR (o.scope, o.scope_id) IN (('item', p_item), ('partner', p_partner), ('warehouse', p_warehouse))
            OR o.scope = 'category' AND o.scope_id = ANY (p_categories))
        ORDER BY o.scope, o.scope_id, o.version DESC) p
    WHERE p.rules <> 'null'
    ORDER BY array_position(ARRAY['item', 'category', 'partner', 'warehouse', 'company'], p.scope),
        array_position(p_categories, p.scope_id) DESC LIMIT 1
$$;

-- How strictly the next lot is looked at after these (past_lots), how many in a row passed, and how many went by since one
-- was looked at: the switching rules of ISO 2859-1:1999, 9.3 (standing_after() there). p_reduced: less may be looked at.
CREATE FUNCTION standing_after(p_lots jsonb, p_reduced boolean, OUT severity text, OUT in_a_row int, OUT skipped int)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    lot record;
    recent boolean[] := '{}';
    score int := 0;
BEGIN
    severity := coalesce(p_lots -> 0 ->> 'severity', 'normal');
    severity := CASE WHEN severity = 'reduced' AND NOT p_reduced THEN 'normal' ELSE severity END;
    in_a_row := 0;
    skipped := 0;
    FOR lot IN SELECT * FROM jsonb_to_recordset(p_lots) AS x (passed boolean, accept int, passed_tighter boolean,
        skipped boolean) LOOP
        IF lot.skipped THEN
            skipped := skipped + 1;
            CONTINUE;
        END IF;
        skipped := 0;
        in_a_row := CASE WHEN lot.passed THEN in_a_row + 1 ELSE 0 END;
        recent := (recent || lot.passed)[greatest(cardinality(recent) - 3, 1):];
        IF severity = 'normal' AND cardinality(array_positions(recent, false)) >= 2 THEN
            severity := 'tightened';
        ELSIF severity = 'normal' THEN
            score := CASE WHEN lot.accept <= 1 AND lot.passed THEN score + 2 WHEN lot.accept > 1 AND lot.passed_tighter THEN score + 3
                ELSE 0 END;
            CONTINUE WHEN score < 30 OR NOT p_reduced;
            severity := 'reduced';
        ELSIF severity = 'tightened' AND cardinality(recent) = 5 AND true = ALL (recent)
            OR severity = 'reduced' AND NOT lot.passed THEN
            severity := 'normal';
        ELSE
            CONTINUE;
        END IF;
        score := 0;
        recent := '{}';
    END LOOP;
END $$;

-- Goods of one lot that came on a line of a paper in a posting, and must be looked at or are let by (`state`): their
-- receipts, whether some came in as usable, and their inspection, new unless `known`.
CREATE TYPE wanted_lot AS (inspection_id uuid, known boolean, moves uuid[], usable boolean, document_id uuid, document_line_id uuid,
    partner_id uuid, item_id uuid, owner_id uuid, lot text, state text, method text, level text, aql numeric, severity text,
    checklist text, why jsonb);

-- What of a posting is wanted. Damaged goods are not looked at, nor those that stay on hold because they keep too short a
-- time. What came before of the same lot on the same line, and waits or was let by, decides for the rest.
CREATE FUNCTION wanted_lots(p posting) RETURNS SETOF wanted_lot
LANGUAGE sql STABLE AS $$
    WITH came AS MATERIALIZED (
        SELECT m.document_line_id, m.item_id, m.to_owner_id AS owner_id, coalesce(t.lot, '') AS lot, array_agg(m.id) AS moves,
            bool_or(m.to_status = 'available') AS usable
        FROM stock_move m JOIN item i ON i.id = m.item_id LEFT JOIN trace t ON t.id = m.trace_id
        WHERE m.posting_id = p.id AND m.recorded_at = p.recorded_at AND m.document_line_id IS NOT NULL
            AND (m.to_status IN ('available', 'quarantined') OR EXISTS (SELECT FROM trace_hold h
                WHERE h.trace_id = m.trace_id AND h.warehouse_id = m.warehouse_id))
            AND (coalesce(t.expiry, t.best_before) < today_in(p.warehouse_id) + i.minimum_remaining_days) IS NOT TRUE
        GROUP BY 1, 2, 3, 4
    ), about AS MATERIALIZED (
        SELECT s.item_id, s.partner_id, g.policy, l.lots, to_jsonb(i) - 'attributes' AS item, coalesce(c.name, '') AS category,
            coalesce(r.code, '') AS partner
        FROM (SELECT DISTINCT c.item_id, d.partner_id FROM came c JOIN document_line l ON l.id = c.document_line_id
              JOIN document d ON d.id = l.document_id) s
        JOIN item i ON i.id = s.item_id LEFT JOIN category c ON c.id = i.category_id LEFT JOIN partner r ON r.id = s.partner_id
        CROSS JOIN LATERAL (SELECT policy_deciding('quality', i.id, c.path, s.partner_id, p.warehouse_id) AS policy OFFSET 0) g
        CROSS JOIN LATERAL (SELECT past_lots(s.partner_id, s.item_id) AS lots OFFSET 0) l
        WHERE (g.policy).id IS NOT NULL
    )
    SELECT coalesce(k.id, new_id()), k.id IS NOT NULL, c.moves, c.usable,
        CASE WHEN EXISTS (SELECT FROM asn_line n JOIN document_line x ON x.id = n.document_line_id
            WHERE n.order_line_id = l.id AND x.document_id = p.document_id) THEN p.document_id ELSE d.id END,
        l.id, a.partner_id, c.item_id, c.owner_id, c.lot,
        coalesce(k.state, CASE WHEN t.method = 'skip_lot' AND s.in_a_row >= t.qualifies_after AND s.skipped < t.one_in - 1
            THEN 'skipped' ELSE 'open' END),
        t.method, t.level, t.aql, s.severity, t.checklist,
        jsonb_build_object('chosen', jsonb_build_array(m.rule ->> 'name'), 'considered', m.considered, 'left_out', '{}'::jsonb,
            'policy', jsonb_build_object('capability', 'quality', 'scope', (a.policy).scope, 'version', (a.policy).version,
                'scope_id', CASE WHEN (a.policy).scope = 'company' THEN '' ELSE (a.policy).scope_id::text END))
    FROM came c JOIN document_line l ON l.id = c.document_line_id JOIN document d ON d.id = l.document_id
    JOIN about a ON a.item_id = c.item_id AND a.partner_id IS NOT DISTINCT FROM d.partner_id
    CROSS JOIN LATERAL (SELECT f.* FROM first_match((a.policy).rules -> 'rules', jsonb_build_object('sku', a.item ->> 'sku',
        'category', a.category, 'partner', a.partner, 'tracking', a.item ->> 'tracking', 'hazard', a.item ->> 'hazard_class',
        'quantity', trim_scale(l.base_qty), 'lots_before', jsonb_array_length(a.lots), 'rejected_before',
        jsonb_array_length(jsonb_path_query_array(a.lots, '$[*] ? (@.passed == false)')))) f OFFSET 0) m
    CROSS JOIN LATERAL (SELECT coalesce(x.method, 'none') AS method, coalesce(x.level, 'II') AS level, coalesce(x.aql, 1.0) AS aql,
        coalesce(x.checklist, '') AS checklist, coalesce(x.reduced, true) AS reduced, coalesce(x.qualifies_after, 10) AS qualifies_after,
        coalesce(x.one_in, 4) AS one_in
        FROM jsonb_to_record(m.rule -> 'then') x (method text, level text, aql numeric, checklist text, reduced boolean,
            qualifies_after int, one_in int)) t
    CROSS JOIN LATERAL standing_after(a.lots, t.reduced) s
    LEFT JOIN LATERAL (SELECT i.id, i.state FROM inspection i WHERE i.document_line_id = l.id AND i.lot = c.lot
        AND i.owner_id = c.owner_id AND i.state IN ('open', 'skipped') AND i.origin_id IS NULL ORDER BY i.id LIMIT 1) k ON true
    WHERE t.method <> 'none'
$$;

-- Opens the inspections that a receipt wants, in its own transaction: nobody who receives can forget them, or want others.
-- What comes of a lot that nobody has begun to look at joins its inspection. Refuses quality.comes_on_hold where goods came
-- in as usable that must be looked at first.
CREATE FUNCTION want_inspections() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted wanted_lot[];
BEGIN
    IF NOT EXISTS (SELECT FROM policy WHERE capability = 'quality') THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM inspection i WHERE i.state = 'open' AND i.document_line_id IN (
        SELECT m.document_line_id FROM stock_move m WHERE m.posting_id = NEW.id AND m.recorded_at = NEW.recorded_at)
    ORDER BY i.id FOR UPDATE;
    SELECT array_agg(w) INTO wanted FROM wanted_lots(NEW) w;
    PERFORM refuse('quality.comes_on_hold', jsonb_build_object('sku', i.sku, 'lot', w.lot))
    FROM unnest(wanted) w JOIN item i ON i.id = w.item_id WHERE w.usable AND w.state = 'open' ORDER BY i.sku LIMIT 1;
    INSERT INTO inspection (id, warehouse_id, document_id, document_line_id, partner_id, item_id, owner_id, lot, state, method, level,
        aql, severity, checks, why, opened_by, ended_at, ended_by)
    SELECT w.inspection_id, NEW.warehouse_id, w.document_id, w.document_line_id, w.partner_id, w.item_id, w.owner_id, w.lot, w.state,
        w.method, w.level, w.aql, w.severity, coalesce(c.checks, '[]'), w.why, NEW.person_id,
        CASE WHEN w.state = 'skipped' THEN now() END, CASE WHEN w.state = 'skipped' THEN NEW.person_id END
    FROM unnest(wanted) w LEFT JOIN checklist c ON lower(c.name) = lower(w.checklist) AND NOT c.archived
    WHERE NOT w.known;
    INSERT INTO inspection_goods SELECT move, w.inspection_id FROM unnest(wanted) w, unnest(w.moves) move;
    RETURN NULL;
END $$;
CREATE TRIGGER want_inspections AFTER INSERT ON posting FOR EACH ROW
    WHEN (NEW.kind = 'receipt' AND NEW.reverses IS NULL) EXECUTE FUNCTION want_inspections();

-- Goods are released from an inspection by its decision alone (decide_inspection), never by a movement that somebody posts.
CREATE FUNCTION require_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM inspection WHERE posting_id = NEW.id) AND NOT EXISTS (SELECT FROM posting WHERE reverses = NEW.id) THEN
        PERFORM refuse('quality.not_by_decision');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_decision AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.kind = 'inspected' AND NEW.reverses IS NULL) EXECUTE FUNCTION require_decision();
