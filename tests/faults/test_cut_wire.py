"""The connection is lost when the commit was sent: nobody knows whether it was done, and asking again says so."""
# ruff: noqa: S311  (dice, not secrets)

import contextlib
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.database.session import Database
from app.domain.errors import Fault, Refusal
from app.services import consignment, documents, periods
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.faults.cut import Wire, wire_to
from tests.faults.ledger import move_one, post_again, prove_deep
from tests.support import Site

TRIES = 4  # of a unit of work, before it tells the person
CLIENTS = 8


@pytest.fixture
def wire(warehouse: Site) -> Iterator[Wire]:
    with wire_to(warehouse.url) as wire:
        yield wire


@contextlib.contextmanager
def behind(wire: Wire, site: Site) -> Iterator[Worker]:
    """Somebody who posts over the wire at bench1, where the manager is signed on."""
    token = site.station("bench1", "MANAGER1").token
    database = Database(site.template.login("st_bench1", wire.url), application="behind a wire", pool_size=CLIENTS)
    database.token = token
    with database.transaction() as session:
        session.rows("SELECT")  # getting to know each other commits too
    try:
        yield Worker(database, Changes())
    finally:
        database.close()


def postings(site: Site, kind: str = "move") -> set[UUID]:
    with site.superuser() as connection:
        return {row[0] for row in connection.execute("SELECT id FROM posting WHERE kind = %s", [kind])}


@pytest.mark.parametrize("lost", ["unheard", "unanswered"])
def test_a_commit_of_which_nobody_hears_is_repeated_and_done_once(warehouse: Site, wire: Wire, lost: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    with behind(wire, warehouse) as worker:
        wire.cut(**{lost: 1})
        posting = move_one(worker, warehouse, uuid4())
    assert wire.cuts == 1
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    assert postings(warehouse) == {posting}, "the answer is the posting that stands in the books"
    prove_deep(warehouse)


def test_who_gives_up_after_a_commit_without_answer_asks_again_and_gets_the_first_answer(
    warehouse: Site, wire: Wire
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    request = uuid4()
    with behind(wire, warehouse) as worker:
        wire.cut(unanswered=TRIES)
        with pytest.raises(Fault) as lost:
            move_one(worker, warehouse, request)
        assert (lost.value.code, lost.value.retry, wire.cuts) == ("database.lost", True, TRIES)
        assert warehouse.stock("WIDGET", "R02") == (1, 0), "it was booked, though nobody heard of it"
        assert {move_one(worker, warehouse, request)} == postings(warehouse)
    assert post_again(warehouse, [request]) == list(postings(warehouse)), "also over another connection"
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    prove_deep(warehouse)


@pytest.mark.parametrize("lost", [1, TRIES])
def test_goods_that_a_lost_answer_has_taken_away_are_not_missed_by_the_repeat(
    warehouse: Site, wire: Wire, lost: int
) -> None:
    """The work begins by looking whether the goods are there: they are gone, because it was done."""
    warehouse.put("WIDGET", "R01", 10)
    there = warehouse.consign()
    request = uuid4()

    def bring(unit: UnitOfWork) -> UUID:
        return consignment.bring(
            unit, warehouse=warehouse.warehouse, target=there, code="WIDGET", typed="10", origin="R01"
        )

    with behind(wire, warehouse) as worker:
        wire.cut(unanswered=lost)
        if lost == TRIES:
            with pytest.raises(Fault, match=r"database\.lost"):
                worker.run(bring, request_id=request)
        posting = worker.run(bring, request_id=request)
        with pytest.raises(Refusal, match=r"consignment\.not_there"):
            worker.run(bring)
    assert {posting} == postings(warehouse, "consign")
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (10, 0)
    prove_deep(warehouse)


def cancel(site: Site, worker: Worker, request: UUID) -> None:
    """Decide that the one order there is ends."""
    number = the_order(site)
    worker.run(
        lambda unit: documents.decide(unit, kind="order", number=number, decision="cancelled", reason="CUSTOMER"),
        request_id=request,
    )


def close(site: Site, worker: Worker, request: UUID) -> None:
    """Close the books of the years before."""
    until = datetime(2026, 1, 1, tzinfo=UTC)
    worker.run(
        lambda unit: periods.close_books(unit, warehouse=site.warehouse, until=until), request_id=request
    )  # fmt: skip


def reopen(site: Site, worker: Worker, request: UUID) -> None:
    """Open what was closed last."""
    worker.run(
        lambda unit: periods.reopen_books(unit, warehouse=site.warehouse, note="a slip"), request_id=request
    )  # fmt: skip


def the_order(site: Site) -> str:
    with site.superuser() as connection:
        row = connection.execute("SELECT number FROM document WHERE kind = 'order'").fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("lost", [1, TRIES])
@pytest.mark.parametrize("decide", [cancel, close, reopen])
def test_who_repeats_a_decision_of_which_nobody_heard_is_not_told_that_it_was_made_already(
    warehouse: Site, wire: Wire, decide: Callable[[Site, Worker, UUID], None], lost: int
) -> None:
    """What they call keeps no request ids; the unit of work keeps its own."""
    warehouse.order_line()
    request = uuid4()
    with behind(wire, warehouse) as worker:
        close(warehouse, worker, uuid4()) if decide is reopen else None
        wire.cut(unanswered=lost)
        if lost == TRIES:
            with pytest.raises(Fault, match=r"database\.lost"):
                decide(warehouse, worker, request)
        decide(warehouse, worker, request)
        assert wire.cuts == lost
        with pytest.raises(Refusal):
            decide(warehouse, worker, uuid4())
    prove_deep(warehouse)


def test_eight_who_lose_their_connections_again_and_again_book_each_request_once(warehouse: Site, wire: Wire) -> None:
    warehouse.put("WIDGET", "R01", 1000)
    dice = random.Random(8)
    requests = [uuid4() for _ in range(96)]
    with behind(wire, warehouse) as worker:

        def ask(request: UUID) -> UUID:
            wire.cut(**{dice.choice(("unheard", "unanswered")): dice.randrange(2)})
            while True:
                with contextlib.suppress(Fault):
                    return move_one(worker, warehouse, request)

        with ThreadPoolExecutor(CLIENTS, "client") as pool:
            answers = list(pool.map(ask, requests))
    assert wire.cuts > CLIENTS
    assert set(answers) == postings(warehouse)
    assert len(set(answers)) == len(requests), "no two requests share a posting"
    assert warehouse.stock("WIDGET", "R02") == (len(requests), 0)
    prove_deep(warehouse)
