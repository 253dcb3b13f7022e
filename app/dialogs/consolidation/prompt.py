"""What consolidation shows: where the tote belongs, or into which tote goods go; and the other totes of the order."""

from app.dialogs.consolidation.state import ConsolidationState
from app.dialogs.dialog import Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.domain.values import format_quantity
from app.services.consolidation import ConsolidationFacts, Goods, Order, Tote

TOTES = ("caption.tote", "consolidation.stands", "caption.order")
GOODS = ("caption.slot", "caption.order", "caption.item", "caption.lot", "caption.quantity", "caption.unit")


def show(state: ConsolidationState, facts: ConsolidationFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state."""
    tote = facts.tote(state.tote)
    if tote is None or not tote.goods:
        return Prompt("consolidation.scan_tote", columns=TOTES, feedback=feedback, commands=("UNDO",))
    return _sorting(state, facts, tote, feedback) if state.sorting else _bringing(state, facts, tote, feedback)


def taken_goods(state: ConsolidationState, facts: ConsolidationFacts) -> Goods | None:
    """The goods in the hand."""
    tote, taken = facts.tote(state.tote), state.taken
    goods = tote.goods if tote and taken else ()
    return next((one for one in goods if taken and (one.line, one.trace) == (taken.line, taken.trace)), None)


def _bringing(state: ConsolidationState, facts: ConsolidationFacts, tote: Tote, feedback: Feedback | None) -> Prompt:
    order = facts.order(tote.goods[0].order)
    rows = tuple(
        Row((one.number, one.address, order.number), "done" if one.place == order.lane else
            "current" if one.id == tote.id else "open")
        for one in order.totes
    )  # fmt: skip
    return Prompt(
        "consolidation.bring",
        {"tote": tote.number, "place": order.lane_address, "document": order.number},
        document=order.number,
        columns=TOTES,
        rows=rows,
        feedback=feedback,
        commands=("UNDO", "CANCEL"),
    )


def _sorting(state: ConsolidationState, facts: ConsolidationFacts, tote: Tote, feedback: Feedback | None) -> Prompt:
    goods = taken_goods(state, facts)
    order = facts.order(goods.order) if goods else None
    told = {"tote": tote.number}
    if goods and order and state.taken:
        told |= {"amount": amount(state.taken.quantity, goods.uom, goods.sku), "slot": str(order.slot)}
        told |= {"document": order.number, "into": order.tote_number}
    return Prompt(
        _instruction(state, order),
        told,
        document=order.number if order else "",
        item=ItemPanel(goods.sku, goods.name) if goods else None,
        count=Count(format_quantity(state.taken.quantity), unit=goods.uom) if goods and state.taken else None,
        columns=GOODS,
        rows=tuple(_row(one, facts, current=one == goods) for one in tote.goods),
        feedback=feedback,
        commands=("CANCEL",)
        if state.asking
        else ("UNDO", "QUANTITY", "NEW_TOTE", "CANCEL")
        if goods
        else ("UNDO", "CANCEL"),
        ask="consolidation.ask_quantity" if state.asking else "",
    )


def _instruction(state: ConsolidationState, order: Order | None) -> str:
    if state.asking:
        return "consolidation.ask_quantity"
    if state.pending.raw:
        return "picking.scan_again"
    if order is None:
        return "consolidation.scan_goods"
    return "consolidation.put_into" if order.tote else "consolidation.put_into_any"


def _row(goods: Goods, facts: ConsolidationFacts, *, current: bool) -> Row:
    order = facts.order(goods.order)
    cells = (str(order.slot), order.number, goods.sku, goods.number, format_quantity(goods.qty), goods.uom)
    return Row(cells, "current" if current else "open")
