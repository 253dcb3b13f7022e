"""People, stations, sign-on and approvals, as the schema's functions give them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql

from app.database.session import Session, as_nouns
from app.domain.errors import Refusal
from app.domain.people import ApprovalWish, PeopleChange, Person, Right, Station


@dataclass(frozen=True, slots=True)
class WrongPins:
    """How many wrong PINs others typed with a badge since its person was here last; where and when the last one."""

    count: int
    place: str
    at: datetime


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
    wrong_pins: WrongPins | None = None


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
        wrong_pins=as_nouns(answer["wrong_pins"], WrongPins | None),
    )


def permissions(session: Session) -> frozenset[str]:
    """What the person behind this session may do, to grey out the rest."""
    return frozenset(row["name"] for row in session.rows("SELECT my_permissions() AS name"))


def sign_off(session: Session) -> None:
    """End the sign-on of this session's token."""
    session.call("sign_off")


def approve(session: Session, *, badge: str, pin_key: bytes, wish: ApprovalWish) -> str:
    """Have a supervisor approve one request with what it holds; returns their name."""
    return str(
        session.call(
            "approve",
            badge=badge,
            pin_key=pin_key,
            request=wish.request,
            permission=wish.permission,
            warehouse=wish.warehouse,
            content=bytes.fromhex(wish.content),
        )
    )


def stay_signed_on(session: Session) -> None:
    """A sign of life: the sign-on goes on."""
    session.call("stay_signed_on")


def save_person(
    session: Session,
    *,
    badge: str,
    name: str | None,
    groups: list[str] | None,
    login: str | None = None,
    language: str | None = None,
) -> UUID:
    """Add or change a person; `groups` hold in every warehouse. What is None stays as it is."""
    saved: UUID = session.call("save_person", badge=badge, name=name, groups=groups, login=login, language=language)
    return saved


def set_groups(session: Session, person: UUID, groups: list[str], warehouse: UUID | None) -> None:
    """Make a person's groups in one warehouse (None: in all) exactly these."""
    session.call("set_groups", person=person, groups=groups, warehouse=warehouse)


def set_active(session: Session, person: UUID, *, active: bool) -> None:
    """Let a person in again, or out for good."""
    session.call("set_person_active", person=person, active=active)


def replace_badge(session: Session, person: UUID, badge: str) -> None:
    """Give a person another badge; the one before is dead for ever."""
    session.call("replace_badge", person=person, badge=badge)


def set_login(session: Session, person: UUID, login: str | None) -> None:
    """Say which database login is a person's own at a desk; None: none any more."""
    session.call("set_login", person=person, login=login)


def set_pin(session: Session, *, person: UUID, salt: bytes, stored: bytes, must_change: bool = False) -> None:
    """Give a person a PIN and forget failed attempts."""
    session.call("set_pin", person=person, salt=salt, hash=stored, must_change=must_change)


def change_pin(session: Session, *, badge: str, pin_key: bytes, salt: bytes, stored: bytes) -> None:
    """Give oneself a new PIN, by badge and old PIN."""
    session.call("change_pin", badge=badge, pin_key=pin_key, salt=salt, hash=stored)


def sign_off_everywhere(session: Session, person: UUID) -> int:
    """End a person's sign-ons; returns how many."""
    ended: int = session.call("sign_off_everywhere", person=person)
    return ended


def set_permission(
    session: Session, person: UUID, permission: str, *, granted: bool | None, up_to: Decimal | None = None
) -> None:
    """A word on one person: granted up to a limit, taken away, or (None) as their groups say."""
    session.call("set_permission", person=person, permission=permission, granted=granted, up_to=up_to)


def set_group_permission(
    session: Session, group: str, permission: str, *, granted: bool, up_to: Decimal | None = None
) -> None:
    """What everybody in a group may, up to a limit, or not."""
    session.call("set_group_permission", group=group, permission=permission, granted=granted, up_to=up_to)


def database_name(session: Session) -> str:
    """The name of the database, with which the names of its roles begin."""
    row = session.row("SELECT current_database() AS name")
    assert row is not None
    return str(row["name"])


def save_station(session: Session, *, name: str, login: str, warehouse: UUID | None, kind: str) -> UUID:
    """Add or change a station with its login."""
    saved: UUID = session.call("save_station", name=name, login=login, warehouse=warehouse, type=kind)
    return saved


def change_station(
    session: Session,
    station: UUID,
    *,
    name: str | None = None,
    kind: str | None = None,
    warehouse: UUID | None = None,
    everywhere: bool = False,
    active: bool | None = None,
    page_printer: str | None = None,
) -> None:
    """Change a station; what is None stays as it is, `everywhere` takes it out of its warehouse."""
    session.call(
        "change_station",
        station=station,
        name=name,
        type=kind,
        warehouse=warehouse,
        everywhere=everywhere,
        active=active,
        page_printer=page_printer,
    )


