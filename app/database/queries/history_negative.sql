-- Every time for which the books of a warehouse show less than nothing, the newest first: at places whose profile allows
-- it, and where it was noted before. warehouse: its id. Quantities in base units.
-- `until`, `settled_kind` and `settled_by`: the movement that brought the goods, and who posted it; NULL while it lasts.
-- In the order in which things happened; what happened at one moment counts together.
-- Relies on the indexes of stock_move by place, and posting_pkey.
WITH places AS (
    SELECT l.id FROM location l
    WHERE l.warehouse_id = %(warehouse)s AND l.stock_keeping AND (l.negative_allowed OR EXISTS (
        SELECT FROM past_negative n WHERE n.warehouse_id = l.warehouse_id AND n.location_id = l.id))
), sides AS (
    SELECT m.from_location_id AS location_id, m.item_id, m.trace_id, m.from_handling_unit_id AS handling_unit_id,
        m.from_owner_id AS owner_id, m.from_status AS status, -m.qty AS qty, m.effective_at AS at, m.id, m.kind, m.posting_id
    FROM stock_move m WHERE m.from_location_id IN (SELECT id FROM places)
    UNION ALL
    SELECT m.to_location_id, m.item_id, m.trace_id, m.to_handling_unit_id, m.to_owner_id, m.to_status, m.qty,
        m.effective_at, m.id, m.kind, m.posting_id
    FROM stock_move m WHERE m.to_location_id IN (SELECT id FROM places)
), stood AS (
    SELECT s.*, sum(s.qty) OVER (PARTITION BY s.location_id, s.item_id, s.trace_id, s.handling_unit_id, s.owner_id,
        s.status ORDER BY s.at) AS on_hand
    FROM sides s
), ending AS (
    SELECT s.*, min(s.at) FILTER (WHERE s.on_hand >= 0) OVER (PARTITION BY s.location_id, s.item_id, s.trace_id,
        s.handling_unit_id, s.owner_id, s.status ORDER BY s.at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS until
    FROM stood s
), spells AS (
    SELECT e.location_id, e.item_id, e.trace_id, e.handling_unit_id, e.owner_id, e.status, e.until, min(e.at) AS since,
        min(e.on_hand) AS lowest, (array_agg(e.posting_id ORDER BY e.at, e.id))[1] AS posting_id,
        (array_agg(e.kind ORDER BY e.at, e.id))[1] AS kind
    FROM ending e WHERE e.on_hand < 0 GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT l.address, i.sku, i.name, concat_ws(' ', nullif(t.lot, ''), nullif(t.serial, '')) AS lot, s.lowest,
    i.base_uom AS unit, s.since, s.kind, w.name AS person, s.until, coalesce(x.kind, '') AS settled_kind,
    coalesce(x.name, '') AS settled_by, s.item_id AS item, s.location_id AS location, s.trace_id AS trace
FROM spells s JOIN location l ON l.id = s.location_id JOIN item i ON i.id = s.item_id
JOIN posting p ON p.id = s.posting_id JOIN person w ON w.id = p.person_id LEFT JOIN trace t ON t.id = s.trace_id
LEFT JOIN LATERAL (
    SELECT c.kind, n.name FROM sides c JOIN posting q ON q.id = c.posting_id JOIN person n ON n.id = q.person_id
    WHERE c.at = s.until AND c.qty > 0 AND (c.location_id, c.item_id, c.trace_id, c.handling_unit_id, c.owner_id,
        c.status) = (s.location_id, s.item_id, s.trace_id, s.handling_unit_id, s.owner_id, s.status)
    ORDER BY c.id LIMIT 1
) x ON true
ORDER BY s.since DESC, l.address, i.sku
