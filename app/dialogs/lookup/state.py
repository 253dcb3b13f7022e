"""The cursor of look-up: what a code may stand for, and whose labels may be printed now."""

from dataclasses import dataclass
from typing import Literal

from app.domain.scanning import Candidate


@dataclass(frozen=True, slots=True)
class LookupState:
    """`offered` are the records among which a person is asked to choose; empty otherwise.

    `about` is the item or unit that was looked up last, for labels, narrowed to the `lot` and `serial` of its code.
    `asking`: which goods get labels, or how many of `goods`, the place of them in `goods_of`.
    """

    offered: tuple[Candidate, ...] = ()
    about: Candidate | None = None
    lot: str = ""
    serial: str = ""
    asking: Literal["", "which", "labels"] = ""
    goods: int = 0