def everybody(session: Session) -> tuple[Person, ...]:
    """Everybody who has a badge, in the order of their badges."""
    return tuple(as_nouns(session.rows("SELECT * FROM people_seen()"), list[Person]))


def rights(session: Session, person: UUID) -> tuple[Right, ...]:
    """Every permission of a person, and why."""
    rows = session.rows("SELECT * FROM person_rights(%(person)s)", person=person)
    return tuple(as_nouns(rows, list[Right]))


def group_rights(session: Session, group: str) -> tuple[Right, ...]:
    """Every permission, and whether a group gives it, up to which limit."""
    rows = session.rows(
        "SELECT p.name AS permission, g.permission IS NOT NULL AS granted, g.up_to,"
        " %(group)s NOT IN ('admin', 'worker') AND may_give(p.name, NULL, NULL) AS may_give"
        " FROM permission p LEFT JOIN group_permission g ON g.permission = p.name AND g.group_name = %(group)s"
        " ORDER BY p.name",
        group=group,
    )
    return tuple(as_nouns(rows, list[Right]))


def stations(session: Session) -> tuple[Station, ...]:
    """Every station, by name."""
    return tuple(as_nouns(session.rows("SELECT * FROM stations_seen()"), list[Station]))


def changes(
    session: Session, *, before: datetime | None = None, limit: int = 200, text: str = ""
) -> tuple[PeopleChange, ...]:
    """What was changed on people, stations and rights before an instant, latest first, at most `limit`."""
    rows = session.rows(
        "SELECT * FROM people_changes(%(before)s, %(limit)s, %(text)s)", before=before, limit=limit, text=text
    )
    return tuple(as_nouns(rows, list[PeopleChange]))


def warehouse_codes(session: Session) -> list[str]:
    """The codes of the warehouses that are in use."""
    return [row["code"] for row in session.rows("SELECT code FROM warehouse WHERE active ORDER BY code")]


def highest_badge(session: Session, prefix: str) -> int:
    """The highest number on a badge that was ever given out, alive or dead; 0 for none."""
    row = session.row(
        "SELECT coalesce(max(substring(badge FROM length(%(prefix)s) + 1)::bigint), 0) AS n"
        " FROM badges() WHERE badge ~ ('^' || %(prefix)s || '[0-9]{1,9}$')",
        prefix=prefix,
    )
    return int(row["n"]) if row else 0


def become_owner(session: Session, role: str) -> None:
    """Write as the owner of the schema until the transaction ends: for an installer who is no superuser."""
    session.change(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)).as_string())


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
    """The id of the person with this badge, for those who look after people: refuses others (`permission.missing`)."""
    row = session.row(
        "SELECT may_somewhere('administer') AS may, (SELECT person_id FROM badges()"
        " WHERE badge = upper(%(badge)s) AND NOT dead) AS id",
        badge=badge,
    )
    assert row is not None
    if row["id"] is None and not row["may"]:
        raise Refusal("permission.missing", permission="administer")
    identity: UUID | None = row["id"]
    return identity


def warehouse_by_code(session: Session, code: str) -> UUID:
    """The id of a warehouse; refuses `warehouse.unknown`."""
    row = session.row("SELECT id FROM warehouse WHERE code = upper(%(code)s)", code=code)
    if row is None:
        raise Refusal("warehouse.unknown", warehouse=code)
    identity: UUID = row["id"]
    return identity


def unlock(session: Session, person: UUID) -> None:
    """Let a locked badge try again."""
    session.call("unlock_pin", person=person)


def first_warehouse(session: Session) -> UUID | None:
    """The warehouse of a person at a station that belongs to none: their first; None while there is none at all."""
    row = session.row("SELECT id FROM warehouse WHERE id = ANY (my_warehouses()) ORDER BY code LIMIT 1")
    return row["id"] if row else None


def names(session: Session) -> list[str]:
    """The names of all people, for taking them out of what leaves the house."""
    return [row["name"] for row in session.rows("SELECT name FROM person WHERE NOT system")]


def own_station(session: Session) -> str:
    """The name of the station that is asking; empty at a desk."""
    row = session.row("SELECT name FROM station WHERE id = this_station()")
    return str(row["name"]) if row else ""


def station_type(session: Session) -> tuple[str, UUID | None, Sequence[Mapping[str, Any]]]:
    """The type and warehouse of the station that asks, empty for a desk; and the rules of what stations need."""
    row = session.row(
        "SELECT coalesce(s.type, '') AS type, s.warehouse_id AS warehouse,"
        " policies_for('stations', ARRAY[s.warehouse_id]) AS policies"
        " FROM (SELECT this_station() AS id) here LEFT JOIN station s ON s.id = here.id"
    )
    assert row is not None
    return row["type"], row["warehouse"], row["policies"]


def require(session: Session, permission: str) -> None:
    """Refuse unless whoever is signed on holds a permission."""
    session.call("require", permission=permission)
