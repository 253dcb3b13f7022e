"""`admin permission`: what groups and single people may, up to which limit, and why."""

import argparse
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.errors import Refusal
from app.domain.people import GROUPS, Right
from app.domain.values import format_quantity
from app.main.admin.people import group_words
from app.main.output import Output, answers, misused, opened
from app.services import people, setup
from app.services.work import UnitOfWork


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("permission", help="list what a group or a person may and why, or change it")
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--group", choices=GROUPS)
    whose.add_argument("--person", metavar="BADGE", help="the badge's number or code")
    parser.add_argument("permission", nargs="?", help="none: list them all")
    word = parser.add_mutually_exclusive_group()
    word.add_argument("--grant", action="store_true")
    word.add_argument("--withdraw", action="store_true")
    word.add_argument("--as-groups", action="store_true", help="no word on this person: as their groups say")
    parser.add_argument("--up-to", default=None, metavar="QTY", help="with --grant: the most at a time, in base units")
    answers(parser, _permission)


def _permission(options: argparse.Namespace, output: Output) -> int:
    changes = options.grant or options.withdraw or options.as_groups
    if changes and not options.permission:
        misused(options, "which permission? Name it")
    if options.up_to is not None and not options.grant:
        misused(options, "--up-to goes with --grant")
    with opened(options, output) as home, home.desk("admin permission") as worker:
        if changes:
            worker.run(lambda unit: _change(unit, options))
        found = worker.run(lambda unit: _rights(unit, options))
    if options.permission:
        found = tuple(one for one in found if one.permission == options.permission)
        if not found:
            raise Refusal("permission.unknown", permission=options.permission)
    output.answer({"permissions": [_values(one) for one in found]}, *(_line(one) for one in found))
    return 0


def _rights(unit: UnitOfWork, options: argparse.Namespace) -> tuple[Right, ...]:
    if options.group:
        return people.group_rights(unit, options.group)
    return people.rights(unit, people.with_badge(unit, setup.badge_of(options.person)))


def _change(unit: UnitOfWork, options: argparse.Namespace) -> None:
    permission, up_to = options.permission, _limit(options.up_to)
    if options.group:
        people.set_group_permission(unit, options.group, permission, granted=options.grant, up_to=up_to)
        return
    person = people.with_badge(unit, setup.badge_of(options.person))
    granted = None if options.as_groups else bool(options.grant)
    people.set_permission(unit, person, permission, granted=granted, up_to=up_to)


def _limit(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        limit = Decimal(typed)
    except InvalidOperation:
        raise Refusal("permission.limit_wrong", limit=typed) from None
    if not limit.is_finite() or limit < 0:
        raise Refusal("permission.limit_wrong", limit=typed)
    return limit


def _values(right: Right) -> dict[str, object]:
    return {
        "permission": right.permission,
        "held": right.held,
        "up_to": right.limit,
        "personal": right.granted,
        "groups": [group_words(one) for one in right.by_groups],
    }


def _line(right: Right) -> str:
    limit = f"up to {format_quantity(right.limit)}" if right.held and right.limit is not None else ""
    why = ", ".join(group_words(one) for one in right.by_groups)
    if right.granted is not None:
        why = "granted" if right.granted else "withdrawn" if right.by_groups else ""
    return f"{right.permission:<22} {'yes' if right.held else 'no':<4} {limit:<16} {why}".rstrip()
