-- A page of the documents of a warehouse, of any kind, with how many of their lines are done. warehouse: its id; ended:
-- those that are cancelled or closed too; most: how many; conditions: what each must hold; position, behind, order: of the
-- page (paging.py). `made_by`: who. A line is done when the last step of its kind of document is.
-- Relies on document_warehouse, document_line_document_id_line_no_key, line_progress_pkey.
SELECT d.*, s.lines, s.done
FROM (
    SELECT d.id, d.kind, d.number, d.reference, coalesce(p.name, w.code, '') AS partner, d.decision, d.due, d.created_at,
        c.name AS made_by, {position}
    FROM document d JOIN person c ON c.id = d.created_by
    LEFT JOIN partner p ON p.id = d.partner_id LEFT JOIN warehouse w ON w.id = d.to_warehouse_id
    WHERE d.warehouse_id = %(warehouse)s AND (%(ended)s OR d.decision NOT IN ('cancelled', 'closed')) AND {behind} {conditions}
    ORDER BY {order}
    LIMIT %(most)s
) d
CROSS JOIN LATERAL (
    SELECT count(*)::int AS lines, count(*) FILTER (WHERE l.closed OR coalesce(a.qty, g.qty) >= l.base_qty)::int AS done
    FROM document_line l
    LEFT JOIN asn_received(d.id) a ON d.kind = 'asn' AND a.document_line_id = l.id
    LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = CASE WHEN d.kind = 'order' THEN 'shipped'
        WHEN d.kind = 'kit_order' THEN 'produced' WHEN d.kind = 'return' AND EXISTS (SELECT FROM goods_return x
            WHERE x.document_id = d.id AND x.direction = 'out') THEN 'returned' ELSE 'received' END
    WHERE l.document_id = d.id) s
ORDER BY {order_again}
