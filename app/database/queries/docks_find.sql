-- The appointments that somebody at the gate means by what they scanned or typed: its number, a plate (however it is
-- spaced), a document's number or the partner's, or the number of an announced unit. Trucks that are here first, then
-- those whose window is nearest to now. warehouse: one; words: in capitals. Relies on appointment_time.
SELECT a.id
FROM appointment a
WHERE a.warehouse_id = %(warehouse)s AND a.state NOT IN ('left', 'cancelled')
  AND (a.state <> 'no_show' OR a.starts_at > now() - interval '2 days')
  AND (a.number = %(words)s
    OR a.plate <> '' AND regexp_replace(upper(a.plate), '[^A-Z0-9]', '', 'g') = regexp_replace(%(words)s, '[^A-Z0-9]', '', 'g')
    OR EXISTS (SELECT FROM appointment_document x JOIN document d ON d.id = x.document_id
        WHERE x.appointment_id = a.id AND (%(words)s IN (upper(d.number), upper(d.reference))
            OR EXISTS (SELECT FROM document_line l JOIN asn_line n ON n.document_line_id = l.id
                JOIN handling_unit u ON u.id = n.handling_unit_id WHERE l.document_id = d.id AND u.sscc = %(words)s))))
ORDER BY a.state IN ('arrived', 'at_door', 'working', 'done') DESC, abs(extract(epoch FROM a.starts_at - now())) LIMIT 9
