-- Looking after partners: whole records, with their addresses and contacts, each change one request.

-- What a partner is used for: how often, and the first of them by name. Nothing for one that may be removed.
CREATE FUNCTION uses_of_partner(p_partner uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['set_up']);
    RETURN QUERY
    SELECT u.what, count(*), (array_agg(DISTINCT u.name ORDER BY u.name))[1:5] FROM (
        SELECT 'stock' AS what, i.sku AS name FROM all_stock_of(p_partner) s JOIN item i ON i.id = s
        UNION ALL SELECT 'document', d FROM all_documents_of(p_partner) d
        UNION ALL SELECT 'person', p.name FROM person_owner o JOIN person p ON p.id = o.person_id WHERE o.owner_id = p_partner
        UNION ALL SELECT 'place', l.address FROM location l WHERE l.partner_id = p_partner
        UNION ALL SELECT 'policy', p.capability FROM policy p WHERE p.scope = 'partner' AND p.scope_id = p_partner
        UNION ALL SELECT 'inspection', n.number FROM inspection n WHERE n.partner_id = p_partner
        UNION ALL SELECT 'discrepancy', d.number FROM discrepancy x JOIN document d ON d.id = x.document_id
            WHERE x.partner_id = p_partner
        UNION ALL SELECT 'appointment', a.number FROM appointment a WHERE a.partner_id = p_partner
        UNION ALL SELECT 'code', c.value FROM code c WHERE c.issuer_id = p_partner
    ) u GROUP BY u.what ORDER BY u.what;
END $$;

-- In every warehouse, for whoever may remove a partner: the items of which something is or was theirs, the numbers of the
-- documents that name them. Belong to the sealer's role, which sees every warehouse.
CREATE FUNCTION all_stock_of(p_owner uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT item_id FROM stock_claim WHERE owner_id = p_owner
    UNION SELECT item_id FROM stock_balance WHERE owner_id = p_owner
$$;
CREATE FUNCTION all_documents_of(p_partner uuid) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT number FROM document WHERE p_partner IN (partner_id, owner_id)
$$;

-- Saves partners with any of their fields, and makes their addresses and contacts exactly these: rows {id (null: a new one),
-- version, partner, addresses, contacts}; of addresses and contacts, those with `id` are changed, others are new. One
-- refusal refuses all rows. Returns [{"id", "version"}] in their order.
CREATE FUNCTION save_partners(p_request uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind('partner');
    known jsonb := begin_record_request(p_request, jsonb_build_array('save_partners', p_rows));
    given jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    given := (SELECT jsonb_agg(r || jsonb_build_object('is_new', r ->> 'id' IS NULL, 'id', coalesce((r ->> 'id')::uuid, new_id()))
                               ORDER BY n) FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS x (r, n));
    PERFORM hold_partners(given);
    PERFORM write_partners(k, given);
    PERFORM keep_addresses(given);
    PERFORM keep_contacts(given);
    RETURN end_record_request(p_request, (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'version', p.version) ORDER BY x.n)
        FROM jsonb_array_elements(given) WITH ORDINALITY AS x (r, n) JOIN partner p ON p.id = (r ->> 'id')::uuid));
END $$;

