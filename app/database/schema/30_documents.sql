-- One spine for every kind of paper. What only one kind has stands in a table of that kind's name.

CREATE TABLE reason (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z_]{2,30}$'),
    step text NOT NULL,
    active boolean NOT NULL DEFAULT true
);

-- Kind `batch` is one walk of a wave, or of its own (62_waves.sql).
-- `to_warehouse_id`: where a transfer goes; both warehouses see it. `owner_id`: whose goods it is about, nil for ours.
-- `decision` is what people decided (set by decide_document only); progress is derived from the moves.
CREATE TABLE document (
    id uuid PRIMARY KEY DEFAULT new_id(),
    kind text NOT NULL CHECK (kind IN ('purchase_order', 'asn', 'receipt', 'order', 'wave', 'shipment', 'transfer',
        'count', 'adjustment', 'return', 'kit_order', 'requisition', 'batch')),
    number text NOT NULL,
    reference text NOT NULL DEFAULT '',
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    to_warehouse_id uuid REFERENCES warehouse CHECK (to_warehouse_id IS NULL
        OR to_warehouse_id <> warehouse_id AND kind = 'transfer'),
    partner_id uuid REFERENCES partner,
    owner_id uuid NOT NULL DEFAULT nil(),
    parent_id uuid REFERENCES document,
    decision text NOT NULL DEFAULT 'draft' CHECK (decision IN ('draft', 'released', 'held', 'cancelled', 'closed')),
    due date,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid NOT NULL REFERENCES person,
    version int NOT NULL DEFAULT 1,
    UNIQUE (warehouse_id, kind, number)
);
CREATE INDEX document_warehouse ON document (warehouse_id, id);
CREATE INDEX document_work ON document (warehouse_id, kind, decision, due);
CREATE UNIQUE INDEX document_reference ON document (warehouse_id, kind, partner_id, reference) WHERE reference <> '';
CREATE TRIGGER keep_code AFTER INSERT OR DELETE OR UPDATE OF number, reference ON document
    FOR EACH ROW EXECUTE FUNCTION keep_code('document');

-- `bundle_…`: the line of the order that this one is a component of, as it was ordered (open_bundles).
-- `qty` in `uom`; `base_qty` in the item's base unit; `tolerance` is the fraction by which progress may exceed it.
CREATE TABLE document_line (
    id uuid PRIMARY KEY DEFAULT new_id(),
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    line_no int NOT NULL,
    item_id uuid NOT NULL REFERENCES item,
    uom text NOT NULL REFERENCES uom,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    base_qty numeric(18, 6) NOT NULL CHECK (base_qty > 0),
    tolerance numeric(6, 4) NOT NULL DEFAULT 0 CHECK (tolerance >= 0),
    unit_price numeric(18, 6) CHECK (unit_price >= 0),
    closed boolean NOT NULL DEFAULT false,
    bundle_id uuid REFERENCES item,
    bundle_no int,
    bundle_uom text,
    bundle_qty numeric(18, 6),
    bundle_price numeric(18, 6),
    UNIQUE (document_id, line_no)
);
CREATE INDEX document_line_item ON document_line (item_id);

-- What is done of a line at a step (received, put_away, picked, packed, shipped), in base units. Kept by post_moves.
CREATE TABLE line_progress (
    document_line_id uuid NOT NULL,
    step text NOT NULL,
    qty numeric(18, 6) NOT NULL CHECK (qty >= 0),
    PRIMARY KEY (document_line_id, step)
) WITH (fillfactor = 70);

-- Where an order goes and how. `cut_off`: the moment its carrier leaves, of which `document.due` is the day; `requested`:
-- the day the customer wants the goods; `priority`: 0 is usual, 9 most urgent, and `own_priority` where a person or a file
-- gave it and not the rules; `complete_only`: all of it leaves or nothing.
CREATE TABLE customer_order (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    ship_to jsonb NOT NULL DEFAULT '{}',
    carrier text NOT NULL DEFAULT 'house',
    service text NOT NULL DEFAULT 'STANDARD',
    cut_off timestamptz,
    requested date,
    priority int NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    own_priority boolean NOT NULL DEFAULT false,
    complete_only boolean NOT NULL DEFAULT false,
    gift boolean NOT NULL DEFAULT false,
    gift_note text NOT NULL DEFAULT '' CHECK (length(gift_note) <= 500),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500)
);

