"""Receiving: whether a quantity may be booked on a line of a receipt, in which status, and what the scans told so far.

The limits are a policy (by item, category, partner, …); the verdict says what to tell the person. What is booked,
and the quality plans that later decide on held goods, are not decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.policies import Answer, Decision, Policy, PolicyForm, Verdict, first_match
from app.domain.scanning import Candidate, CodeKind, Reading


class StockStatus(StrEnum):
    """Whether goods may be used: held goods stay on stock, and no order gets them."""

    AVAILABLE = "available"
    QUARANTINED = "quarantined"
    DAMAGED = "damaged"
    BLOCKED = "blocked"


class ReceiptVerdict(StrEnum):
    """What there is to say of goods at the dock."""

    OK = "ok"
    NOT_POSITIVE = "not_positive"
    BROKEN_UNIT = "broken_unit"
    ABSURD = "absurd"
    LOT_MISSING = "lot_missing"
    SERIAL_MISSING = "serial_missing"
    EXPIRY_MISSING = "expiry_missing"
    OVER = "over"
    OVER_WITHIN_TOLERANCE = "over_within_tolerance"
    EXPIRED = "expired"
    EXPIRED_HELD = "expired_held"
    SHORT_SHELF_LIFE = "short_shelf_life"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The line that goods are received on, and what is known of the goods in hand.

    `ordered` and `received` are in base units; `ordered` is None in a blind receipt. `step` is the smallest quantity
    of the item (its precision). `today` is the site's business day. `min_shelf_life_days` is what must be left today.
    """

    sku: str
    ordered: Decimal | None
    received: Decimal
    today: date
    step: Decimal = Decimal(1)
    category: str = ""
    partner: str = ""
    needs_lot: bool = False
    needs_serial: bool = False
    needs_expiry: bool = False
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    min_shelf_life_days: int = 0


class GoodsLabels(StrEnum):
    """Which labels are printed when goods are booked: none, one for all of them, or one for each that was scanned."""

    NONE = "none"
    ONE = "one"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class ReceivingLimits:
    """What a receiving rule may set.

    More than ordered may be confirmed up to the larger of `over_percent` of the order and `over_units` base units;
    a single booking above `absurd_above` is a mistyped number. Expired goods are refused, or held in quarantine where
    `hold_expired`. `labels` says which labels of the goods are printed with the booking.
    """

    over_percent: Decimal = Decimal(0)
    over_units: Decimal = Decimal(0)
    absurd_above: Decimal = Decimal(1_000_000)
    hold_expired: bool = True
    labels: GoodsLabels = GoodsLabels.NONE

    def __post_init__(self) -> None:
        if min(self.over_percent, self.over_units) < 0 or self.absurd_above <= 0:
            raise ValueError("limits are not negative")

    def over(self, ordered: Decimal) -> Decimal:
        """How many base units more than ordered a person may confirm."""
        return max(ordered * self.over_percent / 100, self.over_units)


_DEFAULT: Mapping[str, Any] = {
    "rules": [{"name": "receiving.five_percent_over", "when": [], "then": {"over_percent": "5", "hold_expired": True}}]
}

FORM = PolicyForm("receiving", LineFacts, ReceivingLimits, _DEFAULT)
"""What a receiving policy may say. As delivered: five percent over may be confirmed, expired goods are held."""

STRICT = ReceivingLimits()
"""Where no rule holds: nothing more than ordered, and expired goods are held."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What to tell the person, the status to book in, and which rule set the limits.

    `held` says why goods go to quarantine, None where they do not; nothing is booked where the verdict refuses.
    `labels` are those that are printed with the booking.
    """

    verdict: Verdict[ReceiptVerdict]
    status: StockStatus
    held: ReceiptVerdict | None
    decision: Decision
    labels: GoodsLabels = GoodsLabels.NONE


def accept(line: LineFacts, quantity: Decimal, policy: Policy[ReceivingLimits], *, damaged: bool = False) -> Acceptance:
    """Judge `quantity` base units of the goods in hand: refusals first, then what must be confirmed, then holds.

    Goods that the person calls `damaged` are booked as such; shelf life no longer matters for them.
    """
    chosen, decision = first_match(policy, line)
    limits = chosen or STRICT
    held = None if damaged else _hold(line)
    verdict = _refusal(line, quantity, limits, held) or _over(line, quantity, limits) or _booked(line, held)
    status = StockStatus.DAMAGED if damaged else StockStatus.QUARANTINED if held else StockStatus.AVAILABLE
    return Acceptance(verdict, status, held, decision, limits.labels)


def _hold(line: LineFacts) -> ReceiptVerdict | None:
    """Goods may still be used on the day they expire."""
    if line.expiry is None:
        return None
    if line.expiry < line.today:
        return ReceiptVerdict.EXPIRED_HELD
    if line.expiry < line.today + timedelta(days=line.min_shelf_life_days):
        return ReceiptVerdict.SHORT_SHELF_LIFE
    return None


