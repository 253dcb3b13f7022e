-- Kits: what they are made of, orders to make them, and the posting with two sides by which components become a kit.

-- The parts of a kit order's line as they were when it was made: `qty` of each for `makes` kits.
CREATE TABLE kit_part (
    document_line_id uuid NOT NULL REFERENCES document_line ON DELETE CASCADE,
    item_id uuid NOT NULL REFERENCES item,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    makes numeric(18, 6) NOT NULL CHECK (makes > 0),
    PRIMARY KEY (document_line_id, item_id)
);

-- Says what `p_makes` of a kit are made of (parallel arrays, base units), instead of what was said before; open kit
-- orders keep the parts that they were made with. Refuses what set_bom() refuses, and what would be part of itself.
CREATE FUNCTION save_bom(p_item uuid, p_makes numeric, p_items uuid[], p_qtys numeric[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    PERFORM require_lists(least(cardinality(p_items), cardinality(p_qtys)), greatest(cardinality(p_items),
        cardinality(p_qtys)), greatest(array_ndims(p_items), array_ndims(p_qtys)));
    SELECT CASE WHEN i.id IS NULL THEN 'item.unknown' ELSE 'quantity.not_positive' END AS code INTO wrong
    FROM (SELECT p_item, p_makes UNION ALL SELECT * FROM unnest(p_items, p_qtys)) AS l (item, qty)
    LEFT JOIN item i ON i.id = l.item
    WHERE i.id IS NULL OR l.qty IS NULL OR l.qty <= 0 OR l.qty >= 1e12 LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code);
    ELSIF coalesce(cardinality(p_items), 0) = 0 THEN
        PERFORM refuse('kitting.no_parts', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = p_item)));
    END IF;
    PERFORM set_bom(p_item, jsonb_build_object('kind', 'assembled', 'makes', p_makes, 'lines', (
        SELECT jsonb_agg(jsonb_build_object('item', l.item, 'unit', i.base_uom, 'quantity', l.qty))
        FROM unnest(p_items, p_qtys) AS l (item, qty) JOIN item i ON i.id = l.item)));
END $$;

-- An order to make so many kits (base units) of what their bill of materials says now, as a draft; returns its id.
CREATE FUNCTION create_kit_order(p_request uuid, p_warehouse uuid, p_item uuid, p_qty numeric, p_due date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid := create_document('kit_order', p_warehouse, NULL, '', p_due, ARRAY[p_item],
        ARRAY[(SELECT base_uom FROM item WHERE id = p_item)], ARRAY[p_qty], p_request => p_request);
BEGIN
    INSERT INTO kit_part SELECT d.id, x.item_id, x.qty, b.makes
    FROM document_line d JOIN bom b ON b.item_id = d.item_id AND b.kind = 'assembled'
    CROSS JOIN LATERAL explode_bom(b.item_id, b.makes, true) x
    WHERE d.document_id = made AND NOT EXISTS (SELECT FROM kit_part k WHERE k.document_line_id = d.id);
    IF NOT EXISTS (SELECT FROM kit_part k JOIN document_line l ON l.id = k.document_line_id WHERE l.document_id = made) THEN
        PERFORM refuse('kitting.no_parts', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = p_item)));
    END IF;
    RETURN made;
END $$;

