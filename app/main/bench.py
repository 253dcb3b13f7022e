"""`bench`: how fast this server is, and how good its planning, beside a reference; one JSON line a result."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from app.composition.home import VERSION, OpenHome
from app.connectors.files import read_file, write_file
from app.main.output import Output, opened
from app.services import (
    benchmarks,
    history_benchmarks,
    import_benchmarks,
    planning_benchmarks,
    putaway_benchmarks,
    setup,
    workload,
)

_PAST = 1_000_000
_CALLED: dict[object, str] = {int: "whole number", float: "number"}
Result = dict[str, object]
T = TypeVar("T", int, float)
Measure = Callable[[OpenHome, argparse.Namespace, Output], Iterator[Result]]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `bench` and what it measures."""
    parser = commands.add_parser("bench", help="measure this server, in a scratch database of its own, or planning")
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    for name, about, measure in (
        ("post", "postings beside a bare insert", benchmarks.post),
        ("contention", "everybody reserves one item", benchmarks.contention),
    ):
        one = _declare(kinds.add_parser(name, help=about), _of_seconds(measure))
        one.add_argument("--seconds", type=_positive(float), default=2.0, help="of each measurement")
        one.add_argument("--clients", type=_positive(int), default=benchmarks.CLIENTS)
    past = _declare(kinds.add_parser("history", help="questions about a long past"), _history)
    past.add_argument("--moves", type=_positive(int), default=_PAST, help="how long the made-up past is")
    past.add_argument("--here", action="store_true", help="ask the ledger of this home, read only")
    brought = _declare(kinds.add_parser("import", help="a long list of goods from a file, and search in it"), _import)
    brought.add_argument("--items", type=_positive(int), default=import_benchmarks.ITEMS)
    brought.add_argument("--customs", action="store_true", help="with HS code and origin")
    _declare(kinds.add_parser("putaway", help="how good the proposed bins are, and how fast"), _putaway)
    played = _declare(kinds.add_parser("workload", help="play the neutral workload of a folder"), _workload)
    played.add_argument("folder", type=Path, help="where workload.json, moves.csv and expected.json are")
    several = _positive(int, above=1)  # the first half of each item is played by one client anyway
    played.add_argument("--clients", type=several, default=workload.MANY, help="of the runs with several")
    walked = kinds.add_parser("route", help="walks past many bins, beside the shortest ones")
    walked.add_argument("--walks", type=_positive(int), default=50, help="of each layout")
    walked.add_argument("--refereed", type=_positive(int), default=2, help="long walks to be checked; slow")
    _plan(walked, lambda options: planning_benchmarks.route(walks=options.walks, refereed=options.refereed))
    boxed = kinds.add_parser("carton", help="cartons for made-up orders, beside what they must cost at least")
    boxed.add_argument("--orders", type=_positive(int), default=300, help="of each size")
    _plan(boxed, lambda options: planning_benchmarks.carton(orders=options.orders))
    weighed = kinds.add_parser("pack", help="cartons with mistakes on a simulated scale")
    weighed.add_argument("--cartons", type=_positive(int), default=10_000)
    weighed.add_argument("--workload", type=Path, help="a folder whose workload.json has the weights")
    _plan(weighed, lambda options: planning_benchmarks.pack(cartons=options.cartons, workload=options.workload))
    batched = kinds.add_parser("batch", help="orders that are picked together, beside the best batches")
    batched.add_argument("--cases", type=_positive(int), default=3, help="of each size that is checked")
    batched.add_argument("--orders", type=_positive(int), default=2000, help="of the long list")
    _plan(batched, lambda options: planning_benchmarks.batch(cases=options.cases, orders=options.orders))


def _plan(parser: argparse.ArgumentParser, measure: Callable[[argparse.Namespace], Iterator[Result]]) -> None:
    """Declare a benchmark that needs no server."""
    parser.set_defaults(run=lambda options, output: _printed(measure(options), output))


def _declare(parser: argparse.ArgumentParser, measure: Measure) -> argparse.ArgumentParser:
    parser.add_argument("--rounds", type=_positive(int), default=3)
    parser.add_argument("--superuser-url", default="", help="who may create databases on a shared server")
    parser.set_defaults(run=_run, measure=measure)
    return parser


def _positive(kind: Callable[[str], T], above: int = 0) -> Callable[[str], T]:
    """A number above zero, or above another one, for the command line."""

    def read(text: str) -> T:
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be a {_CALLED[kind]}, not {text}") from None
        if not above < value < float("inf"):
            raise argparse.ArgumentTypeError(f"must be above {above or 'zero'}, not {text}")
        return value

    return read


def _run(options: argparse.Namespace, output: Output) -> int:
    """Measure this home's server."""
    with opened(options, output) as home:
        return _printed(options.measure(home, options, output), output)


def _printed(results: Iterator[Result], output: Output) -> int:
    """Print each result as it comes; 1 where one says that something was not right."""
    sound = True
    for result in results:
        output.record(result)
        sound &= _is_sound(result)
    return 0 if sound else 1


def _is_sound(result: Result) -> bool:
    return not result.get("errors") and not result.get("oversold") and result.get("digests_agree") is not False


def _server(home: OpenHome, options: argparse.Namespace) -> str:
    return options.superuser_url or home.server_url()


def _of_seconds(measure: Callable[..., Iterator[Result]]) -> Measure:
    def measured(home: OpenHome, options: argparse.Namespace, _output: Output) -> Iterator[Result]:
        url = _server(home, options)
        return measure(url, rounds=options.rounds, seconds=options.seconds, clients=options.clients)

    return measured


def _history(home: OpenHome, options: argparse.Namespace, output: Output) -> Iterator[Result]:
    if options.here:
        return history_benchmarks.of_ledger(home.address(setup.DESK), rounds=options.rounds)
    return history_benchmarks.of_made_up_past(
        _server(home, options), moves=options.moves, rounds=options.rounds, progress=output.progress
    )


def _import(home: OpenHome, options: argparse.Namespace, _output: Output) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder) / "goods.csv", import_benchmarks.goods(options.items, customs=options.customs)
        write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
        yield from import_benchmarks.import_goods(_server(home, options), lambda: read_file(path), items=options.items)


def _putaway(home: OpenHome, options: argparse.Namespace, _output: Output) -> Iterator[Result]:
    yield putaway_benchmarks.walking()
    yield from putaway_benchmarks.proposals(_server(home, options), rounds=options.rounds)


def _workload(home: OpenHome, options: argparse.Namespace, _output: Output) -> Iterator[Result]:
    return workload.play_workload(_server(home, options), options.folder, version=VERSION, many=options.clients)
