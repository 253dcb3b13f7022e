-- What left in a carton and may come back: its order with the customer's code, and its goods less what is announced to come
-- back of the order already. No row where no carton of this number has left.
-- warehouse: id; code: the carton's SSCC, or a tracking number that it bears or bore. Base units, as text.
-- Relies on handling_unit_sscc_key, code_pkey, stock_move_from_unit, document_line_document_id_line_no_key.
WITH asked AS (
    SELECT p.id, p.handling_unit_id, p.document_id FROM parcel p JOIN document d ON d.id = p.document_id
    JOIN handling_unit u ON u.id = p.handling_unit_id
    WHERE d.warehouse_id = %(warehouse)s AND p.state = 'shipped' AND (u.sscc = %(code)s
        OR p.id IN (SELECT c.target_id FROM code c WHERE c.scheme = 'tracking' AND c.value = %(code)s))
), gone AS (
    SELECT m.item_id, m.trace_id, sum(m.qty) AS qty FROM asked a
    JOIN stock_move m ON m.from_handling_unit_id = a.handling_unit_id AND m.from_handling_unit_id <> nil()
        AND m.kind = 'ship' AND m.reverses IS NULL
    WHERE NOT EXISTS (SELECT FROM posting r WHERE r.reverses = m.posting_id) GROUP BY 1, 2
), due AS (
    SELECT l.item_id, sum(l.base_qty) AS qty FROM asked a JOIN goods_return g ON g.order_id = a.document_id
    JOIN document r ON r.id = g.document_id AND r.decision <> 'cancelled'
    JOIN document_line l ON l.document_id = r.id GROUP BY 1
), sold AS (
    SELECT l.item_id, sum(s.qty) AS qty FROM asked a JOIN document_line l ON l.document_id = a.document_id
    JOIN line_progress s ON s.document_line_id = l.id AND s.step = 'shipped' GROUP BY 1
)
SELECT u.sscc AS carton, d.number AS "order", c.code AS partner,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'unit', i.base_uom, 'qty', x.qty::text, 'numbers', x.numbers)
            ORDER BY i.sku)
        FROM (SELECT g.item_id, greatest(least(sum(g.qty), max(s.qty) - coalesce(max(due.qty), 0)), 0) AS qty,
                coalesce(string_agg(nullif(concat_ws(' ', nullif(t.lot, ''), nullif(t.serial, '')), ''), ', '), '') AS numbers
            FROM gone g LEFT JOIN trace t ON t.id = g.trace_id LEFT JOIN due ON due.item_id = g.item_id
            JOIN sold s ON s.item_id = g.item_id
            GROUP BY g.item_id) x
        JOIN item i ON i.id = x.item_id WHERE x.qty > 0), '[]') AS goods
FROM asked a JOIN document d ON d.id = a.document_id JOIN partner c ON c.id = d.partner_id
JOIN handling_unit u ON u.id = a.handling_unit_id
