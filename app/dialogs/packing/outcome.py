"""How a step at the bench ends: the next state, its commands, and the prompt as it is once they are done."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Feedback, Outcome
from app.dialogs.packing.commands import (
    CloseCarton,
    Command,
    PackUnit,
    ReopenCarton,
    ReprintLabel,
    SettleLabel,
    UseOtherPrinter,
)
from app.dialogs.packing.prompt import show
from app.dialogs.packing.state import PackingState
from app.domain.printing import PrintState
from app.domain.receiving import Collected
from app.domain.shipping import ParcelState
from app.services.packing import Label, PackFacts, Parcel

Out = Outcome[PackingState, Command]


def end(state: PackingState, facts: PackFacts, feedback: Feedback | None, *commands: Command) -> Out:
    """The next state, shown with what its commands do."""
    for command in commands:
        facts = _after(facts, command)
    return Outcome(state, show(state, facts, feedback), commands)


def refuse(state: PackingState, facts: PackFacts, feedback: Feedback) -> Out:
    """An error clears what was collected: the next scan starts afresh."""
    return end(replace(state, collected=Collected(), pending=Pending()), facts, feedback)


def _after(facts: PackFacts, command: Command) -> PackFacts:  # noqa: PLR0911  (one a kind of command)
    """The facts once a command is done, as far as the prompt shows them; the next step reads them afresh."""
    match command:
        case PackUnit():
            return _packed(facts, command)
        case CloseCarton(closing):
            return _with_parcel(
                facts, closing.parcel, lambda parcel: _state(parcel, ParcelState.CLOSED, closing.tracking)
            )
        case ReopenCarton(parcel_id):
            return _with_parcel(facts, parcel_id, lambda one: _state(one, ParcelState.OPEN, ""))
        case SettleLabel(job, there):
            state = PrintState.CONFIRMED if there else PrintState.VOIDED
            return _with_label(facts, job, lambda label: replace(label, state=state))
        case ReprintLabel():
            return _with_label(facts, command.job, lambda label: _queued(label, command))
        case UseOtherPrinter(jobs, printer):
            for job in jobs:
                facts = _with_label(facts, job, lambda label: replace(label, printer=printer))
            return facts
        case _:
            return facts


def _state(parcel: Parcel, state: ParcelState, tracking: str) -> Parcel:
    return replace(parcel, state=state, tracking=tracking, labels=())


def _queued(label: Label, command: ReprintLabel) -> Label:
    return replace(label, state=PrintState.QUEUED, uid=command.content.uid, printer=command.printer)


def _packed(facts: PackFacts, command: PackUnit) -> PackFacts:
    taken: dict[UUID, Decimal] = {}
    for move in command.moves:
        taken[move.line] = taken.get(move.line, Decimal(0)) + move.qty
    orders = (
        replace(order, lines=tuple(replace(one, packed=one.packed + taken.get(one.id, 0)) for one in order.lines))
        for order in facts.orders
    )
    return replace(facts, orders=tuple(orders))


def _with_parcel(facts: PackFacts, parcel: UUID, change: Callable[[Parcel], Parcel]) -> PackFacts:
    orders = (
        replace(order, parcels=tuple(change(one) if one.id == parcel else one for one in order.parcels))
        for order in facts.orders
    )
    return replace(facts, orders=tuple(orders))


def _with_label(facts: PackFacts, job: UUID, change: Callable[[Label], Label]) -> PackFacts:
    def changed(parcel: Parcel) -> Parcel:
        return replace(parcel, labels=tuple(change(one) if one.job == job else one for one in parcel.labels))

    for parcel in (parcel for order in facts.orders for parcel in order.parcels):
        if any(label.job == job for label in parcel.labels):
            facts = _with_parcel(facts, parcel.id, changed)
    return facts
