"""How a step at the bench ends: the next state, its commands, and the prompt as it is once they are done."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.database.packing import Closing, PackMove
from app.dialogs.definition import Pending
from app.dialogs.dialog import Feedback, Outcome
from app.dialogs.packing.commands import (
    BuyLabel,
    ChooseCarton,
    CloseCarton,
    Command,
    NoteExtra,
    PackUnit,
    PrintNote,
    ReprintLabel,
    SettleLabel,
    UseOtherPrinter,
)
from app.dialogs.packing.printing import gift_note
from app.dialogs.packing.prompt import show
from app.dialogs.packing.state import PackingState, Stage
from app.dialogs.packing.taking_back import ReopenCarton
from app.dialogs.packing.wishes import asked, note_is_due
from app.domain.packing.extras import Done
from app.domain.printing import PrintState
from app.domain.receiving import Collected
from app.domain.shipping import ParcelState
from app.services.packing import Label, Packed, PackFacts, PackOrder, Parcel

Out = Outcome[PackingState, Command]


def end(state: PackingState, facts: PackFacts, feedback: Feedback | None, *commands: Command) -> Out:
    """The next state, shown with what its commands do."""
    for command in commands:
        facts = _after(facts, command)
    state = asked(state, facts)
    order = facts.order(state.order)
    if state.stage is Stage.LAST_EXTRA and order and facts.printers and note_is_due(order, facts):
        before = order.gift_label.job if order.gift_label else None
        note = PrintNote(order.id, facts.printers[0].id, gift_note(order), before)
        commands, facts = (*commands, note), _after(facts, note)
    return Outcome(state, show(state, facts, feedback), commands)


def refuse(state: PackingState, facts: PackFacts, feedback: Feedback) -> Out:
    """An error clears what was collected: the next scan starts afresh."""
    return end(replace(state, collected=Collected(), pending=Pending()), facts, feedback)


def _after(facts: PackFacts, command: Command) -> PackFacts:  # noqa: C901, PLR0911  (one a kind of command)
    """The facts once a command is done, as far as the prompt shows them; the next step reads them afresh."""
    match command:
        case PackUnit():
            return _packed(facts, command)
        case CloseCarton(closing):
            return _with_parcel(facts, closing.parcel, lambda parcel: _closed(parcel, closing))
        case ChooseCarton(parcel_id, carton):
            return _with_parcel(facts, parcel_id, lambda one: replace(one, carton=carton))
        case ReopenCarton(parcel=parcel_id):
            return _with_parcel(facts, parcel_id, lambda one: _state(one, ParcelState.OPEN, ""))
        case NoteExtra(document, parcel_id, extra, sku):
            done = Done(extra.code, sku, parcel_id, quantity=command.quantity)
            return _with_order(facts, document, lambda order: replace(order, done=(*order.done, done)))
        case PrintNote(document):
            return _with_order(facts, document, lambda order: replace(order, gift_label=_note(order, command)))
        case SettleLabel(job, there):
            state = PrintState.CONFIRMED if there else PrintState.VOIDED
            return _with_label(facts, job, lambda label: replace(label, state=state))
        case ReprintLabel():
            return _with_label(facts, command.job, lambda label: _queued(label, command))
        case BuyLabel(parcel_id):
            return _with_parcel(facts, parcel_id, lambda one: replace(one, to_buy=False, refused=""))
        case UseOtherPrinter(jobs, printer):
            for job in jobs:
                facts = _with_label(facts, job, lambda label: replace(label, printer=printer))
                facts = _with_note(facts, job, printer)
            return facts
        case _:
            return facts


def _state(parcel: Parcel, state: ParcelState, tracking: str) -> Parcel:
    return replace(parcel, state=state, tracking=tracking, labels=())


def _closed(parcel: Parcel, closing: Closing) -> Parcel:
    closed = _state(parcel, ParcelState.CLOSED, closing.tracking)
    return replace(closed, carrier=closing.carrier, refused="", to_buy=closing.purchase is None)


def _queued(label: Label, command: ReprintLabel) -> Label:
    return replace(label, state=PrintState.QUEUED, uid=command.content.uid, printer=command.printer)


def _note(order: PackOrder, command: PrintNote) -> Label:
    """The gift note that is to print now."""
    known, content = order.gift_label, command.content
    job = known.job if known else order.id
    return Label(job, content.template, content.uid, PrintState.QUEUED, command.printer, 0, content.fields)


def _with_note(facts: PackFacts, job: UUID, printer: UUID) -> PackFacts:
    """A gift note goes to another printer."""
    orders = (
        replace(one, gift_label=replace(one.gift_label, printer=printer))
        if one.gift_label and one.gift_label.job == job
        else one
        for one in facts.orders
    )
    return replace(facts, orders=tuple(orders))


def _packed(facts: PackFacts, command: PackUnit) -> PackFacts:
    """Goods went from the tote into the carton."""
    orders = tuple(_with_packed(order, command) for order in facts.orders)
    return _with_parcel(
        replace(facts, orders=orders),
        command.parcel.id,
        lambda parcel: replace(parcel, contents=(*parcel.contents, *(_in_carton(move) for move in command.moves))),
    )


def _with_packed(order: PackOrder, command: PackUnit) -> PackOrder:
    def moved(key: tuple[UUID, ...]) -> Decimal:
        """How much of a line, or of one stock key of it, was moved."""
        moves = ((move.line, move.location, move.trace, move.unit, move.qty) for move in command.moves)
        return sum((qty for *of, qty in moves if tuple(of[: len(key)]) == key), Decimal(0))

    touched = {move.line for move in command.moves}  # of hundreds of lines a scan is about one
    picked = (
        replace(one, quantity=one.quantity - moved((one.line, one.location, one.trace, one.unit)))
        if one.line in touched
        else one
        for one in order.picked
    )
    return replace(
        order,
        lines=tuple(
            replace(one, packed=one.packed + moved((one.id,))) if one.id in touched else one for one in order.lines
        ),
        picked=tuple(one for one in picked if one.quantity > 0),
    )


def _in_carton(move: PackMove) -> Packed:
    """What a move brought, as far as a prompt speaks of it."""
    return Packed(move.item, "", move.qty, "", "", None, Decimal(0), 0)


def _with_parcel(facts: PackFacts, parcel: UUID, change: Callable[[Parcel], Parcel]) -> PackFacts:
    orders = (
        replace(order, parcels=tuple(change(one) if one.id == parcel else one for one in order.parcels))
        for order in facts.orders
    )
    return replace(facts, orders=tuple(orders))


def _with_order(facts: PackFacts, identity: UUID, change: Callable[[PackOrder], PackOrder]) -> PackFacts:
    return replace(facts, orders=tuple(change(one) if one.id == identity else one for one in facts.orders))


def _with_label(facts: PackFacts, job: UUID, change: Callable[[Label], Label]) -> PackFacts:
    def changed(parcel: Parcel) -> Parcel:
        return replace(parcel, labels=tuple(change(one) if one.job == job else one for one in parcel.labels))

    for parcel in (parcel for order in facts.orders for parcel in order.parcels):
        if any(label.job == job for label in parcel.labels):
            facts = _with_parcel(facts, parcel.id, changed)
    return facts
