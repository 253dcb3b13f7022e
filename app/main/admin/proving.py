"""`admin prove`: everything that must always be true, recomputed."""

import argparse
from typing import Any

from app.database import ledger
from app.main.output import Output, answers, opened


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    answers(
        verbs.add_parser("prove", help="recompute everything that must always be true; 1 when a rule is broken"), _prove
    )


def _prove(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("prove") as worker:
        worker.run(lambda unit: ledger.seal(unit.session))
        broken, head = worker.run(lambda unit: (ledger.prove(unit.session), ledger.head(unit.session)))
    for row in broken:
        output.record({"rule": row["rule"], "offender": row["offender"]})
    output.answer(
        {"prove": "broken" if broken else "clean", "broken": len(broken), **head},
        f"{len(broken)} rows break a rule." if broken else f"Clean. {head['moves']} moves, seal {head['seal_no']}.",
    )
    return 1 if broken else 0
