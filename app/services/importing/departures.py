"""When carriers leave, closed days, and who picks, from files.

Beside what was said before, instead of it for the same moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any, Protocol
from uuid import UUID

from app.database import setup as store
from app.domain.errors import Refusal
from app.domain.setup_kinds import WEEKDAYS
from app.services import cut_offs, pick_shifts
from app.services.cut_offs import ClosedDay, CutOff
from app.services.pick_shifts import Shift
from app.services.work import UnitOfWork

Values = Mapping[str, Any]


class Step(Protocol):
    """One record as it will be."""

    @property
    def values(self) -> Values:
        """What it says."""


def save_cut_offs(unit: UnitOfWork, steps: Sequence[Step]) -> None:
    """Keep these times of carriers, warehouse by warehouse."""
    for warehouse, there in _by_warehouse(unit, [step.values for step in steps]):
        kept = {_moment(one): one for one in cut_offs.cut_offs(unit, warehouse)}
        kept |= {_moment(one): one for one in map(_cut_off, there)}
        cut_offs.save(unit, warehouse, times=list(kept.values()), closed=cut_offs.closed_days(unit, warehouse))


def save_closed_days(unit: UnitOfWork, steps: Sequence[Step]) -> None:
    """Keep these days on which nobody leaves, warehouse by warehouse."""
    for warehouse, there in _by_warehouse(unit, [step.values for step in steps]):
        kept = {one.day: one for one in cut_offs.closed_days(unit, warehouse)}
        kept |= {one.day: one for one in map(_closed_day, there)}
        cut_offs.save(unit, warehouse, times=cut_offs.cut_offs(unit, warehouse), closed=list(kept.values()))


def save_pick_shifts(unit: UnitOfWork, steps: Sequence[Step]) -> None:
    """Keep these shifts of people who pick, warehouse by warehouse."""
    for warehouse, there in _by_warehouse(unit, [step.values for step in steps]):
        kept = {_beginning(one): one for one in pick_shifts.shifts(unit, warehouse)}
        kept |= {_beginning(one): one for one in map(_pick_shift, there)}
        pick_shifts.save(unit, warehouse, list(kept.values()))


def _beginning(one: Shift) -> tuple[object, ...]:
    """What tells one shift from another: all but its end and its people."""
    return one.zone, one.name, one.weekday, one.day, one.starts


def _moment(one: CutOff) -> CutOff:
    """What tells one time of a carrier from another: all but what follows from it."""
    return replace(one, lead_minutes=0, transit_days=0)


def _by_warehouse(unit: UnitOfWork, records: Iterable[Values]) -> list[tuple[UUID, list[Values]]]:
    found: dict[str, list[Values]] = {}
    for one in records:
        found.setdefault(one.get("warehouse", ""), []).append(one)
    return [(_warehouse(unit, code), there) for code, there in found.items()]


def _warehouse(unit: UnitOfWork, code: str) -> UUID:
    known = store.found(unit.session, "warehouse", code)
    if known is None:
        raise Refusal("setup.unknown_warehouse", name=code)
    return known[0]


def _cut_off(values: Values) -> CutOff:
    return CutOff(
        WEEKDAYS.index(values["weekday"]) + 1,
        _clock(values["leaves"]),
        values.get("carrier", ""),
        values.get("service", ""),
        int(values.get("lead_minutes", 0)),
        int(values.get("transit_days", 1)),
    )


def _pick_shift(values: Values) -> Shift:
    if "people" not in values:
        raise Refusal("field.missing", field="people")
    try:
        return Shift(
            time.fromisoformat(values["from"]),
            time.fromisoformat(values["until"]),
            int(values["people"]),
            values.get("shift", ""),
            WEEKDAYS.index(values["weekday"]) + 1 if values.get("weekday") else None,
            date.fromisoformat(values["day"]) if values.get("day") else None,
            values.get("zone", "").upper(),
        )
    except ValueError:
        raise Refusal("waves.bad_shift") from None


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refusal("orders.bad_cut_off") from None


def _closed_day(values: Values) -> ClosedDay:
    try:
        return ClosedDay(date.fromisoformat(values["day"]), values.get("name", ""))
    except ValueError:
        raise Refusal("orders.bad_cut_off") from None
