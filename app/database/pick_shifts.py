"""People who pick, as they are stored, and what they have to walk already."""

from collections.abc import Sequence
from uuid import UUID

from app.database.session import Session, all_as, as_json, query
from app.domain.waves import Begun, Shift


def shifts(session: Session, warehouse: UUID) -> tuple[Shift, ...]:
    """Who picks in a warehouse: those of all zones first, then zone by zone."""
    return all_as(session.rows(query("pick_shifts"), warehouse=warehouse), Shift)


def zones(session: Session, warehouse: UUID) -> tuple[tuple[str, str], ...]:
    """The zones of a warehouse that are in use: address and name."""
    rows = session.rows(
        "SELECT address, name FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'zone' AND active"
        " ORDER BY address",
        warehouse=warehouse,
    )
    return tuple((row["address"], row["name"]) for row in rows)


def save(session: Session, warehouse: UUID, wanted: Sequence[Shift]) -> None:
    """Say who picks, instead of what was said before."""
    session.call("save_pick_shifts", warehouse=warehouse, shifts=as_json([_as_row(one) for one in wanted]))


def begun(session: Session, warehouse: UUID) -> tuple[Begun, ...]:
    """What is left of walks that were released before, the most urgent first."""
    return all_as(session.rows(query("walks_begun"), warehouse=warehouse), Begun)


def _as_row(one: Shift) -> dict[str, object]:
    return {
        "zone": one.zone or None,
        "name": one.name,
        "weekday": one.weekday,
        "day": one.day,
        "starts": one.starts,
        "ends": one.ends,
        "people": one.people,
    }
