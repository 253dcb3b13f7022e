"""Closed books: the past is final, and what changed since the close can be listed."""

from datetime import datetime, timedelta

import pytest

from app.domain.errors import Refusal
from app.services import history, periods
from app.services.work import Worker
from tests.services.test_history import now
from tests.support import Site, post


def close(site: Site, desk: Worker, until: datetime) -> periods.ClosedBooks:
    return desk.run(lambda unit: periods.close_books(unit, warehouse=site.warehouse, until=until, note="reported"))


def test_closed_books_refuse_what_happened_before_until_they_are_reopened(warehouse: Site, desk: Worker) -> None:
    until = now(warehouse) - timedelta(hours=1)
    before = until - timedelta(minutes=1)
    assert close(warehouse, desk, until).until == until
    with pytest.raises(Refusal, match=r"ledger\.period_closed"), desk.database.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND", effective=before)
    reopened = desk.run(lambda unit: periods.reopen_books(unit, warehouse=warehouse.warehouse, note="a late delivery"))
    assert reopened is None
    with desk.database.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND", effective=before)
    with pytest.raises(Refusal, match=r"ledger\.nothing_closed"):
        desk.run(lambda unit: periods.closed_at(unit, warehouse.warehouse))


def test_what_changed_since_the_close_is_what_was_sealed_after_it(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 5)
    closed = close(warehouse, desk, now(warehouse) - timedelta(hours=1))
    warehouse.put("GADGET", "R02", 2)
    since = desk.run(lambda unit: periods.closed_at(unit, warehouse.warehouse))
    assert since.seal == closed.seal
    until = history.position_at(desk, None)
    found = desk.run(
        lambda unit: list(history.changes_since(unit, warehouse=warehouse.warehouse, since=since, until=until).rows)
    )
    assert [row.sku for row in found] == ["GADGET"]
