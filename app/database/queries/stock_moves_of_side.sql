-- The newest moves that conditions leave; a part of stock_moves.sql. conditions (on moves m) and page come from the
-- caller's own lists. Relies on stock_move_item, stock_move_from, stock_move_to, their likes for handling units,
-- stock_move_line and stock_move_posting.
SELECT m.* FROM stock_move m
WHERE m.warehouse_id = %(warehouse)s {conditions}
ORDER BY m.effective_at DESC, m.id DESC
{page}
