"""Doors, appointments and rosters as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database.session import Row, Session, all_as, as_json, query
from app.domain.docks import Appointment, Closure, Direction, Door, Limits, Plan, Shift, Vehicle, read_hours

_DOORS = (
    "SELECT l.id, l.name, l.address, d.direction, d.hours, d.vehicles, d.temperatures, d.pallets_per_hour,"
    " d.lines_per_hour, d.active AND l.active AS active, d.version"
    " FROM dock_door d JOIN location l ON l.id = d.location_id"
    " WHERE d.warehouse_id = %(warehouse)s ORDER BY l.walk_position, length(l.address), l.address"
)
_CLOSURES = (
    "SELECT id, door_id AS door, starts_at, ends_at, reason FROM dock_closure"
    " WHERE warehouse_id = %(warehouse)s AND ends_at > %(from)s AND starts_at < %(until)s ORDER BY starts_at"
)
_SHIFTS = (
    "SELECT id, version, day, starts, ends, people, name, names FROM dock_shift"
    " WHERE warehouse_id = %(warehouse)s AND day BETWEEN %(first)s AND %(last)s ORDER BY day, starts, name"
)
_FREE_DOCKS = (
    "SELECT l.id, l.name, l.address FROM location l WHERE l.warehouse_id = %(warehouse)s AND l.kind = 'dock'"
    " AND l.active AND NOT EXISTS (SELECT FROM dock_door d WHERE d.location_id = l.id)"
    " ORDER BY l.walk_position, length(l.address), l.address"
)
_HISTORY = (
    "SELECT h.at, n.name AS person, h.what, coalesce(l.name, '') AS door, h.starts_at, h.ends_at, h.reason,"
    " coalesce(u.name, '') AS taken_back_by"
    " FROM appointment_history h JOIN person n ON n.id = h.person_id LEFT JOIN location l ON l.id = h.door_id"
    " LEFT JOIN person u ON u.id = h.undone_by"
    " WHERE h.appointment_id = %(appointment)s ORDER BY h.id DESC"
)


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A document with what is still to come of it; pieces in base units, weight in kg."""

    id: UUID
    kind: str
    number: str
    reference: str
    partner: str
    partner_name: str
    due: date | None
    lines: int
    pallets: int
    pieces: Decimal
    weight_kg: Decimal

    @property
    def direction(self) -> Direction:
        """Whether its truck brings goods or takes them."""
        return Direction.INBOUND if self.kind in ("purchase_order", "asn") else Direction.OUTBOUND


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of an appointment at a time, by whom: a state, `moved` or `changed`, and where it stood then.

    `taken_back_by`: who took the step back; empty where it stands.
    """

    at: datetime
    person: str
    what: str
    door: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    taken_back_by: str = ""


@dataclass(frozen=True, slots=True)
class Dock:
    """A dock that no truck can be booked on yet."""

    id: UUID
    name: str
    address: str


def doors(session: Session, warehouse: UUID) -> tuple[Door, ...]:
    """The doors of a warehouse, those out of use too, in the order of the walk."""
    return tuple(_door(row) for row in session.rows(_DOORS, warehouse=warehouse))


def _door(row: Row) -> Door:
    return Door(
        id=row["id"],
        name=row["name"],
        address=row["address"],
        direction=Direction(row["direction"]) if row["direction"] else None,
        openings=read_hours(row["hours"]),
        vehicles=frozenset(map(Vehicle, row["vehicles"])),
        temperatures=frozenset(row["temperatures"]),
        pallets_per_hour=row["pallets_per_hour"],
        lines_per_hour=row["lines_per_hour"],
        active=row["active"],
        version=row["version"],
    )


def free_docks(session: Session, warehouse: UUID) -> tuple[Dock, ...]:
    """The docks that are no doors for trucks yet."""
    return all_as(session.rows(_FREE_DOCKS, warehouse=warehouse), Dock)


def limits(session: Session, warehouse: UUID) -> Limits:
    """What all docks take in an hour together."""
    row = session.row(
        "SELECT trucks_per_hour, pallets_per_hour FROM dock_limit WHERE warehouse_id = %(warehouse)s",
        warehouse=warehouse,
    )
    return Limits(**row) if row else Limits()


def closures(session: Session, warehouse: UUID, *, start: datetime, until: datetime) -> tuple[Closure, ...]:
    """Doors that are closed out of turn in a stretch of time."""
    return all_as(session.rows(_CLOSURES, warehouse=warehouse, **{"from": start, "until": until}), Closure)


def shifts(session: Session, warehouse: UUID, *, first: date, last: date) -> tuple[Shift, ...]:
    """Who is there on some days."""
    return all_as(session.rows(_SHIFTS, warehouse=warehouse, first=first, last=last), Shift)


def appointments(
    session: Session, warehouse: UUID, *, start: datetime, until: datetime, ids: Sequence[UUID] | None = None
) -> tuple[Appointment, ...]:
    """Appointments whose windows reach into a stretch of time, and every truck that is here; or these."""
    asked = {"warehouse": warehouse, "from": start, "until": until, "ids": None if ids is None else list(ids)}
    return all_as(session.rows(query("docks_appointments"), **asked), Appointment)


def plan(
    session: Session, warehouse: UUID, *, start: datetime, until: datetime, first: date, last: date, zone: ZoneInfo
) -> Plan:
    """All that windows between two moments are judged by."""
    return Plan(
        zone=zone,
        doors=doors(session, warehouse),
        appointments=appointments(session, warehouse, start=start, until=until),
        closures=closures(session, warehouse, start=start, until=until),
        shifts=shifts(session, warehouse, first=first, last=last),
        limits=limits(session, warehouse),
    )


def find(session: Session, warehouse: UUID, words: str) -> list[UUID]:
    """The appointments that are meant by a number, a plate, a document or an announced unit."""
    rows = session.rows(query("docks_find"), warehouse=warehouse, words=words.strip().upper())
    return [row["id"] for row in rows]


def search(session: Session, warehouse: UUID, words: str) -> list[UUID]:
    """The appointments in which all these words stand, the nearest to now first."""
    rows = session.rows(query("docks_search"), warehouse=warehouse, words=words.upper().split())
    return [row["id"] for row in rows]


def waiting(
    session: Session,
    warehouse: UUID,
    documents: Sequence[UUID] | None = None,
    *,
    direction: Direction = Direction.INBOUND,
) -> tuple[WaitingPaper, ...]:
    """Documents that no truck has an appointment for; or these, with what is still to come, or to go."""
    asked = {"documents": None if documents is None else list(documents), "outbound": direction is Direction.OUTBOUND}
    return all_as(session.rows(query("docks_waiting"), warehouse=warehouse, **asked), WaitingPaper)


def document_ids(session: Session, warehouse: UUID, numbers: Sequence[str]) -> dict[str, UUID]:
    """The open documents that come or leave by truck, by these numbers, ours or the partner's, in capitals."""
    rows = session.rows(
        "SELECT id, upper(number) AS number, upper(reference) AS reference FROM document"
        " WHERE warehouse_id = %(warehouse)s AND decision NOT IN ('cancelled', 'closed')"
        " AND kind IN ('asn', 'purchase_order', 'return', 'transfer', 'order', 'shipment')"
        " AND (upper(number) = ANY (%(numbers)s) OR upper(reference) = ANY (%(numbers)s)) ORDER BY kind DESC, id",
        warehouse=warehouse,
        numbers=list(numbers),
    )
    return {row[name]: row["id"] for row in rows for name in ("reference", "number") if row[name] in numbers}


