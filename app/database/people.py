"""People, stations, sign-on and approvals, as the schema's functions give them."""

from dataclasses import dataclass
from uuid import UUID

from app.database.session import Row, Session
from app.domain.errors import Refusal

_PEOPLE = """
    SELECT p.badge, p.name, p.active, p.language,
           coalesce(array_agg(DISTINCT g.group_name) FILTER (WHERE g.group_name IS NOT NULL), '{}') AS groups
    FROM person p LEFT JOIN person_group g ON g.person_id = p.id
    WHERE NOT p.system GROUP BY p.id ORDER BY p.badge
"""
_STATIONS = """
    SELECT s.name, s.type, s.active, w.code AS warehouse
    FROM station s LEFT JOIN warehouse w ON w.id = s.warehouse_id ORDER BY s.name
"""


@dataclass(frozen=True, slots=True)
class SignedOn:
    """Who is signed on at this login, and the token that says so."""

    token: str
    person_id: UUID
    name: str
    badge: str
    language: str
    station: str
    warehouse_id: UUID | None
    permissions: frozenset[str] = frozenset()


def pin_salt(session: Session, badge: str) -> bytes:
    """The salt to stretch this badge's PIN with (a false one for a badge that nobody has)."""
    return bytes(session.call("pin_salt", badge=badge))


def sign_on(session: Session, *, badge: str, pin_key: bytes, take_over: bool) -> SignedOn:
    """Sign on; refuses with `sign_on.wrong_pin`, `sign_on.locked` or `sign_on.elsewhere`."""
    answer = session.call("sign_on", badge=badge, pin_key=pin_key, take_over=take_over)
    warehouse = answer["warehouse_id"]
    return SignedOn(
        token=answer["token"],
        person_id=UUID(answer["person_id"]),
        name=answer["name"],
        badge=answer["badge"],
        language=answer["language"],
        station=answer["station"] or "",
        warehouse_id=UUID(warehouse) if warehouse else None,
    )


def permissions(session: Session) -> frozenset[str]:
    """What the person behind this session may do, to grey out the rest."""
    return frozenset(row["name"] for row in session.rows("SELECT my_permissions() AS name"))


def sign_off(session: Session) -> None:
    """End the sign-on of this session's token."""
    session.call("sign_off")


def approve(session: Session, *, badge: str, pin_key: bytes, request: UUID, permission: str, warehouse: UUID) -> str:
    """Have a supervisor approve one request; returns their name."""
    return str(
        session.call(
            "approve", badge=badge, pin_key=pin_key, request=request, permission=permission, warehouse=warehouse
        )
    )


def save_person(
    session: Session, *, badge: str, name: str | None, groups: list[str] | None, login: str | None = None
) -> UUID:
    """Add or change a person; `groups` hold in every warehouse. What is None stays as it is."""
    saved: UUID = session.call("save_person", badge=badge, name=name, groups=groups, login=login)
    return saved


def set_pin(session: Session, *, person: UUID, salt: bytes, stored: bytes) -> None:
    """Give a person a PIN and forget failed attempts."""
    session.call("set_pin", person=person, salt=salt, hash=stored)


def save_station(session: Session, *, name: str, login: str, warehouse: UUID | None, kind: str) -> UUID:
    """Add or change a station with its login."""
    saved: UUID = session.call("save_station", name=name, login=login, warehouse=warehouse, type=kind)
    return saved


def list_people(session: Session) -> list[Row]:
    """Everybody who has a badge: badge, name, active, language, groups."""
    return session.rows(_PEOPLE)


def list_stations(session: Session) -> list[Row]:
    """Every station: name, type, active, warehouse."""
    return session.rows(_STATIONS)


def insert_first(session: Session, *, badge: str, name: str, login: str, group: str, system: bool) -> UUID:
    """Write a person before there is anybody who could: for `admin init`, as a superuser."""
    row = session.row(
        "INSERT INTO person (badge, name, login, system) VALUES (%(badge)s, %(name)s, %(login)s, %(system)s)"
        " RETURNING id",
        badge=badge,
        name=name,
        login=login,
        system=system,
    )
    assert row is not None
    session.change(
        "INSERT INTO person_group (person_id, group_name) VALUES (%(person)s, %(group_name)s)",
        person=row["id"],
        group_name=group,
    )
    identity: UUID = row["id"]
    return identity


def person_by_badge(session: Session, badge: str) -> UUID | None:
    """The id of the person with this badge."""
    row = session.row("SELECT id FROM person WHERE badge = upper(%(badge)s)", badge=badge)
    return row["id"] if row else None


def warehouse_by_code(session: Session, code: str) -> UUID:
    """The id of a warehouse; refuses `warehouse.unknown`."""
    row = session.row("SELECT id FROM warehouse WHERE code = upper(%(code)s)", code=code)
    if row is None:
        raise Refusal("warehouse.unknown", warehouse=code)
    identity: UUID = row["id"]
    return identity


def unlock(session: Session, badge: str) -> None:
    """Let a locked badge try again; refuses `person.unknown`."""
    person = person_by_badge(session, badge)
    if person is None:
        raise Refusal("person.unknown", badge=badge)
    session.call("unlock_pin", person=person)


def first_warehouse(session: Session) -> UUID | None:
    """The warehouse of a person at a station that belongs to none: their first; None while there is none at all."""
    row = session.row("SELECT id FROM warehouse WHERE id = ANY (my_warehouses()) ORDER BY code LIMIT 1")
    return row["id"] if row else None
