-- How many pieces of a lot are looked at, so that the database need not believe what somebody claims of it. What stands here
-- is written at the installation from the tables of app/domain/quality/sampling.py (ISO 2859-1), where it is explained.

-- The code letter for lots of so many pieces at most.
CREATE TABLE sampling_letter (
    level text NOT NULL,
    lot_up_to bigint NOT NULL,
    letter text NOT NULL,
    PRIMARY KEY (level, lot_up_to)
);

-- The plan in each cell of the tables, arrows followed to the plan of `plan_letter`. `accept_tighter`: how many defective
-- pieces would pass with the AQL one step lower.
CREATE TABLE sampling_plan (
    letter text NOT NULL,
    severity text NOT NULL,
    aql numeric(7, 3) NOT NULL,
    plan_letter text NOT NULL,
    size int NOT NULL,
    accept int NOT NULL,
    reject int NOT NULL,
    accept_tighter int NOT NULL,
    PRIMARY KEY (letter, severity, aql)
);

-- The plan by which a lot of so many base units is looked at; a begun unit counts as a piece. Where the sample were the lot
-- or more, the whole lot is looked at (no letter). Refuses quality.unknown_aql.
CREATE FUNCTION plan_of_lot(p_method text, p_level text, p_aql numeric, p_severity text, p_quantity numeric)
RETURNS sampling_plan
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    pieces bigint := greatest(1, ceil(p_quantity));
    plan sampling_plan;
BEGIN
    IF p_method = 'all' THEN
        RETURN ROW('', p_severity, p_aql, '', pieces, 0, 1, 0)::sampling_plan;
    END IF;
    SELECT p.* INTO plan FROM sampling_letter l
    JOIN sampling_plan p ON p.letter = l.letter AND p.severity = p_severity AND p.aql = p_aql
    WHERE l.level = p_level AND l.lot_up_to >= pieces ORDER BY l.lot_up_to LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse('quality.unknown_aql', jsonb_build_object('aql', trim_scale(p_aql)::text, 'known',
            (SELECT string_agg(DISTINCT trim_scale(aql)::text, ', ') FROM sampling_plan)));
    ELSIF plan.size >= pieces THEN
        plan.plan_letter := '';
        plan.size := pieces;
    END IF;
    RETURN plan;
END $$;
