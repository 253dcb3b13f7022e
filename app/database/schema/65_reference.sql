-- What every warehouse starts with: permissions, who has them, kinds of movement, reasons, units, commands.

INSERT INTO permission (name) SELECT unnest(ARRAY[
    'receive', 'receive_blind', 'inspect', 'putaway', 'move', 'allocate', 'pick', 'pack', 'ship', 'count', 'adjust', 'scrap', 'hold',
    'reverse', 'post_in_past', 'handle', 'print', 'set_up', 'plan_purchase_order', 'plan_asn', 'plan_receipt', 'plan_order',
    'plan_wave', 'plan_shipment', 'plan_transfer', 'plan_count', 'plan_adjustment', 'plan_return', 'plan_kit_order',
    'plan_requisition', 'transfer', 'kit', 'consign', 'change_owner', 'return_out', 'close_period', 'override_weight',
    'attach_code', 'call_carriers', 'edit_products', 'see_stock', 'see_people', 'administer', 'audit', 'seal']);

INSERT INTO group_permission (group_name, permission)
SELECT 'operator', unnest(ARRAY['putaway', 'move', 'allocate', 'pick', 'pack', 'ship', 'transfer', 'kit', 'handle', 'print',
    'see_stock'])
UNION ALL SELECT 'receiver', unnest(ARRAY['receive', 'inspect', 'putaway', 'allocate', 'transfer', 'handle', 'print', 'see_stock'])
UNION ALL SELECT 'manager', name FROM permission WHERE name NOT IN ('administer', 'audit')
UNION ALL SELECT 'admin', name FROM permission
UNION ALL SELECT 'auditor', unnest(ARRAY['audit', 'see_stock', 'see_people'])
UNION ALL SELECT 'worker', unnest(ARRAY['seal', 'print', 'audit', 'allocate', 'see_stock', 'plan_purchase_order',
    'plan_asn', 'plan_order', 'plan_wave', 'call_carriers']);

INSERT INTO move_kind (name, permission, from_kinds, to_kinds, step, document_kinds) VALUES
    ('receipt', 'receive', '{supplier}', '{dock}', 'received', '{purchase_order,asn,receipt}'),
    ('receipt_blind', 'receive_blind', '{supplier}', '{dock}', NULL, '{}'),
    ('putaway', 'putaway', '{dock,bin,staging,tote}', '{bin}', NULL, '{}'),
    ('move', 'move', '{bin,staging,dock}', '{bin,staging,dock}', NULL, '{}'),
    ('repack', 'handle', '{bin,staging,dock}', '{bin,staging,dock}', NULL, '{}'),
    ('pick', 'pick', '{bin}', '{tote}', 'picked', '{order,transfer,kit_order}'),
    ('cross_dock', 'putaway', '{dock}', '{tote}', 'picked', '{order}'),
    ('consolidate', 'pick', '{tote}', '{tote}', NULL, '{order}'),
    ('pack', 'pack', '{tote}', '{staging}', 'packed', '{order,transfer}'),
    ('unpack', 'pack', '{staging}', '{tote}', 'packed', '{order}'),
    ('set_aside', 'pack', '{tote,staging}', '{dock,staging}', 'picked', '{order}'),
    ('ship', 'ship', '{staging}', '{customer}', 'shipped', '{order}'),
    ('insert', 'pack', '{bin,staging}', '{customer}', NULL, '{order}'),
    ('adjust_in', 'adjust', '{adjustment}', '{bin,dock,staging,consignment}', NULL, '{}'),
    ('adjust_out', 'adjust', '{bin,dock,staging,consignment}', '{adjustment}', NULL, '{}'),
    ('scrap', 'scrap', '{bin,dock,staging,consignment}', '{scrap}', NULL, '{}'),
    ('status', 'hold', '{bin,dock,staging,consignment}', '{bin,dock,staging,consignment}', NULL, '{}'),
    ('inspected', 'inspect', '{bin,dock,staging}', '{bin,dock,staging}', NULL, '{}'),
    ('owner', 'change_owner', '{bin,dock,staging}', '{bin,dock,staging}', NULL, '{}'),
    ('consign', 'consign', '{bin,dock,staging}', '{consignment}', NULL, '{}'),
    ('consign_back', 'consign', '{consignment}', '{bin,dock,staging}', NULL, '{}'),
    ('consign_use', 'consign', '{consignment}', '{customer}', NULL, '{}'),
    ('transfer_out', 'transfer', '{bin,dock,staging}', '{transit}', 'shipped', '{transfer}'),
    ('transfer_in', 'transfer', '{transit}', '{dock}', 'received', '{transfer}'),
    ('kit_produce', 'kit', '{production}', '{bin,dock,staging}', 'produced', '{kit_order}'),
    ('kit_consume', 'kit', '{bin,dock,staging}', '{production}', NULL, '{}'),
    ('return_in', 'receive', '{customer}', '{dock}', 'received', '{return}'),
    ('return_blind', 'receive_blind', '{customer}', '{dock}', NULL, '{}'),
    ('return_out', 'return_out', '{bin,dock,staging}', '{supplier}', 'returned', '{return}');
UPDATE move_kind SET needs_line = true
WHERE name IN ('receipt', 'pick', 'cross_dock', 'consolidate', 'pack', 'unpack', 'ship', 'transfer_out', 'transfer_in', 'return_in');
UPDATE move_kind SET needs_reason = true
WHERE name IN ('receipt_blind', 'return_blind', 'adjust_in', 'adjust_out', 'scrap', 'status', 'inspected', 'owner', 'consign_use',
    'return_out', 'set_aside');
