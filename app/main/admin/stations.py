"""`admin station`: machines with a login of their own, and their printers."""

import argparse
from typing import Any

from app.composition.home import OpenHome
from app.domain.errors import Refusal
from app.domain.people import STATION_TYPES
from app.main.admin.server import superuser
from app.main.output import Output, answers, misused, opened
from app.services import people, printing, setup
from app.services.work import Worker


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser(
        "station", help="list stations, add one with a login of its own (registers this machine's printers), change one"
    )
    parser.add_argument("name", nargs="?")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--warehouse", default=None, help="its code")
    place.add_argument(
        "--no-warehouse", dest="warehouse", action="store_const", const="", help="it belongs to no warehouse"
    )
    parser.add_argument("--type", default=None, choices=STATION_TYPES)
    parser.add_argument("--rename", default=None, metavar="NAME")
    parser.add_argument("--papers-at", default=None, metavar="PRINTER", help="its papers print there; '' for any")
    parser.add_argument(
        "--new-password", action="store_true", help="a new password for its login, kept on this machine"
    )
    active = parser.add_mutually_exclusive_group()
    active.add_argument("--deactivate", action="store_true", help="its login may do nothing from now on")
    active.add_argument("--activate", action="store_true")
    parser.add_argument("--superuser-url", default="", help="who may create roles on a shared server")
    answers(parser, _station)


def _station(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("admin station") as worker:
        if not options.name:
            _require_nothing_else(options)
            return _list(worker, output)
        known = next((one for one in worker.run(people.stations) if one.name == options.name), None)
        if known is None and _changes(options):
            raise Refusal("station.unknown", name=options.name)
        if known is None:
            _add(home, worker, options)
        else:
            _change(home, worker, options)
    output.answer({"station": options.rename or options.name}, f"Station {options.rename or options.name} is saved.")
    return 0


def _require_nothing_else(options: argparse.Namespace) -> None:
    if _changes(options) or options.warehouse is not None or options.type:
        misused(options, "which station? Name it")


def _changes(options: argparse.Namespace) -> bool:
    """Whether this can only be meant for a station that is there."""
    return bool(options.rename or options.new_password or options.deactivate or options.activate) or (
        options.papers_at is not None
    )


def _list(worker: Worker, output: Output) -> int:
    found = worker.run(people.stations)
    rows = [
        {"name": one.name, "type": one.type, "active": one.active, "warehouse": one.warehouse or None}
        | {"person": one.person or None}
        for one in found
    ]
    lines = [
        f"{one.name:<20} {one.type:<8} {one.warehouse:<10} {'' if one.active else 'inactive':<10} {one.person}".rstrip()
        for one in found
    ]
    output.answer({"stations": rows}, *lines)
    return 0


def _add(home: OpenHome, worker: Worker, options: argparse.Namespace) -> None:
    url = superuser(home, options)
    kind = options.type or "bench"
    setup.add_station(url, home.logins, worker, name=options.name, warehouse=options.warehouse or None, kind=kind)
    worker.run(lambda unit: printing.register_printers(unit, home.settings.devices, station=options.name))


def _change(home: OpenHome, worker: Worker, options: argparse.Namespace) -> None:
    """The record first: from then on the login may do nothing, or belongs elsewhere; then the login itself."""
    known = worker.run(lambda unit: people.station_named(unit, options.name))
    worker.run(
        lambda unit: people.change_station(
            unit,
            known.id,
            name=options.rename,
            kind=options.type,
            warehouse=options.warehouse,
            active=options.activate or (False if options.deactivate else None),
            page_printer=options.papers_at,
        )
    )
    worker.run(lambda unit: printing.register_printers(unit, home.settings.devices))
    login = known.login
    if options.deactivate:
        setup.end_login(superuser(home, options), login)
    elif options.activate or options.new_password or home.logins.password(setup.short_login(login)) is None:
        setup.renew_login(superuser(home, options), home.logins, login)
