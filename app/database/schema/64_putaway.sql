-- Directed put-away: what goods need of a bin, which bins come into question, and filling one as it was looked at.

-- How often an item is picked in a warehouse: `lines` picked in the time that was looked at; `abc` its class by share of
-- them (A: the first four fifths, B: up to 95 %); `percent` its place among all goods there, 0 the most picked, 100 the
-- least. Kept by count_turnover().
CREATE TABLE item_turnover (
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    lines bigint NOT NULL,
    abc text NOT NULL CHECK (abc IN ('A', 'B', 'C')),
    percent smallint NOT NULL CHECK (percent BETWEEN 0 AND 100),
    PRIMARY KEY (warehouse_id, item_id)
);

-- The walk through a warehouse in hundredths: `cuts` are the walk positions of its bins at 0 %, 1 %, … 100 % of them.
CREATE TABLE walk_profile (
    warehouse_id uuid PRIMARY KEY REFERENCES warehouse,
    cuts int[] NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now()
);

-- Bins of one zone, make and purpose lie together, in the order of the walk.
CREATE INDEX location_choice ON location (warehouse_id, parent_id, coalesce(profile_id, nil()), purpose, walk_position, address)
    WHERE kind = 'bin' AND active;

-- What one base unit of an item weighs (kg), takes up (litres) and how high it stands (mm): as measured of the base unit
-- itself, else the least that a packaging comes to. p_kind: the packaging of this name that it stands in gives the height.
CREATE FUNCTION unit_size(p_item uuid, p_kind text DEFAULT '', OUT weight_kg numeric, OUT volume_l numeric,
    OUT height_mm int)
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    SELECT coalesce(max(u.weight_kg) FILTER (WHERE u.uom = i.base_uom), i.weight_mean_kg,
            min(u.weight_kg * u.denominator / u.numerator)),
        coalesce(max(v.litres) FILTER (WHERE u.uom = i.base_uom), min(v.litres * u.denominator / u.numerator)),
        coalesce(max(u.height_mm) FILTER (WHERE u.uom = p_kind), max(u.height_mm) FILTER (WHERE u.uom = i.base_uom))
    INTO weight_kg, volume_l, height_mm
    FROM item i LEFT JOIN item_uom u ON u.item_id = i.id
    CROSS JOIN LATERAL (SELECT u.length_mm::numeric * u.width_mm * u.height_mm / 1000000 AS litres) v
    WHERE i.id = p_item GROUP BY i.id;
END $$;

-- The same for whoever is signed on.
CREATE FUNCTION size_of_item(p_item uuid, p_kind text, OUT weight_kg numeric, OUT volume_l numeric, OUT height_mm int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    SELECT * INTO weight_kg, volume_l, height_mm FROM unit_size(p_item, p_kind);
END $$;

-- What lies in a place, as one word: it is another one as soon as anything comes, goes or changes.
CREATE FUNCTION content_of(p_location uuid) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(md5(string_agg(concat_ws('/', item_id, trace_id, handling_unit_id, owner_id, status, on_hand), ','
            ORDER BY item_id, trace_id, handling_unit_id, owner_id, status)), '')
        FROM stock_balance WHERE location_id = p_location AND on_hand <> 0);
END $$;

