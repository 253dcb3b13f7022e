"""What shipping does: let a parcel go."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.services import shipping
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ship:
    """A parcel is on the truck."""

    parcel: UUID
    document: UUID


def execute(unit: UnitOfWork, _where: Where, command: Ship) -> Effect:
    """Do one command of shipping."""
    posting = shipping.ship(unit, parcel=command.parcel, document=command.document)
    return Effect(postings=(posting,), document=command.document)
