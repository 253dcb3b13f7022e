"""What lies around in the demo: goods, papers, bins and badges that can be held before the scanner."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a code on it; `kg` is what one of it weighs, where it can be put on the scale."""

    caption: str
    code: str
    symbology: str = "code-128"
    kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things of one kind, under a heading (a text code)."""

    title: str
    things: tuple[Thing, ...]
