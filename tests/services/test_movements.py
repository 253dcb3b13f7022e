"""The movements of a whole warehouse, a page at a time, however late they were posted."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services import stock
from app.services.changes import Changes
from app.services.stock import MoveQuery, MoveRow
from app.services.work import UnitOfWork, Worker
from tests.support import Site, post

DAYS_AGO = (0, 0, 0, 1, 2, 3, 3, 9, 30, 30, 120, 400)


@pytest.fixture
def desk(warehouse: Site) -> Worker:
    """The manager's desk; much was posted long after it happened."""
    now = datetime.now(UTC)
    with warehouse.desk.transaction() as session:
        for n, days in enumerate(DAYS_AGO):
            effective = now - timedelta(days=days, minutes=n + 1)
            post(
                session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="OPENING", effective=effective
            )
    return Worker(warehouse.login("desk_manager"), Changes())


@pytest.mark.parametrize("limit", [1, 5, 12, 100])
@pytest.mark.parametrize("since_days", [None, 4, 31, 100])
@pytest.mark.parametrize("of", ["all", "an item", "a place"])
def test_pages_of_movements_give_each_once_newest_first(
    warehouse: Site, desk: Worker, limit: int, since_days: int | None, of: str
) -> None:
    since = datetime.now(UTC) - timedelta(days=since_days) if since_days else None
    item = warehouse.items["WIDGET"] if of == "an item" else None
    place = warehouse.places["R01"] if of == "a place" else None
    asked = MoveQuery(warehouse.warehouse, since=since, item=item, location=place)
    found: list[MoveRow] = []

    def next_page(unit: UnitOfWork) -> stock.MovePage:
        return stock.movement_history(unit, asked, after=found[-1] if found else None, limit=limit)

    while page := desk.run(next_page).rows:
        found += page
    whole = desk.run(
        lambda unit: stock.write_movements(unit, asked, lambda report: list(report.rows), wanted=lambda: None)
    )
    assert [row.id for row in found] == [row.id for row in whole]
    assert len(found) == sum(since_days is None or days < since_days for days in DAYS_AGO)
    assert found == sorted(found, key=lambda row: row.effective_at, reverse=True)


def test_the_newest_movements_of_a_thing_open_no_months_that_they_are_not_of(warehouse: Site, desk: Worker) -> None:
    """Ten years are 120 tables, each with its indexes; the newest hundred movements are mostly of one of them."""
    with warehouse.superuser() as connection:
        connection.execute("SELECT prepare_partition('2020-01-01')")
        connection.execute("SELECT attach_partition('stock_move_202001', '2020-01-01')")

    def opened(unit: UnitOfWork, limit: int) -> set[str]:
        asked = MoveQuery(warehouse.warehouse, item=warehouse.items["WIDGET"])
        assert len(stock.movement_history(unit, asked, after=None, limit=limit).rows) == min(limit, len(DAYS_AGO))
        locked = unit.session.rows(
            "SELECT relation::regclass::text AS name FROM pg_locks"
            " WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
        )
        return {row["name"] for row in locked}

    of_days = desk.run(lambda unit: opened(unit, 5))
    assert f"stock_move_{datetime.now(UTC):%Y%m}" in of_days
    assert "stock_move_202001" not in of_days
    assert "stock_move_202001" in desk.run(lambda unit: opened(unit, 100))


def test_movements_before_a_day_in_the_past_are_found(warehouse: Site, desk: Worker) -> None:
    asked = MoveQuery(warehouse.warehouse, until=datetime.now(UTC) - timedelta(days=5))
    page = desk.run(lambda unit: stock.movement_history(unit, asked, after=None, limit=2))
    ages = [(datetime.now(UTC) - row.effective_at).days for row in page.rows]
    assert ages == [9, 30]
