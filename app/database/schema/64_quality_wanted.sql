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

-- The first rule that holds for a case, NULL where none does, and what was considered up to it. A loop: it is asked for each
-- line of a receipt, and a statement would cost more than what it does.
CREATE FUNCTION first_match(p_rules jsonb, p_facts jsonb, OUT rule jsonb, OUT considered jsonb)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    named jsonb;
    conditions jsonb;
    condition jsonb;
    seen jsonb;
    holds boolean := false;
BEGIN
    considered := '[]';
    FOR n IN 0 .. jsonb_array_length(p_rules) - 1 LOOP
        rule := p_rules -> n;
        conditions := coalesce(rule -> 'when', '[]');
        named := jsonb_build_array(rule -> 'name');
        seen := '{}';
        holds := true;
        FOR m IN 0 .. jsonb_array_length(conditions) - 1 LOOP
            condition := conditions -> m;
            seen := seen || jsonb_build_object(condition ->> 'field', p_facts ->> (condition ->> 'field'));
            holds := holds AND condition_holds(p_facts, condition) IS TRUE;
        END LOOP;
        considered := considered || jsonb_build_object('candidate', rule -> 'name', 'seen', seen,
            'passed', CASE WHEN holds THEN named ELSE '[]' END, 'failed', CASE WHEN holds THEN '[]' ELSE named END,
            'because', CASE WHEN holds THEN rule ->> 'name' ELSE '' END);
        EXIT WHEN holds;
    END LOOP;
    IF NOT holds THEN
        rule := NULL;
    END IF;
END $$;

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

-- Goods of one lot that came in a posting, on a line of a paper or on none, and must be looked at or are let by (`state`):
-- their receipts, whether some came in as usable, and their inspection, new unless `known`.
CREATE TYPE wanted_lot AS (inspection_id uuid, known boolean, moves uuid[], usable boolean, document_id uuid, document_line_id uuid,
    partner_id uuid, item_id uuid, owner_id uuid, lot text, state text, method text, level text, aql numeric, severity text,
    checklist text, why jsonb);

