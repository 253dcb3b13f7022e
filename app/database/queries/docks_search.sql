-- Appointments of any day with all these words (in capitals) in their number, plate, carrier, partner, driver, contact, note
-- or documents: those nearest to now. warehouse: one. Relies on appointment_time, appointment_document_pkey.
SELECT a.id
FROM appointment a LEFT JOIN partner p ON p.id = a.partner_id
CROSS JOIN LATERAL (SELECT upper(concat_ws(' ', a.number, a.plate, a.carrier, p.code, p.name, a.driver, a.contact, a.note,
    (SELECT string_agg(concat_ws(' ', d.number, d.reference), ' ') FROM appointment_document x
     JOIN document d ON d.id = x.document_id WHERE x.appointment_id = a.id))) AS words) said
WHERE a.warehouse_id = %(warehouse)s
  AND NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w (word) WHERE strpos(said.words, w.word) = 0)
ORDER BY abs(extract(epoch FROM a.starts_at - now())), a.number LIMIT 200
