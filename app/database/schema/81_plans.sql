-- How functions find their rows.

-- The functions through which a scan goes keep their plans (`plan_cache_mode`), those of the first hour too, when tables were
-- empty and reading one whole was best. In a warehouse that fills faster than its statistics are renewed, each foreign key
-- would then read thousands of lines. They reach rows by their keys, whatever the planner believes.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'stockhand'::regnamespace
        AND 'plan_cache_mode=force_generic_plan' = ANY (proconfig) LOOP
        EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', one);
    END LOOP;
END $$;
