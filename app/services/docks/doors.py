"""Doors and rosters as use cases: what each door takes and when, who is there, and rates that experience proposes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.database import docks as store
from app.database import entry
from app.database import policies as rules
from app.database.docks import Dock
from app.domain.docks import (
    FORM,
    Appointment,
    Door,
    Learned,
    Limits,
    Shift,
    Vehicle,
    learn,
    write_hours,
)
from app.domain.errors import Refusal
from app.domain.policies import Scope
from app.domain.sites.places import TEMPERATURES
from app.services import clock
from app.services.docks.planning import APPOINTMENT, policy_for
from app.services.policies import POLICY
from app.services.work import UnitOfWork

__all__ = ["Dock", "adopt", "close", "door_named", "doors", "free_docks", "hit_by", "learned", "limit", "limits",
           "make_door", "reopen", "save_door", "save_shifts", "shifts", "with_needs"]  # fmt: skip
_REMEMBERED = timedelta(days=180)


def doors(unit: UnitOfWork, warehouse: UUID) -> tuple[Door, ...]:
    """The doors of a warehouse, those out of use too."""
    return store.doors(unit.session, warehouse)


def free_docks(unit: UnitOfWork, warehouse: UUID) -> tuple[Dock, ...]:
    """The docks that no truck can be booked on yet."""
    return store.free_docks(unit.session, warehouse)


def door_named(unit: UnitOfWork, warehouse: UUID, name: str) -> Door:
    """A door by its name or address. Refuses `docks.out_of_use`."""
    wanted = name.strip().upper()
    for door in store.doors(unit.session, warehouse):
        if wanted in (door.name.upper(), door.address.upper()):
            return door
    raise Refusal("docks.out_of_use", door=name)


def make_door(unit: UnitOfWork, *, warehouse: UUID, dock: str) -> Door:
    """Let trucks be booked on a dock, at all times and for all of them until told otherwise; or the door that it is."""
    place = entry.place(unit.session, warehouse, dock)
    known = {door.id: door for door in store.doors(unit.session, warehouse)}
    if place not in known:
        store.save_door(unit.session, request=unit.request_id, location=place, version=0, values={})
        unit.changed(APPOINTMENT)
    return known.get(place) or next(door for door in store.doors(unit.session, warehouse) if door.id == place)


def with_needs(door: Door, *, vehicles: Iterable[str], temperatures: Iterable[str]) -> Door:
    """The door for these vehicles and temperatures, as people write them; none: all of them.

    Refuses `docks.unknown_vehicle` and `docks.unknown_temperature`.
    """
    named, cold = [each.strip() for each in vehicles], [each.strip() for each in temperatures]
    if wrong := [each for each in named if each not in set(Vehicle)]:
        raise Refusal("docks.unknown_vehicle", text=wrong[0])
    if wrong := [each for each in cold if each not in TEMPERATURES]:
        raise Refusal("docks.unknown_temperature", text=wrong[0], known=", ".join(filter(None, TEMPERATURES)))
    return replace(door, vehicles=frozenset(map(Vehicle, named)), temperatures=frozenset(cold))


def save_door(unit: UnitOfWork, door: Door) -> None:
    """Say anew what a door takes and when. Refuses `record.changed`."""
    values: Mapping[str, Any] = {
        "direction": door.direction.value if door.direction else "",
        "hours": write_hours(door.openings),
        "vehicles": sorted(door.vehicles),
        "temperatures": sorted(door.temperatures),
        "pallets_per_hour": door.pallets_per_hour,
        "lines_per_hour": door.lines_per_hour,
        "active": door.active,
    }
    store.save_door(unit.session, request=unit.request_id, location=door.id, version=door.version, values=values)
    unit.changed(APPOINTMENT)


def close(unit: UnitOfWork, *, door: UUID, starts_at: datetime, ends_at: datetime, reason: str) -> UUID:
    """Close a door for a while; returns the closure. What is planned there stays and is shown (`hit_by`)."""
    made = store.close_door(
        unit.session, request=unit.request_id, door=door, start=starts_at, until=ends_at, reason=reason
    )
    unit.changed(APPOINTMENT)
    return made


def hit_by(
    unit: UnitOfWork, *, warehouse: UUID, door: UUID, starts_at: datetime, ends_at: datetime
) -> tuple[Appointment, ...]:
    """The appointments that are planned at a door in a stretch of time."""
    known = store.appointments(unit.session, warehouse, start=starts_at, until=ends_at)
    return tuple(one for one in known if one.door == door and one.holds_its_door)


def reopen(unit: UnitOfWork, closure: UUID) -> None:
    """Open a door again."""
    store.reopen_door(unit.session, closure)
    unit.changed(APPOINTMENT)


def limits(unit: UnitOfWork, warehouse: UUID) -> Limits:
    """What all docks take in an hour together."""
    return store.limits(unit.session, warehouse)


def limit(unit: UnitOfWork, *, warehouse: UUID, limits: Limits) -> None:
    """Say what all docks take in an hour together."""
    store.limit(unit.session, warehouse=warehouse, limits=limits)
    unit.changed(APPOINTMENT)


def shifts(unit: UnitOfWork, *, warehouse: UUID, first: date, last: date) -> tuple[Shift, ...]:
    """Who is there on some days."""
    return store.shifts(unit.session, warehouse, first=first, last=last)


def save_shifts(unit: UnitOfWork, *, warehouse: UUID, shifts: Iterable[Shift], gone: Iterable[Shift] = ()) -> int:
    """Say who is there; a shift of the same day, beginning and name is replaced. Refuses `docks.shift`."""
    rows = [_row(one) for one in shifts]
    rows += [{"id": one.id, "version": one.version, "gone": True} for one in gone]
    saved = store.save_shifts(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows)
    unit.changed(APPOINTMENT)
    return saved


def _row(one: Shift) -> dict[str, object]:
    known = {"id": one.id, "version": one.version} if one.id else {}
    return known | {
        "day": one.day, "starts": one.starts, "ends": one.ends, "people": one.people, "name": one.name,
        "names": one.names,
    }  # fmt: skip


# - rates -


def learned(unit: UnitOfWork, *, warehouse: UUID) -> tuple[Learned, ...]:
    """Rates that fit the trucks of the last half year better or worse than those that hold now."""
    now = clock.now()
    known = store.appointments(unit.session, warehouse, start=now - _REMEMBERED, until=now)
    return learn(known, policy_for(unit, warehouse=warehouse))


def adopt(unit: UnitOfWork, *, warehouse: UUID, wanted: Sequence[Learned]) -> int:
    """Put learned rates before the rules of the warehouse; returns the version of its rules.

    Refuses `docks.nothing_learned` where nothing was.
    """
    if not wanted:
        raise Refusal("docks.nothing_learned")
    listed = [row for row in rules.listed(unit.session) if row["capability"] == FORM.capability]
    own = next((row for row in listed if row["scope"] == Scope.WAREHOUSE and row["scope_id"] == warehouse), None)
    wider = next((row for row in listed if row["scope"] == Scope.COMPANY), None)
    held = next((row["rules"] for row in (own, wider) if row and row["rules"]), FORM.default)
    new = [one.rule() for one in wanted]
    names = {one["name"] for one in new}
    document = {"rules": [*new, *(rule for rule in held["rules"] if rule["name"] not in names)]}
    FORM.read(document)
    version = rules.save_rules(
        unit.session,
        unit.request_id,
        capability=FORM.capability,
        document=document,
        version=own["version"] if own else 0,
        scope=Scope.WAREHOUSE.value,
        scope_id=warehouse,
    )
    unit.changed(POLICY)
    return version
