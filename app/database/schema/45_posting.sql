-- The only door into the ledger: post_moves(), reverse_lines(), post_kit(), the claims, and the sealer.
-- These functions belong to the sealer's role, which sees every warehouse and owns nothing else (85_grants.sql): each
-- asks at its head what the person may do in the warehouse that it is about.
-- `plan_cache_mode`, `enable_…`: planning a dozen joins for each request costs five times what running them does; the
-- plan that is kept goes from the lines of the request to each table by its key, also when it was made on an empty one.

-- Who does something in a warehouse and where they stand, by which permission, and how much of it at a time without an
-- approval (NULL: any).
CREATE TYPE authority AS (person_id uuid, station_id uuid, permission text, warehouse_id uuid, up_to numeric);

-- The person behind this transaction, or a refusal: nobody is signed on, or they may not do this in this warehouse.
CREATE FUNCTION require_authority(p_permission text, p_warehouse uuid) RETURNS authority
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT a.person_id, r.may, ROW(a.person_id, a.station_id, p_permission, p_warehouse, r.up_to)::authority AS who
    INTO found
    FROM (SELECT * FROM acting() OFFSET 0) a, rights(a.person_id, p_permission, p_warehouse) r;
    IF found.person_id IS NULL THEN
        PERFORM refuse('sign_on.required');
    ELSIF found.may IS NOT TRUE THEN
        PERFORM refuse('permission.missing', jsonb_build_object('permission', p_permission));
    END IF;
    RETURN found.who;
END $$;

