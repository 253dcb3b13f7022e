"""The cursor of replenishment: which task is in hand and how far it got. What is booked lives in the ledger."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReplenishmentState:
    """`stage` is what is scanned next: `source`, `goods` or `face`. `quantity` is a typed part, None for all.

    `asking`: a quantity is typed now (base units). `skipped` are tasks that NEXT passes over.
    """

    task: UUID | None = None
    stage: str = "source"
    quantity: Decimal | None = None
    asking: bool = False
    skipped: tuple[UUID, ...] = ()
