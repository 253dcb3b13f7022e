"""Documents of any kind, as such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.paging import By, paging, positioned
from app.database.patterns import patterns
from app.database.session import Session, query
from app.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a document: a `decision` of people, or a posting of a `kind` with so many lines.

    `quantity` in base units, 0 where the units of the lines differ; `taken_back`: the posting takes another one back.
    `goods` (SKU, lot, serial number) and `place` (to which they came) where there is only one; `weight_kg` if weighed.
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
    goods: str = ""
    place: str = ""
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list: whom it is for, what was decided, how many of its `lines` are `done`, who made it."""

    id: UUID
    kind: str
    number: str
    reference: str
    partner: str
    decision: str
    due: date | None
    created_at: datetime
    made_by: str
    lines: int
    done: int
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands when somebody is about to decide: `may` are the decisions that can follow."""

    id: UUID
    kind: str
    number: str
    decision: str
    version: int
    may: tuple[str, ...]


_ORDERS = {
    "made": ("d.id",),
    "number": ("d.number",),
    "kind": ("d.kind",),
    "partner": ("coalesce(p.name, w.code, '')",),
    "reference": ("d.reference",),
    "state": ("d.decision",),
    "due": ("coalesce(d.due, date '9999-12-31')",),
    "made_by": ("c.name",),
}
_WORD = " AND concat_ws(' ', d.number, d.reference, d.kind, p.code, p.name, w.code) ILIKE %(word{n})s"
_FIND = """
    SELECT id FROM document WHERE kind = %(kind)s AND %(number)s IN (upper(number), upper(reference))
    ORDER BY upper(number) = %(number)s DESC, id DESC LIMIT 1
"""


def lines_of(session: Session, lines: Mapping[UUID, Decimal]) -> dict[str, Any]:
    """Base units by item, as the functions that make documents take them."""
    found = session.rows("SELECT id, base_uom FROM item WHERE id = ANY (%(ids)s)", ids=list(lines))
    units = {row["id"]: row["base_uom"] for row in found}
    return {"items": list(lines), "uoms": [units[item] for item in lines], "qtys": list(lines.values())}


def known(session: Session, *, kind: str, number: str) -> bool:
    """Whether a document of this kind has the number."""
    return session.row(_FIND, kind=kind, number=number.upper()) is not None


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


def page(
    session: Session,
    *,
    warehouse: UUID,
    words: Sequence[str],
    ended: bool,
    order: Sequence[By],
    after: Listed | None,
    most: int,
) -> list[Listed]:
    """A page of the documents of a warehouse in order, those behind `after`; with `ended` also what is over."""
    pages = paging(_ORDERS, order, ("d.id",), after.ordered_by if after else ())
    sql = query("documents_page").format(
        conditions="".join(_WORD.format(n=n) for n in range(len(words))),
        position=pages.columns,
        behind=pages.behind,
        order=pages.order,
        order_again=pages.order_again,
    )
    found = {f"word{n}": pattern for n, pattern in enumerate(patterns(words))}
    rows = session.rows(sql, warehouse=warehouse, ended=ended, most=most, **pages.parameters, **found)
    return [Listed(**positioned(row)) for row in rows]


def standing(session: Session, document: UUID) -> Standing:
    """How a document stands, and what can be decided about it."""
    row = session.row(
        "SELECT id, kind, number, decision, version, decisions_after(decision) AS may FROM document"
        " WHERE id = %(document)s",
        document=document,
    )
    assert row is not None
    return Standing(**{**row, "may": tuple(row["may"])})


def decide(session: Session, document: Standing, *, decision: str, reason: str) -> None:
    """Set what people decided on a document, unless somebody was faster."""
    session.call("decide_document", document=document.id, decision=decision, version=document.version, reason=reason)
