-- Photos of what people found with the goods of a document: crushed, wet, the wrong thing. The picture itself is an
-- attachment, kept once however often it is brought. `document_line_id`: which goods it shows; `run_id`: the
-- conversation in which it was taken, with which it is undone.
CREATE TABLE document_photo (
    document_id uuid NOT NULL REFERENCES document,
    sha256 bytea NOT NULL REFERENCES attachment,
    document_line_id uuid REFERENCES document_line,
    run_id uuid REFERENCES dialog_run,
    reason text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL REFERENCES person,
    PRIMARY KEY (document_id, sha256)
);
CREATE INDEX document_photo_attachment ON document_photo (sha256);
CREATE INDEX document_photo_line ON document_photo (document_line_id);
CREATE INDEX document_photo_run ON document_photo (run_id);

-- Puts a picture that is kept to a document of goods that come in, or of a truck that leaves; the same picture again
-- changes nothing. Refuses `photo.not_kept` for a picture that nobody brought.
CREATE FUNCTION add_photo(p_document uuid, p_line uuid, p_run uuid, p_reason text, p_sha256 bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    d document;
BEGIN
    SELECT * INTO d FROM document WHERE id = p_document;
    IF NOT FOUND THEN
        PERFORM refuse('document.unknown');
    END IF;
    IF d.kind = 'shipment' THEN
        PERFORM require('ship', d.warehouse_id);
    ELSE
        PERFORM require_at_dock(d.warehouse_id);
    END IF;
    IF NOT EXISTS (SELECT FROM attachment WHERE sha256 = p_sha256) THEN
        PERFORM refuse('photo.not_kept');
    END IF;
    INSERT INTO document_photo (document_id, sha256, document_line_id, run_id, reason, person_id)
    SELECT d.id, p_sha256, (SELECT id FROM document_line WHERE id = p_line AND document_id = d.id),
        (SELECT id FROM dialog_run WHERE id = p_run AND person_id = actor()), p_reason, actor()
    ON CONFLICT DO NOTHING;
END $$;
