"""People who pick, by zone and shift: said, changed, and who of them is there now or soon."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database import pick_shifts as store
from app.database.places import zone_of
from app.domain.errors import Refusal
from app.domain.waves import Rota, Shift, crews_of
from app.services.work import UnitOfWork

__all__ = ["PICK_SHIFT", "Shift", "rota", "save", "shifts", "zones"]
PICK_SHIFT = "pick_shift"
"""The kind of change after which shifts are read again."""
MOST_PEOPLE = 500


def shifts(unit: UnitOfWork, warehouse: UUID) -> tuple[Shift, ...]:
    """Who picks in a warehouse: those of all zones first, then zone by zone."""
    return store.shifts(unit.session, warehouse)


def zones(unit: UnitOfWork, warehouse: UUID) -> tuple[tuple[str, str], ...]:
    """The zones that people may keep to: address and name."""
    return store.zones(unit.session, warehouse)


def save(unit: UnitOfWork, warehouse: UUID, wanted: Sequence[Shift]) -> None:
    """Say who picks, instead of what was said before. Refuses `waves.bad_shift` and `waves.unknown_zone`."""
    for one in wanted:
        on_weekday = one.weekday is not None and 1 <= one.weekday <= 7
        if (one.day is None) != on_weekday or not 0 <= one.people <= MOST_PEOPLE or len(one.name) > 60:
            raise Refusal("waves.bad_shift")
    store.save(unit.session, warehouse, wanted)
    unit.changed(PICK_SHIFT)


def rota(unit: UnitOfWork, warehouse: UUID, *, now: datetime) -> Rota | None:
    """Who walks now and soon, and what they have to walk already; None where nobody said who picks."""
    said = store.shifts(unit.session, warehouse)
    if not said:
        return None
    zone = zone_of(unit.session, warehouse)
    return Rota(crews_of(said, now, zone), store.begun(unit.session, warehouse))
