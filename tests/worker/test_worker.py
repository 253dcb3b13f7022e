"""The worker at work in a real database: what it does, and that it goes on whatever happens."""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from app.database.session import Database, as_json
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from app.worker import jobs, run
from app.worker.repeating import Job, Troubles, repeat
from app.worker.upkeep import Upkeep
from tests.support import Site

WITHIN_S = 15.0


def eventually(holds: Callable[[], bool], *, within_s: float = WITHIN_S) -> bool:
    """Whether something comes true in time; asked again every 50 ms."""
    pause, deadline = threading.Event(), time.monotonic() + within_s
    while time.monotonic() < deadline:
        if holds():
            return True
        pause.wait(0.05)
    return holds()


@contextlib.contextmanager
def running(worker: Worker, home: Path) -> Iterator[None]:
    """The worker of a home, at work; it must end within two seconds."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(worker, home, stop), name="worker under test")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2.0)
        assert not thread.is_alive()


@pytest.fixture
def worker(warehouse: Site) -> Worker:
    return Worker(warehouse.login("worker_1", pool_size=5), Changes())


def _order(number: str = "SO-77", sku: str = "WIDGET", qty: object = 5) -> str:
    return json.dumps(
        {"order": {"number": number, "customer": "Shopper", "warehouse": "WH001", "lines": [{"sku": sku, "qty": qty}]}}
    )


def _unsealed(site: Site) -> int:
    with site.superuser() as connection:
        row = connection.execute("SELECT count(*) FROM posting WHERE seal_no IS NULL").fetchone()
    assert row is not None
    return int(row[0])


def test_what_is_posted_is_sealed_within_seconds(warehouse: Site, worker: Worker, tmp_path: Path) -> None:
    with running(worker, tmp_path):
        warehouse.put("WIDGET", "R01", 5)
        assert eventually(lambda: _unsealed(warehouse) == 0)
    assert warehouse.count("seal") >= 1
    assert warehouse.prove() == []


def test_an_order_that_is_dropped_into_the_inbox_gets_its_goods(
    warehouse: Site, worker: Worker, tmp_path: Path
) -> None:
    warehouse.put("WIDGET", "R01", 50)
    with running(worker, tmp_path):
        inbox = tmp_path / "inbox"
        assert eventually(inbox.is_dir)
        (inbox / "order.json").write_text(_order())
        assert eventually((inbox / "done" / "order.json").exists)
        assert eventually(lambda: warehouse.stock("WIDGET", "R01") == (Decimal(50), Decimal(5)))
    assert warehouse.prove() == []


def test_an_order_without_goods_gets_them_when_they_come(warehouse: Site, worker: Worker, tmp_path: Path) -> None:
    warehouse.order_line("WIDGET", 4)
    with running(worker, tmp_path):
        warehouse.put("WIDGET", "R02", 10)
        assert eventually(lambda: warehouse.stock("WIDGET", "R02") == (Decimal(10), Decimal(4)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_order(sku="NOPE"), "There is no item NOPE."),
        (_order(qty=-1), "-1"),
        ("{", "order.json was refused"),
        (json.dumps({"product": {"sku": "LAMP"}}), "Have a manager import this file at a desk."),
        (json.dumps({"people": [{"badge": "SH-P-9", "name": "Me", "groups": ["admin"]}]}), "Have a manager import"),
    ],
    ids=["unknown item", "negative quantity", "no JSON", "master data", "the set-up"],
)
def test_a_bad_file_is_put_aside_with_the_reasons_and_the_next_one_is_imported(
    warehouse: Site, worker: Worker, tmp_path: Path, content: str, says: str
) -> None:
    with running(worker, tmp_path):
        inbox = tmp_path / "inbox"
        assert eventually(inbox.is_dir)
        (inbox / "order.json").write_text(content)
        (inbox / "second.json").write_text(_order())
        assert eventually((inbox / "done" / "second.json").exists)
        assert eventually((inbox / "refused" / "order.json").exists)
    words = (inbox / "refused" / "order.json.txt").read_text(encoding="utf-8")
    assert "nothing of it was imported" in words
    assert says in words
    assert "[" not in words.replace("lines[", "")
    assert warehouse.count("document") == 1


def test_a_suppliers_shipping_notice_is_taken_from_the_inbox(warehouse: Site, worker: Worker, tmp_path: Path) -> None:
    pallet = {"sscc": "340123450000000017", "contents": [{"sku": "WIDGET", "qty": 5}]}
    notice = {"number": "DES-1", "supplier": "ACME", "warehouse": "WH001", "units": [pallet]}
    with running(worker, tmp_path):
        inbox = tmp_path / "inbox"
        assert eventually(inbox.is_dir)
        (inbox / "notice.json").write_text(json.dumps({"asn": notice}))
        assert eventually((inbox / "done" / "notice.json").exists)
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT kind, decision FROM document") == [{"kind": "asn", "decision": "released"}]


def test_a_new_partner_is_said_beside_the_imported_file(warehouse: Site, worker: Worker, tmp_path: Path) -> None:
    with running(worker, tmp_path):
        inbox = tmp_path / "inbox"
        assert eventually(inbox.is_dir)
        (inbox / "order.json").write_text(_order().replace("Shopper", "Newcomer"))
        words = inbox / "done" / "order.json.txt"
        assert eventually((inbox / "done" / "order.json").exists)
    assert "Newcomer was unknown and is added as customer." in words.read_text(encoding="utf-8")
    assert warehouse.count("customer_order") == 1


def test_the_worker_waits_while_the_database_is_away_and_goes_on_when_it_is_back(
    warehouse: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    addresses = ["postgresql://nobody:secret@127.0.0.1:1/nothing"]
    database = Database(lambda: addresses[-1], application="worker_1", pool_size=5)
    warehouse.put("WIDGET", "R01", 5)
    with contextlib.closing(database), caplog.at_level(logging.INFO), running(Worker(database, Changes()), tmp_path):
        assert eventually(lambda: "sealing waits" in caplog.text)
        addresses.append(warehouse.template.login("worker_1", warehouse.url))
        assert eventually(lambda: _unsealed(warehouse) == 0)
        assert eventually(lambda: "sealing goes on" in caplog.text)
    assert caplog.text.count("sealing waits") == 1


def test_a_second_worker_of_a_home_waits_for_its_turn(warehouse: Site, worker: Worker, tmp_path: Path) -> None:
    second = Worker(warehouse.login("worker_1", pool_size=5), Changes())
    with contextlib.ExitStack() as later:
        with running(worker, tmp_path):
            assert eventually((tmp_path / "inbox").is_dir)
            later.enter_context(running(second, tmp_path))
        warehouse.put("WIDGET", "R01", 5)
        assert eventually(lambda: _unsealed(warehouse) == 0)


# - going on whatever happens -


def test_a_defect_is_logged_once_and_the_other_work_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    stop, done = threading.Event(), []

    def defect() -> None:
        raise ZeroDivisionError

    def work() -> None:
        done.append(1)
        if len(done) == 50:
            stop.set()

    with caplog.at_level(logging.INFO):
        repeat([Job("broken", 0.001, defect), Job("sound", 0.001, work)], stop)
    assert len(done) >= 50
    troubles = Troubles("broken")
    caplog.clear()
    assert not any(troubles.attempt(defect) for _ in range(1000))
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is not None


def test_a_refusal_does_not_end_the_work_either(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> None:
        raise Refusal("permission.missing", permission="seal")

    troubles = Troubles("sealing")
    assert not any(troubles.attempt(refuse) for _ in range(3))
    assert caplog.text.count("permission.missing") >= 1
    assert len(caplog.records) == 1


# - upkeep -


def test_empty_balances_are_swept_at_night_and_full_ones_stay(warehouse: Site, worker: Worker) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.desk.transaction() as session:
        session.call(
            "post_moves",
            request="0190b6a5-0000-7000-8000-000000000001",
            kind="move",
            warehouse=warehouse.warehouse,
            items=[warehouse.items["WIDGET"]],
            qtys=[Decimal(5)],
            from_locations=[warehouse.places["R01"]],
            to_locations=[warehouse.places["R02"]],
        )
    assert warehouse.count("stock_balance") == 2
    hours = [12]
    upkeep = Upkeep(worker, lambda: datetime(2026, 11, 22, hours[-1], tzinfo=UTC))
    upkeep.work()
    assert warehouse.count("stock_balance") == 2
    hours.append(2)
    upkeep.work()
    assert warehouse.count("stock_balance") == 1
    warehouse.put("WIDGET", "R01", 5)
    assert warehouse.stock("WIDGET", "R01") == (Decimal(5), Decimal(0))
    assert warehouse.prove() == []


def test_requests_that_wrote_records_are_forgotten_after_a_month(warehouse: Site, worker: Worker) -> None:
    with warehouse.desk.transaction() as session:
        for request in (uuid4(), uuid4()):
            session.call("save_record", request=request, kind="category", id=None, version=None,
                         values=as_json({"name": str(request)}))  # fmt: skip
    with warehouse.superuser() as connection:
        connection.execute(
            "UPDATE stockhand.record_request SET at = now() - interval '31 days' WHERE request_id ="
            " (SELECT request_id FROM stockhand.record_request LIMIT 1)"
        )
    before = warehouse.count("record_request")
    Upkeep(worker, lambda: datetime(2026, 11, 23, 2, tzinfo=UTC)).work()
    assert warehouse.count("record_request") == before - 1


def test_tries_of_badges_that_nobody_has_are_forgotten_at_night(warehouse: Site, worker: Worker) -> None:
    def tried() -> bool:
        with warehouse.superuser() as connection:
            rows = connection.execute(
                "SELECT last_value FROM pg_sequences WHERE sequencename LIKE 'stranger_%' AND last_value IS NOT NULL"
            ).fetchall()
        return bool(rows)

    with pytest.raises(Refusal, match=r"wrong_pin"):
        warehouse.station("bench1", "STRANGER")
    upkeep = Upkeep(worker, lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    upkeep.work()
    assert tried()
    Upkeep(worker, lambda: datetime(2026, 11, 23, 2, tzinfo=UTC)).work()
    assert not tried()


def test_only_the_worker_may_sweep(warehouse: Site) -> None:
    for name in ("desk_operator", "desk_manager", "desk_auditor"):
        with pytest.raises(Exception, match=r"database\.not_allowed"), warehouse.login(name).transaction() as session:
            session.call("sweep_balances")
        with pytest.raises(Exception, match=r"database\.not_allowed"), warehouse.login(name).transaction() as session:
            session.call("sweep_record_requests")


def test_partitions_are_made_once_a_day(warehouse: Site, worker: Worker) -> None:
    with warehouse.superuser() as connection:
        last = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'stock_move'::regclass"
            " AND inhrelid <> 'stock_move_default'::regclass ORDER BY 1 DESC"
        ).fetchone()
        assert last is not None
        connection.execute(f"DROP TABLE {last[0]}")
        upkeep = Upkeep(worker, lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
        upkeep.work()
        assert connection.execute("SELECT to_regclass(%s)::text", [last[0]]).fetchone() == last


def test_the_jobs_are_known_by_their_names(worker: Worker, tmp_path: Path) -> None:
    from app.texts import Texts

    made = jobs.jobs(worker, tmp_path, Texts.load(), lambda: datetime(2026, 11, 22, tzinfo=UTC))
    assert [job.name for job in made] == [
        "sealing",
        "allocation",
        "replenishment",
        "walks",
        "no-shows",
        "inbox",
        "outbox",
        "answers of carriers",
        "life cycle",
        "upkeep",
    ]
