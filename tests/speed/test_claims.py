"""The claims screen on 100,000 items: a page in the order of any amount. Printed; never a verdict on time."""

import time

import pytest

from app.database.claims import items
from tests.speed.conftest import Measured, fill
from tests.support import Site

pytestmark = pytest.mark.speed
PAGE = 200
ROUNDS = 5
_MANY = """
INSERT INTO item (sku, name, base_uom) SELECT 'ART-' || lpad(n::text, 6, '0'), 'Article number ' || n, 'each'
FROM generate_series(1, 100000) n;
ALTER TABLE stock_balance DISABLE TRIGGER ALL;
ALTER TABLE document_line DISABLE TRIGGER ALL;
INSERT INTO stock_balance (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
SELECT %(warehouse)s, i.id, (SELECT id FROM location WHERE name = 'R01' LIMIT 1), nil(), nil(), nil(), 'available',
    n %% 97 + 1
FROM (SELECT id, row_number() OVER (ORDER BY sku) AS n FROM item WHERE sku LIKE 'ART-%%') i;
INSERT INTO document (kind, number, warehouse_id, decision, created_by)
SELECT 'order', 'MANY-' || n, %(warehouse)s, 'released', (SELECT id FROM person LIMIT 1)
FROM generate_series(1, 2000) n;
INSERT INTO document_line (document_id, line_no, item_id, uom, qty, base_qty)
SELECT d.id, l, i.id, 'each', l, l
FROM (SELECT id, row_number() OVER (ORDER BY number) AS n FROM document WHERE number LIKE 'MANY-%%') d
CROSS JOIN generate_series(1, 10) l
JOIN (SELECT id, row_number() OVER (ORDER BY sku) AS k FROM item WHERE sku LIKE 'ART-%%') i ON i.k = d.n * 10 + l;
"""


def test_a_page_of_a_hundred_thousand_items_in_the_order_of_any_amount(warehouse: Site, measured: Measured) -> None:
    fill(warehouse, _MANY)
    desk = warehouse.login("desk_manager")
    for name in ("sku", "on_hand", "available", "wanted"):
        took = {"first page": [], "next page": []}  # type: dict[str, list[float]]
        for _ in range(ROUNDS):
            after = None
            for times in took.values():
                with desk.transaction() as session:
                    start = time.perf_counter()
                    page = items(
                        session, warehouse=warehouse.warehouse, words=(), order=((name, True),), after=after, most=PAGE
                    )
                    times.append(time.perf_counter() - start)
                assert len(page) == PAGE
                assert after is None or getattr(page[0], name) <= getattr(after, name)
                after = page[-1]
        middle = {f"{what} ms": round(sorted(times)[ROUNDS // 2] * 1000, 1) for what, times in took.items()}
        measured({"benchmark": "claims page", "what": name, "rows": 100_000, **middle})