-- The same, where no limit counts.
CREATE FUNCTION require_person(p_permission text, p_warehouse uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (require_authority(p_permission, p_warehouse)).person_id
$$;

-- Whether the person may do something in one warehouse at least: for what belongs to no warehouse.
CREATE FUNCTION may_somewhere(p_permission text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT EXISTS (SELECT FROM unnest(my_warehouses() || NULL::uuid) place WHERE may(p_permission, place))
$$;

-- Refuses unless the person may do one of these things in one warehouse at least.
CREATE FUNCTION require_somewhere(p_permissions text[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_actor();
    IF NOT EXISTS (SELECT FROM unnest(p_permissions) asked WHERE may_somewhere(asked)) THEN
        PERFORM refuse('permission.missing', jsonb_build_object('permission', p_permissions[1]));
    END IF;
END $$;

-- Remembers a request with the answer it gets. NULL: the request is new. Otherwise the answer that it got before,
-- also when that happened at the same time; the fingerprint guards against an id that is used for something else.
-- Postings look at what others have just committed, so their transactions must be READ COMMITTED.
CREATE FUNCTION begin_request(p_request uuid, p_fingerprint bytea, p_person uuid, p_answer jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known request;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('ledger.isolation', jsonb_build_object('isolation', current_setting('transaction_isolation')));
    END IF;
    INSERT INTO request (request_id, fingerprint, person_id, answer)
    VALUES (p_request, p_fingerprint, p_person, p_answer)
    ON CONFLICT (request_id) DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO known FROM request WHERE request_id = p_request;
    IF known.fingerprint <> p_fingerprint OR known.person_id <> p_person THEN
        PERFORM refuse('ledger.request_reused', jsonb_build_object('request', p_request));
    END IF;
    RETURN known.answer;
END $$;

-- Refuses a posting beyond the person's limit (permission.needs_approval), with what they have corrected of the same goods
-- within a day (corrected_before), unless somebody whose own limit reaches that far approved this very request with these very contents (approved_content, which the refusal tells as `content`, in words
-- as `goods`); the approval is used up, with the posting or not at all.
CREATE FUNCTION keep_limit(p_request uuid, who authority, p_moves stock_move[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    asked numeric;
    before numeric;
    content bytea;
    approver uuid;
BEGIN
    IF who.up_to IS NULL THEN
        RETURN;
    END IF;
    asked := amount_of(p_moves);
    before := CASE WHEN asked <= who.up_to THEN corrected_before(who.person_id, who.permission, who.warehouse_id, p_moves) ELSE 0 END;
    IF asked + before <= who.up_to THEN
        RETURN;
    END IF;
    content := approved_content(p_moves);
    SELECT person_id INTO approver FROM approval WHERE request_id = p_request AND permission = who.permission
        AND asked_by = who.person_id AND used_at IS NULL;
    IF NOT FOUND THEN
        PERFORM refuse('permission.needs_approval', jsonb_build_object('request', p_request, 'permission', who.permission,
            'limit', trim_scale(who.up_to)::text, 'asked', trim_scale(asked + before)::text, 'content', encode(content, 'hex'),
            'goods', goods_told(p_moves), 'lines', cardinality(p_moves), 'currency', (SELECT currency FROM company)));
    ELSIF person_limit(approver, who.permission, who.warehouse_id) < asked THEN
        PERFORM refuse('permission.approver_may_not', jsonb_build_object('permission', who.permission,
            'person', (SELECT name FROM person WHERE id = approver)));
    END IF;
    PERFORM use_approval(p_request, who.permission, content, who.warehouse_id);
END $$;

-- The document of a posting as far as it opens frozen places: a released count of this warehouse, for movements that
-- correct what was counted, by people who may count. NULL: frozen places stay closed for this posting.
CREATE FUNCTION opens_frozen(k move_kind, p_document uuid, p_warehouse uuid) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT d.id FROM document d WHERE d.id = p_document AND d.kind = 'count' AND d.decision = 'released'
        AND d.warehouse_id = p_warehouse AND k.corrects_counts AND may('count', p_warehouse)
$$;

-- Writes moves and their posting, whose number of moves and hash are filled in here. Runs as the ledger's function that
-- calls it.
CREATE FUNCTION write_posting(p posting, p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    p.moves := cardinality(p_moves);
    p.hash := posting_hash(p.id, p.kind, p.warehouse_id, p.document_id, p.person_id, p.station_id, p.recorded_at, p.reverses,
        p.moves, CASE WHEN p.moves = 1 THEN p_moves[1].hash
            ELSE (SELECT string_agg(m.hash, ''::bytea ORDER BY m.line_no) FROM unnest(p_moves) m) END);
    INSERT INTO stock_move SELECT m.* FROM unnest(p_moves) m;
    INSERT INTO posting VALUES (p.*);
END $$;

-- A number that a move can hold; 'NaN', which goods_fault() refuses, where it is beyond that.
CREATE FUNCTION bounded(p_number numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN abs(p_number) >= 1e12 THEN 'NaN' ELSE p_number END
$$;

-- Refuses a quantity that is finer than any item's precision: it is never rounded.
CREATE FUNCTION not_exact(p_item uuid, p_qty numeric) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM refuse('quantity.not_exact', jsonb_build_object('quantity', trim_scale(p_qty)::text,
        'sku', (SELECT sku FROM item WHERE id = p_item)));
    RETURN NULL;
END $$;

-- Refuses a quantity that is finer than the item's precision.
CREATE FUNCTION require_exact(p_item uuid, p_qty numeric) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_qty <> round(p_qty, (SELECT decimals FROM item WHERE id = p_item)) THEN
        PERFORM not_exact(p_item, p_qty);
    END IF;
END $$;

-- Claims and movements of units look at what others have just committed.
CREATE FUNCTION require_read_committed() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM refuse('ledger.isolation', jsonb_build_object('isolation', current_setting('transaction_isolation')));
    END IF;
END $$;

-- Posts the moves of one request and returns {"posting", "recorded_at", "moves"}.
-- Arrays are parallel; one that is NULL (or empty) means "none" for every line. Quantities in base units, weights in kg,
-- values in the company's currency. p_effective: when it happened, if not now; the past needs a permission, and nothing
-- happened before the year 2000: such a date is a slip.
-- Goods of a held lot that arrive come in with the status of its hold. Weighed goods that lie here and that nobody weighs
-- again take their share of the weight along (shares_of_weight).
-- A move's id is its posting's, with the number of the line for the last two bytes: asking the system for chance once a line
-- took longer than writing the line's index entry. The fingerprint only tells a person's own slip (begin_request), so it is
-- no cryptographic one.
-- Refuses, with facts, whatever the kind of movement does not allow (goods_fault, wrong_papers), what the stock does not
-- give (or did not give then: keep_past), and what goes beyond the person's limit without an approval (keep_limit).
CREATE FUNCTION post_moves(p_request uuid, p_kind text, p_warehouse uuid, p_items uuid[], p_qtys numeric[],
    p_from_locations uuid[], p_to_locations uuid[], p_traces uuid[] DEFAULT NULL,
    p_from_units uuid[] DEFAULT NULL, p_to_units uuid[] DEFAULT NULL,
    p_from_statuses text[] DEFAULT NULL, p_to_statuses text[] DEFAULT NULL,
    p_from_owners uuid[] DEFAULT NULL, p_to_owners uuid[] DEFAULT NULL,
    p_lines uuid[] DEFAULT NULL, p_reasons text[] DEFAULT NULL, p_weights numeric[] DEFAULT NULL,
    p_values numeric[] DEFAULT NULL, p_document uuid DEFAULT NULL, p_effective timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    k move_kind;
    who authority;
    p posting;
    reply jsonb;
    known jsonb;
    made record;
    lines int := coalesce(cardinality(p_items), 0);
    count_id uuid;
    held boolean := false;
    shared boolean := false;
    at timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO k FROM move_kind WHERE name = p_kind;
    IF NOT FOUND THEN
        PERFORM refuse('ledger.unknown_kind', jsonb_build_object('kind', p_kind));
    END IF;
    IF '[1:' || lines || ']' <> ANY (ARRAY[array_dims(p_items), array_dims(p_qtys), array_dims(p_from_locations),
            array_dims(p_to_locations), array_dims(p_traces), array_dims(p_from_units), array_dims(p_to_units),
            array_dims(p_from_statuses), array_dims(p_to_statuses), array_dims(p_from_owners), array_dims(p_to_owners),
            array_dims(p_lines), array_dims(p_reasons), array_dims(p_weights), array_dims(p_values)]) THEN
        PERFORM refuse('ledger.uneven_lists');
    ELSIF lines > 10000 THEN
        PERFORM refuse('ledger.too_many_lines', jsonb_build_object('lines', lines, 'most', 10000));
    END IF;
    p.id := new_id();
    p.kind := p_kind;
    p.warehouse_id := p_warehouse;
    p.document_id := p_document;
    who := require_authority(k.permission, p_warehouse);
    p.person_id := who.person_id;
    p.station_id := who.station_id;
    p.recorded_at := at;
    reply := jsonb_build_object('posting', p.id, 'recorded_at', at, 'moves', lines);
    known := begin_request(p_request, int8send(hash_record_extended(ROW(p_kind, p_warehouse, p_items, p_qtys,
        p_from_locations, p_to_locations, p_traces, p_from_units, p_to_units, p_from_statuses, p_to_statuses, p_from_owners,
        p_to_owners, p_lines, p_reasons, p_weights, p_values, p_document, p_effective), 0)), p.person_id, reply);
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    IF p_effective IS NOT NULL THEN
        PERFORM require_person('post_in_past', p_warehouse);
        IF p_effective > at OR NOT isfinite(p_effective) THEN
            PERFORM refuse('ledger.effective_in_future', jsonb_build_object('effective', p_effective));
        ELSIF p_effective < '2000-01-01Z' THEN
            PERFORM refuse('ledger.effective_too_early', jsonb_build_object('effective', p_effective::text));
        END IF;
        PERFORM keep_closed(books.id, p_effective) FROM (SELECT p_warehouse UNION
            SELECT warehouse_id FROM location WHERE k.between_warehouses AND id = ANY (p_from_locations)) books (id);
    END IF;
    IF lines = 0 THEN
        PERFORM refuse('ledger.nothing_to_post');
    ELSIF p_document IS NOT NULL AND NOT EXISTS (SELECT FROM document
            WHERE id = p_document AND p_warehouse IN (warehouse_id, to_warehouse_id)) THEN
        PERFORM refuse('document.unknown');
    ELSIF k.posted_with IS NOT NULL THEN
        PERFORM refuse('ledger.kit_alone', jsonb_build_object('kind', p_kind));
    END IF;
    IF p_document IS NOT NULL THEN
        count_id := opens_frozen(k, p_document, p_warehouse);
    END IF;
    IF k.brings AND p_traces IS NOT NULL THEN
        PERFORM 1 FROM trace WHERE id = ANY (p_traces) ORDER BY id FOR KEY SHARE; -- nobody holds the lot meanwhile
        held := EXISTS (SELECT FROM trace_hold WHERE trace_id = ANY (p_traces));
    END IF;
    LOOP -- once more where weighed goods that nobody weighs again need their shares
        SELECT array_agg(m.move) AS moves,
            bool_or(goods_fault(k, count_id, m.move, i, f, t) IS NOT NULL) AS faulty
        INTO made
        FROM (
            SELECT y.*, move_hash(p.id, y.line_no, p_kind, y.item_id, y.trace_id, y.qty, y.weight_kg,
                place_text(y.from_location_id, y.from_unit, y.from_owner, y.from_status),
                place_text(y.to_location_id, y.to_unit, y.to_owner, y.to_status),
                y.document_line_id, y.reason, coalesce(p_effective, at), y.value, NULL) AS hash
            FROM (
                SELECT n AS line_no, encode(overlay(uuid_send(p.id) PLACING int2send(n::int2) FROM 15), 'hex')::uuid AS id,
                    p_items[n] AS item_id, coalesce(p_traces[n], nil()) AS trace_id,
                    CASE WHEN round(p_qtys[n], 6) <> p_qtys[n] THEN not_exact(p_items[n], p_qtys[n]) ELSE bounded(p_qtys[n])
                        END AS qty,
                    bounded(p_weights[n]) AS weight_kg, bounded(p_values[n]) AS value,
                    p_from_locations[n] AS from_location_id, coalesce(p_from_units[n], nil()) AS from_unit,
                    coalesce(p_from_owners[n], nil()) AS from_owner, coalesce(p_from_statuses[n], 'available') AS from_status,
                    p_to_locations[n] AS to_location_id, coalesce(p_to_units[n], nil()) AS to_unit,
                    coalesce(p_to_owners[n], p_from_owners[n], nil()) AS to_owner,
                    CASE WHEN held AND p_traces[n] <> nil() THEN held_status(p_traces[n], p_warehouse, p_from_locations[n],
                        coalesce(p_to_statuses[n], p_from_statuses[n], 'available'))
                        ELSE coalesce(p_to_statuses[n], p_from_statuses[n], 'available') END AS to_status,
                    p_lines[n] AS document_line_id, nullif(p_reasons[n], '') AS reason
                FROM generate_series(1, lines) n OFFSET 0 -- each column worked out once, not wherever it is named
            ) y OFFSET 0
        ) x
        LEFT JOIN item i ON i.id = x.item_id
        LEFT JOIN location f ON f.id = x.from_location_id
        LEFT JOIN location t ON t.id = x.to_location_id
        CROSS JOIN LATERAL (SELECT ROW(x.id, at, p.id, x.line_no, p_warehouse,
            CASE WHEN k.between_warehouses THEN nullif(f.warehouse_id, p_warehouse) END, p_kind, x.item_id, x.trace_id, x.qty,
            x.weight_kg, x.from_location_id, x.from_unit, x.from_owner, x.from_status, x.to_location_id, x.to_unit, x.to_owner,
            x.to_status, x.document_line_id, CASE WHEN x.document_line_id IS NOT NULL THEN k.step END, x.reason,
            coalesce(p_effective, at), x.value, NULL, x.hash)::stock_move AS move) m;
        EXIT WHEN NOT made.faulty OR k.brings OR shared OR NOT EXISTS (SELECT FROM item WHERE id = ANY (p_items) AND catch_weight);
        PERFORM hold_weighed(p_warehouse, p_items, p_from_locations || p_to_locations);
        p_weights := shares_of_weight(p_items, p_qtys, p_from_locations, p_traces, p_from_units, p_from_owners,
            p_from_statuses, p_weights);
        shared := true;
    END LOOP;
    IF made.faulty THEN
        PERFORM check_goods(k, count_id, made.moves);
    ELSIF k.needs_line OR k.needs_reason OR k.from_reserved OR num_nonnulls(p_traces, p_from_units, p_to_units, p_from_owners,
            p_to_owners, p_lines, p_reasons) > 0 THEN
        PERFORM check_papers(k, made.moves);
    END IF;
    IF who.up_to IS NOT NULL THEN
        PERFORM keep_limit(p_request, who, made.moves);
    END IF;
    PERFORM write_posting(p, made.moves);
    IF p_effective < at - interval '1 minute' THEN
        PERFORM keep_past(made.moves, p_effective);
    END IF;
    RETURN reply;
END $$;

-- Refuses moves of a kind that may not be posted as they are, with the first fault in their order; first for their goods,
-- then for the papers that they name.
CREATE FUNCTION check_moves(k move_kind, p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_goods(k, NULL, p_moves);
    PERFORM check_papers(k, p_moves);
END $$;

-- p_count: the count that posts them (opens_frozen), which works in the places that it froze itself.
CREATE FUNCTION check_goods(k move_kind, p_count uuid, p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    wrong record;
BEGIN
    SELECT m AS move, goods_fault(k, p_count, m, i, f, t) AS code INTO wrong
    FROM unnest(p_moves) m
    LEFT JOIN item i ON i.id = m.item_id
    LEFT JOIN location f ON f.id = m.from_location_id
    LEFT JOIN location t ON t.id = m.to_location_id
    WHERE goods_fault(k, p_count, m, i, f, t) IS NOT NULL ORDER BY m.line_no LIMIT 1;
    IF FOUND THEN
        PERFORM refuse_move(wrong.code, k, wrong.move);
    END IF;
END $$;

-- Nobody cancels a paper meanwhile of which a step is done.
CREATE FUNCTION check_papers(k move_kind, p_moves stock_move[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    IF k.step IS NOT NULL THEN
        PERFORM 1 FROM document WHERE id IN (SELECT l.document_id FROM unnest(p_moves) m
            JOIN document_line l ON l.id = m.document_line_id) ORDER BY id FOR KEY SHARE;
    END IF;
    SELECT w.move, w.code INTO wrong FROM wrong_papers(k, p_moves) w ORDER BY (w.move).line_no LIMIT 1;
    IF FOUND THEN
        PERFORM refuse_move(wrong.code, k, wrong.move);
    END IF;
END $$;

-- Refuses a move, with all the names that its refusal may need.
CREATE FUNCTION refuse_move(p_code text, k move_kind, m stock_move) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM refuse(p_code, jsonb_strip_nulls(jsonb_build_object('sku', i.sku, 'quantity', trim_scale(m.qty)::text, 'from', f.address,
        'to', t.address, 'document', d.number, 'kind', k.name, 'lot', coalesce(nullif(r.lot, ''), r.serial),
        'reason', m.reason, 'expiry', coalesce(r.expiry, r.best_before), 'status', held_status(r.id, m.warehouse_id, m.from_location_id, m.to_status))))
    FROM (SELECT 1) one
    LEFT JOIN item i ON i.id = m.item_id
    LEFT JOIN location f ON f.id = m.from_location_id
    LEFT JOIN location t ON t.id = m.to_location_id
    LEFT JOIN trace r ON r.id = m.trace_id
    LEFT JOIN document_line l ON l.id = m.document_line_id
    LEFT JOIN document d ON d.id = l.document_id;
END $$;

-- What is wrong with the goods of a move and with the places between which they go; NULL: nothing. The rows of the item
-- and the places are NULL where nothing has that id. Written into the statements that call it: no SELECT within.
CREATE FUNCTION goods_fault(k move_kind, p_count uuid, m stock_move, i item, f location, t location) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN i.id IS NULL THEN 'item.unknown'
        WHEN m.qty IS NULL OR m.qty <= 0 OR m.qty >= 1e12 THEN 'quantity.not_positive'
        WHEN round(m.qty, i.decimals) <> m.qty THEN 'quantity.not_exact'
        WHEN i.bundle THEN 'bom.bundle_moves'
        WHEN i.state = ANY (k.stopped_states) THEN 'item.' || i.state
        WHEN f.id IS NULL OR t.id IS NULL THEN 'location.unknown'
        WHEN f.warehouse_id <> coalesce(m.other_warehouse_id, m.warehouse_id) OR t.warehouse_id <> m.warehouse_id
            THEN 'ledger.other_warehouse'
        WHEN NOT f.kind = ANY (k.from_kinds) OR NOT t.kind = ANY (k.to_kinds) THEN 'ledger.wrong_places'
        WHEN NOT t.active AND f.id <> t.id THEN 'location.inactive'
        WHEN coalesce(f.frozen_by, t.frozen_by) IS NOT NULL
            AND (coalesce(f.frozen_by, p_count) IS DISTINCT FROM p_count
                OR coalesce(t.frozen_by, p_count) IS DISTINCT FROM p_count) THEN 'location.frozen'
        WHEN m.weight_kg <= 0 OR m.weight_kg >= 1e12 THEN 'ledger.wrong_weight'
        WHEN i.catch_weight AND m.weight_kg IS NULL THEN 'ledger.weight_missing'
        WHEN m.weight_kg IS NOT NULL AND NOT i.catch_weight THEN 'ledger.weight_not_kept'
        WHEN m.value < 0 OR m.value >= 1e12 THEN 'ledger.wrong_value'
        WHEN m.from_status NOT IN ('available', 'quarantined', 'damaged', 'blocked')
            OR m.to_status NOT IN ('available', 'quarantined', 'damaged', 'blocked') THEN 'ledger.unknown_status'
        WHEN f.id = t.id AND m.from_handling_unit_id = m.to_handling_unit_id AND m.from_status = m.to_status
            AND m.from_owner_id = m.to_owner_id THEN 'ledger.goes_nowhere'
        WHEN f.stock_keeping AND t.stock_keeping AND NOT k.changes_status AND m.from_status <> m.to_status
            AND NOT (k.brings AND m.to_status = held_status(m.trace_id, m.warehouse_id, f.id, m.from_status))
            OR m.from_status <> m.to_status AND NOT m.to_status = ANY (k.may_become) THEN 'ledger.status_not_allowed'
        WHEN f.stock_keeping AND t.stock_keeping AND NOT k.changes_owner AND m.from_owner_id <> m.to_owner_id
            THEN 'ledger.owner_not_allowed'
        WHEN m.trace_id <> nil() THEN NULL
        WHEN i.tracking IN ('lot', 'lot+serial') THEN 'trace.lot_missing'
        WHEN i.tracking = 'serial' THEN 'trace.serial_missing'
        WHEN i.expiry_required THEN 'trace.expiry_missing'
        END
$$;

-- What is wrong with the lots, serial numbers, units, owners, document lines and reasons that moves name.
CREATE FUNCTION wrong_papers(k move_kind, p_moves stock_move[]) RETURNS TABLE (move stock_move, code text)
LANGUAGE sql STABLE AS $$
    SELECT m, v.code
    FROM unnest(p_moves) m
    JOIN item i ON i.id = m.item_id
    LEFT JOIN trace r ON r.id = m.trace_id
    LEFT JOIN document_line l ON l.id = m.document_line_id
    LEFT JOIN document d ON d.id = l.document_id
    LEFT JOIN handling_unit fu ON fu.id = m.from_handling_unit_id
    LEFT JOIN handling_unit tu ON tu.id = m.to_handling_unit_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN m.from_owner_id <> nil() AND NOT EXISTS (SELECT FROM partner p WHERE p.id = m.from_owner_id)
            OR m.to_owner_id <> nil() AND NOT EXISTS (SELECT FROM partner p WHERE p.id = m.to_owner_id)
            THEN 'ledger.unknown_owner'
        WHEN m.trace_id <> nil() AND r.item_id IS DISTINCT FROM m.item_id THEN 'trace.other_item'
        WHEN i.tracking = 'none' AND r.id IS NOT NULL THEN 'trace.not_tracked'
        WHEN i.tracking IN ('lot', 'lot+serial') AND r.lot = '' THEN 'trace.lot_missing'
        WHEN i.tracking IN ('serial', 'lot+serial') AND r.serial = '' THEN 'trace.serial_missing'
        WHEN i.expiry_required AND r.expiry IS NULL AND r.best_before IS NULL THEN 'trace.expiry_missing'
        WHEN r.serial <> '' AND m.qty <> 1 THEN 'trace.serial_quantity'
        WHEN m.to_status = 'available' AND k.from_kinds && ARRAY['supplier', 'customer']
            AND coalesce(r.expiry, r.best_before) < today_in(m.warehouse_id) AND NOT may('hold', m.warehouse_id)
            THEN 'trace.expired'
        WHEN k.stops_held AND r.id IS NOT NULL
            AND m.to_status <> held_status(r.id, m.warehouse_id, m.from_location_id, m.to_status) THEN 'trace.held'
        WHEN r.id IS NOT NULL AND NOT k.brings AND NOT k.changes_status AND EXISTS (SELECT FROM location f
                JOIN move_kind s ON s.name = 'status' AND f.kind = ANY (s.from_kinds) WHERE f.id = m.from_location_id)
            AND comes_back_as(r.id, m.from_location_id, m.from_status) <> m.from_status THEN 'trace.held'
        WHEN m.from_handling_unit_id <> nil() AND fu.warehouse_id IS DISTINCT FROM coalesce(m.other_warehouse_id, m.warehouse_id)
            OR m.to_handling_unit_id <> nil() AND m.to_handling_unit_id <> m.from_handling_unit_id
                AND tu.warehouse_id IS DISTINCT FROM m.warehouse_id THEN 'handling_unit.unknown'
        WHEN (k.needs_line OR k.from_reserved OR m.document_line_id IS NOT NULL) AND l.id IS NULL
            THEN 'ledger.needs_document'
        WHEN l.item_id <> m.item_id OR d.warehouse_id <> coalesce(m.other_warehouse_id, m.warehouse_id)
            THEN 'document.other_item'
        WHEN l.id IS NOT NULL AND k.step IS NOT NULL AND NOT d.kind = ANY (k.document_kinds)
            THEN 'document.wrong_kind'
        WHEN k.step IS NOT NULL AND d.kind <> 'transfer' AND d.owner_id <> m.to_owner_id THEN 'document.other_owner'
        WHEN d.decision <> 'released' THEN 'document.not_released'
        WHEN k.step IS NOT NULL AND l.closed THEN 'document.line_closed'
        WHEN 'transit' = ANY (k.to_kinds) AND d.to_warehouse_id IS NULL
            OR k.between_warehouses AND d.to_warehouse_id IS DISTINCT FROM m.warehouse_id THEN 'ledger.no_destination'
        WHEN (k.needs_reason OR m.reason IS NOT NULL)
            AND NOT EXISTS (SELECT FROM reason q WHERE q.code = m.reason AND q.active) THEN 'ledger.needs_reason'
        END AS code) v
    WHERE v.code IS NOT NULL
$$;

-- The trace of an item by its numbers, made when it is new, by people who bring goods in. Dates that contradict the
-- known ones are refused.
CREATE FUNCTION ensure_trace(p_item uuid, p_lot text, p_serial text, p_expiry date, p_best_before date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known trace;
BEGIN
    PERFORM require_actor();
    SELECT * INTO known FROM trace WHERE item_id = p_item AND lot = coalesce(p_lot, '')
        AND serial = coalesce(p_serial, '');
    IF NOT FOUND THEN
        PERFORM require_somewhere(ARRAY['receive', 'receive_blind', 'adjust']);
        INSERT INTO trace (item_id, lot, serial, expiry, best_before)
        VALUES (p_item, coalesce(p_lot, ''), coalesce(p_serial, ''), p_expiry, p_best_before)
        ON CONFLICT (item_id, lot, serial) DO NOTHING RETURNING * INTO known;
    END IF;
    IF known.id IS NULL OR known.expiry <> p_expiry OR known.best_before <> p_best_before THEN
        SELECT * INTO known FROM trace WHERE item_id = p_item AND lot = coalesce(p_lot, '')
            AND serial = coalesce(p_serial, '');
        IF known.expiry <> p_expiry OR known.best_before <> p_best_before THEN
            PERFORM refuse('trace.other_date', jsonb_build_object('lot', known.lot, 'expiry', known.expiry));
        END IF;
    END IF;
    RETURN known.id;
END $$;

-- The traces of many goods by their numbers, made where they are new: what ensure_trace() does, for all lines of a pallet in
-- a few statements. The lists are parallel; NULL for goods that have neither lot nor serial number.
CREATE FUNCTION ensure_traces(p_items uuid[], p_lots text[], p_serials text[], p_expiries date[], p_best_before date[])
RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known record;
BEGIN
    PERFORM require_somewhere(ARRAY['receive', 'receive_blind', 'adjust']);
    INSERT INTO trace (item_id, lot, serial, expiry, best_before)
    SELECT DISTINCT ON (x.item_id, x.lot, x.serial) x.*
    FROM unnest(p_items, p_lots, p_serials, p_expiries, p_best_before) x (item_id, lot, serial, expiry, best_before)
    WHERE x.lot <> '' OR x.serial <> '' ORDER BY x.item_id, x.lot, x.serial
    ON CONFLICT (item_id, lot, serial) DO NOTHING;
    SELECT array_agg(t.id ORDER BY x.n) AS ids, min(x.n) FILTER (WHERE t.expiry <> x.expiry OR t.best_before <> x.best_before)
        AS wrong INTO known
    FROM unnest(p_items, p_lots, p_serials, p_expiries, p_best_before) WITH ORDINALITY
        x (item_id, lot, serial, expiry, best_before, n)
    LEFT JOIN trace t ON t.item_id = x.item_id AND t.lot = x.lot AND t.serial = x.serial AND (x.lot <> '' OR x.serial <> '');
    IF known.wrong IS NOT NULL THEN
        PERFORM refuse('trace.other_date', jsonb_build_object('lot', t.lot, 'expiry', t.expiry))
        FROM trace t WHERE t.id = known.ids[known.wrong];
    END IF;
    RETURN known.ids;
END $$;
