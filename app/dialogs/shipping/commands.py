"""What shipping does: let a parcel go, let the truck go."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.services import shipping
from app.services.shipping import manifests
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ship:
    """A parcel is on the truck of a shipment, or on one without a manifest."""

    parcel: UUID
    document: UUID
    shipment: UUID | None = None


@dataclass(frozen=True, slots=True)
class Depart:
    """The truck of a shipment goes; cartons that are not in it stay behind."""

    shipment: UUID
    leave_behind: bool


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A picture that was kept, known by its SHA-256 (hex), shows the truck of a shipment."""

    shipment: UUID
    sha256: str


Command = Ship | Depart | AddPhoto


def execute(unit: UnitOfWork, _where: Where, command: Command) -> Effect:
    """Do one command of shipping."""
    match command:
        case Ship():
            posting = shipping.ship(unit, parcel=command.parcel, document=command.document, shipment=command.shipment)
            return Effect(postings=(posting,), document=command.document)
        case Depart():
            manifests.depart(unit, command.shipment, leave_behind=command.leave_behind)
            return Effect(outside="departed", document=command.shipment)
        case AddPhoto():
            manifests.photograph(unit, command.shipment, bytes.fromhex(command.sha256))
            return Effect(document=command.shipment)
