"""`admin person`: who works here, their groups, badges, PINs and logins."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterable
from typing import Any

from app.domain.errors import Refusal
from app.domain.people import GROUPS, Membership, Person, PinState
from app.main.admin.server import superuser
from app.main.output import Output, answers, misused, opened
from app.services import people, setup
from app.services.work import UnitOfWork, Worker

_CHANGES = (
    "name", "language", "group", "no_group", "ask_pin", "unlock", "new_badge", "sign_off", "deactivate", "activate",
    "login", "no_login",
)  # fmt: skip


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("person", help="list people, or add and change one")
    parser.add_argument("badge", nargs="?", help="the badge's number or code; none: list everybody")
    parser.add_argument("--name", default=None, help="left as it is when not given")
    parser.add_argument("--language", default=None, help="left as it is when not given, for example en")
    parser.add_argument("--group", action="append", choices=GROUPS, default=[], help="left as they are when not given")
    parser.add_argument("--no-group", action="store_true", help="in no group any more (there)")
    parser.add_argument("--warehouse", default="", help="the groups hold in this warehouse only; none: everywhere")
    parser.add_argument("--ask-pin", action="store_true", help="ask for a new PIN (or read STOCKHAND_PIN)")
    parser.add_argument("--must-change", action="store_true", help="with --ask-pin: they must choose their own first")
    parser.add_argument("--unlock", action="store_true", help="forget failed attempts")
    parser.add_argument(
        "--new-badge", nargs="?", const="", metavar="BADGE", help="the old one is lost; none: next free"
    )
    parser.add_argument("--sign-off", action="store_true", help="end their sign-ons everywhere")
    active = parser.add_mutually_exclusive_group()
    active.add_argument("--deactivate", action="store_true", help="they left: signed off at once, cannot sign on")
    active.add_argument("--activate", action="store_true", help="they are back")
    login = parser.add_mutually_exclusive_group()
    login.add_argument("--login", action="store_true", help="a database login of their own; the password is shown once")
    login.add_argument("--no-login", action="store_true", help="take that login away")
    parser.add_argument("--history", action="store_true", help="what was changed on people and stations, latest first")
    parser.add_argument("--superuser-url", default="", help="who may create logins on a shared server")
    answers(parser, _person)


def _person(options: argparse.Namespace, output: Output) -> int:
    _require_sense(options)
    with opened(options, output) as home, home.desk("admin person") as worker:
        if options.history:
            return _history(worker, output, setup.badge_of(options.badge) if options.badge else "")
        if not options.badge:
            return _list(worker, output)
        badge = setup.badge_of(options.badge)
        pin = _asked_pin() if options.ask_pin else None
        badge = worker.run(lambda unit: _change(unit, options, badge, pin))
        answer, lines = {"badge": badge}, [f"{badge} is saved."]
        if options.login:
            login, password = people.give_login(superuser(home, options), worker, badge)
            answer |= {"login": login, "password": password}
            lines.append(f"Login {login}, password {password}. It is shown only now: write it down.")
        if options.no_login:
            people.end_login(superuser(home, options), worker, badge)
    output.answer(answer, *lines)
    return 0


def _require_sense(options: argparse.Namespace) -> None:
    """Refuse options that would do nothing as they were given."""
    changes = [name for name in _CHANGES if getattr(options, name) not in (None, False, [])]
    if changes and not options.badge:
        misused(options, f"--{changes[0].replace('_', '-')} needs a badge")
    if changes and options.history:
        misused(options, "--history shows, and changes nothing")
    if options.badge and not changes and not options.history:
        misused(options, f"what about {options.badge}? A new person needs --name")
    if options.warehouse and not options.group and not options.no_group:
        misused(options, "--warehouse says where groups hold: give --group or --no-group")
    if options.must_change and not options.ask_pin:
        misused(options, "--must-change goes with --ask-pin")


def _change(unit: UnitOfWork, options: argparse.Namespace, badge: str, pin: str | None) -> str:
    """All that was asked for in one transaction, whole or not at all; returns the badge that they have now."""
    person = _saved(unit, options, badge)
    if options.group or options.no_group:
        people.set_groups(unit, person, options.group, warehouse=options.warehouse)
    if pin is not None:
        people.give_pin(unit, person, pin, must_change=options.must_change)
    if options.unlock:
        people.unlock(unit, person)
    if options.sign_off:
        people.sign_off_everywhere(unit, person)
    if options.activate or options.deactivate:
        people.set_active(unit, person, active=options.activate)
    return badge if options.new_badge is None else people.replace_badge(unit, person, options.new_badge)


def _saved(unit: UnitOfWork, options: argparse.Namespace, badge: str) -> Any:  # noqa: ANN401  (an id)
    """The person, added where they are new, with name and language as asked."""
    if options.name is None and options.language is None:
        return people.with_badge(unit, badge)
    return people.save(unit, badge=badge, name=options.name, language=options.language)


def _list(worker: Worker, output: Output) -> int:
    found = worker.run(people.everybody)
    rows = [
        {
            "badge": one.badge,
            "name": one.name,
            "active": one.active,
            "language": one.language,
            "groups": [group_words(group) for group in one.groups],
            "locked": one.locked,
            "locked_at": one.locked_at,
            "pin": one.pin.value,
            "signed_on_at": one.signed_on_at,
            "last_signed_on": one.last_signed_on,
        }
        for one in found
    ]
    output.answer({"people": rows}, *(_line(one) for one in found))
    return 0


def _line(person: Person) -> str:
    groups = ", ".join(group_words(one) for one in person.groups)
    return f"{person.badge:<14} {person.name:<30} {groups:<30} {', '.join(_marks(person))}".rstrip()


def _marks(person: Person) -> Iterable[str]:
    if not person.active:
        yield "inactive"
    if person.locked:
        yield f"locked at {person.locked_at}" if person.locked_at else "locked"
    if person.pin is not PinState.OWN:
        yield "no PIN" if person.pin is PinState.NONE else "initial PIN"
    if person.signed_on_at:
        yield f"at {person.signed_on_at}"


def group_words(membership: Membership) -> str:
    """A group, with the warehouse where it does not hold everywhere: `manager@WH001`."""
    return f"{membership.group}@{membership.warehouse}" if membership.warehouse else membership.group


def _history(worker: Worker, output: Output, text: str) -> int:
    found = worker.run(lambda unit: people.changes(unit, after=None, limit=200, text=text))
    rows = [
        {"at": one.at, "by": one.by_name, "station": one.station, "what": one.what, "verb": one.verb}
        | {"about": one.about, "changes": one.differences()}
        for one in found
    ]
    lines = [
        f"{one.at:%Y-%m-%d %H:%M:%S} {one.by_name:<24} {one.what:<17} {one.verb:<7} {one.about:<24} "
        + ", ".join(f"{name}: {old} > {new}" for name, (old, new) in one.differences().items())
        for one in found
    ]
    output.answer({"history": rows}, *(lines or ["Nothing was changed."]))
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