-- What of a posting is wanted: by the most particular policy of each item, of categories the nearest. Damaged goods are not
-- looked at, nor those that stay on hold because they keep too short a time. What came before of the same lot on the same
-- line, and waits or was let by, decides for the rest. What came without a paper has no supplier whose record could let it
-- by; it joins what came so before of its lot and waits, and its quantity is what came of it in this posting.
-- One row of `came` leads to every other by its key; what is asked once for many (rules, past lots) is read once.
CREATE FUNCTION wanted_lots(p posting) RETURNS SETOF wanted_lot
LANGUAGE sql STABLE AS $$
    WITH rules AS MATERIALIZED (
        SELECT x.* FROM (SELECT DISTINCT ON (o.scope, o.scope_id) o.* FROM policy o WHERE o.capability = 'quality'
                AND o.valid_from <= now() ORDER BY o.scope, o.scope_id, o.version DESC) x WHERE x.rules <> 'null'
    ), came AS MATERIALIZED (
        SELECT m.document_line_id, m.item_id, m.to_owner_id AS owner_id, coalesce(t.lot, '') AS lot, array_agg(m.id) AS moves,
            sum(m.qty) AS qty,
            bool_or(m.to_status = 'available') AS usable
        FROM (SELECT today_in(p.warehouse_id) AS today OFFSET 0) d
        CROSS JOIN stock_move m JOIN item i ON i.id = m.item_id LEFT JOIN trace t ON t.id = m.trace_id
        WHERE m.posting_id = p.id AND m.recorded_at = p.recorded_at
            AND (m.to_status IN ('available', 'quarantined') OR EXISTS (SELECT FROM trace_hold h
                WHERE h.trace_id = m.trace_id AND h.warehouse_id = m.warehouse_id))
            AND (coalesce(t.expiry, t.best_before) < d.today + i.minimum_remaining_days) IS NOT TRUE
        GROUP BY 1, 2, 3, 4
    ), past AS MATERIALIZED ( -- {item/supplier: past_lots}, of those that sent it before
        SELECT jsonb_object_agg(s.item_id || '/' || s.partner_id, past_lots(s.partner_id, s.item_id)) AS lots
        FROM (SELECT DISTINCT c.item_id, d.partner_id FROM came c JOIN document_line l ON l.id = c.document_line_id
              JOIN document d ON d.id = l.document_id) s
        WHERE EXISTS (SELECT FROM inspection x WHERE x.partner_id = s.partner_id AND x.item_id = s.item_id
            AND x.ended_at IS NOT NULL AND x.origin_id IS NULL)
    )
    SELECT coalesce(k.id, new_id()), k.id IS NOT NULL, c.moves, c.usable,
        CASE WHEN EXISTS (SELECT FROM asn_line n JOIN document_line x ON x.id = n.document_line_id
            WHERE n.order_line_id = l.id AND x.document_id = p.document_id) THEN p.document_id ELSE d.id END,
        l.id, d.partner_id, c.item_id, c.owner_id, c.lot,
        coalesce(k.state, CASE WHEN t.method = 'skip_lot' AND s.in_a_row >= t.qualifies_after AND s.skipped < t.one_in - 1
            THEN 'skipped' ELSE 'open' END),
        t.method, t.level, t.aql, s.severity, t.checklist,
        jsonb_build_object('chosen', jsonb_build_array(m.rule -> 'name'), 'considered', m.considered, 'left_out', '{}'::jsonb,
            'policy', jsonb_build_object('capability', 'quality', 'scope', g.scope, 'version', g.version,
                'scope_id', CASE WHEN g.scope = 'company' THEN '' ELSE g.scope_id::text END))
    FROM came c LEFT JOIN document_line l ON l.id = c.document_line_id LEFT JOIN document d ON d.id = l.document_id
    JOIN item i ON i.id = c.item_id LEFT JOIN category y ON y.id = i.category_id LEFT JOIN partner r ON r.id = d.partner_id
    CROSS JOIN LATERAL (SELECT coalesce((SELECT h.lots FROM past h) -> (c.item_id || '/' || d.partner_id), '[]') AS lots OFFSET 0) h
    CROSS JOIN LATERAL (SELECT o.* FROM rules o WHERE o.scope = 'company' OR o.scope = 'item' AND o.scope_id = i.id
            OR o.scope = 'category' AND o.scope_id = ANY (y.path) OR o.scope = 'partner' AND o.scope_id = d.partner_id
            OR o.scope = 'warehouse' AND o.scope_id = p.warehouse_id
        ORDER BY array_position(ARRAY['item', 'category', 'partner', 'warehouse', 'company'], o.scope),
            array_position(y.path, o.scope_id) DESC LIMIT 1) g
    CROSS JOIN LATERAL (SELECT f.* FROM first_match(g.rules -> 'rules', jsonb_build_object('sku', i.sku,
        'category', coalesce(y.name, ''), 'partner', coalesce(r.code, ''), 'tracking', i.tracking, 'hazard', i.hazard_class,
        'quantity', trim_scale(coalesce(l.base_qty, c.qty)), 'lots_before', jsonb_array_length(h.lots), 'rejected_before',
        jsonb_array_length(jsonb_path_query_array(h.lots, '$[*] ? (@.passed == false)')))) f OFFSET 0) m
    CROSS JOIN LATERAL (SELECT coalesce(m.rule -> 'then' ->> 'method', 'none') AS method,
        coalesce(m.rule -> 'then' ->> 'level', 'II') AS level, coalesce((m.rule -> 'then' ->> 'aql')::numeric, 1.0) AS aql,
        coalesce(m.rule -> 'then' ->> 'checklist', '') AS checklist, coalesce((m.rule -> 'then' ->> 'reduced')::boolean, true) AS reduced,
        coalesce((m.rule -> 'then' ->> 'qualifies_after')::int, 10) AS qualifies_after,
        coalesce((m.rule -> 'then' ->> 'one_in')::int, 4) AS one_in OFFSET 0) t
    CROSS JOIN LATERAL standing_after(h.lots, t.reduced) s
    LEFT JOIN LATERAL (SELECT x.id, x.state FROM (SELECT * FROM inspection WHERE document_line_id = l.id AND state IN ('open', 'skipped')
            UNION ALL SELECT * FROM inspection WHERE l.id IS NULL AND document_id IS NULL AND warehouse_id = p.warehouse_id
                AND item_id = c.item_id AND state = 'open') x
        WHERE x.lot = c.lot AND x.owner_id = c.owner_id AND x.origin_id IS NULL ORDER BY x.id LIMIT 1) k ON true
    WHERE t.method <> 'none'
