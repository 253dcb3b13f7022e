-- Partners beyond their name: where they are, who answers there.

CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON partner FOR EACH ROW EXECUTE FUNCTION keep_version();
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE ON item_level FOR EACH ROW EXECUTE FUNCTION keep_version();

-- `line_1` and `line_2` are the street; `region` the state or province, by its code where the country has codes; `district`
-- a part of the city where addresses have one; `country` two ISO 3166 letters.
CREATE TABLE partner_address (
    id uuid PRIMARY KEY DEFAULT new_id(),
    partner_id uuid NOT NULL REFERENCES partner ON DELETE CASCADE,
    purpose text NOT NULL DEFAULT 'delivery' CHECK (purpose IN ('delivery', 'billing', 'pickup', 'returns', 'office')),
    name text NOT NULL DEFAULT '',
    line_1 text NOT NULL DEFAULT '',
    line_2 text NOT NULL DEFAULT '',
    district text NOT NULL DEFAULT '',
    postal_code text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    region text NOT NULL DEFAULT '',
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    first boolean NOT NULL DEFAULT false
);
CREATE INDEX partner_address_partner ON partner_address (partner_id);
CREATE UNIQUE INDEX partner_address_first ON partner_address (partner_id, purpose) WHERE first;

CREATE TABLE partner_contact (
    id uuid PRIMARY KEY DEFAULT new_id(),
    partner_id uuid NOT NULL REFERENCES partner ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    role text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT ''
);
CREATE INDEX partner_contact_partner ON partner_contact (partner_id);

ALTER TABLE person_owner ADD FOREIGN KEY (owner_id) REFERENCES partner;
