"""Looking at stock in a real database: pages, filters, totals, look-ups."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from app.database.stock import TotalsSoFar
from app.services import stock
from app.services.changes import Changes
from app.services.stock import StockPage, StockQuery, StockReport, StockRow, StockSort, StockView
from app.services.work import UnitOfWork, Worker
from tests.support import Site


@pytest.fixture
def manager(warehouse: Site) -> Worker:
    """The manager's desk, in a warehouse with a little stock."""
    warehouse.put("WIDGET", "R01", 5)
    warehouse.put("WIDGET", "R02", 7)
    warehouse.put("OIL", "R01", "1.5")
    for lot, day in (("L1", date(2027, 1, 31)), ("L2", date(2027, 3, 31))):
        warehouse.put("MILK", "R03", 10, trace=warehouse.trace("MILK", lot=lot, expiry=day))
    warehouse.put("DRILL", "R04", 1, trace=warehouse.trace("DRILL", serial="SN-7"))
    return Worker(warehouse.login("desk_manager"), Changes())


def _pages(manager: Worker, site: Site, sort: StockSort, limit: int) -> Iterator[StockPage]:
    last: list[StockRow | None] = [None]

    def next_page(unit: UnitOfWork) -> StockPage:
        return stock.stock_page(unit, StockQuery(site.warehouse, sort=sort), after=last[-1], limit=limit)

    while True:
        page = manager.run(next_page)
        yield page
        if not page.more:
            return
        last.append(page.rows[-1])


@pytest.mark.parametrize("sort", StockSort)
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_give_every_row_once_and_in_order(manager: Worker, warehouse: Site, sort: StockSort, limit: int) -> None:
    rows = [row for page in _pages(manager, warehouse, sort, limit) for row in page.rows]
    assert len(rows) == len(set(rows)) == 6
    found = [row.ordered_by for row in rows]
    assert found == sorted(found)
    if sort is StockSort.SKU:
        assert [row.sku for row in rows] == sorted(row.sku for row in rows)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_several_columns_decide_about_the_order_each_in_its_own_direction(
    manager: Worker, warehouse: Site, limit: int
) -> None:
    asked = StockQuery(
        warehouse.warehouse,
        sort=StockSort.STATUS,
        then=((StockSort.SKU, True), (StockSort.ON_HAND, False), (StockSort.EXPIRY, True)),
    )
    found: list[StockRow] = []

    def next_rows() -> tuple[StockRow, ...]:
        behind = found[-1] if found else None
        return manager.run(lambda unit: stock.stock_page(unit, asked, after=behind, limit=limit)).rows

    while page := next_rows():
        found += page
    seen = [(row.sku, row.on_hand, row.lot) for row in found]
    assert seen == [
        ("WIDGET", 5, ""),
        ("WIDGET", 7, ""),
        ("OIL", Decimal("1.5"), ""),
        ("MILK", 10, "L2"),
        ("MILK", 10, "L1"),
        ("DRILL", 1, ""),
    ]
    report = manager.run(lambda unit: list(stock.stock_report(unit, asked).rows))
    assert [(row.sku, row.on_hand, row.lot) for row in report] == seen


def test_items_put_together_stand_in_order_of_several_columns(manager: Worker, warehouse: Site) -> None:
    asked = StockQuery(
        warehouse.warehouse, StockView.LOT, sort=StockSort.SKU, descending=True, then=((StockSort.EXPIRY, True),)
    )
    first = manager.run(lambda unit: stock.stock_page(unit, asked, limit=1)).rows
    rest = manager.run(lambda unit: stock.stock_page(unit, asked, after=first[-1])).rows
    assert [(row.sku, row.lot) for row in (*first, *rest)] == [("MILK", "L2"), ("MILK", "L1"), ("DRILL", "")]


