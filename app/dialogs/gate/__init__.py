"""The gate: a truck is found by what is on it or in its papers, checked in, sent to a door, checked out."""

from app.dialogs.definition import Dialog
from app.dialogs.gate.commands import GateCommand, execute
from app.dialogs.gate.facts import GateFacts, read
from app.dialogs.gate.state import GateState
from app.dialogs.gate.step import step

GATE: Dialog[GateState, GateFacts, GateCommand] = Dialog(
    capability="gate",
    version=1,
    state=GateState,
    start=GateState,
    facts=read,
    step=step,
    execute=execute,
)
