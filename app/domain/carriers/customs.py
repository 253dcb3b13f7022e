"""What customs want to know of a carton: whether it crosses their border, and its goods on a form with few lines.

Countries by ISO 3166-1 alpha-2. The customs union is that of the European Union, with Monaco (Regulation (EU)
No 952/2013, article 4); Northern Ireland, islands and free zones are not told apart.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from app.domain.carriers.model import CustomsLine
from app.domain.values import format_quantity

CUSTOMS_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"),
        *("LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


class Incoterm(StrEnum):
    """Who pays and who bears the risk until where: the eleven terms of Incoterms 2020."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"


CN22_ROWS = 4
"""How many kinds of goods the form CN22 has room for; the rest is one line together."""


def crosses_customs(sent_from: str, to: str) -> bool:
    """Whether goods between two countries have to be declared; not where one of them is unknown."""
    if not sent_from or not to or sent_from == to:
        return False
    return not {sent_from, to} <= CUSTOMS_UNION


def in_room(goods: Sequence[CustomsLine], *, rows: int = CN22_ROWS, more: str) -> tuple[CustomsLine, ...]:
    """The goods that a form has room for; the rest together on its last line, which `more` names."""
    if len(goods) <= rows:
        return tuple(goods)
    rest = goods[rows - 1 :]
    together = CustomsLine(
        f"{more}: {', '.join(one.description for one in rest)}",
        sum((one.quantity for one in rest), Decimal(0)),
        "",
        weight_kg=sum((one.weight_kg for one in rest), Decimal(0)),
        value=sum((one.value for one in rest), Decimal(0)) if all(one.value for one in rest) else Decimal(0),
    )
    return (*goods[: rows - 1], together)


def declared(*values: Decimal) -> str:
    """The worth of goods together as it is written on a declaration.

    Nothing is worth nothing to customs: where some have no price, a dash stands there, and a person writes the worth.
    """
    return f"{sum(values, Decimal(0)):.2f}" if values and all(values) else "-"


def undeclared(goods: Sequence[CustomsLine]) -> tuple[str, ...]:
    """The goods of which customs would miss something: worth, tariff number or origin."""
    return tuple(one.description for one in goods if not (one.value and one.hs_code and one.origin))


def cn22_fields(goods: Sequence[CustomsLine], *, currency: str, gross_kg: Decimal) -> dict[str, str]:
    """What stands on the label CN22 beside addresses: up to four kinds of goods, and the totals.

    In English, which every post reads. Weights in kg; the total weight is gross, the total value in `currency`.
    """
    said: dict[str, str] = {}
    for n, one in enumerate(in_room(goods, more="Further goods"), 1):
        said[f"goods_{n}"] = f"{format_quantity(one.quantity, one.unit)} {one.description}".strip()
        said[f"tariff_{n}"] = f"HS {one.hs_code or '-'}  Origin {one.origin or '-'}"
        said[f"weight_{n}"] = f"{one.weight_kg:.3f}"
        said[f"value_{n}"] = declared(one.value)
    worth = declared(*(one.value for one in goods))
    return {**said, "weight": f"{gross_kg:.3f}", "value": worth, "currency": currency}
