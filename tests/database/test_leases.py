"""Who may hold a printer: its station and the worker, and nobody for long who prints nothing."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from app.database.session import Database
from app.domain.errors import Refusal
from tests.support import Site


@pytest.fixture
def printer(warehouse: Site) -> UUID:
    """The printer of bench1, for which a label waits."""
    with warehouse.superuser() as connection:
        row = connection.execute(
            "INSERT INTO printer (name, station_id) SELECT 'Z1', id FROM station WHERE name = 'bench1' RETURNING id"
        ).fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO print_job (request_id, printer_id, warehouse_id, template, content, label_uid)"
            " VALUES (gen_random_uuid(), %s, %s, 't', '{}', 'u')",
            [row[0], warehouse.warehouse],
        )
    found: UUID = row[0]
    return found


@pytest.fixture
def own(warehouse: Site) -> Iterator[Database]:
    yield warehouse.station("bench1", "OPERATOR1")


@pytest.fixture
def other(warehouse: Site) -> Iterator[Database]:
    yield warehouse.station("dock1", "RECEIVER1")


def ask(who: Database, printer: UUID, holder: str = "spooler", seconds: int = 60) -> int | None:
    with who.transaction() as session:
        fence: int | None = session.call("lease_printer", printer=printer, holder=holder, seconds=seconds)
    return fence


def move(who: Database, fence: int, state: str) -> None:
    with who.transaction() as session:
        job = session.row("SELECT id FROM print_job")
        assert job is not None
        session.call("advance_print_job", job=job["id"], fence=fence, state=state)


def later(site: Site, seconds: int) -> None:
    """So many seconds go by."""
    with site.superuser() as connection:
        connection.execute("UPDATE printer_lease SET since = since - make_interval(secs => %(s)s),"
                           " moved_at = moved_at - make_interval(secs => %(s)s),"
                           " until = until - make_interval(secs => %(s)s)", {"s": seconds})  # fmt: skip
        connection.execute("UPDATE print_job SET created_at = created_at - make_interval(secs => %s)", [seconds])


@pytest.mark.parametrize("login", ["desk_operator", "desk_manager", "desk"])
def test_a_desk_never_holds_a_printer(warehouse: Site, printer: UUID, login: str) -> None:
    with pytest.raises(Refusal, match=r"printing\.not_from_here"):
        ask(warehouse.login(login), printer)


def test_whoever_may_not_print_holds_no_printer(warehouse: Site, printer: UUID) -> None:
    with pytest.raises(Refusal, match=r"permission\.missing"):
        ask(warehouse.station("bench1", "AUDITOR1"), printer)


def test_the_printer_s_own_station_goes_before_another_one(own: Database, other: Database, printer: UUID) -> None:
    assert ask(other, printer)
    assert ask(own, printer), "at once, although the lease has not lapsed"
    assert ask(other, printer) is None


def test_nobody_renews_or_writes_under_another_s_name(own: Database, other: Database, printer: UUID) -> None:
    fence = ask(own, printer, "bench spooler")
    assert fence
    assert ask(other, printer, "bench spooler") is None
    with pytest.raises(Refusal, match=r"printing\.lease_lost"):
        move(other, fence, "SENDING")
    move(own, fence, "SENDING")


def test_who_holds_a_printer_and_prints_nothing_loses_it_in_ten_seconds(
    warehouse: Site, own: Database, printer: UUID
) -> None:
    assert ask(own, printer, "squatter")
    later(warehouse, 9)
    assert ask(own, printer, "squatter"), "renewed"
    assert ask(own, printer) is None
    later(warehouse, 2)
    assert ask(own, printer)
    assert ask(own, printer, "squatter") is None


def test_a_label_on_its_way_has_a_minute(warehouse: Site, own: Database, other: Database, printer: UUID) -> None:
    fence = ask(other, printer)
    assert fence
    move(other, fence, "SENDING")
    later(warehouse, 30)
    assert ask(own, printer) is None
    with warehouse.superuser() as connection:
        connection.execute("UPDATE printer_lease SET until = now() + interval '2 minutes'")
    later(warehouse, 31)
    assert ask(own, printer)
