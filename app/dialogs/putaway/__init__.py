"""Put-away: goods at the dock, one proposed bin with its reason, the bin scanned, booked."""

from app.dialogs.definition import Dialog
from app.dialogs.putaway.commands import Command, execute
from app.dialogs.putaway.facts import read
from app.dialogs.putaway.state import PutawayState
from app.dialogs.putaway.step import step
from app.services.putaway import PutawayFacts

PUTAWAY: Dialog[PutawayState, PutawayFacts, Command] = Dialog(
    capability="putaway",
    version=1,
    state=PutawayState,
    start=PutawayState,
    facts=read,
    step=step,
    execute=execute,
)
