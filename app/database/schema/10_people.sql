-- Who may do what. The client's word for who it is counts for nothing: actor() asks the sign-on.

CREATE TABLE permission (
    name text PRIMARY KEY
);

-- `up_to`: the most that one posting may be worth, in the company's currency where the goods have a stated value or a
-- standard cost, else in base units; NULL: without limit. Of several groups the widest counts.
CREATE TABLE group_permission (
    group_name text NOT NULL CHECK (group_name IN ('operator', 'receiver', 'manager', 'admin', 'auditor', 'worker')),
    permission text NOT NULL REFERENCES permission,
    up_to numeric(18, 6) CHECK (up_to >= 0),
    PRIMARY KEY (group_name, permission)
);

-- `login` is the person's own database login at desks; `system` marks the program's own workers. `door`: a number by which
-- wrong PINs say at whose login they were typed.
CREATE SEQUENCE door_number;
CREATE TABLE person (
    id uuid PRIMARY KEY DEFAULT new_id(),
    door int NOT NULL UNIQUE DEFAULT nextval('door_number'),
    badge text NOT NULL UNIQUE CHECK (badge ~ '^[A-Z0-9-]{3,32}$'),
    name text NOT NULL CHECK (name <> ''),
    login name UNIQUE,
    language text NOT NULL DEFAULT 'en',
    active boolean NOT NULL DEFAULT true,
    system boolean NOT NULL DEFAULT false
);

-- Nobody reads this table but the functions below. `hash` is sha256 of the scrypt key that the client sends.
-- `must_change`: somebody else chose this PIN; it opens nothing but the way to a PIN of one's own.
CREATE TABLE person_pin (
    person_id uuid PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    must_change boolean NOT NULL DEFAULT false
);

-- Badges that were lost or changed: dead for ever, so that a found one opens nothing and names nobody else.
CREATE TABLE retired_badge (
    badge text PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL DEFAULT now()
);

-- A group in one warehouse, or in all of them (warehouse_id NULL).
CREATE TABLE person_group (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    group_name text NOT NULL CHECK (group_name IN ('operator', 'receiver', 'manager', 'admin', 'auditor', 'worker')),
    warehouse_id uuid,
    UNIQUE NULLS NOT DISTINCT (person_id, group_name, warehouse_id)
);

-- A word on one person beats their groups; it holds wherever they belong. `up_to`: the most at a time, NULL any amount.
CREATE TABLE person_permission (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    permission text NOT NULL REFERENCES permission,
    up_to numeric(18, 6) CHECK (up_to >= 0),
    granted boolean NOT NULL DEFAULT true,
    PRIMARY KEY (person_id, permission)
);

-- People of an owner whose goods we keep: they see that owner's stock, documents and movements, and nothing else
-- (82_owners.sql).
CREATE TABLE person_owner (
    person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    owner_id uuid NOT NULL,
    PRIMARY KEY (person_id, owner_id)
);

