-- The newest version of every policy: what it is made for by name (empty: the whole company), since when it holds, and
-- its rules (null: withdrawn). Relies on policy_capability_scope_scope_id_version_key.
SELECT p.id, p.capability, p.scope, p.scope_id, p.version, p.valid_from, p.rules,
    coalesce(i.sku, c.full_name, a.code, w.code, l.address, '') AS name
FROM (SELECT DISTINCT ON (capability, scope, scope_id) * FROM policy
      ORDER BY capability, scope, scope_id, version DESC) p
LEFT JOIN item i ON p.scope = 'item' AND i.id = p.scope_id
LEFT JOIN category c ON p.scope = 'category' AND c.id = p.scope_id
LEFT JOIN partner a ON p.scope = 'partner' AND a.id = p.scope_id
LEFT JOIN warehouse w ON p.scope = 'warehouse' AND w.id = p.scope_id
LEFT JOIN location l ON p.scope = 'zone' AND l.id = p.scope_id
ORDER BY p.capability, array_position(ARRAY['company', 'warehouse', 'zone', 'partner', 'category', 'item'], p.scope), name
