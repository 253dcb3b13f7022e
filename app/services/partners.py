"""Looking after partners: whole records, addresses checked by the rules of their country, and the people of owners."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from app.database import partners as store
from app.database import people, records
from app.domain.errors import Refusal
from app.domain.partners import PartnerRecord, address_faults
from app.domain.partners.addresses import normalised
from app.domain.records import RecordChange, Use
from app.services.work import UnitOfWork

PARTNER = "partner"
"""The kind of change after which partners are read again."""


def page(
    unit: UnitOfWork,
    *,
    kind: str = "",
    text: str = "",
    archived: bool = False,
    after: PartnerRecord | None = None,
    limit: int = 200,
) -> tuple[PartnerRecord, ...]:
    """Partners by code, those behind `after`; of a kind where one is given."""
    return store.page(
        unit.session, kind=kind, text=text, archived=archived, after=after.code if after else "", limit=limit
    )


def partner(unit: UnitOfWork, code: str) -> PartnerRecord:
    """The partner with this code; refuses `partner.unknown`."""
    found = store.partner(unit.session, code)
    if found is None:
        raise Refusal("partner.unknown", partner=code)
    return found


def named(unit: UnitOfWork, codes: Iterable[str]) -> dict[str, PartnerRecord]:
    """The partners with these codes, by code in capitals; those that are not there are left out."""
    return store.partners(unit.session, [code.upper() for code in codes])


def save(unit: UnitOfWork, record: PartnerRecord) -> UUID:
    """Save a partner with its addresses and contacts; returns its id.

    Regions and postal codes are written as their country does. Refuses the first fault of an address, and a record
    that somebody else changed since it was read.
    """
    return save_all(unit, [record])[0]


def save_all(unit: UnitOfWork, records: Iterable[PartnerRecord]) -> list[UUID]:
    """Save many partners at once, all or none, as `save` does one; returns their ids."""
    saved = store.save(unit.session, request=unit.request_id, partners=[_checked(record) for record in records])
    unit.changed(PARTNER, saved[0] if len(saved) == 1 else None)
    return saved


def _checked(record: PartnerRecord) -> PartnerRecord:
    addresses = tuple(normalised(address) for address in record.addresses)
    for address in addresses:
        for fault in address_faults(address):
            raise Refusal(fault.code, **fault.facts)
    return replace(record, addresses=addresses).with_one_first()


def remove(unit: UnitOfWork, record: PartnerRecord) -> None:
    """Remove a partner that nothing names; refuses others (`record.in_use`): archiving is the way."""
    assert record.id is not None
    assert record.version is not None
    records.remove(unit.session, request=unit.request_id, kind=PARTNER, id=record.id, version=record.version)
    unit.changed(PARTNER, record.id)


def uses(unit: UnitOfWork, record: PartnerRecord) -> tuple[Use, ...]:
    """What a partner is used for."""
    assert record.id is not None
    return records.uses(unit.session, kind=PARTNER, id=record.id)


def archive(unit: UnitOfWork, record: PartnerRecord, *, archived: bool) -> UUID:
    """Take a partner out of use, or back into it."""
    return save(unit, replace(record, archived=archived))


def history(unit: UnitOfWork, record: PartnerRecord) -> tuple[RecordChange, ...]:
    """Who changed what on a partner, its addresses, contacts and wishes, latest first."""
    assert record.id is not None
    return records.history(unit.session, kind=PARTNER, id=record.id)


def owners_of(unit: UnitOfWork, badge: str) -> tuple[PartnerRecord, ...]:
    """The owners whose people the one with this badge belongs to; nothing for our own people."""
    bound = store.owners_of(unit.session, _person(unit, badge))
    return tuple(one for one in page(unit, kind="owner", archived=True, limit=1000) if one.id in bound)


def bind(unit: UnitOfWork, badge: str, codes: Collection[str]) -> None:
    """Make a person belong to exactly these owners: they see their goods, papers and movements, and may do nothing.

    None: one of our own people again. Refuses who is no owner (`ledger.unknown_owner`).
    """
    owners = [found.id for code in codes if (found := partner(unit, code)).id is not None]
    person = _person(unit, badge)
    store.set_owners(unit.session, person=person, owners=[one for one in owners if one is not None])
    unit.changed("person", person)


def people_of(unit: UnitOfWork, owner: PartnerRecord) -> list[tuple[str, str]]:
    """Who sees the goods of an owner and nothing else: badge and name."""
    assert owner.id is not None
    return store.people_of(unit.session, owner.id)


def bind_to(unit: UnitOfWork, badge: str, owner: PartnerRecord, *, bound: bool) -> None:
    """Make a person one of an owner's people, or no more one of theirs; other owners of theirs stay."""
    others = [one.code for one in owners_of(unit, badge) if one.id != owner.id]
    bind(unit, badge, [*others, owner.code] if bound else others)


def _person(unit: UnitOfWork, badge: str) -> UUID:
    found = people.person_by_badge(unit.session, badge)
    if found is None:
        raise Refusal("person.unknown", badge=badge)
    return found
