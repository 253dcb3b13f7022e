"""Picking: an order and its tote, then bin after bin: bin, goods, how many."""

from app.dialogs.definition import Dialog
from app.dialogs.picking.commands import Command, execute
from app.dialogs.picking.facts import read
from app.dialogs.picking.state import PickingState
from app.dialogs.picking.step import step
from app.services.picking import PickingFacts

PICKING: Dialog[PickingState, PickingFacts, Command] = Dialog(
    capability="picking",
    version=1,
    state=PickingState,
    start=PickingState,
    facts=read,
    step=step,
    execute=execute,
    about=lambda state: state.document,
)