-- Counts the picks of the last p_days, ranks the goods of a warehouse by them and its bins by the walk. Returns how many
-- items were ranked. For the worker, once a day, and for whoever sets the warehouse up.
CREATE FUNCTION count_turnover(p_warehouse uuid, p_days int DEFAULT 90) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    ranked int;
BEGIN
    PERFORM require('allocate', p_warehouse);
    IF NOT p_days BETWEEN 1 AND 3650 THEN
        PERFORM refuse('putaway.wrong_days', jsonb_build_object('days', p_days));
    END IF;
    PERFORM 1 FROM warehouse WHERE id = p_warehouse FOR NO KEY UPDATE; -- one counts at a time
    DELETE FROM item_turnover WHERE warehouse_id = p_warehouse;
    WITH picked AS (
        SELECT item_id, count(*) AS lines FROM stock_move
        WHERE warehouse_id = p_warehouse AND kind = 'pick' AND reverses IS NULL
          AND recorded_at >= now() - make_interval(days => p_days) GROUP BY item_id
    ), known AS (
        SELECT item_id, coalesce(p.lines, 0) AS lines
        FROM (SELECT DISTINCT item_id FROM stock_balance WHERE warehouse_id = p_warehouse AND on_hand > 0) b
        FULL JOIN picked p USING (item_id)
    ), shared AS (
        SELECT item_id, lines, (sum(lines) OVER w - lines) / nullif(sum(lines) OVER (), 0) AS before,
            100 * percent_rank() OVER (ORDER BY lines DESC) AS percent
        FROM known WINDOW w AS (ORDER BY lines DESC, item_id)
    )
    INSERT INTO item_turnover (warehouse_id, item_id, lines, abc, percent)
    SELECT p_warehouse, item_id, lines, CASE WHEN lines = 0 THEN 'C' WHEN before < 0.8 THEN 'A' WHEN before < 0.95 THEN 'B'
        ELSE 'C' END, round(percent::numeric)
    FROM shared;
    GET DIAGNOSTICS ranked = ROW_COUNT;
    INSERT INTO walk_profile (warehouse_id, cuts)
    SELECT p_warehouse, percentile_disc(ARRAY(SELECT n / 100.0::float8 FROM generate_series(0, 100) n))
        WITHIN GROUP (ORDER BY walk_position)
    FROM location WHERE warehouse_id = p_warehouse AND kind = 'bin' AND active HAVING count(*) > 0
    ON CONFLICT (warehouse_id) DO UPDATE SET cuts = excluded.cuts, counted_at = now();
    RETURN ranked;
END $$;

-- Where goods best lie: at their pick face, else at the place of the walk that their turnover deserves, else its beginning.
CREATE FUNCTION walk_aim(p_warehouse uuid, p_item uuid) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN coalesce(
        (SELECT min(l.walk_position) FROM pick_face f JOIN location l ON l.id = f.location_id
         WHERE f.item_id = p_item AND f.warehouse_id = p_warehouse),
        (SELECT w.cuts[t.percent + 1] FROM item_turnover t JOIN walk_profile w USING (warehouse_id)
         WHERE t.warehouse_id = p_warehouse AND t.item_id = p_item), 0);
END $$;

