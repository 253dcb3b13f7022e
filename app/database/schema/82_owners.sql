-- The walls between owners. People of an owner whose goods we keep (person_owner) see that owner's stock, documents and
-- movements, in the warehouses where they belong, and may do nothing else: person_may() gives them `see_stock` alone.
-- The rules are restrictive ones for people's roles; the owner's and the sealer's functions are not bound by them, so the
-- those of them that answer such people (stock_as_of, in_transit, available_to_promise, unit_loads, search_candidates) ask
-- my_owners() themselves.
-- CASE, because the planner guesses that half the rows pass; of "my_owners() IS NULL OR …" it expects hardly any.

-- What carries its owner.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['stock_balance', 'promise', 'reservation', 'document', 'snapshot_stock', 'past_negative'] LOOP
        EXECUTE format('CREATE POLICY own_goods ON %I AS RESTRICTIVE FOR SELECT TO @everyone@
            USING (CASE WHEN (SELECT my_owners()) IS NULL THEN true
                   ELSE owner_id = ANY ((SELECT my_owners())::uuid[]) END)', t);
    END LOOP;
END $$;
CREATE POLICY own_goods ON stock_move AS RESTRICTIVE FOR SELECT TO @everyone@
    USING (CASE WHEN (SELECT my_owners()) IS NULL THEN true
           ELSE ARRAY[from_owner_id, to_owner_id] && (SELECT my_owners())::uuid[] END);
CREATE POLICY own_goods ON person_owner AS RESTRICTIVE FOR SELECT TO @everyone@
    USING (CASE WHEN (SELECT my_owners()) IS NULL THEN true ELSE person_id = (SELECT actor()) END);

-- What is known by what they see: a posting by its moves, an item by goods, movements or documents, a lot likewise, a
-- partner by documents, a unit by what stands on it; of people themselves, and whoever moved their goods or decided on
-- their papers, whom the screens name. They ask as the person who asks. Functions, and not part of the rules below,
-- because a rule is planned with every statement that names its table, for everybody: to find one item by its key, the
-- moves of every month would be planned first.
CREATE FUNCTION knows_posting(p_posting uuid, p_recorded timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM stock_move m WHERE m.posting_id = p_posting AND m.recorded_at = p_recorded);
END $$;
CREATE FUNCTION knows_item(p_item uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM stock_balance b WHERE b.item_id = p_item)
        OR EXISTS (SELECT FROM document_line l WHERE l.item_id = p_item)
        OR EXISTS (SELECT FROM stock_move m WHERE m.item_id = p_item);
END $$;
CREATE FUNCTION knows_lot(p_item uuid, p_trace uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM stock_move m WHERE m.item_id = p_item AND m.trace_id = p_trace);
END $$;
CREATE FUNCTION knows_partner(p_partner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN p_partner = ANY (my_owners()) OR EXISTS (SELECT FROM document d WHERE d.partner_id = p_partner);
END $$;
CREATE FUNCTION knows_unit(p_unit uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM stock_balance b
        WHERE b.handling_unit_id = p_unit AND b.handling_unit_id <> nil() AND b.on_hand <> 0);
END $$;
CREATE FUNCTION knows_person(p_person uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = stockhand, pg_temp AS $$
BEGIN
    RETURN p_person = actor()
        OR EXISTS (SELECT FROM document d WHERE d.created_by = p_person)
        OR EXISTS (SELECT FROM document_history h WHERE h.person_id = p_person)
        OR EXISTS (SELECT FROM posting p WHERE p.person_id = p_person);
END $$;
DO $$
DECLARE
    t text;
    known text;
BEGIN
    FOR t, known IN VALUES ('posting', 'knows_posting(id, recorded_at)'), ('item', 'knows_item(id)'),
        ('trace', 'knows_lot(item_id, id)'), ('partner', 'knows_partner(id)'), ('handling_unit', 'knows_unit(id)'),
        ('person', 'knows_person(id)'), ('item_uom', 'knows_item(item_id)'), ('partner_address', 'knows_partner(partner_id)')
    LOOP
        EXECUTE format('CREATE POLICY own_goods ON %I AS RESTRICTIVE FOR SELECT TO @everyone@
            USING (CASE WHEN (SELECT my_owners()) IS NULL THEN true ELSE %s END)', t, known);
    END LOOP;
END $$;

-- What is none of their business.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['wave', 'batch', 'batch_slot', 'tote_claim', 'code', 'decision', 'dialog_run', 'dialog_step', 'task', 'print_job', 'print_job_history',
        'printer_lease', 'printer', 'trace_hold', 'outbox', 'audit', 'genealogy', 'stock_claim', 'scan_event', 'device_reading',
        'closed_period', 'claim_loss', 'pick_face', 'partner_shelf_life', 'partner_contact', 'item_level', 'item_turnover', 'walk_profile', 'policy', 'aisle',
        'location_profile', 'item_template',
        'attribute_definition', 'bom', 'bom_line', 'item_substitute', 'attachment', 'document_photo', 'item_image', 'item_transition', 'person_group', 'person_permission', 'retired_badge', 'sign_on_trail', 'label_template',
        'discrepancy', 'supplier_claim', 'checklist', 'inspection', 'inspection_goods', 'inspection_piece', 'inspection_part',
        'inspection_reading', 'carrier', 'carrier_number', 'carrier_cut_off', 'closed_day', 'pick_shift', 'purchase',
        'purchase_history', 'carrier_notice', 'pack_extra', 'parcel_extra', 'parcel_weighing', 'warehouse_sender', 'track_event'] LOOP
        EXECUTE format('CREATE POLICY not_for_owners ON %I AS RESTRICTIVE FOR SELECT TO @everyone@
            USING ((SELECT my_owners()) IS NULL)', t);
    END LOOP;
END $$;

-- Says whose goods a document is about, while it is a draft that claims nothing and of which nothing is promised; NULL: ours.
CREATE FUNCTION set_document_owner(p_document uuid, p_owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('plan_' || d.kind, d.warehouse_id);
    IF d.decision <> 'draft' THEN
        PERFORM refuse('document.not_draft', jsonb_build_object('document', d.number));
    ELSIF p_owner <> nil() AND NOT EXISTS (SELECT FROM partner WHERE id = p_owner AND 'owner' = ANY (kinds)) THEN
        PERFORM refuse('ledger.unknown_owner');
    ELSIF EXISTS (SELECT FROM document_line l WHERE l.document_id = p_document AND (
            EXISTS (SELECT FROM reservation r WHERE r.demand_line_id = l.id)
            OR EXISTS (SELECT FROM promise p WHERE l.id IN (p.demand_line_id, p.inbound_line_id)))) THEN
        PERFORM refuse('document.has_goods', jsonb_build_object('document', d.number));
    END IF;
    UPDATE document SET owner_id = coalesce(p_owner, nil()), version = version + 1
    WHERE id = p_document AND owner_id <> coalesce(p_owner, nil());
END $$;

-- Makes a person belong to exactly these owners: they see their goods and nothing else, and may do nothing. None: our own
-- people again. Whoever administers must not bind themselves.
CREATE FUNCTION set_owners(p_person uuid, p_owners uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_to_look_after(p_person);
    PERFORM require_other(p_person);
    IF EXISTS (SELECT FROM unnest(p_owners) o LEFT JOIN partner p ON p.id = o WHERE 'owner' = ANY (p.kinds) IS NOT TRUE) THEN
        PERFORM refuse('ledger.unknown_owner');
    END IF;
    DELETE FROM person_owner WHERE person_id = p_person AND NOT owner_id = ANY (p_owners);
    INSERT INTO person_owner SELECT p_person, o FROM unnest(p_owners) o ON CONFLICT DO NOTHING;
    PERFORM require_an_administrator();
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_owners(), set_document_owner(uuid, uuid), set_owners(uuid, uuid[]),
    knows_posting(uuid, timestamptz), knows_item(uuid), knows_lot(uuid, uuid), knows_partner(uuid), knows_unit(uuid),
    knows_person(uuid) TO @everyone@;
