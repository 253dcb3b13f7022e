"""Look-up: what is this code? Any code, at any time; of goods and pallets that are found labels can be printed."""

from app.dialogs.definition import Dialog
from app.dialogs.lookup.facts import read
from app.dialogs.lookup.labelling import Command, execute
from app.dialogs.lookup.state import LookupState
from app.dialogs.lookup.step import step
from app.services.lookup import LookupFacts

LOOKUP: Dialog[LookupState, LookupFacts, Command] = Dialog(
    capability="lookup",
    version=2,
    state=LookupState,
    start=LookupState,
    facts=read,
    step=step,
    execute=execute,
)
