"""Returns as use cases: goods that customers send back, and goods that go back to those who supplied them.

What comes back stands on the dock with the status that its disposition gives it, and is put away, repaired, sent back
or scrapped from there like anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from app.database import documents, entry
from app.database import returns as store
from app.database.returns import CartonGoods, ReturnHead, ReturnMove, ShippedCarton
from app.database.session import Row, as_nouns
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services.entry import in_base_units
from app.services.work import UnitOfWork

__all__ = ["DISPOSITIONS", "Arrived", "CartonGoods", "Passage", "ReturnHead", "ReturnLine", "ShippedCarton", "create",
           "find", "listed", "look_into", "plan_blind", "plan_receiving", "plan_sending", "post",
           "shipped_carton"]  # fmt: skip

DISPOSITIONS = {"use": "available", "rework": "quarantined", "return": "blocked", "scrap": "damaged"}
"""What is to become of goods that came back, and the status that they get by it."""
SET_ASIDE = ("quarantined", "blocked", "damaged")


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of a return: base units asked, and done (received, or sent back)."""

    id: UUID
    item: UUID
    sku: str
    name: str
    unit: str
    catch_weight: bool
    asked: Decimal
    done: Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """Goods that may go back: base units on hand and free, kg of all that lies there."""

    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    status: str
    on_hand: Decimal
    free: Decimal
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came back: quantities as typed by SKU, its disposition, the lot or serial on it, kg by SKU where weighed."""

    wanted: Mapping[str, str]
    disposition: str
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """Goods as they will come or go back; planned before the first try, so that a repetition posts the same."""

    number: str
    kind: str
    warehouse: UUID
    document: UUID | None
    reason: str
    moves: tuple[ReturnMove, ...]


def create(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    direction: Literal["in", "out"],
    partner: str,
    wanted: Mapping[str, str],
    order: str = "",
    reference: str = "",
) -> str:
    """Make and release a return from a customer (`in`) or to a supplier (`out`); returns its number.

    `order`: the number of the order whose goods come back. Refuses `partner.unknown`, `returns.wrong_partner`,
    `document.unknown`, and `returns.not_sold` where more comes back than was shipped.
    """
    number = store.create(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        direction=direction,
        partner=entry.partner(unit.session, partner),
        order=documents.find(unit.session, kind="order", number=order) if order else None,
        reference=reference,
        lines=in_base_units(unit, wanted),
    )
    unit.changed("document")
    return number


def shipped_carton(unit: UnitOfWork, warehouse: UUID, code: str) -> ShippedCarton:
    """What left in a carton, by its SSCC or any tracking number that it bore: what its return may hold.

    Refuses `returns.no_carton`, and `returns.all_back` where all of it is announced to come back already.
    """
    found = store.shipped_carton(unit.session, warehouse, code.strip().removeprefix("(00)"))
    if found is None:
        raise Refusal("returns.no_carton", carton=code)
    if not found.goods:
        raise Refusal("returns.all_back", carton=found.carton, order=found.order)
    return found


def find(unit: UnitOfWork, number: str) -> UUID:
    """The document of a return. Refuses `document.unknown`."""
    return documents.find(unit.session, kind="return", number=number)


def listed(unit: UnitOfWork, warehouse: UUID | None = None) -> list[ReturnHead]:
    """Returns of a warehouse (None: all that the person sees), newest first."""
    return store.listed(unit.session, warehouse)


def look_into(unit: UnitOfWork, number: str) -> tuple[ReturnLine, ...]:
    """The lines of a return. Refuses `document.unknown`."""
    return _lines(_facts(unit, number))


def _facts(unit: UnitOfWork, number: str, direction: str = "") -> Row:
    """What is known of a return; refuses one that goes the other way."""
    row = store.facts(unit.session, find(unit, number))
    if direction and row["direction"] != direction:
        raise Refusal("returns.other_way", number=row["number"])
    return row


def _lines(row: Row) -> tuple[ReturnLine, ...]:
    lines: tuple[ReturnLine, ...] = as_nouns(row["lines"], tuple[ReturnLine, ...])
    return lines


def plan_receiving(unit: UnitOfWork, number: str, arrived: Arrived) -> Passage:
    """Goods of a return to the dock, with the status of their disposition; all that is open where none is named.

    Refuses `returns.other_way`, `returns.nothing_open`, `returns.not_asked`, and `returns.unknown_disposition`.
    """
    row = _facts(unit, number, "in")
    lines = {line.item: line for line in _lines(row)}
    asked = in_base_units(unit, arrived.wanted) or {
        line.item: line.asked - line.done for line in lines.values() if line.asked > line.done
    }
    if not asked:
        raise Refusal("returns.nothing_open", number=row["number"])
    if not asked.keys() <= lines.keys():
        raise Refusal("returns.not_asked", number=row["number"])
    moves = [
        _comes(unit, row["warehouse"], lines[item].id, item, qty, arrived, lines[item].sku)
        for item, qty in asked.items()
    ]
    return Passage(row["number"], "return_in", row["warehouse"], row["id"], "", tuple(moves))


def plan_blind(unit: UnitOfWork, *, warehouse: UUID, arrived: Arrived, reason: str = "RETURNED") -> Passage:
    """Goods that came back and that nobody announced, for people who may receive blind; with a reason."""
    skus = list(arrived.wanted)
    asked = zip(skus, in_base_units(unit, arrived.wanted).items(), strict=True)
    moves = [_comes(unit, warehouse, None, item, qty, arrived, sku) for sku, (item, qty) in asked]
    return Passage("", "return_blind", warehouse, None, reason, tuple(moves))


def _comes(
    unit: UnitOfWork, warehouse: UUID, line: UUID | None, item: UUID, qty: Decimal, arrived: Arrived, sku: str
) -> ReturnMove:
    """Goods from the customer to the first dock."""
    if arrived.disposition not in DISPOSITIONS:
        raise Refusal("returns.unknown_disposition", known=", ".join(DISPOSITIONS))
    trace = None
    if arrived.lot or arrived.serial:
        trace = store.lot(unit.session, item=item, lot=arrived.lot, serial=arrived.serial, expiry=arrived.expiry)
    return ReturnMove(
        line,
        item,
        qty,
        entry.first_place(unit.session, warehouse, ("customer",)),
        entry.first_place(unit.session, warehouse, ("dock",)),
        "available",
        DISPOSITIONS[arrived.disposition],
        trace,
        weight_kg=arrived.weights.get(sku),
    )


def plan_sending(
    unit: UnitOfWork, number: str, *, statuses: Sequence[str] = SET_ASIDE, reason: str = "RETURNED",
    weights: Mapping[str, Decimal] | None = None,
) -> Passage:  # fmt: skip
    """All that is open of a return to its supplier: what was set aside (goods of these statuses), the oldest first.

    Refuses `returns.other_way`, `returns.nothing_open`, and `returns.short` where goods are missing.
    """
    row = _facts(unit, number, "out")
    goods = [one for one in as_nouns(row["stock"], tuple[Candidate, ...]) if one.status in statuses]
    supplier = entry.first_place(unit.session, row["warehouse"], ("supplier",))
    moves: list[ReturnMove] = []
    for line in _lines(row):
        missing = line.asked - line.done
        for found in goods:
            qty = min(missing, found.free) if found.item == line.item else Decimal(0)
            if qty <= 0:
                continue
            missing -= qty
            weight = found.weight_kg if qty == found.on_hand else (weights or {}).get(line.sku)
            moves.append(ReturnMove(line.id, line.item, qty, found.location, supplier, found.status, found.status,
                                    found.trace, found.unit, weight if line.catch_weight else None))  # fmt: skip
        if missing > 0:
            raise Refusal("returns.short", number=row["number"], sku=line.sku, missing=format_quantity(missing))
    if not moves:
        raise Refusal("returns.nothing_open", number=row["number"])
    return Passage(row["number"], "return_out", row["warehouse"], row["id"], reason, tuple(moves))


def post(unit: UnitOfWork, passage: Passage) -> UUID:
    """Post goods as planned, in one posting; refuses what the ledger refuses, and then nothing has moved."""
    posting = store.post(
        unit.session,
        request=unit.request_id,
        kind=passage.kind,
        warehouse=passage.warehouse,
        document=passage.document,
        reason=passage.reason,
        moves=passage.moves,
    )
    unit.changed("stock")
    unit.changed("document", passage.document)
    return posting
