"""The cursor of pack verification: which order, which question is open. What is packed lives in the ledger."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.dialogs.definition import Pending
from app.domain.receiving import Collected


class Stage(StrEnum):
    """What the bench is at; PACKING is the scanning of units, or of an order where none is in hand."""

    PACKING = "packing"
    ORDER = "order"
    """Several orders are in the scanned tote: which one?"""
    EXTRA = "extra"
    """Something is to be read or done before goods are scanned."""
    LAST_EXTRA = "last_extra"
    """Something is to be put in, photographed or read before the carton is weighed."""
    NOTE_AGAIN = "note_again"
    """Why is the gift note printed again?"""
    QUANTITY = "quantity"
    """How many more of the unit that was scanned last are in?"""
    CARTON = "carton"
    """Which carton is taken?"""
    TAKE_OUT = "take_out"
    """A unit is taken out of the carton again: which?"""
    REST = "rest"
    """Something is missing: another carton, or a backorder?"""
    WEIGHT = "weight"
    """The scale is asked."""
    OFF = "off"
    """The weight does not fit, or there is none: again, or a supervisor."""
    TYPED = "typed"
    """The weight is typed."""
    REASON = "reason"
    """Why may the weight pass?"""
    APPROVAL = "approval"
    """A supervisor is asked."""
    LABELS = "labels"
    """The labels print, then the shipping label is scanned on the carton."""
    WHICH_LABEL = "which_label"
    """Which label is printed again?"""
    REPRINT = "reprint"
    """Why is it printed again?"""
    PRINTER = "printer"
    """Which other printer?"""
    SEALED = "sealed"
    """A sealed carton was scanned: open it again?"""
    EXCHANGE = "exchange"
    """The other carton of an exchange is to be scanned."""
    WHY = "why"
    """Why is packing taken back?"""
    SUPERVISOR = "supervisor"
    """A supervisor is asked: the carton stands on a manifest."""
    RETURN_PLACE = "return_place"
    """Where do goods go that no order wants any more?"""
    SWAP_OUT = "swap_out"
    """What comes out of the carton for good?"""
    SWAP_IN = "swap_in"
    """What goes into the carton for it?"""
    SWAP_FROM = "swap_from"
    """From which bin does it come?"""


class Act(StrEnum):
    """What is done to a carton besides packing it."""

    NONE = ""
    REOPEN = "reopen"
    UNPACK = "unpack"
    EXCHANGE = "exchange"
    SWAP = "swap"


class Rest(StrEnum):
    """What becomes of what is not in a carton yet: another carton follows, or it is sent later."""

    NOTHING = ""
    NEXT_CARTON = "next_carton"
    BACKORDER = "backorder"


@dataclass(frozen=True, slots=True)
class Measured:
    """A carton's gross weight in kg, and the device it came from; `manual` where a person typed it."""

    kg: Decimal
    device: str
    manual: bool = False


@dataclass(frozen=True, slots=True)
class PackingState:
    """`parcel` is the carton that is being closed, labelled or asked about; `last` the line that was packed last.

    `approval` is the request that a supervisor is asked to approve for `reason`; `label` the print job that is to be
    printed again. `since` is when the order was taken in hand here; nothing while a sealed carton is only looked at.
    `more` is the unit that was packed last, where the rest of them may be typed.
    `act` is what is done to the carton besides packing it, `other` the carton that it is exchanged with,
    `out` the goods that come out of it for others.
    """

    order: UUID | None = None
    since: str = ""
    stage: Stage = Stage.PACKING
    parcel: UUID | None = None
    collected: Collected = field(default_factory=Collected)
    last: UUID | None = None
    rest: Rest = Rest.NOTHING
    measured: Measured | None = None
    approval: UUID | None = None
    reason: str = ""
    label: UUID | None = None
    pending: Pending = field(default_factory=Pending)
    act: Act = Act.NONE
    other: UUID | None = None
    out: Collected = field(default_factory=Collected)
    more: Collected = field(default_factory=Collected)
