"""Correcting stock: adjust, hold and release, move, scrap, and take a posting back.

Each is one request to the ledger, with an id made before the first try: repeated after a lost answer, or after a
supervisor approved it, it is the same request. What a person was shown is what is booked, or it is refused.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.database import stock as store
from app.database.stock import Move, Place, StockRow
from app.domain.errors import Refusal
from app.domain.values import UnitOfEntry, format_quantity
from app.services.traceability import Beyond, beyond_hold
from app.services.work import UnitOfWork

STOCK, HELD = "stock", ("quarantined", "blocked", "damaged")
NIL = UUID(int=0)


class Action(StrEnum):
    """What can be done to a row of stock; the value is the permission that it needs."""

    ADJUST = "adjust"
    HOLD = "hold"
    MOVE = "move"
    SCRAP = "scrap"


_REASON_STEPS = {Action.ADJUST: "adjust", Action.HOLD: "status", Action.MOVE: "move", Action.SCRAP: "scrap"}
_OF_PAPERS = {"claim", "inspect", "label", "order", "pack", "print"}
"""Steps whose reasons are about orders, labels and verdicts, not about goods that were moved."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One correction as a person asked for it.

    `quantity` is in base units: what is moved, held or scrapped, or by how much an adjustment changes what is on hand
    (with its sign). `status` is the new one of a HOLD (available: a release), `target` where a MOVE goes.
    `weight_kg` is what the goods weigh, where each piece is weighed. `whole_lot` holds or releases the lot wherever it
    lies in the warehouse; `whole_unit` moves the handling unit with everything in it.
    """

    request: UUID
    warehouse: UUID
    action: Action
    row: StockRow
    quantity: Decimal
    reason: str = ""
    status: str = ""
    target: UUID | None = None
    whole_lot: bool = False
    whole_unit: bool = False
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A posting, or some of its `lines`, to be taken back: line numbers with quantities in base units; none: all."""

    request: UUID
    warehouse: UUID
    posting: UUID
    reason: str
    lines: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a wish does to the row it is about: what is on hand there before and after, in base units."""

    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Booked:
    """The posting that a wish became; `beyond` is what the hold of a lot has not reached."""

    posting: UUID
    beyond: Beyond | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: units of the item with the decimals of its base unit, and reasons.

    `weighed`: each piece has a weight of its own, so that every movement of the item has to state one.
    """

    units: tuple[UnitOfEntry, ...]
    decimals: int
    reasons: tuple[str, ...]
    weighed: bool = False


def choices(unit: UnitOfWork, *, item: UUID, action: Action) -> Choices:
    """What a person may choose from for an action on an item."""
    units, decimals, weighed = store.packagings(unit.session, item)
    step = _REASON_STEPS[action]
    known = tuple(code for code, of in store.reasons(unit.session) if of in (step, "any") and code != "UNDO")
    return Choices(units, decimals, known, weighed)


def all_reasons(unit: UnitOfWork) -> tuple[str, ...]:
    """Every reason in use that is about goods, for taking a posting back."""
    return tuple(code for code, of in store.reasons(unit.session) if of not in _OF_PAPERS)


def find_place(unit: UnitOfWork, code: str, *, warehouse: UUID) -> Place:
    """The place with this address or name. Refuses `stock.place_unknown` and `stock.place_ambiguous`."""
    found = store.places(unit.session, warehouse=warehouse, code=code.strip())
    if not found:
        raise Refusal("stock.place_unknown", scanned=code.strip())
    if len(found) > 1:
        raise Refusal("stock.place_ambiguous", scanned=code.strip(), places=", ".join(one.address for one in found))
    return found[0]


def effect(wish: Wish) -> Effect:
    """What the row will hold after the wish, as far as the row was read."""
    change = wish.quantity if wish.action is Action.ADJUST else -wish.quantity
    return Effect(wish.row.on_hand, wish.row.on_hand + change)


def book(unit: UnitOfWork, wish: Wish) -> Booked:
    """Book a wish; refuses what the ledger refuses, and `stock.changed` where the row is no longer as it was shown.

    `permission.needs_approval` means: the same wish again, once a supervisor has approved its request.
    """
    session = unit.session
    if wish.whole_unit:
        assert wish.target is not None
        answer = session.call(
            "move_unit",
            request=wish.request,
            unit=wish.row.unit_id,
            to_location=wish.target,
            kind="move",
            reason=wish.reason or None,
        )
    elif wish.whole_lot:
        answer = session.call(
            "hold_trace",
            request=wish.request,
            warehouse=wish.warehouse,
            trace=wish.row.trace,
            status=wish.status,
            reason=wish.reason,
        )
        if answer["posting"] is None:  # the goods are gone, or nothing of the row changes by it
            raise Refusal("trace.nothing_to_hold", lot=wish.row.lot or wish.row.serial, status=wish.status)
    else:
        kind, move = _move(unit, wish)
        answer = store.post(
            session, request=wish.request, kind=kind, warehouse=wish.warehouse, move=move, reason=wish.reason
        )
        if not store.is_repeated(session, answer):
            _as_shown(unit, wish)
    unit.changed(STOCK)
    beyond = beyond_hold(unit, wish.row.trace, wish.status) if wish.whole_lot else None
    return Booked(UUID(str(answer["posting"])), beyond)


def take_back(unit: UnitOfWork, wish: Withdrawal) -> Booked:
    """Reverse a posting as a whole or in part.

    Refuses `ledger.already_reversed`, what has moved on since, `ledger.more_than_posted`, and parts of what is one
    thing (`ledger.only_as_a_whole`).
    """
    answer = store.reverse(
        unit.session, request=wish.request, posting=wish.posting, reason=wish.reason, lines=dict(wish.lines)
    )
    unit.changed(STOCK)
    return Booked(UUID(str(answer["posting"])))


def _move(unit: UnitOfWork, wish: Wish) -> tuple[str, Move]:
    """The kind of movement and the line that a wish means."""
    kind, move = _unweighed(unit, wish)
    return kind, replace(move, weight_kg=wish.weight_kg)


def _unweighed(unit: UnitOfWork, wish: Wish) -> tuple[str, Move]:
    row, quantity = wish.row, wish.quantity

    def outside(kind: str) -> UUID:
        return store.counterparty(unit.session, warehouse=wish.warehouse, kind=kind)

    match wish.action:
        case Action.ADJUST if quantity > 0:
            return "adjust_in", Move(row, quantity, outside("adjustment"), row.location, from_unit=NIL)
        case Action.ADJUST:
            return "adjust_out", Move(row, -quantity, row.location, outside("adjustment"), to_unit=NIL)
        case Action.SCRAP:
            return "scrap", Move(row, quantity, row.location, outside("scrap"), to_unit=NIL)
        case Action.HOLD:
            return "status", Move(row, quantity, row.location, row.location, to_status=wish.status)
        case Action.MOVE:
            assert wish.target is not None
            return "move", Move(row, quantity, row.location, wish.target, to_unit=NIL)


def _as_shown(unit: UnitOfWork, wish: Wish) -> None:
    """The row was locked by the booking: if it is not as it was announced, somebody else changed it meanwhile."""
    now, told = store.on_hand(unit.session, wish.row), effect(wish)
    if now != told.after:
        before = now - told.after + told.before
        raise Refusal(
            "stock.changed",
            sku=wish.row.sku,
            place=wish.row.address,
            shown=format_quantity(told.before),
            there=format_quantity(before),
        )
