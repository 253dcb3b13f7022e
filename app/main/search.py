"""`find`: one box over everything."""

import argparse

from app.main.output import Listing, Output, answers, opened
from app.services import search


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `find`."""
    parser = commands.add_parser("find", help="look for items, lots, places, units, documents, partners and people")
    parser.add_argument("words", nargs="+", help="part of a name or number; slips of the pen are forgiven")
    answers(parser, run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Print what fits, by kind."""
    with opened(options, output) as home, home.desk("find") as worker:
        found = worker.run(lambda unit: search.search(unit, " ".join(options.words)))
    rows = [
        (
            {"kind": each.kind, "id": each.id, "label": each.label, "about": each.about},
            f"{each.kind.replace('_', ' '):<14} {each.label}  {each.about}",
        )
        for each in found
    ]
    output.answer_list(Listing("found", rows, "Nothing fits."))
    return 0
