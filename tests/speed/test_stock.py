"""The stock screen on 100,000 balances: how long a page takes. Printed; never a verdict on time."""

import time

import pytest

from app.database.stock import StockOnly, StockQuery, StockSort, StockView, rows, totals
from tests.speed.conftest import Measured, fill
from tests.support import Site

pytestmark = pytest.mark.speed
PAGE = 200
ROUNDS = 5
_MANY = """
INSERT INTO item (sku, name, base_uom) SELECT 'ART-' || lpad(n::text, 6, '0'), 'Article number ' || n, 'each'
FROM generate_series(1, 10000) n;
INSERT INTO location (warehouse_id, parent_id, kind, name, address)
SELECT %(warehouse)s, %(warehouse)s, 'bin', 'B' || n, 'WH001-STO-B' || lpad(n::text, 5, '0')
FROM generate_series(1, 20000) n;
ALTER TABLE stock_balance DISABLE TRIGGER ALL;
INSERT INTO stock_balance (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status, on_hand)
SELECT %(warehouse)s, i.id, l.id, nil(), nil(), nil(), (ARRAY['available', 'blocked'])[1 + (n %% 20 = 0)::int],
    n %% 97 + 1
FROM generate_series(0, 99999) n
JOIN (SELECT id, row_number() OVER (ORDER BY sku) - 1 AS k FROM item WHERE sku LIKE 'ART-%%') i
    ON i.k = (n * 7) %% 10000
JOIN (SELECT id, row_number() OVER (ORDER BY address) - 1 AS k FROM location WHERE address LIKE 'WH001-STO-B%%') l
    ON l.k = n / 5
ON CONFLICT DO NOTHING;
"""
_ASKED = {
    "by location": {},
    "by location, backwards": {"descending": True},
    "by location, largest first": {"sort": StockSort.ON_HAND, "descending": True},
    "by location, next to expire": {"sort": StockSort.EXPIRY},
    "by location, one article": {"words": ("art-004711",)},
    "by location, an aisle's held goods": {"words": ("sto-b00",), "only": StockOnly.HELD},
    "by item": {"view": StockView.ITEM, "sort": StockSort.SKU},
    "by item, least available": {"view": StockView.ITEM, "sort": StockSort.AVAILABLE},
    "by status": {"view": StockView.STATUS, "sort": StockSort.STATUS},
}


def test_a_page_of_any_view_of_a_hundred_thousand_balances(warehouse: Site, measured: Measured) -> None:
    fill(warehouse, _MANY)
    desk = warehouse.login("desk_manager")
    for name, asked in _ASKED.items():
        query = StockQuery(warehouse.warehouse, **asked)  # type: ignore[arg-type]  # written above
        took = {"first page": [], "next page": [], "totals": []}  # type: dict[str, list[float]]
        for _ in range(ROUNDS):
            with desk.transaction() as session:
                start = time.perf_counter()
                page = rows(session, query, limit=PAGE)
                took["first page"].append(time.perf_counter() - start)
                start = time.perf_counter()
                assert rows(session, query, after=page[-1], limit=PAGE)[:1] != page[:1]
                took["next page"].append(time.perf_counter() - start)
                start = time.perf_counter()
                assert totals(session, query).rows >= len(page) > 0
                took["totals"].append(time.perf_counter() - start)
        middle = {what: round(sorted(times)[ROUNDS // 2] * 1000, 1) for what, times in took.items()}
        measured({"benchmark": "stock page", "what": name, "rows": 100_000} | {f"{k} ms": v for k, v in middle.items()})
