"""Products as people see and write them: the nouns of screens and commands, and the declaration of their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.domain.catalog.files import LONGEST_SKU, Tracking
from app.domain.values import MAX_DECIMALS, Field, FieldKind


class State(StrEnum):
    """Where a product is in its life; what each permits stands in the database's table `life_cycle`."""

    INTRODUCTION = "introduction"
    ACTIVE = "active"
    PHASE_OUT = "phase_out"
    DISCONTINUED = "discontinued"
    BLOCKED = "blocked"


TEMPERATURES = ("ambient", "cool", "chilled", "frozen", "deep_frozen")
HAZARDS = (
    *("1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3"),
    *("5.1", "5.2", "6.1", "6.2", "7", "8", "9"),
)
"""Classes and divisions of dangerous goods (UN Model Regulations, part 2)."""

PRODUCT_FIELDS = (
    Field("sku", most=Decimal(LONGEST_SKU), pattern=r"\S+( \S+)*", required=True, bulk=False),
    Field("name", most=Decimal(200), required=True, bulk=False),
    Field("description", FieldKind.LONG_TEXT, most=Decimal(4000)),
    Field("category_id", FieldKind.REFERENCE, nullable=True),
    Field("tracking", FieldKind.CHOICE, choices=tuple(Tracking), required=True),
    Field("expiry_required", FieldKind.TRUTH),
    Field("base_uom", most=Decimal(30), required=True),
    Field("decimals", FieldKind.WHOLE, least=Decimal(0), most=Decimal(MAX_DECIMALS), required=True),
    Field("weight_mean_kg", FieldKind.NUMBER, least=Decimal("0.000000001"), unit="kg", nullable=True, bulk=False),
    Field("catch_weight", FieldKind.TRUTH),
    Field("standard_cost", FieldKind.NUMBER, least=Decimal(0), nullable=True),
    Field("shelf_life_days", FieldKind.WHOLE, least=Decimal(1), most=Decimal(36500), nullable=True),
    Field("minimum_remaining_days", FieldKind.WHOLE, least=Decimal(0), most=Decimal(36500)),
    Field("temperature_class", FieldKind.CHOICE, choices=TEMPERATURES),
    Field("hazard_class", FieldKind.CHOICE, choices=HAZARDS),
    Field("un_number", pattern=r"\d{4}"),
    Field("packing_group", FieldKind.CHOICE, choices=("I", "II", "III")),
    Field("hs_code", pattern=r"\d{6,12}"),
    Field("origin", pattern=r"[A-Z]{2}"),
)
"""What is written of a product, in the order in which people read it. Its parts (units, codes, …) are not fields."""
BY_NAME: Mapping[str, Field] = {each.name: each for each in PRODUCT_FIELDS}
INHERITABLE = frozenset(
    {
        *("shelf_life_days", "minimum_remaining_days", "temperature_class", "hazard_class", "un_number"),
        *("packing_group", "hs_code", "origin"),
    }
)
"""The fields that follow the category where the product says nothing itself."""
DEFAULTABLE = ("tracking", "expiry_required", "base_uom", "decimals", *sorted(INHERITABLE))
"""What a category may say of its goods; the first four hold for products that are made from then on."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A packaging: `numerator / denominator` base units, exactly; kilograms and millimetres of one of it."""

    unit: str
    numerator: int = 1
    denominator: int = 1
    weight_kg: Decimal | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None

    @property
    def factor(self) -> Fraction:
        """How many base units one holds."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Code:
    """A scannable code: `gtin` of 14 digits, `sku` for any other of ours, `article` of a partner (`issuer`).

    `unit` is the packaging that it names, empty for the base unit; `issuer_name` is only to be read.
    """

    scheme: str
    value: str
    unit: str = ""
    issuer: UUID | None = None
    issuer_name: str = ""


@dataclass(frozen=True, slots=True)
class BillLine:
    """`quantity` of `unit` of a component."""

    item: UUID
    unit: str
    quantity: Decimal
    sku: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What one set makes: `fixed` is sold as its components, `assembled` is put together and kept in stock."""

    kind: str
    lines: tuple[BillLine, ...]
    makes: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Substitute:
    """Another product that may go in the place of one; `both_ways`: and the other way round."""

    item: UUID
    sku: str = ""
    name: str = ""
    both_ways: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a product, known by the SHA-256 of its content, in hexadecimal."""

    sha256: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A value that comes from a category, and its name."""

    value: Any
    category: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state: planned while neither done nor cancelled. `trouble` is the code of what stood in its way."""

    id: UUID
    to_state: State
    on_date: date
    zone: str
    reason: str
    asked_by: str
    from_state: State | None = None
    done_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One product as it is now, with everything that belongs to it, at `version`.

    `own` names the inheritable fields that it states itself; `given` is what its category says of fields, and
    `given_attributes` of attributes. `moved`: there were movements, so its tracking and base unit stay.
    """

    id: UUID
    version: int
    sku: str
    name: str
    state: State
    tracking: Tracking
    base_uom: str
    decimals: int
    description: str = ""
    category_id: UUID | None = None
    category: str = ""
    category_rule: str = ""
    expiry_required: bool = False
    weight_mean_kg: Decimal | None = None
    weight_observations: int = 0
    catch_weight: bool = False
    standard_cost: Decimal | None = None
    shelf_life_days: int | None = None
    minimum_remaining_days: int = 0
    temperature_class: str = ""
    hazard_class: str = ""
    un_number: str = ""
    packing_group: str = ""
    hs_code: str = ""
    origin: str = ""
    own: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    template_id: UUID | None = None
    template: str = ""
    variant: Mapping[str, str] = field(default_factory=dict)
    bundle: bool = False
    archived: bool = False
    moved: bool = False
    units: tuple[Unit, ...] = ()
    codes: tuple[Code, ...] = ()
    bom: Bill | None = None
    substitutes: tuple[Substitute, ...] = ()
    images: tuple[Image, ...] = ()
    transitions: tuple[Transition, ...] = ()
    given: Mapping[str, Given] = field(default_factory=dict)
    given_attributes: Mapping[str, Given] = field(default_factory=dict)
    changed_by: str = ""
    changed_at: datetime | None = None

    def values(self) -> dict[str, Any]:
        """Its fields by name, as `save` takes them."""
        return {each.name: getattr(self, each.name) for each in PRODUCT_FIELDS}

    def where_from(self, name: str) -> str:
        """The category that says an inheritable field, empty where the product itself or nobody does."""
        return "" if name in self.own or name not in self.given else self.given[name].category


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product in a list; `codes` counts them, the number of the product itself among them."""

    id: UUID
    version: int
    sku: str
    name: str
    category: str
    state: State
    tracking: Tracking
    base_uom: str
    bundle: bool
    archived: bool
    template: str
    codes: int
    thumbnail_of: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """What to list: words, and filters that all hold. `category` means it and all below; `uncategorised` none.

    `order`: by what, each with whether the last comes first; nothing: by number, the closest first for words.
    """

    text: str = ""
    category: UUID | None = None
    uncategorised: bool = False
    states: tuple[State, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    archived: bool = False
    incomplete: bool = False
    template: UUID | None = None
    order: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the tree: `path` are the ids from the root to itself, `items` those directly in it."""

    id: UUID
    version: int
    parent_id: UUID | None
    name: str
    full_name: str
    position: int
    defaults: Mapping[str, Any]
    inherited: Mapping[str, Any]
    path: tuple[UUID, ...]
    archived: bool
    items: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """The definition of an attribute; `category` is where it was declared, empty for all goods."""

    id: UUID
    version: int
    category_id: UUID | None
    category: str
    name: str
    type: str
    unit: str
    choices: tuple[str, ...]
    required: bool
    minimum: Decimal | None
    maximum: Decimal | None
    position: int = 0
    archived: bool = False

    @property
    def field(self) -> Field:
        """How its values are read and written."""
        kind = {"number": FieldKind.NUMBER, "whole": FieldKind.WHOLE, "truth": FieldKind.TRUTH, "date": FieldKind.DATE,
                "choice": FieldKind.CHOICE, "choices": FieldKind.CHOICES}.get(self.type, FieldKind.TEXT)  # fmt: skip
        return Field(
            self.name, kind, self.choices, self.minimum, self.maximum, unit=self.unit, nullable=True,
            required=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was written: its id and its version from now on."""

    id: UUID
    version: int
