"""Packing taken back, as use cases: cartons opened, emptied, repaired, exchanged, taken out of a truck.

Each leaves a trail. The bench does the same step by step (`dialogs/packing`); a desk and the command line name cartons
by their numbers.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import unpacking as store
from app.database.session import as_nouns
from app.database.unpacking import CartonStep, GoodsOut, Swap, WaitingCarton
from app.domain.errors import Refusal
from app.services import lookup
from app.services.printing import JOB
from app.services.work import UnitOfWork

__all__ = ["CartonStep", "GoodsOut", "Piece", "Swap", "Swapped", "Unpacked", "WaitingCarton", "carton", "exchange",
           "find_swap", "plan_swap", "reasons", "reopen", "return_place", "swap", "trail", "unload", "unpack",
           "waiting"]  # fmt: skip

NO_TRACE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Goods by what stands on them: code of the item, lot and serial number where they have them; base units."""

    code: str
    lot: str = ""
    serial: str = ""
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out of a carton; `aside` is what went to the return place (`place`), the rest is in its totes again."""

    carton: str
    goods: tuple[GoodsOut, ...]
    labels: tuple[str, ...]
    aside: tuple[GoodsOut, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Swapped:
    """What went out of a carton to the return place, and what came in for it."""

    carton: str
    goods: tuple[GoodsOut, ...]
    instead: tuple[GoodsOut, ...]
    place: str


def carton(unit: UnitOfWork, warehouse: UUID, code: str) -> UUID:
    """The carton of this SSCC, or of the tracking number that it bears now; refuses `parcel.unknown`."""
    wanted = code.strip()
    found = store.find_carton(unit.session, warehouse, wanted.removeprefix("(00)").removeprefix("00"))
    found = found or store.find_carton(unit.session, warehouse, wanted)
    if found is None:
        raise Refusal("parcel.unknown")
    return found


def return_place(unit: UnitOfWork, warehouse: UUID, address: str = "") -> UUID:
    """The dock of this address, else the first one: goods there are put away. Refuses `unpacking.no_return_place`."""
    found = store.return_place(unit.session, warehouse, address.strip())
    if found is None:
        raise Refusal("unpacking.no_return_place", place=address)
    return found


def reasons(unit: UnitOfWork) -> list[str]:
    """Why packing may be taken back."""
    return store.reasons(unit.session)


def reopen(unit: UnitOfWork, parcel: UUID, *, reason: str, approval: UUID | None = None) -> None:
    """Open a sealed carton again: its labels are void, it stands on no manifest; the trail keeps who, when and why.

    Refuses `unpacking.on_manifest` to whoever may not take back what others did, `unpacking.loaded`, `unpacking.left`,
    `packing.other_carton_open`, and while a label is in the printer or its carrier is asked.
    """
    store.reopen(unit.session, parcel=parcel, reason=reason, approval=approval)
    _tell(unit, parcel)


def unpack(
    unit: UnitOfWork,
    parcel: UUID,
    *,
    reason: str,
    place: UUID | None = None,
    keep: bool = False,
    approval: UUID | None = None,
) -> Unpacked:
    """Empty a carton, open or sealed: into totes what its order still holds, the rest onto a return place (`place`).

    `keep`: the empty carton stays open under its SSCC, else that ends. Refuses what `reopen` refuses; goods of an order
    on hold that others packed, or long ago, take the right to take back what others did.
    """
    told = store.unpack(
        unit.session,
        request=unit.request_id,
        parcel=parcel,
        place=place,
        reason=reason,
        keep=keep,
        approval=approval,
    )
    _tell(unit, parcel)
    unit.changed("stock")
    unpacked: Unpacked = as_nouns(told, Unpacked)
    return unpacked


def plan_swap(unit: UnitOfWork, warehouse: UUID, parcel: UUID, *, out: Piece, instead: Piece, bin_address: str) -> Swap:
    """Which goods go out of a carton and which come in from a bin, by the codes and numbers on them.

    Refuses goods of two items (`unpacking.other_item`), what is not in the carton or lies there in several lots
    (`unpacking.which_one`), a number that nobody knows (`unpacking.unknown_trace`), and `location.unknown`.
    """
    item = lookup.known_item(unit, out.code)
    if instead.code and lookup.known_item(unit, instead.code).id != item.id:
        raise Refusal("unpacking.other_item", sku=item.sku, other=instead.code)
    place = store.bin_of(unit.session, warehouse, bin_address.strip())
    if place is None:
        raise Refusal("location.unknown", place=bin_address)
    return find_swap(unit, parcel, item=item.id, sku=item.sku, out=out, instead=instead, bin_id=place)


def find_swap(
    unit: UnitOfWork, parcel: UUID, *, item: UUID, sku: str, out: Piece, instead: Piece, bin_id: UUID
) -> Swap:  # fmt: skip
    """The same, where item and bin are known."""
    there = store.traces_in_carton(unit.session, parcel=parcel, item=item, lot=out.lot, serial=out.serial)
    if not there:
        raise Refusal("packing.not_in_carton", sku=sku)
    if len(there) > 1:
        raise Refusal("unpacking.which_one", sku=sku, count=len(there))
    new = NO_TRACE
    if instead.lot or instead.serial:
        found = store.trace_of(unit.session, item=item, lot=instead.lot, serial=instead.serial)
        if found is None:
            raise Refusal("unpacking.unknown_trace", sku=sku, trace=instead.serial or instead.lot)
        new = found
    return Swap(item, there[0], new, out.quantity, bin_id)


def swap(unit: UnitOfWork, parcel: UUID, wish: Swap, *, place: UUID, reason: str) -> Swapped:
    """Take goods out of an open carton for good and put others of the same item from a bin into it.

    What is damaged (`GOODS_DAMAGED`) comes to stand on the return place as damaged. Refuses `packing.carton_sealed`,
    `packing.not_in_carton`, and goods that the order may not get (held, too short-lived, not free).
    """
    told = store.swap(unit.session, request=unit.request_id, parcel=parcel, wish=wish, place=place, reason=reason)
    _tell(unit, parcel)
    unit.changed("stock", wish.item)
    swapped: Swapped = as_nouns(told, Swapped)
    return swapped


def exchange(
    unit: UnitOfWork, parcel: UUID, other: UUID, *, reason: str, approval: UUID | None = None
) -> tuple[str, ...]:  # fmt: skip
    """Two sealed cartons hold each other's goods: the book follows them; returns the labels that died.

    Both are open then and are weighed and labelled anew. Refuses `unpacking.not_sealed`, `unpacking.same_carton`,
    orders that do not go on, and what `reopen` refuses.
    """
    told = store.exchange(
        unit.session, request=unit.request_id, parcel=parcel, other=other, reason=reason, approval=approval
    )
    _tell(unit, parcel)
    _tell(unit, other)
    unit.changed("stock")
    return tuple(told["labels"])


def unload(unit: UnitOfWork, parcel: UUID, *, reason: str) -> str:
    """Take a carton out of a truck that has not departed; it is off the manifest, whose number this returns.

    Refuses `unpacking.left` where the truck has gone: goods come back as a return then; `unpacking.not_loaded`.
    """
    told = store.unload(unit.session, request=unit.request_id, parcel=parcel, reason=reason)
    _tell(unit, parcel)
    unit.changed("stock")
    unit.changed("shipment")
    return str(told["manifest"])


def waiting(unit: UnitOfWork, warehouse: UUID) -> tuple[WaitingCarton, ...]:
    """Cartons of orders that ended which are to be unpacked."""
    return store.waiting(unit.session, warehouse)


def trail(unit: UnitOfWork, warehouse: UUID, code: str) -> tuple[CartonStep, ...]:
    """What became of a carton, by its SSCC or any tracking number that it bore; refuses `parcel.unknown`."""
    wanted = code.strip()
    found = store.trail(unit.session, warehouse, wanted.removeprefix("(00)"))
    if not found:
        raise Refusal("parcel.unknown")
    return found


def _tell(unit: UnitOfWork, parcel: UUID) -> None:
    unit.changed("parcel", parcel)
    unit.changed("document")
    unit.changed(JOB)
