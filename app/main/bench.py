"""`bench`: how fast this server posts and reserves, beside a bare insert of the same run; one JSON line a result."""

import argparse
from collections.abc import Callable, Iterator

from app.main.output import Output, opened
from app.services import benchmarks

NAMES = ("bench",)
_BENCHES: dict[str, Callable[..., Iterator[dict[str, object]]]] = {
    "post": benchmarks.post,
    "contention": benchmarks.contention,
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `bench`."""
    parser = commands.add_parser("bench", help="measure this server, in a scratch database of its own")
    parser.add_argument("what", choices=sorted(_BENCHES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--clients", type=int, default=benchmarks.CLIENTS)
    parser.add_argument("--superuser-url", default="", help="who may create databases on a shared server")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Measure, and print each result as it comes."""
    with opened(options, output) as home:
        url = options.superuser_url or home.server_url()
        bench = _BENCHES[options.what]
        for result in bench(url, rounds=options.rounds, seconds=options.seconds, clients=options.clients):
            output.record(result)
    return 0
