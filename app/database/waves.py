"""What waves and walks read and write."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, as_json, query


def waiting(session: Session, warehouse: UUID, *, most: int) -> list[Row]:
    """Orders that wait to be released for picking, the most urgent first."""
    return session.rows(query("waves_waiting"), warehouse=warehouse, most=most)


def walks(
    session: Session, warehouse: UUID, *, wave: UUID | None = None, walk: UUID | None = None, ended: bool = False
) -> list[Row]:
    """The walks of a wave, or all that are not over (and those of the last day that `ended`); or this one."""
    return session.rows(query("waves_walks"), warehouse=warehouse, wave=wave, walk=walk, ended=ended)


def waves(session: Session, warehouse: UUID, *, most: int) -> list[Row]:
    """Waves with how far they are, those that are not over first."""
    return session.rows(query("waves_list"), warehouse=warehouse, most=most)


def release(
    session: Session,
    request: UUID,
    *,
    warehouse: UUID,
    walks: Sequence[dict[str, Any]],
    asked: dict[str, Any] | None,
    told: dict[str, Any],
    planned: bool,
) -> Row:
    """Release walks, or keep them planned; with `asked` they are a wave. Returns numbers, and what was left out."""
    answer: Row = session.call(
        "release_walks",
        request=request,
        warehouse=warehouse,
        walks=as_json(list(walks)),
        asked=None if asked is None else as_json(asked),
        told=as_json(told),
        planned=planned,
    )
    return answer


def find(session: Session, *, kind: str, number: str, warehouse: UUID) -> Row | None:
    """A wave or a walk by its number: id, decision, version."""
    return session.row(
        "SELECT id, decision, version FROM document"
        " WHERE kind = %(kind)s AND number = upper(%(number)s) AND warehouse_id = %(warehouse)s",
        kind=kind,
        number=number,
        warehouse=warehouse,
    )


def picker_of_order(session: Session, order: UUID) -> str:
    """Who picks an order for itself now; '' where nobody does."""
    row = session.row(
        "SELECT min(p.name) AS name FROM task t JOIN document_line l ON l.id = t.document_line_id"
        " JOIN person p ON p.id = t.leased_by"
        " WHERE l.document_id = %(order)s AND t.kind = 'pick' AND t.state = 'open' AND t.leased_until > now()"
        " AND t.batch_id IS NULL",
        order=order,
    )
    return str(row["name"] or "") if row else ""


def lane(session: Session, warehouse: UUID, address: str) -> UUID | None:
    """A place where totes stand, by its address or name."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'tote' AND active"
        " AND %(address)s IN (address, name)",
        warehouse=warehouse,
        address=address,
    )
    return row["id"] if row else None


def assign(session: Session, walk: UUID, person: UUID | None) -> None:
    """Keep a walk for a person; None: for whoever comes."""
    session.call("assign_walk", batch=walk, person=person)


def pickers(session: Session) -> list[Row]:
    """People who are at work and may be given walks: id and name."""
    return session.rows("SELECT id, name FROM person WHERE active AND NOT system ORDER BY name")


def list_walk(session: Session, walk: UUID, *, listed: bool) -> None:
    """Let a walk be walked by paper, or at the screens again."""
    session.call("list_walk", batch=walk, listed=listed)
