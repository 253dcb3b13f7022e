-- The photos of what a claim (its number) is about, each once, the earliest first. Relies on discrepancy_claim,
-- document_photo_line.
SELECT i.sku, x.kind, f.taken_at AS at, a.content
FROM supplier_claim c JOIN discrepancy x ON x.claim_id = c.id JOIN item i ON i.id = x.item_id
JOIN document_photo f ON f.document_line_id = x.document_line_id AND f.reason = x.reason
    AND (f.taken_at >= x.at OR x.reason = 'QUALITY')
JOIN attachment a ON a.sha256 = f.sha256
WHERE c.number = %(claim)s ORDER BY f.taken_at, i.sku
