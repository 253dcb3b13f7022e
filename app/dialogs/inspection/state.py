"""The cursor of inspecting: which lot is in hand, and what was found so far on the piece in hand."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.quality import Disposition, Reading


@dataclass(frozen=True, slots=True)
class InspectionState:
    """`inspection` is the lot in hand, `readings` what the first checks of the piece in hand came to.

    `asking` says what an answer means now: lot (which of several), pieces (how many are all well), reason (why a lot
    that did not pass is taken), photo; empty: the next check, or the decision. `offered` are the lots in mind,
    `looking_on`: more pieces are looked at although the verdict is known. `wish`: what a reason is asked for.
    """

    inspection: UUID | None = None
    readings: tuple[Reading, ...] = ()
    asking: str = ""
    offered: tuple[UUID, ...] = ()
    looking_on: bool = False
    wish: Disposition | None = None
