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
@pytest.mark.parametrize("since_days", [None, 4, 31])
def test_pages_of_all_movements_give_each_once_newest_first(
    warehouse: Site, desk: Worker, limit: int, since_days: int | None
) -> None:
    since = datetime.now(UTC) - timedelta(days=since_days) if since_days else None
    asked = MoveQuery(warehouse.warehouse, since=since)
    found: list[MoveRow] = []

    def next_page(unit: UnitOfWork) -> stock.MovePage:
        return stock.movement_history(unit, asked, after=found[-1] if found else None, limit=limit)

    while page := desk.run(next_page).rows:
        found += page
    whole = desk.run(lambda unit: stock.movement_report(unit, asked)).rows
    assert [row.id for row in found] == [row.id for row in whole]
    assert len(found) == sum(since_days is None or days < since_days for days in DAYS_AGO)
    assert found == sorted(found, key=lambda row: row.effective_at, reverse=True)


def test_movements_before_a_day_in_the_past_are_found(warehouse: Site, desk: Worker) -> None:
    asked = MoveQuery(warehouse.warehouse, until=datetime.now(UTC) - timedelta(days=5))
    page = desk.run(lambda unit: stock.movement_history(unit, asked, after=None, limit=2))
    ages = [(datetime.now(UTC) - row.effective_at).days for row in page.rows]
    assert ages == [9, 30]
