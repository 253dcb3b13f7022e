"""What picking does: take orders and give them back, pick, swap, short, ask for counts, make totes known."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database.picking import PickKey
from app.dialogs.definition import Effect, Where, sub_request
from app.dialogs.dialog import Result
from app.dialogs.picking.state import Swap
from app.domain.values import format_quantity
from app.services import picking
from app.services.unit_labels import want_labels
from app.services.work import UnitOfWork

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Take:
    """Take an order or a walk: the one named, that of the tote, the next that the cart has room for, or the next."""

    document: UUID | None = None
    tote: UUID | None = None
    cart: UUID | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Put the order or the walk down for somebody else."""

    document: UUID


@dataclass(frozen=True, slots=True)
class PickGoods:
    """So many base units of a pick are in the tote now."""

    document: UUID
    key: PickKey
    quantity: Decimal
    tote: UUID


@dataclass(frozen=True, slots=True)
class PickElsewhere:
    """Other goods than the reserved ones are picked, or will be: the reservations change places."""

    document: UUID
    swap: Swap
    tote: UUID | None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """What is left of a pick is not there, for this reason."""

    document: UUID
    key: PickKey
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """A bin is not as the book says."""

    location: UUID
    item: UUID


@dataclass(frozen=True, slots=True)
class NewTote:
    """Make a tote known by its number, or give it one, for the order or walk in hand.

    On a walk with a tote for each order it goes into the slot of one.
    """

    document: UUID
    number: str | None = None
    order: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimTote:
    """Take a known tote in hand for the order or walk."""

    document: UUID
    tote: UUID


@dataclass(frozen=True, slots=True)
class PutTote:
    """Put a tote into the slot of an order."""

    walk: UUID
    order: UUID
    tote: UUID


Command = Take | GiveBack | PickGoods | PickElsewhere | GiveUp | Count | NewTote | ClaimTote | PutTote


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of picking."""
    match command:
        case Take():
            return _take(unit, where, command)
        case GiveBack(document):
            picking.give_order_back(unit, document)
        case PickGoods(document, key, quantity, tote):
            posting = picking.pick(unit, document=document, picks=((key, quantity),), tote=tote)
            return Effect(postings=(posting,), document=document)
        case PickElsewhere(document, swap, tote):
            return _elsewhere(unit, document, swap, tote)
        case ClaimTote(document, tote):
            picking.claim_tote(unit, document=document, tote=tote)
        case PutTote(walk, order, tote):
            picking.put_tote(unit, walk=walk, order=order, tote=tote)
        case _:
            return _exception(unit, where, command)
    return Effect()


def _take(unit: UnitOfWork, where: Where, command: Take) -> Effect:
    if command.cart:
        taken = picking.take_walk_with(unit, warehouse=where.warehouse, cart=command.cart)
        return Effect(result=_told(unit, "taken", taken, cart=str(command.cart)), document=taken)
    taken = picking.take_order(unit, warehouse=where.warehouse, document=command.document, tote=command.tote)
    told = {"tote": str(command.tote)} if command.tote else {}
    return Effect(result=_told(unit, "taken", taken, **told), document=taken)


def _exception(unit: UnitOfWork, where: Where, command: GiveUp | Count | NewTote) -> Effect:
    """Something is not as the book says, or as the person came prepared."""
    match command:
        case GiveUp(document, key, reason):
            found = picking.short(unit, document=document, key=key, reason=reason)
            told = {name: format_quantity(getattr(found, name)) for name in ("missing", "backorder")}
            told["instead"] = ", ".join(found.instead)
            return Effect(outside="short_pick", result=_told(unit, "short", document, **told))
        case Count(location, item):
            picking.raise_count(unit, location=location, item=item)
            return Effect()
        case NewTote(walk, number, order) if order:
            tote, called = picking.put_new_tote(unit, walk=walk, order=order, number=number)
            return Effect(result=_told(unit, "slot", tote, **_of_tote(unit, where, tote, called, given=number)))
        case NewTote(document, number):
            tote, called = picking.claim_new_tote(unit, document=document, number=number)
            return Effect(result=_told(unit, "tote", tote, **_of_tote(unit, where, tote, called, given=number)))


def _of_tote(unit: UnitOfWork, where: Where, tote: UUID, number: str, *, given: str | None) -> dict[str, str]:
    """A new tote; one that came without a number gets a label with its new one, and where that prints is told."""
    told = {"tote": str(tote), "number": number}
    if given is None:
        told["printer"] = want_labels(unit, warehouse=where.warehouse, run=where.run, units=[tote]).printer
    return told


def _elsewhere(unit: UnitOfWork, document: UUID, swap: Swap, tote: UUID | None) -> Effect:
    if not swap.quantity or tote is None:
        moved = picking.swap(unit, key=swap.key, to=swap.to)
        bin_now = _told(unit, "bin_swapped", swap.to.location, quantity=format_quantity(moved))
        return Effect(outside="other_bin", result=bin_now)
    posting = picking.pick_instead(unit, document=document, key=swap.key, to=swap.to, quantity=swap.quantity, tote=tote)
    return Effect(postings=(posting,), result=_told(unit, "lot_swapped", swap.to.location), document=document)


def _told(unit: UnitOfWork, kind: str, about: UUID | None, **facts: str) -> Result:
    return Result(sub_request(unit.request_id, kind), kind, about or NOBODY, "done" if about else "nothing", facts)
