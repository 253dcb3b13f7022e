-- What people call carriers and their services, the same on every screen and paper.

-- A code such as `two_person` as people read it.
CREATE FUNCTION code_in_words(code text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(left(code, 1)) || replace(substr(code, 2), '_', ' ')
$$;

-- What people call the services of carriers. Lists join it, once for all of their rows.
CREATE VIEW carrier_service WITH (security_invoker) AS
    SELECT c.code AS carrier, s ->> 'code' AS service, s ->> 'name' AS name
    FROM carrier c CROSS JOIN LATERAL jsonb_array_elements(c.setup -> 'services') s;

-- What people call a carrier and its service, on screens and papers: by its set-up, else by the code in words; for one row
-- or a few, since each call asks for itself.
CREATE FUNCTION carrier_called(called text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT c.name FROM carrier c WHERE c.code = called), code_in_words(called))
$$;
CREATE FUNCTION service_called(carried_by text, called text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT s.name FROM carrier_service s WHERE s.carrier = carried_by AND s.service = called),
        code_in_words(called))
$$;
