"""How goods, weights and lots are written on the command line: SKU=…, one a word."""

import argparse
from datetime import date
from decimal import Decimal, InvalidOperation

from app.domain.errors import Refusal


def pair(typed: str) -> tuple[str, str]:
    """SKU=QTY, such as WIDGET=12 or 'WIDGET=2 case'; the SKU may contain `=`."""
    sku, separator, value = typed.rpartition("=")
    if not separator or not sku.strip():
        raise argparse.ArgumentTypeError(f"{typed}: write SKU=QTY")
    return sku.strip(), value.strip()


def weight(typed: str) -> tuple[str, Decimal]:
    """SKU=KG."""
    sku, value = pair(typed)
    try:
        return sku, Decimal(value)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{typed}: write SKU=KG, such as CHEESE=4.250") from None


def weekdays_between(first: int, last: int) -> tuple[int, ...]:
    """The weekdays from one to another (1 is Monday), over the weekend where the last comes before the first."""
    return tuple(1 + (first - 1 + n) % 7 for n in range((last - first) % 7 + 1))


def once_each(goods: list[tuple[str, str]]) -> dict[str, str]:
    """Quantities by SKU; refuses `transfers.twice`, an item that is named twice."""
    wanted = dict(goods)
    if len(wanted) < len(goods):
        raise Refusal("transfers.twice")
    return wanted


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Declare weights of goods that are sold by weight."""
    parser.add_argument("--weight", dest="weights", action="append", default=[], type=weight, metavar="SKU=KG",
                        help="of goods that are sold by weight and of which only a part goes")  # fmt: skip


def add_marks(parser: argparse.ArgumentParser) -> None:
    """Declare what stands on goods: lot, serial number, expiry."""
    parser.add_argument("--lot", default="", help="the lot number on the goods")
    parser.add_argument("--serial", default="", help="the serial number on the piece")
    parser.add_argument("--expiry", type=day, metavar="DATE", help="its expiry, such as 2027-01-31")


def day(typed: str) -> date:
    """A date as people write it in files: 2027-01-31."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed} is not a day; write it as 2026-01-31") from None
