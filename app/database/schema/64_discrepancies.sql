-- What came otherwise than it was ordered: too much, too little, damaged, the wrong goods; and what we claim for it.

-- A claim against a supplier: open until it is settled, with what they credited in the company's currency.
CREATE SEQUENCE claim_number;
CREATE TABLE supplier_claim (
    id uuid PRIMARY KEY DEFAULT new_id(),
    number text NOT NULL UNIQUE DEFAULT 'CLM-' || lpad(nextval('claim_number')::text, 6, '0'),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    partner_id uuid NOT NULL REFERENCES partner,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by uuid NOT NULL REFERENCES person,
    settled_at timestamptz,
    settled_by uuid REFERENCES person,
    credited numeric(18, 2) CHECK (credited >= 0),
    note text NOT NULL DEFAULT '',
    CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (credited IS NULL))
);

-- `qty` in base units; `cost` in the company's currency, what it is worth to us. `posting_id`: the receipt that found it;
-- where that is taken back whole, the discrepancy never was. Its photos are those of its line (document_photo). `claim_id`:
-- what it is claimed with.
CREATE TABLE discrepancy (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    document_id uuid NOT NULL REFERENCES document,
    document_line_id uuid REFERENCES document_line ON DELETE SET NULL,
    partner_id uuid REFERENCES partner,
    item_id uuid NOT NULL REFERENCES item,
    trace_id uuid NOT NULL DEFAULT nil(),
    kind text NOT NULL CHECK (kind IN ('over', 'short', 'damaged', 'wrong_item')),
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    cost numeric(18, 2) NOT NULL CHECK (cost >= 0),
    reason text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    posting_id uuid,
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    claim_id uuid REFERENCES supplier_claim,
    dropped_at timestamptz,
    dropped_by uuid REFERENCES person,
    CHECK ((dropped_at IS NULL) = (dropped_by IS NULL) AND (dropped_at IS NULL OR claim_id IS NULL))
);
CREATE INDEX discrepancy_work ON discrepancy (warehouse_id, id);
CREATE INDEX discrepancy_document ON discrepancy (document_id);
CREATE INDEX discrepancy_claim ON discrepancy (claim_id) WHERE claim_id IS NOT NULL;

-- Notes what came otherwise than ordered on a purchase order or an announcement; its worth is the order's price, else the
-- item's standard cost. p_qty in base units. p_posting: the receipt that found it. Returns its id.
CREATE FUNCTION note_discrepancy(p_request uuid, p_document uuid, p_line uuid, p_item uuid, p_kind text, p_qty numeric,
    p_reason text DEFAULT '', p_note text DEFAULT '', p_posting uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('discrepancy', p_document, p_line, p_item, p_kind,
        p_qty, p_reason, p_note, p_posting));
    made uuid := new_id();
    paper document;
    goods item;
BEGIN
    IF known IS NOT NULL THEN
        RETURN (known ->> 'discrepancy')::uuid;
    END IF;
    SELECT * INTO paper FROM document WHERE id = p_document AND warehouse_id = ANY (my_warehouses());
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    ELSIF paper.kind NOT IN ('purchase_order', 'asn') THEN
        PERFORM refuse('document.wrong_kind', jsonb_build_object('document', paper.number));
    END IF;
    PERFORM require_at_dock(paper.warehouse_id);
    SELECT * INTO goods FROM item WHERE id = p_item;
    IF NOT FOUND THEN
        PERFORM refuse('item.unknown');
    ELSIF NOT p_kind = ANY (ARRAY['over', 'short', 'damaged', 'wrong_item']) IS TRUE THEN
        PERFORM refuse('discrepancies.unknown_kind');
    ELSIF (p_qty > 0 AND p_qty < 1e12 AND p_qty = round(p_qty, goods.decimals)) IS NOT TRUE THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('sku', goods.sku, 'quantity', p_qty::text));
    END IF;
    INSERT INTO discrepancy (id, warehouse_id, document_id, document_line_id, partner_id, item_id, kind, qty, cost, reason,
        note, posting_id, person_id, trace_id)
    SELECT made, paper.warehouse_id, paper.id, (SELECT id FROM document_line WHERE id = p_line), paper.partner_id, p_item, p_kind, p_qty,
        least(round(p_qty * coalesce((SELECT l.unit_price * l.qty / l.base_qty FROM document_line l
            WHERE l.id = p_line AND l.item_id = p_item), goods.standard_cost, 0), 2), 1e15),
        coalesce(p_reason, ''), left(coalesce(p_note, ''), 400), p_posting, require_actor(),
        coalesce((SELECT m.trace_id FROM stock_move m WHERE m.posting_id = p_posting AND m.item_id = p_item LIMIT 1), nil());
    PERFORM end_record_request(p_request, jsonb_build_object('discrepancy', made));
    RETURN made;
END $$;

