"""What stands in a warehouse as people look after it: places, their profiles, aisles, and bins kept for one item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class PlaceKind(StrEnum):
    """The kinds of place that people set up; counterparties, transit and the first place for totes come with each."""

    ZONE = "zone"
    BIN = "bin"
    DOCK = "dock"
    STAGING = "staging"
    TOTE = "tote"
    CONSIGNMENT = "consignment"


PURPOSES: Mapping[PlaceKind, tuple[str, ...]] = {
    PlaceKind.ZONE: (
        "storage",
        "receiving",
        "shipping",
        "packing",
        "shop_floor",
        "backroom",
        "returns",
        "quarantine",
    ),
    PlaceKind.BIN: ("pick_face", "reserve", "display"),
    PlaceKind.DOCK: ("inbound", "outbound"),
    PlaceKind.STAGING: ("lane", "packing_bench"),
    PlaceKind.TOTE: ("carts", "lane"),
    PlaceKind.CONSIGNMENT: (),
}
"""What a place of a kind may be for, beyond what its kind says."""

BIN_TYPES = ("shelf", "pallet_rack", "flow_rack", "floor", "block", "cabinet", "hanging", "tank", "yard")
MIXINGS = ("any", "one_item", "one_trace")
TEMPERATURES = ("", "ambient", "cool", "chilled", "frozen", "deep_frozen")


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse; one that is not active is offered to nobody any more."""

    id: UUID
    code: str
    name: str
    address: str
    type: str
    time_zone: str
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place below a warehouse. `profile` and `zone` by what people call them; `x_mm` … on the plan, None: not drawn.

    `goods` is how many stock keys lie there, `fill` the part of its capacity that they take (None: no limit is known).
    """

    id: UUID
    version: int
    kind: PlaceKind
    name: str
    address: str
    parent: UUID
    zone: str = ""
    code: str = ""
    purpose: str = ""
    profile: str = ""
    profile_id: UUID | None = None
    capacity_units: Decimal | None = None
    mixing: str = "any"
    negative_allowed: bool = False
    walk_position: int = 0
    aisle_id: UUID | None = None
    x_mm: int | None = None
    y_mm: int | None = None
    width_mm: int | None = None
    depth_mm: int | None = None
    level: int = 0
    active: bool = True
    frozen: bool = False
    goods: int = 0
    fill: Decimal | None = None
    partner: str = ""
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """Where it stands in the order in which it was read."""


STANDING = tuple(kind for kind in PlaceKind if kind is not PlaceKind.ZONE)
"""Where goods can stand: all but zones."""


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """Which places somebody wants to see, and in the order of what, each with whether the last comes first.

    `zone` is the place above them, None for all of the warehouse; `archived` shows also what is out of use.
    """

    warehouse: UUID
    zone: UUID | None = None
    text: str = ""
    kinds: tuple[PlaceKind, ...] = STANDING
    archived: bool = False
    order: tuple[tuple[str, bool], ...] = (("address", False),)


@dataclass(frozen=True, slots=True)
class Profile:
    """What places of one make have in common. Limits in base units, kilograms and litres; height in mm; None: no limit.

    `hazard_classes` are those that may lie there, such as 3 or 8; `temperature` is empty where it is not kept.
    """

    id: UUID | None
    version: int | None
    code: str
    name: str
    bin_type: str = "shelf"
    capacity_units: Decimal | None = None
    capacity_kg: Decimal | None = None
    capacity_l: Decimal | None = None
    height_mm: int | None = None
    mixing: str = "any"
    temperature: str = ""
    hazard_classes: tuple[str, ...] = ()
    negative_allowed: bool = False
    archived: bool = False
    places: int = 0


class AisleKind(StrEnum):
    """A stretch along bins, or one that joins such stretches."""

    AISLE = "aisle"
    CROSS = "cross"


class Direction(StrEnum):
    """Which way an aisle may be walked: from its first end to its second, back, or both."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Aisle:
    """A straight stretch to walk on, in mm of the plan; `position` is its turn in the walk through the warehouse."""

    name: str
    x1_mm: int
    y1_mm: int
    x2_mm: int
    y2_mm: int
    kind: AisleKind = AisleKind.AISLE
    direction: Direction = Direction.BOTH
    closed: bool = False
    position: int = 0
    id: UUID | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PickFace:
    """A bin kept for an item, refilled to `maximum` when it falls below `minimum` (base units)."""

    id: UUID
    version: int
    warehouse: UUID
    location: UUID
    address: str
    item: UUID
    sku: str
    name: str
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What would become of one field of one record: its label, and both values as they are stored."""

    record: UUID
    label: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class PlaceEdit:
    """What to set on many places at once; only the fields named in `values` change."""

    values: Mapping[str, object] = field(default_factory=dict)

    def changes(self, places: tuple[Place, ...]) -> tuple[FieldChange, ...]:
        """What would change on each place, for a look before it is done; what is so already is left out."""
        return tuple(
            FieldChange(place.id, place.address, name, old, new)
            for place in places
            for name, new in self.values.items()
            if (old := getattr(place, _READ_AS.get(name, name))) != new
        )

    def rows(self, places: tuple[Place, ...]) -> list[dict[str, object]]:
        """The rows that the database takes, for the places that would change."""
        touched = {change.record for change in self.changes(places)}
        return [{"id": place.id, "version": place.version, **self.values} for place in places if place.id in touched]


_READ_AS = {"profile": "profile_id", "aisle": "aisle_id"}