-- What a customer wants of the goods of one line beside their quantity: just this lot or serial number (empty: any), and how
-- many days they must keep after they leave, instead of what item and customer usually want.
CREATE TABLE line_wish (
    document_line_id uuid PRIMARY KEY REFERENCES document_line ON DELETE CASCADE,
    lot text NOT NULL DEFAULT '' CHECK (length(lot) <= 20),
    minimum_days int CHECK (minimum_days BETWEEN 0 AND 36500)
);

CREATE TABLE document_history (
    id uuid PRIMARY KEY DEFAULT new_id(),
    document_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL DEFAULT ''
);

CREATE INDEX document_history_document ON document_history (document_id);

CREATE SEQUENCE document_number;

-- Makes a document with its lines (arrays of equal length) in one call; returns its id. Quantities in the given units;
-- factors are read from item_uom and must divide exactly to the item's precision. p_request: repeated with the same one
-- it makes nothing and returns the document that it made.
CREATE FUNCTION create_document(p_kind text, p_warehouse uuid, p_partner uuid, p_reference text, p_due date,
    p_items uuid[], p_uoms text[], p_qtys numeric[], p_tolerance numeric DEFAULT 0, p_prices numeric[] DEFAULT NULL,
    p_number text DEFAULT NULL, p_request uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    made uuid := new_id();
    known jsonb;
    wrong record;
BEGIN
    PERFORM require('plan_' || p_kind, p_warehouse);
    PERFORM require_lists(least(cardinality(p_items), cardinality(p_uoms), cardinality(p_qtys), cardinality(p_prices)),
        greatest(cardinality(p_items), cardinality(p_uoms), cardinality(p_qtys), cardinality(p_prices)),
        greatest(array_ndims(p_items), array_ndims(p_uoms), array_ndims(p_qtys), array_ndims(p_prices)));
    IF p_request IS NOT NULL THEN
        known := begin_request(p_request, sha256(convert_to(ROW('document', p_kind, p_warehouse, p_partner, p_reference,
            p_due, p_items, p_uoms, p_qtys, p_tolerance, p_prices, p_number)::text, 'UTF8')), actor(),
            jsonb_build_object('document', made));
        IF known IS NOT NULL THEN
            RETURN (known ->> 'document')::uuid;
        END IF;
    END IF;
    SELECT CASE WHEN i.id IS NULL THEN 'item.unknown'
            WHEN l.qty IS NULL OR l.qty <= 0 OR l.qty >= 1e12 THEN 'quantity.not_positive'
            ELSE 'ledger.wrong_value' END AS code, i.sku, l.qty::text AS quantity INTO wrong
    FROM unnest(p_items, p_qtys, p_prices) AS l (item_id, qty, price) LEFT JOIN item i ON i.id = l.item_id
    WHERE i.id IS NULL OR l.qty IS NULL OR l.qty <= 0 OR l.qty >= 1e12 OR l.price < 0 OR l.price >= 1e12
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse(wrong.code, jsonb_build_object('sku', wrong.sku, 'quantity', wrong.quantity));
    ELSIF p_tolerance IS NULL OR p_tolerance < 0 OR p_tolerance > 10 THEN
        PERFORM refuse('document.wrong_tolerance');
    END IF;
    INSERT INTO document (id, kind, number, reference, warehouse_id, partner_id, due, created_by)
    VALUES (made, p_kind, coalesce(p_number, CASE p_kind WHEN 'purchase_order' THEN 'PO' WHEN 'order' THEN 'SO'
        ELSE upper(left(p_kind, 3)) END || '-' || lpad(nextval('document_number')::text, 6, '0')),
        p_reference, p_warehouse, p_partner, p_due, actor());
    SELECT i.sku, l.uom, l.qty::text AS quantity INTO wrong
    FROM unnest(p_items, p_uoms, p_qtys) AS l (item_id, uom, qty) JOIN item i ON i.id = l.item_id
    LEFT JOIN item_uom u ON u.item_id = l.item_id AND u.uom = l.uom
    WHERE (u.uom IS NULL AND l.uom IS DISTINCT FROM i.base_uom)
       OR round(l.qty * coalesce(u.numerator, 1) / coalesce(u.denominator, 1), i.decimals)
          * coalesce(u.denominator, 1) <> l.qty * coalesce(u.numerator, 1)
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('quantity.not_exact', to_jsonb(wrong));
    END IF;
    INSERT INTO document_line (document_id, line_no, item_id, uom, qty, base_qty, tolerance, unit_price)
    SELECT made, l.n, l.item_id, l.uom, l.qty,
        l.qty * coalesce(u.numerator, 1) / coalesce(u.denominator, 1), p_tolerance, l.price
    FROM unnest(p_items, p_uoms, p_qtys, p_prices) WITH ORDINALITY AS l (item_id, uom, qty, price, n)
    LEFT JOIN item_uom u ON u.item_id = l.item_id AND u.uom = l.uom;
    RETURN made;
END $$;

-- What people may decide about a document that stands as decided before: nothing any more once it is cancelled or closed.
CREATE FUNCTION decisions_after(p_decision text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_decision
        WHEN 'draft' THEN ARRAY['released', 'held', 'cancelled']
        WHEN 'released' THEN ARRAY['draft', 'held', 'cancelled', 'closed']
        WHEN 'held' THEN ARRAY['draft', 'released', 'cancelled', 'closed']
        ELSE ARRAY[]::text[] END
$$;

-- Refuses what cannot be decided about a document as it is now: a step that decisions_after() does not know; to cancel it,
-- or make it a draft again, once goods came or left by it (document.begun: it is closed with what was done); to end a
-- transfer whose goods are on their way.
CREATE FUNCTION require_decision(d document, p_decision text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT p_decision = ANY (decisions_after(d.decision)) THEN
        PERFORM refuse('document.wrong_decision', jsonb_build_object('number', d.number, 'now', d.decision,
            'asked', p_decision));
    ELSIF p_decision IN ('released', 'draft') AND d.kind = 'order' AND EXISTS (SELECT FROM order_hold h
            WHERE h.document_id = d.id AND h.lifted_at IS NULL) THEN
        PERFORM refuse('orders.on_hold', jsonb_build_object('document', d.number));
    ELSIF p_decision IN ('cancelled', 'closed') AND d.kind = 'transfer' AND EXISTS (SELECT FROM document_line l
            JOIN reservation r ON r.demand_line_id = l.id JOIN location p ON p.id = r.location_id AND p.kind = 'transit'
            WHERE l.document_id = d.id) THEN
        PERFORM refuse('transfers.still_on_the_way', jsonb_build_object('number', d.number));
    ELSIF p_decision IN ('cancelled', 'draft') AND EXISTS (SELECT FROM document_line l JOIN line_progress p
            ON p.document_line_id = l.id AND p.qty > 0 AND p.step IN ('received', 'shipped', 'returned', 'produced')
            WHERE l.document_id = d.id) THEN
        PERFORM refuse('document.begun', jsonb_build_object('number', d.number));
    END IF;
END $$;

-- Sets what people decided on a document; refuses when somebody else changed it since `p_version` was read. Whoever asks
-- again for what they have just decided gets the same answer. What was claimed for it is free when it is cancelled or
-- closed (release_ended_document).
CREATE FUNCTION decide_document(p_document uuid, p_decision text, p_version int, p_reason text DEFAULT '') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    found_document document;
    last record;
BEGIN
    SELECT * INTO found_document FROM document WHERE id = p_document FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('plan_' || CASE found_document.kind WHEN 'batch' THEN 'wave' ELSE found_document.kind END,
        found_document.warehouse_id);
    IF NOT p_decision = ANY (ARRAY['draft', 'released', 'held', 'cancelled', 'closed']) IS TRUE THEN
        PERFORM refuse('document.unknown_decision', jsonb_build_object('number', found_document.number));
    ELSIF found_document.version IS DISTINCT FROM p_version THEN
        SELECT p.name, h.person_id, h.decision, h.reason INTO last FROM document_history h JOIN person p ON p.id = h.person_id
        WHERE h.document_id = p_document ORDER BY h.id DESC LIMIT 1;
        IF found_document.version = p_version + 1
                AND (last.person_id, last.decision, last.reason) = (actor(), p_decision, p_reason) THEN
            RETURN found_document.version;
        END IF;
        PERFORM refuse('document.changed', jsonb_build_object('number', found_document.number, 'person', last.name));
    END IF;
    PERFORM require_decision(found_document, p_decision);
    IF p_decision = 'released' AND found_document.kind = 'order' THEN
        PERFORM open_bundles(p_document);
    ELSIF p_decision = 'cancelled' AND found_document.kind = 'order' THEN
        PERFORM end_order(p_document, p_decision, p_reason);
    END IF;
    UPDATE document SET decision = p_decision, version = p_version + 1 WHERE id = p_document;
    INSERT INTO document_history (document_id, person_id, decision, reason)
    VALUES (p_document, actor(), p_decision, p_reason);
    RETURN p_version + 1;
END $$;

-- A step that somebody should do. A lease says who is doing it, so that no two people do the same.
CREATE TABLE task (
    id uuid PRIMARY KEY DEFAULT new_id(),
    kind text NOT NULL CHECK (kind IN ('putaway', 'pick', 'count', 'move', 'replenish')),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    document_line_id uuid REFERENCES document_line,
    item_id uuid NOT NULL REFERENCES item,
    trace_id uuid NOT NULL DEFAULT nil(),
    handling_unit_id uuid NOT NULL DEFAULT nil(),
    from_location_id uuid NOT NULL REFERENCES location,
    to_location_id uuid REFERENCES location,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    done_qty numeric(18, 6) NOT NULL DEFAULT 0 CHECK (done_qty >= 0),
    priority int NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
    leased_by uuid REFERENCES person,
    leased_at_station uuid REFERENCES station,
    leased_until timestamptz,
    decision_id uuid
);
CREATE INDEX task_open ON task (warehouse_id, kind, priority) WHERE state = 'open';
CREATE INDEX task_line ON task (document_line_id);

-- Rules as data, and what they decided (see app/domain/policies.py, the only evaluator).
CREATE TABLE policy (
    id uuid PRIMARY KEY DEFAULT new_id(),
    capability text NOT NULL,
    scope text NOT NULL DEFAULT 'company' CHECK (scope IN ('item', 'category', 'partner', 'zone', 'warehouse', 'company')),
    scope_id uuid NOT NULL DEFAULT nil(),
    version int NOT NULL DEFAULT 1,
    valid_from timestamptz NOT NULL DEFAULT now(),
    rules jsonb NOT NULL,
    UNIQUE (capability, scope, scope_id, version)
);

-- Saves the next version of the rules of a capability for something (the whole company, or an item, category, partner, zone
-- or warehouse by its id), in the place of version p_version (0: the first); returns its number. p_rules null: withdrawn,
-- the next wider rules decide. Refuses when somebody else saved one since. What is made for one warehouse or zone wants the
-- permission there.
CREATE FUNCTION save_rules(p_request uuid, p_capability text, p_version int, p_rules jsonb, p_scope text DEFAULT 'company',
    p_scope_id uuid DEFAULT nil()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb;
    latest int;
BEGIN
    PERFORM require_somewhere(ARRAY[CASE p_capability WHEN 'categorising' THEN 'edit_products' ELSE 'set_up' END]);
    IF p_scope IN ('zone', 'warehouse') THEN
        PERFORM require('set_up', (SELECT warehouse_id FROM location WHERE id = p_scope_id));
    END IF;
    known := begin_record_request(p_request, jsonb_build_array('rules', p_capability, p_version, p_rules, p_scope, p_scope_id));
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    LOCK TABLE policy IN SHARE ROW EXCLUSIVE MODE;
    latest := (SELECT coalesce(max(version), 0) FROM policy
        WHERE capability = p_capability AND scope = p_scope AND scope_id = p_scope_id);
    IF latest <> p_version THEN
        PERFORM refuse('record.changed', (SELECT jsonb_build_object('record', p_capability, 'at', a.at,
            'person', coalesce(p.name, a.login::text)) FROM audit a LEFT JOIN person p ON p.id = a.person_id
            WHERE a.table_name = 'policy' AND a.after ->> 'capability' = p_capability ORDER BY a.id DESC LIMIT 1));
    END IF;
    INSERT INTO policy (capability, scope, scope_id, rules, version)
    VALUES (p_capability, p_scope, p_scope_id, coalesce(p_rules, 'null'), latest + 1);
    RETURN end_record_request(p_request, jsonb_build_object('version', latest + 1));
END $$;

-- Every version of the rules of a capability for something, the newest first, with who wrote it.
CREATE FUNCTION policy_versions(p_capability text, p_scope text, p_scope_id uuid)
RETURNS TABLE (version int, valid_from timestamptz, person text, rules jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['set_up', 'audit']);
    RETURN QUERY
    SELECT v.version, v.valid_from, coalesce(p.name, a.login::text, ''), v.rules
    FROM policy v LEFT JOIN audit a ON a.table_name = 'policy' AND a.row_id = v.id::text
    LEFT JOIN person p ON p.id = a.person_id
    WHERE v.capability = p_capability AND v.scope = p_scope AND v.scope_id = p_scope_id ORDER BY v.version DESC;
END $$;

CREATE TABLE decision (
    id uuid PRIMARY KEY DEFAULT new_id(),
    at timestamptz NOT NULL DEFAULT now(),
    capability text NOT NULL,
    person_id uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    document_line_id uuid,
    detail jsonb NOT NULL
);
CREATE INDEX decision_line ON decision (document_line_id) WHERE document_line_id IS NOT NULL;

-- Ends work on a document: full lines are closed, short ones too when p_short says so (with a reason).
-- A document whose lines are all closed is closed. Returns how many lines stay open (a backorder).
CREATE FUNCTION close_lines(p_document uuid, p_step text, p_permission text, p_short boolean, p_reason text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    d document;
    left_open int;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require(p_permission, d.warehouse_id);
    IF (d.kind, p_permission, p_step) IN (('purchase_order', 'receive', 'received'), ('order', 'ship', 'shipped'),
            ('transfer', 'plan_transfer', 'received'), ('return', 'plan_return', 'received'),
            ('return', 'plan_return', 'returned'), ('kit_order', 'plan_kit_order', 'produced')) IS NOT TRUE THEN
        PERFORM refuse('document.wrong_kind', jsonb_build_object('document', d.number));
    END IF;
    IF p_short AND NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active) THEN
        PERFORM refuse('ledger.needs_reason');
    END IF;
    IF p_short AND d.kind = 'transfer' AND EXISTS (SELECT FROM in_transit(d.warehouse_id) w WHERE w.document_id = d.id) THEN
        PERFORM refuse('transfers.still_on_the_way', jsonb_build_object('number', d.number));
    END IF;
    UPDATE document_line l SET closed = true
    WHERE l.document_id = p_document AND NOT l.closed AND (p_short OR l.base_qty <= coalesce(
        (SELECT qty FROM line_progress p WHERE p.document_line_id = l.id AND p.step = p_step), 0));
    SELECT count(*) INTO left_open FROM document_line WHERE document_id = p_document AND NOT closed;
    IF left_open = 0 AND d.decision = 'released' THEN
        UPDATE document SET decision = 'closed', version = version + 1 WHERE id = p_document;
        INSERT INTO document_history (document_id, person_id, decision, reason)
        VALUES (p_document, actor(), 'closed', coalesce(p_reason, ''));
    END IF;
    RETURN left_open;
END $$;
