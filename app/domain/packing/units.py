"""One scanned unit against what the order still wants and what was picked for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.policies import Answer, Verdict


class PackVerdict(StrEnum):
    """What there is to say of a unit at the packing bench."""

    OK = "ok"
    NOT_IN_ORDER = "not_in_order"
    TOO_MANY = "too_many"
    WRONG_LOT = "wrong_lot"
    EXPIRED = "expired"
    SERIAL_TWICE = "serial_twice"
    LABEL_USED = "label_used"


@dataclass(frozen=True, slots=True)
class PackLine:
    """A line of the order: `remaining` base units are not yet in a carton; `lot` where the customer wants one."""

    line: str
    sku: str
    remaining: Decimal
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class InTote:
    """What was picked for the order and is not yet packed: `quantity` base units of a lot (None: untracked)."""

    sku: str
    quantity: Decimal
    lot: str | None = None
    expiry: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """What was scanned: `quantity` base units (a case counts what it holds); `label` is a printed label's uid."""

    sku: str
    quantity: Decimal = Decimal(1)
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """So many base units of a scanned unit for one order line."""

    line: str
    quantity: Decimal


def verify(
    unit: Unit,
    lines: Sequence[PackLine],
    tote: Sequence[InTote],
    *,
    today: date,
    packed_serials: Collection[str] = (),
    used_labels: Collection[str] = (),
) -> Verdict[PackVerdict]:
    """Whether the unit may go into the carton; the first objection is told, the most telling one first.

    A used label is a label that was scanned into a carton before, or replaced by a reprint. `packed_serials` are those
    of the unit's item. Goods may still be packed on the day they expire. A unit without a lot in its code is matched
    with whatever the tote holds of its item.
    """
    kind, facts = _objection(unit, lines, tote, today, packed_serials, used_labels) or (PackVerdict.OK, {})
    answer = Answer.ACCEPT if kind is PackVerdict.OK else Answer.REFUSE
    return Verdict(kind, answer, {"sku": unit.sku, "quantity": unit.quantity, **facts})


def spread(unit: Unit, lines: Sequence[PackLine]) -> tuple[Portion, ...]:
    """The order lines that a verified unit fills, in their order: those that want its very lot come first."""
    portions = []
    left = unit.quantity
    for line in sorted(_wanting(unit, lines), key=lambda line: line.lot is None):
        taken = min(line.remaining, left)
        if taken > 0:
            portions.append(Portion(line.line, taken))
            left -= taken
    return tuple(portions)


_Objection = tuple[PackVerdict, dict[str, object]]


def _objection(
    unit: Unit,
    lines: Sequence[PackLine],
    tote: Sequence[InTote],
    today: date,
    packed_serials: Collection[str],
    used_labels: Collection[str],
) -> _Objection | None:
    if unit.label is not None and unit.label in used_labels:
        return PackVerdict.LABEL_USED, {"label": unit.label}
    if all(line.sku != unit.sku for line in lines):
        return PackVerdict.NOT_IN_ORDER, {}
    if unit.serial is not None and unit.serial in packed_serials:
        return PackVerdict.SERIAL_TWICE, {"serial": unit.serial}
    return _expired(unit, tote, today) or _wrong_lot(unit, lines, tote) or _too_many(unit, lines, tote)


def _expired(unit: Unit, tote: Sequence[InTote], today: date) -> _Objection | None:
    """The code's expiry counts; where it holds none, that of the picked lot it names."""
    known = [picked.expiry for picked in tote if picked.sku == unit.sku and picked.lot == unit.lot and picked.expiry]
    expiry = unit.expiry or min(known, default=None)
    if expiry is not None and expiry < today:
        return PackVerdict.EXPIRED, {"expiry": expiry, "lot": unit.lot or ""}
    return None


def _wrong_lot(unit: Unit, lines: Sequence[PackLine], tote: Sequence[InTote]) -> _Objection | None:
    if unit.lot is None:
        return None
    picked = {one.lot for one in tote if one.sku == unit.sku and one.lot is not None}
    asked = {line.lot for line in lines if line.sku == unit.sku}
    if (not picked or unit.lot in picked) and (None in asked or unit.lot in asked):
        return None
    wanted = picked or {lot for lot in asked if lot}
    return PackVerdict.WRONG_LOT, {"lot": unit.lot, "wanted": ", ".join(sorted(wanted))}


def _too_many(unit: Unit, lines: Sequence[PackLine], tote: Sequence[InTote]) -> _Objection | None:
    """Neither more than the order still wants, nor more than was picked for it."""
    remaining = sum((line.remaining for line in _wanting(unit, lines)), Decimal(0))
    in_tote = sum((one.quantity for one in tote if one.sku == unit.sku and unit.lot in (None, one.lot)), Decimal(0))
    if unit.quantity <= min(remaining, in_tote):
        return None
    return PackVerdict.TOO_MANY, {"remaining": remaining, "in_tote": in_tote}


def _wanting(unit: Unit, lines: Sequence[PackLine]) -> list[PackLine]:
    return [line for line in lines if line.sku == unit.sku and (line.lot is None or unit.lot in (None, line.lot))]
