"""Picking carts as they are stored."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database.session import Session, all_as, query


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart: room for so many totes, `litres` and `kg` (None: no limit); `walk` is under way with it, '' for none."""

    number: str
    name: str
    slots: int
    litres: Decimal | None = None
    kg: Decimal | None = None
    active: bool = True
    walk: str = ""


def carts(session: Session, warehouse: UUID) -> tuple[Cart, ...]:
    """The carts of a warehouse, those in use before those that were taken out of it."""
    return all_as(session.rows(query("carts"), warehouse=warehouse), Cart)


def save(session: Session, warehouse: UUID, cart: Cart) -> None:
    """Add a cart, or change the one with this number."""
    session.call(
        "save_cart",
        warehouse=warehouse,
        number=cart.number,
        name=cart.name,
        slots=cart.slots,
        litres=cart.litres,
        kg=cart.kg,
        active=cart.active,
    )
