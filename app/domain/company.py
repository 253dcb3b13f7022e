"""The company that owns the database: what it is called, the prefix of its GS1 numbers, its currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.values import Field, FieldKind

FIELDS: Sequence[Field] = (
    Field("name", most=Decimal(100), required=True),
    Field("gs1_prefix", pattern="[0-9]{4,12}", required=True),
    Field("currency", pattern="[A-Z]{3}", required=True),
    Field("sdr_rate", FieldKind.NUMBER, least=Decimal("0.000001"), most=Decimal(1_000_000), nullable=True),
    Field("sdr_rate_on", FieldKind.DATE, nullable=True),
)
"""What may be said of a company. The currency stays once anything has a price or a value: all of that is in it."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who the company is; SSCCs begin with `gs1_prefix`.

    `sdr_rate`: how much of `currency` one special drawing right of the International Monetary Fund is worth, as of
    `sdr_rate_on`. Posts name their limits in special drawing rights. None where nobody has said it.
    """

    name: str = ""
    gs1_prefix: str = ""
    currency: str = "EUR"
    sdr_rate: Decimal | None = None
    sdr_rate_on: date | None = None

    def in_sdr(self, value: Decimal) -> Decimal | None:
        """An amount of the company's currency in special drawing rights; None where no rate is known."""
        return (value / self.sdr_rate).quantize(Decimal("0.01")) if self.sdr_rate else None


def read_company(typed: Mapping[str, str], known: Company) -> Company:
    """The company as somebody typed it; a new rate without a day is refused as `field.missing`.

    With another currency the rate of special drawing rights is another one, too: the one that was known is dropped.
    """
    values = {field.name: field.read(typed.get(field.name, "")) for field in FIELDS}
    day, rate, currency = values["sdr_rate_on"], values["sdr_rate"], str(values["currency"])
    if currency != known.currency and rate is not None and rate == known.sdr_rate:
        day = rate = None
    if rate is not None and day is None:
        Field("sdr_rate_on", FieldKind.DATE, required=True).read("")
    return Company(
        name=str(values["name"]),
        gs1_prefix=str(values["gs1_prefix"]),
        currency=currency,
        sdr_rate=rate if isinstance(rate, Decimal) else None,
        sdr_rate_on=date.fromisoformat(str(day)) if day else None,
    )
