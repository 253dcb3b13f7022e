"""`admin person`: who works here, and their PINs."""

import argparse
import getpass
import os
import sys
from typing import Any

from app.database import people
from app.domain.errors import Refusal
from app.main.output import Output, answers, opened
from app.services import setup

_GROUPS = ("operator", "receiver", "manager", "admin", "auditor")


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("person", help="list people, or add and change one")
    parser.add_argument("badge", nargs="?", help="the badge's number or code; none: list everybody")
    parser.add_argument("--name", default="", help="left as it is when not given")
    parser.add_argument("--group", action="append", choices=_GROUPS, default=[], help="left as they are when not given")
    parser.add_argument("--ask-pin", action="store_true", help="ask for a new PIN (or read STOCKHAND_PIN)")
    parser.add_argument("--unlock", action="store_true", help="forget failed attempts")
    answers(parser, _person)


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
