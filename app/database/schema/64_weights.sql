-- The carton on the scale, as the database judges it: what it should weigh, how far it may be off, and what a right one
-- teaches about its goods. The bench says the same beforehand and names who is to blame (app/domain/packing/weighing.py).

-- The goods in a carton by item, units that stand in it among them, with what a base unit of them weighs (kg, kg²), and
-- what all of them weigh where each was weighed before (kg; NULL: not known).
CREATE FUNCTION carton_goods(p parcel) RETURNS TABLE (item_id uuid, qty numeric, mean numeric, variance numeric,
    observations int, weighed_kg numeric)
LANGUAGE sql STABLE AS $$
    SELECT i.id, sum(b.on_hand), i.weight_mean_kg, i.weight_variance, i.weight_observations,
        CASE WHEN i.catch_weight AND bool_and(b.weight_kg > 0) THEN sum(b.weight_kg) END
    FROM stock_balance b JOIN item i ON i.id = b.item_id
    WHERE b.handling_unit_id = ANY (ARRAY(SELECT units_on(ARRAY[p.handling_unit_id]))) AND b.handling_unit_id <> nil()
        AND b.on_hand <> 0 GROUP BY i.id
$$;

-- Goods in a carton, whatever stands between them and the carton; base units.
CREATE TYPE carton_part AS (item_id uuid, trace_id uuid, owner_id uuid, status text, qty numeric);

-- What a carton is weighed with, as a hash: its tare and all goods in it.
CREATE FUNCTION contents_hash(p_tare_kg numeric, p_parts carton_part[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(',', trim_scale(p_tare_kg), string_agg(concat_ws('/', x.item_id, x.trace_id,
        x.owner_id, x.status, trim_scale(x.qty)), ',' ORDER BY x.item_id, x.trace_id, x.owner_id, x.status)), 'UTF8')), 'hex')
    FROM (SELECT item_id, trace_id, owner_id, status, sum(qty) AS qty FROM unnest(p_parts) GROUP BY 1, 2, 3, 4) x
$$;

-- The same of what is in it now, and stands where the person works: the wall of stock_balance binds this function, too.
CREATE FUNCTION carton_contents(p parcel) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT contents_hash(p.tare_kg, ARRAY(SELECT ROW(b.item_id, b.trace_id, b.owner_id, b.status, b.on_hand)::carton_part
        FROM stock_balance b WHERE b.handling_unit_id = ANY (ARRAY(SELECT units_on(ARRAY[p.handling_unit_id])))
            AND b.handling_unit_id <> nil() AND b.on_hand <> 0))
$$;

-- The same of what leaves in it with a posting.
CREATE FUNCTION carton_leaves(p parcel, p_posting posting) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT contents_hash(p.tare_kg, ARRAY(SELECT ROW(m.item_id, m.trace_id, m.from_owner_id, m.from_status, m.qty)::carton_part
        FROM stock_move m WHERE m.posting_id = p_posting.id AND m.recorded_at = p_posting.recorded_at
            AND m.from_handling_unit_id = ANY (ARRAY(SELECT units_on(ARRAY[p.handling_unit_id])))))
$$;
REVOKE ALL ON FUNCTION carton_contents(parcel) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION carton_contents(parcel) TO @everyone@;

