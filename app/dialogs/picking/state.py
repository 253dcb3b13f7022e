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
class Hand:
    """Goods in the hand, that is looked at and not yet in their slot's tote; `factor` as of `Last`."""

    key: PickKey
    quantity: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class PickingState:
    """`document` is the order or the walk in hand, `bin` where the person stands.

    `asking` says what an answer means now (quantity, short, empty). `short` is the pick that goods are missing for, of
    order `short_of`; `swap` what the pending code would change, `new_tote` the number that would be made known. On a
    walk with a tote an order (`clustered`) `hand` holds what goes into a slot next, `slot` is the order that a tote is
    asked for, and `aside` are cancelled or held orders of which the person was told so.
    """

    document: UUID | None = None
    tote: UUID | None = None
    tote_number: str = ""
    bin: UUID | None = None
    last: Last | None = None
    asking: str = ""
    short: PickKey | None = None
    short_of: UUID | None = None
    pending: Pending = field(default_factory=Pending)
    swap: Swap | None = None
    new_tote: str = ""
    skipped: tuple[UUID, ...] = ()
    clustered: bool = False
    hand: Hand | None = None
    slot: UUID | None = None
    aside: tuple[UUID, ...] = ()
