-- Who did it: person and station are what the sign-on says, whatever the client wrote. And the trail of master data.

CREATE FUNCTION attribute() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    NEW.person_id := actor();
    NEW.station_id := this_station();
    RETURN NEW;
END $$;
CREATE TRIGGER attribute BEFORE INSERT ON scan_event FOR EACH ROW EXECUTE FUNCTION attribute();
CREATE TRIGGER attribute BEFORE INSERT ON device_reading FOR EACH ROW EXECUTE FUNCTION attribute();
CREATE TRIGGER attribute BEFORE INSERT ON print_job FOR EACH ROW EXECUTE FUNCTION attribute();

CREATE FUNCTION attribute_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    NEW.person_id := actor();
    RETURN NEW;
END $$;
CREATE TRIGGER attribute BEFORE INSERT ON print_job_history FOR EACH ROW EXECUTE FUNCTION attribute_person();
CREATE TRIGGER attribute BEFORE INSERT ON document_history FOR EACH ROW EXECUTE FUNCTION attribute_person();
CREATE TRIGGER attribute BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION attribute_person();

CREATE TABLE audit (
    id uuid PRIMARY KEY DEFAULT new_id(),
    at timestamptz NOT NULL DEFAULT now(),
    person_id uuid,
    station_id uuid,
    login name NOT NULL DEFAULT session_user,
    table_name text NOT NULL,
    verb text NOT NULL,
    row_id text NOT NULL,
    before jsonb,
    after jsonb
);
CREATE INDEX audit_row ON audit (table_name, row_id);
CREATE INDEX audit_at ON audit USING brin (at) WITH (pages_per_range = 16, autosummarize = on);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The record that a row of the trail is about: by `p_column` where it is given, else by the keys that tables have.
CREATE FUNCTION audited_row(p_row jsonb, p_column text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_row ->> p_column, p_row ->> 'item_id', p_row ->> 'id', p_row ->> 'target_id', p_row ->> 'person_id',
        p_row ->> 'group_name', '')
$$;

-- Keeps what changed on a record of master data: before and after, by whom. An argument names the column of the record
-- that a row belongs to, in whose history it stands.
CREATE FUNCTION keep_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    INSERT INTO audit (person_id, station_id, table_name, verb, row_id, before, after)
    VALUES (actor(), this_station(), TG_TABLE_NAME, TG_OP, audited_row(coalesce(new_row, old_row), TG_ARGV[0]), old_row,
        new_row);
    RETURN NULL;
END $$;

-- The same for all rows together that one statement makes (`made`) or removes (`gone`) in the tables of long lists: asking
-- once a row who does it took more than the rows.
CREATE FUNCTION keep_audit_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    person uuid := actor();
    station uuid := this_station();
BEGIN
    INSERT INTO audit (person_id, station_id, table_name, verb, row_id, after)
    SELECT person, station, TG_TABLE_NAME, TG_OP, audited_row(r.line, NULL), r.line
    FROM (SELECT to_jsonb(m) AS line FROM made m OFFSET 0) r;
    RETURN NULL;
END $$;
CREATE FUNCTION keep_audit_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    person uuid := actor();
    station uuid := this_station();
BEGIN
    INSERT INTO audit (person_id, station_id, table_name, verb, row_id, before)
    SELECT person, station, TG_TABLE_NAME, TG_OP, audited_row(r.line, NULL), r.line
    FROM (SELECT to_jsonb(g) AS line FROM gone g OFFSET 0) r;
    RETURN NULL;
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['category', 'partner', 'person', 'person_group', 'person_permission', 'group_permission',
        'station', 'warehouse', 'warehouse_sender', 'policy', 'printer', 'carrier', 'carrier_cut_off', 'document', 'company',
        'closed_period', 'pick_shift',
        'item_template', 'attribute_definition', 'bom', 'bom_line', 'item_substitute', 'item_image', 'item_transition',
        'location_profile', 'aisle', 'person_owner', 'supplier_claim', 'checklist',
        'carton_type', 'pack_extra'] LOOP
        EXECUTE format('CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION keep_audit()', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['item', 'item_uom', 'item_level', 'discrepancy', 'inspection'] LOOP
        EXECUTE format('CREATE TRIGGER keep_audit AFTER UPDATE ON %1$I FOR EACH ROW EXECUTE FUNCTION keep_audit();
            CREATE TRIGGER keep_audit_made AFTER INSERT ON %1$I REFERENCING NEW TABLE AS made
                FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_made();
            CREATE TRIGGER keep_audit_gone AFTER DELETE ON %1$I REFERENCING OLD TABLE AS gone
                FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_gone()', t);
    END LOOP;
END $$;
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON reason
    FOR EACH ROW EXECUTE FUNCTION keep_audit('code');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON label_template
    FOR EACH ROW EXECUTE FUNCTION keep_audit('name');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON station_template
    FOR EACH ROW EXECUTE FUNCTION keep_audit('name');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON partner_shelf_life
    FOR EACH ROW EXECUTE FUNCTION keep_audit('partner_id');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON closed_day
    FOR EACH ROW EXECUTE FUNCTION keep_audit('warehouse_id');
-- Of the codes, those of goods.
CREATE FUNCTION keep_audit_of_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    person uuid := actor();
    station uuid := this_station();
BEGIN
    INSERT INTO audit (person_id, station_id, table_name, verb, row_id, before, after)
    SELECT person, station, TG_TABLE_NAME, TG_OP, c.target_id::text, CASE TG_OP WHEN 'DELETE' THEN to_jsonb(c) END,
        CASE TG_OP WHEN 'INSERT' THEN to_jsonb(c) END
    FROM changed c WHERE c.kind = 'item';
    RETURN NULL;
END $$;
CREATE TRIGGER keep_audit_made AFTER INSERT ON code REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_of_codes();
CREATE TRIGGER keep_audit_gone AFTER DELETE ON code REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_of_codes();
-- Not what the ledger itself notes on a place: that it was used, that it is being counted.
CREATE TRIGGER keep_audit AFTER INSERT OR DELETE OR UPDATE OF parent_id, name, address, code, active, negative_allowed,
    capacity_units, mixing, walk_position, purpose, profile_id, partner_id, aisle_id, x_mm, y_mm, width_mm, depth_mm, level
    ON location FOR EACH ROW EXECUTE FUNCTION keep_audit();
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON pick_face
    FOR EACH ROW EXECUTE FUNCTION keep_audit('location_id');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON partner_address
    FOR EACH ROW EXECUTE FUNCTION keep_audit('partner_id');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON partner_contact
    FOR EACH ROW EXECUTE FUNCTION keep_audit('partner_id');
CREATE TRIGGER keep_audit AFTER INSERT OR UPDATE OR DELETE ON cart
    FOR EACH ROW EXECUTE FUNCTION keep_audit('handling_unit_id');
