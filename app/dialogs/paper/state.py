"""The cursor of a list that is being entered. What is entered lives in the ledger."""

from dataclasses import dataclass, field
from uuid import UUID

from app.database.picking import PickKey
from app.dialogs.definition import Pending


@dataclass(frozen=True, slots=True)
class PaperState:
    """`walk` is the list in hand, `tote` the one for all of it where it is sorted later.

    `clustered`: each order has a tote, and `slot` is the order whose tote is asked for. `asking` says what an answer
    means (quantity, short); `line` is the pick whose code was scanned last; `short` is the line of which goods were
    missing, of order `short_of`.
    """

    walk: UUID | None = None
    clustered: bool = False
    tote: UUID | None = None
    tote_number: str = ""
    slot: UUID | None = None
    asking: str = ""
    line: UUID | None = None
    short: PickKey | None = None
    short_of: UUID | None = None
    pending: Pending = field(default_factory=Pending)
    new_tote: str = ""
