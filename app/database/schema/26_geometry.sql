-- The inside of a warehouse: how its places hang together, where one walks, and which item has which bin for itself.

-- A place hangs below a warehouse or a zone of its own warehouse, and zones never in a circle. A place with a profile is
-- as its profile says.
CREATE FUNCTION keep_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    above location;
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO above FROM location WHERE id = NEW.parent_id;
        IF above.warehouse_id IS DISTINCT FROM NEW.warehouse_id OR above.kind NOT IN ('warehouse', 'zone') THEN
            PERFORM refuse('location.wrong_parent', jsonb_build_object('place', NEW.address, 'parent', above.address));
        END IF;
        IF NEW.kind = 'zone' AND above.kind = 'zone' THEN
            PERFORM keep_zones_apart(NEW, above);
        END IF;
    END IF;
    IF NEW.profile_id IS NOT NULL THEN
        SELECT capacity_units, mixing, negative_allowed INTO NEW.capacity_units, NEW.mixing, NEW.negative_allowed
        FROM location_profile WHERE id = NEW.profile_id;
    END IF;
    RETURN NEW;
END $$;

-- Refuses a zone below itself. Whoever nests zones queues for the warehouse's row, so that two at once close no circle.
CREATE FUNCTION keep_zones_apart(p_zone location, p_above location) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM 1 FROM warehouse WHERE id = p_zone.warehouse_id FOR NO KEY UPDATE;
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT l.id, l.parent_id, 1 AS n FROM location l WHERE l.id = p_above.id
            UNION ALL
            SELECT l.id, l.parent_id, up.n + 1 FROM up JOIN location l ON l.id = up.parent_id WHERE up.n < 100
        )
        SELECT FROM up WHERE up.id = p_zone.id
    ) THEN
        PERFORM refuse('location.circle', jsonb_build_object('place', p_zone.address, 'parent', p_above.address));
    END IF;
END $$;
CREATE TRIGGER keep_place BEFORE INSERT OR UPDATE OF parent_id, profile_id, capacity_units, mixing, negative_allowed
    ON location FOR EACH ROW EXECUTE FUNCTION keep_place();

-- A profile that changes takes its places along.
CREATE FUNCTION keep_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    UPDATE location SET mixing = NEW.mixing WHERE profile_id = NEW.id; -- keep_place() brings the rest
    RETURN NULL;
END $$;
CREATE TRIGGER keep_profile AFTER UPDATE OF capacity_units, mixing, negative_allowed ON location_profile
    FOR EACH ROW WHEN ((OLD.capacity_units, OLD.mixing, OLD.negative_allowed)
        IS DISTINCT FROM (NEW.capacity_units, NEW.mixing, NEW.negative_allowed))
    EXECUTE FUNCTION keep_profile();

-- A stretch to walk on, from one end to the other, in mm of the warehouse's plan. `forward`: from the first end to the
-- second only. A cross aisle joins aisles; a closed one is walked by nobody. `position`: its turn in the walk.
CREATE TABLE aisle (
    id uuid PRIMARY KEY DEFAULT new_id(),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    name text NOT NULL CHECK (name <> ''),
    kind text NOT NULL DEFAULT 'aisle' CHECK (kind IN ('aisle', 'cross')),
    x1_mm int NOT NULL,
    y1_mm int NOT NULL,
    x2_mm int NOT NULL,
    y2_mm int NOT NULL,
    direction text NOT NULL DEFAULT 'both' CHECK (direction IN ('both', 'forward', 'backward')),
    closed boolean NOT NULL DEFAULT false,
    position int NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (warehouse_id, name),
    CHECK ((x1_mm, y1_mm) <> (x2_mm, y2_mm))
);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON aisle FOR EACH ROW EXECUTE FUNCTION keep_version();
ALTER TABLE location ADD FOREIGN KEY (aisle_id) REFERENCES aisle ON DELETE SET NULL;
CREATE INDEX location_aisle ON location (aisle_id) WHERE aisle_id IS NOT NULL;

-- A bin that is kept for an item: filled up to `maximum` when it falls below `minimum`, in base units.
CREATE TABLE pick_face (
    id uuid PRIMARY KEY DEFAULT new_id(),
    location_id uuid NOT NULL REFERENCES location,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    item_id uuid NOT NULL REFERENCES item ON DELETE CASCADE,
    minimum numeric(18, 6) NOT NULL CHECK (minimum >= 0),
    maximum numeric(18, 6) NOT NULL CHECK (maximum > 0),
    version int NOT NULL DEFAULT 1,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (location_id, item_id),
    CHECK (minimum < maximum)
);
CREATE INDEX pick_face_item ON pick_face (item_id, warehouse_id);
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON pick_face FOR EACH ROW EXECUTE FUNCTION keep_version();
