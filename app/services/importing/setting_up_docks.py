"""Checklists, doors, limits and rosters of the docks from set-up files: written by the services of their screens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from app.database import setup as store
from app.domain.docks import Direction, Limits, Shift, read_hours, shift_of
from app.domain.errors import Refusal
from app.domain.quality import Check
from app.services import quality
from app.services.docks import doors
from app.services.work import UnitOfWork

Values = Mapping[str, Any]


def checklist(unit: UnitOfWork, values: Values, _before: Values) -> None:
    """A list of checks as a file says it, new or instead of the one of this name."""
    name = values["name"].casefold()
    known = next((one for one in quality.checklists(unit) if one.name.casefold() == name), None)
    checks = [_check(one) for one in values.get("checks", ())]
    quality.save_checklist(unit, name=values["name"], checks=checks, known_as=known)


def _check(one: Values) -> Check:
    limits = {name: Decimal(one[name]) for name in ("nominal", "lower", "upper") if one.get(name) is not None}
    measured, photo = one.get("measured", False), one.get("photo", False)
    return Check(one["name"], measured=measured, unit=one.get("unit", ""), photo=photo, **limits)


def door(unit: UnitOfWork, values: Values, _before: Values) -> None:
    """A dock that trucks are booked on, and what it takes."""
    known = store.place(unit.session, values["place"])
    if known is None:
        raise Refusal("setup.unknown_place", name=values["place"])
    part = UnitOfWork(unit.session, uuid5(unit.request_id, "door"), unit.changes)
    made = doors.make_door(part, warehouse=known[2], dock=values["place"])
    wanted = replace(
        doors.with_needs(made, vehicles=values.get("vehicles", ()), temperatures=values.get("temperatures", ())),
        direction=Direction(values["direction"]) if values.get("direction") else None,
        openings=read_hours(values.get("hours", "")),
        pallets_per_hour=_whole(values, "pallets_per_hour"),
        lines_per_hour=_whole(values, "lines_per_hour"),
        active=values.get("active", True),
    )
    doors.save_door(unit, wanted)


def limits(unit: UnitOfWork, values: Values, _before: Values) -> None:
    """What all docks of a warehouse take in an hour together."""
    wanted = Limits(_whole(values, "trucks_per_hour"), _whole(values, "pallets_per_hour"))
    doors.limit(unit, warehouse=_warehouse(unit, values["warehouse"]), limits=wanted)


WRITERS = {"checklists": checklist, "dock_doors": door, "dock_limits": limits}
"""One record at a time: as it will be, and as it is."""


def shifts(unit: UnitOfWork, rows: Sequence[Values]) -> None:
    """Who is there: a shift of the same day, beginning and name is the same one."""
    for code, of_warehouse in groupby(sorted(rows, key=_code), _code):
        part = UnitOfWork(unit.session, uuid5(unit.request_id, code), unit.changes)
        doors.save_shifts(part, warehouse=_warehouse(unit, code), shifts=[_shift(one) for one in of_warehouse])


def _shift(one: Values) -> Shift:
    if not one.get("day"):
        raise Refusal("docks.when")
    try:
        day = date.fromisoformat(one["day"])
    except ValueError:
        raise Refusal("docks.when") from None
    people = str(one["people"]) if one.get("people") is not None else ""
    return shift_of(
        day=day, times=f"{one['from']}-{one['until']}", people=people, name=one.get("name", ""),
        names=one.get("names", ""),
    )  # fmt: skip


def _code(one: Values) -> str:
    return str(one["warehouse"])


def _warehouse(unit: UnitOfWork, code: str) -> UUID:
    known = store.found(unit.session, "warehouse", code)
    if known is None:
        raise Refusal("setup.unknown_warehouse", name=code)
    return known[0]


def _whole(values: Values, name: str) -> int | None:
    return int(values[name]) if values.get(name) else None
