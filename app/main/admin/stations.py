"""`admin station`: machines with a login of their own, and their printers."""

import argparse
from typing import Any

from app.database import people
from app.main.admin.server import superuser
from app.main.output import Output, answers, opened
from app.services import printing, setup


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser(
        "station", help="list stations, or add one with a login of its own; registers this machine's printers"
    )
    parser.add_argument("name", nargs="?")
    parser.add_argument("--warehouse", default=None)
    parser.add_argument("--type", default="bench", choices=("bench", "dock", "desk"))
    parser.add_argument("--superuser-url", default="", help="who may create roles on a shared server")
    answers(parser, _station)


def _station(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("admin station") as worker:
        if not options.name:
            found = worker.run(lambda unit: people.list_stations(unit.session))
            lines = [f"{row['name']:<20} {row['type']:<8} {row['warehouse'] or ''}" for row in found]
            output.answer({"stations": found}, *lines)
            return 0
        url = superuser(home, options)
        setup.add_station(url, home.logins, worker, name=options.name, warehouse=options.warehouse, kind=options.type)
        worker.run(lambda unit: printing.register_printers(unit, home.settings.devices))
    output.answer({"station": options.name}, f"Station {options.name} is saved; this machine has its login.")
    return 0
