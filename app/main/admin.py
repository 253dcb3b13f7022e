"""`admin`: setting up, proving, and looking after people, stations and the embedded server."""

import argparse
import getpass
import os
import sys
from typing import Any

from app.composition.home import OpenHome, open_home
from app.database import installation, ledger, people, server
from app.domain.errors import Refusal
from app.main.output import Output, answers, open_options, opened
from app.services import printing, setup
from app.settings import home_folder, load

NAMES = ("admin",)
_GROUPS = ("operator", "receiver", "manager", "admin", "auditor")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `admin` and its own commands."""
    parser = commands.add_parser("admin", help="set up, prove, people, stations, the embedded server")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    init = verbs.add_parser("init", help="create roles and schema in an empty database, and the first admin")
    init.add_argument("--superuser-url", default="", help="who may create roles on a shared server")
    answers(init, _init)
    answers(verbs.add_parser("migrate", help="bring the schema to this program's version"), _migrate)
    answers(
        verbs.add_parser("prove", help="recompute everything that must always be true; 1 when a rule is broken"), _prove
    )
    answers(verbs.add_parser("status", help="server, schema, ledger"), _status)
    answers(verbs.add_parser("stop", help="stop the embedded server for all programs of this home"), _stop)
    _add_person(verbs)
    _add_station(verbs)


def _add_person(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    parser = verbs.add_parser("person", help="list people, or add and change one")
    parser.add_argument("badge", nargs="?", help="the badge's number or code; none: list everybody")
    parser.add_argument("--name", default="", help="left as it is when not given")
    parser.add_argument("--group", action="append", choices=_GROUPS, default=[], help="left as they are when not given")
    parser.add_argument("--ask-pin", action="store_true", help="ask for a new PIN (or read STOCKHAND_PIN)")
    parser.add_argument("--unlock", action="store_true", help="forget failed attempts")
    answers(parser, _person)


def _add_station(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    parser = verbs.add_parser(
        "station", help="list stations, or add one with a login of its own; registers this machine's printers"
    )
    parser.add_argument("name", nargs="?")
    parser.add_argument("--warehouse", default=None)
    parser.add_argument("--type", default="bench", choices=("bench", "dock", "desk"))
    parser.add_argument("--superuser-url", default="", help="who may create roles on a shared server")
    answers(parser, _station)


def _init(options: argparse.Namespace, output: Output) -> int:
    with open_home(options.home, options=open_options(options), check_schema=False) as home:
        first = setup.initialise(_superuser(home, options), home.logins)
    if first is None:
        output.answer({"created": False}, "This database is set up already; nothing was changed.")
    else:
        output.answer(
            {"created": True, "badge": first.badge, "pin": first.pin},
            f"Set up. First admin: badge {first.badge}, PIN {first.pin}. It is shown only now: write it down.",
        )
    return 0


def _superuser(home: OpenHome, options: argparse.Namespace) -> str:
    if options.superuser_url:
        return str(options.superuser_url)
    return home.server_url()


def _migrate(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home:
        installation.require_known_schema(home.server_url())
    version = installation.SCHEMA_VERSION
    output.answer({"version": version}, f"The schema is at version {version}; there is nothing to do.")
    return 0


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


def _status(options: argparse.Namespace, output: Output) -> int:
    folder = home_folder(options.home)
    known = load(folder, options=open_options(options))
    if known.database_url:
        installation.require_known_schema(known.database_url)
        output.answer({"server": "shared", "schema": installation.SCHEMA_VERSION}, "Shared server; schema known.")
        return 0
    status = server.status(folder)
    values = {"server": "embedded", "running": status.running, "port": status.port, "programs": len(status.users)}
    running = f"running on port {status.port}, {len(status.users)} programs" if status.running else "not running"
    output.answer(values, f"Home {folder}", f"Embedded server: {running}")
    return 0


def _stop(options: argparse.Namespace, output: Output) -> int:
    stopped = server.stop(home_folder(options.home))
    output.answer({"stopped": stopped}, "The server is stopped." if stopped else "The server was not running.")
    return 0


def _person(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("admin person") as worker:
        if not options.badge:
            found = worker.run(lambda unit: people.list_people(unit.session))
            lines = [f"{row['badge']:<14} {row['name']:<30} {', '.join(row['groups'])}" for row in found]
            output.answer({"people": found}, *lines)
            return 0
        badge = setup.badge_of(options.badge)
        if options.unlock:
            worker.run(lambda unit: people.unlock(unit.session, badge))
        else:
            pin = _asked_pin() if options.ask_pin else None
            worker.run(
                lambda unit: setup.save_person(
                    unit, badge=badge, name=options.name or None, groups=options.group or None, pin=pin
                )
            )
    output.answer({"badge": badge}, f"{badge} is saved.")
    return 0


def _asked_pin() -> str:
    """The new PIN, typed twice, or given to a script by the environment."""
    given = os.environ.get("STOCKHAND_PIN")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Refusal("person.pin_needs_terminal")
    first = getpass.getpass("New PIN: ")
    if first != getpass.getpass("Again: "):
        raise Refusal("person.pins_differ")
    return first


def _station(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("admin station") as worker:
        if not options.name:
            found = worker.run(lambda unit: people.list_stations(unit.session))
            lines = [f"{row['name']:<20} {row['type']:<8} {row['warehouse'] or ''}" for row in found]
            output.answer({"stations": found}, *lines)
            return 0
        url = _superuser(home, options)
        setup.add_station(url, home.logins, worker, name=options.name, warehouse=options.warehouse, kind=options.type)
        worker.run(lambda unit: printing.register_printers(unit, home.settings.devices))
    output.answer({"station": options.name}, f"Station {options.name} is saved; this machine has its login.")
    return 0
