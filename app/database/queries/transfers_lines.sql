-- The lines of a transfer and how far they are, in base units. document: its id.
-- reserved: kept for it and not sent yet; sent and received as the ledger counts them; on_the_way: neither here nor there.
-- Relies on document_line_document_id_line_no_key, reservation_pkey.
SELECT l.id, l.line_no AS line, l.item_id AS item, i.sku, i.name, i.base_uom AS unit, i.decimals, i.catch_weight,
    l.base_qty AS asked, l.closed,
    coalesce((SELECT sum(r.qty) FROM reservation r JOIN location o ON o.id = r.location_id
              WHERE r.demand_line_id = l.id AND o.kind <> 'transit'), 0) AS reserved,
    coalesce((SELECT p.qty FROM line_progress p WHERE p.document_line_id = l.id AND p.step = 'shipped'), 0) AS sent,
    coalesce((SELECT p.qty FROM line_progress p WHERE p.document_line_id = l.id AND p.step = 'received'), 0) AS received
FROM document_line l JOIN item i ON i.id = l.item_id
WHERE l.document_id = %(document)s ORDER BY l.line_no