-- The zones, makes and purposes of bins in a warehouse, without those that no goods of an item may go to: by its
-- temperature and hazard class, and by the size of one base unit.
CREATE FUNCTION makes_of_bins(p_warehouse uuid, p_item uuid, p_kind text)
RETURNS TABLE (zone uuid, profile uuid, purpose text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_sort = off SET enable_seqscan = off AS $$
DECLARE
    i item;
    size record;
BEGIN
    SELECT * INTO i FROM item WHERE id = p_item;
    SELECT * INTO size FROM unit_size(p_item, p_kind);
    RETURN QUERY
    SELECT z.id, f.id, u.purpose FROM location z
    CROSS JOIN (SELECT nil() AS id, '' AS temperature, '{}'::text[] AS hazard_classes, NULL::int AS height_mm,
            NULL::numeric AS capacity_kg, NULL::numeric AS capacity_l
        UNION ALL SELECT m.id, m.temperature, m.hazard_classes, m.height_mm, m.capacity_kg, m.capacity_l
        FROM location_profile m) f
    CROSS JOIN unnest(ARRAY['', 'pick_face', 'reserve', 'display']) u (purpose)
    WHERE z.warehouse_id = p_warehouse AND z.kind IN ('zone', 'warehouse')
      AND coalesce(nullif(f.temperature, ''), 'ambient') = coalesce(nullif(i.temperature_class, ''), 'ambient')
      AND (i.hazard_class = '' OR i.hazard_class = ANY (f.hazard_classes))
      AND coalesce(size.height_mm <= f.height_mm, true) AND coalesce(size.weight_kg <= f.capacity_kg, true)
      AND coalesce(size.volume_l <= f.capacity_l, true)
      AND (SELECT true FROM location l WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active
           AND l.parent_id = z.id AND coalesce(l.profile_id, nil()) = f.id AND l.purpose = u.purpose LIMIT 1);
END $$;

-- Empty bins of one zone, make and purpose that are not kept for others and hold p_least base units by their number: the
-- nearest ones to p_aim among the 60 that come before it in the walk and the 60 behind it, 8 of each.
CREATE FUNCTION empty_bins_near(p_warehouse uuid, p_item uuid, p_zone uuid, p_profile uuid, p_purpose text, p_aim int,
    p_least numeric) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN ARRAY(SELECT b.id FROM (
            SELECT l.id, l.frozen_by, l.capacity_units FROM location l
            WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active AND l.parent_id = p_zone
              AND coalesce(l.profile_id, nil()) = p_profile AND l.purpose = p_purpose AND l.walk_position >= p_aim
            ORDER BY l.walk_position, l.address LIMIT 60) b
        WHERE b.frozen_by IS NULL AND coalesce(b.capacity_units >= p_least, true)
          AND (SELECT true FROM stock_balance x WHERE x.location_id = b.id AND x.on_hand <> 0 LIMIT 1) IS NULL
          AND (SELECT true FROM pick_face f WHERE f.location_id = b.id AND f.item_id <> p_item LIMIT 1) IS NULL LIMIT 8)
    || ARRAY(SELECT b.id FROM (
            SELECT l.id, l.frozen_by, l.capacity_units FROM location l
            WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active AND l.parent_id = p_zone
              AND coalesce(l.profile_id, nil()) = p_profile AND l.purpose = p_purpose AND l.walk_position < p_aim
            ORDER BY l.walk_position DESC, l.address DESC LIMIT 60) b
        WHERE b.frozen_by IS NULL AND coalesce(b.capacity_units >= p_least, true)
          AND (SELECT true FROM stock_balance x WHERE x.location_id = b.id AND x.on_hand <> 0 LIMIT 1) IS NULL
          AND (SELECT true FROM pick_face f WHERE f.location_id = b.id AND f.item_id <> p_item LIMIT 1) IS NULL LIMIT 8);
END $$;

-- The same of several zones, makes and purposes together, wherever they are in the walk: reads every balance once.
CREATE FUNCTION empty_bins_anywhere(p_warehouse uuid, p_item uuid, p_zones uuid[], p_profiles uuid[], p_purposes text[],
    p_aim int, p_least numeric) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off AS $$
BEGIN
    RETURN ARRAY(SELECT e.id FROM (
        SELECT l.id, row_number() OVER (PARTITION BY l.parent_id, l.profile_id, l.purpose
            ORDER BY abs(l.walk_position - p_aim), l.address) AS n
        FROM location l JOIN unnest(p_zones, p_profiles, p_purposes) m (zone, profile, purpose)
            ON m.zone = l.parent_id AND m.profile = coalesce(l.profile_id, nil()) AND m.purpose = l.purpose
        WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active AND l.frozen_by IS NULL
          AND coalesce(l.capacity_units >= p_least, true)
          AND NOT EXISTS (SELECT FROM stock_balance b WHERE b.location_id = l.id AND b.on_hand <> 0)
          AND NOT EXISTS (SELECT FROM pick_face f WHERE f.location_id = l.id AND f.item_id <> p_item)) e
        WHERE e.n <= 16);
END $$;

-- The bins that come into question for p_qty base units: those kept for the item, those where it lies, and of every zone,
-- make and purpose the empty ones nearest to where the goods best lie; so whatever facts of a bin the rules speak of,
-- there are some to choose from. Where no empty bin takes all, those that take a part; where there is none, bins in
-- which items may mix; and the nearest bins whatever lies in them, so that one sees why not these. p_thorough: also look
-- farther than the nearest ones where all of those are full (asked for when the rules took none of the first answer).
CREATE FUNCTION putaway_candidates(p_warehouse uuid, p_item uuid, p_qty numeric, p_kind text, p_thorough boolean)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    aim int := walk_aim(p_warehouse, p_item);
    least numeric := p_qty;
    known uuid[];
    empty uuid[] := '{}';
    near uuid[];
    far_zones uuid[];
    far_profiles uuid[];
    far_purposes text[];
    make record;
BEGIN
    PERFORM require('putaway', p_warehouse);
    known := ARRAY(SELECT l.id FROM location l WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active
            AND l.walk_position >= aim ORDER BY l.walk_position LIMIT 10)
        || ARRAY(SELECT f.location_id FROM pick_face f WHERE f.item_id = p_item AND f.warehouse_id = p_warehouse LIMIT 50)
        || ARRAY(SELECT l.id FROM stock_balance b JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.active
            WHERE b.warehouse_id = p_warehouse AND b.item_id = p_item AND b.on_hand > 0
            GROUP BY l.id ORDER BY abs(l.walk_position - aim), l.address LIMIT 100);
    FOR attempt IN 1 .. 2 LOOP
        far_zones := '{}';
        far_profiles := '{}';
        far_purposes := '{}';
        FOR make IN SELECT * FROM makes_of_bins(p_warehouse, p_item, p_kind) LOOP
            near := empty_bins_near(p_warehouse, p_item, make.zone, make.profile, make.purpose, aim, least);
            empty := empty || near;
            IF near = '{}' THEN
                far_zones := far_zones || make.zone;
                far_profiles := far_profiles || make.profile;
                far_purposes := far_purposes || make.purpose;
            END IF;
        END LOOP;
        IF far_zones <> '{}' AND (p_thorough OR empty = '{}') THEN
            empty := empty || empty_bins_anywhere(p_warehouse, p_item, far_zones, far_profiles, far_purposes, aim, least);
        END IF;
        EXIT WHEN empty <> '{}';
        least := 0;
    END LOOP;
    IF empty = '{}' THEN
        empty := ARRAY(SELECT l.id FROM location l
            WHERE l.warehouse_id = p_warehouse AND l.kind = 'bin' AND l.active AND l.frozen_by IS NULL AND l.mixing = 'any'
              AND coalesce(l.capacity_units > (SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b
                  WHERE b.location_id = l.id), true)
            ORDER BY abs(l.walk_position - aim), l.address LIMIT 40);
    END IF;
    RETURN known || empty;
END $$;

-- What put-away knows of bins for goods of an item, a lot and an owner: [{id, address, …}]; amounts left in base units, kg and
-- litres as text. A bin that is kept for an item holds at most what it is filled up to.
CREATE FUNCTION putaway_bins(p_warehouse uuid, p_item uuid, p_trace uuid, p_owner uuid, p_bins uuid[], p_scanned uuid[])
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    cuts int[] := (SELECT w.cuts FROM walk_profile w WHERE w.warehouse_id = p_warehouse);
    face location;
BEGIN
    PERFORM require('putaway', p_warehouse);
    SELECT l.* INTO face FROM pick_face f JOIN location l ON l.id = f.location_id
    WHERE f.item_id = p_item AND f.warehouse_id = p_warehouse ORDER BY l.walk_position, l.address LIMIT 1;
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address, 'zone', coalesce(z.name, ''),
            'kind', l.kind, 'walk', l.walk_position, 'frozen', l.frozen_by IS NOT NULL, 'mixing', l.mixing,
            'units_left', least(l.capacity_units - b.held, k.maximum - b.of_item)::text,
            'kg_left', (m.capacity_kg - b.kg)::text, 'litres_left', (m.capacity_l - b.litres)::text,
            'height_mm', m.height_mm, 'empty', b.held = 0,
            'same_item', coalesce(b.same_item, false), 'same_trace', coalesce(b.same_trace, false),
            'other_owner', coalesce(b.other_owner, false), 'fixed', k.maximum IS NOT NULL,
            'kept_for_others', k.others, 'temperature', coalesce(m.temperature, ''),
            'hazard_classes', to_jsonb(coalesce(m.hazard_classes, '{}')), 'purpose', l.purpose, 'zone_purpose', coalesce(z.purpose, ''),
            'bin_type', coalesce(m.bin_type, ''), 'level', l.level,
            'nearness', least(greatest(width_bucket(l.walk_position, cuts) - 1, 0), 100),
            'face_distance', CASE WHEN face.x_mm IS NOT NULL AND l.x_mm IS NOT NULL
                THEN abs(face.x_mm - l.x_mm) + abs(face.y_mm - l.y_mm) ELSE abs(face.walk_position - l.walk_position) END,
            'scanned', l.id = ANY (p_scanned), 'seen', content_of(l.id))), '[]')
        FROM location l LEFT JOIN location z ON z.id = l.parent_id LEFT JOIN location_profile m ON m.id = l.profile_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(x.on_hand), 0) AS held,
                coalesce(sum(x.on_hand) FILTER (WHERE x.item_id = p_item), 0) AS of_item,
                bool_or(x.item_id = p_item) AS same_item, bool_or(x.item_id = p_item AND x.trace_id = p_trace) AS same_trace,
                bool_or(x.owner_id <> p_owner) AS other_owner,
                coalesce(sum(x.on_hand * s.weight_kg), 0) AS kg, coalesce(sum(x.on_hand * s.volume_l), 0) AS litres
            FROM stock_balance x
            LEFT JOIN LATERAL unit_size(x.item_id) s ON coalesce(m.capacity_kg, m.capacity_l) IS NOT NULL
            WHERE x.location_id = l.id AND x.on_hand <> 0) b
        CROSS JOIN LATERAL (SELECT max(f.maximum) FILTER (WHERE f.item_id = p_item) AS maximum,
                coalesce(bool_or(f.item_id <> p_item), false) AS others
            FROM pick_face f WHERE f.location_id = l.id) k
        WHERE l.id = ANY (p_bins || p_scanned) AND l.warehouse_id = p_warehouse AND l.active);
