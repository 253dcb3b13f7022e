"""Partners as they are stored, with their addresses, contacts and the people of owners."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from app.database.patterns import like
from app.database.session import Session, all_as, as_json
from app.domain.partners import PartnerRecord

_RECORD = """
    SELECT p.*,
        coalesce((SELECT jsonb_agg(to_jsonb(a) ORDER BY a.purpose, a.first DESC, a.id) FROM partner_address a
                  WHERE a.partner_id = p.id), '[]') AS addresses,
        coalesce((SELECT jsonb_agg(to_jsonb(c) ORDER BY c.name, c.id) FROM partner_contact c
                  WHERE c.partner_id = p.id), '[]') AS contacts
    FROM partner p
"""
_PAGE = (
    _RECORD + " WHERE p.code > %(after)s AND (%(kind)s = '' OR %(kind)s = ANY (p.kinds))"
    " AND (%(archived)s OR NOT p.archived) AND (concat_ws(' ', p.code, p.name) ILIKE %(pattern)s OR EXISTS ("
    " SELECT FROM partner_address a WHERE a.partner_id = p.id AND concat_ws(' ', a.city, a.postal_code, a.name)"
    " ILIKE %(pattern)s)) ORDER BY p.code LIMIT %(limit)s"
)


def page(
    session: Session, *, kind: str, text: str, archived: bool, after: str, limit: int
) -> tuple[PartnerRecord, ...]:
    """Partners by code, behind a code; of a kind where one is given."""
    found = session.rows(_PAGE, kind=kind, pattern=like(text), archived=archived, after=after, limit=limit)
    return all_as(found, PartnerRecord)


def partner(session: Session, code: str) -> PartnerRecord | None:
    """The partner with this code, in large or small letters."""
    found = session.row(_RECORD + " WHERE upper(p.code) = upper(%(code)s)", code=code)
    return next(iter(all_as([found], PartnerRecord))) if found else None


def partners(session: Session, codes: Sequence[str]) -> dict[str, PartnerRecord]:
    """The partners with these codes (in capitals), by code in capitals; those that are not there are left out."""
    found = session.rows(_RECORD + " WHERE upper(p.code) = ANY (%(codes)s)", codes=list(codes))
    return {one.code.upper(): one for one in all_as(found, PartnerRecord)}


def save(session: Session, *, request: UUID, partners: Iterable[PartnerRecord]) -> list[UUID]:
    """Save partners with all that belongs to them; returns their ids."""
    rows = as_json([_row(one) for one in partners])
    return [UUID(one["id"]) for one in session.call("save_partners", request=request, rows=rows) or ()]


def _row(record: PartnerRecord) -> dict[str, object]:
    values = asdict(record)
    for part in ("addresses", "contacts"):
        values[part] = [_given(one) for one in values[part]]
    outside = {name: values.pop(name) for name in ("id", "version", "addresses", "contacts")}
    return {**outside, "partner": values}


def _given(row: dict[str, object]) -> dict[str, object]:
    """A row without an id where it is new."""
    return {name: value for name, value in row.items() if name != "id" or value is not None}


def owners_of(session: Session, person: UUID) -> frozenset[UUID]:
    """The owners whose people a person belongs to; nothing for our own people."""
    found = session.rows("SELECT owner_id FROM person_owner WHERE person_id = %(person)s", person=person)
    return frozenset(row["owner_id"] for row in found)


def people_of(session: Session, owner: UUID) -> list[tuple[str, str]]:
    """The people of an owner: badge, empty for who may not know it, and name."""
    rows = session.rows(
        "SELECT coalesce(b.badge, '') AS badge, p.name FROM person_owner o JOIN person p ON p.id = o.person_id"
        " LEFT JOIN badges() b ON b.person_id = p.id AND NOT b.dead"
        " WHERE o.owner_id = %(owner)s ORDER BY p.name",
        owner=owner,
    )
    return [(row["badge"], row["name"]) for row in rows]


def set_owners(session: Session, *, person: UUID, owners: Collection[UUID]) -> None:
    """Make a person belong to exactly these owners."""
    session.call("set_owners", person=person, owners=list(owners))


def owner(session: Session, code: str) -> UUID | None:
    """The partner of this code whose goods we keep."""
    row = session.row(
        "SELECT id FROM partner WHERE upper(code) = upper(%(code)s) AND 'owner' = ANY (kinds) AND NOT archived",
        code=code,
    )
    return row["id"] if row else None
