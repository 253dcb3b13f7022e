-- What every warehouse starts with: permissions, who has them, kinds of movement, reasons, units, commands.

INSERT INTO permission (name) SELECT unnest(ARRAY[
    'receive', 'receive_blind', 'putaway', 'move', 'allocate', 'pick', 'pack', 'ship', 'count', 'adjust', 'scrap', 'hold',
    'reverse', 'post_in_past', 'handle', 'print', 'set_up', 'plan_purchase_order', 'plan_asn', 'plan_receipt', 'plan_order',
    'plan_wave', 'plan_shipment', 'plan_transfer', 'plan_count', 'plan_adjustment', 'plan_return', 'plan_kit_order',
    'plan_requisition', 'override_weight', 'attach_code', 'see_stock', 'see_people', 'administer', 'audit', 'seal']);

INSERT INTO group_permission (group_name, permission)
SELECT 'operator', unnest(ARRAY['putaway', 'move', 'allocate', 'pick', 'pack', 'ship', 'handle', 'print', 'see_stock'])
UNION ALL SELECT 'receiver', unnest(ARRAY['receive', 'putaway', 'handle', 'print', 'see_stock'])
UNION ALL SELECT 'manager', name FROM permission WHERE name NOT IN ('administer', 'audit')
UNION ALL SELECT 'admin', name FROM permission
UNION ALL SELECT 'auditor', unnest(ARRAY['audit', 'see_stock', 'see_people'])
UNION ALL SELECT 'worker', unnest(ARRAY['seal', 'print', 'audit', 'allocate', 'see_stock', 'plan_purchase_order',
    'plan_order']);

INSERT INTO move_kind (name, permission, from_kinds, to_kinds, step, needs_line, needs_reason, follows_reservation,
                       changes_status) VALUES
    ('receipt', 'receive', '{supplier}', '{dock}', 'received', true, false, false, false),
    ('receipt_blind', 'receive_blind', '{supplier}', '{dock}', NULL, false, true, false, false),
    ('putaway', 'putaway', '{dock,bin,staging}', '{bin}', NULL, false, false, false, false),
    ('move', 'move', '{bin,staging,dock}', '{bin,staging,dock}', NULL, false, false, false, false),
    ('pick', 'pick', '{bin}', '{tote}', 'picked', true, false, true, false),
    ('pack', 'pack', '{tote}', '{staging}', 'packed', true, false, true, false),
    ('ship', 'ship', '{staging}', '{customer}', 'shipped', true, false, true, false),
    ('adjust_in', 'adjust', '{adjustment}', '{bin,dock,staging}', NULL, false, true, false, false),
    ('adjust_out', 'adjust', '{bin,dock,staging}', '{adjustment}', NULL, false, true, false, false),
    ('scrap', 'scrap', '{bin,dock,staging}', '{scrap}', NULL, false, true, false, false),
    ('status', 'hold', '{bin,dock,staging}', '{bin,dock,staging}', NULL, false, true, false, true),
    ('repack', 'handle', '{bin,dock,staging}', '{bin,dock,staging}', NULL, false, false, false, false);

INSERT INTO reason (code, step) VALUES
    ('SHORT', 'pick'), ('BIN_EMPTY', 'pick'), ('DAMAGED', 'any'), ('SHORT_DELIVERY', 'receive'), ('FOUND', 'adjust'),
    ('LOST', 'adjust'), ('COUNT', 'adjust'), ('OPENING', 'adjust'), ('QUALITY', 'status'), ('EXPIRED', 'any'),
    ('UNREADABLE', 'print'), ('PAPER_OUT', 'print'), ('LABEL_LOST', 'print'), ('WEIGHT_OVERRIDE', 'pack'), ('UNDO', 'any'),
    ('NO_ORDER', 'receive');

INSERT INTO uom VALUES ('each', 'Each'), ('case', 'Case'), ('pallet', 'Pallet'), ('kg', 'Kilogram');

INSERT INTO code (scheme, value, kind, target_id)
SELECT 'command', 'SH-CMD-' || c, 'command', md5(c)::uuid FROM unnest(ARRAY['CONFIRM', 'UNDO', 'SHORT', 'DAMAGED',
    'NEW_BOX', 'CLOSE_BOX', 'REPRINT', 'PAUSE', 'DONE']) c;
INSERT INTO schema_version (version, minimum_client) VALUES (1, 1);
