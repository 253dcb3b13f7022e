-- Stock at past instants: a movement that is dated back takes goods away then, not only now.

-- Where the books of a past time show less than nothing, because the profile of the place allows that: written with the
-- posting that caused it. `since`, `until`: the first time that it shows, NULL where it lasts; `lowest` in base units.
CREATE TABLE past_negative (
    posting_id uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    trace_id uuid NOT NULL,
    handling_unit_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    lowest numeric(18, 6) NOT NULL CHECK (lowest < 0),
    PRIMARY KEY (posting_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, since)
);
CREATE INDEX past_negative_warehouse ON past_negative (warehouse_id, since);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON past_negative
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Refuses moves that were dated back where goods were not there at the time (ledger.not_there_then), whatever came later;
-- where the profile of the place allows less than nothing, that is written down. Walks back from the balances, which
-- this transaction has changed and so holds. A minute of less than nothing counts for nothing: a movement takes its time
-- when it begins, and may have waited for another one.
CREATE FUNCTION keep_past(p_moves stock_move[], p_effective timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    short record;
BEGIN
    FOR short IN
        WITH keys AS (
            SELECT DISTINCT l.warehouse_id, m.item_id, m.from_location_id AS location_id, m.trace_id,
                   m.from_handling_unit_id AS handling_unit_id, m.from_owner_id AS owner_id, m.from_status AS status,
                   l.negative_allowed, l.address
            FROM unnest(p_moves) m JOIN location l ON l.id = m.from_location_id AND l.stock_keeping
        ), changes AS (
            SELECT k.*, m.effective_at AS at, sum(CASE WHEN (m.from_location_id, m.from_handling_unit_id, m.from_owner_id,
                   m.from_status) = (k.location_id, k.handling_unit_id, k.owner_id, k.status) THEN -m.qty ELSE 0 END
                + CASE WHEN (m.to_location_id, m.to_handling_unit_id, m.to_owner_id, m.to_status)
                   = (k.location_id, k.handling_unit_id, k.owner_id, k.status) THEN m.qty ELSE 0 END) AS qty
            FROM keys k JOIN stock_move m ON m.item_id = k.item_id AND m.effective_at > p_effective
                AND m.trace_id = k.trace_id AND k.location_id IN (m.from_location_id, m.to_location_id)
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
            UNION ALL
            SELECT k.*, p_effective, 0 FROM keys k
        ), stood AS (
            SELECT c.*, b.on_hand - coalesce(sum(c.qty) OVER (PARTITION BY c.item_id, c.location_id, c.trace_id,
                   c.handling_unit_id, c.owner_id, c.status ORDER BY c.at
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0) AS on_hand
            FROM changes c JOIN stock_balance b USING (warehouse_id, item_id, location_id, trace_id, handling_unit_id,
                owner_id, status)
        ), spells AS (
            SELECT s.*, min(s.at) FILTER (WHERE s.on_hand >= 0) OVER (PARTITION BY s.item_id, s.location_id, s.trace_id,
                   s.handling_unit_id, s.owner_id, s.status ORDER BY s.at
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS ends
            FROM stood s
        )
        SELECT s.warehouse_id, s.item_id, s.location_id, s.trace_id, s.handling_unit_id, s.owner_id, s.status,
               s.negative_allowed, s.address, min(s.at) AS since, s.ends, min(s.on_hand) AS lowest
        FROM spells s WHERE s.on_hand < 0
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, s.ends
        HAVING s.ends IS NULL OR s.ends - min(s.at) > interval '1 minute'
        ORDER BY s.negative_allowed, since, s.item_id, s.location_id
    LOOP
        IF NOT short.negative_allowed THEN
            PERFORM refuse('ledger.not_there_then', jsonb_build_object('place', short.address,
                'sku', (SELECT sku FROM item WHERE id = short.item_id), 'at', short.since,
                'missing', trim_scale(-short.lowest)::text));
        END IF;
        INSERT INTO past_negative (posting_id, warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,
            status, since, until, lowest)
        VALUES (p_moves[1].posting_id, short.warehouse_id, short.item_id, short.location_id, short.trace_id,
            short.handling_unit_id, short.owner_id, short.status, short.since, short.ends, short.lowest);
    END LOOP;
END $$;
