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
        UNION ALL SELECT 'policy', 'rules: ' || p.capability FROM policy p WHERE p.scope = 'partner' AND p.scope_id = p_partner
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

-- Saves a partner (NULL id: a new one) with any of its fields, and makes its addresses and contacts exactly these: rows
-- with `id` are changed, rows without are new. Returns {"id", "version"}.
CREATE FUNCTION save_partner(p_request uuid, p_id uuid, p_version int, p_partner jsonb, p_addresses jsonb, p_contacts jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind('partner');
    known jsonb := begin_record_request(p_request, jsonb_build_array('save_partner', p_id, p_version, p_partner, p_addresses,
        p_contacts));
    saved uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF EXISTS (SELECT FROM partner WHERE upper(code) = upper(p_partner ->> 'code') AND id IS DISTINCT FROM p_id) THEN
        PERFORM refuse('partner.code_taken', jsonb_build_object('partner', p_partner ->> 'code'));
    END IF;
    saved := write_fields(k, p_id, p_version, p_partner);
    PERFORM keep_addresses(saved, p_addresses);
    PERFORM keep_contacts(saved, p_contacts);
    RETURN end_record_request(p_request, jsonb_build_object('id', saved, 'version', version_of('partner', saved)));
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

CREATE FUNCTION keep_addresses(p_partner uuid, p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    DELETE FROM partner_address WHERE partner_id = p_partner
        AND NOT id IN (SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r WHERE r ? 'id');
    UPDATE partner_address SET first = false WHERE partner_id = p_partner AND first;
    INSERT INTO partner_address (id, partner_id, purpose, name, line_1, line_2, district, postal_code, city, region, country,
        phone, email, first)
    SELECT coalesce(r.id, new_id()), p_partner, coalesce(r.purpose, 'delivery'), coalesce(r.name, ''), coalesce(r.line_1, ''),
        coalesce(r.line_2, ''), coalesce(r.district, ''), coalesce(r.postal_code, ''), coalesce(r.city, ''),
        coalesce(r.region, ''), r.country, coalesce(r.phone, ''), coalesce(r.email, ''), coalesce(r.first, false)
    FROM jsonb_populate_recordset(NULL::partner_address, p_rows) r
    ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, name = excluded.name, line_1 = excluded.line_1,
        line_2 = excluded.line_2, district = excluded.district, postal_code = excluded.postal_code, city = excluded.city,
        region = excluded.region, country = excluded.country, phone = excluded.phone, email = excluded.email,
        first = excluded.first WHERE partner_address.partner_id = p_partner;
END $$;

CREATE FUNCTION keep_contacts(p_partner uuid, p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    DELETE FROM partner_contact WHERE partner_id = p_partner
        AND NOT id IN (SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r WHERE r ? 'id');
    INSERT INTO partner_contact (id, partner_id, name, role, phone, email, language)
    SELECT coalesce(r.id, new_id()), p_partner, r.name, coalesce(r.role, ''), coalesce(r.phone, ''), coalesce(r.email, ''),
        coalesce(r.language, '')
    FROM jsonb_populate_recordset(NULL::partner_contact, p_rows) r
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, phone = excluded.phone, email = excluded.email,
        language = excluded.language WHERE partner_contact.partner_id = p_partner;
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
GRANT EXECUTE ON FUNCTION uses_of_partner(uuid), save_partner(uuid, uuid, int, jsonb, jsonb, jsonb) TO @everyone@;