@pytest.mark.parametrize(("view", "sort"), [(StockView.STATUS, StockSort.STATUS), (StockView.OWNER, StockSort.OWNER)])
def test_what_has_the_same_status_or_owner_stands_in_the_order_of_its_items(
    manager: Worker, warehouse: Site, view: StockView, sort: StockSort
) -> None:
    asked = StockQuery(warehouse.warehouse, view, sort=sort)
    first = manager.run(lambda unit: stock.stock_page(unit, asked, limit=2)).rows
    rest = manager.run(lambda unit: stock.stock_page(unit, asked, after=first[-1])).rows
    assert [row.sku for row in (*first, *rest)] == ["DRILL", "MILK", "OIL", "WIDGET"]


def test_a_row_says_what_it_is(manager: Worker, warehouse: Site) -> None:
    page = manager.run(lambda unit: stock.stock_page(unit, StockQuery(warehouse.warehouse, words=("milk", "l1"))))
    (row,) = page.rows
    assert (row.address, row.sku, row.name, row.lot, row.expiry) == (
        "WH001-STO-R03",
        "MILK",
        "Milk",
        "L1",
        date(2027, 1, 31),
    )
    assert (row.unit, row.on_hand, row.reserved, row.available) == ("each", Decimal(10), Decimal(0), Decimal(10))


@pytest.mark.parametrize(
    ("text", "found"),
    [("sn-7", 1), ("R01", 2), ("r01 oil", 1), ("100%", 0), ("_", 0), ("available", 6), ("nothing", 0)],
)
def test_every_word_of_a_filter_must_be_found(manager: Worker, warehouse: Site, text: str, found: int) -> None:
    asked = StockQuery(warehouse.warehouse, words=tuple(text.split()))
    page = manager.run(lambda unit: stock.stock_page(unit, asked))
    totals = manager.run(lambda unit: stock.stock_totals(unit, asked))
    assert len(page.rows) == totals.rows == found


def test_totals_keep_units_apart_and_know_what_is_reserved(manager: Worker, warehouse: Site) -> None:
    line = warehouse.order_line("WIDGET", 3)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R02", 3)
    totals = manager.run(lambda unit: stock.stock_totals(unit, StockQuery(warehouse.warehouse)))
    assert (totals.rows, totals.items, totals.places) == (6, 4, 4)
    assert [(unit.unit, unit.on_hand, unit.available) for unit in totals.units] == [
        ("each", Decimal(33), Decimal(30)),
        ("kg", Decimal("1.5"), Decimal("1.5")),
    ]
    added = TotalsSoFar()
    manager.run(lambda unit: list(added.of(stock.stock_report(unit, StockQuery(warehouse.warehouse)).rows)))
    assert added.totals == totals


def test_look_ups_by_item_and_by_bin(manager: Worker, warehouse: Site) -> None:
    widget, first_bin = warehouse.items["WIDGET"], warehouse.places["R01"]
    places = manager.run(lambda unit: stock.locations_of_item(unit, widget, warehouse=warehouse.warehouse))
    assert [row.address for row in places] == ["WH001-STO-R01", "WH001-STO-R02"]
    content = manager.run(lambda unit: stock.content_of_bin(unit, first_bin, warehouse=warehouse.warehouse))
    assert [row.sku for row in content] == ["OIL", "WIDGET"]


def test_a_report_names_the_position_of_the_ledger(manager: Worker, warehouse: Site) -> None:
    before = manager.run(lambda unit: stock.stock_report(unit, StockQuery(warehouse.warehouse)))
    assert (before.position.seal, before.position.unsealed) == (0, 6)
    warehouse.seal()

    def nowhere(unit: UnitOfWork) -> tuple[StockReport, list[StockRow]]:
        report = stock.stock_report(unit, StockQuery(warehouse.warehouse, words=("nowhere",)))
        return report, list(report.rows)

    after, rows = manager.run(nowhere)
    assert (after.position.seal, after.position.unsealed, rows) == (1, 0, [])
    assert (after.warehouse, after.filter) == ("WH001", "nowhere")
