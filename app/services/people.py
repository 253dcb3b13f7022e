"""Looking after people and stations: who works here, what they may, with which badge, PIN and login.

The database decides who may change whom; here is what belongs together in one change. Logins of the database itself
are made by `services/setup.py`'s means, where the server's owner is at hand.
"""

from decimal import Decimal
from uuid import UUID

from app.database import company, installation, people
from app.domain.codes import BADGE_PREFIX
from app.domain.codes import badge as badge_code
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.people import PeopleChange, Person, Right, Station, new_salt, stored_pin
from app.services import printing
from app.services.work import UnitOfWork, Worker

PERSON, STATION = "person", "station"
"""The kinds of change after which people and stations are read again."""


def everybody(unit: UnitOfWork) -> tuple[Person, ...]:
    """Everybody who has a badge; needs the permission `see_people`."""
    return people.everybody(unit.session)


def require(unit: UnitOfWork, permission: str) -> None:
    """Refuse whoever may not do something anywhere (`permission.missing`): for what no database function does.

    Refuses `sign_on.required` where nobody is signed on any more, such as after a restore.
    """
    if not unit.session.call("may_somewhere", permission=permission):
        raise Refusal("permission.missing" if unit.session.call("actor") else "sign_on.required", permission=permission)


def rights(unit: UnitOfWork, person: UUID) -> tuple[Right, ...]:
    """Every permission of a person, and why they have it."""
    return people.rights(unit.session, person)


def group_rights(unit: UnitOfWork, group: str) -> tuple[Right, ...]:
    """Every permission, and whether a group gives it."""
    return people.group_rights(unit.session, group)


def stations(unit: UnitOfWork) -> tuple[Station, ...]:
    """Every station and who is signed on there; needs the permission `see_people`."""
    return people.stations(unit.session)


def changes(unit: UnitOfWork, *, after: PeopleChange | None, limit: int, text: str) -> tuple[PeopleChange, ...]:
    """What was changed, latest first, from `after` on backwards."""
    return people.changes(unit.session, before=after.at if after else None, limit=limit, text=text)


def warehouses(unit: UnitOfWork) -> list[str]:
    """The codes of the warehouses that are in use, for a choice."""
    return people.warehouse_codes(unit.session)


def with_badge(unit: UnitOfWork, badge: str) -> UUID:
    """The person with this badge; refuses `person.unknown`."""
    found = people.person_by_badge(unit.session, badge)
    if found is None:
        raise Refusal("person.unknown", badge=badge)
    return found


def station_named(unit: UnitOfWork, name: str) -> Station:
    """The station of this name; refuses `station.unknown`."""
    found = next((one for one in people.stations(unit.session) if one.name == name), None)
    if found is None:
        raise Refusal("station.unknown", name=name)
    return found


def next_badge(unit: UnitOfWork) -> str:
    """A badge that nobody ever had."""
    return badge_code(people.highest_badge(unit.session, BADGE_PREFIX) + 1)


def save(
    unit: UnitOfWork,
    *,
    badge: str,
    name: str | None,
    groups: list[str] | None = None,
    pin: str | None = None,
    must_change: bool = False,
    language: str | None = None,
) -> UUID:
    """Add or change a person; what is None stays as it is. `groups` hold in every warehouse. Returns the id.

    Refuses who may not look after this person, and a new person without a name (`person.name_missing`).
    """
    person = people.save_person(unit.session, badge=badge, name=name, groups=groups, language=language)
    if pin is not None:
        give_pin(unit, person, pin, must_change=must_change)
    unit.changed(PERSON, person)
    return person


def set_groups(unit: UnitOfWork, person: UUID, groups: list[str], *, warehouse: str = "") -> None:
    """Make a person's groups in one warehouse (its code; empty: in all) exactly these."""
    place = people.warehouse_by_code(unit.session, warehouse) if warehouse else None
    people.set_groups(unit.session, person, groups, place)
    unit.changed(PERSON, person)


def set_active(unit: UnitOfWork, person: UUID, *, active: bool) -> None:
    """Let a person in again, or out for good: then they are signed off at once. Refuses the last administrator."""
    people.set_active(unit.session, person, active=active)
    unit.changed(PERSON, person)


def replace_badge(unit: UnitOfWork, person: UUID, badge: str = "") -> str:
    """Give a person another badge (empty: the next free one); the lost one is dead for ever. Returns the new one."""
    new = badge or next_badge(unit)
    people.replace_badge(unit.session, person, new)
    unit.changed(PERSON, person)
    return new


