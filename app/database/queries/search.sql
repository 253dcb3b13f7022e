-- Everything that fits what somebody typed: kind, id, the number by which it is known, what it is called, and which code
-- opens it. text: as typed; most: how many a kind. Row rules decide which rows are seen; relies on primary keys.
WITH c AS MATERIALIZED (
    SELECT kind, id, min(rank) AS rank FROM search_candidates(%(text)s, %(most)s) GROUP BY 1, 2
), found AS (
    SELECT c.kind, c.id, i.sku AS label, i.name AS about, i.sku AS code, c.rank FROM c JOIN item i ON i.id = c.id
    WHERE c.kind = 'item'
    UNION ALL
    SELECT c.kind, c.id, concat_ws(' / ', nullif(t.lot, ''), nullif(t.serial, '')), i.sku || ' ' || i.name, i.sku, c.rank
    FROM c JOIN trace t ON t.id = c.id JOIN item i ON i.id = t.item_id WHERE c.kind = 'trace'
    UNION ALL
    SELECT c.kind, c.id, l.address, w.name, l.address, c.rank FROM c JOIN location l ON l.id = c.id
    JOIN warehouse w ON w.id = l.warehouse_id
    WHERE c.kind = 'location'
    UNION ALL
    SELECT c.kind, c.id, h.sscc, coalesce(l.address, ''), h.sscc, c.rank FROM c JOIN handling_unit h ON h.id = c.id
    LEFT JOIN location l ON l.id = h.location_id WHERE c.kind = 'handling_unit'
    UNION ALL
    SELECT c.kind, c.id, d.number, concat_ws(' · ', nullif(d.reference, ''), p.name), d.number, c.rank
    FROM c JOIN document d ON d.id = c.id LEFT JOIN partner p ON p.id = d.partner_id WHERE c.kind = 'document'
    UNION ALL
    SELECT c.kind, c.id, p.code, p.name, '', c.rank FROM c JOIN partner p ON p.id = c.id WHERE c.kind = 'partner'
    UNION ALL
    SELECT c.kind, c.id, coalesce(b.badge, p.name), p.name, '', c.rank FROM c JOIN person p ON p.id = c.id
    LEFT JOIN badges() b ON b.person_id = c.id AND NOT b.dead WHERE c.kind = 'person'
)
SELECT f.kind, f.id, f.label, f.about, f.code FROM (
    SELECT found.*, row_number() OVER (PARTITION BY kind ORDER BY rank, label) AS n FROM found) f
WHERE f.n <= %(most)s
ORDER BY array_position(ARRAY['item', 'trace', 'location', 'handling_unit', 'document', 'partner', 'person'], f.kind), f.n
