-- What speaks against a truck at a door in a window, as the database sees it: the same as app/domain/docks/booking.py says
-- beforehand (a test compares them), so that nobody plans against it who claims that there is nothing.

-- How many whole minutes two stretches of time have in common.
CREATE FUNCTION overlap_min(p_start timestamptz, p_end timestamptz, p_from timestamptz, p_until timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, floor(extract(epoch FROM least(p_end, p_until) - greatest(p_start, p_from)) / 60))::int
$$;

-- Whether hours are written as they are kept: `Mo-Fr 06:00-22:00; Sa 06:00-14:00, 15:00-24:00`, or '' for always.
CREATE FUNCTION are_dock_hours(p_hours text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_hours ~ replace(replace(replace('^(P(; P)*)?$', 'P', 'D(-D)? T(, T)*'),
        'T', '[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d'), 'D', '(Mo|Tu|We|Th|Fr|Sa|Su)')
$$;

-- The hours of a door by weekday (1 is Monday), in minutes of the day.
CREATE FUNCTION dock_openings(p_hours text) RETURNS TABLE (weekday int, opens int, closes int)
LANGUAGE sql IMMUTABLE AS $$
    SELECT n, left(t, 2)::int * 60 + substr(t, 4, 2)::int, substr(t, 7, 2)::int * 60 + right(t, 2)::int
    FROM regexp_split_to_table(p_hours, '; ') part,
        (SELECT ARRAY['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] AS names) w,
        generate_series(array_position(names, left(part, 2)), array_position(names, right(split_part(part, ' ', 1), 2))) n,
        regexp_split_to_table(substr(part, strpos(part, ' ') + 1), ', ') t
$$;

-- For how long of a window a door is open by its hours, on the days of the warehouse's own clock: exactly, since a window
-- over midnight is made of parts, and seconds dropped from each would close the door.
CREATE FUNCTION dock_open_time(p_hours text, p_zone text, p_start timestamptz, p_end timestamptz) RETURNS interval
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(greatest('0', least(p_end, t.closes) - greatest(p_start, t.opens))), '0')
    FROM generate_series(date_trunc('day', p_start AT TIME ZONE p_zone), p_end AT TIME ZONE p_zone, '1 day') day
    JOIN dock_openings(p_hours) o ON o.weekday = extract(isodow FROM day),
        LATERAL (SELECT (day + make_interval(mins => o.opens)) AT TIME ZONE p_zone AS opens,
            (day + make_interval(mins => o.closes)) AT TIME ZONE p_zone AS closes) t
$$;

-- Whether a truck is one too many for all docks of its warehouse: by trucks in the hour in which it comes (p_what
-- 'trucks_full'), or by pallets in any hour of its window, spread evenly over it ('pallets_full').
CREATE FUNCTION docks_are_full(a appointment, p_what text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(bool_or(CASE p_what
        WHEN 'trucks_full' THEN a.starts_at >= h AND a.starts_at < h + interval '1 hour' AND others.trucks >= m.trucks_per_hour
        ELSE own.pallets > 0 AND own.pallets + others.pallets > m.pallets_per_hour + 0.000001 END), false)
    FROM dock_limit m JOIN warehouse w ON w.id = m.warehouse_id,
        generate_series(date_trunc('hour', a.starts_at, w.time_zone), a.ends_at - interval '1 minute', '1 hour') h,
        LATERAL (SELECT a.pallets * overlap_min(a.starts_at, a.ends_at, h, h + interval '1 hour')::numeric
            / greatest(1, overlap_min(a.starts_at, a.ends_at, a.starts_at, a.ends_at)) AS pallets) own,
        LATERAL (SELECT count(*) FILTER (WHERE o.starts_at >= h) AS trucks,
                coalesce(sum(o.pallets * overlap_min(o.starts_at, o.ends_at, h, h + interval '1 hour')::numeric
                    / greatest(1, overlap_min(o.starts_at, o.ends_at, o.starts_at, o.ends_at))), 0) AS pallets
            FROM appointment o WHERE o.warehouse_id = a.warehouse_id AND o.id IS DISTINCT FROM a.id
                AND o.state NOT IN ('left', 'no_show', 'cancelled')
                AND o.ends_at > h AND overlap_min(o.starts_at, o.ends_at, h, h + interval '1 hour') > 0) others
    WHERE m.warehouse_id = a.warehouse_id
$$;

-- All that speaks against an appointment at its door and that somebody may overrule, the worst first.
CREATE FUNCTION dock_objections(a appointment) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT coalesce(array_agg(x.problem ORDER BY x.n) FILTER (WHERE x.holds), '{}')
    FROM dock_door d JOIN warehouse w ON w.id = d.warehouse_id,
        LATERAL (SELECT overlap_min(a.starts_at, a.ends_at, a.starts_at, a.ends_at) AS minutes) lasts,
        LATERAL (VALUES
            (1, 'direction', d.direction NOT IN ('', a.direction)),
            (2, 'vehicle', d.vehicles <> '{}' AND NOT coalesce(a.vehicle, 'truck') = ANY (d.vehicles)),
            (3, 'temperature', a.temperature <> '' AND NOT a.temperature = ANY (d.temperatures)),
            (4, 'hours', d.hours <> '' AND dock_open_time(d.hours, w.time_zone, a.starts_at, a.ends_at)
                < a.ends_at - a.starts_at),
            (5, 'closed', EXISTS (SELECT FROM dock_closure c WHERE c.door_id = a.door_id
                AND overlap_min(c.starts_at, c.ends_at, a.starts_at, a.ends_at) > 0)),
            (6, 'too_slow', a.pallets * 60 > d.pallets_per_hour * greatest(1, lasts.minutes)
                OR a.lines * 60 > d.lines_per_hour * greatest(1, lasts.minutes)),
            (7, 'trucks_full', docks_are_full(a, 'trucks_full')),
            (8, 'pallets_full', docks_are_full(a, 'pallets_full'))) x (n, problem, holds)
    WHERE d.location_id = a.door_id
$$;
