"""What people type into a form: days, weights and amounts of money, read or refused."""

from datetime import date
from decimal import Decimal, InvalidOperation

from app.domain.errors import Refusal
from app.domain.values import parse_quantity


def day_of(typed: str) -> date | None:
    """A day; None where nothing was typed. Refuses `stock.no_moment`."""
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Refusal("stock.no_moment", text=typed) from error


def weights_of(typed: str) -> dict[str, Decimal]:
    """Kilograms by SKU, typed as `FISH=12.4, CRAB=3`; refuses what `parse_quantity` refuses."""
    found = {}
    for part in filter(None, (one.strip() for one in typed.split(","))):
        sku, _, kg = part.partition("=")
        found[sku.strip().upper()] = parse_quantity(kg)
    return found


def money_of(typed: str) -> Decimal:
    """An amount of money, with a point or a comma; refuses `discrepancies.wrong_cost`."""
    try:
        amount = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        raise Refusal("discrepancies.wrong_cost") from None
    if not amount.is_finite() or amount < 0:
        raise Refusal("discrepancies.wrong_cost")
    return amount
