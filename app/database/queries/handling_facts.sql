-- What a step with handling units needs to know, in one answer.
-- units: ids of the units in hand and scanned. Each comes with what lies in it and in all that stands on it.
-- `label` is the template that the customer wants whose place it stands at, or for whom alone goods in it are reserved.
-- Quantities in base units, as text. Relies on handling_unit_pkey, handling_unit_parent, stock_balance_unit.
WITH RECURSIVE meant AS (
    SELECT u.id, u.id AS root FROM handling_unit u
    WHERE u.id = ANY (%(units)s::uuid[]) AND u.warehouse_id = %(warehouse)s
    UNION
    SELECT c.id, m.root FROM meant m JOIN handling_unit c ON c.parent_id = m.id
)
SELECT
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', u.id, 'number', u.sscc, 'kind', u.kind,
            'location', u.location_id, 'place', coalesce(l.address, ''), 'place_kind', coalesce(l.kind, ''),
            'parent', u.parent_id, 'parent_number', coalesce(p.sscc, ''), 'state', unit_state(u.id),
            'carries', (SELECT count(*) - 1 FROM meant m WHERE m.root = u.id), 'label', coalesce(l.label, (
                SELECT CASE WHEN count(DISTINCT w.id) = 1 THEN min(w.unit_label) END
                FROM meant m JOIN reservation r ON r.handling_unit_id = m.id AND r.handling_unit_id <> nil() AND r.qty > 0
                JOIN document_line n ON n.id = r.demand_line_id JOIN document d ON d.id = n.document_id
                JOIN partner w ON w.id = d.partner_id WHERE m.root = u.id), '')))
        FROM handling_unit u 
        LEFT JOIN (SELECT o.*, c.unit_label AS label FROM location o LEFT JOIN partner c ON c.id = o.partner_id) l
            ON l.id = u.location_id LEFT JOIN handling_unit p ON p.id = u.parent_id
        WHERE u.id IN (SELECT root FROM meant)), '[]') AS units,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key',
            concat_ws('/', b.handling_unit_id, b.item_id, b.trace_id, b.owner_id, b.status), 'root', m.root,
            'unit', b.handling_unit_id, 'unit_number', u.sscc, 'item', i.id, 'sku', i.sku, 'name', i.name,
            'uom', i.base_uom, 'decimals', i.decimals, 'trace', b.trace_id,
            'lot', concat_ws(' ', nullif(t.lot, ''), nullif(t.serial, '')), 'lot_number', coalesce(t.lot, ''),
            'gtin', coalesce((SELECT min(k.value) FROM code k WHERE k.target_id = i.id AND k.scheme = 'gtin'
                AND k.issuer_id = nil() AND k.uom = i.base_uom), ''), 'expiry', coalesce(t.expiry, t.best_before),
            'owner', b.owner_id, 'status', b.status, 'qty', b.on_hand::text, 'reserved', b.reserved::text,
            'packagings', coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]'))
            ORDER BY m.root <> b.handling_unit_id, u.sscc, i.sku, t.expiry, t.lot, t.serial, b.status)
        FROM meant m JOIN stock_balance b ON b.handling_unit_id = m.id AND b.on_hand > 0
        JOIN handling_unit u ON u.id = m.id JOIN item i ON i.id = b.item_id
        LEFT JOIN trace t ON t.id = b.trace_id), '[]') AS goods,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'address', l.address, 'kind', l.kind) ORDER BY l.address)
        FROM location l WHERE l.id = ANY (%(places)s::uuid[]) AND l.warehouse_id = %(warehouse)s), '[]') AS places,
    (SELECT jsonb_build_object('id', r.id, 'name', r.name)
     FROM printer r LEFT JOIN station s ON s.id = r.station_id
     WHERE r.active AND r.kind = 'labels' AND (s.id IS NULL OR s.warehouse_id = %(warehouse)s)
     ORDER BY r.station_id = this_station() DESC NULLS LAST, r.name LIMIT 1) AS printer,
    (now() AT TIME ZONE (SELECT time_zone FROM warehouse WHERE id = %(warehouse)s))::date AS today,
    coalesce((SELECT jsonb_agg(code ORDER BY step <> 'status', code) FROM reason
              WHERE active AND step IN ('status', 'any') AND code <> 'UNDO'), '[]') AS reasons
