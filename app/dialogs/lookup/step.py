"""What is this code? Pure: from what was found to what is shown. Nothing is changed; labels are printed anew."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogs.dialog import Choice, Event, Feedback, Key, Outcome, Prompt, Result, Scanned
from app.dialogs.grammar import error, kind_of, not_understood, warning
from app.dialogs.lookup import labelling
from app.dialogs.lookup.answer import answer
from app.dialogs.lookup.facts import wanted
from app.dialogs.lookup.labelling import Out
from app.dialogs.lookup.state import LookupState
from app.domain.codes import read_code
from app.domain.codes.gs1 import Element
from app.domain.scanning import Candidate
from app.services.lookup import LookupFacts

_NOTHING = LookupState()


def step(state: LookupState, event: Event, facts: LookupFacts) -> Out:
    """One code, or a key about labels of what was looked up."""
    match event:
        case Scanned():
            return _scan(state, event, facts)
        case Key():
            return _key(state, event, facts)
        case Result():
            return labelling.heard(state, event, facts)
        case _:
            return Outcome(state, _ask(state, facts, None))


def _key(state: LookupState, event: Key, facts: LookupFacts) -> Out:
    if chosen := wanted(state, event):
        return _told(LookupState(about=chosen), chosen, facts, ())
    if pressed := labelling.press(state, event, facts):
        return pressed
    if event.command != "CANCEL":
        return Outcome(state, _ask(state, facts, error("dialog.not_now", command=event.command)))
    return Outcome(_NOTHING, _ask(_NOTHING, facts, None))


def _scan(state: LookupState, event: Scanned, facts: LookupFacts) -> Out:
    """A command or a badge is named like anything else: here no code does anything."""
    elements = read_code(event.scan.raw, event.scan.symbology).elements
    found = event.reading.candidates
    if one := wanted(state, event):
        about = LookupState(about=one, lot=event.reading.lot or "", serial=event.reading.serial or "")
        return _told(about, one, facts, elements)
    if found:
        offered = LookupState(found)
        return Outcome(offered, _ask(offered, facts, warning("lookup.several", scan=event.scan.raw, count=len(found))))
    if elements and not event.reading.faults:
        return Outcome(_NOTHING, answer(None, facts, elements))
    return Outcome(_NOTHING, _ask(_NOTHING, facts, not_understood(event)))


def _told(state: LookupState, found: Candidate, facts: LookupFacts, elements: Sequence[Element]) -> Out:
    shown = answer(found, facts, elements)
    return Outcome(state, replace(shown, commands=labelling.keys(state, shown)))


def _ask(state: LookupState, facts: LookupFacts, feedback: Feedback | None) -> Prompt:
    if state.about:
        return labelling.prompt(state, facts, feedback)
    return Prompt(
        instruction="lookup.choose" if state.offered else "lookup.scan_any",
        feedback=feedback,
        commands=("CANCEL",) if state.offered else (),
        choices=tuple(_choice(one) for one in state.offered),
    )


def _choice(one: Candidate) -> Choice:
    return Choice(str(one.id), f"lookup.{one.kind}", {"label": one.label, "name": one.name, "kind": kind_of(one)})
