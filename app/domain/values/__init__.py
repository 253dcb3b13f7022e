"""The smallest nouns: quantities, pack factors, money, and what is said about a file that somebody brings.

`quantity` and `money` are exact; `findings` names what is wrong with a file, and where; `difference` compares what a
file wants with what is there; `words` reads what people type into a filter. Which item, bin or order is meant is the
business of the floors above.
"""

from app.domain.values.difference import Change, Changed, Difference, compare, leaves
from app.domain.values.fields import Field, FieldKind, Value
from app.domain.values.findings import Finding, Findings, Node, Place, Section, Severity
from app.domain.values.money import Money
from app.domain.values.quantity import (
    MAX_DECIMALS,
    MOST_TYPED,
    Quantity,
    UnitOfEntry,
    checked_amount,
    format_quantity,
    from_base,
    grouped,
    in_precision,
    parse_factor,
    parse_in_units,
    parse_quantity,
    to_base,
)
from app.domain.values.words import bare, filter_words, is_whole, whole

__all__ = [
    "MAX_DECIMALS",
    "MOST_TYPED",
    "Change",
    "Changed",
    "Difference",
    "Field",
    "FieldKind",
    "Finding",
    "Findings",
    "Money",
    "Node",
    "Place",
    "Quantity",
    "Section",
    "Severity",
    "UnitOfEntry",
    "Value",
    "bare",
    "checked_amount",
    "compare",
    "filter_words",
    "format_quantity",
    "from_base",
    "grouped",
    "in_precision",
    "is_whole",
    "leaves",
    "parse_factor",
    "parse_in_units",
    "parse_quantity",
    "to_base",
    "whole",
]
