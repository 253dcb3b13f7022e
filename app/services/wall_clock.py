"""The clock on a warehouse's wall: when carriers leave is told by it, wherever the desk stands that looks."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar
from uuid import UUID

from app.database.places import zone_of
from app.services.work import UnitOfWork

if TYPE_CHECKING:
    from dataclasses import Field


class _Leaves(Protocol):
    __dataclass_fields__: "ClassVar[dict[str, Field[object]]]"

    @property
    def cut_off(self) -> datetime | None: ...


T = TypeVar("T", bound=_Leaves)


def on_the_wall(unit: UnitOfWork, warehouse: UUID, many: Iterable[T]) -> tuple[T, ...]:
    """The same, each with its `cut_off` in the zone of the warehouse: the same moment, as the clock there shows it."""
    zone = zone_of(unit.session, warehouse)
    return tuple(replace(one, cut_off=one.cut_off.astimezone(zone)) if one.cut_off else one for one in many)
