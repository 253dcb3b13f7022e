"""What put-away shows: the bin to go to, the goods in hand, what still stands at the docks."""

from decimal import Decimal

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.putaway.state import PutawayState
from app.domain.values import format_quantity
from app.services.putaway import Goods, PutawayFacts, WaitingOrder

COLUMNS = ("caption.item", "caption.name", "caption.lot", "caption.quantity", "caption.unit", "caption.place")


def show(
    state: PutawayState, facts: PutawayFacts, feedback: Feedback | None, *, taken: tuple[str, Decimal] | None = None
) -> Prompt:
    """The prompt of a state. `taken`: stock key and quantity that this very step books, which the facts still hold."""
    goods = in_hand(state, facts)
    waiting = [(one, _left(one, taken)) for one in facts.goods if _left(one, taken) > 0]
    return Prompt(
        instruction=_instruction(state, facts, goods, waiting=bool(waiting)),
        facts=_told(state, facts, goods),
        item=_panel(goods) if goods else None,
        count=Count(format_quantity(state.quantity or goods.qty), unit=goods.uom) if goods else None,
        columns=COLUMNS,
        rows=tuple(_row(one, left, current=one == goods) for one, left in waiting),
        feedback=feedback,
        commands=_commands(state, waiting=bool(waiting)),
        choices=_choices(state, facts),
        ask="putaway.ask_quantity" if state.asking == "quantity" else "",
        why=state.why,
    )


def in_hand(state: PutawayState, facts: PutawayFacts) -> Goods | None:
    """The goods that the state speaks of, if they still stand at a dock."""
    return next((one for one in facts.goods if state.goods and one.key == state.goods), None)


def bin_address(state: PutawayState, facts: PutawayFacts) -> str:
    """The proposed bin as a person calls it."""
    chosen = (state.why or {}).get("chosen") or [""]
    return next((one.address for one in facts.places if one.id == state.bin), str(chosen[0]))


def _left(goods: Goods, taken: tuple[str, Decimal] | None) -> Decimal:
    return goods.qty - taken[1] if taken and taken[0] == goods.key else goods.qty


def _told(state: PutawayState, facts: PutawayFacts, goods: Goods | None) -> dict[str, str]:
    if goods is None:
        return {}
    told = {"bin": bin_address(state, facts), "sku": goods.sku}
    if waits := _offered(state, facts):
        wanted = min(waits.open, goods.qty)
        told |= {"order": waits.number, "amount": amount(wanted, goods.uom, goods.sku), "customer": waits.partner}
    return told


def _offered(state: PutawayState, facts: PutawayFacts) -> WaitingOrder | None:
    """The order that the goods in hand are offered to, if it still waits."""
    return facts.waits if facts.waits and facts.waits.line == state.order else None


def _instruction(state: PutawayState, facts: PutawayFacts, goods: Goods | None, *, waiting: bool) -> str:
    if state.asking:
        return {"quantity": "putaway.ask_quantity", "goods": "putaway.choose_goods", "bin": "putaway.choose_bin"}[
            state.asking
        ]
    if goods is None:
        return "putaway.scan_goods" if waiting else "putaway.nothing_at_dock"
    if state.pending.raw:
        return "putaway.scan_bin_again"
    if _offered(state, facts):
        return "putaway.go_to_order" if state.bin else "putaway.go_to_order_only"
    return "putaway.go_to_bin" if state.bin else "putaway.leave_at_dock"


def _commands(state: PutawayState, *, waiting: bool) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if state.goods:
        return ("UNDO", "QUANTITY", "SKIP", "CANCEL")
    return ("UNDO", "NEXT") if waiting else ("UNDO",)


def _choices(state: PutawayState, facts: PutawayFacts) -> tuple[Choice, ...]:
    if state.asking == "goods":
        return tuple(
            Choice(
                one.key,
                f"putaway.goods_{one.status}",
                {
                    "amount": amount(one.qty, one.uom, one.sku),
                    "lot": one.lot or one.serial or one.unit_number,
                    "place": one.address,
                },
            )
            for one in facts.meant
        )
    if state.asking == "bin":
        offered = [one for one in facts.places if one.id in state.offered]
        return tuple(Choice(str(one.id), "putaway.bin", {"bin": one.address, "zone": one.zone}) for one in offered)
    return ()


def _panel(goods: Goods) -> ItemPanel:
    details = (
        ("caption.lot", goods.lot),
        ("caption.serial", goods.serial),
        ("caption.expiry", goods.expiry.isoformat() if goods.expiry else ""),
        ("caption.handling_unit", goods.unit_number),
        ("caption.place", goods.address),
    )
    return ItemPanel(goods.sku, goods.name, details=tuple(pair for pair in details if pair[1]))


def _row(goods: Goods, left: Decimal, *, current: bool) -> Row:
    cells = (goods.sku, goods.name, goods.lot or goods.serial, format_quantity(left), goods.uom, goods.address)
    return Row(cells, "current" if current else "open")
