-- The walls between warehouses, and against people who are not signed on. Rules speak of actor() (through my_warehouses()
-- and may()), never of the current role. What belongs to a warehouse binds the owner's own functions too (FORCE). The
-- sealer's role, which nobody can become, sees everything: its functions ask what the person may at their head.

-- What belongs to one warehouse.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['handling_unit', 'document', 'task', 'posting', 'stock_balance', 'promise',
        'reservation', 'trace_hold', 'past_negative', 'dialog_run', 'decision', 'discrepancy', 'supplier_claim',
        'inspection'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_warehouses ON %I TO PUBLIC
            USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]))', t);
    END LOOP;
END $$;

-- Both warehouses of a transfer see its document, and the move by which it leaves the books of the one for the other's.
CREATE POLICY arrives_here ON document FOR SELECT TO PUBLIC
    USING (to_warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE stock_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_move FORCE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON stock_move TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[])
        OR other_warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
-- Not forced: keep_closed() asks for whoever posts.
ALTER TABLE closed_period ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON closed_period FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));

-- Labels: seen in their warehouse, moved on by those who may print there.
ALTER TABLE print_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE print_job FORCE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON print_job TO PUBLIC USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]))
    WITH CHECK (may('print', warehouse_id));
-- A badge on its way to paper: for whoever prints it, and the program that writes to the printer.
CREATE POLICY badges ON print_job AS RESTRICTIVE FOR SELECT TO @everyone@ USING (template <> 'badge'
    OR person_id = (SELECT actor()) OR (SELECT may_somewhere('administer')) OR (SELECT p.system FROM person p WHERE p.id = actor())
    OR (SELECT this_station()) = (SELECT p.station_id FROM printer p WHERE p.id = printer_id) AND state IN ('QUEUED', 'SENDING', 'SENT'));
ALTER TABLE printer_lease ENABLE ROW LEVEL SECURITY;
ALTER TABLE printer_lease FORCE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON printer_lease TO PUBLIC USING ((SELECT actor()) IS NOT NULL)
    WITH CHECK (may_somewhere('print'));

ALTER TABLE item_turnover ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON item_turnover FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE carrier_cut_off ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON carrier_cut_off FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE closed_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON closed_day FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE pick_shift ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON pick_shift FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
ALTER TABLE walk_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON walk_profile FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));

-- What hangs on something that belongs to a warehouse: its rule is asked through the parent's.
DO $$
DECLARE
    child text;
    parent text;
    link text;
BEGIN
    FOR child, parent, link IN VALUES
        ('wave', 'document', 'document_id'), ('batch', 'document', 'document_id'), ('batch_slot', 'document', 'batch_id'),
        ('tote_claim', 'document', 'document_id'),
        ('dialog_step', 'dialog_run', 'run_id'), ('print_job_history', 'print_job', 'print_job_id'),
        ('cart', 'handling_unit', 'handling_unit_id'), ('handling_unit_history', 'handling_unit', 'handling_unit_id'), ('document_line', 'document', 'document_id'), ('customer_order', 'document', 'document_id'),
        ('document_history', 'document', 'document_id'), ('order_hold', 'document', 'document_id'),
        ('order_said', 'document', 'document_id'), ('line_wish', 'document_line', 'document_line_id'),
        ('order_change', 'document', 'document_id'), ('parcel', 'document', 'document_id'),
        ('goods_return', 'document', 'document_id'), ('kit_part', 'document_line', 'document_line_id'),
        ('line_progress', 'document_line', 'document_line_id'), ('claim_loss', 'document', 'document_id'), ('document_photo', 'document', 'document_id'),
        ('asn_line', 'document_line', 'document_line_id'), ('inspection_goods', 'inspection', 'inspection_id'),
        ('inspection_piece', 'inspection', 'inspection_id'), ('inspection_part', 'inspection', 'inspection_id'),
        ('inspection_reading', 'inspection_piece', 'inspection_piece_id'),
        ('shipment', 'document', 'document_id'), ('shipment_parcel', 'document', 'document_id')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY with_its_parent ON %I TO PUBLIC
            USING (EXISTS (SELECT FROM %I parent WHERE parent.id = %I))', child, parent, link);
    END LOOP;
END $$;
ALTER TABLE dialog_step FORCE ROW LEVEL SECURITY;

