"""`admin generate`: a made-up past, to try things out and to measure with."""

import argparse
from typing import Any

from app.main.admin.server import superuser
from app.main.output import Output, answers, opened
from app.services import clock, generating, history, setup
from app.services.changes import Changes
from app.services.generating import Generated, Plan
from app.services.work import Worker

_MOST = 1_000_000_000


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("generate", help="fill a home with a plausible past; goes on where it was interrupted")
    parser.add_argument("--moves", type=_count, required=True, help="how many movements, over all months")
    parser.add_argument("--months", type=_count, default=generating.MONTHS, help="over how many months before this one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same numbers")
    parser.add_argument("--beside-real-stock", action="store_true", help="also into a ledger with movements of its own")
    parser.add_argument("--superuser-url", default="", help="a superuser of a shared server")
    answers(parser, _generate)


def _count(typed: str) -> int:
    """A number above zero that a past can have."""
    if not typed.isdecimal() or not 0 < int(typed) <= _MOST:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {_MOST:,}, not {typed}")
    return int(typed)


def _told(made: Generated, took: float) -> list[str]:
    before = (
        f" {made.months_before} months were made by an earlier run and are left as they are."
        if (made.months_before)
        else ""
    )
    if not made.moves:
        return [f"Nothing to do.{before}"]
    return [
        f"Made {made.moves} movements in {made.months} months, {made.moves / took:,.0f} a second.{before}",
        "Stock is what remains of them; `admin prove` recomputes it.",
    ]


def _generate(options: argparse.Namespace, output: Output) -> int:
    plan = Plan(options.moves, options.months, options.seed)
    with opened(options, output) as home:
        began = clock.monotonic_s()
        made = generating.generate(
            superuser(home, options),
            plan,
            now=clock.now(),
            beside_stock=options.beside_real_stock,
            progress=output.progress,
        )
        output.progress("Making the snapshots of the months and weeks")
        database = home.database(setup.WORKER, application="generate")
        try:
            history.make_snapshots(Worker(database, Changes()))
        finally:
            database.close()
        took = max(clock.monotonic_s() - began, 0.001)
    output.answer(
        {"moves": made.moves, "months": made.months, "months_before": made.months_before, "seconds": round(took, 1)},
        *_told(made, took),
    )
    return 0
