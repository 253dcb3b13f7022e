"""Items: how files describe them, what people see and write of them, their variants, categories and lives.

`files` reads products of a file; `amounts` says how much of what; `products` are the nouns that screens and commands
speak of, with the declaration of their fields; `variants` makes the missing variants of a template; `categorising`
chooses categories by rules. What is stored, and what may be changed there, is not known here.
"""

from app.domain.catalog.amounts import amount
from app.domain.catalog.files import (
    DEFAULT_UNIT,
    LONGEST_SKU,
    Barcode,
    PackUnit,
    ProductData,
    StockLevels,
    Tracking,
    read_products,
    unit_name,
)

__all__ = [
    "DEFAULT_UNIT",
    "LONGEST_SKU",
    "Barcode",
    "PackUnit",
    "ProductData",
    "StockLevels",
    "Tracking",
    "amount",
    "read_products",
    "unit_name",
]
