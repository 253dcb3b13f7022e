-- What roles may touch. People and stations read; they write through functions. Managers also write master data.

REVOKE ALL ON ALL TABLES IN SCHEMA stockhand FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA stockhand FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stockhand FROM PUBLIC;

GRANT USAGE ON SCHEMA stockhand TO @everyone@, @sealer@;
GRANT SELECT ON ALL TABLES IN SCHEMA stockhand TO @everyone@;
REVOKE ALL ON server_secret, person_pin, sign_on, request, record_request, seal_turn, approval, retired_badge, wrong_pin, person FROM @everyone@;
GRANT SELECT (id, name, login, language, active, system) ON person TO @everyone@; -- not the badge: badges()
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
    nil(), new_id(), refuse(text, jsonb), actor(), this_station(), require_actor(), may(text, uuid), may_somewhere(text), my_permissions(),
    my_warehouses(), knows_badge(uuid), badges(), require(text, uuid), pin_salt(text), sign_on(text, bytea, boolean), sign_off(),
    stay_signed_on(), change_pin(text, bytea, bytea, bytea), set_pin(uuid, bytea, bytea, boolean), unlock_pin(uuid),
    save_person(text, text, text[], name, text), set_groups(uuid, text[], uuid), set_person_active(uuid, boolean),
    replace_badge(uuid, text), set_login(uuid, name), sign_off_everywhere(uuid),
    set_permission(uuid, text, boolean, numeric), set_group_permission(text, text, boolean, numeric),
    save_station(text, name, uuid, text), change_station(uuid, text, text, uuid, boolean, boolean, text),
    may_give(text, numeric, uuid), people_seen(), person_rights(uuid), stations_seen(), people_changes(timestamptz, int, text), approve(text, bytea, uuid, text, uuid, bytea),
    create_warehouse(text, text, text, text, text, uuid), substitutes_of(uuid, uuid, uuid), create_handling_unit(text, uuid, uuid, text),
    gs1_check_digit(text), item_is(item, text), is_marked(jsonb, jsonb, text), code_in_words(text), carrier_called(text), service_called(text, text),
    create_document(text, uuid, uuid, text, date, uuid[], text[], numeric[], numeric, numeric[], text, uuid),
    add_photo(uuid, uuid, uuid, text, bytea), decide_document(uuid, text, int, text), decisions_after(text), close_lines(uuid, text, text, boolean, text),
    post_moves(uuid, text, uuid, uuid[], numeric[], uuid[], uuid[], uuid[], uuid[], uuid[], text[], text[], uuid[], uuid[],
        uuid[], text[], numeric[], numeric[], uuid, timestamptz),
    was_done(uuid), keep_done(uuid), reverse_posting(uuid, uuid, text), reverse_lines(uuid, uuid, int[], numeric[], text),
    post_kit(uuid, uuid, uuid[], numeric[], uuid[], boolean[], uuid[], uuid[], uuid, text, uuid, numeric[]),
    create_transfer(uuid, uuid, text, date, uuid[], text[], numeric[], uuid), in_transit(uuid), unit_loads(uuid, uuid[]),
    post_leg(uuid, text, uuid, uuid, uuid, uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], text[],
        numeric[], numeric[]),
    save_bom(uuid, numeric, uuid[], numeric[]), create_kit_order(uuid, uuid, uuid, numeric, date),
    kit_trace(uuid, text, text, date, date), parts_of_kits(uuid, uuid, uuid[], numeric[]),
    create_return(uuid, uuid, text, uuid, uuid, text, uuid[], text[], numeric[]),
    close_period(uuid, timestamptz, text), reopen_period(uuid, text),
    ensure_trace(uuid, text, text, date, date), ensure_traces(uuid[], text[], text[], date[], date[]),
    reserve_stock(uuid, uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], text[], numeric[], uuid),
    release_stock(uuid, uuid, uuid, uuid, numeric, uuid),
    promise_stock(uuid, uuid[], uuid[], numeric[], uuid[], uuid[], date[], uuid[], uuid),
    release_promise(uuid, numeric, uuid),
    keeps_until(uuid), shelf_life_asked(uuid, uuid, uuid), today_in(uuid),
    available_to_promise(uuid, uuid[], uuid), claimed_amounts(uuid, text[]), move_unit(uuid, uuid, uuid, text, text), nest_unit(uuid, uuid),
    retire_unit(uuid, boolean), unit_state(uuid),
    repack_goods(uuid, uuid, uuid, uuid, uuid[], uuid[], uuid[], text[], numeric[], text),
    hold_trace(uuid, uuid, uuid, text, text),
    swap_reservations(uuid, uuid, uuid, uuid, uuid, uuid, uuid, numeric, uuid, uuid),
    seal_postings(),
    resolve_codes(text[], text[]), open_dialog(text, int, uuid, jsonb),
    begin_step(uuid, uuid, text, text, text, numeric, text[], text[]),
    finish_step(uuid, uuid, jsonb, jsonb, jsonb, uuid[], text, text, boolean, uuid, uuid),
    store_unused_scan(uuid, uuid, text, text, text, numeric), undo_step(uuid, uuid),
    save_printer(text, int, text, text, text, text),
    queue_label(uuid, uuid, uuid, text, jsonb, text, int, uuid, uuid, uuid, text), lease_printer(uuid, text, int),
    advance_print_job(uuid, bigint, text, text, bytea, text, bigint, bigint), redirect_print_job(uuid, uuid), cancel_print_jobs(uuid[]),
    save_record(uuid, text, uuid, int, jsonb), delete_record(uuid, text, uuid, int),
    record_history(text, uuid, timestamptz, int), record_uses(text, uuid), save_items(uuid, jsonb), describe_items(uuid, jsonb),
    keep_image(bytea, text, bytea, bytea, int, int), change_state(uuid, jsonb, text, date, text, text),
    cancel_state_change(uuid), attributes_of(uuid), explode_bom(uuid, numeric, boolean),
    find_items(text, jsonb, text[], boolean[], int, int, text), count_items(text, jsonb), save_rules(uuid, text, int, jsonb, text, uuid), policy_versions(text, text, uuid),
    search_candidates(text, int), remember_mapping(text, jsonb, jsonb), keep_import(uuid, text[], jsonb), undo_import(uuid, uuid),
    go_on_undoing(uuid, int)