def give_pin(unit: UnitOfWork, person: UUID, pin: str, *, must_change: bool) -> None:
    """Give a person a PIN; `must_change`: it opens nothing until they have chosen their own."""
    salt = new_salt()
    people.set_pin(unit.session, person=person, salt=salt, stored=stored_pin(pin, salt), must_change=must_change)
    unit.changed(PERSON, person)


def unlock(unit: UnitOfWork, person: UUID) -> None:
    """Let a locked badge try again."""
    people.unlock(unit.session, person)
    unit.changed(PERSON, person)


def sign_off_everywhere(unit: UnitOfWork, person: UUID) -> int:
    """End a person's sign-ons at once; returns how many."""
    ended = people.sign_off_everywhere(unit.session, person)
    unit.changed(PERSON, person)
    return ended


def set_permission(
    unit: UnitOfWork, person: UUID, permission: str, *, granted: bool | None, up_to: Decimal | None = None
) -> None:
    """A word on one person: granted up to a limit in base units, taken away, or (None) as their groups say."""
    people.set_permission(unit.session, person, permission, granted=granted, up_to=up_to)
    unit.changed(PERSON, person)


def set_group_permission(
    unit: UnitOfWork, group: str, permission: str, *, granted: bool, up_to: Decimal | None = None
) -> None:
    """What everybody in a group may, up to a limit in base units, or not; administrators always may everything."""
    people.set_group_permission(unit.session, group, permission, granted=granted, up_to=up_to)
    unit.changed(PERSON)


def change_station(
    unit: UnitOfWork,
    station: UUID,
    *,
    name: str | None = None,
    kind: str | None = None,
    warehouse: str | None = None,
    active: bool | None = None,
    page_printer: str | None = None,
) -> None:
    """Change a station; None stays as it is, an empty `warehouse` means none. Inactive: it may do nothing.

    `page_printer`: the printer at which its papers come out, empty for any. Refuses `station.no_page_printer`.
    """
    people.change_station(
        unit.session,
        station,
        name=name,
        kind=kind,
        warehouse=people.warehouse_by_code(unit.session, warehouse) if warehouse else None,
        everywhere=warehouse == "",
        active=active,
        page_printer=page_printer,
    )
    unit.changed(STATION, station)


def print_badge(unit: UnitOfWork, person: Person, *, printer: UUID, warehouse: UUID, role: str) -> UUID:
    """Want a person's badge printed; returns the print job. Each badge that is printed is a label of its own."""
    fields = {"badge": person.badge, "name": person.name, "company": company.name(unit.session), "role": role}
    content = LabelContent("badge", f"{person.badge}/{unit.request_id.hex[:8]}", fields)
    return printing.queue_label(unit, content, printer=printer, warehouse=warehouse)


def give_login(superuser_url: str, worker: Worker, badge: str) -> tuple[str, str]:
    """Give a person a database login of their own for a desk, or a new password for it; returns both, kept nowhere.

    It carries the rights of their mightiest group; `superuser_url` is of somebody who may create logins.
    Refuses where this machine's own login is theirs (`person.machine_login`).
    """
    person = worker.run(lambda unit: _looked_after(unit, badge))
    database = installation.database_of(superuser_url)
    login = person.login or installation.role_name(database, f"p_{person.badge.lower()}")
    _require_own(login, database, badge)
    short = login.removeprefix(installation.role_name(database, ""))
    held = {one.group for one in person.groups}
    group = next((one for one in ("admin", "manager", "auditor", "receiver") if one in held), "operator")
    password = installation.new_password()
    worker.run(lambda unit: _set_login(unit, person.id, login))
    installation.save_login(superuser_url, short, password, group=group)
    return login, password


def end_login(superuser_url: str, worker: Worker, badge: str) -> None:
    """Take a person's own login away: it may do nothing at once, and its sessions end; a machine's stays."""
    person = worker.run(lambda unit: _looked_after(unit, badge))
    if person.login is None:
        raise Refusal("person.no_login", badge=badge)
    _require_own(person.login, installation.database_of(superuser_url), badge)
    worker.run(lambda unit: _set_login(unit, person.id, None))
    installation.disable_login(superuser_url, person.login)


def _require_own(login: str, database: str, badge: str) -> None:
    """Refuse a machine's login; one's own bears the badge that the person had when it was made."""
    if not login.startswith(installation.role_name(database, "p_")):
        raise Refusal("person.machine_login", badge=badge)


def _looked_after(unit: UnitOfWork, badge: str) -> Person:
    found = next((one for one in everybody(unit) if one.badge == badge), None)
    if found is None:
        raise Refusal("person.unknown", badge=badge)
    return found


def _set_login(unit: UnitOfWork, person: UUID, login: str | None) -> None:
    people.set_login(unit.session, person, login)
    unit.changed(PERSON, person)
