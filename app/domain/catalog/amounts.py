"""How much of what, as people read it."""

from decimal import Decimal

from app.domain.catalog.files import DEFAULT_UNIT
from app.domain.values import format_quantity


def amount(quantity: Decimal, unit: str, sku: str) -> str:
    """How much of what, in base units, as one fact: `28 × FOOD-OATS-500` of pieces, `2.5 kg FRESH-CARROT` of the rest.

    It holds no word of any language, so that every sentence can take it as it is.
    """
    if unit == DEFAULT_UNIT:
        return f"{format_quantity(quantity)} × {sku}"
    return f"{format_quantity(quantity, unit)} {sku}"
