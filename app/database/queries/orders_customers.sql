-- Customers in whose code, name or places these words stand. words: as typed, '' for all; most: how many at most.
SELECT p.code, p.name FROM partner p
WHERE 'customer' = ANY (p.kinds) AND NOT p.archived
  AND strpos(lower(concat_ws(' ', p.code, p.name, (SELECT string_agg(concat_ws(' ', a.city, a.postal_code), ' ')
      FROM partner_address a WHERE a.partner_id = p.id))), lower(%(words)s)) > 0
ORDER BY p.code LIMIT %(most)s
