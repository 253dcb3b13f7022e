"""When carriers leave a warehouse, and on which days they do not; by when an order must be ready follows from it."""

from collections.abc import Sequence
from uuid import UUID

from app.database import order_desk as store
from app.database.order_desk import ClosedDay, CutOff
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

__all__ = ["ClosedDay", "CutOff", "closed_days", "cut_offs", "save"]
CUT_OFF = "cut_off"
"""The kind of change after which the times are read again."""


def cut_offs(unit: UnitOfWork, warehouse: UUID) -> tuple[CutOff, ...]:
    """When carriers leave a warehouse."""
    return store.cut_offs(unit.session, warehouse)


def closed_days(unit: UnitOfWork, warehouse: UUID) -> tuple[ClosedDay, ...]:
    """The days on which no carrier leaves a warehouse."""
    return store.closed_days(unit.session, warehouse)


def save(unit: UnitOfWork, warehouse: UUID, *, times: Sequence[CutOff], closed: Sequence[ClosedDay]) -> None:
    """Say when carriers leave a warehouse, instead of what was said before. Refuses `orders.bad_cut_off`.

    Orders that are released already keep the moment that they have.
    """
    for one in times:
        if not 1 <= one.weekday <= 7 or not 0 <= one.lead_minutes <= 1440 or not 0 <= one.transit_days <= 90:
            raise Refusal("orders.bad_cut_off")
    store.save_cut_offs(unit.session, warehouse, times, closed)
    unit.changed(CUT_OFF)
