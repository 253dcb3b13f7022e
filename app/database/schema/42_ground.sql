-- What the ledger rests on: items, places and owners stay, and stay what they are, while goods are there or on their way.

-- Keeps what new balances stand on, items, places and owners, from being removed or counted otherwise meanwhile: whoever
-- does that waits for this transaction, and is refused (keep_ground, keep_ground_there). What changed just before is looked
-- at again here. (Where a balance is already, they stay by that.)
CREATE FUNCTION hold_ground(p_deltas stock_delta[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM item WHERE id IN (SELECT d.item_id FROM unnest(p_deltas) d) ORDER BY id FOR KEY SHARE;
    PERFORM 1 FROM location WHERE id IN (SELECT d.location_id FROM unnest(p_deltas) d) ORDER BY id FOR KEY SHARE;
    PERFORM 1 FROM partner WHERE id IN (SELECT d.owner_id FROM unnest(p_deltas) d WHERE d.owner_id <> nil()) ORDER BY id
    FOR KEY SHARE;
    IF EXISTS (SELECT FROM unnest(p_deltas) d LEFT JOIN item i ON i.id = d.item_id LEFT JOIN location l ON l.id = d.location_id
            WHERE l.id IS NULL OR i.id IS NULL OR round(d.qty, i.decimals) <> d.qty
               OR (i.tracking = 'none') <> (d.trace_id = nil())
               OR d.owner_id <> nil() AND NOT EXISTS (SELECT FROM partner p WHERE p.id = d.owner_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'goods or their place changed meanwhile';
    END IF;
END $$;

-- What the ledger rests on stays as it is once there are moves: how an item is tracked and counted, what a place is. Whoever
-- changes an item waits for those who are bringing the first of it (hold_ground).
CREATE FUNCTION keep_ground() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'item' THEN
        PERFORM 1 FROM item WHERE id = OLD.id FOR UPDATE;
    END IF;
    IF TG_TABLE_NAME = 'item' AND EXISTS (SELECT FROM stock_move WHERE item_id = OLD.id) THEN
        PERFORM refuse('item.has_moves', jsonb_build_object('sku', OLD.sku));
    ELSIF TG_TABLE_NAME = 'location' THEN
        PERFORM refuse('location.kind_stays', jsonb_build_object('place', OLD.address));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_ground BEFORE UPDATE ON item FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.tracking <> NEW.tracking OR OLD.decimals > NEW.decimals OR OLD.base_uom <> NEW.base_uom
        OR OLD.catch_weight <> NEW.catch_weight)
    EXECUTE FUNCTION keep_ground();
CREATE TRIGGER keep_ground BEFORE UPDATE ON location FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.kind <> NEW.kind OR OLD.warehouse_id <> NEW.warehouse_id)
    EXECUTE FUNCTION keep_ground();

-- Nothing goes that goods lie in, are, or belong to: not even what somebody was just bringing them to. The argument is the
-- column of the balances by which they name it.
CREATE FUNCTION keep_ground_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    used record;
BEGIN
    EXECUTE format('SELECT count(*) AS count, min(i.sku) AS sku, min(l.address) AS place, min(g.name) AS name
        FROM gone g JOIN stock_balance b ON b.%I = g.id
        LEFT JOIN item i ON i.id = b.item_id LEFT JOIN location l ON l.id = b.location_id', TG_ARGV[0]) INTO used;
    IF used.count > 0 THEN
        PERFORM refuse('record.in_use', jsonb_build_object('record', used.name, 'count', used.count,
            'where', concat_ws(', ', used.sku, used.place)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_ground_there AFTER DELETE ON item REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_ground_there('item_id');
CREATE TRIGGER keep_ground_there AFTER DELETE ON location REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_ground_there('location_id');
CREATE TRIGGER keep_ground_there AFTER DELETE ON partner REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_ground_there('owner_id');