END $$;

-- The rules in force that may decide about something: of a capability, for the whole company and for these items,
-- categories, partners, zones and warehouses, one each; none for people of an owner. Which of them decides is said by
-- app/domain/policies. (It runs as its owner: called by people and by functions in turn, it was planned each time.)
CREATE FUNCTION policies_for(p_capability text, p_scopes uuid[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM require_actor();
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('scope', p.scope, 'scope_id', CASE WHEN p.scope = 'company' THEN ''
        ELSE p.scope_id::text END, 'version', p.version, 'valid_from', p.valid_from, 'rules', p.rules)), '[]')
    FROM (SELECT DISTINCT ON (scope, scope_id) * FROM policy
          WHERE capability = p_capability AND valid_from <= now() AND (scope = 'company' OR scope_id = ANY (p_scopes))
            AND (SELECT my_owners()) IS NULL
          ORDER BY scope, scope_id, version DESC) p
    WHERE p.rules <> 'null');
END $$;

-- Books goods from where they stand into a bin, as post_moves() does a put-away; p_seen: what lay in the bin when it was
-- judged (content_of). Refuses when somebody filled or emptied it since, so that two people never fill one bin twice.
CREATE FUNCTION fill_bin(p_request uuid, p_warehouse uuid, p_item uuid, p_qty numeric, p_from uuid, p_bin uuid, p_trace uuid,
    p_unit uuid, p_to_unit uuid, p_owner uuid, p_status text, p_seen text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('fill', p_warehouse, p_item, p_qty, p_from, p_bin, p_trace,
        p_unit, p_to_unit, p_owner, p_status));
    address text;
    posted jsonb;
