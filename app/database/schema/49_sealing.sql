-- The chain of seals, and the guard that keeps anybody from holding the others up.

-- The guard. Ends the sessions of this database (never a superuser's) that keep others from working, whatever timeouts
-- they have lifted for themselves: idle within a transaction, or holding the sealer's turn, or blocking somebody who has
-- waited for 4 s, each with a transaction older than p_seconds; and stations and desks whose statement runs for p_longest,
-- ten seconds more than the program ever lets one run. Proofs, reports and generated pasts take longer: those who
-- administer, audit or work in the background are ended only when they hold others up. Returns how many.
-- Needs pg_signal_backend and pg_read_all_stats (installation.create_roles); without them it does nothing.
CREATE FUNCTION end_blocking_sessions(p_seconds numeric DEFAULT 6, p_longest interval DEFAULT '40 s')
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    ended int;
BEGIN
    IF NOT pg_has_role(current_user, 'pg_signal_backend', 'USAGE') THEN
        RETURN 0;
    END IF;
    SELECT count(pg_terminate_backend(a.pid)) INTO ended
    FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid AND NOT r.rolsuper
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND a.xact_start < clock_timestamp() - make_interval(secs => greatest(p_seconds, 6))
      AND (a.state = 'active' AND a.query_start < clock_timestamp() - p_longest
           AND (EXISTS (SELECT FROM station s WHERE s.login = a.usename)
                OR EXISTS (SELECT FROM person x WHERE x.login = a.usename AND NOT EXISTS (SELECT FROM person_group g
                    WHERE g.person_id = x.id AND g.group_name IN ('admin', 'auditor', 'worker'))))
        OR a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '5 s'
        OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.relation = 'seal_turn'::regclass AND l.granted
                   AND l.mode <> 'AccessShareLock')
        OR EXISTS (SELECT FROM pg_locks w WHERE NOT w.granted AND w.pid <> a.pid
                   AND w.waitstart < clock_timestamp() - interval '4 s' AND a.pid = ANY (pg_blocking_pids(w.pid))));
    RETURN ended;
END $$;

-- Numbers all committed, unsealed postings and chains them; returns how many. Whoever calls while another seals: 0.
-- Called about every second by the worker or any idle client; so it also ends the sessions that hold everybody up.
-- The times of seals never go back, even when the server's clock does: by them "as known at" finds its seal.
CREATE FUNCTION seal_postings() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    last seal;
    digest bytea;
    n int;
    next_no bigint;
    oldest timestamptz;
    newest timestamptz;
BEGIN
    PERFORM end_blocking_sessions();
    PERFORM 1 FROM seal_turn FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM seal ORDER BY no DESC LIMIT 1;
    next_no := coalesce(last.no, 0) + 1;
    WITH numbered AS (
        UPDATE posting SET seal_no = next_no WHERE seal_no IS NULL RETURNING id, hash, recorded_at
    )
    SELECT count(*), sha256(coalesce(last.hash, ''::bytea) || string_agg(uuid_send(id) || hash, ''::bytea ORDER BY id)),
           min(recorded_at), max(recorded_at)
    INTO n, digest, oldest, newest FROM numbered;
    IF n = 0 THEN
        RETURN 0;
    END IF;
    INSERT INTO seal (no, sealed_at, postings, previous, hash, newest, delay)
    VALUES (next_no, greatest(clock_timestamp(), last.sealed_at), n, coalesce(last.hash, ''::bytea), digest,
            greatest(newest, last.newest), greatest(last.newest - oldest, interval '0'));
    RETURN n;
END $$;
