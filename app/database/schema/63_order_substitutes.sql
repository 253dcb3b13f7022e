-- Other goods on an order in the place of what is missing, once the customer has agreed: the line is cut, and one for the
-- other goods is added at the same price.

-- Lets so much (p_qty) of an order's line be p_goods of p_item instead, which must be one of its substitutes; base units of
-- either. The order hears of it as of any change (order_change), with the reason. Returns {document, line, sku}: the
-- line that was added.
CREATE FUNCTION substitute_on_order(p_request uuid, p_line uuid, p_qty numeric, p_item uuid, p_goods numeric, p_reason text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    known jsonb := begin_record_request(p_request, jsonb_build_array('substitute', p_line, p_qty, p_item, p_goods, p_reason));
    d document;
    l document_line;
    instead item;
    cut jsonb;
    told jsonb;
BEGIN
    IF known IS NOT NULL THEN
        RETURN known;
    END IF;
    d := lock_customer_order((SELECT document_id FROM document_line WHERE id = p_line), NULL);
    SELECT * INTO l FROM document_line WHERE id = p_line FOR UPDATE;
    SELECT i.* INTO instead FROM substitutes_of(l.item_id, d.warehouse_id, d.owner_id) s JOIN item i ON i.id = s.item_id
    WHERE i.id = p_item;
    IF NOT FOUND THEN
        PERFORM refuse('claims.no_substitute', jsonb_build_object('sku', (SELECT sku FROM item WHERE id = l.item_id),
            'other', coalesce((SELECT sku FROM item WHERE id = p_item), '')));
    ELSIF NOT EXISTS (SELECT FROM reason WHERE code = p_reason AND active AND step IN ('order', 'claim', 'any')) THEN
        PERFORM refuse('ledger.needs_reason', jsonb_build_object('reason', coalesce(p_reason, ''), 'kind', 'order'));
    ELSIF (p_qty > 0 AND p_qty <= l.base_qty AND p_goods > 0) IS NOT TRUE THEN
        PERFORM refuse('quantity.not_positive', jsonb_build_object('sku', instead.sku, 'quantity', p_qty::text));
    END IF;
    cut := CASE WHEN p_qty = l.base_qty THEN '{"cancelled": true}'
        ELSE jsonb_build_object('qty', ((l.base_qty - p_qty) * l.qty / l.base_qty)::numeric(18, 6)) END;
    told := change_order(md5(p_request::text || 'change')::uuid, d.id, NULL, '{}', jsonb_build_array(
        cut || jsonb_build_object('line', l.line_no),
        jsonb_build_object('item', instead.id, 'uom', instead.base_uom, 'qty', p_goods,
            'price', round(l.unit_price * l.qty / l.base_qty * p_qty / p_goods, 6))), false, p_reason);
    RETURN end_record_request(p_request, jsonb_build_object('document', d.id, 'line', told -> 'added' -> 0,
        'sku', instead.sku));
END $$;

REVOKE ALL ON FUNCTION substitute_on_order(uuid, uuid, numeric, uuid, numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION substitute_on_order(uuid, uuid, numeric, uuid, numeric, text) TO @everyone@;
