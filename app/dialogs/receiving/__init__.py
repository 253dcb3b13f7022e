"""Receiving at the dock: order, goods with lot and expiry, quantity, next; everything booked at once."""

from app.dialogs.definition import Dialog
from app.dialogs.receiving.commands import Command, execute
from app.dialogs.receiving.facts import read
from app.dialogs.receiving.state import ReceivingState
from app.dialogs.receiving.step import step
from app.services.receiving import ReceivingFacts

RECEIVING: Dialog[ReceivingState, ReceivingFacts, Command] = Dialog(
    capability="receiving",
    version=1,
    state=ReceivingState,
    start=ReceivingState,
    facts=read,
    step=step,
    execute=execute,
)
