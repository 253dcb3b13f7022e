"""The server is killed while eight stations post: it is started again, they repeat, and each request is booked once."""

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import pytest

from app.database import server
from app.database.session import Database
from app.domain.errors import Fault
from app.services.changes import Changes
from app.services.work import Worker
from tests.faults.ledger import move_one, prove_deep
from tests.support import Site, furnish

CLIENTS = 8
TURNS = 25
KILL_AFTER = 40
_UNCLEAN = {"database.lost", "database.stopped", "database.too_many_clients"}


@pytest.fixture
def mortal(home: Path) -> Iterator[tuple[server.Attachment, Site]]:
    """A warehouse on a server of its own, which the test may kill; killed processes lose nothing without fsync."""
    with server.attach(home, durable=False) as attachment:
        template = furnish(attachment.url)
        site = Site(template, template.url)
        yield attachment, site
        site.close()


def postmaster(home: Path) -> psutil.Process:
    pid = server.status(home).pid
    assert pid is not None
    return psutil.Process(pid)


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def kill_one_backend(main: psutil.Process) -> None:
    """The postmaster then ends all sessions and recovers, because shared memory may be damaged."""
    posting = [child for child in main.children() if "st_bench1" in " ".join(child.cmdline())]
    kill(posting[:1])


def kill_postmaster(main: psutil.Process) -> None:
    """Its children notice by themselves and leave."""
    kill([main])


def kill_everything(main: psutil.Process) -> None:
    """As when the machine is gone."""
    kill([main, *main.children(recursive=True)])


class Client:
    """A station that repeats each request until it is answered, starting the server again where that is needed."""

    def __init__(self, site: Site, attachment: server.Attachment, token: str) -> None:
        self._site = site
        self._attachment = attachment
        database = Database(site.template.login("st_bench1", site.url), application="poster", pool_size=1)
        database.token = token
        self._worker = Worker(database, Changes())

    def post(self, request: UUID, *, alive: threading.Event) -> UUID:
        while True:
            try:
                return move_one(self._worker, self._site, request)
            except Fault as fault:
                assert fault.code in _UNCLEAN, fault
                assert alive.wait(30)
                self._attachment.ensure_running()

    def close(self) -> None:
        self._worker.database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by POSIX signals")
@pytest.mark.parametrize("how", [kill_one_backend, kill_postmaster, kill_everything])
def test_each_request_is_booked_once_though_the_server_was_killed_under_eight_clients(
    how: Callable[[psutil.Process], None], mortal: tuple[server.Attachment, Site], home: Path
) -> None:
    attachment, site = mortal
    site.put("WIDGET", "R01", 10_000)
    token = site.station("bench1", "MANAGER1").token
    clients = [Client(site, attachment, token) for _ in range(CLIENTS)]
    enough, alive = threading.Semaphore(0), threading.Event()
    alive.set()

    def work(client: Client) -> list[tuple[UUID, UUID]]:
        answers = []
        for _ in range(TURNS):
            request = uuid4()
            answers.append((request, client.post(request, alive=alive)))
            enough.release()
        return answers

    with ThreadPoolExecutor(CLIENTS, "client") as pool:
        running = [pool.submit(work, client) for client in clients]
        for _ in range(KILL_AFTER):
            assert enough.acquire(timeout=30)
        alive.clear()  # nobody starts it again before it is dead
        how(postmaster(home))
        alive.set()
        answers = [answer for each in running for answer in each.result(60)]
    for client in clients:
        client.close()
    attachment.ensure_running()
    fresh = Site(site.template, site.url)
    assert len({posting for _, posting in answers}) == CLIENTS * TURNS, "no two requests share a posting"
    assert fresh.stock("WIDGET", "R02") == (CLIENTS * TURNS, 0)
    again = Client(fresh, attachment, fresh.station("bench1", "MANAGER1").token)
    repeat = functools.partial(again.post, alive=alive)
    assert [repeat(request) for request, _ in answers[::20]] == [posting for _, posting in answers[::20]]
    again.close()
    assert fresh.stock("WIDGET", "R02") == (CLIENTS * TURNS, 0)
    prove_deep(fresh)
    fresh.close()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by POSIX signals")
def test_a_server_that_was_killed_in_the_middle_of_a_posting_has_no_half_of_it(
    mortal: tuple[server.Attachment, Site], home: Path
) -> None:
    attachment, site = mortal
    site.put("WIDGET", "R01", 10)
    station = site.station("bench1", "MANAGER1")
    request = uuid4()
    with pytest.raises(Fault, match=r"database\.lost"), station.transaction() as session:
        session.call(
            "post_moves",
            request=request,
            kind="move",
            warehouse=site.warehouse,
            items=[site.items["WIDGET"]],
            qtys=[1],
            from_locations=[site.places["R01"]],
            to_locations=[site.places["R02"]],
        )
        os.kill(postmaster(home).pid, signal.SIGQUIT)  # at once, without a checkpoint
        psutil.wait_procs([postmaster(home)] if server.status(home).pid else [], timeout=10)
    attachment.ensure_running()
    Worker(site.desk, Changes()).run(lambda unit: unit.session.rows("SELECT"))  # it asks again where its line is dead
    assert site.stock("WIDGET", "R02") == (0, 0)
    move_one(Worker(site.station("bench1", "MANAGER1"), Changes()), site, request)
    assert site.stock("WIDGET", "R02") == (1, 0)
    prove_deep(site)
