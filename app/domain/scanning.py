"""A scan as it reaches the warehouse's rules, and what its code was found to mean.

Reading the characters is `codes`' job; finding the records behind them is the database's; matching them with
what a step accepts is the dialog's.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class CodeKind(StrEnum):
    """What a code can stand for in the warehouse."""

    ITEM = "item"
    LOCATION = "location"
    HANDLING_UNIT = "handling_unit"
    TRACE = "trace"
    DOCUMENT = "document"
    PARCEL = "parcel"
    PERSON = "person"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of one code, as it came from a scanner, a wedge or the keyboard.

    `event_id` is made when the scan arrives and is its request id for ever; `symbology` is the AIM identifier's
    name (`gs1-128`, `ean-13`, `code-128`, …) or empty where the source does not tell; `age_s` is how many seconds
    passed between the trigger and the moment it was handed to the dialog. `aim` is the identifier as it was sent.
    A zero character, which noise on a line makes and no database keeps, stands in `raw` as the replacement character.
    """

    event_id: UUID
    raw: str
    symbology: str = ""
    source: str = "keyboard"
    age_s: float = 0.0
    aim: str = ""

    def __post_init__(self) -> None:
        if "\0" in self.raw:
            object.__setattr__(self, "raw", self.raw.replace("\0", "\ufffd"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that a code may stand for.

    `label` is what a person calls the record: an SKU, a bin's full address, a document number, an SSCC. For items,
    `uom` and `factor` say which packaging the code names and how many base units it holds. `warehouse` and `zone`
    narrow locations.
    """

    kind: CodeKind
    id: UUID
    label: str
    name: str = ""
    uom: str = ""
    factor: Decimal = Decimal(1)
    warehouse: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one scan says: candidates for records, and the facts that a GS1 string carries beside them.

    `quantity` is AI 30/37 in pieces of the named unit; `weight_kg` is AI 310n; dates are calendar days of the
    site. `faults` are the elements that could not be read, as (code, text) pairs, for example a wrong check digit.
    """

    raw: str
    candidates: tuple[Candidate, ...] = ()
    gtin: str | None = None
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    production: date | None = None
    quantity: Decimal | None = None
    weight_kg: Decimal | None = None
    faults: tuple[tuple[str, str], ...] = ()

    def of(self, *kinds: CodeKind) -> tuple[Candidate, ...]:
        """The candidates of the given kinds."""
        return tuple(candidate for candidate in self.candidates if candidate.kind in kinds)
