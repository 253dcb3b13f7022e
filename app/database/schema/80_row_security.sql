-- The walls between warehouses. Rules speak of actor() (through my_warehouses()), never of the current role;
-- they bind the owner's own functions too (FORCE). The sealer's role, which nobody can become, sees everything.

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['location', 'warehouse', 'handling_unit', 'document', 'task', 'posting', 'stock_move',
        'stock_balance', 'promise', 'reservation', 'dialog_run', 'print_job', 'decision'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY everything ON %I TO @sealer@ USING (true)', t);
        IF t NOT IN ('location', 'warehouse') THEN
            EXECUTE format('CREATE POLICY own_warehouses ON %I TO PUBLIC
                USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]))', t);
        END IF;
    END LOOP;
END $$;

-- my_warehouses() itself reads the list of warehouses: these two are read by everybody who is signed on, and written
-- by those who may set up.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['warehouse', 'location'] LOOP
        EXECUTE format('CREATE POLICY signed_on ON %I FOR SELECT TO PUBLIC USING ((SELECT actor()) IS NOT NULL)', t);
        EXECUTE format('CREATE POLICY set_up ON %I TO PUBLIC USING ((SELECT may(''set_up'')))', t);
    END LOOP;
END $$;

-- Steps and lines belong to their run and document.
ALTER TABLE dialog_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialog_step FORCE ROW LEVEL SECURITY;
CREATE POLICY own_run ON dialog_step TO PUBLIC USING (EXISTS (SELECT FROM dialog_run r WHERE r.id = run_id));
CREATE POLICY everything ON dialog_step TO @sealer@ USING (true);
