"""What takes packing back: units out of a carton, a carton opened or emptied, its goods repaired or exchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Effect
from app.dialogs.dialog import Result
from app.dialogs.grammar import amount
from app.domain.values import format_quantity
from app.services import packing, unpacking
from app.services.unpacking import GoodsOut, Piece
from app.services.work import UnitOfWork

TAKEN_OUT = "taken_out"
"""The kind of result by which the step learns what came out of the carton."""
EMPTIED = "emptied"
"""The kind of result by which the step learns where everything of a carton went."""


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Units go back into their tote, `quantity` base units (None: all of them); what came out is the next event."""

    parcel: UUID
    item: UUID
    sku: str
    lot: str
    serial: str
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class ReopenCarton:
    """A sealed carton is opened again; its labels die. `approval`: the request that a supervisor approved."""

    parcel: UUID
    reason: str = ""
    approval: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnpackCarton:
    """A carton is emptied: into its totes, and onto a return place what no order holds; told as the next event."""

    parcel: UUID
    reason: str
    place: UUID | None
    approval: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExchangeCartons:
    """Two cartons hold each other's goods: the book follows, both are open then."""

    parcel: UUID
    other: UUID
    reason: str
    approval: UUID | None = None


@dataclass(frozen=True, slots=True)
class SwapUnit:
    """Goods leave an open carton for good; others of the same item come in from a bin."""

    parcel: UUID
    item: UUID
    sku: str
    out: Piece
    instead: Piece
    bin: UUID
    place: UUID
    reason: str


TakingBack = TakeOut | ReopenCarton | UnpackCarton | ExchangeCartons | SwapUnit


def take_back(unit: UnitOfWork, command: TakingBack) -> Effect:
    """Do one of them. None is undone by UNDO: labels die with it, or goods were carried away."""
    match command:
        case TakeOut():
            return _take_out(unit, command)
        case ReopenCarton(parcel, reason, approval):
            unpacking.reopen(unit, parcel, reason=reason, approval=approval)
        case UnpackCarton():
            return _empty(unit, command)
        case ExchangeCartons(parcel, other, reason, approval):
            unpacking.exchange(unit, parcel, other, reason=reason, approval=approval)
        case SwapUnit():
            wish = unpacking.find_swap(
                unit,
                command.parcel,
                item=command.item,
                sku=command.sku,
                out=command.out,
                instead=command.instead,
                bin_id=command.bin,
            )
            unpacking.swap(unit, command.parcel, wish, place=command.place, reason=command.reason)
    return Effect(outside="taken_back")


def _take_out(unit: UnitOfWork, command: TakeOut) -> Effect:
    posting, quantity = packing.unpack(
        unit,
        parcel=command.parcel,
        item=command.item,
        lot=command.lot,
        serial=command.serial,
        quantity=command.quantity,
    )
    told = {"sku": command.sku, "quantity": format_quantity(quantity)}
    return Effect(outside="taken_out", result=Result(posting, TAKEN_OUT, command.parcel, "done", told))


def _empty(unit: UnitOfWork, command: UnpackCarton) -> Effect:
    done = unpacking.unpack(unit, command.parcel, reason=command.reason, place=command.place, approval=command.approval)
    told = {
        "carton": done.carton,
        "back": _named([one for one in done.goods if one not in done.aside]),
        "aside": _named(done.aside),
        "place": done.place,
    }
    return Effect(outside="taken_back", result=Result(unit.request_id, EMPTIED, command.parcel, "done", told))


def _named(goods: Sequence[GoodsOut]) -> str:
    return ", ".join(amount(one.qty, one.unit, one.sku) for one in goods)
