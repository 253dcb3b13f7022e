"""Pack verification: every unit against the order, the carton against its weight, the label against the carton."""

from app.dialogs.definition import Dialog
from app.dialogs.packing.commands import Command, execute
from app.dialogs.packing.facts import read
from app.dialogs.packing.state import PackingState
from app.dialogs.packing.step import step
from app.services.packing import PackFacts

PACKING: Dialog[PackingState, PackFacts, Command] = Dialog(
    capability="packing",
    version=1,
    state=PackingState,
    start=PackingState,
    facts=read,
    step=step,
    execute=execute,
    about=lambda state: state.order,
)
