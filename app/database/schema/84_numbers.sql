-- No number is NaN, which PostgreSQL holds for greater than any number, so that it passes every "more than nothing". No day
-- or moment lies beyond the years that every program can read: one row with "infinity" would end each list in which it
-- stands. Not here: the ledger's own rows, whose numbers and times the posting functions look at (goods_fault, post_moves).
DO $$
DECLARE
    asked record;
BEGIN
    FOR asked IN SELECT c.relname, a.attname, CASE a.atttypid WHEN 'numeric'::regtype THEN 'number' ELSE 'day' END AS what,
            CASE a.atttypid WHEN 'numeric'::regtype THEN $c$%1$I < 'NaN'$c$
                WHEN 'date'::regtype THEN $c$%1$I BETWEEN '1900-01-01' AND '9999-12-31'$c$
                ELSE $c$%1$I >= '1900-01-01Z' AND %1$I < '9999-12-30Z'$c$ END AS rule
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
          AND a.atttypid IN ('numeric'::regtype, 'date'::regtype, 'timestamptz'::regtype)
          AND c.relname NOT IN ('posting', 'seal', 'request', 'record_request', 'stock_balance', 'stock_claim')
        ORDER BY 1, 2
    LOOP
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%s)', asked.relname,
            format('%s_%s_is_a_%s', asked.relname, asked.attname, asked.what), format(asked.rule, asked.attname));
    END LOOP;
END $$;
