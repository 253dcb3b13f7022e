"""How a station's connections come and go, and what they keep."""

import gc
import os
import socket
import sys
import threading
import time
import uuid

import pytest

from app.database import session as session_module
from app.database.server import Attachment
from app.database.session import Database
from app.domain.errors import Fault
from app.services.changes import Changes
from app.services.work import Worker
from tests.support import Site


def test_a_connection_that_is_at_work_while_the_program_closes_is_closed_after_it(embedded_server: Attachment) -> None:
    """Left open it would be reported as a resource that nobody closed, which fails this test as a warning."""
    database = Database(embedded_server.url, application="leaving")
    at_work, closed = threading.Event(), threading.Event()
    told: list[bool] = []

    def work() -> None:
        with database.transaction() as session:
            at_work.set()
            closed.wait(5)
            told.append(session.row("SELECT true AS alive") == {"alive": True})

    thread = threading.Thread(target=work)
    thread.start()
    assert at_work.wait(5)
    database.close()
    closed.set()
    thread.join(5)
    gc.collect()
    assert told == [True]
    with database.transaction() as session:  # a moment later still answers, and leaves nothing behind either
        assert session.row("SELECT count(*) AS others FROM pg_stat_activity WHERE application_name = 'leaving'") == {
            "others": 1
        }
    gc.collect()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system itself gives up within half a minute")
def test_a_cable_that_is_pulled_while_an_answer_is_awaited_is_noticed_within_seconds(warehouse: Site) -> None:
    with warehouse.desk.connect_to_listen() as connection, socket.socket(fileno=os.dup(connection.fileno())) as wire:
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000


def test_a_program_that_halts_in_a_transaction_is_told_that_its_connection_is_lost(warehouse: Site) -> None:
    with pytest.raises(Fault, match=r"database\.lost"), warehouse.desk.open_session() as session:
        session.begin()
        mine = session.row(
            "SELECT pg_backend_pid() AS pid, set_config('idle_in_transaction_session_timeout', '20ms', false)"
        )
        assert mine is not None
        with warehouse.superuser() as connection:
            while connection.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [mine["pid"]]).fetchone():
                pass
        session.rows("SELECT 1")


def test_what_a_scan_needs_to_know_is_planned_once_for_all_scans(warehouse: Site) -> None:
    with warehouse.station("bench1", "OPERATOR1").open_session() as session:
        session.begin_step()
        for ids in ([], [uuid.uuid4()], [uuid.uuid4(), uuid.uuid4()]):
            session.facts("shipping_facts", warehouse=warehouse.warehouse, parcels=ids, units=ids, shipments=ids)
        plans = session.rows(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement ~ 'step of shipping'"
        )
    assert plans == [{"generic_plans": 3, "custom_plans": 0}]


def test_a_long_answer_comes_in_portions_of_one_moment_and_the_transaction_is_never_still_for_long(
    warehouse: Site,
) -> None:
    stirred = set()
    with warehouse.station().transaction() as session, warehouse.superuser() as other:
        for row in session.each("SELECT n, %(word)s AS word FROM generate_series(1, 7000) n", word="x"):
            if row["n"] % 1000 == 1:
                told = other.execute("SELECT state_change FROM pg_stat_activity WHERE pid = %s", [session.backend])
                stirred.add(told.fetchone())
        assert row == {"n": 7000, "word": "x"}
    assert len(stirred) == 4


def test_work_that_nobody_wants_any_more_ends_in_the_middle_of_its_statement(warehouse: Site) -> None:
    class Unwanted(Exception):  # noqa: N818  (as somebody pressed Cancel)
        pass

    asked: list[int] = []

    def wanted() -> None:
        asked.append(1)
        if len(asked) == 2:
            raise Unwanted

    began = time.monotonic()
    with pytest.raises(Unwanted), warehouse.desk.transaction() as session, session.as_long_as(wanted):
        session.row("SELECT pg_sleep(60)")
    assert time.monotonic() - began < 30
    with warehouse.desk.transaction() as session, session.as_long_as(lambda: None):
        assert session.row("SELECT 1 AS one") == {"one": 1}


def test_a_long_answer_that_nobody_wants_any_more_ends_though_it_was_being_worked_on(warehouse: Site) -> None:
    class Unwanted(Exception):  # noqa: N818  (as somebody pressed Cancel)
        pass

    enough, heard, read = threading.Event(), threading.Event(), 0

    def wanted() -> None:
        if enough.is_set():
            heard.set()
            raise Unwanted

    with pytest.raises(Unwanted), warehouse.desk.transaction() as session, session.as_long_as(wanted):
        for _ in session.each("SELECT n, CASE WHEN n > 2000 THEN pg_sleep(0.001) END FROM generate_series(1, 20000) n"):
            read += 1
            if read == 1:
                enough.set()
                assert heard.wait(5)
                threading.Event().wait(0.1)  # until the first word to end it met no statement
    assert read < 10_000


def test_an_answer_that_is_not_read_to_its_end_is_let_go_of_with_its_transaction(embedded_server: Attachment) -> None:
    database = Database(embedded_server.url, application="half", pool_size=1)
    with database.transaction() as session:
        reading = session.each("SELECT n FROM generate_series(1, 7000) n")
        assert next(iter(reading)) == {"n": 1}
        first = session.backend
    with database.transaction() as session:
        assert session.row("SELECT 1 AS one") == {"one": 1}
        assert session.backend == first
        del reading
        gc.collect()
        assert session.row("SELECT 1 AS one") == {"one": 1}
    database.close()


def test_a_long_pipeline_gives_every_answer_as_one_round_trip(embedded_server: Attachment) -> None:
    database = Database(embedded_server.url, application="many")
    with database.transaction() as session:
        before = session.round_trips
        with session.pipeline():
            sent = [session.rows_later("SELECT %(n)s::int AS n", n=n) for n in range(250)]
        assert [cursor.fetchone() for cursor in sent] == [{"n": n} for n in range(250)]
        assert session.round_trips == before + 1
    database.close()


def test_connections_that_were_lost_while_they_rested_are_replaced_before_anybody_uses_them(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_TRUSTED_S", 0.0)
    assert _another_backend_after_a_loss(warehouse)


def test_a_connection_that_is_lost_right_after_it_answered_costs_a_second_try(warehouse: Site) -> None:
    """Whoever works without a pause is not asked for the connection's health; the work is done all the same."""
    assert _another_backend_after_a_loss(warehouse)


def _another_backend_after_a_loss(warehouse: Site) -> bool:
    worker = Worker(warehouse.desk, Changes())
    first = worker.run(lambda unit: unit.session.backend)
    with warehouse.superuser() as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [first])
    second = worker.run(lambda unit: unit.session.row("SELECT pg_backend_pid() AS pid"))
    return second is not None and second["pid"] != first
