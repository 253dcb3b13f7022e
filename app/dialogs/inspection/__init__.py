"""Inspection: the goods that wait are looked at piece by piece, and what becomes of their lot is decided."""

from app.dialogs.definition import Dialog
from app.dialogs.inspection.commands import Command, execute
from app.dialogs.inspection.facts import InspectionFacts, read
from app.dialogs.inspection.state import InspectionState
from app.dialogs.inspection.step import step

INSPECTION: Dialog[InspectionState, InspectionFacts, Command] = Dialog(
    capability="inspection",
    version=1,
    state=InspectionState,
    start=InspectionState,
    facts=read,
    step=step,
    execute=execute,
)
"""What inspecting does."""
