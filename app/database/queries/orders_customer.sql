-- A customer by code, whatever its case: what is usual for their orders, and where their goods go (their first delivery
-- address, NULL without one). code: theirs. Relies on partner_code_key, partner_address_partner.
SELECT p.id, p.code, p.name, p.order_carrier, p.order_service, p.complete_only, to_jsonb(a) AS address
FROM partner p LEFT JOIN LATERAL (
    SELECT x.name, x.line_1, x.line_2, x.district, x.postal_code, x.city, x.region, x.country, x.phone, x.email
    FROM partner_address x WHERE x.partner_id = p.id AND x.purpose = 'delivery' ORDER BY x.first DESC, x.id LIMIT 1) a ON true
WHERE upper(p.code) = upper(%(code)s) AND 'customer' = ANY (p.kinds) AND NOT p.archived
