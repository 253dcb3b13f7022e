-- A page of the handling units of a warehouse that are in one state, with where they stand and since when they are as they
-- are. warehouse: its id; most: how many; state, conditions: what each must hold; position, behind, order: of the page
-- (paging.py). `holds`: how many stock keys are in it. Relies on handling_unit_warehouse, stock_balance_unit,
-- handling_unit_parent and handling_unit_history_unit.
SELECT u.*, h.at AS since, coalesce(w.name, '') AS person,
    (SELECT count(*)::int FROM stock_balance b WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil()
        AND b.on_hand <> 0) AS holds
FROM (
    SELECT u.id, u.sscc AS number, u.kind, coalesce(l.address, '') AS place, coalesce(p.sscc, '') AS parent, {position}
    FROM handling_unit u LEFT JOIN location l ON l.id = u.location_id LEFT JOIN handling_unit p ON p.id = u.parent_id
    WHERE u.warehouse_id = %(warehouse)s AND {state} AND {behind} {conditions}
    ORDER BY {order}
    LIMIT %(most)s
) u
LEFT JOIN LATERAL (SELECT x.at, x.person_id FROM handling_unit_history x WHERE x.handling_unit_id = u.id
    ORDER BY x.at DESC LIMIT 1) h ON true
LEFT JOIN person w ON w.id = h.person_id
ORDER BY {order_again}
