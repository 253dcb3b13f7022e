-- People who pick: so many in a shift, on a weekday (1 is Monday) or on one day, by the clock on the warehouse's wall; in one
-- zone (NULL: in all). An end that is not later than the start is that of the next day. Plans of waves reckon with them.

CREATE TABLE pick_shift (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    zone_id uuid REFERENCES location ON DELETE CASCADE,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 60),
    weekday int CHECK (weekday BETWEEN 1 AND 7),
    day date,
    starts time NOT NULL,
    ends time NOT NULL,
    people int NOT NULL CHECK (people BETWEEN 0 AND 500),
    CHECK (num_nonnulls(weekday, day) = 1),
    UNIQUE NULLS NOT DISTINCT (warehouse_id, zone_id, name, weekday, day, starts)
);

-- Says who picks in a warehouse, instead of what was said before. p_shifts: a list of {zone: address or nothing, name,
-- weekday or day, starts, ends, people}; of two that begin at the same time the later one counts.
CREATE FUNCTION save_pick_shifts(p_warehouse uuid, p_shifts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    unknown text;
BEGIN
    PERFORM require('set_up', p_warehouse);
    SELECT s ->> 'zone' INTO unknown FROM jsonb_array_elements(p_shifts) s
    WHERE coalesce(s ->> 'zone', '') <> '' AND NOT EXISTS (SELECT FROM location l WHERE l.warehouse_id = p_warehouse
        AND l.kind = 'zone' AND l.address = upper(s ->> 'zone')) LIMIT 1;
    IF unknown IS NOT NULL THEN
        PERFORM refuse('waves.unknown_zone', jsonb_build_object('zone', unknown));
    END IF;
    WITH said AS (
        SELECT e.n, coalesce(upper(e.s ->> 'zone'), '') AS zone, coalesce(e.s ->> 'name', '') AS name,
            (e.s ->> 'weekday')::int AS weekday, (e.s ->> 'day')::date AS day, (e.s ->> 'starts')::time AS starts,
            (e.s ->> 'ends')::time AS ends, (e.s ->> 'people')::int AS people
        FROM jsonb_array_elements(p_shifts) WITH ORDINALITY AS e (s, n)
    ), wanted AS (
        SELECT DISTINCT ON (l.id, x.name, x.weekday, x.day, x.starts) l.id AS zone_id, x.*
        FROM said x LEFT JOIN location l ON l.warehouse_id = p_warehouse AND l.kind = 'zone' AND l.address = x.zone
        ORDER BY l.id, x.name, x.weekday, x.day, x.starts, x.n DESC
    ), gone AS (
        DELETE FROM pick_shift p WHERE p.warehouse_id = p_warehouse AND NOT EXISTS (SELECT FROM wanted w
            WHERE (w.zone_id, w.name, w.weekday, w.day, w.starts) IS NOT DISTINCT FROM
                  (p.zone_id, p.name, p.weekday, p.day, p.starts))
    )
    INSERT INTO pick_shift AS p (warehouse_id, zone_id, name, weekday, day, starts, ends, people)
    SELECT p_warehouse, zone_id, name, weekday, day, starts, ends, people FROM wanted
    ON CONFLICT (warehouse_id, zone_id, name, weekday, day, starts) DO UPDATE
        SET ends = excluded.ends, people = excluded.people
        WHERE (p.ends, p.people) IS DISTINCT FROM (excluded.ends, excluded.people);
END $$;

GRANT EXECUTE ON FUNCTION save_pick_shifts(uuid, jsonb) TO @everyone@;
