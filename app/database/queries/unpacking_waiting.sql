-- Cartons of orders that ended which still hold goods: they are to be unpacked, the oldest first.
-- warehouse: id. `goods`: base units. Relies on document_work, parcel_document, stock_balance_unit.
SELECT p.id, u.sscc AS carton, p.state, coalesce(l.address, '') AS place, d.number AS "order", d.decision,
    coalesce((SELECT n.name FROM document_history h JOIN person n ON n.id = h.person_id
        WHERE h.document_id = d.id ORDER BY h.id DESC LIMIT 1), '') AS ended_by, g.goods
FROM document d JOIN parcel p ON p.document_id = d.id AND p.state IN ('open', 'closed', 'labelled')
JOIN handling_unit u ON u.id = p.handling_unit_id LEFT JOIN location l ON l.id = u.location_id
CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'qty', b.on_hand::text, 'unit', i.base_uom,
        'lot', coalesce(t.lot, ''), 'serial', coalesce(t.serial, '')) ORDER BY i.sku, t.lot, t.serial) AS goods
    FROM stock_balance b JOIN item i ON i.id = b.item_id LEFT JOIN trace t ON t.id = b.trace_id
    WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil() AND b.on_hand > 0) g
WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.decision IN ('cancelled', 'closed') AND g.goods IS NOT NULL
ORDER BY p.id
