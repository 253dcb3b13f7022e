"""Clients of a measurement as processes of their own: all connect, all start together, all report, all go."""

import multiprocessing
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from app.database.session import Database
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from app.services.workload.documents import Player, Tally

_LONGEST_S = 3600.0
Part = Callable[[Player, Path, int, int], None]
"""What client `i` of `n` does with a folder's workload; a function of a module, since it goes to another process."""


@dataclass(frozen=True, slots=True)
class Report:
    """One client's tally, its seconds of CPU while it played, and its memory in MB."""

    tally: Tally
    cpu_s: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Played:
    """What all clients did together in `wall_s` seconds; `server_cpu_s` of all the server's processes."""

    reports: tuple[Report, ...]
    wall_s: float
    server_cpu_s: float | None


def play(url: str, folder: Path, part: Part, *, clients: int, server: psutil.Process | None) -> Played:
    """Let so many processes play their part; `server` is the postmaster where it runs on this machine."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(clients)]
    processes = [
        context.Process(target=_client, args=(there, url, folder, part, i, clients), daemon=True)
        for i, (_, there) in enumerate(pipes)
    ]
    ours = [here for here, _ in pipes]
    try:
        for process in processes:
            process.start()
        for pipe in ours:
            _receive(pipe)
        before, began = _cpu_s(server), perf_counter()
        for pipe in ours:
            pipe.send("go")
        reports = tuple(_receive(pipe) for pipe in ours)
        wall, after = perf_counter() - began, _cpu_s(server)
        for pipe in ours:
            pipe.send("leave")
    finally:
        for process in processes:
            if process.pid is not None:
                process.join(10)
                process.kill()
    return Played(reports, wall, None if before is None or after is None else after - before)


def _receive(pipe: Connection) -> Any:  # noqa: ANN401  (what a client sends)
    if not pipe.poll(_LONGEST_S):
        raise Refusal("workload.client_silent")
    try:
        said = pipe.recv()
    except EOFError as end:
        raise Refusal("workload.client_silent") from end
    if isinstance(said, Exception):
        raise said
    return said


def _client(pipe: Connection, url: str, folder: Path, part: Part, index: int, clients: int) -> None:
    """In the client's process: get ready, wait for the start, play, report, and stay until all have been measured."""
    try:
        with closing(Database(url, application=f"bench {index}")) as database:
            player = Player(Worker(database, Changes()))
            player.look_around()
            pipe.send("ready")
            pipe.recv()
            process = psutil.Process()
            before = process.cpu_times()
            part(player, folder, index, clients)
            after = process.cpu_times()
            cpu = after.user + after.system - before.user - before.system
            pipe.send(Report(player.tally, cpu, process.memory_info().rss / 2**20))
            pipe.recv()
    except Exception as error:  # noqa: BLE001  (told to the one who waits)
        pipe.send(error)


def _cpu_s(server: psutil.Process | None) -> float | None:
    """Seconds of CPU of the server and everything it started, those that have ended too."""
    if server is None:
        return None
    own = server.cpu_times()
    ended = getattr(own, "children_user", 0.0) + getattr(own, "children_system", 0.0)
    return float(own.user + own.system + ended + sum(_used(child) for child in server.children(recursive=True)))


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def share(documents: Sequence[Any], index: int, clients: int) -> Sequence[Any]:
    """The documents of client `index`: of the first half where it is alone, else every n-th of the second half."""
    middle = len(documents) // 2
    return documents[:middle] if clients == 1 else documents[middle:][index::clients]
