-- Who may do what. The client's word for who it is counts for nothing: actor() asks the sign-on.

CREATE TABLE permission (
    name text PRIMARY KEY
);

CREATE TABLE group_permission (
    group_name text NOT NULL CHECK (group_name IN ('operator', 'receiver', 'manager', 'admin', 'auditor', 'worker')),
    permission text NOT NULL REFERENCES permission,
    up_to numeric(18, 6),
    PRIMARY KEY (group_name, permission)
);

-- `login` is the person's own database login at desks; `system` marks the program's own workers.
CREATE TABLE person (
    id uuid PRIMARY KEY DEFAULT new_id(),
    badge text NOT NULL UNIQUE CHECK (badge ~ '^[A-Z0-9-]{3,32}$'),
    name text NOT NULL CHECK (name <> ''),
    login name UNIQUE,
    language text NOT NULL DEFAULT 'en',
    active boolean NOT NULL DEFAULT true,
    system boolean NOT NULL DEFAULT false
);

-- Nobody reads this table but the functions below. `hash` is sha256 of the scrypt key that the client sends.
CREATE TABLE person_pin (
    person_id uuid PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    salt bytea NOT NULL,
    hash bytea NOT NULL
);

-- A group in one warehouse, or in all of them (warehouse_id NULL).
CREATE TABLE person_group (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    group_name text NOT NULL CHECK (group_name IN ('operator', 'receiver', 'manager', 'admin', 'auditor', 'worker')),
    warehouse_id uuid,
    UNIQUE NULLS NOT DISTINCT (person_id, group_name, warehouse_id)
);

CREATE TABLE person_permission (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    permission text NOT NULL REFERENCES permission,
    up_to numeric(18, 6),
    granted boolean NOT NULL DEFAULT true,
    PRIMARY KEY (person_id, permission)
);

-- A place with a screen. It logs in with a role of its own that may do nothing by itself.
CREATE TABLE station (
    id uuid PRIMARY KEY DEFAULT new_id(),
    name text NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9_-]{1,40}$'),
    login name NOT NULL UNIQUE,
    warehouse_id uuid,
    type text NOT NULL DEFAULT 'bench',
    active boolean NOT NULL DEFAULT true
);

