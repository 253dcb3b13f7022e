"""Setting a database up: schema, first people, this machine's logins, the policies that everybody starts with."""

import re
import secrets
from dataclasses import dataclass

from app.database import company, installation, people, policies
from app.database.logins import Logins
from app.database.session import Database
from app.domain.codes import badge as badge_code
from app.domain.company import Company
from app.domain.errors import Refusal
from app.domain.people import new_salt, stored_pin
from app.services.work import UnitOfWork, Worker

DESK = "desk"
WORKER = "worker_1"
_STATION_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_WORKER_BADGE = "SH-WORKER"


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Badge and PIN of the person who can add all others; shown once and kept nowhere."""

    badge: str
    pin: str


def initialise(superuser_url: str, logins: Logins, *, admin_name: str = "Administrator") -> FirstAdmin | None:
    """Install roles and schema and create the first admin; None when the database is set up already.

    `superuser_url` is of somebody who may create roles. The logins of this machine's desk and worker are kept.
    """
    if not installation.install(superuser_url):
        return None
    from app.services.policies import delivered  # noqa: PLC0415  (the rules of every capability: once in a database's life)

    for name, group in ((DESK, "admin"), (WORKER, "worker"), ("migrator", "migrator")):
        password = installation.new_password()
        installation.save_login(superuser_url, name, password, group=group)
        logins.keep(name, password)
    first = FirstAdmin(badge_code(1), "".join(secrets.choice("0123456789") for _ in range(6)))
    _write_first_people(superuser_url, admin_name, first)
    desk = Database(logins.url(superuser_url, DESK), application="set-up")
    try:
        with desk.transaction() as session:
            admin = people.person_by_badge(session, first.badge)
            assert admin is not None
            salt = new_salt()
            people.set_pin(session, person=admin, salt=salt, stored=stored_pin(first.pin, salt))
            for capability, rules in delivered().items():
                policies.save(session, capability, rules)
    finally:
        desk.close()
    return first


def _write_first_people(superuser_url: str, admin_name: str, first: FirstAdmin) -> None:
    database = installation.database_of(superuser_url)
    superuser = Database(superuser_url, application="set-up")
    try:
        with superuser.transaction() as session:
            people.become_owner(session, installation.role_name(database, "owner"))
            login = installation.role_name(database, DESK)
            people.insert_first(session, badge=first.badge, name=admin_name, login=login, group="admin", system=False)
            login = installation.role_name(database, WORKER)
            people.insert_first(
                session, badge=_WORKER_BADGE, name="Stockhand worker", login=login, group="worker", system=True
            )
    finally:
        superuser.close()


def add_station(
    superuser_url: str, logins: Logins, desk: Worker, *, name: str, warehouse: str | None = None, kind: str = "bench"
) -> None:
    """Add a station with a database login of its own and keep that login on this machine.

    Refuses `warehouse.unknown` and `station.name_wrong` before anything is made. The login is made by `superuser_url`,
    the station by the person at the desk.
    """
    if not _STATION_NAME.match(name):
        raise Refusal("station.name_wrong", name=name)
    place = desk.run(lambda unit: people.warehouse_by_code(unit.session, warehouse)) if warehouse else None
    login = station_login(name)
    password = logins.password(login) or installation.new_password()
    address = installation.save_login(superuser_url, login, password, group="station")
    role = installation.role_name(installation.database_of(address), login)

    def save(unit: UnitOfWork) -> None:
        people.save_station(unit.session, name=name, login=role, warehouse=place, kind=kind)
        unit.changed("station")

    desk.run(save)
    logins.keep(login, password)


def name_station(unit: UnitOfWork, *, name: str, warehouse: str, kind: str) -> None:
    """Make a station known before its machine is: `admin station` on that machine gives it its login.

    `warehouse` is a code, empty for none. Refuses `warehouse.unknown` and `station.name_wrong`.
    """
    if not _STATION_NAME.match(name):
        raise Refusal("station.name_wrong", name=name)
    place = people.warehouse_by_code(unit.session, warehouse) if warehouse else None
    role = installation.role_name(people.database_name(unit.session), station_login(name))
    people.save_station(unit.session, name=name, login=role, warehouse=place, kind=kind)
    unit.changed("station")


def renew_login(superuser_url: str, logins: Logins, login: str) -> None:
    """Let a station's login in again, with a new password that this machine keeps; the old one is worth nothing."""
    short, password = short_login(login), installation.new_password()
    installation.save_login(superuser_url, short, password, group="station")
    logins.keep(short, password)


def end_login(superuser_url: str, login: str) -> None:
    """Let a station's login in no more, and end its sessions."""
    installation.disable_login(superuser_url, login)


def short_login(login: str) -> str:
    """A login without the database's name, as this machine keeps it."""
    return login[login.index("_st_") + 1 :] if "_st_" in login else login


def station_login(name: str) -> str:
    """The login of a station, without the database's name."""
    return f"st_{name.lower()}"


def company_of(unit: UnitOfWork) -> Company:
    """Who the company is."""
    return company.read(unit.session)


def say_company(unit: UnitOfWork, wanted: Company) -> None:
    """Say who the company is; its GS1 prefix begins the SSCCs that are made from now on."""
    company.save(unit.session, wanted)


def badge_of(typed: str) -> str:
    """The badge's code for what a person types: the number alone or the whole code."""
    return badge_code(int(typed)) if typed.isdecimal() else typed.upper()
