"""Goods as people name them: SKUs with quantities as they are typed, in whatever unit."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from app.database import entry as store
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.values import UnitOfEntry, parse_in_units
from app.services.work import UnitOfWork


def in_base_units(unit: UnitOfWork, wanted: Mapping[str, str]) -> dict[UUID, Decimal]:
    """Quantities in base units by item. Refuses `item.unknown` and what `parse_in_units` refuses."""
    known = store.items(unit.session, list(wanted))
    for sku in wanted:
        if sku not in known:
            raise Refusal("item.unknown", sku=sku)
    return {
        known[sku]["id"]: parse_in_units(
            text,
            base=known[sku]["base_uom"],
            units=as_nouns(known[sku]["units"], tuple[UnitOfEntry, ...]),
            decimals=known[sku]["decimals"],
        )
        for sku, text in wanted.items()
    }
