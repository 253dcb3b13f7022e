"""The movement history of anything, and the document behind a movement; nothing is written."""

from dataclasses import dataclass
from uuid import UUID

from app.database import stock as store
from app.database.stock import Document, DocumentLine, MoveQuery, MoveRow, Photo
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

MOST_EXPORTED = 100_000
__all__ = [
    "Document",
    "DocumentLine",
    "MovePage",
    "MoveQuery",
    "MoveRow",
    "Photo",
    "approver_of",
    "document",
    "movement_history",
    "movement_report",
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


def movement_report(unit: UnitOfWork, asked: MoveQuery, *, most: int = MOST_EXPORTED) -> MovePage:
    """All movements that are asked for, the newest `most` of them; whoever writes them down says if there are more."""
    return movement_history(unit, asked, after=None, limit=most)


def document(unit: UnitOfWork, identity: UUID) -> Document:
    """A document to look at; refuses `document.unknown`."""
    found = store.document(unit.session, identity)
    if found is None:
        raise Refusal("document.unknown")
    return found


def approver_of(unit: UnitOfWork, posting: UUID) -> str:
    """Who approved a posting beyond the limit of the person who made it; nobody where none had to."""
    return store.approver(unit.session, posting)
