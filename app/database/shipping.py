"""What shipping reads and writes: cartons at the truck, manifests, departures, and who signed for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.carriers import Carton
from app.database.session import Row, Session, all_as, query
from app.domain.partners import Address

_PHOTOS = """
    SELECT a.content FROM document_photo f JOIN attachment a ON a.sha256 = f.sha256
    WHERE f.document_id = %(shipment)s ORDER BY f.taken_at
"""
_HOUSE = """
    SELECT coalesce(nullif(o.name, ''), w.name) AS company, w.code AS warehouse, w.address AS warehouse_address,
        w.time_zone
    FROM warehouse w CROSS JOIN company o WHERE w.id = %(warehouse)s
"""
NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Shipment:
    """What leaves with one truck: a manifest, and how far its loading is. `service` empty: all of the carrier.

    `told`: whether the carrier was told of it by file (QUEUED, SENDING, DONE, FAILED, UNKNOWN; empty: it need not be),
    `fault` why not. `signature` is a PNG, None where the name was typed.
    """

    id: UUID
    number: str
    carrier: str
    carrier_name: str
    service: str
    service_name: str
    truck: str
    created_at: datetime
    made_by: str
    departed_at: datetime | None
    departed_by: str
    signed_at: datetime | None
    signed_by: str
    company: str
    warehouse: str
    warehouse_address: str
    time_zone: str
    cartons: int
    loaded: int
    weight_kg: Decimal
    photos: int
    told: str
    fault: str
    facts: dict[str, Any]
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class ListedCarton:
    """A carton of a shipment; `loaded_at` when it was scanned into the truck, `left_out_at` when it was taken off."""

    id: UUID
    sscc: str
    tracking: str
    number: str
    partner: str
    ship_to: Address
    service: str
    service_name: str
    weight_kg: Decimal | None
    loaded_at: datetime | None
    loaded_by: str
    left_out_at: datetime | None

    @property
    def missing(self) -> bool:
        """Whether it should be in the truck and was not scanned into it."""
        return self.loaded_at is None and self.left_out_at is None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A shipment with its cartons, and the photos of its departure (JPEG)."""

    shipment: Shipment
    cartons: tuple[ListedCarton, ...]
    photos: tuple[bytes, ...] = ()

    @property
    def missing(self) -> tuple[ListedCarton, ...]:
        """What should be in the truck and was not scanned into it."""
        return tuple(one for one in self.cartons if one.missing)


@dataclass(frozen=True, slots=True)
class House:
    """Where papers of a warehouse come from: company, code, address and time zone."""

    company: str
    warehouse: str
    warehouse_address: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class WaitingCartons:
    """Labelled cartons of one service that stand on no manifest yet; `cut_off` is the earliest of their orders.

    `time_zone` is that of the warehouse.
    """

    carrier: str
    carrier_name: str
    service: str
    service_name: str
    cartons: int
    weight_kg: Decimal
    cut_off: datetime | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A sealed carton that is still here, and why: a code among the captions `shipments.left_…`."""

    carton: Carton
    why: str


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """What left a warehouse on a day, and what stayed."""

    house: House
    day: date
    trucks: tuple[Shipment, ...]
    left: tuple[LeftOver, ...]


def read_facts(
    session: Session, *, warehouse: UUID, parcels: Sequence[UUID], units: Sequence[UUID], shipments: Sequence[UUID]
) -> Row:
    """Parcels by their ids or their cartons, with their orders; shipments with what is on them."""
    return session.facts(
        "shipping_facts",
        warehouse=warehouse,
        parcels=list(parcels),
        units=list(units),
        shipments=list(shipments),
    )


def ship(session: Session, *, request: UUID, parcel: UUID, shipment: UUID | None) -> tuple[UUID, int]:
    """Post a labelled parcel to the customer; returns the posting, and how many lines of its order stay open."""
    answer = session.call("ship_parcel", request=request, parcel=parcel, shipment=shipment or NOWHERE)
    return UUID(answer["posting"]), int(answer["open"])


def shipments(
    session: Session, warehouse: UUID | None, *, days: int = 14, number: str = ""
) -> tuple[Shipment, ...]:  # fmt: skip
    """The shipments of a warehouse, the newest first; or the one of this number."""
    rows = session.rows(query("shipping_shipments"), warehouse=warehouse, days=days, number=number)
    signatures = [bytes(row["signature"]) if row["signature"] else None for row in rows]
    read = all_as([{name: value for name, value in row.items() if name != "signature"} for row in rows], Shipment)
    return tuple(_signed(one, signature) for one, signature in zip(read, signatures, strict=True))


def _signed(one: Shipment, signature: bytes | None) -> Shipment:
    return replace(one, signature=signature) if signature else one


def house(session: Session, warehouse: UUID) -> House:
    """Where papers of a warehouse come from."""
    return all_as(session.rows(_HOUSE, warehouse=warehouse), House)[0]


def listed(session: Session, shipment: UUID) -> tuple[ListedCarton, ...]:
    """The cartons of a shipment."""
    return all_as(session.rows(query("shipping_listed"), shipment=shipment), ListedCarton)


def waiting(session: Session, warehouse: UUID) -> tuple[WaitingCartons, ...]:
    """What waits for a manifest, by carrier and service."""
    return all_as(session.rows(query("shipping_waiting"), warehouse=warehouse), WaitingCartons)


def photos(session: Session, shipment: UUID) -> tuple[bytes, ...]:
    """The photos of a departure, the oldest first."""
    return tuple(bytes(row["content"]) for row in session.rows(_PHOTOS, shipment=shipment))


def close_manifest(session: Session, *, request: UUID, warehouse: UUID, carrier: str, service: str, truck: str) -> str:
    """Close a carrier's manifest with every carton that is ready; returns its number."""
    number: str = session.call(
        "close_manifest", request=request, warehouse=warehouse, carrier=carrier, service=service, truck=truck
    )
    return number


def leave_out(session: Session, shipment: UUID, parcels: Sequence[UUID]) -> int:
    """Take cartons that are not loaded off a shipment; returns how many."""
    taken: int = session.call("leave_out", shipment=shipment, parcels=list(parcels))
    return taken


def depart(session: Session, shipment: UUID, *, truck: str, leave_behind: bool) -> int:
    """Let the truck go; returns how many cartons were left behind."""
    left: int = session.call("depart", shipment=shipment, truck=truck, leave_behind=leave_behind)
    return left


def sign(session: Session, shipment: UUID, *, name: str, signature: bytes | None) -> None:
    """Somebody signed for a shipment."""
    session.call("sign_for_shipment", shipment=shipment, name=name, signature=signature)


def add_photo(session: Session, shipment: UUID, sha256: bytes) -> None:
    """Put a kept picture to a shipment."""
    session.call("add_photo", document=shipment, line=None, run=None, reason="", sha256=sha256)
