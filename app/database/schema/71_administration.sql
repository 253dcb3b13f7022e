-- People, their rights and the stations are looked after here, by those who administer, in their own warehouses only.
-- Nobody gives more than they have, nobody changes their own rights, and somebody who may do everything always remains.
-- Every change leaves a row in `audit` (70_attribution.sql).

-- Whether the person behind this transaction may give this away in a warehouse (NULL: in all): they administer there and
-- hold as much themselves.
CREATE FUNCTION may_give(p_permission text, p_up_to numeric, p_warehouse uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT may('administer', p_warehouse) AND may(p_permission, p_warehouse)
        AND coalesce(p_up_to <= own, own IS NULL)
    FROM (SELECT person_limit(actor(), p_permission, p_warehouse) AS own) mine
$$;

CREATE FUNCTION require_to_give(p_permission text, p_up_to numeric, p_warehouse uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('administer', p_warehouse);
    IF NOT may_give(p_permission, p_up_to, p_warehouse) THEN
        PERFORM refuse('permission.more_than_own', jsonb_build_object('permission', p_permission));
    END IF;
END $$;

CREATE FUNCTION require_to_give_group(p_group text, p_warehouse uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('administer', p_warehouse);
    PERFORM require_to_give(permission, up_to, p_warehouse) FROM group_permission WHERE group_name = p_group;
END $$;

-- Everything a person has, where they have it (warehouse_id NULL: everywhere).
CREATE FUNCTION held_by(p_person uuid) RETURNS TABLE (permission text, up_to numeric, warehouse_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT p.permission, p.up_to, g.warehouse_id FROM person_group g JOIN group_permission p USING (group_name)
    WHERE g.person_id = p_person
    UNION
    SELECT p.permission, p.up_to, g.warehouse_id FROM person_permission p JOIN person_group g USING (person_id)
    WHERE p.person_id = p_person AND p.granted
$$;

-- Whether the person behind this transaction may look after another: they administer wherever the other belongs, and
-- hold everything that the other holds, so that a new PIN for somebody mightier is no way up.
CREATE FUNCTION may_look_after(p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT may_somewhere('administer')
        AND NOT EXISTS (SELECT FROM person WHERE id = p_person AND system)
        AND NOT EXISTS (SELECT FROM person_group WHERE person_id = p_person AND NOT may('administer', warehouse_id))
        AND NOT EXISTS (SELECT FROM held_by(p_person) h WHERE NOT may_give(h.permission, h.up_to, h.warehouse_id))
$$;

-- Refuses unless this person is somebody whom the one behind this transaction may look after. Changes of rights wait for
-- each other here, or two administrators could remove one another at once.
CREATE FUNCTION require_to_look_after(p_person uuid) RETURNS person
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person;
BEGIN
    PERFORM require_somewhere(ARRAY['administer']);
    PERFORM 1 FROM server_secret FOR UPDATE;
    SELECT * INTO who FROM person WHERE id = p_person FOR NO KEY UPDATE;
    IF who.id IS NULL THEN
        PERFORM refuse('person.unknown', jsonb_build_object('badge', coalesce(p_person::text, '')));
    ELSIF who.system THEN
        PERFORM refuse('person.system', jsonb_build_object('badge', who.badge));
    ELSIF NOT may_look_after(p_person) THEN
        PERFORM refuse('person.beyond_you', jsonb_build_object('badge', who.badge, 'person', who.name));
    END IF;
    RETURN who;
END $$;

CREATE FUNCTION require_other(p_person uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_person = require_actor() THEN
        PERFORM refuse('person.not_oneself');
    END IF;
END $$;

-- Refuses a change after which nobody could administer everything any more.
CREATE FUNCTION require_an_administrator() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM person p WHERE p.active AND NOT p.system AND person_may(p.id, 'administer', NULL)
                   AND (p.login IS NOT NULL OR EXISTS (SELECT FROM person_pin k WHERE k.person_id = p.id))) THEN
        PERFORM refuse('person.last_administrator');
    END IF;
END $$;

-- A change that no table's trigger may tell in full, such as a new PIN.
CREATE FUNCTION note_change(p_table text, p_row uuid, p_after jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO audit (person_id, station_id, table_name, verb, row_id, after)
    VALUES (actor(), this_station(), p_table, 'UPDATE', p_row::text, p_after)
$$;

CREATE FUNCTION require_free_badge(p_badge text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_badge !~ '^[A-Z0-9-]{3,32}$' THEN
        PERFORM refuse('person.badge_wrong', jsonb_build_object('badge', p_badge));
    ELSIF EXISTS (SELECT FROM retired_badge WHERE badge = p_badge) THEN
        PERFORM refuse('person.badge_dead', jsonb_build_object('badge', p_badge));
    ELSIF EXISTS (SELECT FROM person WHERE badge = p_badge) THEN
        PERFORM refuse('person.badge_taken', jsonb_build_object('badge', p_badge));
    END IF;
END $$;

-- A login is one person's or one station's: a shared one would be a way to be somebody else.
CREATE FUNCTION require_free_login(p_login name, p_owner uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM person WHERE login = p_login AND id IS DISTINCT FROM p_owner)
            OR EXISTS (SELECT FROM station WHERE login = p_login AND id IS DISTINCT FROM p_owner) THEN
        PERFORM refuse('person.login_taken', jsonb_build_object('login', p_login));
    END IF;
END $$;

-- Makes a person's groups in one warehouse (NULL: in all) exactly these.
CREATE FUNCTION set_groups(p_person uuid, p_groups text[], p_warehouse uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    before text[] := ARRAY(SELECT group_name FROM person_group
        WHERE person_id = p_person AND warehouse_id IS NOT DISTINCT FROM p_warehouse);
    changed text;
BEGIN
    PERFORM require('administer', p_warehouse);
    IF before @> p_groups AND before <@ p_groups THEN
        RETURN;
    ELSIF NOT p_groups <@ ARRAY['operator', 'receiver', 'manager', 'admin', 'auditor'] THEN
        PERFORM refuse('person.group_unknown');
    END IF;
    PERFORM 1 FROM server_secret FOR UPDATE;
    PERFORM require_other(p_person);
    IF NOT EXISTS (SELECT FROM person WHERE id = p_person AND NOT system) THEN
        PERFORM refuse('person.unknown', jsonb_build_object('badge', coalesce(p_person::text, '')));
    END IF;
    FOR changed IN SELECT unnest(before) EXCEPT SELECT unnest(p_groups) LOOP
        PERFORM require_to_give_group(changed, p_warehouse);
        DELETE FROM person_group WHERE person_id = p_person AND group_name = changed
            AND warehouse_id IS NOT DISTINCT FROM p_warehouse;
    END LOOP;
    FOR changed IN SELECT unnest(p_groups) EXCEPT SELECT unnest(before) LOOP
        PERFORM require_to_give_group(changed, p_warehouse);
        INSERT INTO person_group VALUES (p_person, changed, p_warehouse);
    END LOOP;
    -- What they were given personally reaches as far as their groups now do.
    PERFORM require_to_give(permission, up_to, p_warehouse) FROM person_permission
    WHERE person_id = p_person AND granted AND cardinality(p_groups) > 0;
    PERFORM require_an_administrator();
END $$;

-- Adds a person, or changes the name, language and groups everywhere of whoever has the badge (NULL: as they are).
-- p_login: their own database login at a desk. Returns the id.
CREATE FUNCTION save_person(p_badge text, p_name text, p_groups text[] DEFAULT NULL, p_login name DEFAULT NULL,
                            p_language text DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person;
BEGIN
    PERFORM require_somewhere(ARRAY['administer']);
    SELECT * INTO who FROM person WHERE badge = upper(p_badge);
    IF btrim(coalesce(p_name, who.name, '')) = '' THEN
        PERFORM refuse('person.name_missing', jsonb_build_object('badge', p_badge));
    END IF;
    -- What steers a terminal, ends a line or turns the order of reading makes one name look like another.
    IF p_name ~ '[\u0001-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]' THEN
        PERFORM refuse('person.name_unclear', jsonb_build_object('badge', p_badge));
    END IF;
    PERFORM require_free_login(p_login, who.id);
    IF who.id IS NULL THEN
        PERFORM require_free_badge(upper(p_badge));
        INSERT INTO person (badge, name, login, language)
        VALUES (upper(p_badge), p_name, p_login, coalesce(p_language, 'en')) RETURNING * INTO who;
    ELSE
        PERFORM require_to_look_after(who.id);
        UPDATE person SET name = coalesce(p_name, name), login = coalesce(p_login, login),
            language = coalesce(p_language, language)
        WHERE id = who.id;
    END IF;
    IF p_groups IS NOT NULL THEN
        PERFORM set_groups(who.id, p_groups);
    END IF;
    RETURN who.id;
END $$;

-- A person who left, or came back. Who is not active is signed off and cannot sign on; what they did stays theirs.
CREATE FUNCTION set_person_active(p_person uuid, p_active boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_to_look_after(p_person);
    PERFORM require_other(p_person);
    UPDATE person SET active = p_active WHERE id = p_person AND active <> p_active;
    IF NOT p_active THEN
        DELETE FROM sign_on WHERE person_id = p_person;
        PERFORM require_an_administrator();
    END IF;
END $$;

-- A new badge instead of a lost one: the old one is dead at once and for ever.
CREATE FUNCTION replace_badge(p_person uuid, p_badge text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := require_to_look_after(p_person);
BEGIN
    PERFORM require_free_badge(upper(p_badge));
    INSERT INTO retired_badge (badge, person_id) VALUES (who.badge, who.id);
    UPDATE person SET badge = upper(p_badge) WHERE id = p_person;
    DELETE FROM sign_on WHERE person_id = p_person;
END $$;

-- A person's own database login at a desk, or none any more (NULL): from then on that login may do nothing.
CREATE FUNCTION set_login(p_person uuid, p_login name) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_to_look_after(p_person);
    PERFORM require_free_login(p_login, p_person);
    UPDATE person SET login = p_login WHERE id = p_person AND login IS DISTINCT FROM p_login;
    PERFORM require_an_administrator();
END $$;

-- Gives a person a PIN (salt and sha256 of the scrypt key) and forgets their failed attempts. Oneself only at one's own
-- desk login: at a station whoever stands there might not be the person, so there the old PIN is needed (change_pin).
CREATE FUNCTION set_pin(p_person uuid, p_salt bytea, p_hash bytea, p_must_change boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_to_look_after(p_person);
    IF p_person = actor() AND coalesce(current_setting('stockhand.token', true), '') <> '' THEN
        PERFORM refuse('person.old_pin_needed');
    END IF;
    PERFORM store_pin(p_person, p_salt, p_hash, p_must_change);
    DELETE FROM sign_on WHERE person_id = p_person AND p_must_change;
END $$;

CREATE FUNCTION store_pin(p_person uuid, p_salt bytea, p_hash bytea, p_must_change boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    INSERT INTO person_pin VALUES (p_person, p_salt, p_hash, p_must_change)
    ON CONFLICT (person_id) DO UPDATE
    SET salt = excluded.salt, hash = excluded.hash, must_change = excluded.must_change;
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s', pin_counter(p_person));
    EXECUTE string_agg(format('CREATE SEQUENCE IF NOT EXISTS %s_%s', pin_counter(p_person), n), ';') FROM generate_series(1, 5) n;
    PERFORM forget_wrong_pins(p_person);
    PERFORM note_change('person_pin', p_person, jsonb_build_object('pin', 'new', 'must_change', p_must_change));
END $$;

-- A person's own new PIN, by badge and old PIN; nobody needs to be signed on. Ends what the old PIN had opened.
CREATE FUNCTION change_pin(p_badge text, p_pin_key bytea, p_salt bytea, p_hash bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_pin(p_badge, p_pin_key);
BEGIN
    PERFORM store_pin(who.id, p_salt, p_hash, false);
    DELETE FROM sign_on WHERE person_id = who.id AND login <> session_user;
END $$;

-- Lets a locked badge try again.
CREATE FUNCTION unlock_pin(p_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_to_look_after(p_person);
    IF EXISTS (SELECT FROM person_pin WHERE person_id = p_person) THEN
        PERFORM forget_wrong_pins(p_person);
        PERFORM note_change('person_pin', p_person, '{"pin": "unlocked"}');
    END IF;
END $$;

-- Ends a person's sign-ons wherever they are; returns how many.
CREATE FUNCTION sign_off_everywhere(p_person uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    ended int;
BEGIN
    PERFORM require_to_look_after(p_person);
    DELETE FROM sign_on WHERE person_id = p_person;
    GET DIAGNOSTICS ended = ROW_COUNT;
    PERFORM note_change('sign_on', p_person, jsonb_build_object('ended', ended));
    RETURN ended;
END $$;

CREATE FUNCTION require_permission_known(p_permission text, p_up_to numeric) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM permission WHERE name = p_permission) THEN
        PERFORM refuse('permission.unknown', jsonb_build_object('permission', p_permission));
    ELSIF p_up_to < 0 THEN
        PERFORM refuse('permission.limit_wrong', jsonb_build_object('limit', p_up_to));
    END IF;
END $$;

-- A word on one person: granted up to a limit (NULL: any amount), taken away, or (p_granted NULL) as their groups say.
CREATE FUNCTION set_permission(p_person uuid, p_permission text, p_granted boolean, p_up_to numeric DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_permission_known(p_permission, p_up_to);
    PERFORM require_to_look_after(p_person);
    PERFORM require_other(p_person);
    IF p_granted THEN
        PERFORM require_to_give(p_permission, p_up_to, warehouse_id) FROM person_group WHERE person_id = p_person;
        IF NOT FOUND THEN
            PERFORM refuse('person.no_group', jsonb_build_object('permission', p_permission));
        END IF;
    END IF;
    IF p_granted IS NULL THEN
        DELETE FROM person_permission WHERE person_id = p_person AND permission = p_permission;
    ELSE
        INSERT INTO person_permission VALUES (p_person, p_permission, CASE WHEN p_granted THEN p_up_to END, p_granted)
        ON CONFLICT (person_id, permission) DO UPDATE SET up_to = excluded.up_to, granted = excluded.granted;
    END IF;
    PERFORM require_an_administrator();
END $$;

-- What everybody in a group may, up to a limit (NULL: any amount), or not. Administrators may always do everything, and
-- the program's own workers what they need.
CREATE FUNCTION set_group_permission(p_group text, p_permission text, p_granted boolean, p_up_to numeric DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_permission_known(p_permission, p_up_to);
    PERFORM require_to_give(p_permission, p_up_to, NULL);
    PERFORM 1 FROM server_secret FOR UPDATE;
    IF p_group NOT IN ('operator', 'receiver', 'manager', 'auditor') THEN
        PERFORM refuse('permission.group_fixed', jsonb_build_object('group', p_group));
    ELSIF p_granted THEN
        INSERT INTO group_permission VALUES (p_group, p_permission, p_up_to)
        ON CONFLICT (group_name, permission) DO UPDATE SET up_to = excluded.up_to;
    ELSE
        DELETE FROM group_permission WHERE group_name = p_group AND permission = p_permission;
        PERFORM require_an_administrator();
    END IF;
END $$;

-- Adds a station with its login, or changes whoever has the name. Returns the id.
CREATE FUNCTION save_station(p_name text, p_login name, p_warehouse uuid, p_type text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known station;
BEGIN
    PERFORM require('administer', p_warehouse);
    SELECT * INTO known FROM station WHERE name = p_name FOR UPDATE;
    PERFORM require_free_login(p_login, known.id);
    IF known.id IS NULL THEN
        INSERT INTO station (name, login, warehouse_id, type) VALUES (p_name, p_login, p_warehouse, p_type)
        RETURNING * INTO known;
    ELSE
        PERFORM require('administer', known.warehouse_id);
        UPDATE station SET login = p_login, warehouse_id = p_warehouse, type = p_type WHERE id = known.id;
    END IF;
    RETURN known.id;
END $$;

-- Changes a station (NULL: as it is); p_everywhere: it belongs to no warehouse; p_page_printer: the name of the printer of
-- pages at which its papers come out, '' for none in particular. One that is not active may do nothing,
-- whoever stands there: they are signed off and nobody can sign on.
CREATE FUNCTION change_station(p_station uuid, p_name text DEFAULT NULL, p_type text DEFAULT NULL,
    p_warehouse uuid DEFAULT NULL, p_everywhere boolean DEFAULT false, p_active boolean DEFAULT NULL,
    p_page_printer text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known station;
    pages uuid := (SELECT id FROM printer WHERE name = p_page_printer AND kind = 'pages' AND active);
BEGIN
    PERFORM require_somewhere(ARRAY['administer']);
    SELECT * INTO known FROM station WHERE id = p_station FOR UPDATE;
    IF known.id IS NULL THEN
        PERFORM refuse('station.unknown', jsonb_build_object('name', coalesce(p_station::text, '')));
    END IF;
    PERFORM require('administer', known.warehouse_id);
    PERFORM require('administer', CASE WHEN NOT p_everywhere THEN coalesce(p_warehouse, known.warehouse_id) END);
    IF coalesce(p_name, known.name) !~ '^[A-Za-z0-9_-]{1,40}$' THEN
        PERFORM refuse('station.name_wrong', jsonb_build_object('name', p_name));
    ELSIF EXISTS (SELECT FROM station WHERE name = p_name AND id <> p_station) THEN
        PERFORM refuse('station.name_in_use', jsonb_build_object('name', p_name));
    ELSIF p_page_printer <> '' AND pages IS NULL THEN
        PERFORM refuse('station.no_page_printer', jsonb_build_object('printer', p_page_printer));
    END IF;
    UPDATE station SET page_printer_id = CASE WHEN p_page_printer IS NULL THEN page_printer_id ELSE pages END,
        name = coalesce(p_name, name), type = coalesce(p_type, type), active = coalesce(p_active, active),
        warehouse_id = CASE WHEN NOT p_everywhere THEN coalesce(p_warehouse, warehouse_id) END
    WHERE id = p_station;
    IF NOT p_active THEN
        DELETE FROM sign_on WHERE login = known.login;
    END IF;
END $$;

-- Who approved a posting that went beyond the limit of the person who made it; NULL where nobody had to.
CREATE FUNCTION approver_of(p_posting uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_person('see_stock', (SELECT warehouse_id FROM posting WHERE id = p_posting));
    RETURN (SELECT w.name FROM approval a JOIN request r ON r.request_id = a.request_id JOIN person w ON w.id = a.person_id
            WHERE a.used_at IS NOT NULL AND r.answer ->> 'posting' = p_posting::text LIMIT 1);
END $$;
GRANT EXECUTE ON FUNCTION approver_of(uuid) TO @everyone@;
