"""The movement history of anything, and the document behind a movement; nothing is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from app.database import stock as store
from app.database.stock import Document, DocumentLine, MoveQuery, MoveRow, Photo
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

T = TypeVar("T")
MOST_EXPORTED = 100_000
_PORTION = 5_000
__all__ = [
    "Document",
    "DocumentLine",
    "MovePage",
    "MoveQuery",
    "MoveReport",
    "MoveRow",
    "Photo",
    "approver_of",
    "document",
    "movement_history",
    "write_movements",
]


@dataclass(frozen=True, slots=True)
class MovePage:
    """Some movements, newest first; where there are `more`, the next page comes with the last as `after`."""

    rows: tuple[MoveRow, ...]
    more: bool


def movement_history(unit: UnitOfWork, asked: MoveQuery, *, after: MoveRow | None, limit: int) -> MovePage:
    """The next page of movements behind `after`."""
    found = store.moves(unit.session, asked, after=after, limit=limit + 1)
    return MovePage(tuple(found[:limit]), more=len(found) > limit)


@dataclass(slots=True)
class MoveReport:
    """Movements to take once, newest first; when all of them were taken, it is known whether there are `more`."""

    rows: Iterator[MoveRow]
    more: bool = False


def write_movements(
    unit: UnitOfWork,
    asked: MoveQuery,
    write: Callable[[MoveReport], T],
    *,
    wanted: Callable[[], object],
    most: int = MOST_EXPORTED,
) -> T:
    """Let `write` write movements while they are read, the newest `most` of them; it says so if there are more.

    What `wanted` raises, asked again and again, ends the reading on the server and is raised here.
    """
    report = MoveReport(iter(()))

    def read() -> Iterator[MoveRow]:
        page, taken = movement_history(unit, asked, after=None, limit=min(most, _PORTION)), 0
        while page.rows:
            yield from page.rows
            taken += len(page.rows)
            report.more = page.more
            if not page.more or taken >= most:
                return
            page = movement_history(unit, asked, after=page.rows[-1], limit=min(most - taken, _PORTION))

    report.rows = read()
    with unit.session.as_long_as(wanted):
        return write(report)


def document(unit: UnitOfWork, identity: UUID) -> Document:
    """A document to look at; refuses `document.unknown`."""
    found = store.document(unit.session, identity)
    if found is None:
        raise Refusal("document.unknown")
    return found


def approver_of(unit: UnitOfWork, posting: UUID) -> str:
    """Who approved a posting beyond the limit of the person who made it; nobody where none had to."""
    return store.approver(unit.session, posting)
