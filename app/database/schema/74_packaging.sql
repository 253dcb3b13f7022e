-- What benches pack with, as records of master data.

INSERT INTO record_kind (name, permission, naming) VALUES ('carton_type', 'set_up', 'code'), ('pack_extra', 'set_up', 'code');
INSERT INTO record_field (kind, field)
SELECT 'carton_type', unnest(ARRAY['code', 'name', 'tare_kg', 'length_mm', 'width_mm', 'height_mm', 'outer_length_mm',
    'outer_width_mm', 'outer_height_mm', 'limit_kg', 'fill_percent', 'cost', 'services', 'owners', 'position', 'active']);
INSERT INTO record_field (kind, field)
SELECT 'pack_extra', unnest(ARRAY['code', 'kind', 'name', 'words', 'picture', 'moment', 'answer', 'item_id', 'quantity',
    'weight_kg', 'from_stock', 'active']);
