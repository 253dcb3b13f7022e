"""A scratch warehouse in which `bench putaway` asks for bins: many zones and makes of bins, and goods at the dock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from app.database import benchmarks
from app.database.session import Database

Item = UUID
GOODS = 20
"""How many different goods stand at the dock."""
_SITE = "SELECT create_warehouse('BENCH', 'Bench', '', '', 'UTC')"
_FURNISH = """
    INSERT INTO location_profile (code, name, capacity_units, capacity_kg, capacity_l, height_mm, temperature, mixing)
    VALUES ('SHELF', 'Shelf', 200, 300, 400, 400, '', 'one_item'),
        ('PALLET', 'Pallet', 2000, 1000, 1800, 1800, '', 'any'),
        ('COLD', 'Cold', 500, 500, 900, 900, 'chilled', 'one_item');
    INSERT INTO location (warehouse_id, parent_id, kind, name, address, code)
    SELECT id, id, 'zone', 'Z' || n, 'BENCH-Z' || n, 'Z' || n FROM warehouse, generate_series(1, 10) n;
    INSERT INTO location (warehouse_id, parent_id, kind, name, address)
    SELECT id, id, 'dock', 'DOCK', 'BENCH-DOCK' FROM warehouse;
    INSERT INTO location (warehouse_id, parent_id, kind, name, address, profile_id, walk_position)
    SELECT z.warehouse_id, z.id, 'bin', 'B' || n, z.address || '-B' || n, (SELECT id FROM location_profile
        WHERE code = CASE WHEN n %% 10 = 9 THEN 'COLD' WHEN n %% 3 = 0 THEN 'PALLET' ELSE 'SHELF' END), n
    FROM generate_series(1, %(bins)s) n
    JOIN location z ON z.kind = 'zone' AND z.code = 'Z' || (1 + n * 10 / (%(bins)s + 1));
    INSERT INTO item (sku, name, base_uom, weight_mean_kg, temperature_class)
    SELECT 'I' || n, 'I' || n, 'each', 0.5, CASE WHEN n %% 10 = 0 THEN 'chilled' ELSE '' END
    FROM generate_series(1, 5000) n;
    INSERT INTO item_uom (item_id, uom, numerator, length_mm, width_mm, height_mm)
    SELECT id, 'each', 1, 100, 100, 100 FROM item;
    INSERT INTO stock_balance
        (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
    SELECT l.warehouse_id, i.id, l.id, nil(), nil(), nil(), 'available', 10
    FROM (SELECT *, row_number() OVER (ORDER BY walk_position) AS n FROM location WHERE kind = 'bin') l
    JOIN (SELECT id, row_number() OVER (ORDER BY sku) AS n FROM item) i ON i.n = 1 + l.n %% 4900
    WHERE l.n <= %(bins)s * %(filled)s;
    INSERT INTO stock_balance
        (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
    SELECT l.warehouse_id, i.id, l.id, nil(), nil(), nil(), 'available', 24
    FROM location l, (SELECT id FROM item ORDER BY md5(sku) LIMIT %(goods)s) i WHERE l.kind = 'dock';
    INSERT INTO item_turnover SELECT w.id, i.id, 1, 'A', abs(hashtext(i.sku)) %% 101
    FROM item i, warehouse w WHERE i.sku LIKE '%%7';
    INSERT INTO walk_profile
    SELECT w.id, ARRAY(SELECT n * %(bins)s / 100 FROM generate_series(0, 100) n) FROM warehouse w
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """The scratch warehouse as the login of a manager sees it, and the goods at its dock."""

    database: Database
    warehouse: UUID
    items: tuple[Item, ...]


@contextmanager
def furnished(admin_url: str, *, bins: int, filled: float) -> Iterator[Ground]:
    """A scratch warehouse whose first bins of the walk are full, dropped afterwards."""
    with benchmarks.empty_scratch(admin_url) as scratch:
        database = Database(scratch.station, application="bench")
        try:
            with database.transaction() as session:
                session.row(_SITE)
            benchmarks.execute(scratch.admin, _FURNISH, {"bins": bins, "filled": filled, "goods": GOODS})
            benchmarks.settle(scratch)
            with database.transaction() as session:
                rows = session.rows("SELECT b.item_id FROM stock_balance b JOIN location l ON l.id = b.location_id"
                    " WHERE l.kind = 'dock'")  # fmt: skip
                site = session.row("SELECT id FROM warehouse")
            assert site is not None
            yield Ground(database, site["id"], tuple(row["item_id"] for row in rows))
        finally:
            database.close()