BEGIN
    PERFORM require('putaway', p_warehouse);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT l.address INTO address FROM location l WHERE l.id = p_bin FOR NO KEY UPDATE;
    IF content_of(p_bin) IS DISTINCT FROM p_seen THEN
        PERFORM refuse('putaway.bin_changed', jsonb_build_object('bin', address));
    END IF;
    PERFORM free_ended_claims(p_from, p_item, p_trace, p_unit, p_owner, p_status);
    posted := post_moves(p_request => p_request, p_kind => 'putaway', p_warehouse => p_warehouse, p_items => ARRAY[p_item],
        p_qtys => ARRAY[p_qty], p_from_locations => ARRAY[p_from], p_to_locations => ARRAY[p_bin],
        p_traces => ARRAY[nullif(p_trace, nil())], p_from_units => ARRAY[p_unit], p_to_units => ARRAY[p_to_unit],
        p_from_statuses => ARRAY[p_status], p_from_owners => ARRAY[p_owner]);
    PERFORM give_up_emptied_carton(p_unit);
    RETURN end_record_request(p_request, posted);
END $$;

-- The order line that waits most urgently for goods of an item that nothing is reserved for yet, and may have these: they are of
-- its owner and keep long enough for its customer. Nothing for held goods, and for those that are weighed piece by piece.
CREATE FUNCTION waiting_for(p_warehouse uuid, p_item uuid, p_trace uuid, p_owner uuid, p_status text)
RETURNS TABLE (line uuid, number text, partner text, due date, open numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('putaway', p_warehouse);
    IF p_status IS DISTINCT FROM 'available' OR NOT may('allocate', p_warehouse)
            OR (SELECT catch_weight FROM item WHERE id = p_item) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT w.id, w.number, w.partner, w.due, w.open FROM (
        SELECT l.id, d.number, coalesce(p.name, '') AS partner, d.due, l.line_no, l.base_qty
            - coalesce((SELECT g.qty FROM line_progress g WHERE g.document_line_id = l.id AND g.step = 'shipped'), 0)
            - coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.demand_line_id = l.id), 0) AS open
        FROM document_line l JOIN document d ON d.id = l.document_id LEFT JOIN partner p ON p.id = d.partner_id
        WHERE l.item_id = p_item AND NOT l.closed AND d.warehouse_id = p_warehouse AND d.kind = 'order'
          AND d.owner_id = p_owner AND d.decision = 'released') w
    LEFT JOIN trace x ON x.id = p_trace
    WHERE w.open > 0 AND coalesce(coalesce(x.expiry, x.best_before) >= keeps_until(w.id), true)
    ORDER BY w.due NULLS LAST, w.number, w.line_no LIMIT 1;
