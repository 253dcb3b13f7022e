"""The unit of work: what is told after it, and when it is tried again."""

import threading
from uuid import UUID, uuid4

import pytest

from app.database.notifications import Hint, Listener
from app.domain.errors import Fault, Refusal
from app.services.changes import Change, Changes
from app.services.work import UnitOfWork, Worker
from tests.support import Site


def test_what_changed_is_told_here_after_the_commit_and_heard_elsewhere(warehouse: Site) -> None:
    here: list[tuple[Change, ...]] = []
    there: list[Hint] = []
    connected, heard = threading.Event(), threading.Event()

    def hear(hints: list[Hint]) -> None:
        there.extend(hints)
        heard.set()

    listener = Listener(warehouse.login("st_dock1"), hear=hear, connected=lambda up: connected.set() if up else None)
    listener.start()
    try:
        assert connected.wait(10)
        changes = Changes()
        changes.subscribe(here.append)
        identity = uuid4()

        def work(unit: UnitOfWork) -> UUID:
            unit.changed("stock", identity)
            assert here == []
            return unit.request_id

        request = uuid4()
        assert Worker(warehouse.station(), changes).run(work, request_id=request) == request
        assert heard.wait(10)
    finally:
        listener.stop()
    assert here == [(Change("stock", identity),)]
    assert there == [("stock", identity)]


def test_nothing_is_told_of_work_that_was_refused(warehouse: Site) -> None:
    told: list[tuple[Change, ...]] = []
    changes = Changes()
    changes.subscribe(told.append)

    def work(unit: UnitOfWork) -> None:
        unit.changed("stock")
        raise Refusal("stock.not_enough")

    with pytest.raises(Refusal):
        Worker(warehouse.station(), changes).run(work)
    assert told == []


@pytest.mark.parametrize(("code", "tries"), [("database.collision", 4), ("database.lost", 4), ("database.busy", 1)])
def test_collisions_and_lost_lines_are_tried_again_under_the_same_request(
    warehouse: Site, code: str, tries: int
) -> None:
    requests: list[UUID] = []

    def work(unit: UnitOfWork) -> None:
        requests.append(unit.request_id)
        raise Fault(code, retry=True)

    with pytest.raises(Fault, match=code):
        Worker(warehouse.station(), Changes()).run(work)
    assert len(requests) == tries
    assert len(set(requests)) == 1
