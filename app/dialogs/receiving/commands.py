"""What receiving does: book goods, end a receipt."""

from dataclasses import dataclass
from uuid import UUID

from app.database.receiving import ReceiptMove
from app.dialogs.definition import Effect, Where
from app.services import receiving
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Book:
    """Goods of one line are at the dock."""

    move: ReceiptMove


@dataclass(frozen=True, slots=True)
class End:
    """The truck is empty: what is missing stays open, or is closed short."""

    document: UUID
    close_short: bool


Command = Book | End


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of receiving."""
    match command:
        case Book(move):
            posting = receiving.receive(unit, warehouse=where.warehouse, move=move)
            return Effect(postings=(posting,), document=move.document)
        case End(document, close_short):
            reason = "SHORT_DELIVERY" if close_short else ""
            receiving.end_receipt(unit, document=document, close_short=close_short, reason=reason)
            return Effect(outside="end_of_receipt")