-- Places: seen in one's own warehouses, set up by those who may. The names of warehouses are no secret among those who
-- are signed on. Not forced: actor() and my_warehouses() stand on these.
ALTER TABLE warehouse ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_on ON warehouse FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL);
ALTER TABLE location ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON location FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
-- For writing only: a policy that reads asks once a row, and every query joins locations.
CREATE POLICY set_up_adds ON location FOR INSERT TO PUBLIC WITH CHECK (may('set_up', warehouse_id));
CREATE POLICY set_up_changes ON location FOR UPDATE TO PUBLIC USING (may('set_up', warehouse_id));
CREATE POLICY set_up_removes ON location FOR DELETE TO PUBLIC USING (may('set_up', warehouse_id));

-- Master data is read by people who are signed on and written by those who may set up: a right that ends with the
-- person, not only with their login.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['partner', 'policy', 'reason', 'uom', 'printer', 'company', 'partner_shelf_life'] LOOP
        EXECUTE format('CREATE POLICY set_up ON %I TO PUBLIC USING ((SELECT may_somewhere(''set_up'')))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['category', 'item', 'item_uom', 'item_level', 'code'] LOOP
        EXECUTE format('CREATE POLICY edit_products ON %I TO PUBLIC USING ((SELECT may_somewhere(''edit_products'')))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['category', 'partner', 'item', 'item_uom', 'item_level', 'code', 'policy', 'reason', 'uom',
        'printer', 'company', 'trace', 'person', 'person_group', 'person_permission', 'seal', 'stock_claim',
        'genealogy', 'partner_shelf_life', 'item_template', 'attribute_definition', 'bom', 'bom_line', 'item_substitute',
        'attachment', 'item_image', 'item_transition', 'life_cycle', 'record_kind', 'record_field', 'checklist',
        'sampling_letter', 'sampling_plan'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY signed_on ON %I FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL)', t);
    END LOOP;
END $$;

-- Codes are looked up everywhere (resolve_codes), but those of papers, units, cartons and places of other warehouses are read
-- by nobody: a document's code is its number and what the customer calls it.
CREATE POLICY own_warehouses ON code AS RESTRICTIVE FOR SELECT TO @everyone@ USING (CASE kind
    WHEN 'document' THEN EXISTS (SELECT FROM document x WHERE x.id = target_id)
    WHEN 'handling_unit' THEN EXISTS (SELECT FROM handling_unit x WHERE x.id = target_id)
    WHEN 'parcel' THEN EXISTS (SELECT FROM parcel x WHERE x.id = target_id)
    WHEN 'location' THEN EXISTS (SELECT FROM location x WHERE x.id = target_id)
    WHEN 'person' THEN target_id = (SELECT actor()) OR (SELECT may_somewhere('administer'))
    ELSE true END);

-- Trails: who may audit sees them all, everybody their own station's and their own.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY auditors ON audit FOR SELECT TO PUBLIC USING ((SELECT may('audit') OR may('administer')) OR (
    coalesce(after ->> 'warehouse_id', before ->> 'warehouse_id')::uuid = ANY ((SELECT my_warehouses())::uuid[])
    AND (SELECT may_somewhere('audit'))));
-- What badges people had is told to those who look after them; auditors see the rest by people_changes().
CREATE POLICY badges ON audit AS RESTRICTIVE FOR SELECT TO @everyone@
    USING (table_name <> 'person' OR (SELECT may_somewhere('administer')));
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON outbox FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['scan_event', 'device_reading'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_or_own_warehouses ON %I FOR SELECT TO PUBLIC USING (
            person_id = (SELECT actor()) OR (SELECT may(''audit'')) OR station_id IN (SELECT s.id FROM station s
                WHERE s.warehouse_id = ANY ((SELECT my_warehouses())::uuid[])))', t);
    END LOOP;
END $$;

ALTER TABLE sign_on_trail ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_auditors ON sign_on_trail FOR SELECT TO PUBLIC
    USING (person_id = (SELECT actor()) OR (SELECT may('audit') OR may('administer')));

-- The sealer's role sees everything.
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relrowsecurity
            AND relkind IN ('r', 'p') AND NOT relispartition LOOP
        EXECUTE format('CREATE POLICY everything ON %s TO @sealer@ USING (true)', t);
    END LOOP;
END $$;
