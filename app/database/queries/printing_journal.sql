-- A page of the print journal, the newest first. warehouse: id; behind: the last job of the page before, or NULL;
-- words: patterns that must all be found; states: the states to show, or NULL for all; most: how many.
-- A page that was handed to its printer is no trouble: it is read, not scanned.
-- Relies on print_job_pkey: ids grow with time.
SELECT j.id, p.name AS printer, j.template, coalesce(t.definition, '') AS layout, j.content, j.label_uid, j.copies, j.state,
    j.detail, j.reprint_no, j.created_at, coalesce(d.number, '') AS document, coalesce(w.name, '') AS person
FROM print_job j JOIN printer p ON p.id = j.printer_id
LEFT JOIN label_template t ON t.name = j.template AND t.version = j.template_version
LEFT JOIN document d ON d.id = j.document_id
LEFT JOIN person w ON w.id = j.person_id
WHERE j.warehouse_id = %(warehouse)s AND (%(behind)s::uuid IS NULL OR j.id < %(behind)s)
  AND (%(states)s::text[] IS NULL OR j.state = ANY (%(states)s::text[])
       AND NOT (j.state = 'UNVERIFIED' AND j.template LIKE 'page.%%'))
  AND concat_ws(' ', j.label_uid, j.template, p.name, d.number, w.name, j.state) ILIKE ALL (%(words)s::text[])
ORDER BY j.id DESC LIMIT %(most)s
