"""The cursor of handling units: which one is in hand, and what a question is about."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HandlingState:
    """`unit` is in hand; `other` the one that was scanned with it; `goods` the content that a part is taken of.

    `asking` says what an answer means now: `other` (what to do with the two units), `goods`, `quantity`, `kind` (of
    a unit whose `number` nobody knew; of a new one where it is empty), `hold` or `release` (why).
    """

    unit: UUID | None = None
    other: UUID | None = None
    goods: str = ""
    number: str = ""
    asking: str = ""
