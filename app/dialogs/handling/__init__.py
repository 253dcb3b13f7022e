"""Handling units: a pallet, case or carton in hand is moved, put onto another, split, merged or unpacked by scan."""

from app.dialogs.definition import Dialog
from app.dialogs.handling.commands import Command, execute
from app.dialogs.handling.facts import read
from app.dialogs.handling.state import HandlingState
from app.dialogs.handling.step import step
from app.services.handling_units import HandlingFacts

HANDLING: Dialog[HandlingState, HandlingFacts, Command] = Dialog(
    capability="handling",
    version=1,
    state=HandlingState,
    start=HandlingState,
    facts=read,
    step=step,
    execute=execute,
)