def _refusal(
    line: LineFacts, quantity: Decimal, limits: ReceivingLimits, held: ReceiptVerdict | None
) -> Verdict[ReceiptVerdict] | None:
    kind = _quantity_refused(line, quantity, limits) or _trace_missing(line)
    if kind is None and held is ReceiptVerdict.EXPIRED_HELD and not limits.hold_expired:
        kind = ReceiptVerdict.EXPIRED
    if kind is None:
        return None
    return Verdict(kind, Answer.REFUSE, {"sku": line.sku, "quantity": quantity, "step": line.step, **_dates(line)})


def _quantity_refused(line: LineFacts, quantity: Decimal, limits: ReceivingLimits) -> ReceiptVerdict | None:
    if not quantity.is_finite() or quantity <= 0:
        return ReceiptVerdict.NOT_POSITIVE
    if quantity > limits.absurd_above:
        return ReceiptVerdict.ABSURD
    if quantity % line.step:
        return ReceiptVerdict.BROKEN_UNIT
    return None


def _trace_missing(line: LineFacts) -> ReceiptVerdict | None:
    if line.needs_lot and not line.lot:
        return ReceiptVerdict.LOT_MISSING
    if line.needs_serial and not line.serial:
        return ReceiptVerdict.SERIAL_MISSING
    if line.needs_expiry and line.expiry is None:
        return ReceiptVerdict.EXPIRY_MISSING
    return None


def _over(line: LineFacts, quantity: Decimal, limits: ReceivingLimits) -> Verdict[ReceiptVerdict] | None:
    if line.ordered is None or line.received + quantity <= line.ordered:
        return None
    total = line.received + quantity
    tolerated = limits.over(line.ordered)
    tolerated -= tolerated % line.step
    most = line.ordered + tolerated
    facts = {"sku": line.sku, "ordered": line.ordered, "total": total, "over": total - line.ordered, "most": most}
    if total - line.ordered <= tolerated:
        return Verdict(ReceiptVerdict.OVER_WITHIN_TOLERANCE, Answer.CONFIRM, {**facts, "tolerated": tolerated})
    return Verdict(ReceiptVerdict.OVER, Answer.REFUSE, {**facts, "tolerated": tolerated})


def _booked(line: LineFacts, held: ReceiptVerdict | None) -> Verdict[ReceiptVerdict]:
    return Verdict(held or ReceiptVerdict.OK, Answer.ACCEPT, {"sku": line.sku, **_dates(line)})


def _dates(line: LineFacts) -> dict[str, object]:
    if line.expiry is None:
        return {}
    days_left = (line.expiry - line.today).days
    return {"expiry": line.expiry, "days_left": days_left, "wanted_days": line.min_shelf_life_days}


@dataclass(frozen=True, slots=True)
class Collected:
    """What the scans have told about the goods in hand so far; nothing of it is booked yet.

    `count` is in pieces of the scanned packaging (AI 30/37); `base_quantity` is what it means in base units.
    """

    item: Candidate | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    production: date | None = None
    count: Decimal | None = None
    weight_kg: Decimal | None = None
    sscc: str | None = None

    @property
    def base_quantity(self) -> Decimal | None:
        """The counted pieces times the packaging's factor; None until both an item and a count were scanned."""
        if self.count is None or self.item is None:
            return None
        return self.count * self.item.factor

    def kept_for(self, tracking: str) -> "Collected":
        """Without the numbers that goods of this `tracking` are not followed by, though their label may carry them."""
        lot = self.lot if "lot" in tracking else None
        serial = self.serial if "serial" in tracking else None
        return replace(self, lot=lot, serial=serial)

    def merge(self, reading: Reading) -> "Collected | Conflict":
        """What is known after one more code; a code that contradicts what is held changes nothing.

        Several items that a code may stand for are narrowed by the item already held; what stays ambiguous is a
        conflict named `item`, to be asked, never guessed.
        """
        item = _one_item(self.item, reading)
        if isinstance(item, Conflict):
            return item
        scanned = Collected(
            item=item,
            lot=reading.lot,
            serial=reading.serial,
            expiry=reading.expiry,
            best_before=reading.best_before,
            production=reading.production,
            count=reading.quantity,
            weight_kg=reading.weight_kg,
            sscc=reading.sscc,
        )
        news = {one.name: value for one in fields(scanned) if (value := getattr(scanned, one.name)) is not None}
        for name, value in news.items():
            held = getattr(self, name)
            if held is not None and held != value:
                return Conflict(name, held=_called(held), scanned=_called(value))
        return replace(self, **news)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two codes that cannot belong to the same goods: which element, what was held, what was scanned."""

    field: str
    held: str
    scanned: str


def _one_item(held: Candidate | None, reading: Reading) -> Candidate | Conflict | None:
    items = reading.of(CodeKind.ITEM)
    if held is not None and held in items:
        return held
    if len(items) <= 1:
        return items[0] if items else None
    return Conflict("item", held=_called(held), scanned=", ".join(sorted({item.label for item in items})))


def _called(value: object) -> str:
    match value:
        case None:
            return ""
        case Candidate():
            return f"{value.label} {value.uom}".strip()
        case _:
            return str(value)
