"""`bench`: how fast this server is, beside a reference of the same run; one JSON line a result."""

import argparse
from collections.abc import Callable, Iterator

from app.composition.home import OpenHome
from app.main.output import Output, opened
from app.services import benchmarks, history_benchmarks, setup

NAMES = ("bench",)
_BENCHES: dict[str, Callable[..., Iterator[dict[str, object]]]] = {
    "post": benchmarks.post,
    "contention": benchmarks.contention,
}
_PAST = 1_000_000


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `bench`."""
    parser = commands.add_parser("bench", help="measure this server, in a scratch database of its own")
    parser.add_argument("what", choices=sorted([*_BENCHES, "history"]))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--clients", type=int, default=benchmarks.CLIENTS)
    parser.add_argument("--moves", type=int, default=_PAST, help="history: how long the made-up past is")
    parser.add_argument("--here", action="store_true", help="history: ask the ledger of this home, read only")
    parser.add_argument("--superuser-url", default="", help="who may create databases on a shared server")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Measure, and print each result as it comes."""
    with opened(options, output) as home:
        for result in _results(home, options, output):
            output.record(result)
    return 0


def _results(home: OpenHome, options: argparse.Namespace, output: Output) -> Iterator[dict[str, object]]:
    if options.what == "history" and options.here:
        return history_benchmarks.of_ledger(home.address(setup.DESK), rounds=options.rounds)
    url = options.superuser_url or home.server_url()
    if options.what == "history":
        return history_benchmarks.of_made_up_past(
            url, moves=options.moves, rounds=options.rounds, progress=output.progress
        )
    return _BENCHES[options.what](url, rounds=options.rounds, seconds=options.seconds, clients=options.clients)
