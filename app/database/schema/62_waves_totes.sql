-- Totes: in whose hands empty ones are, in which slots of a cart they stand, and whose goods may lie in one together.

-- An empty tote in somebody's hand: of which order or walk, and who scanned it. It counts as long as they pick that; whoever
-- takes it next writes over it.
CREATE TABLE tote_claim (
    tote_id uuid PRIMARY KEY REFERENCES handling_unit ON DELETE CASCADE,
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES person
);
CREATE INDEX tote_claim_document ON tote_claim (document_id);

-- The claim on a tote for another order or walk than p_document (and the walk that p_document is on) that is being picked
-- now: {document, person}; NULL where there is none.
CREATE FUNCTION tote_claimed(p_tote uuid, p_document uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = stockhand, pg_temp AS $$
    SELECT jsonb_build_object('document', d.number, 'person', p.name)
    FROM tote_claim c JOIN document d ON d.id = c.document_id AND d.decision = 'released' JOIN person p ON p.id = c.person_id
    WHERE c.tote_id = p_tote AND c.document_id IS DISTINCT FROM p_document
      AND NOT EXISTS (SELECT FROM batch_slot s WHERE s.batch_id = c.document_id AND s.order_id = p_document)
      AND (EXISTS (SELECT FROM batch b WHERE b.document_id = c.document_id AND b.leased_until > now())
           OR EXISTS (SELECT FROM document_line l JOIN task t ON t.document_line_id = l.id AND t.kind = 'pick'
               WHERE l.document_id = c.document_id AND t.leased_until > now()))
$$;

-- Makes a tote known by the number that it carries, or gives it one; returns {id, number}.
CREATE FUNCTION register_tote(p_warehouse uuid, p_number text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made handling_unit;
BEGIN
    PERFORM require('pick', p_warehouse);
    made := create_handling_unit('tote', p_warehouse, (SELECT id FROM location WHERE warehouse_id = p_warehouse
        AND kind = 'tote' ORDER BY walk_position, address LIMIT 1), p_number);
    RETURN jsonb_build_object('id', made.id, 'number', made.sscc);
END $$;

-- Takes a tote for an order or a walk that this person holds; its other tote, if it was left empty, is free again.
CREATE FUNCTION keep_tote(p_document uuid, p_warehouse uuid, p_tote uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM hold_tote(p_tote, p_warehouse, p_document);
    DELETE FROM tote_claim WHERE document_id = p_document AND tote_id <> p_tote;
    INSERT INTO tote_claim AS c VALUES (p_tote, p_document, actor())
    ON CONFLICT (tote_id) DO UPDATE SET document_id = excluded.document_id, person_id = excluded.person_id
        WHERE (c.document_id, c.person_id) IS DISTINCT FROM (excluded.document_id, excluded.person_id);
END $$;

-- The same for whoever picks an order or a walk with one tote. Refuses `picking.leased`, `picking.tote_in_use`,
-- `picking.tote_claimed`.
CREATE FUNCTION claim_tote(p_document uuid, p_tote uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document;
    IF d.kind = 'batch' THEN
        PERFORM hold_walk(p_document);
    ELSE
        PERFORM hold_order(p_document);
    END IF;
    PERFORM keep_tote(p_document, d.warehouse_id, p_tote);
END $$;

-- The same with a tote that nobody knows yet, by the number that it carries or a new one; returns {id, number}.
CREATE FUNCTION claim_new_tote(p_document uuid, p_number text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made jsonb := register_tote((SELECT warehouse_id FROM document WHERE id = p_document), p_number);
BEGIN
    PERFORM claim_tote(p_document, (made ->> 'id')::uuid);
    RETURN made;
END $$;

-- Puts a tote into the slot of an order: the first one, or another where that is full.
CREATE FUNCTION put_tote(p_batch uuid, p_order uuid, p_tote uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM hold_walk(p_batch);
    PERFORM hold_tote(p_tote, (SELECT warehouse_id FROM document WHERE id = p_batch), p_order);
    UPDATE batch_slot SET tote_id = p_tote WHERE batch_id = p_batch AND order_id = p_order;
    IF NOT FOUND THEN
        PERFORM refuse('picking.task_gone');
    END IF;
END $$;

-- The same with a tote that nobody knows yet, by the number that it carries or a new one; returns {id, number}.
CREATE FUNCTION put_new_tote(p_batch uuid, p_order uuid, p_number text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    made jsonb := register_tote((SELECT warehouse_id FROM document WHERE id = p_batch), p_number);
BEGIN
    PERFORM put_tote(p_batch, p_order, (made ->> 'id')::uuid);
    RETURN made;
END $$;

-- The number of the order for whose slot a tote stands on a cart that is under way, other than p_order (an order or a walk);
-- NULL: for none.
CREATE FUNCTION tote_kept_for(p_tote uuid, p_order uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT o.number FROM batch_slot s JOIN document b ON b.id = s.batch_id AND b.decision = 'released'
    JOIN document o ON o.id = s.order_id AND o.decision = 'released'
    WHERE s.tote_id = p_tote AND p_order NOT IN (s.order_id, s.batch_id) LIMIT 1
$$;

-- The orders whose goods may lie in one tote with those of p_order (an order or a walk): that one, or all of a walk that is
-- sorted afterwards.
CREATE FUNCTION share_a_tote(p_order uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT array_append(ARRAY(SELECT o.order_id FROM batch_slot s JOIN batch b ON b.document_id = s.batch_id AND b.mode = 'sort'
        JOIN document d ON d.id = s.batch_id AND d.decision IN ('released', 'closed')
        JOIN batch_slot o ON o.batch_id = s.batch_id WHERE p_order IN (s.order_id, s.batch_id)), p_order)
$$;

REVOKE ALL ON FUNCTION keep_tote(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_tote(uuid, text), tote_claimed(uuid, uuid), claim_tote(uuid, uuid), claim_new_tote(uuid, text),
    put_tote(uuid, uuid, uuid), put_new_tote(uuid, uuid, text) TO @everyone@;
