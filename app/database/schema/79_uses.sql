-- Carriers and warehouses that nobody needs: what they are used for, and whether one may go. The same of other records stands
-- with them (`uses_of_…`).

INSERT INTO record_kind (name, permission, naming) VALUES ('carrier', 'set_up', 'code');

-- What a carrier is used for: labels, manifests, orders that wait for it, cut-offs, customers who usually want it;
-- our own delivery for what names no carrier.
CREATE FUNCTION uses_of_carrier(p_carrier uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    called text := (SELECT code FROM carrier WHERE id = p_carrier);
BEGIN
    PERFORM require_somewhere(ARRAY['set_up']);
    RETURN QUERY
    SELECT u.what, count(*), (array_agg(DISTINCT u.name ORDER BY u.name))[1:5] FROM (
        SELECT 'label' AS what, b.reference AS name FROM purchase b WHERE b.carrier_id = p_carrier
        UNION ALL SELECT 'carton', h.sscc FROM parcel p JOIN handling_unit h ON h.id = p.handling_unit_id WHERE p.carrier = called
        UNION ALL SELECT 'document', d.number FROM shipment s JOIN document d ON d.id = s.document_id WHERE s.carrier_id = p_carrier
        UNION ALL SELECT 'open_document', d.number FROM customer_order o JOIN document d ON d.id = o.document_id
            WHERE o.carrier = called AND d.decision NOT IN ('cancelled', 'closed')
        UNION ALL SELECT 'cut_off', w.code FROM carrier_cut_off t JOIN warehouse w ON w.id = t.warehouse_id WHERE t.carrier = called
        UNION ALL SELECT 'partner', p.code FROM partner p WHERE p.order_carrier = called
        UNION ALL SELECT 'fallback', called WHERE called = 'house'
    ) u GROUP BY u.what ORDER BY u.what;
END $$;

-- What a warehouse is used for: everything that its places are used for, and what else belongs to it.
CREATE FUNCTION uses_of_warehouse(p_warehouse uuid) RETURNS TABLE (what text, count bigint, names text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require_somewhere(ARRAY['set_up']);
    RETURN QUERY
    SELECT p.* FROM uses_of_places(ARRAY(SELECT id FROM location WHERE warehouse_id = p_warehouse)) p
    WHERE p.what NOT IN ('place', 'document')
    UNION ALL
    SELECT u.what, count(*), (array_agg(DISTINCT u.name ORDER BY u.name))[1:5] FROM (
        SELECT CASE WHEN d.decision IN ('cancelled', 'closed') THEN 'document' ELSE 'open_document' END AS what, d.number AS name
        FROM document d WHERE p_warehouse IN (d.warehouse_id, d.to_warehouse_id)
        UNION ALL SELECT 'station', s.name FROM station s WHERE s.warehouse_id = p_warehouse
        UNION ALL SELECT 'person', n.name FROM person_group g JOIN person n ON n.id = g.person_id WHERE g.warehouse_id = p_warehouse
        UNION ALL SELECT 'level', i.sku FROM item_level v JOIN item i ON i.id = v.item_id WHERE v.warehouse_id = p_warehouse
        UNION ALL SELECT 'policy', p.capability FROM policy p WHERE p.scope = 'warehouse' AND p.scope_id = p_warehouse
        UNION ALL SELECT 'cut_off', t.carrier FROM carrier_cut_off t WHERE t.warehouse_id = p_warehouse
    ) u GROUP BY u.what ORDER BY 1;
END $$;

-- A warehouse that is put away disappears wherever one is chosen, so nothing may be in it or on its way there.
CREATE FUNCTION keep_warehouse() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    busy record;
BEGIN
    SELECT sum(u.count) AS count, string_agg(array_to_string(u.names, ', '), ', ') AS names INTO busy
    FROM uses_of_warehouse(OLD.id) u WHERE u.what IN ('stock', 'open_document', 'task');
    IF busy.count > 0 THEN
        PERFORM refuse('sites.warehouse_busy', jsonb_build_object('warehouse', OLD.code, 'where', busy.names));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_warehouse BEFORE UPDATE OF active ON warehouse FOR EACH ROW
    WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION keep_warehouse();

REVOKE ALL ON FUNCTION uses_of_carrier(uuid), uses_of_warehouse(uuid), keep_warehouse() FROM PUBLIC;
