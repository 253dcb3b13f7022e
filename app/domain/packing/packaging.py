"""What a company sets up for its packing benches: kinds of cartons, and extras. Declared once for screens and files.

When an extra is due is `extras`' business; how records are stored the database's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.domain.packing.cartons import Box
from app.domain.values import Field, FieldKind

CARTON_TYPE = "carton_type"
EXTRA = "pack_extra"

_MOST_MM, _MOST_OUTER_MM = Decimal(10_000), Decimal(11_000)

CARTON_FIELDS: Sequence[Field] = (
    Field("code", pattern="[A-Z0-9_]{1,20}", required=True),
    Field("name", most=Decimal(60)),
    *(
        Field(name, FieldKind.WHOLE, least=Decimal(1), most=_MOST_MM, unit="mm", required=True)
        for name in ("length_mm", "width_mm", "height_mm")
    ),
    *(
        Field(name, FieldKind.WHOLE, least=Decimal(1), most=_MOST_OUTER_MM, unit="mm", nullable=True)
        for name in ("outer_length_mm", "outer_width_mm", "outer_height_mm")
    ),
    Field("tare_kg", FieldKind.NUMBER, least=Decimal(0), most=Decimal(1000), unit="kg", required=True),
    Field("limit_kg", FieldKind.NUMBER, least=Decimal("0.001"), most=Decimal(10_000), unit="kg", required=True),
    Field("fill_percent", FieldKind.WHOLE, least=Decimal(0), most=Decimal(90), unit="%"),
    Field("cost", FieldKind.NUMBER, least=Decimal(0), most=Decimal(100_000)),
    Field("services", FieldKind.CHOICES),
    Field("owners", FieldKind.CHOICES),
    Field("position", FieldKind.WHOLE, least=Decimal(0), most=Decimal(9999)),
)
"""A kind of carton: inner and outer sides, its own weight, what may be in it, what of it is filling, what it costs, for
which carriers or services and for whose goods it is (empty: for all), and its place in the order of the list."""


@dataclass(frozen=True, slots=True)
class CartonType:
    """An empty carton with its padding; `tare` and what may be in it in kg, sides in mm, outer ones where known.

    `services` are the carriers or services, in small letters, and `owners` the owners of goods that it is for; empty:
    for all.
    """

    code: str
    tare: Decimal
    length_mm: int
    width_mm: int
    height_mm: int
    limit_kg: Decimal
    name: str = ""
    outer_length_mm: int | None = None
    outer_width_mm: int | None = None
    outer_height_mm: int | None = None
    fill_percent: int = 0
    cost: Decimal = Decimal(0)
    services: tuple[str, ...] = ()
    owners: tuple[UUID, ...] = ()

    @property
    def called(self) -> str:
        """What people call it: its name, or its code, for which there may be words."""
        return self.name or self.code

    @property
    def outer_mm(self) -> tuple[int, int, int]:
        """Its sides outside; as inside where nobody measured them."""
        return (
            self.outer_length_mm or self.length_mm,
            self.outer_width_mm or self.width_mm,
            self.outer_height_mm or self.height_mm,
        )

    @property
    def box(self) -> Box:
        """The carton as goods are packed into it."""
        return Box(
            self.code,
            self.length_mm,
            self.width_mm,
            self.height_mm,
            self.tare,
            self.limit_kg,
            fill_percent=self.fill_percent,
            cost=self.cost,
        )

    def is_for(self, services: Collection[str], owners: Collection[UUID]) -> bool:
        """Whether it may be taken for what goes by these services, and for goods of all of these owners."""
        wanted = {one.lower() for one in self.services}
        return (not wanted or not wanted.isdisjoint(services)) and (not self.owners or set(owners) <= {*self.owners})


EXTRA_FIELDS: Sequence[Field] = (
    Field("code", pattern="[A-Z0-9_-]{1,30}", required=True),
    Field("extra_kind", FieldKind.CHOICE, choices=("instruction", "insert", "photo"), required=True),
    Field("name", most=Decimal(80), required=True),
    Field("words", most=Decimal(500)),
    Field("moment", FieldKind.CHOICE, choices=("close", "start", "goods"), required=True),
    Field("answer", FieldKind.CHOICE, choices=("key", "scan", "shown"), required=True),
    Field("insert_sku"),
    Field("quantity", FieldKind.NUMBER, least=Decimal("0.000001"), most=Decimal(10_000)),
    Field("each_kg", FieldKind.NUMBER, least=Decimal(0), most=Decimal(1000), unit="kg"),
    Field("from_stock", FieldKind.TRUTH),
)
"""What a packer does beside scanning goods: an instruction, an insert or a photo; when it is asked for and how it is
answered; of an insert its item, how many, what one weighs that is no item, and if it is booked out of the stock."""

FIELDS: Mapping[str, Sequence[Field]] = {CARTON_TYPE: CARTON_FIELDS, EXTRA: EXTRA_FIELDS}
"""The fields of each kind of record, in the order in which they are asked for."""


def read_fields(kind: str, typed: Mapping[str, str]) -> dict[str, object]:
    """The values that somebody typed; what is empty and has a usual value is left to the database.

    Refuses `field.missing` and `field.unreadable`, naming the field.
    """
    values = {field.name: field.read(typed.get(field.name, "")) for field in FIELDS[kind]}
    return {name: value for name, value in values.items() if value is not None or _may_be_nothing(kind, name)}


def _may_be_nothing(kind: str, name: str) -> bool:
    return next(field for field in FIELDS[kind] if field.name == name).nullable
