-- What a posting is measured by against a person's limit, and what a supervisor is told and approves (keep_limit).

-- What a posting is worth against a limit: for each line its quantity at the item's standard cost, else its quantity, and
-- its stated value where that is more: nobody gets below a limit by what they state. Goods that leave weigh as much as
-- goods that come.
CREATE FUNCTION amount_of(p_moves stock_move[]) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT sum(greatest(m.value, m.qty * coalesce(i.standard_cost, 1))) FROM unnest(p_moves) m JOIN item i ON i.id = m.item_id
$$;

-- What somebody has corrected of these goods within a day without an approval, less what was taken back: nobody does in
-- parts what they may not do at once. Corrections are what needs a reason and no paper; other work counts posting by posting. Two
-- corrections of one person wait for each other.
CREATE FUNCTION corrected_before(p_person uuid, p_permission text, p_warehouse uuid, p_moves stock_move[]) RETURNS numeric
LANGUAGE plpgsql AS $$
BEGIN
    IF p_moves[1].reverses IS NOT NULL
            OR NOT EXISTS (SELECT FROM move_kind WHERE name = p_moves[1].kind AND needs_reason AND NOT needs_line) THEN
        RETURN 0;
    END IF;
    PERFORM 1 FROM person WHERE id = p_person FOR NO KEY UPDATE;
    RETURN (SELECT coalesce(sum(greatest(m.value, m.qty * coalesce(i.standard_cost, 1)) * (1 - coalesce(b.qty, 0) / m.qty)), 0)
        FROM (SELECT DISTINCT g.item_id FROM unnest(p_moves) g) g JOIN item i ON i.id = g.item_id
        JOIN stock_move m ON m.item_id = g.item_id AND m.effective_at > now() - interval '1 day' AND m.reverses IS NULL
        JOIN move_kind k ON k.name = m.kind AND k.permission = p_permission AND k.needs_reason AND NOT k.needs_line
        JOIN posting p ON p.id = m.posting_id AND p.person_id = p_person AND p.warehouse_id = p_warehouse
        LEFT JOIN LATERAL (SELECT sum(r.qty) AS qty FROM stock_move r WHERE r.reverses = m.id) b ON true
        WHERE NOT EXISTS (SELECT FROM approval a JOIN request q ON q.request_id = a.request_id
            WHERE a.asked_by = p_person AND a.used_at > now() - interval '1 day' AND q.answer ->> 'posting' = p.id::text));
END $$;

-- The first lines of a posting as whoever approves it is told them: [{sku, name, quantity, unit, from, to, value}]. The
-- value is the stated one, else at standard cost, in the company's currency; NULL where goods have neither.
CREATE FUNCTION goods_told(p_moves stock_move[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', trim_scale(m.qty)::text,
        'unit', i.base_uom, 'from', f.address, 'to', t.address,
        'value', trim_scale(round(greatest(m.value, m.qty * i.standard_cost), 2))::text) ORDER BY m.line_no)
    FROM unnest(p_moves[1:5]) m JOIN item i ON i.id = m.item_id
    JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id
$$;

-- What is approved of a posting, as bytes: which goods by which lots go where, how much and why. Said by numbers that stay
-- what they are when an attempt is rolled back and made again, as a new lot's id does not; units do not matter.
CREATE FUNCTION approved_content(p_moves stock_move[]) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(string_agg(ROW(m.kind, m.item_id, t.lot, t.serial, t.expiry, t.best_before, m.qty, m.weight_kg,
        m.from_location_id, m.from_owner_id, m.from_status, m.to_location_id, m.to_owner_id, m.to_status, m.document_line_id,
        m.reason, m.value, m.reverses, nullif(m.effective_at, m.recorded_at))::text, ';' ORDER BY m.line_no), 'UTF8'))
    FROM unnest(p_moves) m LEFT JOIN trace t ON t.id = m.trace_id
$$;
