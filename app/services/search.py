"""One box over everything: items, lots, places, handling units, documents, partners and people."""

from dataclasses import dataclass
from uuid import UUID

from app.database import search as store
from app.database.session import as_nouns
from app.services.work import UnitOfWork

MOST = 8
"""How many of each kind are shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that fits: its kind (`item`, `trace`, `location`, …), number and name; `code` opens it, if any does."""

    kind: str
    id: UUID
    label: str
    about: str
    code: str


def search(unit: UnitOfWork, text: str, *, most: int = MOST) -> tuple[Found, ...]:
    """What fits, grouped by kind, the closest first in each; nothing for less than two signs.

    Words of items and partners may be misspelt; numbers are found by how they begin. Only what the person may see.
    """
    found: tuple[Found, ...] = as_nouns(store.search(unit.session, text.strip()[:80], most=most), tuple[Found, ...])
    return found
