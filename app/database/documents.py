"""Documents of any kind, as such."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Session, query
from app.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a document: a `decision` of people, or a posting of a `kind` with so many lines.

    `quantity` in base units, 0 where the units of the lines differ; `taken_back`: the posting takes another one back.
    """

    at: datetime
    decision: str
    kind: str
    person: str
    station: str
    reason: str
    lines: int
    quantity: Decimal
    taken_back: bool


_FIND = """
    SELECT id FROM document WHERE kind = %(kind)s AND %(number)s IN (upper(number), upper(reference))
    ORDER BY upper(number) = %(number)s DESC, id DESC LIMIT 1
"""


def lines_of(session: Session, lines: Mapping[UUID, Decimal]) -> dict[str, Any]:
    """Base units by item, as the functions that make documents take them."""
    found = session.rows("SELECT id, base_uom FROM item WHERE id = ANY (%(ids)s)", ids=list(lines))
    units = {row["id"]: row["base_uom"] for row in found}
    return {"items": list(lines), "uoms": [units[item] for item in lines], "qtys": list(lines.values())}


def find(session: Session, *, kind: str, number: str) -> UUID:
    """The document of a kind with this number, ours or the partner's; refuses `document.unknown`."""
    row = session.row(_FIND, kind=kind, number=number.upper())
    if row is None:
        raise Refusal("document.unknown", number=number)
    identity: UUID = row["id"]
    return identity


def timeline(session: Session, document: UUID) -> list[Event]:
    """What was decided about a document and posted for it, the latest first."""
    return [Event(**row) for row in session.rows(query("documents_timeline"), document=document)]


def release(session: Session, made: UUID) -> str:
    """Release a document that was just made, unless this request did so before; returns its number."""
    row = session.row("SELECT number, decision FROM document WHERE id = %(made)s", made=made)
    assert row is not None
    if row["decision"] == "draft":
        session.call("decide_document", document=made, decision="released", version=1)
    return str(row["number"])


def decide(session: Session, document: UUID, *, decision: str, reason: str) -> None:
    """Set what people decided on a document, as it is now."""
    row = session.row("SELECT version FROM document WHERE id = %(document)s", document=document)
    assert row is not None
    session.call("decide_document", document=document, decision=decision, version=row["version"], reason=reason)
