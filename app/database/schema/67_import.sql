-- What a file may bring beyond the grants on master data: partners named in orders, and the rest of an order.

-- Changes what a warehouse is called and where it stands; its code stays.
CREATE FUNCTION change_warehouse(p_warehouse uuid, p_name text, p_address text, p_type text, p_time_zone text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up', p_warehouse);
    UPDATE warehouse SET name = p_name, address = p_address, type = p_type, time_zone = p_time_zone
    WHERE id = p_warehouse;
END $$;

-- The id of a partner by code, made when it is new; a known one becomes supplier or customer too. Name and code of a
-- known partner stay. p_kind: supplier or customer.
CREATE FUNCTION ensure_partner(p_kind text, p_code text, p_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known uuid;
BEGIN
    PERFORM require(CASE p_kind WHEN 'supplier' THEN 'plan_purchase_order' ELSE 'plan_order' END);
    INSERT INTO partner (code, name, kinds) VALUES (p_code, p_name, ARRAY[p_kind])
    ON CONFLICT (code) DO NOTHING RETURNING id INTO known;
    IF known IS NULL THEN
        UPDATE partner SET kinds = kinds || p_kind WHERE code = p_code AND NOT p_kind = ANY (kinds);
        SELECT id INTO known FROM partner WHERE code = p_code;
    END IF;
    RETURN known;
END $$;

-- What a file said of a customer's order when it was imported last, field by field in plain text. A file that comes again
-- changes what it says otherwise than before; what people changed at the desk in between stays.
CREATE TABLE order_said (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    said jsonb NOT NULL
);

-- Keeps what a file says of an order now.
CREATE FUNCTION keep_said(p_document uuid, p_said jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('plan_order', (SELECT warehouse_id FROM document WHERE id = p_document));
    INSERT INTO order_said (document_id, said) VALUES (p_document, p_said)
    ON CONFLICT (document_id) DO UPDATE SET said = excluded.said;
END $$;

-- Gives a draft what create_document() does not know: the numbers its lines have in the file, how much more than
-- ordered may come (a fraction a line); and for a customer's order what it says beside its lines (p_head: fields of
-- order_head), what is wished of lines ([{line, lot, minimum_days}]), and what the file said (p_said).
CREATE FUNCTION complete_document(p_document uuid, p_line_nos int[], p_tolerances numeric[], p_head jsonb DEFAULT NULL,
    p_wishes jsonb DEFAULT '[]', p_said jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    PERFORM require('plan_' || d.kind, d.warehouse_id);
    IF d.decision <> 'draft' THEN
        PERFORM refuse('document.not_draft', jsonb_build_object('document', d.number));
    END IF;
    -- In two steps, since the new numbers may be other lines' old ones.
    UPDATE document_line l SET line_no = -1 - g.line_no, tolerance = g.tolerance
    FROM unnest(p_line_nos, p_tolerances) WITH ORDINALITY AS g (line_no, tolerance, n)
    WHERE l.document_id = p_document AND l.line_no = g.n;
    UPDATE document_line SET line_no = -1 - line_no WHERE document_id = p_document AND line_no < 0;
    IF p_head IS NOT NULL THEN
        PERFORM write_order_head(p_document, p_head);
        PERFORM write_line_wish(l.id, w.wish) FROM jsonb_array_elements(p_wishes) w (wish)
        JOIN document_line l ON l.document_id = p_document AND l.line_no = (w.wish ->> 'line')::int;
        PERFORM keep_said(p_document, p_said);
    END IF;
END $$;

REVOKE ALL ON FUNCTION change_warehouse(uuid, text, text, text, text), ensure_partner(text, text, text),
    complete_document(uuid, int[], numeric[], jsonb, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION change_warehouse(uuid, text, text, text, text) TO @manager@, @admin@;
GRANT EXECUTE ON FUNCTION ensure_partner(text, text, text) TO @worker@, @manager@, @admin@;
GRANT EXECUTE ON FUNCTION complete_document(uuid, int[], numeric[], jsonb, jsonb, jsonb), keep_said(uuid, jsonb) TO @everyone@;
