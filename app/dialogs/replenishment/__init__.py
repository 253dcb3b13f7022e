"""Replenishment: goods from reserve to the pick face, bin by bin, each place scanned."""

from app.dialogs.definition import Dialog
from app.dialogs.replenishment.commands import Command, execute
from app.dialogs.replenishment.facts import read
from app.dialogs.replenishment.state import ReplenishmentState
from app.dialogs.replenishment.step import step
from app.services.replenishment import ReplenishmentFacts

REPLENISHMENT: Dialog[ReplenishmentState, ReplenishmentFacts, Command] = Dialog(
    capability="replenishment",
    version=1,
    state=ReplenishmentState,
    start=ReplenishmentState,
    facts=read,
    step=step,
    execute=execute,
)
