-- Goods that come back: from customers to the dock, and from here back to those who supplied them.

-- Which way a return goes, and the order whose goods come back, where it is known.
CREATE TABLE goods_return (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    order_id uuid REFERENCES document CHECK (order_id IS NULL OR direction = 'in')
);

-- A return as a draft: `in` from a customer, `out` to a supplier; quantities in the given units, as create_document()
-- takes them. p_order: the order whose goods come back; then nothing comes back that did not leave with it.
CREATE FUNCTION create_return(p_request uuid, p_warehouse uuid, p_direction text, p_partner uuid, p_order uuid,
    p_reference text, p_items uuid[], p_uoms text[], p_qtys numeric[]) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made uuid := create_document('return', p_warehouse, p_partner, p_reference, NULL, p_items, p_uoms, p_qtys,
        p_request => p_request);
    wrong record;
BEGIN
    IF NOT EXISTS (SELECT FROM partner WHERE id = p_partner
            AND CASE p_direction WHEN 'in' THEN 'customer' WHEN 'out' THEN 'supplier' END = ANY (kinds)) THEN
        PERFORM refuse('returns.wrong_partner', jsonb_build_object(
            'partner', (SELECT code FROM partner WHERE id = p_partner)));
    ELSIF p_order IS NOT NULL AND NOT EXISTS (SELECT FROM document WHERE id = p_order AND kind = 'order'
            AND warehouse_id = p_warehouse AND partner_id = p_partner) THEN
        PERFORM refuse('document.unknown');
    END IF;
    INSERT INTO goods_return VALUES (made, p_direction, p_order) ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM goods_return WHERE document_id = made AND direction = p_direction
            AND order_id IS NOT DISTINCT FROM p_order) THEN
        PERFORM refuse('ledger.request_reused', jsonb_build_object('request', p_request));
    END IF;
    PERFORM 1 FROM document WHERE id = p_order FOR NO KEY UPDATE; -- two returns of one order, one after the other
    SELECT i.sku, (asked.qty - coalesce(sent.qty, 0))::text AS beyond INTO wrong
    FROM (SELECT l.item_id, sum(l.base_qty) AS qty FROM goods_return g JOIN document d ON d.id = g.document_id
          JOIN document_line l ON l.document_id = d.id
          WHERE g.order_id = p_order AND d.decision <> 'cancelled' GROUP BY 1) asked
    LEFT JOIN (SELECT l.item_id, sum(p.qty) AS qty FROM document_line l JOIN line_progress p
               ON p.document_line_id = l.id AND p.step = 'shipped' WHERE l.document_id = p_order GROUP BY 1) sent
        USING (item_id)
    JOIN item i ON i.id = asked.item_id WHERE asked.qty > coalesce(sent.qty, 0) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('returns.not_sold', jsonb_build_object('sku', wrong.sku, 'beyond', wrong.beyond,
            'order', (SELECT number FROM document WHERE id = p_order)));
    END IF;
    RETURN made;
END $$;
