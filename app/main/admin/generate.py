"""`admin generate`: a made-up past, to try things out and to measure with."""

import argparse
from typing import Any

from app.main.admin.server import superuser
from app.main.output import Output, answers, opened
from app.services import clock, generating, history, setup
from app.services.changes import Changes
from app.services.generating import Plan
from app.services.work import Worker


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("generate", help="fill a home with a plausible past; goes on where it was interrupted")
    parser.add_argument("--moves", type=int, required=True, help="how many movements altogether")
    parser.add_argument("--months", type=int, default=generating.MONTHS, help="over how many months before this one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same numbers")
    parser.add_argument("--beside-real-stock", action="store_true", help="also into a ledger with movements of its own")
    parser.add_argument("--superuser-url", default="", help="a superuser of a shared server")
    answers(parser, _generate)


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
        output.progress("Making the snapshots of the months")
        database = home.database(setup.WORKER, application="generate")
        try:
            history.make_snapshots(Worker(database, Changes()))
        finally:
            database.close()
        took = max(clock.monotonic_s() - began, 0.001)
    output.answer(
        {"moves": made.moves, "months": made.months, "months_before": made.months_before, "seconds": round(took, 1)},
        f"{made.moves} moves in {made.months} months, {made.moves / took:,.0f} a second;"
        f" {made.months_before} months were there already.",
        "They were loaded behind the triggers, with the balances that remain of them. `admin prove` checks them.",
    )
    return 0
