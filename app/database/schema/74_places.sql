-- Setting warehouses up from screens and programs: each change one request, many records at once, all or nothing.
-- p_rows are JSON objects; a field that is absent stays as it is, one that is null becomes empty.

-- Whether a request to set a warehouse up (NULL: what belongs to none) is new: NULL, else the answer that it got before.
-- Refuses whoever may not set up there.
CREATE FUNCTION begin_set_up(p_request uuid, p_warehouse uuid, p_what jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p_warehouse IS NULL THEN
        PERFORM require_somewhere(ARRAY['set_up']);
    ELSE
        PERFORM require('set_up', p_warehouse);
    END IF;
    RETURN begin_record_request(p_request, p_what);
END $$;

-- Locks many records of a table and refuses where one is gone, or somebody else changed it since it was read.
-- p_rows: JSON objects with `id` and `version`; p_label: the column by which people know such a record.
CREATE FUNCTION hold_records(p_table text, p_rows jsonb, p_label text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    EXECUTE format('SELECT FROM %I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', p_table)
    USING ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r);
    EXECUTE format('SELECT r ->> ''id'' AS id, t.%I AS name, t.changed_by, t.changed_at FROM jsonb_array_elements($1) r
        LEFT JOIN %I t ON t.id = (r ->> ''id'')::uuid
        WHERE t.id IS NULL OR t.version IS DISTINCT FROM (r ->> ''version'')::int ORDER BY 2 LIMIT 1', p_label, p_table)
    INTO wrong USING p_rows;
    IF wrong.id IS NOT NULL AND wrong.name IS NULL THEN
        PERFORM refuse('record.gone', jsonb_build_object('kind', p_table));
    ELSIF wrong.id IS NOT NULL THEN
        PERFORM refuse('record.changed', jsonb_build_object('record', wrong.name, 'at', wrong.changed_at,
            'person', coalesce((SELECT name FROM person WHERE id = wrong.changed_by), '?')));
    END IF;
END $$;

-- What people call a place everywhere, and what is printed on it: a zone by its warehouse and code, others by the place
-- above and their name.
CREATE FUNCTION place_address(p_kind text, p_code text, p_name text, p_above location) RETURNS text
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT CASE WHEN p_kind = 'zone' THEN (SELECT code FROM warehouse WHERE id = p_above.warehouse_id) || '-' || p_code
        ELSE p_above.address || '-' || p_name END
$$;

-- Refuses addresses of which one is taken, or that stand twice among the new ones, with all that clash.
CREATE FUNCTION keep_addresses_free(p_addresses text[], p_but uuid[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    taken text[] := ARRAY(
        SELECT address FROM location WHERE address = ANY (p_addresses) AND NOT id = ANY (p_but)
        UNION SELECT a FROM unnest(p_addresses) a GROUP BY a HAVING count(*) > 1 ORDER BY 1);
BEGIN
    IF cardinality(taken) > 0 THEN
        PERFORM refuse('location.taken', jsonb_build_object('count', cardinality(taken),
            'places', array_to_string(taken[1:8], ', ') || CASE WHEN cardinality(taken) > 8 THEN ', …' ELSE '' END));
    END IF;
END $$;

-- Adds places below those that are there: rows {parent, kind, name, code (of a zone), purpose, profile, partner, walk_position,
-- aisle, x_mm, y_mm, width_mm, depth_mm, level}. Counterparties come with their warehouse and cannot be added.
CREATE FUNCTION add_places(p_request uuid, p_warehouse uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('add_places', p_warehouse, p_rows));
    above_wrong text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT coalesce(u.address, '') INTO above_wrong
    FROM jsonb_array_elements(p_rows) r LEFT JOIN location u ON u.id = (r ->> 'parent')::uuid
    WHERE u.id IS NULL OR u.warehouse_id <> p_warehouse OR NOT u.active
       OR NOT r ->> 'kind' IN ('zone', 'bin', 'dock', 'staging', 'tote', 'consignment') LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('location.wrong_parent', jsonb_build_object('place', p_rows -> 0 ->> 'name', 'parent', above_wrong));
    END IF;
    PERFORM keep_addresses_free(ARRAY(
        SELECT place_address(r ->> 'kind', r ->> 'code', r ->> 'name', u)
        FROM jsonb_array_elements(p_rows) r JOIN location u ON u.id = (r ->> 'parent')::uuid));
    INSERT INTO location (warehouse_id, parent_id, kind, name, address, code, purpose, profile_id, partner_id,
        walk_position, aisle_id, x_mm, y_mm, width_mm, depth_mm, level)
    SELECT p_warehouse, u.id, r.kind, r.name, place_address(r.kind, r.code, r.name, u), coalesce(r.code, ''),
        coalesce(r.purpose, ''), r.profile, r.partner, coalesce(r.walk_position, 0), r.aisle, r.x_mm, r.y_mm, r.width_mm,
        r.depth_mm, coalesce(r.level, 0)
    FROM jsonb_to_recordset(p_rows) AS r (parent uuid, kind text, name text, code text, purpose text, profile uuid,
        partner uuid, walk_position int, aisle uuid, x_mm int, y_mm int, width_mm int, depth_mm int, level int)
    JOIN location u ON u.id = r.parent;
    RETURN end_record_request(p_request, jsonb_build_object('added', jsonb_array_length(p_rows)));
END $$;

-- Changes places: rows {id, version} and any of {parent, name, purpose, profile, partner, capacity_units, mixing,
-- negative_allowed, walk_position, aisle, x_mm, y_mm, width_mm, depth_mm, level, active}. Another parent or name is another
-- address: labels that hang there name the old one. A zone that is archived takes all below it along, and brings it back.
CREATE FUNCTION change_places(p_request uuid, p_warehouse uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('change_places', p_warehouse, p_rows));
    ids uuid[] := ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r);
    lost record;
    wrong text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM hold_records('location', p_rows, 'address');
    PERFORM keep_set_up(p_warehouse, ids);
    SELECT l.address INTO lost FROM jsonb_array_elements(p_rows) r JOIN location l ON l.id = (r ->> 'id')::uuid
    WHERE r ? 'parent' AND NOT EXISTS (SELECT FROM location u WHERE u.id = (r ->> 'parent')::uuid AND u.active) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('location.wrong_parent', jsonb_build_object('place', lost.address, 'parent', ''));
    END IF;
    UPDATE location l SET
        parent_id = CASE WHEN r ? 'parent' THEN (r ->> 'parent')::uuid ELSE l.parent_id END,
        name = coalesce(r ->> 'name', l.name),
        purpose = CASE WHEN r ? 'purpose' THEN coalesce(r ->> 'purpose', '') ELSE l.purpose END,
        profile_id = CASE WHEN r ? 'profile' THEN (r ->> 'profile')::uuid ELSE l.profile_id END,
        partner_id = CASE WHEN r ? 'partner' THEN (r ->> 'partner')::uuid ELSE l.partner_id END,
        capacity_units = CASE WHEN r ? 'capacity_units' THEN (r ->> 'capacity_units')::numeric ELSE l.capacity_units END,
        mixing = coalesce(r ->> 'mixing', l.mixing),
        negative_allowed = coalesce((r ->> 'negative_allowed')::boolean, l.negative_allowed),
        walk_position = coalesce((r ->> 'walk_position')::int, l.walk_position),
        aisle_id = CASE WHEN r ? 'aisle' THEN (r ->> 'aisle')::uuid ELSE l.aisle_id END,
        x_mm = CASE WHEN r ? 'x_mm' THEN (r ->> 'x_mm')::int ELSE l.x_mm END,
        y_mm = CASE WHEN r ? 'y_mm' THEN (r ->> 'y_mm')::int ELSE l.y_mm END,
        width_mm = CASE WHEN r ? 'width_mm' THEN (r ->> 'width_mm')::int ELSE l.width_mm END,
        depth_mm = CASE WHEN r ? 'depth_mm' THEN (r ->> 'depth_mm')::int ELSE l.depth_mm END,
        level = coalesce((r ->> 'level')::smallint, l.level),
        active = coalesce((r ->> 'active')::boolean, l.active)
    FROM jsonb_array_elements(p_rows) r WHERE l.id = (r ->> 'id')::uuid;
    PERFORM carry_addresses(ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r WHERE r ?| '{parent,name}'));
    SELECT l.address AS place, u.address AS parent INTO lost FROM jsonb_array_elements(p_rows) r
    JOIN location l ON l.id = (r ->> 'id')::uuid JOIN location u ON u.id = l.parent_id
    WHERE (r ->> 'active')::boolean AND NOT u.active LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('location.wrong_parent', to_jsonb(lost));
    END IF;
    PERFORM carry_archiving(p_rows);
    RETURN end_record_request(p_request, jsonb_build_object('changed', jsonb_array_length(p_rows)));
EXCEPTION
    WHEN check_violation OR numeric_value_out_of_range THEN
        GET STACKED DIAGNOSTICS wrong = CONSTRAINT_NAME;
        PERFORM refuse_field('location', SQLSTATE, wrong, '', SQLERRM, p_rows -> 0);
END $$;

-- Refuses places of another warehouse, and those that come with every warehouse and stay as they are.
CREATE FUNCTION keep_set_up(p_warehouse uuid, p_places uuid[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong location;
BEGIN
    SELECT * INTO wrong FROM location WHERE id = ANY (p_places)
        AND (warehouse_id <> p_warehouse OR NOT kind IN ('zone', 'bin', 'dock', 'staging', 'consignment')
             AND NOT (kind = 'tote' AND name <> 'TOTE')) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN wrong.warehouse_id <> p_warehouse THEN 'ledger.other_warehouse' ELSE 'location.fixed' END,
            jsonb_build_object('place', wrong.address, 'from', wrong.address, 'to', ''));
    END IF;
END $$;

-- Writes the addresses of places that were renamed or hung elsewhere, after they were.
CREATE FUNCTION carry_addresses(p_places uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF cardinality(p_places) > 0 THEN
        PERFORM keep_addresses_free(ARRAY(SELECT place_address(l.kind, l.code, l.name, u)
            FROM location l JOIN location u ON u.id = l.parent_id WHERE l.id = ANY (p_places) AND l.kind <> 'zone'), p_places);
        UPDATE location l SET address = place_address(l.kind, l.code, l.name, u) FROM location u
        WHERE l.id = ANY (p_places) AND l.kind <> 'zone' AND u.id = l.parent_id;
    END IF;
END $$;

CREATE FUNCTION carry_archiving(p_rows jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH RECURSIVE below AS (
        SELECT l.id, l.active, l.active AS wanted FROM jsonb_array_elements(p_rows) r
        JOIN location l ON l.id = (r ->> 'id')::uuid AND l.kind = 'zone' WHERE r ? 'active'
        UNION ALL
        SELECT l.id, l.active, below.wanted FROM below JOIN location l ON l.parent_id = below.id
    )
    UPDATE location l SET active = below.wanted FROM below WHERE l.id = below.id AND below.active <> below.wanted
$$;

-- What places are used for: how often, and the first of them by name. Nothing for those that may be removed.
CREATE FUNCTION uses_of_places(p_places uuid[]) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['set_up']);
    RETURN QUERY
    SELECT u.what, count(*), (array_agg(DISTINCT u.name ORDER BY u.name))[1:5] FROM (
        SELECT 'stock' AS what, i.sku AS name FROM stock_balance b JOIN item i ON i.id = b.item_id
        WHERE b.location_id = ANY (p_places) AND b.on_hand <> 0
        UNION ALL
        SELECT 'handling_unit', h.sscc FROM handling_unit h WHERE h.location_id = ANY (p_places)
        UNION ALL
        SELECT 'task', l.address FROM task t JOIN location l ON l.id IN (t.from_location_id, t.to_location_id)
        WHERE l.id = ANY (p_places)
        UNION ALL
        SELECT 'pick_face', i.sku FROM pick_face f JOIN item i ON i.id = f.item_id WHERE f.location_id = ANY (p_places)
        UNION ALL
        SELECT 'appointment', a.number FROM appointment a WHERE a.door_id = ANY (p_places)
        UNION ALL
        SELECT 'document', d.number FROM batch b JOIN document d ON d.id = b.document_id
        WHERE b.zone_id = ANY (p_places) OR b.lane_id = ANY (p_places)
        UNION ALL
        SELECT 'place', l.address FROM location l WHERE l.parent_id = ANY (p_places) AND NOT l.id = ANY (p_places)
        UNION ALL
        SELECT 'policy', p.capability FROM policy p WHERE p.scope = 'zone' AND p.scope_id = ANY (p_places)
        UNION ALL
        SELECT 'movement', l.address FROM location l WHERE l.id = ANY (p_places)
            AND (l.used OR EXISTS (SELECT FROM stock_balance b WHERE b.location_id = l.id AND b.on_hand = 0))
    ) u GROUP BY u.what ORDER BY u.what;
END $$;

-- The same of a profile: the places that have it.
CREATE FUNCTION uses_of_profile(p_profile uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT 'place', count(*), (array_agg(address ORDER BY address))[1:5] FROM location
    WHERE profile_id = p_profile AND may_somewhere('set_up') HAVING count(*) > 0
$$;

-- Removes places for good, as if they had never been; refuses those that are used, or ever were (record.in_use): what
-- was moved through a place names it for ever, and archiving is the way.
CREATE FUNCTION remove_places(p_request uuid, p_warehouse uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('remove_places', p_warehouse, p_rows));
    ids uuid[] := ARRAY(SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r);
    used record;
    in_the_way text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM hold_records('location', p_rows, 'address');
    PERFORM 1 FROM location WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
    PERFORM keep_set_up(p_warehouse, ids);
    SELECT sum(u.count) AS count, string_agg(array_to_string(u.names, ', '), ', ') AS names INTO used FROM uses_of_places(ids) u;
    IF used.count > 0 THEN
        PERFORM refuse('record.in_use', jsonb_build_object('count', used.count, 'where', used.names,
            'record', (SELECT min(address) FROM location WHERE id = ANY (ids))));
    END IF;
    DELETE FROM location WHERE id = ANY (ids);
    RETURN end_record_request(p_request, jsonb_build_object('removed', jsonb_array_length(p_rows)));
EXCEPTION
    WHEN foreign_key_violation THEN
        GET STACKED DIAGNOSTICS in_the_way = TABLE_NAME;
        RETURN refuse_hidden_use((SELECT min(address) FROM location WHERE id = ANY (ids)), in_the_way);
END $$;

-- Adds aisles (without id), changes them, and removes those of p_remove; rows {id, version, name, kind, x1_mm, y1_mm,
-- x2_mm, y2_mm, direction, closed, position}. Bins of a removed aisle keep their place and lose their aisle.
CREATE FUNCTION save_aisles(p_request uuid, p_warehouse uuid, p_rows jsonb, p_remove uuid[] DEFAULT '{}') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('save_aisles', p_warehouse, p_rows, p_remove));
    twice text;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM hold_records('aisle', (SELECT coalesce(jsonb_agg(r), '[]') FROM jsonb_array_elements(p_rows) r WHERE r ? 'id'), 'name');
    IF EXISTS (SELECT FROM aisle WHERE warehouse_id <> p_warehouse AND (id = ANY (p_remove)
            OR id IN (SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r))) THEN
        PERFORM refuse('ledger.other_warehouse');
    END IF;
    DELETE FROM aisle WHERE id = ANY (p_remove);
    SELECT n.name INTO twice FROM (
        SELECT r ->> 'name' AS name FROM jsonb_array_elements(p_rows) r
        UNION ALL SELECT a.name FROM aisle a WHERE a.warehouse_id = p_warehouse
            AND NOT a.id IN (SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(p_rows) r WHERE r ? 'id')) n
    GROUP BY 1 HAVING count(*) > 1 LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('aisle.name_taken', jsonb_build_object('aisle', twice));
    END IF;
    UPDATE aisle a SET name = r.name, kind = r.kind, x1_mm = r.x1_mm, y1_mm = r.y1_mm, x2_mm = r.x2_mm, y2_mm = r.y2_mm,
        direction = r.direction, closed = r.closed, position = r.position
    FROM jsonb_populate_recordset(NULL::aisle, p_rows) r WHERE a.id = r.id;
    INSERT INTO aisle (warehouse_id, name, kind, x1_mm, y1_mm, x2_mm, y2_mm, direction, closed, position)
    SELECT p_warehouse, r.name, coalesce(r.kind, 'aisle'), r.x1_mm, r.y1_mm, r.x2_mm, r.y2_mm,
        coalesce(r.direction, 'both'), coalesce(r.closed, false), coalesce(r.position, 0)
    FROM jsonb_populate_recordset(NULL::aisle, p_rows) r WHERE r.id IS NULL;
    RETURN end_record_request(p_request, jsonb_build_object('saved', jsonb_array_length(p_rows), 'removed', cardinality(p_remove)));
END $$;

-- Keeps bins for items, and lets them go: rows {location, item, minimum, maximum}, quantities in base units; without maximum
-- the bin is that item's no more. `version` of a row that is there: refused where somebody else was faster.
CREATE FUNCTION save_pick_faces(p_request uuid, p_warehouse uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('save_pick_faces', p_warehouse, p_rows));
    wrong record;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT l.address, l.kind, l.warehouse_id, i.sku, i.decimals, f.changed_by, r.* INTO wrong
    FROM jsonb_to_recordset(p_rows) AS r (location uuid, item uuid, minimum numeric, maximum numeric, version int)
    LEFT JOIN location l ON l.id = r.location LEFT JOIN item i ON i.id = r.item
    LEFT JOIN pick_face f ON f.location_id = r.location AND f.item_id = r.item
    WHERE l.kind IS DISTINCT FROM 'bin' OR l.warehouse_id <> p_warehouse OR NOT l.active OR i.id IS NULL
       OR r.maximum IS NOT NULL AND (r.minimum IS NULL OR r.minimum < 0 OR r.minimum >= r.maximum
            OR round(r.minimum, i.decimals) <> r.minimum OR round(r.maximum, i.decimals) <> r.maximum)
       OR f.version IS DISTINCT FROM r.version AND f.version IS NOT NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN wrong.kind IS DISTINCT FROM 'bin' THEN 'location.unknown'
            WHEN wrong.sku IS NULL THEN 'item.unknown'
            WHEN wrong.warehouse_id <> p_warehouse THEN 'ledger.other_warehouse'
            WHEN wrong.maximum IS NULL OR wrong.minimum >= 0 AND wrong.minimum < wrong.maximum
                AND round(wrong.minimum, wrong.decimals) = wrong.minimum
                AND round(wrong.maximum, wrong.decimals) = wrong.maximum THEN 'record.changed'
            ELSE 'level.wrong_order' END, jsonb_build_object('record', wrong.address, 'sku', wrong.sku, 'place', wrong.address,
            'person', coalesce((SELECT name FROM person WHERE id = wrong.changed_by), '?'), 'from', wrong.address, 'to', ''));
    END IF;
    DELETE FROM pick_face f USING jsonb_to_recordset(p_rows) AS r (location uuid, item uuid, maximum numeric)
    WHERE f.location_id = r.location AND f.item_id = r.item AND r.maximum IS NULL;
    INSERT INTO pick_face (location_id, warehouse_id, item_id, minimum, maximum)
    SELECT r.location, p_warehouse, r.item, r.minimum, r.maximum
    FROM jsonb_to_recordset(p_rows) AS r (location uuid, item uuid, minimum numeric, maximum numeric)
    WHERE r.maximum IS NOT NULL
    ON CONFLICT (location_id, item_id) DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum;
    RETURN end_record_request(p_request, jsonb_build_object('saved', jsonb_array_length(p_rows)));
END $$;

-- Sets stock levels, or takes them away where all are empty: rows {item, warehouse (null: everywhere), version (null: there
-- is none yet), minimum, maximum, reorder_point, safety_stock}, in base units.
CREATE FUNCTION save_levels(p_request uuid, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, NULL, jsonb_build_array('save_levels', p_rows));
    wrong record;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM require('set_up', w) FROM (SELECT DISTINCT (r ->> 'warehouse')::uuid AS w FROM jsonb_array_elements(p_rows) r) x;
    LOCK TABLE item_level IN SHARE ROW EXCLUSIVE MODE;
    SELECT i.sku, r.*, v.version AS stored, v.changed_by, coalesce(round(r.minimum, i.decimals) <> r.minimum, false)
        OR coalesce(round(r.maximum, i.decimals) <> r.maximum, false)
        OR coalesce(round(r.reorder_point, i.decimals) <> r.reorder_point, false)
        OR coalesce(round(r.safety_stock, i.decimals) <> r.safety_stock, false) AS inexact INTO wrong
    FROM jsonb_to_recordset(p_rows) AS r (item uuid, warehouse uuid, version int, minimum numeric, maximum numeric,
        reorder_point numeric, safety_stock numeric)
    LEFT JOIN item i ON i.id = r.item
    LEFT JOIN item_level v ON v.item_id = r.item AND v.warehouse_id IS NOT DISTINCT FROM r.warehouse
    WHERE i.id IS NULL OR v.version IS DISTINCT FROM r.version
       OR least(r.minimum, r.maximum, r.reorder_point, r.safety_stock) < 0 OR r.minimum > r.maximum
       OR r.reorder_point > r.maximum OR round(r.minimum, i.decimals) <> r.minimum OR round(r.maximum, i.decimals) <> r.maximum
       OR round(r.reorder_point, i.decimals) <> r.reorder_point OR round(r.safety_stock, i.decimals) <> r.safety_stock
    ORDER BY i.sku LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(CASE WHEN wrong.sku IS NULL THEN 'item.unknown' WHEN wrong.stored IS DISTINCT FROM wrong.version
            THEN 'record.changed' WHEN wrong.inexact THEN 'quantity.not_exact' ELSE 'level.wrong_order' END,
            jsonb_build_object('record', wrong.sku, 'sku', wrong.sku, 'place', '', 'quantity', wrong.minimum::text,
                'person', coalesce((SELECT name FROM person WHERE id = wrong.changed_by), '?')));
    END IF;
    DELETE FROM item_level v USING jsonb_to_recordset(p_rows) AS r (item uuid, warehouse uuid, minimum numeric,
        maximum numeric, reorder_point numeric, safety_stock numeric)
    WHERE v.item_id = r.item AND v.warehouse_id IS NOT DISTINCT FROM r.warehouse
      AND coalesce(r.minimum, r.maximum, r.reorder_point, r.safety_stock) IS NULL;
    INSERT INTO item_level (item_id, warehouse_id, minimum, maximum, reorder_point, safety_stock)
    SELECT r.item, r.warehouse, r.minimum, r.maximum, r.reorder_point, r.safety_stock
    FROM jsonb_to_recordset(p_rows) AS r (item uuid, warehouse uuid, minimum numeric, maximum numeric, reorder_point numeric,
        safety_stock numeric)
    WHERE coalesce(r.minimum, r.maximum, r.reorder_point, r.safety_stock) IS NOT NULL
    ON CONFLICT (item_id, warehouse_id) DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum,
        reorder_point = excluded.reorder_point, safety_stock = excluded.safety_stock;
    RETURN end_record_request(p_request, jsonb_build_object('saved', jsonb_array_length(p_rows)));
END $$;

-- Says what a warehouse is called, where it stands and whether it is in use; its code stays.
CREATE FUNCTION save_warehouse(p_request uuid, p_warehouse uuid, p_version int, p_name text, p_address text, p_type text,
    p_time_zone text, p_active boolean DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_set_up(p_request, p_warehouse, jsonb_build_array('save_warehouse', p_warehouse, p_version, p_name,
        p_address, p_type, p_time_zone, p_active));
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    PERFORM hold_records('warehouse', jsonb_build_array(jsonb_build_object('id', p_warehouse, 'version', p_version)), 'code');
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = p_time_zone) THEN
        PERFORM refuse('sites.unknown_time_zone', jsonb_build_object('value', p_time_zone));
    END IF;
    UPDATE warehouse SET name = p_name, address = p_address, type = p_type, time_zone = p_time_zone, active = p_active
    WHERE id = p_warehouse;
    RETURN end_record_request(p_request, jsonb_build_object('id', p_warehouse, 'version', version_of('warehouse', p_warehouse)));
END $$;

INSERT INTO record_kind (name, permission, naming, parts) VALUES ('location_profile', 'set_up', 'code', '{}'),
    ('location', 'set_up', 'address', '{pick_face}'), ('warehouse', 'set_up', 'code', '{}'), ('aisle', 'set_up', 'name', '{}');
INSERT INTO record_field (kind, field)
SELECT 'location_profile', unnest(ARRAY['code', 'name', 'bin_type', 'capacity_units', 'capacity_kg', 'capacity_l', 'height_mm',
    'mixing', 'temperature', 'hazard_classes', 'negative_allowed', 'archived']);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['aisle', 'pick_face'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_warehouses ON %I FOR SELECT TO PUBLIC
            USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]))', t);
    END LOOP;
END $$;
ALTER TABLE location_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON location_profile FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_places(uuid, uuid, jsonb), change_places(uuid, uuid, jsonb), remove_places(uuid, uuid, jsonb),
    uses_of_places(uuid[]), save_aisles(uuid, uuid, jsonb, uuid[]), save_pick_faces(uuid, uuid, jsonb), save_levels(uuid, jsonb),
    save_warehouse(uuid, uuid, int, text, text, text, text, boolean) TO @everyone@;
