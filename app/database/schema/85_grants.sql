-- What roles may touch. People and stations read; they write through functions. Managers also write master data.

REVOKE ALL ON ALL TABLES IN SCHEMA stockhand FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA stockhand FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;

GRANT USAGE ON SCHEMA stockhand TO @everyone@, @sealer@;
GRANT SELECT ON ALL TABLES IN SCHEMA stockhand TO @everyone@;
REVOKE ALL ON server_secret, person_pin, sign_on, request, seal_turn, approval FROM @everyone@;
DO $$
DECLARE
    part text;
BEGIN
    FOR part IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'stockhand.stock_move'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM @everyone@', part);
    END LOOP;
END $$;

-- The functions that people and stations call. Each asks for itself what the person may.
GRANT EXECUTE ON FUNCTION
    nil(), new_id(), refuse(text, jsonb), actor(), this_station(), require_actor(), may(text, uuid), my_permissions(),
    my_warehouses(), require(text, uuid), pin_salt(text), sign_on(text, bytea, boolean), sign_off(),
    set_pin(uuid, bytea, bytea), unlock_pin(uuid), save_person(text, text, text[], name, boolean),
    save_station(text, name, uuid, text), approve(text, bytea, uuid, text, uuid), use_approval(uuid, text),
    create_warehouse(text, text, text, text, text), create_handling_unit(text, uuid, uuid, text),
    gs1_check_digit(text),
    create_document(text, uuid, uuid, text, date, uuid[], text[], numeric[], numeric, numeric[], text),
    decide_document(uuid, text, int, text), close_lines(uuid, text, text, boolean, text),
    post_moves(uuid, text, uuid, uuid[], numeric[], uuid[], uuid[], uuid[], uuid[], uuid[], text[], text[], uuid[], uuid[],
        uuid[], text[], numeric[], numeric[], uuid, timestamptz),
    reverse_posting(uuid, uuid, text), ensure_trace(uuid, text, text, date, date),
    reserve_stock(uuid, uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], text[], numeric[]),
    release_stock(uuid, uuid, uuid, uuid, numeric), seal_postings(), learn_weight(uuid, numeric, numeric, int),
    resolve_codes(text[], text[]), open_dialog(text, int, uuid, jsonb),
    begin_step(uuid, uuid, text, text, text, numeric, text[], text[]),
    finish_step(uuid, uuid, jsonb, jsonb, jsonb, uuid[], text, text, boolean, uuid, uuid),
    store_unused_scan(uuid, uuid, text, text, text, numeric), undo_step(uuid, uuid),
    queue_label(uuid, uuid, uuid, text, jsonb, text, int, uuid, uuid, uuid, text), lease_printer(uuid, text, int),
    advance_print_job(uuid, bigint, text, text, bytea, text, bigint, bigint), redirect_print_job(uuid, uuid),
    open_parcel(uuid, uuid, text, numeric), advance_parcel(uuid, text, numeric, numeric, text, text, text)
TO @everyone@;

-- Master data by grants: who may set up, at a desk, with a login of their own.
GRANT INSERT, UPDATE ON uom, category, item, item_uom, item_level, partner, policy, reason, printer, location,
    customer_order TO @manager@, @admin@;
GRANT DELETE ON item_uom, item_level TO @manager@, @admin@;
GRANT INSERT, DELETE ON code TO @manager@, @admin@;
GRANT UPDATE ON company TO @admin@;
GRANT EXECUTE ON FUNCTION ensure_partitions(int) TO @worker@;

-- The sealer's role: seals and proves, nothing else.
GRANT SELECT ON ALL TABLES IN SCHEMA stockhand TO @sealer@;
REVOKE ALL ON server_secret, person_pin, sign_on FROM @sealer@;
GRANT UPDATE (seal_no) ON posting TO @sealer@;
GRANT INSERT ON seal TO @sealer@;
GRANT UPDATE ON seal_turn TO @sealer@;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA stockhand TO @sealer@;