-- Refuses a sealed carton whose goods (p_contents) are not what it was weighed with (packing.contents_changed).
CREATE FUNCTION require_as_weighed(p parcel, p_contents text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF p.weighed_with IS DISTINCT FROM p_contents THEN
        PERFORM refuse('packing.contents_changed', jsonb_build_object('carton',
            (SELECT sscc FROM handling_unit WHERE id = p.handling_unit_id)));
    END IF;
END $$;

-- The widest tolerance that the weighing rules for an order give, of its customer, else the warehouse, else the company.
CREATE FUNCTION weight_tolerance(p_warehouse uuid, p_partner uuid, OUT sigmas numeric, OUT floor_kg numeric, OUT relative numeric)
LANGUAGE sql STABLE AS $$
    SELECT greatest(3, max((r -> 'then' ->> 'sigmas')::numeric)), greatest(0.010, max((r -> 'then' ->> 'floor_kg')::numeric)),
        greatest(0.005, max((r -> 'then' ->> 'relative')::numeric))
    FROM (SELECT s -> 'rules' -> 'rules' AS rules FROM jsonb_array_elements(policies_for('packing', ARRAY[p_warehouse, p_partner])) s
          ORDER BY s ->> 'scope' = 'partner' DESC, s ->> 'scope' = 'warehouse' DESC LIMIT 1) decides,
        jsonb_array_elements(decides.rules) r
$$;

-- What a carton should weigh with its goods, and how many kg off no rule lets pass; no limit where a weight is not known.
-- The same as expected_weight() and WeightTolerance.limit() there, with the sources of their formulas.
CREATE FUNCTION judge_weight(p parcel, d document, OUT expected_kg numeric, OUT limit_kg numeric)
LANGUAGE sql STABLE AS $$
    SELECT e.kg, CASE WHEN NOT e.unknown THEN greatest(t.sigmas * sqrt(e.variance), t.floor_kg, t.relative * e.kg) END
    FROM (SELECT p.tare_kg + coalesce(sum(coalesce(g.weighed_kg, g.mean * g.qty)), 0) AS kg,
            coalesce(bool_or(g.mean IS NULL AND g.weighed_kg IS NULL), false) AS unknown,
            coalesce(max(c.variance), 0) + coalesce(sum(g.qty * g.variance
                + CASE WHEN g.observations > 0 THEN g.qty ^ 2 * g.variance / g.observations ELSE 0 END)
                FILTER (WHERE g.mean IS NOT NULL AND g.weighed_kg IS NULL), 0) AS variance
          FROM carton_goods(p) g LEFT JOIN carton_type c ON c.code = p.carton_type) e,
        weight_tolerance(d.warehouse_id, d.partner_id) t
$$;

-- What a carton of so many kg teaches about its one item of unknown weight, or the one item that is in it: the piece weighs
-- (gross - tare - the rest) / quantity, and joins mean and variance by Welford's recurrence (Knuth, The Art of Computer
-- Programming, volume 2, section 4.2.2, equations (15) and (16)); a first weighing replaces what master data stated. Of
-- goods that were weighed before nothing is learned: each weighs what it weighs.
CREATE FUNCTION teach_weight(p parcel, p_weight_kg numeric) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    WITH goods AS (
        SELECT g.*, count(*) OVER () AS items,
            count(*) FILTER (WHERE g.mean IS NULL AND g.weighed_kg IS NULL) OVER () AS unknown,
            coalesce(sum(coalesce(g.weighed_kg, g.mean * g.qty)) OVER (), 0) - coalesce(g.mean * g.qty, 0) AS rest
        FROM carton_goods(p) g
    ), lesson AS (
        SELECT item_id, (p_weight_kg - p.tare_kg - rest) / qty AS kg FROM goods
        WHERE qty > 0 AND weighed_kg IS NULL AND (items = 1 OR mean IS NULL AND unknown = 1)
    ), step AS (
        SELECT i.id, l.kg, i.weight_mean_kg AS mean, i.weight_variance AS variance, i.weight_observations AS n,
            i.weight_mean_kg + (l.kg - i.weight_mean_kg) / (i.weight_observations + 1) AS new_mean
        FROM lesson l JOIN item i ON i.id = l.item_id WHERE round(l.kg, 9) > 0 FOR NO KEY UPDATE OF i
    )
    UPDATE item i SET weight_mean_kg = CASE s.n WHEN 0 THEN s.kg ELSE s.new_mean END,
        weight_variance = CASE s.n WHEN 0 THEN 0
            ELSE greatest(0, (s.variance * (s.n - 1) + (s.kg - s.mean) * (s.kg - s.new_mean)) / s.n) END,
        weight_observations = s.n + 1
    FROM step s WHERE s.id = i.id
$$;
