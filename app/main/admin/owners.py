"""`admin owner`: whose people somebody is: those of an owner whose goods we keep see that owner's goods only."""

import argparse
from typing import Any

from app.main.output import Output, answers, opened
from app.services import partners
from app.services.setup import badge_of


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("owner", help="let people of an owner see that owner's goods, and nothing else")
    parser.add_argument("badge", help="the person's badge")
    wish = parser.add_mutually_exclusive_group()
    wish.add_argument(
        "owners", nargs="*", default=[], metavar="CODE", help="codes of owners; without: tell whose they are"
    )
    wish.add_argument("--none", action="store_true", help="one of our own people again")
    answers(parser, _owner)


def _owner(options: argparse.Namespace, output: Output) -> int:
    badge = badge_of(options.badge)
    with opened(options, output) as home, home.desk("admin owner") as worker:
        if options.owners or options.none:
            worker.run(lambda unit: partners.bind(unit, badge, options.owners))
        bound = [one.code for one in worker.run(lambda unit: partners.owners_of(unit, badge))]
    told = f"{badge} sees goods of {', '.join(bound)} only." if bound else f"{badge} is one of our own people."
    output.answer({"badge": badge, "owners": bound}, told)
    return 0
