"""The past, as it was known: the answer for one instant and one position stays the same for ever."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.errors import Refusal
from app.services import history
from app.services.changes import Changes
from app.services.history import LedgerChange, Position, moment_of
from app.services.work import Worker
from tests.support import Site, post


@pytest.fixture
def desk(warehouse: Site) -> Worker:
    return Worker(warehouse.desk, Changes())


def now(site: Site) -> datetime:
    """The server's time."""
    with site.desk.transaction() as session:
        row = session.row("SELECT clock_timestamp() AS now")
    assert row is not None
    moment: datetime = row["now"]
    return moment


def on_hand(desk: Worker, site: Site, at: datetime, position: Position) -> dict[tuple[str, str], Decimal]:
    rows = desk.run(
        lambda unit: list(history.stock_as_of(unit, warehouse=site.warehouse, position=position, at=at).rows)
    )
    return {(row.sku, row.address.rpartition("-")[2]): row.on_hand for row in rows}


def changes(
    desk: Worker, site: Site, since: Position, until: Position, before: datetime | None = None
) -> list[LedgerChange]:
    return desk.run(
        lambda unit: list(
            history.changes_since(unit, warehouse=site.warehouse, since=since, until=until, before=before).rows
        )
    )


def test_an_answer_about_the_past_is_the_same_whatever_is_posted_later(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 10)
    then = now(warehouse)
    found = warehouse.put("WIDGET", "R02", 5)
    known = history.position_at(desk, None)
    before, after = on_hand(desk, warehouse, then, known), on_hand(desk, warehouse, now(warehouse), known)
    assert before == {("WIDGET", "R01"): 10}
    assert after == {("WIDGET", "R01"): 10, ("WIDGET", "R02"): 5}
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R03", 4, effective=then - timedelta(microseconds=1))
        session.call("reverse_posting", request=uuid.uuid4(), posting=found, reason="UNDO")
    later = history.position_at(desk, None)
    assert later.seal > known.seal
    assert on_hand(desk, warehouse, then, known) == before
    assert on_hand(desk, warehouse, then, later) == {("WIDGET", "R01"): 6, ("WIDGET", "R03"): 4}
    assert on_hand(desk, warehouse, now(warehouse), later) == {("WIDGET", "R01"): 6, ("WIDGET", "R03"): 4}


def test_what_was_posted_long_after_it_happened_is_known_from_its_seal_on(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 10)
    known = history.position_at(desk, None)
    last_year = now(warehouse) - timedelta(days=400)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "OIL", "ADJUSTMENT", "R02", "1.5", reason="FOUND", effective=last_year)
    later = history.position_at(desk, None)
    assert on_hand(desk, warehouse, last_year, known) == {}
    assert on_hand(desk, warehouse, last_year, later) == {("OIL", "R02"): Decimal("1.5")}
    assert on_hand(desk, warehouse, last_year - timedelta(microseconds=1), later) == {}


def test_a_posting_that_was_under_way_is_known_from_the_seal_that_numbered_it(warehouse: Site, desk: Worker) -> None:
    station = warehouse.station()
    with station.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND")
        warehouse.put("GADGET", "R01", 1)
        known = history.position_at(desk, None)
    later = history.position_at(desk, None)
    moment = now(warehouse)
    assert on_hand(desk, warehouse, moment, known) == {("GADGET", "R01"): 1}
    assert on_hand(desk, warehouse, moment, later) == {("GADGET", "R01"): 1, ("WIDGET", "R01"): 1}


def test_a_time_finds_the_last_seal_before_it(warehouse: Site, desk: Worker) -> None:
    moments = []
    for _ in range(3):
        warehouse.put("WIDGET", "R01", 1)
        warehouse.seal()
        moments.append(now(warehouse))
    assert [history.position_at(desk, moment).seal for moment in moments] == [1, 2, 3]
    assert history.position_of(desk, "2", "UTC").sealed_at is not None
    for text, code in ((moments[0] - timedelta(days=1), "not_sealed_then"), (moments[2] + timedelta(days=1), "future")):
        with pytest.raises(Refusal, match=f"history.{code}"):
            history.position_at(desk, text)
    with pytest.raises(Refusal, match=r"history\.unknown_seal"):
        history.position_of(desk, "4", "UTC")


def test_a_ledger_without_a_seal_says_so(desk: Worker) -> None:
    with pytest.raises(Refusal, match=r"history\.nothing_sealed"):
        history.position_at(desk, None)


def test_the_future_is_not_told(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 1)
    known = history.position_at(desk, None)
    with pytest.raises(Refusal, match=r"history\.future"):
        on_hand(desk, warehouse, now(warehouse) + timedelta(hours=1), known)


def test_a_person_of_one_warehouse_does_not_see_the_past_of_another(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 1)
    known = history.position_at(desk, None)
    stranger = Worker(warehouse.station("bench1", "MANAGER-B"), Changes())
    with pytest.raises(Refusal, match=r"permission\.missing|warehouse\.unknown"):
        on_hand(stranger, warehouse, now(warehouse), known)
    assert changes(stranger, warehouse, Position(0, None), known) == []


def test_what_changed_since_the_close_and_by_whom(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 10)
    close = history.position_at(desk, None)
    closed_at = now(warehouse)
    with warehouse.station("bench1", "MANAGER1").transaction() as session:
        post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 2, reason="LOST")
        late = closed_at - timedelta(minutes=1)
        post(session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", "R02", 3, reason="FOUND", effective=late)
    last = history.position_at(desk, None)
    found = changes(desk, warehouse, close, last)
    assert [(row.sku, row.qty, row.person, row.station, row.reason) for row in found] == [
        ("WIDGET", Decimal(2), "Manager1", "bench1", "LOST"),
        ("GADGET", Decimal(3), "Manager1", "bench1", "FOUND"),
    ]
    of_the_closed_time = changes(desk, warehouse, close, last, closed_at)
    assert [row.sku for row in of_the_closed_time] == ["GADGET"]


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-03-01T12:00", "Europe/Berlin", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01 12:00:30", "UTC", datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)),
        ("2026-07-01T12:00+02:00", "America/New_York", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T12:00Z", "America/New_York", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("2026-02-28", "Europe/Berlin", datetime(2026, 2, 28, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_times_are_the_sites_unless_they_say_otherwise(text: str, zone: str, instant: datetime) -> None:
    assert moment_of(text, zone) == instant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("yesterday", "not_a_time"),
        ("2026-13-01", "not_a_time"),
        ("", "not_a_time"),
        ("9999-12-31", "not_a_time"),
        ("2026-03-29T02:30", "no_such_time"),
        ("2026-10-25T02:30", "twice_that_day"),
    ],
)
def test_nonsense_and_times_that_the_clocks_skip_or_repeat_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=f"history.{code}"):
        moment_of(text, "Europe/Berlin")
