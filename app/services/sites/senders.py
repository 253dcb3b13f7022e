"""Who sends from a warehouse: what stands as the sender on labels and papers, and what carriers are told."""

from dataclasses import replace
from uuid import UUID

from app.database import senders as store
from app.domain.errors import Refusal
from app.domain.partners import Address, PartnerAddress, address_faults
from app.services.work import UnitOfWork


def sender(unit: UnitOfWork, warehouse: UUID) -> tuple[Address, bool]:
    """Who sends from a warehouse, and whether it was said in parts; else it is made of the warehouse's own lines."""
    return store.sender(unit.session, warehouse)


def save(unit: UnitOfWork, warehouse: UUID, wanted: Address) -> None:
    """Say who sends from a warehouse; an address without a name takes it back.

    Refuses the first thing that keeps post from arriving there, by the rules of its country (`address.…`).
    """
    said = replace(wanted, country=wanted.country.strip().upper())
    if said.name:
        parts = {name: getattr(said, name) for name in Address.__slots__}
        for fault in address_faults(PartnerAddress(**parts)):
            raise Refusal(fault.code, **fault.facts)
    store.save_sender(unit.session, warehouse, said)
    unit.changed("warehouse", warehouse)
