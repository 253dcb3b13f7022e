-- That one word of a filter is found in a row of stock b: in its item (also by GTIN and other codes), place, lot,
-- serial, handling unit, owner or status. {n} numbers the word; word: a pattern of ILIKE; plain: the word itself.
-- Goods of nobody else are found by the word own.
AND (b.item_id IN (SELECT id FROM item WHERE sku ILIKE %(word{n})s OR name ILIKE %(word{n})s
        UNION ALL SELECT target_id FROM code WHERE kind = 'item'
            AND value IN (upper(%(plain{n})s), lpad(%(plain{n})s, 14, '0')))
    OR b.location_id IN (SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND address ILIKE %(word{n})s)
    OR b.trace_id IN (SELECT id FROM trace WHERE lot ILIKE %(word{n})s OR serial ILIKE %(word{n})s)
    OR b.handling_unit_id IN (SELECT u.id FROM handling_unit u LEFT JOIN handling_unit p ON p.id = u.parent_id
        WHERE u.sscc ILIKE %(word{n})s OR p.sscc ILIKE %(word{n})s)
    OR b.owner_id IN (SELECT id FROM partner WHERE code ILIKE %(word{n})s OR name ILIKE %(word{n})s)
    OR b.owner_id = nil() AND lower(%(plain{n})s) = 'own'
    OR b.status ILIKE %(word{n})s)
