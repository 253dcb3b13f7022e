"""The cursor of picking: which order, which tote, at which bin. What is picked lives in the ledger."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.database.picking import Elsewhere, PickKey
from app.dialogs.definition import Pending


@dataclass(frozen=True, slots=True)
class Last:
    """The goods picked last, so that "so many more" has a meaning. `factor`: base units in the scanned packaging."""

    key: PickKey
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Swap:
    """What a second scan of the same code agrees to: pick from another stock key.

    `quantity` base units are picked at once; zero where only the bin was scanned.
    """

    key: PickKey
    to: Elsewhere
    quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PickingState:
    """`bin` is where the person stands; `asking` says what an answer means now (quantity, short, empty).

    `short` is the pick that goods are missing for, `swap` what the pending code would change, `new_tote` the number
    that would be made known.
    """

    document: UUID | None = None
    tote: UUID | None = None
    tote_number: str = ""
    bin: UUID | None = None
    last: Last | None = None
    asking: str = ""
    short: PickKey | None = None
    pending: Pending = field(default_factory=Pending)
    swap: Swap | None = None
    new_tote: str = ""
    skipped: tuple[UUID, ...] = ()
