"""What letters about a delivery have in common: the sender, a number, labelled values, a foot with the moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.reports.paper import (
    A4,
    GREY,
    Block,
    Canvas,
    Sheet,
    facts,
    letterhead,
    wrapped,
    write,
)

PAPER = A4
Words = Callable[..., str]
"""A caption of reports by its code, filled with facts."""


class Origin(Protocol):
    """Who sends a letter from which warehouse, and by which clock."""

    @property
    def company(self) -> str:
        """The company's name; empty where only the warehouse has one."""
        ...

    @property
    def warehouse(self) -> str:
        """What the warehouse is called."""
        ...

    @property
    def warehouse_address(self) -> str:
        """Where it stands."""
        ...

    @property
    def time_zone(self) -> str:
        """The time zone of its clock."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its `title`, whom it is `of`, what stands above its `number`, labelled `pairs`."""

    title: str
    of: Origin
    above: str
    number: str
    pairs: Sequence[tuple[str, str]]

    def sheet(self, blocks: Sequence[Block], words: Words, *, printed_at: datetime) -> Sheet:
        """The letter with these blocks below its head."""
        moment = f"{printed_at.astimezone(ZoneInfo(self.of.time_zone)):%Y-%m-%d %H:%M %Z}"
        return Sheet(
            paper=PAPER,
            head=self._head,
            blocks=blocks,
            running=f"{self.title}  {self.number}",
            foot="   ·   ".join((self.of.company or self.of.warehouse, words("printed", moment=moment))),
            page_of=lambda page, pages: words("page", page=page, pages=pages),
        )

    def _head(self, canvas: Canvas) -> float:
        sender = self.of.company or self.of.warehouse
        address = ", ".join(p for p in (self.of.warehouse, self.of.warehouse_address) if p and p != sender)
        y = letterhead(canvas, PAPER, title=self.title, sender=sender, address=address) - 22
        write(canvas, self.above, PAPER.left, y, size=7.8, color=GREY)
        for line in wrapped(self.number, PAPER.body, size=16, bold=True)[:2]:
            y -= 20
            write(canvas, line, PAPER.left, y, size=16, bold=True)
        return facts(canvas, PAPER.left, y - 12, self.pairs, label=110, width=PAPER.body) - 14


def heading(text: str) -> Block:
    """A title within a letter; what it stands above begins on the same page."""
    return Block(18, lambda canvas, y: write(canvas, text, PAPER.left, y - 11, size=9.5, bold=True), keep=30)


def who(code: str, name: str) -> str:
    """A partner by name and code."""
    return " · ".join(dict.fromkeys(part for part in (name, code) if part))