-- Locks the partners that are there, and refuses what somebody else changed since it was read, or a code that is taken.
CREATE FUNCTION hold_partners(p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    taken text;
BEGIN
    PERFORM hold_records('partner', jsonb_path_query_array(p_rows, '$[*] ? (@.is_new == false)'), 'code');
    WITH code AS (SELECT (r ->> 'id')::uuid AS id, upper(r -> 'partner' ->> 'code') AS code FROM jsonb_array_elements(p_rows) r)
    SELECT c.code INTO taken FROM code c JOIN partner p ON upper(p.code) = c.code AND p.id <> c.id
    UNION ALL SELECT c.code FROM code c GROUP BY c.code HAVING count(c.code) > 1 LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('partner.code_taken', jsonb_build_object('partner', taken));
    END IF;
END $$;

-- The fields of partners; a field that is absent stays as it is, or is what it is in a new record.
CREATE FUNCTION write_partners(k record_kind, p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    columns text := (SELECT string_agg(quote_ident(field), ', ' ORDER BY field) FROM record_field WHERE kind = 'partner');
    blank partner := jsonb_populate_record(NULL::partner, '{"kinds": [], "language": "", "note": "", "pack_instructions": "",
        "carton_label": "", "unit_label": "", "packing_slip": "", "order_carrier": "", "order_service": "",
        "complete_only": false, "archived": false}');
    wrong text;
    nothing_in text;
BEGIN
    PERFORM know_fields(k, ARRAY(SELECT DISTINCT f FROM jsonb_array_elements(p_rows) r, jsonb_object_keys(r -> 'partner') f));
    EXECUTE format('UPDATE partner p SET (%1$s) = (SELECT %1$s FROM jsonb_populate_record(p, r -> ''partner''))
        FROM jsonb_array_elements($1) r WHERE p.id = (r ->> ''id'')::uuid', columns) USING p_rows;
    EXECUTE format('INSERT INTO partner (id, %1$s) SELECT (r ->> ''id'')::uuid, %2$s
        FROM jsonb_array_elements($1) r CROSS JOIN LATERAL jsonb_populate_record($2, r -> ''partner'') n
        WHERE (r ->> ''is_new'')::boolean', columns, 'n.' || replace(columns, ', ', ', n.')) USING p_rows, blank;
EXCEPTION
    WHEN check_violation OR not_null_violation OR invalid_text_representation THEN
        GET STACKED DIAGNOSTICS wrong = CONSTRAINT_NAME, nothing_in = COLUMN_NAME;
        PERFORM refuse_field('partner', SQLSTATE, wrong, nothing_in, SQLERRM, p_rows -> 0 -> 'partner');
END $$;

-- A partner whose goods we keep, or whose people look in, stays an owner.
CREATE FUNCTION keep_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    used record;
BEGIN
    SELECT sum(u.count) AS count, string_agg(array_to_string(u.names, ', '), ', ') AS names INTO used
    FROM uses_of_partner(OLD.id) u WHERE u.what IN ('stock', 'person');
    IF used.count > 0 THEN
        PERFORM refuse('record.in_use', jsonb_build_object('record', OLD.code, 'count', used.count, 'where', used.names));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_owner BEFORE UPDATE OF kinds ON partner FOR EACH ROW
    WHEN ('owner' = ANY (OLD.kinds) AND NOT 'owner' = ANY (NEW.kinds)) EXECUTE FUNCTION keep_owner();

-- The addresses that rows of partners bring, each with its partner; the same of contacts.
CREATE FUNCTION parts_of_partners(p_rows jsonb, p_part text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(part || jsonb_build_object('partner_id', r ->> 'id', 'id', coalesce((part ->> 'id')::uuid, new_id()))
                              ORDER BY n, m), '[]')
    FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS x (r, n),
        jsonb_array_elements(coalesce(r -> p_part, '[]')) WITH ORDINALITY AS y (part, m)
$$;

CREATE FUNCTION keep_addresses(p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    partners uuid[] := ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r);
    given jsonb := parts_of_partners(p_rows, 'addresses');
BEGIN
    DELETE FROM partner_address WHERE partner_id = ANY (partners)
        AND NOT id = ANY (ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(given) r));
    UPDATE partner_address SET first = false WHERE partner_id = ANY (partners) AND first;
    INSERT INTO partner_address (id, partner_id, purpose, name, line_1, line_2, district, postal_code, city, region, country,
        phone, email, first)
    SELECT r.id, r.partner_id, coalesce(r.purpose, 'delivery'), coalesce(r.name, ''), coalesce(r.line_1, ''),
        coalesce(r.line_2, ''), coalesce(r.district, ''), coalesce(r.postal_code, ''), coalesce(r.city, ''),
        coalesce(r.region, ''), r.country, coalesce(r.phone, ''), coalesce(r.email, ''), coalesce(r.first, false)
    FROM jsonb_populate_recordset(NULL::partner_address, given) r
    ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, name = excluded.name, line_1 = excluded.line_1,
        line_2 = excluded.line_2, district = excluded.district, postal_code = excluded.postal_code, city = excluded.city,
        region = excluded.region, country = excluded.country, phone = excluded.phone, email = excluded.email,
        first = excluded.first WHERE partner_address.partner_id = excluded.partner_id;
END $$;

CREATE FUNCTION keep_contacts(p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    given jsonb := parts_of_partners(p_rows, 'contacts');
BEGIN
    DELETE FROM partner_contact WHERE partner_id = ANY (ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r))
        AND NOT id = ANY (ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(given) r));
    INSERT INTO partner_contact (id, partner_id, name, role, phone, email, language)
    SELECT r.id, r.partner_id, r.name, coalesce(r.role, ''), coalesce(r.phone, ''), coalesce(r.email, ''),
        coalesce(r.language, '')
    FROM jsonb_populate_recordset(NULL::partner_contact, given) r
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, phone = excluded.phone, email = excluded.email,
        language = excluded.language WHERE partner_contact.partner_id = excluded.partner_id;
END $$;

INSERT INTO record_kind (name, permission, naming, parts)
VALUES ('partner', 'set_up', 'code', '{partner_address,partner_contact,partner_shelf_life}');
INSERT INTO record_field (kind, field)
SELECT 'partner', unnest(ARRAY['code', 'name', 'kinds', 'language', 'note', 'pack_instructions', 'carton_label', 'unit_label',
    'packing_slip', 'order_carrier', 'order_service', 'complete_only', 'archived']);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['partner_address', 'partner_contact', 'person_owner'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY signed_on ON %I FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL)', t);
    END LOOP;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;
GRANT EXECUTE ON FUNCTION uses_of_partner(uuid), save_partners(uuid, jsonb) TO @everyone@;
