"""What the packing bench shows: the next instruction, the unit in hand, the order's lines, the labels."""

from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.packing.cartons import picture, proposed, usable
from app.dialogs.packing.printing import (
    SLIP,
    all_printed,
    chosen_label,
    in_trouble,
    is_dead,
    kind_of,
    needs_label,
    other_printers,
    waits_at,
    waits_for_carrier,
)
from app.dialogs.packing.state import Act, Measured, PackingState, Stage
from app.dialogs.packing.weighing import judge, kilograms
from app.dialogs.packing.wishes import BEFORE, ask, following, marks, words_beside
from app.domain.catalog import DEFAULT_UNIT
from app.domain.packing import opening_content, weight_content
from app.domain.packing.cartons import Packed as PackedCarton
from app.domain.packing.packaging import CartonType
from app.domain.printing import PrintState
from app.domain.values import format_quantity
from app.services.packing import OrderLine, PackFacts, PackOrder, Parcel

COLUMNS = ("caption.item", "caption.name", "packing.packed", "caption.ordered", "caption.unit")
_ASKED = {Stage.TYPED: "packing.ask_weight", Stage.QUANTITY: "packing.ask_quantity"}
"""What is typed where."""
_NO_REASON_FOR = {
    Act.SWAP: frozenset({"LABELS_MIXED_UP", "WRONG_CARTON"}),
    Act.EXCHANGE: frozenset({"GOODS_DAMAGED", "OTHER_LOT", "WRONG_CARTON"}),
}
"""Reasons of unpacking that make no sense for a swapped unit, and for cartons with each other's goods."""
WEIGHED, NO_SCALE = frozenset({"SCALE_DEAD"}), frozenset({"WEIGHT_OVERRIDE"})
"""Reasons that make no sense for a carton that was weighed, and for one whose weight was typed."""
PERMISSION = "override_weight"
UNDRAWABLE = "undrawable"
"""Why a label was taken back that would have gone out with question marks in its address."""
ORDER_ENDED = "ORDER_ENDED"
"""The reason that nobody chooses: the order ended."""