-- Whether a discrepancy counts: nobody dropped it, and the receipt that found it was not taken back whole.
CREATE FUNCTION discrepancy_counts(p_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT d.dropped_at IS NULL AND (d.posting_id IS NULL OR EXISTS (
        SELECT FROM stock_move m WHERE m.posting_id = d.posting_id AND m.item_id = d.item_id
            AND m.qty > (SELECT coalesce(sum(r.qty), 0) FROM stock_move r WHERE r.reverses = m.id)))
    FROM discrepancy d WHERE d.id = p_id
$$;

-- Locks discrepancies that are open; refuses where one of them is not any more.
CREATE FUNCTION lock_open_discrepancies(p_ids uuid[]) RETURNS SETOF discrepancy
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM 1 FROM discrepancy WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE;
    PERFORM require('plan_purchase_order', d.warehouse_id) FROM discrepancy d WHERE d.id = ANY (p_ids);
    IF coalesce(cardinality(p_ids), 0) = 0 OR (SELECT count(*) FROM discrepancy d WHERE d.id = ANY (p_ids)
            AND d.claim_id IS NULL AND discrepancy_counts(d.id)) <> cardinality(p_ids) THEN
        PERFORM refuse('discrepancies.not_open');
    END IF;
    RETURN QUERY SELECT * FROM discrepancy WHERE id = ANY (p_ids) ORDER BY id;
END $$;

-- Corrects what an open discrepancy is worth (the company's currency), or what is noted on it.
CREATE FUNCTION appraise_discrepancy(p_id uuid, p_cost numeric, p_note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM lock_open_discrepancies(ARRAY[p_id]);
    IF (p_cost >= 0 AND p_cost < 1e12) IS NOT TRUE THEN
        PERFORM refuse('discrepancies.wrong_cost');
    END IF;
    UPDATE discrepancy SET cost = round(p_cost, 2), note = left(coalesce(p_note, ''), 400) WHERE id = p_id;
END $$;

-- Drops discrepancies that nobody claims for.
CREATE FUNCTION drop_discrepancies(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM lock_open_discrepancies(p_ids);
    UPDATE discrepancy SET dropped_at = now(), dropped_by = actor() WHERE id = ANY (p_ids);
END $$;

-- Takes up again what was dropped; what is open already stays as it is.
CREATE FUNCTION take_up_discrepancies(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF coalesce(cardinality(p_ids), 0) = 0
            OR (SELECT count(*) FROM discrepancy WHERE id = ANY (p_ids)) <> cardinality(p_ids) THEN
        PERFORM refuse('discrepancies.not_open');
    END IF;
    PERFORM require('plan_purchase_order', d.warehouse_id) FROM discrepancy d WHERE d.id = ANY (p_ids);
    UPDATE discrepancy SET dropped_at = NULL, dropped_by = NULL WHERE id = ANY (p_ids) AND dropped_at IS NOT NULL;
END $$;

-- Claims open discrepancies of one supplier; returns the claim's number.
CREATE FUNCTION claim_discrepancies(p_request uuid, p_ids uuid[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('claim', p_ids));
    made supplier_claim;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known ->> 'number';
    END IF;
    IF (SELECT count(DISTINCT (partner_id, warehouse_id)) <> 1 OR bool_or(partner_id IS NULL)
            FROM lock_open_discrepancies(p_ids)) THEN
        PERFORM refuse('discrepancies.several_suppliers');
    END IF;
    INSERT INTO supplier_claim (warehouse_id, partner_id, made_by)
    SELECT warehouse_id, partner_id, actor() FROM discrepancy WHERE id = p_ids[1] RETURNING * INTO made;
    UPDATE discrepancy SET claim_id = made.id WHERE id = ANY (p_ids);
    PERFORM end_record_request(p_request, jsonb_build_object('number', made.number));
    RETURN made.number;
END $$;

-- Settles a claim: so much was credited, in the company's currency (0: nothing).
CREATE FUNCTION settle_claim(p_number text, p_credited numeric, p_note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    claim supplier_claim;
BEGIN
    SELECT * INTO claim FROM supplier_claim WHERE number = p_number AND warehouse_id = ANY (my_warehouses()) FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('discrepancies.unknown_claim', jsonb_build_object('number', p_number));
    END IF;
    PERFORM require('plan_purchase_order', claim.warehouse_id);
    IF claim.settled_at IS NOT NULL THEN
        PERFORM refuse('discrepancies.settled', jsonb_build_object('number', claim.number));
    ELSIF (p_credited >= 0 AND p_credited < 1e12) IS NOT TRUE THEN
        PERFORM refuse('discrepancies.wrong_cost');
    END IF;
    UPDATE supplier_claim SET settled_at = now(), settled_by = actor(), credited = round(p_credited, 2),
        note = left(coalesce(p_note, ''), 400) WHERE id = claim.id;
END $$;

REVOKE ALL ON FUNCTION lock_open_discrepancies(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_discrepancy(uuid, uuid, uuid, uuid, text, numeric, text, text, uuid), discrepancy_counts(uuid),
    appraise_discrepancy(uuid, numeric, text), drop_discrepancies(uuid[]), take_up_discrepancies(uuid[]), claim_discrepancies(uuid, uuid[]),
    settle_claim(text, numeric, text) TO @everyone@;
