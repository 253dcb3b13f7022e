"""What every decision of receiving ends with: the next state, what is shown for it, and the commands."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Feedback, Outcome
from app.dialogs.receiving.commands import Book, BookUnit, Command
from app.dialogs.receiving.prompt import Now, show
from app.dialogs.receiving.state import ReceivingState
from app.domain.receiving import Collected
from app.services.receiving import ReceivingFacts

Out = Outcome[ReceivingState, Command]
NOTHING = Collected()


def shown(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None, *commands: Command) -> Out:
    """Show a state and do these commands."""
    return Outcome(state, show(state, facts, feedback, now=_now(commands)), commands)


def refuse(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback) -> Out:
    """An error clears what was collected: the next scan starts afresh."""
    return shown(replace(state, collected=NOTHING, pending=Pending(), asking=""), facts, feedback)


def _now(commands: tuple[Command, ...]) -> Now:
    """What this very step books, which the facts do not hold yet."""
    booked: dict[UUID, Decimal] = defaultdict(Decimal)
    units = []
    for command in commands:
        match command:
            case Book(move):
                booked[move.line or move.item] += move.qty
            case BookUnit(_, unit):
                units.append(unit.id)
                for goods in unit.goods:
                    booked[goods.line] += goods.qty
            case _:
                pass
    return Now(booked, frozenset(units))