UPDATE move_kind SET from_reserved = true, to_reserved = name <> 'transfer_in'
WHERE name IN ('pick', 'cross_dock', 'consolidate', 'pack', 'unpack', 'ship', 'transfer_out', 'transfer_in');
UPDATE move_kind SET changes_status = true WHERE name IN ('status', 'inspected', 'set_aside');
UPDATE move_kind SET may_become = '{damaged}' WHERE name = 'set_aside';
UPDATE move_kind SET stops_held = true
WHERE name IN ('pick', 'cross_dock', 'pack', 'ship', 'transfer_out', 'kit_consume', 'kit_produce', 'status', 'inspected', 'consign', 'consign_use',
    'insert');
UPDATE move_kind SET changes_owner = true WHERE name = 'owner';
UPDATE move_kind SET between_warehouses = true WHERE name = 'transfer_in';
UPDATE move_kind SET whole = true WHERE name IN ('ship', 'kit_produce', 'kit_consume');
UPDATE move_kind SET corrects_counts = true WHERE name IN ('adjust_in', 'adjust_out');
UPDATE move_kind SET posted_with = 'kit_produce' WHERE name IN ('kit_consume', 'kit_produce');

INSERT INTO life_cycle (state, act) VALUES
    ('introduction', 'purchase'), ('introduction', 'receive'), ('introduction', 'make'), ('introduction', 'ship'),
    ('active', 'purchase'), ('active', 'receive'), ('active', 'make'), ('active', 'sell'), ('active', 'ship'),
    ('phase_out', 'receive'), ('phase_out', 'sell'), ('phase_out', 'ship'),
    ('discontinued', 'ship');
UPDATE move_kind k SET stopped_states = ARRAY(
    SELECT s FROM unnest(ARRAY['introduction', 'active', 'phase_out', 'discontinued', 'blocked']) s
    WHERE NOT EXISTS (SELECT FROM life_cycle c WHERE c.state = s AND c.act = a.act))
FROM (VALUES ('receipt', 'receive'), ('receipt_blind', 'receive'), ('kit_produce', 'make'), ('kit_consume', 'ship'),
    ('pick', 'ship'), ('cross_dock', 'ship'), ('pack', 'ship'), ('ship', 'ship'), ('transfer_out', 'ship'), ('consign', 'ship')) a (kind, act) WHERE k.name = a.kind;

INSERT INTO record_kind (name, permission, naming, parts) VALUES
    ('item', 'edit_products', 'sku', '{item_uom,code,bom,bom_line,item_substitute,item_image,item_transition,item_level}'),
    ('item_template', 'edit_products', 'code', '{}'),
    ('category', 'edit_products', 'full_name', '{}'),
    ('attribute_definition', 'edit_products', 'name', '{}');
INSERT INTO record_field (kind, field)
SELECT 'item', unnest(ARRAY['sku', 'name', 'description', 'category_id', 'category_rule', 'tracking', 'expiry_required',
    'base_uom', 'decimals', 'weight_mean_kg', 'shelf_life_days', 'minimum_remaining_days', 'catch_weight', 'standard_cost',
    'attributes', 'temperature_class', 'hazard_class', 'un_number', 'packing_group', 'hs_code', 'origin', 'own',
    'template_id', 'variant', 'archived'])
UNION ALL SELECT 'item_template', unnest(ARRAY['code', 'name', 'description', 'attributes', 'sku_pattern', 'name_pattern',
    'model', 'archived'])
UNION ALL SELECT 'category', unnest(ARRAY['parent_id', 'name', 'position', 'defaults', 'archived'])
UNION ALL SELECT 'attribute_definition', unnest(ARRAY['category_id', 'name', 'type', 'unit', 'choices', 'required',
    'minimum', 'maximum', 'position', 'archived']);

INSERT INTO reason (code, step) VALUES
    ('SHORT', 'pick'), ('BIN_EMPTY', 'pick'), ('DAMAGED', 'any'), ('SHORT_DELIVERY', 'receive'), ('FOUND', 'adjust'),
    ('LOST', 'adjust'), ('COUNT', 'adjust'), ('OPENING', 'adjust'), ('QUALITY', 'status'), ('CONCESSION', 'inspect'), ('URGENT', 'inspect'), ('SOLD', 'owner'), ('BOUGHT', 'owner'),
    ('EXPIRED', 'any'),
    ('UNREADABLE', 'print'), ('PAPER_OUT', 'print'), ('LABEL_LOST', 'print'), ('RELABELLED', 'label'), ('WEIGHT_OVERRIDE', 'pack'), ('UNDO', 'any'),
    ('NO_ORDER', 'receive'), ('RETURNED', 'return'),
    ('MORE_URGENT', 'claim'), ('PLAN_CHANGED', 'claim'), ('CUSTOMER_WISH', 'claim');

INSERT INTO uom VALUES ('each', 'Each'), ('case', 'Case'), ('pallet', 'Pallet'), ('kg', 'Kilogram');

INSERT INTO code (scheme, value, kind, target_id)
SELECT 'command', 'SH-CMD-' || c, 'command', md5(c)::uuid FROM unnest(ARRAY['CONFIRM', 'UNDO', 'SHORT', 'DAMAGED',
    'NEW_BOX', 'CLOSE_BOX', 'REPRINT', 'PAUSE', 'DONE']) c;
INSERT INTO schema_version (version, minimum_client) VALUES (10, 10);