-- The lot or serial number of kits that are about to be made for a line of a kit order, made when it is new.
CREATE FUNCTION kit_trace(p_line uuid, p_lot text, p_serial text, p_expiry date, p_best_before date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    kit uuid := (SELECT l.item_id FROM document_line l JOIN document d ON d.id = l.document_id
                 WHERE l.id = p_line AND d.kind = 'kit_order');
BEGIN
    PERFORM require_person('kit', (SELECT d.warehouse_id FROM document_line l JOIN document d ON d.id = l.document_id
        WHERE l.id = p_line));
    IF kit IS NULL THEN
        PERFORM refuse('document.unknown');
    END IF;
    INSERT INTO trace (item_id, lot, serial, expiry, best_before)
    VALUES (kit, coalesce(p_lot, ''), coalesce(p_serial, ''), p_expiry, p_best_before)
    ON CONFLICT (item_id, lot, serial) DO NOTHING;
    RETURN ensure_trace(kit, p_lot, p_serial, p_expiry, p_best_before);
END $$;

-- Whether exactly these parts belong to these kits: by the order of the line as it was made, else by the bill of materials
-- that holds now.
CREATE FUNCTION is_bill_of(p_line uuid, p_kits stock_move[], p_parts stock_move[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    WITH kits AS (
        SELECT k.item_id, sum(k.qty) AS qty FROM unnest(p_kits) k GROUP BY 1
    ), bill AS (
        SELECT k.item_id, k.qty, k.makes FROM kit_part k WHERE k.document_line_id = p_line
        UNION ALL
        SELECT x.item_id, x.qty, b.makes FROM kits JOIN bom b ON b.item_id = kits.item_id AND b.kind = 'assembled'
        CROSS JOIN LATERAL explode_bom(b.item_id, b.makes, true) x WHERE p_line IS NULL
    )
    SELECT (SELECT count(*) FROM kits) = 1 AND EXISTS (SELECT FROM bill) AND NOT EXISTS (
        SELECT FROM bill FULL JOIN (SELECT p.item_id, sum(p.qty) AS qty FROM unnest(p_parts) p GROUP BY 1) parts
            USING (item_id)
        WHERE parts.qty * bill.makes IS DISTINCT FROM bill.qty * (SELECT sum(qty) FROM kits))
$$;

-- What comes out of kits that are taken apart (parallel arrays: lots, base units), each part in base units: what went into
-- the last kits of that lot that an order here made, whatever their bill of materials says by now; of kits that nobody
-- made here, what it says.
CREATE FUNCTION parts_of_kits(p_warehouse uuid, p_item uuid, p_traces uuid[], p_qtys numeric[])
RETURNS TABLE (item_id uuid, qty numeric)
LANGUAGE sql STABLE AS $$
    WITH kits AS (
        SELECT coalesce(t.trace, nil()) AS trace_id, sum(t.qty) AS qty FROM unnest(p_traces, p_qtys) AS t (trace, qty) GROUP BY 1
    ), making AS (
        SELECT k.trace_id, k.qty, m.posting_id, m.recorded_at FROM kits k LEFT JOIN LATERAL (
            SELECT x.posting_id, x.recorded_at FROM stock_move x WHERE x.item_id = p_item AND x.trace_id = k.trace_id
                AND x.warehouse_id = p_warehouse AND x.kind = 'kit_produce' AND x.document_line_id IS NOT NULL
                AND x.reverses IS NULL AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses = x.id)
            ORDER BY x.effective_at DESC LIMIT 1) m ON true
    ), parts AS (
        SELECT c.item_id, sum(c.qty) * k.qty / (SELECT sum(x.qty) FROM stock_move x WHERE x.posting_id = k.posting_id
            AND x.recorded_at = k.recorded_at AND x.kind = 'kit_produce') AS qty
        FROM making k JOIN stock_move c ON c.posting_id = k.posting_id AND c.recorded_at = k.recorded_at
            AND c.kind = 'kit_consume'
        GROUP BY c.item_id, k.trace_id, k.qty, k.posting_id, k.recorded_at
        UNION ALL
        SELECT x.item_id, x.qty * k.qty / b.makes FROM making k JOIN bom b ON b.item_id = p_item AND b.kind = 'assembled'
        CROSS JOIN LATERAL explode_bom(b.item_id, b.makes, true) x WHERE k.posting_id IS NULL
    )
    SELECT p.item_id, round(sum(p.qty), 6) FROM parts p GROUP BY 1
$$;

-- Whether exactly these parts come out of these kits.
CREATE FUNCTION comes_apart(p_warehouse uuid, p_kits stock_move[], p_parts stock_move[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    WITH bill AS (
        SELECT b.item_id, b.qty FROM parts_of_kits(p_warehouse, p_kits[1].item_id,
            ARRAY(SELECT k.trace_id FROM unnest(p_kits) WITH ORDINALITY k ORDER BY k.ordinality),
            ARRAY(SELECT k.qty FROM unnest(p_kits) WITH ORDINALITY k ORDER BY k.ordinality)) b
    )
    SELECT (SELECT count(DISTINCT k.item_id) FROM unnest(p_kits) k) = 1 AND EXISTS (SELECT FROM bill) AND NOT EXISTS (
        SELECT FROM bill FULL JOIN (SELECT p.item_id, sum(p.qty) AS qty FROM unnest(p_parts) p GROUP BY 1) parts
            USING (item_id) WHERE parts.qty IS DISTINCT FROM bill.qty)
$$;

-- Refuses to make or take apart what no bill of materials says (kitting.other_parts): that is an adjustment, for those who
-- may, within their limit, goods that go and goods that come.
CREATE FUNCTION keep_bill(p_request uuid, p_warehouse uuid, p_line uuid, p_consumed stock_move[], p_produced stock_move[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF is_bill_of(p_line, p_produced, p_consumed) OR p_line IS NULL AND comes_apart(p_warehouse, p_consumed, p_produced) THEN
        RETURN;
    ELSIF NOT may('adjust', p_warehouse) THEN
        PERFORM refuse('kitting.other_parts', jsonb_build_object(
            'sku', (SELECT sku FROM item WHERE id = p_produced[1].item_id)));
    END IF;
    PERFORM keep_limit(p_request, require_authority('adjust', p_warehouse), p_consumed || p_produced);
END $$;

-- Makes kits (or takes them apart): goods that are consumed and goods that are produced, in one posting, with the trail
-- of what went into what; what the bill of materials says, or else as keep_bill() allows. Parallel arrays, base units; p_produced: false for what is consumed at that place, true for what
-- is produced there. Consumed goods are available and free; all belong to p_owner; what is made has p_status.
-- p_line: the line of a kit order that the produced goods belong to. Returns the same as post_moves().
CREATE FUNCTION post_kit(p_request uuid, p_warehouse uuid, p_items uuid[], p_qtys numeric[], p_locations uuid[],
    p_produced boolean[], p_traces uuid[] DEFAULT NULL, p_units uuid[] DEFAULT NULL, p_owner uuid DEFAULT NULL,
    p_status text DEFAULT 'available', p_line uuid DEFAULT NULL, p_weights numeric[] DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    makes move_kind;
    takes move_kind;
    who authority;
    p posting;
    reply jsonb;
    known jsonb;
    consumed stock_move[];
    produced stock_move[];
    at timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO makes FROM move_kind WHERE name = 'kit_produce';
    SELECT * INTO takes FROM move_kind WHERE name = 'kit_consume';
    p.id := new_id();
    p.kind := makes.name;
    p.warehouse_id := p_warehouse;
    who := require_authority(makes.permission, p_warehouse);
    p.person_id := who.person_id;
    PERFORM require_lists(least(cardinality(p_items), cardinality(p_qtys), cardinality(p_locations),
            cardinality(p_produced), cardinality(p_traces), cardinality(p_units), cardinality(p_weights)),
        greatest(cardinality(p_items), cardinality(p_qtys), cardinality(p_locations), cardinality(p_produced),
            cardinality(p_traces), cardinality(p_units), cardinality(p_weights)),
        greatest(array_ndims(p_items), array_ndims(p_qtys), array_ndims(p_locations), array_ndims(p_produced),
            array_ndims(p_traces), array_ndims(p_units), array_ndims(p_weights)));
    IF array_position(p_produced, NULL) IS NOT NULL THEN
        PERFORM refuse('ledger.uneven_lists');
    END IF;
    p.station_id := who.station_id;
    p.recorded_at := at;
    p.document_id := (SELECT document_id FROM document_line WHERE id = p_line);
    reply := jsonb_build_object('posting', p.id, 'recorded_at', at, 'moves', coalesce(cardinality(p_items), 0));
    known := begin_request(p_request, sha256(convert_to(ROW('kit', p_warehouse, p_items, p_qtys, p_locations, p_produced,
        p_traces, p_units, p_owner, p_status, p_line, p_weights)::text, 'UTF8')), p.person_id, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    SELECT array_agg(move) FILTER (WHERE NOT m.is_made), array_agg(move) FILTER (WHERE m.is_made)
    INTO consumed, produced
    FROM (
        SELECT t.n::int, item, is_made, coalesce(trace, nil()) AS trace, bounded(weight) AS weight,
            CASE WHEN round(qty, 6) <> qty THEN not_exact(item, qty) ELSE bounded(qty) END AS qty,
            CASE WHEN is_made THEN workshop.id ELSE place END AS from_location,
            CASE WHEN is_made THEN place ELSE workshop.id END AS to_location,
            CASE WHEN NOT is_made AND unit IS NOT NULL THEN unit ELSE nil() END AS from_unit,
            CASE WHEN is_made AND unit IS NOT NULL THEN unit ELSE nil() END AS to_unit,
            CASE WHEN is_made THEN p_line END AS line, coalesce(p_owner, nil()) AS owner,
            CASE WHEN is_made THEN p_status ELSE 'available' END AS status,
            CASE WHEN is_made THEN makes.name ELSE takes.name END AS kind,
            CASE WHEN is_made AND p_line IS NOT NULL THEN makes.step END AS step
        FROM unnest(p_items, p_qtys, p_locations, p_produced, p_traces, p_units, p_weights) WITH ORDINALITY
            AS t (item, qty, place, is_made, trace, unit, weight, n)
        CROSS JOIN (SELECT id FROM location WHERE warehouse_id = p_warehouse AND kind = 'production' LIMIT 1) workshop
    ) m
    CROSS JOIN LATERAL (SELECT ROW(new_id(), at, p.id, m.n, p_warehouse, NULL, m.kind, m.item, m.trace, m.qty, m.weight,
        m.from_location, m.from_unit, m.owner, m.status, m.to_location, m.to_unit, m.owner, m.status, m.line, m.step, NULL,
        at, NULL, NULL, move_hash(p.id, m.n, m.kind, m.item, m.trace, m.qty, m.weight,
            place_text(m.from_location, m.from_unit, m.owner, m.status),
            place_text(m.to_location, m.to_unit, m.owner, m.status),
            m.line, NULL, at, NULL, NULL))::stock_move AS move) made;
    IF consumed IS NULL OR produced IS NULL THEN
        PERFORM refuse('ledger.kit_alone', jsonb_build_object('kind', CASE WHEN consumed IS NULL THEN makes.name
            ELSE takes.name END));
    END IF;
    PERFORM check_moves(takes, consumed);
    PERFORM check_moves(makes, produced);
    PERFORM keep_limit(p_request, who, produced);
    PERFORM keep_bill(p_request, p_warehouse, p_line, consumed, produced);
    PERFORM write_posting(p, consumed || produced);
    INSERT INTO genealogy (consumed_move, produced_move, qty)
    SELECT c.id, x.id, round(c.qty * x.qty / (SELECT sum(qty) FROM unnest(produced)), 6)
    FROM unnest(consumed) c, unnest(produced) x
    WHERE round(c.qty * x.qty / (SELECT sum(qty) FROM unnest(produced)), 6) > 0;
    RETURN reply;
END $$;
