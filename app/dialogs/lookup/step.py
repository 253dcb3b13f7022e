"""What is this code? Pure: from what was found to what is shown. Nothing is ever changed."""

from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Choice, Event, Feedback, Key, Outcome, Prompt, Scanned
from app.dialogs.grammar import error, kind_of, not_understood, warning
from app.dialogs.lookup.answer import answer
from app.dialogs.lookup.facts import wanted
from app.dialogs.lookup.state import LookupState
from app.domain.codes import read_code
from app.domain.scanning import Candidate
from app.services.lookup import LookupFacts
from app.services.work import UnitOfWork

Out = Outcome[LookupState, None]
_NOTHING = LookupState()


def step(state: LookupState, event: Event, facts: LookupFacts) -> Out:
    """One code."""
    match event:
        case Scanned():
            return _scan(state, event, facts)
        case Key() if chosen := wanted(state, event):
            return Outcome(_NOTHING, answer(chosen, facts, ()))
        case Key() if event.command != "CANCEL":
            return Outcome(state, _ask(state, error("dialog.not_now", command=event.command)))
        case Key():
            return Outcome(_NOTHING, _ask(_NOTHING, None))
        case _:
            return Outcome(state, _ask(state, None))


def _scan(state: LookupState, event: Scanned, facts: LookupFacts) -> Out:
    """A command or a badge is named like anything else: here no code does anything."""
    elements = read_code(event.scan.raw, event.scan.symbology).elements
    found = event.reading.candidates
    if one := wanted(state, event):
        return Outcome(_NOTHING, answer(one, facts, elements))
    if found:
        offered = LookupState(found)
        return Outcome(offered, _ask(offered, warning("lookup.several", scan=event.scan.raw, count=len(found))))
    if elements and not event.reading.faults:
        return Outcome(_NOTHING, answer(None, facts, elements))
    return Outcome(_NOTHING, _ask(_NOTHING, not_understood(event)))


def _ask(state: LookupState, feedback: Feedback | None) -> Prompt:
    return Prompt(
        instruction="lookup.choose" if state.offered else "lookup.scan_any",
        feedback=feedback,
        commands=("CANCEL",) if state.offered else (),
        choices=tuple(_choice(one) for one in state.offered),
    )


def _choice(one: Candidate) -> Choice:
    return Choice(str(one.id), f"lookup.{one.kind}", {"label": one.label, "name": one.name, "kind": kind_of(one)})


def execute(_unit: UnitOfWork, _where: Where, _command: None) -> Effect:
    """Look-up has no commands."""
    return Effect()
