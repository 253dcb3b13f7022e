-- What follows when something was posted, in the transaction that posts it: one place for all capabilities. One trigger that
-- looks at the kind: the conditions of eight were read anew by each posting, which took a fifteenth of its time.

CREATE FUNCTION follow_posting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
BEGIN
    IF NEW.reverses IS NOT NULL THEN
        PERFORM follow_reversal(NEW);
    ELSIF NEW.kind IN ('pack', 'unpack', 'ship') THEN
        PERFORM follow_ledger(NEW);
    ELSIF NEW.kind = 'repack' THEN
        PERFORM link_repacked(NEW);
    ELSIF NEW.kind IN ('transfer_in', 'return_in', 'return_out', 'kit_produce') THEN
        PERFORM close_by_itself(NEW);
    ELSIF NEW.kind IN ('receipt', 'receipt_blind') THEN
        IF NEW.document_id IS NOT NULL THEN
            PERFORM truck_at_work(NEW);
        END IF;
        PERFORM want_inspections(NEW);
    END IF;
    RETURN NULL;
END $$;

-- The same when a posting is taken back: what it had ended is open again.
CREATE FUNCTION follow_reversal(p_posting posting) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_posting.kind IN ('transfer_in', 'return_in', 'return_out', 'kit_produce', 'ship') THEN
        PERFORM close_by_itself(p_posting);
    END IF;
    CASE p_posting.kind
        WHEN 'pack', 'unpack', 'ship' THEN PERFORM follow_ledger(p_posting);
        WHEN 'pick' THEN PERFORM reopen_picks(p_posting);
        WHEN 'cross_dock' THEN PERFORM free_cross_docked(p_posting);
        WHEN 'move' THEN PERFORM reopen_replenishment(p_posting);
        WHEN 'inspected' THEN PERFORM reopen_taken_back(p_posting);
        ELSE NULL;
    END CASE;
END $$;
CREATE TRIGGER follow_posting AFTER INSERT ON posting FOR EACH ROW EXECUTE FUNCTION follow_posting();
