"""The gate as use cases: which truck is it, check it in, send it to a door, check it out; the record of carriers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from app.database import docks as store
from app.database.places import zone_of
from app.domain.docks import (
    AT_A_DOOR,
    HERE,
    Appointment,
    BoardRow,
    CarrierRecord,
    Direction,
    Door,
    Load,
    Plan,
    Wish,
    against,
    board,
    moment_of,
    records,
)
from app.services import clock
from app.services.docks.planning import APPOINTMENT, Booked, expected, forecast, plan_of, today
from app.services.work import UnitOfWork

__all__ = ["AtDoor", "at_doors", "board_of", "by_id", "carriers", "found", "free_doors", "walk_in"]

_STILL_AWAITED = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class AtDoor:
    """A truck that stands at a door, for whoever unloads it: its documents that are still open."""

    door: UUID
    door_name: str
    appointment: Appointment


def found(unit: UnitOfWork, *, warehouse: UUID, words: str) -> tuple[Appointment, ...]:
    """The trucks that are meant by a number, a plate, a document or an announced unit, the likeliest first."""
    ids = store.find(unit.session, warehouse, words)
    now = clock.now()
    known = {one.id: one for one in store.appointments(unit.session, warehouse, start=now, until=now, ids=ids)}
    return tuple(known[identity] for identity in ids if identity in known)


def by_id(unit: UnitOfWork, *, warehouse: UUID, ids: Sequence[UUID]) -> tuple[Appointment, ...]:
    """These appointments."""
    now = clock.now()
    return store.appointments(unit.session, warehouse, start=now, until=now, ids=ids)


def free_doors(plan: Plan, one: Appointment) -> tuple[Door, ...]:
    """The doors that a truck can be sent to now: its own first, if nobody stands there, then those that suit it."""
    now = clock.now()
    lasts = one.ends_at - one.starts_at
    taken = {each.door for each in plan.appointments if each.state in AT_A_DOOR and each.id != one.id}
    closed = {each.door for each in plan.closures if each.starts_at <= now < each.ends_at}
    suit = [
        door
        for door in plan.doors
        if door.id not in taken | closed
        and door.active
        and (door.id == one.door or not against(plan, Wish(one.load, door.id, now, now + lasts, 0, one.id), now=now))
    ]
    return tuple(sorted(suit, key=lambda door: door.id != one.door))


def walk_in(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    load: Load,
    plate: str = "",
    driver: str = "",
    documents: Sequence[UUID] = (),
    run: UUID | None = None,
) -> Booked:
    """A truck that nobody planned is here: it waits for a door, as long as its work takes; `run` as in `advance`."""
    if known := store.hold(unit.session, warehouse, request=unit.request_id):
        return Booked(UUID(known["id"]), known["number"], known["version"], clock.now(), None)
    load = replace(load, carrier=store.carrier_name(unit.session, load.carrier))
    load = expected(unit, warehouse=warehouse, documents=documents, load=load)
    work, now = forecast(unit, warehouse=warehouse, load=load), clock.now()
    papers = store.waiting(unit.session, warehouse, documents) if documents else ()
    partner = store.partner_of(unit.session, papers[0].id) if papers else None
    answer = store.save_appointment(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        appointment=None,
        version=None,
        values={
            "direction": load.direction.value, "vehicle": load.vehicle.value,
            "plate": plate.strip().upper(), "driver": driver,
            "starts_at": now.isoformat(), "ends_at": (now + timedelta(minutes=work.duration_min)).isoformat(),
            "pallets": load.pallets, "lines": load.lines, "pieces": load.pieces, "weight_kg": load.weight_kg,
            "carrier": load.carrier, "partner_id": partner, "work_min": work.work_min, "people": work.people,
            "early_min": work.early_min, "late_min": work.late_min, "no_show_min": work.no_show_min, "walk_in": True,
            "run": run,
        },
        documents=documents,
    )  # fmt: skip
    unit.changed(APPOINTMENT, UUID(answer["id"]))
    return Booked(
        UUID(answer["id"]), answer["number"], answer["version"], now, now + timedelta(minutes=work.duration_min)
    )


def board_of(unit: UnitOfWork, *, warehouse: UUID) -> tuple[Plan, tuple[BoardRow, ...]]:
    """What stands at each door now and comes next today, with the plan that says so.

    Midnight takes nobody off the board who waits here, nor who is late by some hours only.
    """
    plan = plan_of(unit, warehouse=warehouse, first=today(unit, warehouse))
    day = today(unit, warehouse)
    start, until = moment_of(day, 0, plan.zone), moment_of(day + timedelta(days=1), 0, plan.zone)
    start = min(start, clock.now() - _STILL_AWAITED)
    relevant = tuple(
        one for one in plan.appointments if one.state in HERE or (one.ends_at > start and one.starts_at < until)
    )
    plan = replace(plan, appointments=relevant)
    return plan, board(plan, clock.now())


def at_doors(unit: UnitOfWork, *, warehouse: UUID, direction: Direction = Direction.INBOUND) -> tuple[AtDoor, ...]:
    """The trucks that stand at doors now, with what they brought."""
    plan = plan_of(unit, warehouse=warehouse, first=today(unit, warehouse))
    return tuple(
        AtDoor(one.door, plan.name_of(one.door), one)
        for one in plan.appointments
        if one.state in AT_A_DOOR and one.door is not None and one.load.direction is direction
    )


def carriers(unit: UnitOfWork, *, warehouse: UUID, first: date, last: date) -> tuple[CarrierRecord, ...]:
    """How punctual each carrier was from one day to another, how long trucks waited and were worked on."""
    zone = zone_of(unit.session, warehouse)
    start, until = moment_of(first, 0, zone), moment_of(last + timedelta(days=1), 0, zone)
    known = store.appointments(unit.session, warehouse, start=start, until=until)
    return records(one for one in known if start <= one.starts_at < until)