def show(state: PackingState, facts: PackFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state; the facts are those after the step's commands."""
    order = facts.order(state.order)
    if order is None:
        return _without_order(state, facts, feedback)
    packed = sum((_pieces(line, line.packed) for line in order.lines), Decimal(0))
    line = _in_hand(state, order) or order.line(state.last)
    made = Prompt(
        instruction=_instruction(state, order),
        facts=_told(state, order, facts) | _returning(state, facts),
        document=order.number,
        item=_panel(line, state) if line else None,
        count=Count(format_quantity(packed), _total(order)),
        columns=COLUMNS,
        rows=tuple(_row(one, line.id if line else None) for one in order.lines),
        marks=marks(order),
        feedback=feedback,
        commands=_commands(state, order),
        choices=_choices(state, facts, order),
        ask=_ASKED.get(state.stage, ""),
        waiting=_waiting(state, order),
        note=words_beside(order, facts, line.sku if line else ""),
        carton=picture(order, facts) if state.stage is Stage.PACKING else None,
    )
    one = following(order, facts, state.stage) if state.stage in BEFORE else None
    return ask(made, one, order, facts, last=state.stage is Stage.LAST_EXTRA) if one else made


def _without_order(state: PackingState, facts: PackFacts, feedback: Feedback | None) -> Prompt:
    choosing = state.stage is Stage.ORDER
    offered = facts.orders if choosing else ()
    return Prompt(
        instruction="packing.choose_order" if choosing else "packing.scan_tote",
        feedback=feedback,
        commands=("CANCEL",) if choosing else (),
        choices=tuple(
            Choice(str(one.id), "packing.order", {"document": one.number, "partner": one.partner}) for one in offered
        ),
    )


def _in_hand(state: PackingState, order: PackOrder) -> OrderLine | None:
    """The goods of which one more code is wanted."""
    item = state.collected.item
    return next((line for line in order.lines if item and line.item == item.id), None)


def _pieces(line: OrderLine, quantity: Decimal) -> Decimal:
    """How many scans so much of a line is: goods that are weighed out are one, whatever they weigh."""
    if not line.decimals:
        return quantity
    return Decimal(1 if quantity and not line.open else 0)


def _total(order: PackOrder) -> str:
    wanted = (_pieces(line, line.packed) if line.closed else _wanted(line) for line in order.lines)
    return format_quantity(sum(wanted, Decimal(0)))


def _wanted(line: OrderLine) -> Decimal:
    return Decimal(1) if line.decimals else line.ordered


def _told(state: PackingState, order: PackOrder, facts: PackFacts) -> dict[str, str]:
    parcel = _parcel(state, order)
    told = {
        "document": order.number,
        "partner": order.partner,
        "carrier": order.carrier_name,
        "cut_off": order.cut_off,
        "cut_off_at": order.cut_off_at,
        "carton": parcel.sscc if parcel else "",
        "number": str(_number(order, parcel)),
        "tracking": parcel.tracking if parcel else "",
        "weight": format_quantity(state.measured.kg, "kg") if state.measured else "",
        "sku": state.more.item.label if state.more.item else "",
    }
    if state.stage is Stage.APPROVAL and parcel is not None and state.measured is not None:
        told |= _to_approve(state, order, parcel, facts, state.measured)
    if state.stage is Stage.SUPERVISOR and parcel is not None:
        told |= {"permission": "reverse", "reason": state.reason, "request": str(state.approval)}
        told |= {"content": opening_content(parcel.id, state.reason), "manifest": parcel.manifest}
    if parcel is not None and state.stage is Stage.LABELS:
        told |= {"printer": waits_at(facts, parcel)}
        if label := chosen_label(parcel):
            told |= {"label": label.uid, "kind": kind_of(label)}
    return told


def _to_approve(
    state: PackingState, order: PackOrder, parcel: Parcel, facts: PackFacts, measured: Measured
) -> dict[str, str]:
    """What a supervisor is asked to approve: which goods, and how far their weight is off."""
    units = {line.sku: line.unit for line in order.lines}
    goods = (amount(one.quantity, units.get(one.sku, DEFAULT_UNIT), one.sku) for one in parcel.contents)
    return {
        "permission": PERMISSION,
        "reason": state.reason,
        "request": str(state.approval),
        "content": weight_content(parcel.id, parcel.seen, measured.kg, manual=measured.manual, reason=state.reason),
        "goods": ", ".join(goods),
        "expected": kilograms(judge(order, parcel, facts, measured).expected_kg),
    }


def _returning(state: PackingState, facts: PackFacts) -> dict[str, str]:
    """Where goods go that no order wants any more."""
    asked = state.stage is Stage.RETURN_PLACE and facts.return_place
    return {"place": facts.return_place.address} if asked and facts.return_place else {}


def _parcel(state: PackingState, order: PackOrder) -> Parcel | None:
    closing = next((parcel for parcel in order.parcels if parcel.id == state.parcel), None)
    return closing or order.open_parcel


def _number(order: PackOrder, parcel: Parcel | None) -> int:
    """Which carton of the order this is, from 1."""
    return order.parcels.index(parcel) + 1 if parcel else len(order.parcels) + 1


def _waiting(state: PackingState, order: PackOrder) -> str:
    match state.stage:
        case Stage.WEIGHT:
            return "weight"
        case Stage.APPROVAL | Stage.SUPERVISOR:
            return "approval"
        case Stage.LABELS:
            parcel = _parcel(state, order)
            if parcel and needs_label(parcel):
                return ""
            if parcel and all_printed(parcel):
                return "carrier" if waits_for_carrier(parcel) else ""
            return "print_job"
        case _:
            return ""


def _instruction(state: PackingState, order: PackOrder) -> str:
    if state.stage is Stage.LABELS:
        return _about_labels(_parcel(state, order))
    if state.stage is Stage.SUPERVISOR:
        return "unpacking.at_supervisor"
    if state.collected.item is not None and state.stage in (Stage.PACKING, Stage.TAKE_OUT):
        return _number_wanted(state, order)
    if state.stage is not Stage.PACKING:
        typed = state.stage is Stage.APPROVAL and state.measured is not None and state.measured.manual
        return f"packing.at_{state.stage}{'_typed' if typed else ''}"
    if state.pending.raw:
        return "packing.scan_again"
    return "packing.scan_unit" if order.open else "packing.all_packed"


def _number_wanted(state: PackingState, order: PackOrder) -> str:
    """The goods are known, and not yet which piece or which lot they are."""
    line = _in_hand(state, order)
    is_piece = line is not None and "serial" in line.tracking and not state.collected.serial
    return "packing.scan_serial" if is_piece else "packing.scan_lot"


def _about_labels(parcel: Parcel | None) -> str:
    if parcel and needs_label(parcel):
        if parcel.refused:
            return "packing.carrier_refused"
        return "packing.buy_label" if parcel.carrier else "packing.nobody_carries"
    if parcel and (trouble := in_trouble(parcel)):
        if is_dead(trouble):
            again = "packing.print_slip" if kind_of(trouble) == SLIP else "packing.print_again"
            return "packing.undrawable" if trouble.detail == UNDRAWABLE else again
        return "packing.is_it_there"
    if parcel and all_printed(parcel) and waits_for_carrier(parcel):
        return "packing.carrier_silent" if parcel.in_doubt else "packing.wait_for_carrier"
    return "packing.scan_label" if parcel and all_printed(parcel) else "packing.labels_print"


def _commands(  # noqa: PLR0911  (one a question)
    state: PackingState, order: PackOrder
) -> tuple[str, ...]:
    match state.stage:
        case Stage.PACKING:
            more = ("QUANTITY",) if state.more.item and order.open else ()
            return ("UNDO", "CLOSE_BOX", "NEW_BOX", "SHORT", "CARTON", "TAKE_OUT", "SWAP", "PAUSE", *more)
        case Stage.WEIGHT:
            return ("CONFIRM", "MANUAL", "CANCEL")
        case Stage.OFF:
            return ("CANCEL",)
        case Stage.LABELS:
            parcel = _parcel(state, order)
            return ("REPRINT", "REOPEN", "PAUSE") if parcel and all_printed(parcel) else ("REOPEN", "PAUSE")
        case Stage.SEALED:
            return ("REOPEN", "UNPACK", "EXCHANGE", "CANCEL")
        case Stage.TAKE_OUT:
            return ("UNPACK", "CANCEL")
        case Stage.RETURN_PLACE:
            return ("CONFIRM", "CANCEL")
        case _:
            return ("CANCEL",)


def _choices(  # noqa: PLR0911  (one a question)
    state: PackingState, facts: PackFacts, order: PackOrder
) -> tuple[Choice, ...]:
    parcel = _parcel(state, order)
    match state.stage:
        case Stage.CARTON:
            return tuple(_carton_choice(one, proposed(order, facts)) for one in usable(order, facts))
        case Stage.REST:
            another = (Choice("NEW_BOX", "packing.another_carton"),) if order.picked else ()
            return (*another, Choice("BACKORDER", "packing.backorder"))
        case Stage.OFF:
            override = (Choice("OVERRIDE", "packing.override"),) if state.measured else ()
            return (Choice("CONFIRM", "packing.weigh_again"), *override, Choice("MANUAL", "packing.type_weight"))
        case Stage.REASON:
            kept = NO_SCALE if state.measured and state.measured.manual else WEIGHED
            return tuple(Choice(code, f"reason.{code}") for code in facts.reasons_for("pack") if code not in kept)
        case Stage.WHY:
            left_out = _NO_REASON_FOR.get(state.act, frozenset()) | {ORDER_ENDED}
            return tuple(Choice(code, f"reason.{code}") for code in facts.reasons_for("unpack") if code not in left_out)
        case Stage.REPRINT | Stage.NOTE_AGAIN:
            return tuple(Choice(code, f"reason.{code}") for code in facts.reasons_for("print"))
        case Stage.WHICH_LABEL if parcel:
            return tuple(
                Choice(str(one.job), f"packing.label_{kind_of(one)}", {"label": one.uid}) for one in parcel.labels
            )
        case Stage.PRINTER if parcel:
            others = other_printers(facts, parcel)
            return tuple(Choice(str(one.id), "packing.printer", {"printer": one.name}) for one in others)
        case Stage.LABELS if parcel:
            return _label_choices(facts, parcel)
        case _:
            return ()


def _carton_choice(carton: CartonType, best: PackedCarton | None) -> Choice:
    """A kind of carton; the one that is proposed is said to be."""
    fits = "_fits" if best is not None and best.box.code == carton.code else ""
    return Choice(carton.code, f"packing.carton{fits}", {"box": carton.called, "tare": format_quantity(carton.tare)})


def _label_choices(facts: PackFacts, parcel: Parcel) -> tuple[Choice, ...]:
    trouble = in_trouble(parcel)
    if needs_label(parcel):
        return (Choice("BUY", "packing.buy"),) if facts.printers else ()
    if trouble is not None:
        anyway = "packing.print_anyway" if trouble.detail == UNDRAWABLE else "packing.reprint"
        again = Choice("REPRINT", anyway, {"label": trouble.uid})
        return (again,) if is_dead(trouble) else (again, Choice("VOID", "packing.void", {"label": trouble.uid}))
    waits = any(label.state is PrintState.QUEUED for label in parcel.labels)
    return (Choice("OTHER_PRINTER", "packing.other_printer"),) if waits and other_printers(facts, parcel) else ()


def _panel(line: OrderLine, state: PackingState) -> ItemPanel:
    details = [("caption.lot", state.collected.lot), ("caption.serial", state.collected.serial)]
    details.append(("packing.part_of", line.bundle))
    return ItemPanel(line.sku, line.name, details=tuple((name, value) for name, value in details if value))


def _row(line: OrderLine, last: UUID | None) -> Row:
    state = "current" if line.id == last else "open" if line.open else "done"
    name = f"{line.name} · {line.bundle}" if line.bundle else line.name
    cells = (line.sku, name, format_quantity(line.packed), format_quantity(line.ordered), line.unit)
    return Row(cells, state)
