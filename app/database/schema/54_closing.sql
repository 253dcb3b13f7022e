-- Closed books: what happened until then is reported and stays as it is. Corrections are posted into the open time.

-- One row each time that somebody closed the books of a warehouse; in force until it is reopened. `seal_no` is the
-- ledger's position at that moment: what was sealed later changed since the close.
CREATE TABLE closed_period (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    until timestamptz NOT NULL,
    seal_no bigint NOT NULL,
    note text NOT NULL DEFAULT '',
    closed_at timestamptz NOT NULL DEFAULT now(),
    closed_by uuid NOT NULL REFERENCES person,
    reopened_at timestamptz,
    reopened_by uuid REFERENCES person,
    reopen_note text NOT NULL DEFAULT '',
    CHECK ((reopened_at IS NULL) = (reopened_by IS NULL))
);
CREATE INDEX closed_period_in_force ON closed_period (warehouse_id, until) WHERE reopened_at IS NULL;

-- Refuses what would have happened in a closed period (ledger.period_closed). Whoever closes the books waits for those
-- who are writing into the past at the moment, and they for them.
CREATE FUNCTION keep_closed(p_warehouse uuid, p_effective timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    closed timestamptz;
BEGIN
    LOCK TABLE closed_period IN ROW SHARE MODE;
    SELECT max(until) INTO closed FROM closed_period WHERE warehouse_id = p_warehouse AND reopened_at IS NULL;
    IF p_effective <= closed THEN
        PERFORM refuse('ledger.period_closed', jsonb_build_object('until', closed));
    END IF;
END $$;

-- Closes the books of a warehouse up to an instant that is past for a minute at least; returns {until, seal}. Waits for
-- the postings that are under way, and seals them, so that nothing slips in behind the position that it names.
CREATE FUNCTION close_period(p_warehouse uuid, p_until timestamptz, p_note text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    position bigint;
BEGIN
    PERFORM require('close_period', p_warehouse);
    IF p_until IS NULL OR NOT isfinite(p_until) OR p_until > clock_timestamp() - interval '1 minute' THEN
        PERFORM refuse('ledger.close_too_late', jsonb_build_object('until', p_until));
    END IF;
    LOCK TABLE closed_period IN EXCLUSIVE MODE;
    LOCK TABLE stock_move IN SHARE MODE;
    PERFORM keep_closed(p_warehouse, p_until);
    PERFORM 1 FROM seal_turn FOR UPDATE;
    PERFORM seal_postings();
    SELECT coalesce(max(no), 0) INTO position FROM seal;
    INSERT INTO closed_period (warehouse_id, until, seal_no, note, closed_by)
    VALUES (p_warehouse, p_until, position, coalesce(p_note, ''), actor());
    RETURN jsonb_build_object('until', p_until, 'seal', position);
END $$;

-- Opens what was closed last, with a note that says why; returns until when the books stay closed, NULL: not at all.
CREATE FUNCTION reopen_period(p_warehouse uuid, p_note text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('close_period', p_warehouse);
    IF coalesce(p_note, '') = '' THEN
        PERFORM refuse('ledger.reopen_why');
    END IF;
    LOCK TABLE closed_period IN EXCLUSIVE MODE;
    UPDATE closed_period SET reopened_at = now(), reopened_by = actor(), reopen_note = p_note
    WHERE id = (SELECT id FROM closed_period WHERE warehouse_id = p_warehouse AND reopened_at IS NULL
                ORDER BY until DESC LIMIT 1);
    IF NOT FOUND THEN
        PERFORM refuse('ledger.nothing_closed');
    END IF;
    RETURN (SELECT max(until) FROM closed_period WHERE warehouse_id = p_warehouse AND reopened_at IS NULL);
END $$;
