-- What was found on the pieces of an inspection (its id), in their order: who, when, and the readings of each.
SELECT c.id, c.pieces, c.defective, c.at, w.name AS person,
    coalesce((SELECT jsonb_agg(jsonb_build_object('check', r.check_no, 'good', r.good, 'value', trim_scale(r.value)::text) ORDER BY r.check_no)
              FROM inspection_reading r WHERE r.inspection_piece_id = c.id), '[]') AS readings
FROM inspection_piece c JOIN person w ON w.id = c.person_id WHERE c.inspection_id = %(inspection)s ORDER BY c.at, c.id
