"""Looking after warehouses: places added from ranges, changed many at once after a look, archived, removed, drawn.

The database decides who may; what is shown before a change is what would be written by it.
"""
