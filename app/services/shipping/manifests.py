"""The end of the day: manifests are closed, trucks depart, and somebody signs for what they took."""

from collections.abc import Sequence
from uuid import UUID

from app.database import shipping as store
from app.database.shipping import ListedCarton, Manifest, Shipment, WaitingCartons
from app.domain.errors import Refusal
from app.services.shipping import SHIPMENT
from app.services.wall_clock import on_the_wall
from app.services.work import UnitOfWork

__all__ = ["ListedCarton", "Manifest", "Shipment", "WaitingCartons", "close", "depart", "leave_out", "look_into",
           "photograph", "shipments", "sign", "waiting"]  # fmt: skip


def waiting(unit: UnitOfWork, warehouse: UUID) -> tuple[WaitingCartons, ...]:
    """What waits for a manifest, by carrier and service."""
    return on_the_wall(unit, warehouse, store.waiting(unit.session, warehouse))


def shipments(unit: UnitOfWork, warehouse: UUID | None) -> tuple[Shipment, ...]:
    """The shipments of a warehouse (None: of all that the person sees) of the last two weeks, the newest first."""
    return store.shipments(unit.session, warehouse)


def look_into(unit: UnitOfWork, number: str) -> Manifest:
    """The shipment of this number with its cartons; refuses `document.unknown`."""
    found = store.shipments(unit.session, None, number=number)
    if not found or not number:
        raise Refusal("document.unknown", number=number)
    shipment = found[0]
    return Manifest(shipment, store.listed(unit.session, shipment.id), store.photos(unit.session, shipment.id))


def close(unit: UnitOfWork, *, warehouse: UUID, carrier: str, service: str = "", truck: str = "") -> str:
    """Close the manifest of a carrier, or of one of its services, with every carton that is ready; returns its number.

    What is labelled later goes with the next one. Refuses `shipping.nothing_to_manifest`.
    """
    number = store.close_manifest(
        unit.session, request=unit.request_id, warehouse=warehouse, carrier=carrier, service=service, truck=truck
    )
    unit.changed(SHIPMENT)
    unit.changed("parcel")
    return number


def leave_out(unit: UnitOfWork, shipment: UUID, parcels: Sequence[UUID]) -> int:
    """Take cartons that are not loaded off a shipment: they go with a later one; returns how many."""
    taken = store.leave_out(unit.session, shipment, parcels)
    unit.changed(SHIPMENT, shipment)
    unit.changed("parcel")
    return taken


def depart(unit: UnitOfWork, shipment: UUID, *, truck: str = "", leave_behind: bool = False) -> int:
    """The truck departs; returns how many cartons were left behind, which go with the next one.

    Refuses `shipping.cartons_missing` with their names unless they are left behind, and `shipping.nothing_loaded`.
    """
    left = store.depart(unit.session, shipment, truck=truck, leave_behind=leave_behind)
    unit.changed(SHIPMENT, shipment)
    unit.changed("parcel")
    return left


def sign(unit: UnitOfWork, shipment: UUID, *, name: str, signature: bytes | None = None) -> None:
    """Somebody took the cartons over: their name, and their signature as a PNG where it was drawn.

    Refuses `shipping.no_name`, `shipping.not_departed`, and `shipping.signed` where somebody else has signed.
    """
    store.sign(unit.session, shipment, name=name, signature=signature)
    unit.changed(SHIPMENT, shipment)


def photograph(unit: UnitOfWork, shipment: UUID, sha256: bytes) -> None:
    """Put a picture that is kept (`products.images`) to a departure."""
    store.add_photo(unit.session, shipment, sha256)
    unit.changed(SHIPMENT, shipment)
