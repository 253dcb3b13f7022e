"""The cursor of consolidation: which tote is in hand, and the goods that were taken out of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending


@dataclass(frozen=True, slots=True)
class Taken:
    """Goods that were scanned and go into a tote of their order next; `quantity` in base units."""

    line: UUID
    trace: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ConsolidationState:
    """`tote` is in hand; `sorting`: its goods go into the totes of their orders, one after the other.

    `new_tote` is the number that a second scan of the pending code would make known.
    """

    tote: UUID | None = None
    sorting: bool = False
    taken: Taken | None = None
    asking: bool = False
    pending: Pending = field(default_factory=Pending)
    new_tote: str = ""
