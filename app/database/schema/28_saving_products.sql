-- Writing products: each of these functions replaces one part of an item as a whole, and save_items() writes any number
-- of items with all their parts in one transaction under one request.

-- A unit's name becomes known when somebody uses it.
CREATE FUNCTION know_unit(p_unit text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF coalesce(p_unit, '') !~ '^\S(.{0,28}\S)?$' OR lower(p_unit) <> p_unit THEN
        PERFORM refuse('unit.unreadable', jsonb_build_object('unit', p_unit));
    END IF;
    INSERT INTO uom (code, name) VALUES (p_unit, initcap(p_unit)) ON CONFLICT DO NOTHING;
    RETURN p_unit;
END $$;

-- p_units: [{unit, numerator, denominator, weight_kg, length_mm, width_mm, height_mm}]. One of each must be a quantity
-- that stock can be kept in; a packaging that codes or bills name cannot go.
CREATE FUNCTION set_units(p_item uuid, p_units jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    i item;
    u record;
    gone record;
BEGIN
    SELECT * INTO i FROM item WHERE id = p_item;
    FOR u IN SELECT * FROM jsonb_to_recordset(p_units) AS r (unit text, numerator bigint, denominator bigint) LOOP
        PERFORM know_unit(u.unit);
        IF u.numerator IS NULL OR u.numerator <= 0 OR coalesce(u.denominator, 1) <= 0 THEN
            PERFORM refuse('factor.not_positive', jsonb_build_object('text', concat_ws('/', u.numerator, u.denominator)));
        ELSIF round(u.numerator::numeric / coalesce(u.denominator, 1), i.decimals) * coalesce(u.denominator, 1)
                <> u.numerator THEN
            PERFORM refuse('unit.not_exact', jsonb_build_object('unit', u.unit, 'base', i.base_uom,
                'factor', concat_ws('/', u.numerator, nullif(u.denominator, 1)), 'decimals', i.decimals));
        END IF;
    END LOOP;
    IF (SELECT count(*) <> count(DISTINCT r.unit) FROM jsonb_to_recordset(p_units) AS r (unit text)) THEN
        PERFORM refuse('unit.twice', jsonb_build_object('sku', i.sku));
    END IF;
    SELECT x.uom AS unit, coalesce((SELECT min(c.value) FROM code c WHERE c.target_id = p_item AND c.uom = x.uom),
        (SELECT min(m.sku) FROM bom_line l JOIN item m ON m.id = l.item_id
         WHERE l.component_id = p_item AND l.uom = x.uom)) AS used INTO gone
    FROM item_uom x WHERE x.item_id = p_item AND x.uom <> i.base_uom
      AND x.uom NOT IN (SELECT r.unit FROM jsonb_to_recordset(p_units) AS r (unit text))
      AND (EXISTS (SELECT FROM code c WHERE c.target_id = p_item AND c.uom = x.uom)
           OR EXISTS (SELECT FROM bom_line l WHERE l.component_id = p_item AND l.uom = x.uom)) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('unit.in_use', jsonb_build_object('unit', gone.unit, 'where', gone.used));
    END IF;
    DELETE FROM item_uom x WHERE x.item_id = p_item
        AND x.uom NOT IN (SELECT r.unit FROM jsonb_to_recordset(p_units) AS r (unit text));
    INSERT INTO item_uom AS x (item_id, uom, numerator, denominator, weight_kg, length_mm, width_mm, height_mm)
    SELECT p_item, r.unit, r.numerator, coalesce(r.denominator, 1), r.weight_kg, r.length_mm, r.width_mm, r.height_mm
    FROM jsonb_to_recordset(p_units) AS r (unit text, numerator bigint, denominator bigint, weight_kg numeric,
        length_mm int, width_mm int, height_mm int)
    ON CONFLICT (item_id, uom) DO UPDATE SET numerator = excluded.numerator, denominator = excluded.denominator,
        weight_kg = excluded.weight_kg, length_mm = excluded.length_mm, width_mm = excluded.width_mm,
        height_mm = excluded.height_mm
    WHERE (x.numerator, x.denominator, x.weight_kg, x.length_mm, x.width_mm, x.height_mm) IS DISTINCT FROM
        (excluded.numerator, excluded.denominator, excluded.weight_kg, excluded.length_mm, excluded.width_mm,
         excluded.height_mm);
END $$;

-- p_codes: [{scheme: gtin|sku|article, value, unit, issuer}]; issuer: the partner whose number it is. The code of the
-- SKU itself stands for itself and is not among them.
CREATE FUNCTION set_codes(p_item uuid, p_codes jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    own_sku text := (SELECT upper(sku) FROM item WHERE id = p_item);
    taken record;
BEGIN
    IF EXISTS (SELECT FROM jsonb_to_recordset(p_codes) AS r (scheme text, value text)
               WHERE coalesce(r.scheme, '') NOT IN ('gtin', 'sku', 'article') OR coalesce(r.value, '') = ''
                  OR r.value <> upper(r.value)) THEN
        PERFORM refuse('code.not_a_code', (SELECT jsonb_build_object('barcode', coalesce(min(r.value), ''))
            FROM jsonb_to_recordset(p_codes) AS r (scheme text, value text)
            WHERE coalesce(r.scheme, '') NOT IN ('gtin', 'sku', 'article') OR r.value <> upper(r.value)));
    END IF;
    SELECT k.value AS code, coalesce(i.sku, k.value) AS owner INTO taken
    FROM jsonb_to_recordset(p_codes) AS r (scheme text, value text, issuer uuid)
    JOIN code k ON k.scheme = r.scheme AND k.value = r.value AND k.issuer_id = coalesce(r.issuer, nil())
        AND k.scope_id = nil() AND k.target_id <> p_item
    LEFT JOIN item i ON i.id = k.target_id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('code.belongs_to', jsonb_build_object('barcode', taken.code, 'owner', taken.owner));
    END IF;
    DELETE FROM code k WHERE k.target_id = p_item AND k.kind = 'item' AND NOT (k.scheme = 'sku' AND k.value = own_sku)
        AND NOT EXISTS (SELECT FROM jsonb_to_recordset(p_codes) AS r (scheme text, value text, unit text, issuer uuid)
            WHERE r.scheme = k.scheme AND r.value = k.value AND coalesce(r.issuer, nil()) = k.issuer_id
              AND coalesce(r.unit, '') = k.uom);
    INSERT INTO code (scheme, value, issuer_id, kind, target_id, uom)
    SELECT DISTINCT r.scheme, r.value, coalesce(r.issuer, nil()), 'item', p_item, coalesce(r.unit, '')
    FROM jsonb_to_recordset(p_codes) AS r (scheme text, value text, unit text, issuer uuid)
    WHERE NOT (r.scheme = 'sku' AND r.value = own_sku)
      AND NOT EXISTS (SELECT FROM code k WHERE k.target_id = p_item AND k.scheme = r.scheme AND k.value = r.value
                      AND k.issuer_id = coalesce(r.issuer, nil()) AND k.uom = coalesce(r.unit, ''));
END $$;

-- p_bom: {kind, makes, lines: [{item, unit, quantity}]}, or null for none. Quantities must be exact in base units.
CREATE FUNCTION set_bom(p_item uuid, p_bom jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    DELETE FROM bom_line WHERE item_id = p_item;
    IF p_bom = 'null' OR jsonb_array_length(p_bom -> 'lines') = 0 THEN
        DELETE FROM bom WHERE item_id = p_item;
        RETURN;
    END IF;
    INSERT INTO bom (item_id, kind, makes) VALUES (p_item, p_bom ->> 'kind', coalesce((p_bom ->> 'makes')::numeric, 1))
    ON CONFLICT (item_id) DO UPDATE SET kind = excluded.kind, makes = excluded.makes;
    SELECT i.sku, l.unit AS uom, l.quantity::text AS quantity, i.id IS NULL AS unknown,
        coalesce(l.quantity, 0) <= 0 AS nothing, u.uom IS NULL AND l.unit <> i.base_uom AS other_unit INTO wrong
    FROM jsonb_to_recordset(p_bom -> 'lines') AS l (item uuid, unit text, quantity numeric)
    LEFT JOIN item i ON i.id = l.item LEFT JOIN item_uom u ON u.item_id = l.item AND u.uom = l.unit
    WHERE i.id IS NULL OR coalesce(l.quantity, 0) <= 0 OR (u.uom IS NULL AND l.unit <> i.base_uom)
       OR round(l.quantity * coalesce(u.numerator, 1) / coalesce(u.denominator, 1), i.decimals)
          * coalesce(u.denominator, 1) <> l.quantity * coalesce(u.numerator, 1)
    LIMIT 1;
    IF wrong.unknown THEN
        PERFORM refuse('item.unknown');
    ELSIF wrong.nothing THEN
        PERFORM refuse('bom.no_quantity', jsonb_build_object('sku', wrong.sku, 'quantity', coalesce(wrong.quantity, '–')));
    ELSIF wrong.other_unit THEN
        PERFORM refuse('setup.unknown_unit', jsonb_build_object('sku', wrong.sku, 'name', wrong.uom));
    ELSIF FOUND THEN
        PERFORM refuse('quantity.not_exact', jsonb_build_object('sku', wrong.sku, 'uom', wrong.uom, 'quantity', wrong.quantity));
    END IF;
    INSERT INTO bom_line (item_id, line_no, component_id, uom, qty, base_qty)
    SELECT p_item, l.n, l.part, l.unit, l.quantity,
        l.quantity * coalesce(u.numerator, 1) / coalesce(u.denominator, 1)
    FROM (SELECT n, (e ->> 'item')::uuid AS part, e ->> 'unit' AS unit, (e ->> 'quantity')::numeric AS quantity
          FROM jsonb_array_elements(p_bom -> 'lines') WITH ORDINALITY AS x (e, n)) l
    LEFT JOIN item_uom u ON u.item_id = l.part AND u.uom = l.unit;
END $$;

-- p_substitutes: [{item, both_ways, note}], the best first.
CREATE FUNCTION set_substitutes(p_item uuid, p_substitutes jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    DELETE FROM item_substitute WHERE item_id = p_item;
    INSERT INTO item_substitute (item_id, substitute_id, position, both_ways, note)
    SELECT p_item, (e ->> 'item')::uuid, n, coalesce((e ->> 'both_ways')::boolean, false), coalesce(e ->> 'note', '')
    FROM jsonb_array_elements(p_substitutes) WITH ORDINALITY AS x (e, n);
END $$;

-- p_images: [{sha256 (hex), caption}] of attachments that are there, the first one is shown.
CREATE FUNCTION set_images(p_item uuid, p_images jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    DELETE FROM item_image WHERE item_id = p_item;
    INSERT INTO item_image (item_id, sha256, position, caption)
    SELECT p_item, decode(e ->> 'sha256', 'hex'), n, coalesce(e ->> 'caption', '')
    FROM jsonb_array_elements(p_images) WITH ORDINALITY AS x (e, n);
END $$;

-- Keeps an image once, whoever brings it again; refuses content that is not what its SHA-256 says, or no image.
CREATE FUNCTION keep_image(p_sha256 bytea, p_media_type text, p_content bytea, p_thumbnail bytea, p_width int,
    p_height int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'receive', 'pack', 'set_up']);
    IF sha256(p_content) <> p_sha256 OR substring(p_content FROM 1 FOR 3) NOT IN ('\xffd8ff', '\x89504e')
            OR octet_length(p_content) > 307200 OR octet_length(p_thumbnail) > 32768 THEN
        PERFORM refuse('image.not_an_image', jsonb_build_object('file', encode(p_sha256, 'hex')));
    END IF;
    INSERT INTO attachment (sha256, media_type, content, thumbnail, width, height, made_by)
    VALUES (p_sha256, p_media_type, p_content, p_thumbnail, p_width, p_height, actor()) ON CONFLICT DO NOTHING;
END $$;

-- One item with its parts; see save_items().
CREATE FUNCTION save_item(k record_kind, p_item uuid, p_version int, p_values jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    parts text[] := ARRAY['units', 'codes', 'bom', 'substitutes', 'images'];
    made uuid;
    i item;
BEGIN
    IF p_values ? 'base_uom' THEN
        PERFORM know_unit(p_values ->> 'base_uom');
    END IF;
    made := write_fields(k, p_item, p_version, p_values - parts);
    IF p_values ? 'units' THEN
        PERFORM set_units(made, p_values -> 'units');
    END IF;
    IF p_values ? 'codes' THEN
        PERFORM set_codes(made, p_values -> 'codes');
    END IF;
    IF p_values ? 'bom' THEN
        PERFORM set_bom(made, p_values -> 'bom');
    END IF;
    IF p_values ? 'substitutes' THEN
        PERFORM set_substitutes(made, p_values -> 'substitutes');
    END IF;
    IF p_values ? 'images' THEN
        PERFORM set_images(made, p_values -> 'images');
    END IF;
    UPDATE item SET changed_at = now() WHERE id = made AND changed_at <> now() RETURNING * INTO i;
    SELECT * INTO i FROM item WHERE id = made;
    IF i.state <> 'introduction' AND (p_item IS NULL OR p_values ?| ARRAY['attributes', 'category_id']) THEN
        PERFORM check_attributes(i.category_id, i.attributes, true);
    END IF;
    IF i.archived AND p_values ? 'archived' THEN
        PERFORM require_idle(made);
    END IF;
    RETURN jsonb_build_object('id', made, 'version', i.version);
END $$;

-- Refuses to put an item away of which there is something, or which open papers want.
CREATE FUNCTION require_idle(p_item uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    busy record;
BEGIN
    SELECT sum(u.count) AS count, string_agg(array_to_string(u.names, ', '), ', ') AS names INTO busy
    FROM record_uses('item', p_item) u WHERE u.what IN ('stock', 'open_document', 'bom');
    IF busy.count > 0 THEN
        PERFORM refuse('item.not_idle', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = p_item),
            'where', busy.names));
    END IF;
END $$;

-- Writes items with all that belongs to them, all or none: p_items is [{id, version, values}], id null for a new one.
-- values: fields of record_field('item'), and as wholes `units`, `codes`, `bom`, `substitutes`, `images`; what is not
-- named stays. Returns [{id, version}] in the same order.
CREATE FUNCTION save_items(p_request uuid, p_items jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind('item');
    known jsonb := begin_record_request(p_request, p_items);
    answers jsonb[] := '{}';
    one jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    FOR one IN SELECT * FROM jsonb_array_elements(p_items) LOOP
        answers := answers || save_item(k, (one ->> 'id')::uuid, (one ->> 'version')::int, one -> 'values');
    END LOOP;
    RETURN end_record_request(p_request, to_jsonb(answers));
END $$;

-- Writes fields of many products at once, as long lists are imported: rows {id, values: {field: value}} of fields that
-- need no look at anything but the product. Attributes are added to those that are there. One refusal refuses all rows.
CREATE FUNCTION describe_items(p_request uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind('item');
    known jsonb := begin_record_request(p_request, p_rows);
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    UPDATE item i SET (hs_code, origin, temperature_class, hazard_class, un_number, packing_group, minimum_remaining_days,
            standard_cost, catch_weight) =
        (SELECT p.hs_code, p.origin, p.temperature_class, p.hazard_class, p.un_number, p.packing_group,
            p.minimum_remaining_days, p.standard_cost, p.catch_weight FROM jsonb_populate_record(i, r.values) p)
    FROM jsonb_to_recordset(p_rows) AS r (id uuid, values jsonb) WHERE i.id = r.id;
    UPDATE item i SET attributes = i.attributes || (r.values -> 'attributes')
    FROM jsonb_to_recordset(p_rows) AS r (id uuid, values jsonb) WHERE i.id = r.id AND r.values ? 'attributes';
    PERFORM check_attributes(i.category_id, i.attributes, true)
    FROM jsonb_to_recordset(p_rows) AS r (id uuid, values jsonb) JOIN item i ON i.id = r.id
    WHERE r.values ? 'attributes' AND i.state <> 'introduction';
    RETURN end_record_request(p_request, jsonb_build_object('written', jsonb_array_length(p_rows)));
EXCEPTION WHEN check_violation OR invalid_text_representation OR numeric_value_out_of_range THEN
    PERFORM refuse('record.value_unreadable', jsonb_build_object('value', left(SQLERRM, 200)));
END $$;

-- Where a record is used: what, how often, and the first few names. Owned by the sealer's role: what is used in another
-- warehouse is used.
CREATE FUNCTION record_uses(p_kind text, p_id uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    CASE p_kind
        WHEN 'partner' THEN RETURN QUERY SELECT * FROM uses_of_partner(p_id);
        WHEN 'location' THEN RETURN QUERY SELECT * FROM uses_of_places(ARRAY[p_id]);
        WHEN 'location_profile' THEN RETURN QUERY SELECT * FROM uses_of_profile(p_id);
        WHEN 'carton_type' THEN RETURN QUERY SELECT * FROM uses_of_carton_type(p_id);
        WHEN 'pack_extra' THEN RETURN QUERY SELECT * FROM uses_of_extra(p_id);
        WHEN 'carrier' THEN RETURN QUERY SELECT * FROM uses_of_carrier(p_id);
        WHEN 'warehouse' THEN RETURN QUERY SELECT * FROM uses_of_warehouse(p_id);
        ELSE RETURN QUERY SELECT * FROM uses_in_catalog(p_kind, p_id);
    END CASE;
END $$;

-- The same of an item, a template, a category or an attribute, for whoever looks after them.
CREATE FUNCTION uses_in_catalog(p_kind text, p_id uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products', 'see_stock']);
    IF my_owners() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT u.what, count(*), (array_agg(u.name ORDER BY u.name))[1:5] FROM (
        SELECT 'stock' AS what, l.address AS name FROM stock_balance b JOIN location l ON l.id = b.location_id
        WHERE p_kind = 'item' AND b.item_id = p_id AND b.on_hand <> 0
        UNION ALL
        SELECT CASE WHEN d.decision IN ('cancelled', 'closed') OR l.closed THEN 'document' ELSE 'open_document' END, d.number
        FROM document_line l JOIN document d ON d.id = l.document_id
        WHERE p_kind = 'item' AND p_id IN (l.item_id, l.bundle_id)
        UNION ALL
        (SELECT 'movement', m.kind FROM stock_move m WHERE p_kind = 'item' AND m.item_id = p_id LIMIT 1000)
        UNION ALL
        SELECT 'bom', i.sku FROM bom_line l JOIN item i ON i.id = l.item_id WHERE p_kind = 'item' AND l.component_id = p_id
        UNION ALL
        SELECT 'substitute', i.sku FROM item_substitute s JOIN item i ON i.id = s.item_id
        WHERE p_kind = 'item' AND s.substitute_id = p_id
        UNION ALL
        SELECT 'lot', concat_ws('/', nullif(t.lot, ''), nullif(t.serial, '')) FROM trace t
        WHERE p_kind = 'item' AND t.item_id = p_id
        UNION ALL
        SELECT 'inspection', n.number FROM inspection n WHERE p_kind = 'item' AND n.item_id = p_id
        UNION ALL
        SELECT 'discrepancy', d.number FROM discrepancy x JOIN document d ON d.id = x.document_id
        WHERE p_kind = 'item' AND x.item_id = p_id
        UNION ALL
        SELECT 'policy', p.capability FROM (SELECT DISTINCT ON (capability) * FROM policy
            WHERE scope = p_kind AND scope_id = p_id ORDER BY capability, version DESC) p WHERE p.rules IS NOT NULL
        UNION ALL
        SELECT 'item', i.sku FROM item i WHERE p_kind = 'category' AND i.category_id = p_id
            OR p_kind = 'item_template' AND i.template_id = p_id
        UNION ALL
        SELECT 'category', c.full_name FROM category c WHERE p_kind = 'category' AND c.parent_id = p_id
        UNION ALL
        SELECT 'attribute', d.name FROM attribute_definition d WHERE p_kind = 'category' AND d.category_id = p_id
        UNION ALL
        SELECT 'item', i.sku FROM attribute_definition d JOIN item i ON i.attributes ? d.name
        LEFT JOIN category c ON c.id = i.category_id
        WHERE p_kind = 'attribute_definition' AND d.id = p_id AND (d.category_id IS NULL OR d.category_id = ANY (c.path))
    ) u GROUP BY u.what ORDER BY u.what;
END $$;
