"""Picking carts as use cases: which there are, made and changed one by one."""

from uuid import UUID

from app.database import carts as store
from app.database.carts import Cart
from app.services.work import UnitOfWork

__all__ = ["CART", "Cart", "carts", "save"]
CART = "cart"
"""The kind of change after which carts are read again."""


def carts(unit: UnitOfWork, warehouse: UUID) -> tuple[Cart, ...]:
    """The carts of a warehouse, those in use before those that were taken out of it."""
    return store.carts(unit.session, warehouse)


def save(unit: UnitOfWork, warehouse: UUID, cart: Cart) -> None:
    """Add a cart, or change the one with this number. Refuses `carts.wrong` and `carts.number_taken`."""
    store.save(unit.session, warehouse, cart)
    unit.changed(CART)