-- A place with a screen. It logs in with a role of its own that may do nothing by itself.
CREATE TABLE station (
    id uuid PRIMARY KEY DEFAULT new_id(),
    door int NOT NULL UNIQUE DEFAULT nextval('door_number'),
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

-- Who was signed on where: one row when they came, one when they went. Kept for ever.
CREATE TABLE sign_on_trail (
    id uuid PRIMARY KEY DEFAULT new_id(),
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    login name NOT NULL,
    station_id uuid,
    what text NOT NULL CHECK (what IN ('on', 'off', 'ended'))
);
CREATE INDEX sign_on_trail_person ON sign_on_trail (person_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_on_trail
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Every end of a sign-on is kept, however it came: by its own station, by another one, by an administrator, by time.
CREATE FUNCTION keep_sign_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO sign_on_trail (person_id, login, station_id, what)
        VALUES (NEW.person_id, NEW.login, NEW.station_id, 'on');
    ELSE
        INSERT INTO sign_on_trail (person_id, login, station_id, what)
        VALUES (OLD.person_id, OLD.login, OLD.station_id, CASE WHEN OLD.login = session_user THEN 'off' ELSE 'ended' END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_sign_on AFTER INSERT OR DELETE ON sign_on FOR EACH ROW EXECUTE FUNCTION keep_sign_on();

-- The person behind this transaction, or NULL: the token's person (for the same login only), else the login's own. Row rules
-- ask some hundred times an order: each asks once a statement (an InitPlan), never once a row. Two statements, of which one
-- runs: a single one sets both up.
CREATE FUNCTION acting_person() RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    token text := current_setting('stockhand.token', true);
BEGIN
    IF token <> '' THEN
        RETURN (SELECT p.id FROM sign_on s JOIN person p ON p.id = s.person_id AND p.active
            WHERE s.token_sha256 = sha256(convert_to(token, 'UTF8')) AND s.login = session_user AND s.expires_at > now());
    END IF;
    RETURN (SELECT id FROM person WHERE login = session_user AND active);
END $$;

-- That person, and the station of this login, NULL at a desk. Read by the owner's functions, into whose statements it is
-- written.
CREATE FUNCTION acting() RETURNS TABLE (person_id uuid, station_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT acting_person(), (SELECT id FROM station WHERE login = session_user AND active)
$$;

CREATE FUNCTION actor() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$SELECT person_id FROM acting()$$;

CREATE FUNCTION this_station() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$SELECT station_id FROM acting()$$;

-- The owners whose people the person behind this transaction belongs to; NULL for our own people, who see every owner's.
CREATE FUNCTION my_owners() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT array_agg(owner_id) FROM person_owner WHERE person_id = (SELECT person_id FROM acting())
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

-- What a person may in a warehouse (NULL: in all of them), and how much of it at a time without an approval; `up_to`
-- NULL: any amount. A word on the person beats their groups: taken away it holds everywhere, given it holds where the
-- person belongs. Of several groups the widest counts. People of an owner whose goods we keep (person_owner) may look at
-- stock and nothing else, whatever else they were given.
CREATE FUNCTION rights(p_person uuid, p_permission text, p_warehouse uuid) RETURNS TABLE (may boolean, up_to numeric)
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN own.granted IS NULL THEN here.of_groups > 0 ELSE own.granted AND here.groups > 0 END
            AND (p_permission = 'see_stock' OR NOT EXISTS (SELECT FROM person_owner WHERE person_id = p_person)),
        CASE WHEN own.granted IS NOT NULL THEN own.up_to WHEN NOT here.any_amount THEN here.up_to END
    FROM (SELECT count(*) AS groups, count(p.permission) AS of_groups, max(p.up_to) AS up_to,
              coalesce(bool_or(p.permission IS NOT NULL AND p.up_to IS NULL), false) AS any_amount
          FROM person_group g
          LEFT JOIN group_permission p ON p.group_name = g.group_name AND p.permission = p_permission
          WHERE g.person_id = p_person AND (g.warehouse_id IS NULL OR g.warehouse_id = p_warehouse)) here
    LEFT JOIN person_permission own ON own.person_id = p_person AND own.permission = p_permission
$$;

CREATE FUNCTION person_may(p_person uuid, p_permission text, p_warehouse uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT r.may FROM rights(p_person, p_permission, p_warehouse) r
$$;

-- The most that a person may at a time without an approval. Says nothing about who may not at all.
CREATE FUNCTION person_limit(p_person uuid, p_permission text, p_warehouse uuid) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT r.up_to FROM rights(p_person, p_permission, p_warehouse) r
$$;

-- The same for the person behind this transaction.
CREATE FUNCTION may(p_permission text, p_warehouse uuid DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce((SELECT r.may FROM (SELECT * FROM acting() OFFSET 0) a, rights(a.person_id, p_permission, p_warehouse) r),
        false)
$$;

-- Refuses, naming the permission, unless the person may.
CREATE FUNCTION require(p_permission text, p_warehouse uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NOT may(p_permission, p_warehouse) THEN
        PERFORM require_actor();
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

-- Tries of badges that nobody has are counted and locked in the same way, so that the answers tell nothing apart. They
-- share these few sequences; the nights set them back (forget_strangers).
DO $$
BEGIN
    FOR n IN 0 .. 31 LOOP
        EXECUTE format('CREATE SEQUENCE stranger_%s', n);
    END LOOP;
END $$;
CREATE FUNCTION stranger_counter(p_badge text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT 'stockhand.stranger_' || get_byte(sha256(convert_to((SELECT value FROM server_secret) || upper(p_badge),
                                                               'UTF8')), 0) % 32
$$;
CREATE FUNCTION forget_strangers() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('seal');
    PERFORM setval(format('stockhand.stranger_%s', n)::regclass, 1, false) FROM generate_series(0, 31) n;
END $$;

-- The person with this badge and PIN, or a refusal: sign_on.wrong_pin, sign_on.locked (after five failures),
-- sign_on.login_waits. A badge that nobody may sign on with gets the same answers for the same work. p_pin_key: scrypt(PIN,
-- salt), 32 bytes.
CREATE FUNCTION check_pin(p_badge text, p_pin_key bytea) RETURNS person
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person;
    expected bytea;
    stranger text := stranger_counter(p_badge);
    tries bigint;
BEGIN
    PERFORM require_no_debt(this_door());
    SELECT p.* INTO who FROM person p JOIN person_pin k ON k.person_id = p.id
    WHERE p.badge = upper(p_badge) AND p.active AND NOT p.system;
    SELECT hash INTO expected FROM person_pin WHERE person_id = who.id;
    tries := nextval(coalesce(pin_counter(who.id), stranger)::regclass);
    IF tries > 5 THEN
        PERFORM refuse('sign_on.locked', jsonb_build_object('badge', upper(p_badge)));
    ELSIF sha256(p_pin_key) = expected THEN
        PERFORM forget_wrong_pins(who.id);
        RETURN who;
    END IF;
    PERFORM note_wrong_pin(who.id, tries);
    PERFORM refuse('sign_on.wrong_pin', jsonb_build_object('badge', upper(p_badge), 'left', 5 - tries));
END $$;

-- The same for everything but changing the PIN: one that somebody else chose is refused (sign_on.pin_must_change).
CREATE FUNCTION check_own_pin(p_badge text, p_pin_key bytea) RETURNS person
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_pin(p_badge, p_pin_key);
BEGIN
    IF EXISTS (SELECT FROM person_pin WHERE person_id = who.id AND must_change) THEN
        PERFORM refuse('sign_on.pin_must_change', jsonb_build_object('badge', who.badge));
    END IF;
    RETURN who;
END $$;

-- Signs a person on at this login and returns the token, and which wrong PINs were typed with their badge since they were here
-- last ({count, place, at}: how many, the last one's door and time; their own slips of just now, here, do not count); refuses with sign_on.wrong_pin, .locked, .elsewhere.
-- p_take_over: end the sign-on at the other station. It ends by itself after 30 minutes without a sign of life
-- (stay_signed_on), and after 14 hours.
CREATE FUNCTION sign_on(p_badge text, p_pin_key bytea, p_take_over boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_own_pin(p_badge, p_pin_key);
    here station;
    elsewhere text;
    token text;
    before timestamptz := coalesce((SELECT max(at) FROM sign_on_trail WHERE person_id = who.id AND what = 'on'), '-infinity');
BEGIN
    SELECT * INTO here FROM station WHERE login = session_user FOR SHARE;
    IF NOT here.active THEN
        PERFORM refuse('station.inactive', jsonb_build_object('station', here.name));
    END IF;
    PERFORM 1 FROM person WHERE id = who.id FOR NO KEY UPDATE;
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
    VALUES (sha256(convert_to(token, 'UTF8')), session_user, who.id, here.id, now() + interval '30 minutes');
    RETURN jsonb_build_object('token', token, 'person_id', who.id, 'name', who.name, 'badge', who.badge,
        'language', who.language, 'station', here.name, 'warehouse_id', here.warehouse_id, 'wrong_pins', (
            SELECT jsonb_build_object('count', count(*), 'at', max(w.at), 'place', (array_agg(door_name(w.door) ORDER BY w.at DESC, w.nth DESC))[1])
            FROM wrong_pins(who.id) w WHERE w.at > before AND (w.door <> this_door() OR w.at < now() - interval '10 minutes')
            HAVING count(*) > 0));
END $$;

-- A sign of life of the station: the sign-on goes on for another 30 minutes, never beyond 14 hours.
CREATE FUNCTION stay_signed_on() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    UPDATE sign_on SET expires_at = least(signed_on_at + interval '14 hours', now() + interval '30 minutes')
    WHERE login = session_user AND expires_at > now()
        AND token_sha256 = sha256(convert_to(coalesce(current_setting('stockhand.token', true), ''), 'UTF8'))
$$;

CREATE FUNCTION sign_off() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    DELETE FROM sign_on WHERE login = session_user
        AND token_sha256 = sha256(convert_to(coalesce(current_setting('stockhand.token', true), ''), 'UTF8'))
$$;

-- A supervisor's word for one request, given with their own badge and PIN at the operator's screen; used once.
-- `content` is the hash of what they were shown: nothing else goes through by it.
CREATE TABLE approval (
    id uuid PRIMARY KEY DEFAULT new_id(),
    request_id uuid NOT NULL,
    permission text NOT NULL REFERENCES permission,
    content bytea NOT NULL CHECK (octet_length(content) = 32),
    person_id uuid NOT NULL REFERENCES person,
    asked_by uuid NOT NULL REFERENCES person,
    approved_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    UNIQUE (request_id, permission)
);

-- Approves one request with its contents (the hash that the refusal told); refuses when the PIN is wrong, the approver may
-- not, or approves their own wish.
CREATE FUNCTION approve(p_badge text, p_pin_key bytea, p_request uuid, p_permission text, p_warehouse uuid,
    p_content bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    who person := check_own_pin(p_badge, p_pin_key);
BEGIN
    IF NOT person_may(who.id, p_permission, p_warehouse) THEN
        PERFORM refuse('permission.approver_may_not', jsonb_build_object('permission', p_permission, 'person', who.name));
    ELSIF who.id = require_actor() THEN
        PERFORM refuse('permission.own_approval', jsonb_build_object('person', who.name));
    ELSIF octet_length(p_content) IS DISTINCT FROM 32 THEN
        PERFORM refuse('permission.approved_otherwise', jsonb_build_object('permission', p_permission));
    END IF;
    INSERT INTO approval (request_id, permission, content, person_id, asked_by)
    VALUES (p_request, p_permission, p_content, who.id, actor())
    ON CONFLICT (request_id, permission) DO UPDATE SET content = excluded.content, person_id = excluded.person_id,
        asked_by = excluded.asked_by, approved_at = now() WHERE approval.used_at IS NULL;
    RETURN who.name;
END $$;

-- Uses the approval of a request up; refuses when there is none, when it was given for other contents, and when who gave it
-- may not do this in this warehouse: approve() knows the warehouse by the asking screen's word only.
CREATE FUNCTION use_approval(p_request uuid, p_permission text, p_content bytea, p_warehouse uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    used approval;
BEGIN
    UPDATE approval SET used_at = now()
    WHERE request_id = p_request AND permission = p_permission AND asked_by = actor() AND used_at IS NULL
    RETURNING * INTO used;
    IF used.id IS NULL THEN
        PERFORM refuse('permission.approval_missing', jsonb_build_object('permission', p_permission));
    ELSIF used.content IS DISTINCT FROM p_content THEN
        PERFORM refuse('permission.approved_otherwise', jsonb_build_object('permission', p_permission));
    ELSIF person_may(used.person_id, p_permission, p_warehouse) IS NOT TRUE THEN
        PERFORM refuse('permission.approver_may_not', jsonb_build_object('permission', p_permission,
            'person', (SELECT name FROM person WHERE id = used.person_id)));
    END IF;
    RETURN used.person_id;
END $$;
