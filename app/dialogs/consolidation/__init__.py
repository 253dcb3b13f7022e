"""Consolidation: where a tote belongs, whether its order is together, and sorting what was picked into one tote."""

from app.dialogs.consolidation.commands import Command, execute
from app.dialogs.consolidation.facts import read
from app.dialogs.consolidation.state import ConsolidationState
from app.dialogs.consolidation.step import step
from app.dialogs.definition import Dialog
from app.services.consolidation import ConsolidationFacts

CONSOLIDATION: Dialog[ConsolidationState, ConsolidationFacts, Command] = Dialog(
    capability="consolidation",
    version=1,
    state=ConsolidationState,
    start=ConsolidationState,
    facts=read,
    step=step,
    execute=execute,
)
