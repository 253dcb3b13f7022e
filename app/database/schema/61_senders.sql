-- Who sends from a warehouse, in the parts that carriers and customs want; without it the warehouse's own lines say it.
CREATE TABLE warehouse_sender (
    warehouse_id uuid PRIMARY KEY REFERENCES warehouse,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    line_1 text NOT NULL DEFAULT '' CHECK (length(line_1) <= 100),
    line_2 text NOT NULL DEFAULT '' CHECK (length(line_2) <= 100),
    postal_code text NOT NULL DEFAULT '' CHECK (length(postal_code) <= 20),
    city text NOT NULL DEFAULT '' CHECK (length(city) <= 100),
    region text NOT NULL DEFAULT '' CHECK (length(region) <= 100),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 40),
    email text NOT NULL DEFAULT '' CHECK (length(email) <= 100)
);
ALTER TABLE warehouse_sender ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_warehouses ON warehouse_sender FOR SELECT TO PUBLIC
    USING (warehouse_id = ANY ((SELECT my_warehouses())::uuid[]));

-- Who sends from a warehouse, as a section of the parts above; of one without them, its first line and the rest.
CREATE FUNCTION sender_of(p_warehouse uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT to_jsonb(s) - 'warehouse_id' FROM warehouse_sender s WHERE s.warehouse_id = p_warehouse),
        (SELECT jsonb_build_object('name', coalesce(nullif(c.name, ''), w.name), 'line_1', coalesce(l.lines[1], ''),
            'line_2', array_to_string(l.lines[2:], ', '))
         FROM warehouse w CROSS JOIN company c
         CROSS JOIN LATERAL (SELECT array_remove(regexp_split_to_array(w.address, E'\\s*\n\\s*'), '') AS lines) l
         WHERE w.id = p_warehouse))
$$;

-- Says who sends from a warehouse; a section without a name takes it back.
CREATE FUNCTION save_sender(p_warehouse uuid, p_sender jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    PERFORM require('set_up', p_warehouse);
    DELETE FROM warehouse_sender WHERE warehouse_id = p_warehouse;
    IF coalesce(p_sender ->> 'name', '') <> '' THEN
        INSERT INTO warehouse_sender
        SELECT p_warehouse, s.name, coalesce(s.line_1, ''), coalesce(s.line_2, ''), coalesce(s.postal_code, ''),
            coalesce(s.city, ''), coalesce(s.region, ''), s.country, coalesce(s.phone, ''), coalesce(s.email, '')
        FROM jsonb_to_record(p_sender) AS s (name text, line_1 text, line_2 text, postal_code text, city text, region text,
            country text, phone text, email text);
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION sender_of(uuid), save_sender(uuid, jsonb) TO @everyone@;
