"""The papers of a carton: which the rules want, and what stands on them."""

from uuid import UUID

from app.domain.shipping import PAPERS, Papers
from app.services.carriers.consigning import Sent, papers_for, sent
from app.services.policies import policy_for
from app.services.work import UnitOfWork

__all__ = ["Papers", "Sent", "papers_of"]


def papers_of(unit: UnitOfWork, parcel: UUID) -> tuple[Sent, Papers]:
    """A sealed carton with its goods, and which papers go with it by the rules; refuses `parcel.unknown`."""
    found = sent(unit, parcel)
    one = found.consignment
    policy = policy_for(unit, PAPERS, warehouse=found.warehouse, partner=found.partner)
    return found, papers_for(one, policy, carrier=found.carrier, service=one.service)
