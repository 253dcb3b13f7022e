"""Paper lists: what was picked by a printed list is entered, line by line or all at once."""

from app.dialogs.definition import Dialog
from app.dialogs.paper.commands import Command, execute
from app.dialogs.paper.facts import read
from app.dialogs.paper.state import PaperState
from app.dialogs.paper.step import step
from app.services.picking import PickingFacts

PAPER: Dialog[PaperState, PickingFacts, Command] = Dialog(
    capability="paper",
    version=1,
    state=PaperState,
    start=PaperState,
    facts=read,
    step=step,
    execute=execute,
)
