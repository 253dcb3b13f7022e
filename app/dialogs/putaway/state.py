"""The cursor of put-away: which goods are in hand and where they were sent. What is booked lives in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.dialogs.definition import Pending
from app.domain.values import UnitOfEntry


@dataclass(frozen=True, slots=True)
class PutawayState:
    """`goods` is the stock key in hand, `quantity` the part of it that goes (base units), None for all.

    `bin` is the proposed one and `why` the decision; `asking` says what a typed answer or a choice means now
    (quantity, goods, bin); `offered` are the choices in mind; `skipped` are stock keys that NEXT passes over;
    `units` are the packagings in which a quantity of the goods may be typed. `split`: the quantity is what the proposed
    bin has room for, not what a person typed. `order`: the order line that was offered the goods.
    """

    goods: str = ""
    quantity: Decimal | None = None
    bin: UUID | None = None
    why: Mapping[str, Any] | None = None
    asking: str = ""
    offered: tuple[UUID, ...] = ()
    pending: Pending = field(default_factory=Pending)
    skipped: tuple[str, ...] = ()
    units: tuple[UnitOfEntry, ...] = ()
    split: bool = False
    order: UUID | None = None
