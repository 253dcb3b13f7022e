-- The life of an item, from its introduction until nobody wants it any more: what each state permits, and changes of
-- state that wait for their day.

-- What may be done with goods in a state; what is not here may not. purchase, sell: new lines of papers. receive: goods
-- from suppliers. make: assembling. ship: picking, packing, sending and using up.
CREATE TABLE life_cycle (
    state text NOT NULL,
    act text NOT NULL CHECK (act IN ('purchase', 'receive', 'make', 'sell', 'ship')),
    PRIMARY KEY (state, act)
);

-- A change of state that was made or is planned. `on_date` begins at midnight in `zone`.
CREATE TABLE item_transition (
    id uuid PRIMARY KEY DEFAULT new_id(),
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    from_state text,
    to_state text NOT NULL,
    on_date date NOT NULL,
    zone text NOT NULL,
    reason text NOT NULL DEFAULT '',
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    cancelled_at timestamptz,
    trouble text NOT NULL DEFAULT ''
);
CREATE INDEX item_transition_item ON item_transition (item_id, on_date);
CREATE UNIQUE INDEX item_transition_planned ON item_transition (item_id, on_date)
    WHERE done_at IS NULL AND cancelled_at IS NULL;

-- Makes a planned change happen now; what stands in its way (a required attribute) is raised.
CREATE FUNCTION carry_out(p_transition uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    t item_transition;
    i item;
BEGIN
    SELECT * INTO t FROM item_transition WHERE id = p_transition FOR UPDATE;
    IF t.done_at IS NOT NULL OR t.cancelled_at IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO i FROM item WHERE id = t.item_id FOR NO KEY UPDATE;
    IF i.state = 'introduction' AND t.to_state <> 'blocked' THEN
        PERFORM check_attributes(i.category_id, i.attributes, true);
    END IF;
    UPDATE item SET state = t.to_state WHERE id = i.id AND state <> t.to_state;
    UPDATE item_transition SET from_state = i.state, done_at = now(), trouble = '' WHERE id = t.id;
END $$;

-- Changes the state of items from a day on, by themselves when the day has come in p_zone (a name such as
-- 'Europe/Berlin'); at once where it has. p_items: [{id, version}]. Going back, and blocking, need a reason.
CREATE FUNCTION change_state(p_request uuid, p_items jsonb, p_state text, p_on date, p_zone text, p_reason text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    k record_kind := require_record_kind('item');
    known jsonb := begin_record_request(p_request, jsonb_build_array('state', p_items, p_state, p_on, p_zone, p_reason));
    ladder text[] := ARRAY['introduction', 'active', 'phase_out', 'discontinued'];
    answers jsonb[] := '{}';
    one jsonb;
    i item;
    made uuid;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    ELSIF NOT p_state = ANY (ladder || ARRAY['blocked']) THEN
        PERFORM refuse('item.unknown_state', jsonb_build_object('state', p_state));
    ELSIF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = p_zone) THEN
        PERFORM refuse('item.unknown_zone', jsonb_build_object('zone', p_zone));
    END IF;
    FOR one IN SELECT * FROM jsonb_array_elements(p_items) LOOP
        PERFORM lock_record(k, (one ->> 'id')::uuid, (one ->> 'version')::int);
        SELECT * INTO i FROM item WHERE id = (one ->> 'id')::uuid;
        IF p_reason = '' AND (p_state = 'blocked' OR i.state = 'blocked'
                OR array_position(ladder, p_state) < array_position(ladder, i.state)) THEN
            PERFORM refuse('item.reason_missing', jsonb_build_object('sku', i.sku));
        END IF;
        UPDATE item_transition SET cancelled_at = now()
        WHERE item_id = i.id AND on_date = p_on AND done_at IS NULL AND cancelled_at IS NULL;
        INSERT INTO item_transition (item_id, to_state, on_date, zone, reason, asked_by)
        VALUES (i.id, p_state, p_on, p_zone, p_reason, actor()) RETURNING id INTO made;
        UPDATE item SET changed_at = now() WHERE id = i.id AND changed_at <> now();
        IF p_on <= (now() AT TIME ZONE p_zone)::date THEN
            PERFORM carry_out(made);
        END IF;
        answers := answers || jsonb_build_object('id', i.id, 'version', version_of('item', i.id));
    END LOOP;
    RETURN end_record_request(p_request, to_jsonb(answers));
END $$;

-- Takes a change back that has not happened yet.
CREATE FUNCTION cancel_state_change(p_transition uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    about uuid;
BEGIN
    PERFORM require_somewhere(ARRAY['edit_products']);
    UPDATE item_transition SET cancelled_at = now()
    WHERE id = p_transition AND done_at IS NULL AND cancelled_at IS NULL RETURNING item_id INTO about;
    IF about IS NULL THEN
        PERFORM refuse('record.gone', jsonb_build_object('kind', 'item_transition'));
    END IF;
    UPDATE item SET changed_at = now() WHERE id = about;
END $$;

-- Makes every change happen whose day has come; the worker calls it again and again. What stands in the way of one is
-- kept on it (`trouble`, a code) and does not hold up the others. Returns the items that changed.
CREATE FUNCTION carry_out_due() RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    due record;
BEGIN
    PERFORM require('seal');
    FOR due IN SELECT t.id, t.item_id FROM item_transition t
            WHERE t.done_at IS NULL AND t.cancelled_at IS NULL AND t.on_date <= (now() AT TIME ZONE t.zone)::date
            ORDER BY t.on_date, t.id FOR UPDATE SKIP LOCKED LOOP
        BEGIN
            PERFORM carry_out(due.id);
            RETURN NEXT due.item_id;
        EXCEPTION WHEN SQLSTATE 'SH001' THEN
            UPDATE item_transition SET trouble = SQLERRM WHERE id = due.id AND trouble <> SQLERRM;
        END;
    END LOOP;
END $$;

-- New lines of papers are for goods that may be bought or sold; what is phased out is sold while there is some.
CREATE FUNCTION check_line_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT i.sku, i.state, n.act INTO wrong
    FROM added l JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id
    CROSS JOIN LATERAL (SELECT CASE d.kind WHEN 'purchase_order' THEN 'purchase' WHEN 'requisition' THEN 'purchase'
        WHEN 'order' THEN 'sell' WHEN 'kit_order' THEN 'make' END AS act) n
    WHERE n.act IS NOT NULL AND (i.archived
        OR i.state <> 'active' AND NOT EXISTS (SELECT FROM life_cycle c WHERE c.state = i.state AND c.act = n.act))
    LIMIT 1;
    IF wrong.act = 'purchase' THEN
        PERFORM refuse('item.no_purchase', jsonb_build_object('sku', wrong.sku));
    ELSIF wrong.act = 'sell' THEN
        PERFORM refuse('item.no_sale', jsonb_build_object('sku', wrong.sku));
    ELSIF wrong.act = 'make' THEN
        PERFORM refuse('item.no_making', jsonb_build_object('sku', wrong.sku));
    END IF;
    SELECT i.sku, trim_scale(sum(l.base_qty))::text AS wanted, trim_scale(greatest(max(a.left), 0))::text AS left INTO wrong
    FROM added l JOIN item i ON i.id = l.item_id AND i.state = 'phase_out'
    CROSS JOIN LATERAL (SELECT o.id, o.warehouse_id FROM document o -- one by one: not the new lines beside every order
                        WHERE o.id = l.document_id AND o.kind = 'order' OFFSET 0) d
    CROSS JOIN LATERAL (SELECT left_to_sell(d.warehouse_id, i.id, d.id) AS left) a
    GROUP BY i.sku HAVING sum(l.base_qty) > max(a.left) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('item.sold_out', jsonb_build_object('sku', wrong.sku, 'wanted', wrong.wanted, 'left', wrong.left));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_line_state AFTER INSERT ON document_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION check_line_state();

-- Puts the components of fixed bundles into an order in the place of the bundles, however deep they are nested, before
-- goods are allocated to it; each line remembers what was ordered. Quantities must be exact.
CREATE FUNCTION open_bundles(p_document uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    -- Each item by its key: asked with a join, all items are read for each order.
    IF NOT EXISTS (SELECT FROM document_line l
            WHERE l.document_id = p_document AND (SELECT b.bundle FROM item b WHERE b.id = l.item_id)) THEN
        RETURN;
    END IF;
    SELECT i.sku, x.qty::text AS quantity, i.base_uom AS uom INTO wrong
    FROM document_line l JOIN item b ON b.id = l.item_id AND b.bundle
    CROSS JOIN LATERAL explode_bom(l.item_id, l.base_qty) x JOIN item i ON i.id = x.item_id
    WHERE l.document_id = p_document AND round(x.qty, i.decimals) <> x.qty LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('quantity.not_exact', to_jsonb(wrong));
    END IF;
    WITH wished AS (
        SELECT l.line_no, w.minimum_days FROM document_line l JOIN line_wish w ON w.document_line_id = l.id
        WHERE l.document_id = p_document AND w.minimum_days IS NOT NULL
    ), opened AS (
        DELETE FROM document_line l USING item b
        WHERE l.document_id = p_document AND b.id = l.item_id AND b.bundle RETURNING l.*
    ), parts AS (
        INSERT INTO document_line (document_id, line_no, item_id, uom, qty, base_qty, tolerance, bundle_id, bundle_no,
            bundle_uom, bundle_qty, bundle_price)
        SELECT p_document, (SELECT max(n.line_no) FROM document_line n WHERE n.document_id = p_document)
                + row_number() OVER (ORDER BY o.line_no, i.sku), i.id, i.base_uom, x.qty, x.qty, o.tolerance, o.item_id,
            o.line_no, o.uom, o.qty, o.unit_price
        FROM opened o CROSS JOIN LATERAL explode_bom(o.item_id, o.base_qty) x JOIN item i ON i.id = x.item_id
        RETURNING id, bundle_no
    )
    INSERT INTO line_wish (document_line_id, minimum_days)
    SELECT p.id, w.minimum_days FROM parts p JOIN wished w ON w.line_no = p.bundle_no;
END $$;

-- What of an item is there or on its way to a warehouse, less what other orders there still want; in base units. (Owned
-- by the sealer's role.)
CREATE FUNCTION left_to_sell(p_warehouse uuid, p_item uuid, p_except uuid) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN location l ON l.id = b.location_id
            WHERE b.warehouse_id = p_warehouse AND b.item_id = p_item AND b.status = 'available' AND l.kind IN ('bin', 'dock'))
        + (SELECT coalesce(sum(CASE d.kind WHEN 'order' THEN -1 ELSE 1 END * greatest(l.base_qty - coalesce(g.qty, 0), 0)), 0)
           FROM document_line l JOIN document d ON d.id = l.document_id
           LEFT JOIN line_progress g ON g.document_line_id = l.id
               AND g.step = CASE d.kind WHEN 'order' THEN 'picked' ELSE 'received' END
           WHERE l.item_id = p_item AND d.warehouse_id = p_warehouse AND NOT l.closed AND d.id <> p_except
             AND d.kind IN ('order', 'purchase_order') AND d.decision IN ('draft', 'released', 'held'));
END $$;