def partner_of(session: Session, document: UUID) -> UUID | None:
    """Whose document it is."""
    row = session.row("SELECT partner_id FROM document WHERE id = %(document)s", document=document)
    return row["partner_id"] if row else None


def history(session: Session, appointment: UUID) -> tuple[Passage, ...]:
    """What became of an appointment, the latest first."""
    return all_as(session.rows(_HISTORY, appointment=appointment), Passage)


def carrier_name(session: Session, typed: str) -> str:
    """A carrier by name: of a partner whose code was typed, else as it was typed."""
    row = session.row(
        "SELECT name FROM partner WHERE upper(code) = upper(%(typed)s) AND 'carrier' = ANY (kinds)", typed=typed.strip()
    )
    return str(row["name"]) if row else typed.strip()


# - writing -


def hold(session: Session, warehouse: UUID, *, request: UUID) -> dict[str, Any] | None:
    """Let nobody else change the plan of this warehouse until the end of the transaction.

    Returns what was answered to this request before, None where it is new.
    """
    known: dict[str, Any] | None = session.call("hold_docks", warehouse=warehouse, asked=request)
    return known


def save_appointment(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    appointment: UUID | None,
    version: int | None,
    values: Mapping[str, object],
    documents: Sequence[UUID],
) -> dict[str, Any]:
    """Plan an appointment or change one; answers with id, number and version."""
    answer: dict[str, Any] = session.call(
        "save_appointment",
        request=request,
        warehouse=warehouse,
        id=appointment,
        version=version,
        values=as_json(dict(values)),
        documents=list(documents),
    )
    return answer


def advance(
    session: Session,
    *,
    request: UUID,
    appointment: UUID,
    version: int | None,
    state: str,
    door: UUID | None,
    reason: str,
    run: UUID | None = None,
) -> str:
    """Take an appointment to its next state; returns its number."""
    answer = session.call(
        "advance_appointment",
        request=request,
        id=appointment,
        version=version,
        state=state,
        door=door,
        reason=reason,
        run=run,
    )
    return str(answer["number"])


def retreat(session: Session, *, request: UUID, appointment: UUID, version: int | None) -> tuple[str, str]:
    """Take the last step of a truck back; returns its number and the state that it has again."""
    answer = session.call("retreat_appointment", request=request, id=appointment, version=version)
    return str(answer["number"]), str(answer["state"])


def mark_no_shows(session: Session, warehouse: UUID) -> tuple[UUID, ...]:
    """Say of trucks that are awaited no more that they never came; returns them."""
    return tuple(session.call("mark_no_shows", warehouse=warehouse))


def save_door(session: Session, *, request: UUID, location: UUID, version: int, values: Mapping[str, object]) -> None:
    """Make a dock a door for trucks, or say anew what it takes."""
    session.call("save_door", request=request, location=location, version=version, values=as_json(dict(values)))


def close_door(session: Session, *, request: UUID, door: UUID, start: datetime, until: datetime, reason: str) -> UUID:
    """Close a door for a while; returns the closure."""
    made: UUID = session.call(
        "close_door", request=request, door=door, **{"from": start, "until": until}, reason=reason
    )
    return made


def reopen_door(session: Session, closure: UUID) -> None:
    """Open a door again."""
    session.call("reopen_door", closure=closure)


def limit(session: Session, *, warehouse: UUID, limits: Limits) -> None:
    """Say what all docks take in an hour together."""
    session.call("limit_docks", warehouse=warehouse, trucks=limits.trucks_per_hour, pallets=limits.pallets_per_hour)


def save_shifts(session: Session, *, request: UUID, warehouse: UUID, rows: Sequence[Mapping[str, object]]) -> int:
    """Say who is there; returns how many shifts were named."""
    return int(session.call("save_shifts", request=request, warehouse=warehouse, rows=as_json(list(rows))))