-- Signed-on people. Only the hash of the token is kept, so that reading this table gives nobody a way in.
CREATE TABLE sign_on (
    token_sha256 bytea PRIMARY KEY,
    login name NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    station_id uuid REFERENCES station,
    signed_on_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_on_person ON sign_on (person_id);

-- The person behind this transaction, or NULL: the token's person (for the same login only), else the login's own.
CREATE FUNCTION actor() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN coalesce(current_setting('stockhand.token', true), '') <> '' THEN
        (SELECT p.id FROM sign_on s JOIN person p ON p.id = s.person_id AND p.active
         WHERE s.token_sha256 = sha256(convert_to(current_setting('stockhand.token', true), 'UTF8'))
           AND s.login = session_user AND s.expires_at > now())
    ELSE
        (SELECT id FROM person WHERE login = session_user AND active)
    END
$$;

-- The station of this login, or NULL at a desk.
CREATE FUNCTION this_station() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT id FROM station WHERE login = session_user AND active
$$;

-- The person, or a refusal when nobody is signed on.
CREATE FUNCTION require_actor() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    someone uuid := actor();
BEGIN
    IF someone IS NULL THEN
        PERFORM refuse('sign_on.required');
    END IF;
    RETURN someone;
END $$;

-- Whether a person may do something in a warehouse (NULL: in all of them). A word on the person beats their groups.
CREATE FUNCTION person_may(p_person uuid, p_permission text, p_warehouse uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(
        (SELECT granted FROM person_permission WHERE person_id = p_person AND permission = p_permission),
        EXISTS (SELECT FROM person_group g JOIN group_permission p USING (group_name)
                WHERE g.person_id = p_person AND p.permission = p_permission
                  AND (g.warehouse_id IS NULL OR g.warehouse_id = p_warehouse)))
$$;

-- The same for the person behind this transaction.
CREATE FUNCTION may(p_permission text, p_warehouse uuid DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(person_may(actor(), p_permission, p_warehouse), false)
$$;

-- Refuses, naming the permission, unless the person may.
CREATE FUNCTION require(p_permission text, p_warehouse uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF NOT may(p_permission, p_warehouse) THEN
        PERFORM refuse('permission.missing', jsonb_build_object('permission', p_permission));
    END IF;
END $$;

-- Everything the signed-on person may do, for greying out what is not theirs. The database checks again each time.
CREATE FUNCTION my_permissions() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT name FROM permission WHERE may(name, (SELECT warehouse_id FROM station WHERE id = this_station()))
$$;

-- One secret of this database, read by pin_salt() only.
CREATE TABLE server_secret (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    value text NOT NULL
);
INSERT INTO server_secret (value) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

-- The salt that a PIN is stretched with. An unknown badge gets a steady false one, so that badges cannot be listed.
CREATE FUNCTION pin_salt(p_badge text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(
        (SELECT salt FROM person_pin JOIN person ON id = person_id WHERE badge = upper(p_badge)),
        substring(sha256(convert_to((SELECT value FROM server_secret) || upper(p_badge), 'UTF8')) FROM 1 FOR 16))
$$;

-- Failed attempts are counted in a sequence a person: a sequence does not roll back with the client.
CREATE FUNCTION pin_counter(p_person uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS $$SELECT 'stockhand.pin_' || replace(p_person::text, '-', '')$$;

-- The person with this badge and PIN, or a refusal: sign_on.wrong_pin, sign_on.locked (after five failures).
-- p_pin_key: scrypt(PIN, salt), 32 bytes.
CREATE FUNCTION check_pin(p_badge text, p_pin_key bytea) RETURNS person
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person;
    tries bigint;
BEGIN
    SELECT * INTO who FROM person WHERE badge = upper(p_badge) AND active AND NOT system;
    IF who.id IS NULL OR NOT EXISTS (SELECT FROM person_pin WHERE person_id = who.id) THEN
        PERFORM refuse('sign_on.wrong_pin', jsonb_build_object('badge', p_badge));
    END IF;
    tries := nextval(pin_counter(who.id)::regclass);
    IF tries > 5 THEN
        PERFORM refuse('sign_on.locked', jsonb_build_object('badge', who.badge));
    END IF;
    IF NOT EXISTS (SELECT FROM person_pin WHERE person_id = who.id AND hash = sha256(p_pin_key)) THEN
        PERFORM refuse('sign_on.wrong_pin', jsonb_build_object('badge', who.badge, 'left', 5 - tries));
    END IF;
    PERFORM setval(pin_counter(who.id)::regclass, 1, false);
    RETURN who;
END $$;

-- Signs a person on at this login and returns the token; refuses with sign_on.wrong_pin, .locked, .elsewhere.
-- p_take_over: end the sign-on at the other station.
CREATE FUNCTION sign_on(p_badge text, p_pin_key bytea, p_take_over boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_pin(p_badge, p_pin_key);
    elsewhere text;
    token text;
BEGIN
    SELECT coalesce(s.name, o.login::text) INTO elsewhere
    FROM sign_on o LEFT JOIN station s ON s.id = o.station_id
    WHERE o.person_id = who.id AND o.login <> session_user AND o.expires_at > now() LIMIT 1;
    IF elsewhere IS NOT NULL AND NOT p_take_over THEN
        PERFORM refuse('sign_on.elsewhere', jsonb_build_object('station', elsewhere, 'badge', who.badge));
    END IF;
    DELETE FROM sign_on WHERE person_id = who.id OR login = session_user OR expires_at < now();
    token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    token := encode(sha256(convert_to(token || clock_timestamp()::text, 'UTF8')), 'hex');
    INSERT INTO sign_on (token_sha256, login, person_id, station_id, expires_at)
    VALUES (sha256(convert_to(token, 'UTF8')), session_user, who.id, this_station(), now() + interval '14 hours');
    RETURN jsonb_build_object('token', token, 'person_id', who.id, 'name', who.name, 'badge', who.badge,
        'language', who.language, 'station', (SELECT name FROM station WHERE id = this_station()),
        'warehouse_id', (SELECT warehouse_id FROM station WHERE id = this_station()));
END $$;

CREATE FUNCTION sign_off() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    DELETE FROM sign_on WHERE login = session_user
        AND token_sha256 = sha256(convert_to(coalesce(current_setting('stockhand.token', true), ''), 'UTF8'))
$$;

-- Gives a person a PIN (salt and sha256 of the scrypt key) and forgets their failed attempts.
CREATE FUNCTION set_pin(p_person uuid, p_salt bytea, p_hash bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_person IS DISTINCT FROM actor() THEN
        PERFORM require('administer');
    END IF;
    INSERT INTO person_pin VALUES (p_person, p_salt, p_hash)
    ON CONFLICT (person_id) DO UPDATE SET salt = excluded.salt, hash = excluded.hash;
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s', pin_counter(p_person));
    PERFORM setval(pin_counter(p_person)::regclass, 1, false);
END $$;

-- Lets a locked badge try again.
CREATE FUNCTION unlock_pin(p_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('administer');
    PERFORM setval(pin_counter(p_person)::regclass, 1, false);
END $$;

-- Adds or changes a person: name, groups everywhere, own login (NULL: as they are). Returns the id.
CREATE FUNCTION save_person(p_badge text, p_name text, p_groups text[], p_login name DEFAULT NULL,
                            p_active boolean DEFAULT true) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    saved uuid;
BEGIN
    PERFORM require('administer');
    p_name := coalesce(p_name, (SELECT name FROM person WHERE badge = upper(p_badge)));
    IF coalesce(p_name, '') = '' THEN
        PERFORM refuse('person.name_missing', jsonb_build_object('badge', p_badge));
    END IF;
    INSERT INTO person (badge, name, login, active) VALUES (upper(p_badge), p_name, p_login, p_active)
    ON CONFLICT (badge) DO UPDATE SET name = excluded.name, active = excluded.active,
        login = coalesce(excluded.login, person.login)
    WHERE NOT person.system
    RETURNING id INTO saved;
    IF saved IS NULL THEN
        PERFORM refuse('person.system', jsonb_build_object('badge', p_badge));
    END IF;
    IF p_groups IS NOT NULL THEN
        DELETE FROM person_group WHERE person_id = saved AND warehouse_id IS NULL;
        INSERT INTO person_group (person_id, group_name) SELECT saved, unnest(p_groups);
    END IF;
    IF NOT p_active THEN
        DELETE FROM sign_on WHERE person_id = saved;
    END IF;
    RETURN saved;
END $$;

CREATE FUNCTION save_station(p_name text, p_login name, p_warehouse uuid, p_type text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    saved uuid;
BEGIN
    PERFORM require('administer');
    INSERT INTO station (name, login, warehouse_id, type) VALUES (p_name, p_login, p_warehouse, p_type)
    ON CONFLICT (name) DO UPDATE SET login = excluded.login, warehouse_id = excluded.warehouse_id, type = excluded.type
    RETURNING id INTO saved;
    RETURN saved;
END $$;

-- A supervisor's word for one request, given with their own badge and PIN at the operator's screen; used once.
CREATE TABLE approval (
    id uuid PRIMARY KEY DEFAULT new_id(),
    request_id uuid NOT NULL UNIQUE,
    permission text NOT NULL REFERENCES permission,
    person_id uuid NOT NULL REFERENCES person,
    asked_by uuid NOT NULL REFERENCES person,
    approved_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);

-- Approves one request; refuses when the PIN is wrong, the approver may not, or approves their own wish.
CREATE FUNCTION approve(p_badge text, p_pin_key bytea, p_request uuid, p_permission text, p_warehouse uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_pin(p_badge, p_pin_key);
BEGIN
    IF NOT person_may(who.id, p_permission, p_warehouse) THEN
        PERFORM refuse('permission.approver_may_not', jsonb_build_object('permission', p_permission, 'person', who.name));
    ELSIF who.id = require_actor() THEN
        PERFORM refuse('permission.own_approval', jsonb_build_object('person', who.name));
    END IF;
    INSERT INTO approval (request_id, permission, person_id, asked_by)
    VALUES (p_request, p_permission, who.id, actor());
    RETURN who.name;
END $$;

-- Uses the approval of a request up; refuses when there is none.
CREATE FUNCTION use_approval(p_request uuid, p_permission text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    used uuid;
BEGIN
    UPDATE approval SET used_at = now()
    WHERE request_id = p_request AND permission = p_permission AND asked_by = actor() AND used_at IS NULL
    RETURNING person_id INTO used;
    IF used IS NULL THEN
        PERFORM refuse('permission.approval_missing', jsonb_build_object('permission', p_permission));
    END IF;
    RETURN used;
END $$;
