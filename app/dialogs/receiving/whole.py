"""An announced pallet or case: one scan receives all that stands on it, by the same rules as piece by piece."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Scanned
from app.dialogs.grammar import error, ok, warning
from app.dialogs.receiving.commands import BookUnit
from app.dialogs.receiving.judging import inspection, line_facts, over, told_of
from app.dialogs.receiving.labelling import with_unit
from app.dialogs.receiving.outcome import Out, refuse, shown
from app.dialogs.receiving.state import Booked, ReceivingState
from app.domain.policies import Answer
from app.domain.quality import Wanted
from app.domain.receiving import Acceptance, ReceiptVerdict, StockStatus, accept
from app.services.discrepancies import Found
from app.services.receiving import AnnouncedGoods, AnnouncedUnit, ExpectedDocument, OrderLine, ReceivingFacts

_UNTOLD = (ReceiptVerdict.LOT_MISSING, ReceiptVerdict.SERIAL_MISSING, ReceiptVerdict.EXPIRY_MISSING)
_MOST_TOLD = 8


def receive_whole(
    state: ReceivingState, facts: ReceivingFacts, paper: ExpectedDocument, unit: AnnouncedUnit, event: Scanned
) -> Out:
    """Receive a unit that `paper` announced, with all that stands on it; nothing of it where one line is refused."""
    here = facts.unit(unit.id)
    if unit.received_at:
        came = error("asn.unit_received", unit=unit.number, person=unit.received_by, at=unit.received_at)
        return refuse(state, facts, came)
    if paper.decision != "released":
        refusal = error("receiving.order_not_released", document=paper.number, decision=paper.decision)
        return refuse(state, facts, refusal)
    if here is None or not here.here:
        return refuse(state, facts, error("receiving.unit_elsewhere", unit=unit.number))
    if facts.dock is None:
        return refuse(state, facts, error("receiving.no_dock"))
    return _judge(_with(state, facts, paper), facts, paper, unit, event, facts.dock.id)


def _with(state: ReceivingState, facts: ReceivingFacts, paper: ExpectedDocument) -> ReceivingState:
    """The announcement is received too: together with the documents of its supplier, else by itself."""
    first = facts.document(state.document)
    if paper.id in state.papers:
        return replace(state, unit=None, filled=False)
    also = (*state.also, paper.id) if first and first.partner_code == paper.partner_code else ()
    return ReceivingState(document=first.id if first and also else paper.id, also=also, pending=state.pending)


def _judge(
    state: ReceivingState, facts: ReceivingFacts, paper: ExpectedDocument, unit: AnnouncedUnit, event: Scanned,
    dock: UUID,
) -> Out:  # fmt: skip
    judged = _judged(facts, paper, unit)
    for line, verdict in judged:
        if verdict.verdict.answer is Answer.REFUSE:
            code = "unit_untold" if verdict.verdict.kind in _UNTOLD else verdict.verdict.kind
            return refuse(
                state, facts, error(f"receiving.{code}", **told_of(verdict) | {"unit": unit.number, "sku": line.sku})
            )
    asked = next((one for _, one in judged if one.verdict.answer is Answer.CONFIRM), None)
    if asked and not state.pending.confirms(event, str(unit.id)):
        waiting = replace(state, pending=Pending(event.scan.raw, str(unit.id)))
        return shown(waiting, facts, warning(f"receiving.{asked.verdict.kind}", **told_of(asked)))
    found = tuple(
        Found("over", line.id, line.item, extra)
        for (line, verdict), goods in zip(judged, unit.goods, strict=True)
        if (extra := over(verdict, goods.qty))
    )
    wanted = _inspections(facts, paper, unit, judged)
    inspected = {n for n, one in wanted.items() if not one.skipped}
    statuses = tuple(
        str(StockStatus.QUARANTINED if n in inspected else verdict.status) for n, (_, verdict) in enumerate(judged, 1)
    )
    held = _told(line.sku for line, verdict in judged if verdict.held)
    said = ok("receiving.unit_booked", unit=unit.number, lines=len(unit.goods))
    if inspected:
        skus = _told(line.sku for n, (line, _) in enumerate(judged, 1) if n in inspected)
        said = warning("receiving.unit_booked_inspected", unit=unit.number, skus=skus)
    if held:
        said = warning("receiving.unit_booked_held", unit=unit.number, skus=held)
    after = ReceivingState(document=state.document, also=state.also)
    kept = [
        facts.hold_on(line.item, goods.lot, goods.serial) if status == StockStatus.AVAILABLE else status
        for (line, _), goods, status in zip(judged, unit.goods, statuses, strict=True)
    ]
    labels = with_unit(paper.id, unit, judged, [one or StockStatus.AVAILABLE.value for one in kept])
    return shown(after, facts, said, BookUnit(paper.id, unit, dock, statuses, found, bool(wanted)), *labels)


def _inspections(
    facts: ReceivingFacts, paper: ExpectedDocument, unit: AnnouncedUnit, judged: list[tuple[OrderLine, Acceptance]]
) -> dict[int, Wanted]:
    """What of its goods is looked at, by its place on the unit; goods that are held anyway are not."""
    asked = (
        (n, inspection(facts, paper, line, _as_booked(goods), goods.qty))
        for n, ((line, verdict), goods) in enumerate(zip(judged, unit.goods, strict=True), 1)
        if not verdict.held
    )
    return {n: found for n, found in asked if found is not None}


def _told(skus: Iterable[str]) -> str:
    """Each item once, and no more of them than can be read at a glance."""
    known = list(dict.fromkeys(skus))
    return ", ".join(known[:_MOST_TOLD]) + (" …" if len(known) > _MOST_TOLD else "")


def _judged(facts: ReceivingFacts, paper: ExpectedDocument, unit: AnnouncedUnit) -> list[tuple[OrderLine, Acceptance]]:
    """What the rules say of each of its goods, those before it counted in."""
    before: dict[UUID, Decimal] = defaultdict(Decimal)
    lines = {line.id: line for line in paper.lines}
    judged = []
    for goods in unit.goods:
        line = lines[goods.line]
        facts_now = replace(line, received=line.received + before[line.id])
        judged.append(
            (line, accept(line_facts(facts, paper, facts_now, _as_booked(goods)), goods.qty, facts.policy(paper, line)))
        )
        before[line.id] += goods.qty
    return judged


def _as_booked(goods: AnnouncedGoods) -> Booked:
    return Booked(goods.line, "", Decimal(1), goods.lot, goods.serial, goods.expiry, goods.best_before)
