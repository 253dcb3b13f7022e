"""Shipping: each carton is scanned into the truck; what was scanned has left, and at the end the truck."""

from app.dialogs.definition import Dialog
from app.dialogs.shipping.commands import Command, execute
from app.dialogs.shipping.facts import read
from app.dialogs.shipping.state import ShippingState
from app.dialogs.shipping.step import step
from app.services.shipping import ShippingFacts

SHIPPING: Dialog[ShippingState, ShippingFacts, Command] = Dialog(
    capability="shipping",
    version=2,
    state=ShippingState,
    start=ShippingState,
    facts=read,
    step=step,
    execute=execute,
)
