"""What tests of faults share: repeating requests, waiting for the server to notice, proving."""

import time
from collections.abc import Iterable
from threading import Event
from uuid import UUID

from app.database import ledger
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.support import Site, post

WITHIN_S = 15.0


def post_again(site: Site, requests: Iterable[UUID]) -> list[UUID]:
    """Repeat requests as the station would after a restart: the same ids, the same move; returns the postings."""
    worker = Worker(site.station("bench1", "MANAGER1"), Changes())
    return [move_one(worker, site, request) for request in requests]


def move_one(worker: Worker, site: Site, request: UUID) -> UUID:
    """Move one WIDGET from R01 to R02 under this request id, repeated as the program repeats."""

    def work(unit: UnitOfWork) -> UUID:
        return post(unit.session, site, "move", "WIDGET", "R01", "R02", 1, request=unit.request_id)

    return worker.run(work, request_id=request)


def wait_for_sessions(site: Site, application: str, number: int) -> None:
    """Wait until the server holds so many sessions of a program: it notices a dead client by itself."""
    pause, deadline = Event(), time.monotonic() + WITHIN_S
    with site.superuser() as connection:
        while True:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
                [application],
            ).fetchone()
            if row == (number,):
                return
            assert time.monotonic() < deadline, f"{row} sessions of {application} are left"
            pause.wait(0.02)


def prove_deep(site: Site) -> None:
    """Every rule holds, also when the ledger is replayed from zero: nothing lost, nothing double."""
    assert site.prove() == []
    with site.desk.transaction() as session:
        assert ledger.prove_deep(session, part=0, parts=1) == []