TO @everyone@;

-- Master data by grants: who may set up, at a desk, with a login of their own.
-- Not the columns that the ledger or a function keeps: what a place is, whether it is frozen.
GRANT INSERT, UPDATE ON uom, item_uom, item_level, partner, partner_shelf_life, policy, reason, printer, customer_order
    TO @manager@, @admin@;
GRANT INSERT (parent_id, name, position, defaults), UPDATE (parent_id, name, position, defaults) ON category
    TO @manager@, @admin@;
-- Not what functions keep: state, bundle, template and variant, version.
GRANT INSERT (sku, name, description, category_id, tracking, expiry_required, base_uom, decimals, weight_mean_kg,
        shelf_life_days, minimum_remaining_days, catch_weight, standard_cost, attributes, hs_code, origin,
        temperature_class, hazard_class, un_number, packing_group),
    UPDATE (sku, name, description, category_id, tracking, expiry_required, base_uom, decimals, weight_mean_kg,
        weight_variance, weight_observations, shelf_life_days, minimum_remaining_days, catch_weight, standard_cost,
        attributes) ON item TO @manager@, @admin@;
GRANT INSERT (id, warehouse_id, parent_id, kind, name, address, code, active, negative_allowed, capacity_units, mixing,
        walk_position),
    UPDATE (parent_id, name, address, code, active, negative_allowed, capacity_units, mixing, walk_position)
    ON location TO @manager@, @admin@;
GRANT DELETE ON item_uom, item_level, partner_shelf_life TO @manager@, @admin@;
GRANT INSERT, DELETE ON code TO @manager@, @admin@;
GRANT UPDATE ON company TO @admin@;
GRANT EXECUTE ON FUNCTION ensure_partitions(int), forget_strangers(), carry_out_due() TO @worker@;

-- The sealer's role owns the functions of the ledger (45_posting.sql) and may do exactly what they do: add moves and
-- postings, number them, change balances and what follows from them. It can change no move; nobody can become it.
GRANT SELECT ON ALL TABLES IN SCHEMA stockhand TO @sealer@;
REVOKE ALL ON server_secret, person_pin, sign_on FROM @sealer@;
GRANT INSERT ON stock_move, posting, genealogy, request, seal, stock_balance, stock_claim, reservation, promise, claim_loss, line_progress,
    trace, past_negative, document_history TO @sealer@;
GRANT UPDATE ON stock_balance, stock_claim, reservation, promise, line_progress, seal_turn TO @sealer@;
GRANT UPDATE (seal_no) ON posting TO @sealer@;
GRANT UPDATE (location_id, warehouse_id, parent_id) ON handling_unit TO @sealer@;
GRANT UPDATE (decision, version) ON document TO @sealer@; -- a document whose lines are done
GRANT UPDATE (closed) ON document_line TO @sealer@;
GRANT UPDATE (expiry) ON trace TO @sealer@; -- to lock serial numbers
GRANT UPDATE (used) ON location TO @sealer@; -- to lock what goods come to lie on, and whose they are
GRANT UPDATE (changed_at) ON partner TO @sealer@;
GRANT UPDATE (language) ON person TO @sealer@; -- to lock who corrects
GRANT UPDATE (weight_mean_kg, weight_variance, weight_observations) ON item TO @sealer@;
GRANT DELETE ON reservation, promise TO @sealer@;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA stockhand TO @sealer@;
