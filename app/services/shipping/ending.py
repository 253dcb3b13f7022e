"""The end of the day: which trucks left with what, and which sealed cartons stay, each with its reason."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database import shipping as store
from app.database.shipping import EndOfDay, LeftOver
from app.domain.carriers import PurchaseState
from app.services.carriers import buying
from app.services.carriers.buying import Carton
from app.services.work import UnitOfWork

__all__ = ["EndOfDay", "LeftOver", "end_of_day", "left_over", "why_left"]

_ASKED = frozenset({PurchaseState.WANTED, PurchaseState.ASKED})


def left_over(unit: UnitOfWork, warehouse: UUID) -> tuple[LeftOver, ...]:
    """Every sealed carton that has not left, the oldest first, and what it waits for."""
    return tuple(LeftOver(one, why_left(one)) for one in buying.cartons(unit, warehouse))


def end_of_day(unit: UnitOfWork, warehouse: UUID, *, now: datetime) -> EndOfDay:
    """The day as it ends in a warehouse: its own trucks of this day, by its own clock, and what is left over."""
    house = store.house(unit.session, warehouse)
    zone = ZoneInfo(house.time_zone)
    day = now.astimezone(zone).date()
    trucks = [
        one
        for one in store.shipments(unit.session, warehouse)
        if one.departed_at is None or one.departed_at.astimezone(zone).date() == day
    ]
    return EndOfDay(house, day, tuple(trucks), left_over(unit, warehouse))


def why_left(one: Carton) -> str:
    """Why a sealed carton is still here, as a code."""
    if one.decision != "released":
        return "stopped"
    if one.state == "labelled":
        return "not_loaded" if one.manifest else "no_manifest"
    if one.buying is PurchaseState.BOUGHT:
        return "to_scan"
    if one.buying is PurchaseState.UNKNOWN:
        return "unknown"
    return "asked" if one.buying in _ASKED else "no_label"
