-- Cartons that were weighed, the newest first, for trying rules of weighing, shipping and papers: kilograms, as they were then.
-- warehouse: its id; most: how many. Relies on parcel_document and stock_move_to_unit.
SELECT k.id, h.sscc AS number, k.carton_type AS carton, k.expected_kg, k.weight_kg, coalesce(p.code, '') AS partner,
    coalesce(c.ship_to ->> 'country', '') AS country, coalesce(c.ship_to ->> 'postal_code', '') AS postal_code,
    (SELECT count(*) FROM parcel o WHERE o.document_id = d.id AND o.state <> 'cancelled') AS parcels,
    coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.to_handling_unit_id = k.handling_unit_id AND m.kind = 'pack'), 1)
        AS pieces,
    EXISTS (SELECT FROM stock_move m JOIN item i ON i.id = m.item_id AND i.hazard_class <> ''
            WHERE m.to_handling_unit_id = k.handling_unit_id AND m.kind = 'pack') AS dangerous,
    lower(coalesce(c.service, '')) AS wish, jsonb_build_object('partner', d.partner_id) AS about
FROM parcel k JOIN document d ON d.id = k.document_id JOIN handling_unit h ON h.id = k.handling_unit_id
LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN customer_order c ON c.document_id = d.id
WHERE d.warehouse_id = %(warehouse)s AND k.weight_kg IS NOT NULL AND k.expected_kg IS NOT NULL
ORDER BY k.closed_at DESC NULLS LAST, k.id DESC LIMIT %(most)s
