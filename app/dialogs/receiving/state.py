"""The cursor of receiving: what was scanned and not yet booked. What is booked lives in the ledger."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.domain.receiving import Collected


@dataclass(frozen=True, slots=True)
class Booked:
    """The goods booked last, so that "so many more" has a meaning.

    `factor`: base units in the scanned packaging; `reason`: what was wrong with them, if anything; `weight_kg`: of
    goods that are weighed; `status`: whether they may be used, as they were booked.
    """

    line: UUID
    uom: str
    factor: Decimal
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    best_before: date | None = None
    reason: str = ""
    weight_kg: Decimal | None = None
    status: str = "available"


@dataclass(frozen=True, slots=True)
class ReceivingState:
    """`asking`: what a typed answer or choice means now; `damaged`: the next goods are, for this reason.

    `also` are further documents of the same supplier that are received with the first. `unit` is the pallet or case
    that goods are put onto, `filled` once something was. `counting`: the next announced unit is not taken as a whole,
    its goods are scanned one by one. `blind`: the goods came without an order.
    """

    document: UUID | None = None
    also: tuple[UUID, ...] = ()
    collected: Collected = field(default_factory=Collected)
    last: Booked | None = None
    asking: str = ""
    damaged: str = ""
    pending: Pending = field(default_factory=Pending)
    unit: UUID | None = None
    filled: bool = False
    counting: bool = False
    blind: bool = False

    @property
    def papers(self) -> tuple[UUID, ...]:
        """All documents that are being received."""
        return (*filter(None, (self.document,)), *self.also)
