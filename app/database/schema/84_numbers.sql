-- No number that a person writes by hand into master data is NaN, which PostgreSQL holds for greater than any number, so
-- that it passes every "more than nothing". What functions write, they check for themselves.
DO $$
DECLARE
    number record;
BEGIN
    FOR number IN SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'numeric'::regtype
          AND c.relname IN ('item', 'item_uom', 'item_level', 'location', 'partner_shelf_life', 'carton_type')
        ORDER BY 1, 2
    LOOP
        EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %3$I CHECK (%2$I < ''NaN'')', number.relname, number.attname,
            number.relname || '_' || number.attname || '_is_a_number');
    END LOOP;
END $$;