$$;

-- Opens the inspections that a receipt wants, in its own transaction: nobody who receives can forget them, or want others.
-- What comes of a lot that nobody has begun to look at joins its inspection. Refuses quality.comes_on_hold where goods came
-- in as usable that must be looked at first.
CREATE FUNCTION want_inspections(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wanted wanted_lot[];
BEGIN
    IF NOT EXISTS (SELECT FROM policy WHERE capability = 'quality') THEN
        RETURN;
    END IF;
    PERFORM 1 FROM inspection i WHERE i.state = 'open' AND i.document_line_id IN (
        SELECT m.document_line_id FROM stock_move m WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at)
    ORDER BY i.id FOR UPDATE;
    IF p_posting.kind = 'receipt_blind' THEN
        PERFORM 1 FROM inspection i WHERE i.state = 'open' AND i.warehouse_id = p_posting.warehouse_id AND i.document_id IS NULL
            AND i.item_id IN (SELECT m.item_id FROM stock_move m WHERE m.posting_id = p_posting.id
                AND m.recorded_at = p_posting.recorded_at)
        ORDER BY i.id FOR UPDATE;
    END IF;
    SELECT array_agg(w) INTO wanted FROM wanted_lots(p_posting) w;
    PERFORM refuse('quality.comes_on_hold', jsonb_build_object('sku', i.sku, 'lot', w.lot))
    FROM unnest(wanted) w JOIN item i ON i.id = w.item_id WHERE w.usable AND w.state = 'open' ORDER BY i.sku LIMIT 1;
    INSERT INTO inspection (id, warehouse_id, document_id, document_line_id, partner_id, item_id, owner_id, lot, state, method, level,
        aql, severity, checks, why, opened_by, ended_at, ended_by)
    SELECT w.inspection_id, p_posting.warehouse_id, w.document_id, w.document_line_id, w.partner_id, w.item_id, w.owner_id, w.lot, w.state,
        w.method, w.level, w.aql, w.severity, coalesce(c.checks, '[]'), w.why, p_posting.person_id,
        CASE WHEN w.state = 'skipped' THEN now() END, CASE WHEN w.state = 'skipped' THEN p_posting.person_id END
    FROM unnest(wanted) w LEFT JOIN checklist c ON lower(c.name) = lower(w.checklist) AND NOT c.archived
    WHERE NOT w.known;
    INSERT INTO inspection_goods SELECT move, w.inspection_id FROM unnest(wanted) w, unnest(w.moves) move;
END $$;

-- Goods are released from an inspection by its decision alone (decide_inspection), never by a movement that somebody posts,
-- of which a part is taken back at once.
CREATE FUNCTION require_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM inspection WHERE posting_id = NEW.id)
            AND EXISTS (SELECT FROM unreversed(NEW.id, NEW.recorded_at) u WHERE u.qty > 0) THEN
        PERFORM refuse('quality.not_by_decision');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_decision AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.kind = 'inspected' AND NEW.reverses IS NULL) EXECUTE FUNCTION require_decision();
