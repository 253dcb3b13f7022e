"""The cursor of the gate: which truck is in hand, and what was typed of one that nobody knows."""

from dataclasses import dataclass
from uuid import UUID

DOOR, REASON, WAY = "door", "reason", "way"
"""What may be asked: to which door, why a truck leaves before its work, whether an unplanned one brings or takes."""


@dataclass(frozen=True, slots=True)
class GateState:
    """`truck` is in hand; `words` by which it was found, or by which nobody is known; `asking` what is asked now."""

    truck: UUID | None = None
    words: str = ""
    asking: str = ""
    offered: tuple[UUID, ...] = ()
