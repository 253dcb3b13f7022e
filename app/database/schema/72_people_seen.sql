-- What the screen of people and stations shows, for those who may see it. Locks, sign-ons and PINs stand in tables that
-- nobody reads; here stands what of them may be known.

-- Whose badge the person behind this transaction may know: their own, and everybody's where they look after people. Nobody
-- reads the columns: who knows a badge has half of what signs its person on, and can lock it.
CREATE FUNCTION knows_badge(p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT p_person = actor() OR may_somewhere('administer')
$$;
CREATE FUNCTION badges() RETURNS TABLE (person_id uuid, badge text, dead boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT p.id, p.badge, false FROM person p WHERE p.id = (SELECT actor()) OR (SELECT may_somewhere('administer'))
    UNION ALL SELECT r.person_id, r.badge, true FROM retired_badge r WHERE (SELECT may_somewhere('administer'))
$$;

-- Everybody with a badge, which is told to those who look after people: locked (five wrong PINs), locked_at (where the last wrong one was typed), pin (none, chosen by another, own), where they are signed on, when
-- they last were, and whether the person who asks may change them.
CREATE FUNCTION people_seen() RETURNS TABLE (id uuid, badge text, name text, language text, active boolean, login name,
    groups jsonb, locked boolean, locked_at text, pin text, signed_on_at text, signed_on_since timestamptz, last_signed_on timestamptz,
    mine boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['see_people']);
    RETURN QUERY
    SELECT p.id, CASE WHEN knows_badge(p.id) THEN p.badge ELSE '' END, p.name, p.language, p.active, p.login,
        coalesce((SELECT jsonb_agg(jsonb_build_object('group', g.group_name, 'warehouse', w.code)
                                   ORDER BY w.code NULLS FIRST, g.group_name)
                  FROM person_group g LEFT JOIN warehouse w ON w.id = g.warehouse_id WHERE g.person_id = p.id), '[]'),
        k.person_id IS NOT NULL AND coalesce(pg_sequence_last_value(pin_counter(p.id)::regclass), 0) >= 5,
        (SELECT door_name(x.door) FROM wrong_pins(p.id) x ORDER BY x.at DESC, x.nth DESC LIMIT 1),
        CASE WHEN k.person_id IS NULL THEN 'none' WHEN k.must_change THEN 'initial' ELSE 'own' END,
        coalesce(s.name, o.login::text), o.signed_on_at,
        (SELECT max(t.at) FROM sign_on_trail t WHERE t.person_id = p.id AND t.what = 'on'),
        may_look_after(p.id)
    FROM person p LEFT JOIN person_pin k ON k.person_id = p.id
    LEFT JOIN sign_on o ON o.person_id = p.id AND o.expires_at > now() LEFT JOIN station s ON s.id = o.station_id
    WHERE NOT p.system ORDER BY 2, p.name;
END $$;

-- Every permission of one person and why: by which groups [{group, warehouse, up_to}], and the word on themselves.
CREATE FUNCTION person_rights(p_person uuid) RETURNS TABLE (permission text, by_groups jsonb, granted boolean,
    up_to numeric, may_give boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_person IS DISTINCT FROM require_actor() THEN
        PERFORM require_somewhere(ARRAY['see_people']);
    END IF;
    RETURN QUERY
    SELECT p.name,
        coalesce((SELECT jsonb_agg(jsonb_build_object('group', g.group_name, 'warehouse', w.code, 'up_to', trim_scale(q.up_to)::text)
                                   ORDER BY w.code NULLS FIRST, g.group_name)
                  FROM person_group g JOIN group_permission q USING (group_name)
                  LEFT JOIN warehouse w ON w.id = g.warehouse_id
                  WHERE g.person_id = p_person AND q.permission = p.name), '[]'),
        o.granted, trim_scale(o.up_to),
        may_look_after(p_person) AND p_person <> actor()
            AND NOT EXISTS (SELECT FROM person_group g WHERE g.person_id = p_person
                            AND NOT may_give(p.name, NULL, g.warehouse_id))
    FROM permission p LEFT JOIN person_permission o ON o.person_id = p_person AND o.permission = p.name
    ORDER BY p.name;
END $$;

-- Every station, who is signed on there, and whether the person who asks may change it.
CREATE FUNCTION stations_seen() RETURNS TABLE (id uuid, name text, type text, warehouse text, active boolean,
    login name, person text, since timestamptz, mine boolean, page_printer text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['see_people']);
    RETURN QUERY
    SELECT s.id, s.name, s.type, coalesce(w.code, ''), s.active, s.login, coalesce(p.name, ''), o.signed_on_at,
        may('administer', s.warehouse_id), coalesce((SELECT r.name FROM printer r WHERE r.id = s.page_printer_id), '')
    FROM station s LEFT JOIN warehouse w ON w.id = s.warehouse_id
    LEFT JOIN sign_on o ON o.login = s.login AND o.expires_at > now() LEFT JOIN person p ON p.id = o.person_id
    ORDER BY s.name;
END $$;

-- A row of the trail with the warehouse's code in the place of its id, and without a badge that is not to be known.
CREATE FUNCTION with_code(p_row jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN p_row ? 'warehouse_id' THEN p_row || jsonb_build_object('warehouse_id',
        (SELECT code FROM warehouse WHERE id = (p_row ->> 'warehouse_id')::uuid))
        WHEN p_row ? 'badge' AND NOT may_somewhere('administer') THEN p_row - 'badge' ELSE p_row END
$$;

-- What was changed on people, stations and rights, and who came and went, latest first: all of it for auditors and
-- administrators of everything, of one warehouse's people for those who look after them.
CREATE FUNCTION people_changes(p_before timestamptz DEFAULT NULL, p_limit int DEFAULT 200, p_text text DEFAULT '')
RETURNS TABLE (id uuid, at timestamptz, by_name text, station text, what text, verb text, about text, before jsonb,
    after jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    everything boolean := may('audit') OR may('administer');
BEGIN
    PERFORM require_somewhere(ARRAY['see_people']);
    RETURN QUERY
    SELECT e.id, e.at, coalesce(b.name, e.login::text), coalesce(s.name, ''), e.what, e.verb,
        coalesce(p.name, c.name, e.subject), with_code(e.before), with_code(e.after)
    FROM (SELECT a.id, a.at, a.person_id, a.station_id, a.login, a.table_name AS what, a.verb, a.row_id AS subject,
                 a.before, a.after
          FROM audit a WHERE a.table_name IN ('person', 'person_group', 'person_permission', 'person_pin', 'sign_on',
                                              'group_permission', 'station')
          UNION ALL
          SELECT t.id, t.at, t.person_id, t.station_id, t.login, 'sign_on_trail', t.what, t.person_id::text, NULL, NULL
          FROM sign_on_trail t
          UNION ALL -- wrong PINs, by whoever was signed on there, or whose desk it is
          SELECT md5(w.person_id || '/' || w.nth || '/' || extract(epoch FROM w.at))::uuid, w.at, coalesce(d.id, (SELECT CASE
                  WHEN o.what = 'on' THEN o.person_id END FROM sign_on_trail o
                  WHERE o.login = c.login AND o.at <= w.at ORDER BY o.at DESC, o.id DESC LIMIT 1)), c.id, coalesce(c.login, '?'),
              'wrong_pin', 'tried', w.person_id::text, NULL, jsonb_build_object('nth', w.nth)
          FROM person_pin k CROSS JOIN LATERAL wrong_pins(k.person_id) w LEFT JOIN station c ON c.door = w.door
          LEFT JOIN person d ON d.door = w.door) e
    LEFT JOIN person b ON b.id = e.person_id LEFT JOIN station s ON s.id = e.station_id
    LEFT JOIN person p ON p.id::text = e.subject LEFT JOIN station c ON c.id::text = e.subject
    WHERE (p_before IS NULL OR e.at < p_before)
      AND (everything OR (p.id IS NOT NULL AND may_look_after(p.id)) OR (c.id IS NOT NULL AND may('administer', c.warehouse_id)))
      AND (p_text = '' OR concat_ws(' ', b.name, s.name, p.name, CASE WHEN knows_badge(p.id) THEN p.badge END, c.name, e.subject) ILIKE '%' || p_text || '%')
    ORDER BY e.at DESC, e.id DESC LIMIT least(p_limit, 1000);
END $$;