END $$;

-- Takes goods from the dock straight into a tote of an order that waits for them; returns the posting. They are reserved for
-- its line first, by the rules of every reservation, so that nobody else's promise is broken.
CREATE FUNCTION cross_dock(p_request uuid, p_line uuid, p_dock uuid, p_trace uuid, p_unit uuid, p_qty numeric, p_tote uuid)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('cross_dock', p_line, p_dock, p_trace, p_unit, p_qty,
        p_tote));
    site uuid := (SELECT warehouse_id FROM location WHERE id = p_dock);
    d document;
    l document_line;
    open numeric;
BEGIN
    PERFORM require('putaway', site);
    IF known IS NOT NULL THEN
        RETURN (known ->> 'posting')::uuid;
    END IF;
    SELECT * INTO l FROM document_line WHERE id = p_line;
    SELECT * INTO d FROM document WHERE id = l.document_id FOR NO KEY UPDATE;
    SELECT w.open INTO open FROM waiting_for(site, l.item_id, p_trace, d.owner_id, 'available') w WHERE w.line = p_line;
    IF d.warehouse_id IS DISTINCT FROM site OR open IS NULL OR open < p_qty THEN
        PERFORM refuse('putaway.order_has_enough', jsonb_build_object('order', coalesce(d.number, '')));
    END IF;
    PERFORM hold_tote(p_tote, site, d.id);
    PERFORM reserve_stock(site, ARRAY[p_line], ARRAY[l.item_id], ARRAY[p_dock], ARRAY[p_trace], ARRAY[p_unit],
        ARRAY[d.owner_id], ARRAY['available'], ARRAY[p_qty]);
    RETURN end_record_request(p_request, post_moves(p_request => p_request, p_kind => 'cross_dock', p_warehouse => site, p_items => ARRAY[l.item_id],
        p_qtys => ARRAY[p_qty], p_from_locations => ARRAY[p_dock],
        p_to_locations => ARRAY[(SELECT t.id FROM location t WHERE t.warehouse_id = site AND t.kind = 'tote'
                                 ORDER BY t.walk_position, t.address LIMIT 1)],
        p_traces => ARRAY[nullif(p_trace, nil())], p_from_units => ARRAY[p_unit], p_to_units => ARRAY[p_tote],
        p_from_owners => ARRAY[d.owner_id], p_lines => ARRAY[p_line], p_document => d.id)) ->> 'posting';
END $$;

-- Goods that come back to the dock belong to nobody again: put-away finds them, and may offer them to the order once more.
CREATE FUNCTION free_cross_docked(p_posting posting) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM release_stock(m.document_line_id, m.to_location_id, m.trace_id, m.to_handling_unit_id, m.qty)
    FROM stock_move m WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at;
END $$;

GRANT EXECUTE ON FUNCTION waiting_for(uuid, uuid, uuid, uuid, text),
    cross_dock(uuid, uuid, uuid, uuid, uuid, numeric, uuid), size_of_item(uuid, text), policies_for(text, uuid[]), count_turnover(uuid, int),
    putaway_candidates(uuid, uuid, numeric, text, boolean), putaway_bins(uuid, uuid, uuid, uuid, uuid[], uuid[]),
    fill_bin(uuid, uuid, uuid, numeric, uuid, uuid, uuid, uuid, uuid, uuid, text, text) TO @everyone@;
