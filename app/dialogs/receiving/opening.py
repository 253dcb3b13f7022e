"""Which documents are received: one, or several of one supplier at once; and what goods are put onto."""

from dataclasses import replace
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.grammar import error, not_understood, ok, warning
from app.dialogs.receiving.commands import GOODS_LABELLED, LABELLED, LabelUnit, NoteWrong
from app.dialogs.receiving.labelling import goods_labelled
from app.dialogs.receiving.outcome import NOTHING, Out, refuse, shown
from app.dialogs.receiving.state import ReceivingState
from app.domain.scanning import Candidate, CodeKind
from app.services.discrepancies import WRONG_ITEM, Found
from app.services.receiving import ExpectedDocument, OfferedOrder, ReceivingFacts

RECEIVED_KINDS = ("purchase_order", "asn")
_SHORTEST_NAME = 3
JOIN, WRONG = "join", "wrong"
"""What a second scan of goods that are not on the open orders would do: open their order too, or note them."""


def open_document(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    """An order or an announcement was scanned: another one of the same supplier is received with the first."""
    found = [one for one in facts.documents if one.id in {seen.id for seen in event.reading.candidates}]
    papers = [one for one in found if one.kind in RECEIVED_KINDS]
    if not papers:
        number = event.reading.of(CodeKind.DOCUMENT)[0].label
        return refuse(state, facts, error("receiving.not_an_inbound_document", document=number))
    if len(papers) > 1:
        names = ", ".join(f"{one.number} ({one.partner})" for one in papers)
        return refuse(state, facts, error("scan.ambiguous", scan=event.scan.raw, candidates=names))
    return work_on(state, papers[0], facts)


def work_on(state: ReceivingState, paper: ExpectedDocument, facts: ReceivingFacts) -> Out:
    """Begin to receive a document, or receive it together with those of its supplier that are open already."""
    if paper.decision != "released":
        refusal = error("receiving.order_not_released", document=paper.number, decision=paper.decision)
        return refuse(ReceivingState(), facts, refusal)
    first = facts.document(state.document)
    if first is None or first.partner_code != paper.partner_code or paper.id in state.papers:
        opened = ok("receiving.order_opened", document=paper.number, partner=paper.partner)
        return shown(ReceivingState(document=paper.id), facts, opened)
    joined = replace(state, also=(*state.also, paper.id), collected=NOTHING, pending=Pending(), asking="")
    together = facts.together(joined.document, joined.also)
    assert together is not None
    return shown(joined, facts, ok("receiving.order_joined", document=paper.number, documents=together.number))


def supplier_typed(state: ReceivingState, event: Scanned) -> str:
    """A supplier's code or name where an order is asked for: what no record is known by and no label says."""
    typed = event.scan.raw.strip()
    names = not state.papers and not state.blind and not event.reading.candidates and len(typed) >= _SHORTEST_NAME
    return typed if names else ""


def offer_orders(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    """Goods or a supplier without an order: the open orders of them are offered."""
    items = event.reading.of(CodeKind.ITEM)
    if facts.offered:
        known = items[0].label if items else facts.offered[0].partner
        asking = replace(state, asking="document")
        return shown(asking, facts, warning("receiving.which_order", count=len(facts.offered), about=known))
    if not items:
        return refuse(state, facts, not_understood(event, CodeKind.DOCUMENT, CodeKind.ITEM))
    code = "receiving.no_order_may_blind" if facts.may_blind else "receiving.no_order_for_item"
    return refuse(state, facts, error(code, sku=items[0].label))


def without_order(facts: ReceivingFacts) -> Out:
    """The goods that follow came without an order; for people who may receive such."""
    if not facts.may_blind:
        return refuse(ReceivingState(), facts, error("permission.missing", permission="receive_blind"))
    return shown(ReceivingState(blind=True), facts, warning("receiving.now_unordered"))


def not_on_order(
    state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument, goods: Candidate, event: Event
) -> Out:
    """Goods that the open documents do not hold: once confirmed, their order is opened too, or they are noted."""
    other = _other_order(state, facts, document)
    about = f"{JOIN}/{other.id}" if other else f"{WRONG}/{goods.id}"
    if state.pending.confirms(event, about):
        joined = facts.document(other.id) if other else None
        if joined:
            return work_on(state, joined, facts)
        found = Found(WRONG_ITEM, None, goods.id, goods.factor, "WRONG_ITEM")
        noted = warning("receiving.wrong_noted", sku=goods.label, document=document.number)
        return shown(replace(state, collected=NOTHING, pending=Pending()), facts, noted, NoteWrong(document.id, found))
    raw = event.scan.raw if isinstance(event, Scanned) else ""
    waiting = replace(state, collected=NOTHING, pending=Pending(raw, about), asking="")
    if other:
        return shown(waiting, facts, warning("receiving.on_other_order", sku=goods.label, document=other.number))
    return shown(waiting, facts, error("receiving.not_on_order", sku=goods.label, document=document.number))


def _other_order(state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument) -> OfferedOrder | None:
    """The first open order of the same supplier that holds the goods and is not being received yet."""
    others = (one for one in facts.offered if one.partner_code == document.partner_code)
    return next((one for one in others if one.id not in state.papers), None)


def joining(state: ReceivingState) -> UUID | None:
    """The order that a second scan would open."""
    what, _, identity = state.pending.about.partition("/")
    return UUID(identity) if what == JOIN else None


def take_unit(state: ReceivingState, facts: ReceivingFacts, found: Candidate) -> Out:
    """A unit that stands at the dock, or nowhere yet, is put under the goods that follow."""
    unit = facts.unit(found.id)
    if facts.document(state.document) is None and not state.blind:
        return refuse(state, facts, error("receiving.order_first", unit=found.label))
    if unit is None or not unit.here:
        return refuse(state, facts, error("receiving.unit_elsewhere", unit=found.label))
    onto = replace(state, unit=unit.id, filled=False, counting=False)
    return shown(onto, facts, ok("receiving.onto_unit", unit=unit.number))


def change_unit(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """A new unit: which kind is asked. Or the one in hand is full: its label is printed, what follows has no unit."""
    if (key.command == "NEW_UNIT") is (state.unit is not None):
        return shown(state, facts, error("dialog.not_now", command=key.command))
    if key.command == "NEW_UNIT":
        return shown(replace(state, asking="unit"), facts, None)
    label = (LabelUnit(state.unit, document.number),) if state.unit and state.filled else ()
    return shown(replace(state, unit=None, filled=False), facts, ok("receiving.unit_done"), *label)


def heard(state: ReceivingState, result: Result, facts: ReceivingFacts) -> Out:
    """A unit was made, or its label is on its way: said so."""
    told = result.facts
    if result.kind == GOODS_LABELLED:
        return shown(state, facts, goods_labelled(told))
    if result.kind == LABELLED:
        done = ok("receiving.unit_labelled", **told) if told["unit"] else ok("receiving.unit_done")
        return shown(state, facts, done)
    return shown(replace(state, unit=result.about, filled=False), facts, ok("receiving.onto_unit", **told))
