"""Look-up: what is this code? Any code, at any time; nothing is changed."""

from app.dialogs.definition import Dialog
from app.dialogs.lookup.facts import read
from app.dialogs.lookup.state import LookupState
from app.dialogs.lookup.step import execute, step
from app.services.lookup import LookupFacts

LOOKUP: Dialog[LookupState, LookupFacts, None] = Dialog(
    capability="lookup",
    version=1,
    state=LookupState,
    start=LookupState,
    facts=read,
    step=step,
    execute=execute,
)
