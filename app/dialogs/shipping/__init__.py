"""Shipping: each carton is scanned into the truck; what was scanned has left."""

from app.dialogs.definition import Dialog
from app.dialogs.shipping.commands import Ship, execute
from app.dialogs.shipping.facts import read
from app.dialogs.shipping.state import ShippingState
from app.dialogs.shipping.step import step
from app.services.shipping import ShippingFacts

SHIPPING: Dialog[ShippingState, ShippingFacts, Ship] = Dialog(
    capability="shipping",
    version=1,
    state=ShippingState,
    start=ShippingState,
    facts=read,
    step=step,
    execute=execute,
)
