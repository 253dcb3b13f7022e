"""The trucks of the demo: three doors, people for today, and what is on its way, around the present hour."""

from datetime import timedelta
from uuid import UUID, uuid4

from app.database import people
from app.domain.docks import Direction, Load, Shift, State, Vehicle
from app.domain.errors import Refusal
from app.services import clock
from app.services.docks import doors, planning
from app.services.docks.planning import Draft
from app.services.work import UnitOfWork, Worker

_DOORS = ("R01", "R02", "R03")
_ORDER = "PO-2026-0412"
_TRUCKS = (
    # door, minutes from now, lasting, carrier, plate, pallets, how far it is
    ("R01", -30, 75, "Nordhaus Logistik", "HH-NH 412", 6, State.AT_DOOR),
    ("R02", 0, 60, "Swift Freight", "B-SW 1207", 18, State.ARRIVED),
    ("R02", 75, 60, "Grünwald & Söhne", "M-GS 88", 22, State.CONFIRMED),
    ("R01", 90, 45, "Swift Freight", "B-SW 1311", 9, State.PLANNED),
    ("R03", 45, 90, "Hafen Container", "HH-CT 9", 30, State.PLANNED),
)
_STEPS = {
    State.PLANNED: (),
    State.CONFIRMED: (State.CONFIRMED,),
    State.ARRIVED: (State.ARRIVED,),
    State.AT_DOOR: (State.ARRIVED, State.AT_DOOR),
}


def expect_trucks(desk: Worker, warehouse: str) -> None:
    """Make docks of the demo's warehouse doors and expect trucks there; twice changes nothing."""

    def part(unit: UnitOfWork) -> UnitOfWork:
        return UnitOfWork(unit.session, uuid4(), changes=unit.changes)

    def furnish(unit: UnitOfWork) -> None:
        place = people.warehouse_by_code(unit.session, warehouse)
        if place is None or doors.doors(unit, place):
            return
        known = {name: doors.make_door(part(unit), warehouse=place, dock=f"{warehouse}-REC-{name}") for name in _DOORS}
        today, now = planning.today(unit, place), clock.now().replace(second=0, microsecond=0)
        now -= timedelta(minutes=now.minute % 15)
        shifts = [Shift(today, 0, 1440, 3, "All day", "Ana, Tomasz, Maria")]
        doors.save_shifts(part(unit), warehouse=place, shifts=shifts)
        for door, minutes, lasts, carrier, plate, pallets, state in _TRUCKS:
            start = now + timedelta(minutes=minutes)
            vehicle = Vehicle.CONTAINER if door == "R03" else Vehicle.TRUCK
            draft = Draft(
                Load(Direction.INBOUND, vehicle, pallets=pallets, lines=pallets // 2, carrier=carrier),
                start,
                start + timedelta(minutes=lasts),
                known[door].id,
                plate=plate,
                documents=_papers(unit, place) if state is State.AT_DOOR else (),
            )
            booked = planning.book(part(unit), warehouse=place, draft=draft)
            for step in _STEPS[state]:
                planning.advance(part(unit), appointment=booked.id, state=step)

    desk.run(furnish)


def _papers(unit: UnitOfWork, place: UUID) -> tuple[UUID, ...]:
    """The order that the first truck brings, where it is still open."""
    try:
        return planning.find_documents(unit, warehouse=place, numbers=[_ORDER])
    except Refusal:
        return ()
