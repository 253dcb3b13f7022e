"""What the rules say of goods at the dock: the facts they judge by, and what is found wrong."""

from decimal import Decimal

from app.dialogs.receiving.state import Booked
from app.domain.quality import InspectionFacts, Wanted
from app.domain.receiving import Acceptance, LineFacts, ReceiptVerdict
from app.domain.values import format_quantity
from app.services.receiving import UNORDERED, ExpectedDocument, OrderLine, ReceivingFacts


def line_facts(facts: ReceivingFacts, document: ExpectedDocument, line: OrderLine, goods: Booked) -> LineFacts:
    """A line and the goods in hand, as the rules see them."""
    return LineFacts(
        sku=line.sku,
        ordered=None if document.kind == UNORDERED else line.ordered,
        received=line.received,
        today=facts.today,
        step=Decimal(1).scaleb(-line.decimals),
        category=line.category,
        partner=document.partner_code,
        needs_lot="lot" in line.tracking,
        needs_serial="serial" in line.tracking,
        needs_expiry=line.expiry_required,
        lot=goods.lot or None,
        serial=goods.serial or None,
        expiry=goods.expiry or goods.best_before,
        min_shelf_life_days=line.minimum_days,
    )


def told_of(verdict: Acceptance) -> dict[str, str]:
    """The facts of a verdict as people read them."""
    facts = verdict.verdict.facts
    return {name: format_quantity(one) if isinstance(one, Decimal) else str(one) for name, one in facts.items()}


def inspection(
    facts: ReceivingFacts, document: ExpectedDocument, line: OrderLine, goods: Booked, quantity: Decimal
) -> Wanted | None:
    """Whether so much of these goods is looked at before it may be used."""
    about = InspectionFacts(
        line.sku, line.category, document.partner_code, line.tracking, line.hazard, line.ordered or quantity
    )
    return facts.quality.wanted(
        about,
        line=line.id,
        lot=goods.lot,
        item=line.item,
        categories=line.categories,
        partner=document.partner_id,
    )


def sample(
    facts: ReceivingFacts, line: OrderLine, goods: Booked, quantity: Decimal, wanted: Wanted
) -> tuple[int, Decimal]:
    """How many pieces are looked at, of how many base units: what came of the lot and what is still to come of it."""
    before = facts.quality.came(line.id, goods.lot)
    lot = max(line.awaited, quantity) + (before.qty if before else 0)
    return wanted.plan(lot).size, lot


def over(verdict: Acceptance, quantity: Decimal) -> Decimal:
    """How many of the goods in hand are more than ordered, in base units; 0 where none are."""
    if verdict.verdict.kind is not ReceiptVerdict.OVER_WITHIN_TOLERANCE:
        return Decimal(0)
    return min(quantity, Decimal(str(verdict.verdict.facts["over"])))


def booked_as(*, held: ReceiptVerdict | None, damaged: bool, on_hold: bool, inspected: bool) -> str:
    """The words for goods that came in: what has to be done with them counts most."""
    if damaged:
        return "receiving.booked_damaged"
    if on_hold:
        return "receiving.booked_lot_held"
    if held:
        return "receiving.booked_expired" if held is ReceiptVerdict.EXPIRED_HELD else "receiving.booked_held"
    return "receiving.booked_inspected" if inspected else "receiving.booked"
