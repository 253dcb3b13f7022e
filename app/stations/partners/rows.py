"""The rows of the partners screen."""

from app.domain.partners import Contact, PartnerAddress, PartnerRecord, written_lines
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

PARTNERS = (
    Column("code", "partners.code", 140, sortable=False, identifier=True),
    Column("name", "partners.name", 260, sortable=False),
    Column("kinds", "partners.kinds", 190, sortable=False),
    Column("town", "partners.town", 200, sortable=False),
    Column("contact", "partners.contact", 180, sortable=False),
    Column("pack", "partners.pack_instructions", 240, sortable=False),
    Column("state", "sites.state", 110, sortable=False, identifier=True),
)
ADDRESSES = (
    Column("purpose", "partners.purpose", 130, identifier=True),
    Column("first", "partners.first", 70, identifier=True),
    Column("address", "partners.address", 520),
    Column("country", "partners.country", 80, identifier=True),
    Column("phone", "partners.phone", 160, identifier=True),
    Column("email", "partners.email", 220),
)
CONTACTS = (
    Column("name", "partners.name", 240),
    Column("role", "partners.role", 200),
    Column("phone", "partners.phone", 200, identifier=True),
    Column("email", "partners.email", 300),
)
PEOPLE = (Column("badge", "people.badge", 200, identifier=True), Column("name", "people.name", 400))
_PACK_SHOWN = 60


def partner_record(partner: PartnerRecord, texts: Texts) -> Record:
    """A partner: who they are, where they are, who answers there."""
    first = next((one for one in partner.addresses if one.first), None)
    town = " ".join(part for part in (first.country, first.postal_code, first.city) if part) if first else ""
    pack = partner.pack_instructions.splitlines()[0][:_PACK_SHOWN] if partner.pack_instructions else ""
    cells = (
        partner.code,
        partner.name,
        ", ".join(texts.word("partner_kind", kind) for kind in partner.kinds),
        town,
        partner.contacts[0].name if partner.contacts else "",
        pack,
        texts.text("captions", "sites.is_archived") if partner.archived else "",
    )
    return Record(partner.id, cells, made_of=partner, tints=((6, "muted"),) if partner.archived else ())


def address_record(number: int, address: PartnerAddress, texts: Texts) -> Record:
    """An address as it is written in its country."""
    cells = (
        texts.word("address_purpose", address.purpose),
        texts.text("captions", "people.yes") if address.first else "",
        ", ".join(written_lines(address)),
        address.country,
        address.phone,
        address.email,
    )
    return Record(number, cells, made_of=address)


def contact_record(number: int, contact: Contact) -> Record:
    """Somebody who answers."""
    return Record(number, (contact.name, contact.role, contact.phone, contact.email), made_of=contact)
