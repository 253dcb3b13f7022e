"""People, rights and stations are changed by those who may, within what they may, and somebody always remains."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.database import people
from app.database.session import Database
from app.domain.errors import Refusal
from app.domain.people import Person, PinState, Station
from tests.support import Site, pin_key

NEW_SALT, NEW_KEY = b"another salt 16b", b"n" * 32


def refused(database: Database, function: str, /, **given: object) -> str:
    """The code with which a function is refused."""
    with pytest.raises(Refusal) as caught, database.transaction() as session:
        session.call(function, **given)
    return caught.value.code


def change(database: Database, function: str, /, **given: object) -> object:
    with database.transaction() as session:
        return session.call(function, **given)


def employ(site: Site, badge: str, group: str, warehouse: str | None = None) -> UUID:
    """A new person in a group, in one warehouse or everywhere, with everybody's PIN."""
    place = site.warehouses[warehouse] if warehouse else None
    with site.desk.transaction() as session:
        person = people.save_person(session, badge=badge, name=badge.title(), groups=None)
        people.set_groups(session, person, [group], place)
        session.rows("SELECT set_pin(%(p)s, 'a salt for tests', sha256(%(k)s::bytea))", p=person, k=pin_key())
    return person


def seen(site: Site, badge: str) -> Person:
    with site.desk.transaction() as session:
        return next(one for one in people.everybody(session) if one.badge == badge)


def sign_on(database: Database, badge: str, key: bytes) -> None:
    with database.transaction() as session:
        database.token = people.sign_on(session, badge=badge, pin_key=key, take_over=True).token


def new_pin(site: Site, person: UUID, *, must_change: bool = False, by: Database | None = None) -> None:
    with (by or site.desk).transaction() as session:
        session.rows(
            "SELECT set_pin(%(p)s, %(salt)s, sha256(%(key)s::bytea), %(must)s)",
            p=person, salt=NEW_SALT, key=NEW_KEY, must=must_change,
        )  # fmt: skip


CHANGES: dict[str, dict[str, object]] = {
    "save_person": {"badge": "OPERATOR2", "name": "Other"},
    "set_groups": {"person": "OPERATOR2", "groups": ["manager"]},
    "set_person_active": {"person": "OPERATOR2", "active": False},
    "replace_badge": {"person": "OPERATOR2", "badge": "NEW-1"},
    "set_login": {"person": "OPERATOR2", "login": "somebody"},
    "set_pin": {"person": "OPERATOR2", "salt": NEW_SALT, "hash": b"h" * 32},
    "unlock_pin": {"person": "OPERATOR2"},
    "sign_off_everywhere": {"person": "OPERATOR2"},
    "set_permission": {"person": "OPERATOR2", "permission": "adjust", "granted": True},
    "set_group_permission": {"group": "operator", "permission": "adjust", "granted": True},
    "save_station": {"name": "bench9", "login": "bench9", "warehouse": None, "type": "bench"},
    "change_station": {"station": "bench1", "active": False},
}


def given_to(site: Site, given: dict[str, object]) -> dict[str, object]:
    """The same with ids for names."""
    ids = {"person": site.people, "station": {one.name: one.id for one in site_stations(site)}}
    return {name: ids[name][str(value)] if name in ids else value for name, value in given.items()}


def site_stations(site: Site) -> tuple[Station, ...]:
    with site.desk.transaction() as session:
        return people.stations(session)


@pytest.mark.parametrize("badge", [None, "OPERATOR1", "RECEIVER1", "MANAGER1", "AUDITOR1"])
def test_only_who_administers_changes_people_and_stations(warehouse: Site, badge: str | None) -> None:
    station = warehouse.station("dock1", badge)
    before = warehouse.count("audit")
    for name, given in CHANGES.items():
        arguments = given_to(warehouse, given)
        code = refused(station, name, **arguments)
        assert code == ("permission.missing" if badge else "sign_on.required"), name
    assert warehouse.count("audit") == before


def test_every_one_of_these_changes_is_possible_for_an_administrator_and_leaves_a_trace(warehouse: Site) -> None:
    for name, given in CHANGES.items():
        before = warehouse.count("audit")
        change(warehouse.desk, name, **given_to(warehouse, given))
        assert warehouse.count("audit") > before, name
    with warehouse.desk.transaction() as session:
        trail = people.changes(session, limit=1000)
    assert {one.by_name for one in trail} >= {"Admin"}
    assert not any("hash" in str(one.after) or "salt" in str(one.after) for one in trail)


def test_what_was_changed_stands_in_the_trail_before_and_after(warehouse: Site) -> None:
    change(warehouse.desk, "save_person", badge="OPERATOR2", name="Grace")
    with warehouse.desk.transaction() as session:
        latest = people.changes(session, limit=1)[0]
    assert (latest.what, latest.verb, latest.about, latest.by_name) == ("person", "UPDATE", "Grace", "Admin")
    assert latest.differences() == {"name": ("Operator2", "Grace")}


def test_nobody_changes_their_own_rights(warehouse: Site) -> None:
    me = warehouse.people["ADMIN"]
    for name, given in (
        ("set_groups", {"person": me, "groups": ["admin", "operator"]}),
        ("set_permission", {"person": me, "permission": "adjust", "granted": True}),
        ("set_person_active", {"person": me, "active": False}),
    ):
        code = refused(warehouse.desk, name, **given)
        assert code == "person.not_oneself", name


def test_the_last_administrator_stays(warehouse: Site) -> None:
    second = employ(warehouse, "ADMIN2", "admin")
    other = warehouse.station("bench1", "ADMIN2")
    change(other, "set_groups", person=warehouse.people["ADMIN"], groups=["operator"])
    for name, given in (
        ("set_groups", {"person": second, "groups": []}),
        ("set_permission", {"person": second, "permission": "administer", "granted": False}),
        ("set_person_active", {"person": second, "active": False}),
    ):
        code = refused(other, name, **given)
        assert code == "person.not_oneself", name
    with warehouse.superuser() as connection:
        connection.execute("DELETE FROM person_pin WHERE person_id = %s", [second])
        connection.execute("UPDATE person SET login = 'sh_second' WHERE id = %s", [second])
    assert refused(other, "set_login", person=second, login=None) == "person.last_administrator"


def test_two_administrators_cannot_remove_each_other_at_once(warehouse: Site) -> None:
    """The second change waits for the first, and then comes from somebody who may no more."""
    second = employ(warehouse, "ADMIN2", "admin")
    other = warehouse.station("bench1", "ADMIN2")
    with warehouse.desk.open_session() as first:
        first.begin()
        first.call("set_groups", person=second, groups=[])
        with pytest.raises(Exception, match="busy"), other.transaction() as session:
            session.change("SET LOCAL lock_timeout = '300ms'")
            session.call("set_groups", person=warehouse.people["ADMIN"], groups=[])
        first.commit()
    code = refused(other, "set_groups", person=warehouse.people["ADMIN"], groups=[])
    assert code == "permission.missing"


def test_an_administrator_of_one_warehouse_has_no_say_in_another(warehouse: Site) -> None:
    employ(warehouse, "ADMIN-A", "admin", "WH001")
    station = warehouse.station("bench1", "ADMIN-A")
    theirs, everywhere = warehouse.people["MANAGER-B"], warehouse.people["OPERATOR1"]
    wh2 = warehouse.warehouses["WH002"]
    for name, given, code in (
        ("set_groups", {"person": theirs, "groups": ["admin"], "warehouse": wh2}, "permission.missing"),
        ("set_groups", {"person": theirs, "groups": ["admin"]}, "permission.missing"),
        ("set_person_active", {"person": theirs, "active": False}, "person.beyond_you"),
        ("set_pin", {"person": theirs, "salt": NEW_SALT, "hash": b"h" * 32}, "person.beyond_you"),
        ("replace_badge", {"person": theirs, "badge": "NEW-1"}, "person.beyond_you"),
        ("set_pin", {"person": everywhere, "salt": NEW_SALT, "hash": b"h" * 32}, "person.beyond_you"),
        ("set_pin", {"person": warehouse.people["ADMIN"], "salt": NEW_SALT, "hash": b"h" * 32}, "person.beyond_you"),
        ("set_group_permission", {"group": "operator", "permission": "adjust", "granted": True}, "permission.missing"),
        ("save_station", {"name": "b9", "login": "b9", "warehouse": wh2, "type": "bench"}, "permission.missing"),
        ("save_station", {"name": "b9", "login": "b9", "warehouse": None, "type": "bench"}, "permission.missing"),
    ):
        assert refused(station, name, **given) == code, (name, given)
    with station.transaction() as session:
        new = people.save_person(session, badge="NEWCOMER", name="New", groups=None)
        people.set_groups(session, new, ["operator"], warehouse.warehouse)
        people.set_permission(session, new, "adjust", granted=True, up_to=Decimal(5))
    with warehouse.superuser() as connection:
        row = connection.execute(
            "SELECT person_may(%s, 'adjust', %s), person_may(%s, 'adjust', %s), person_limit(%s, 'adjust', %s)",
            [new, warehouse.warehouse, new, wh2, new, warehouse.warehouse],
        ).fetchone()
    assert row == (True, False, 5)


def test_nobody_gives_more_than_they_have(warehouse: Site) -> None:
    """A deputy who may administer, and adjust up to ten, is no way to more than that."""
    deputy = employ(warehouse, "DEPUTY", "operator")
    change(warehouse.desk, "set_permission", person=deputy, permission="administer", granted=True)
    change(warehouse.desk, "set_permission", person=deputy, permission="adjust", granted=True, up_to=10)
    station = warehouse.station("bench1", "DEPUTY")
    friend = warehouse.people["OPERATOR2"]
    too_much = "permission.more_than_own"
    for name, given, code in (
        ("set_groups", {"person": friend, "groups": ["admin"]}, too_much),
        ("set_groups", {"person": friend, "groups": ["manager"]}, too_much),
        ("set_permission", {"person": friend, "permission": "reverse", "granted": True}, too_much),
        ("set_permission", {"person": friend, "permission": "adjust", "granted": True}, too_much),
        ("set_permission", {"person": friend, "permission": "adjust", "granted": True, "up_to": 11}, too_much),
        ("set_group_permission", {"group": "operator", "permission": "adjust", "granted": True}, too_much),
        ("set_group_permission", {"group": "operator", "permission": "reverse", "granted": True}, too_much),
        ("set_pin", {"person": warehouse.people["MANAGER1"], "salt": NEW_SALT, "hash": b"h" * 32}, "person.beyond_you"),
        ("set_login", {"person": warehouse.people["ADMIN"], "login": None}, "person.beyond_you"),
    ):  # fmt: skip
        assert refused(station, name, **given) == code, (name, given)
    change(station, "set_permission", person=friend, permission="adjust", granted=True, up_to=10)
    change(station, "set_groups", person=friend, groups=["operator"])


def test_what_administrators_and_workers_may_is_fixed(warehouse: Site) -> None:
    for group in ("admin", "worker"):
        given = {"group": group, "permission": "adjust", "granted": False}
        assert refused(warehouse.desk, "set_group_permission", **given) == "permission.group_fixed"


def test_a_group_may_more_from_one_moment_to_the_next(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")

    def may() -> object:
        with station.transaction() as session:
            return session.row("SELECT may('adjust', %(w)s) AS yes", w=warehouse.warehouse)

    assert may() == {"yes": False}
    change(warehouse.desk, "set_group_permission", group="operator", permission="adjust", granted=True, up_to=3)
    assert may() == {"yes": True}
    change(warehouse.desk, "set_permission", person=warehouse.people["OPERATOR1"], permission="adjust", granted=False)
    assert may() == {"yes": False}


def test_a_lost_badge_is_dead_for_ever(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")
    person = warehouse.people["OPERATOR1"]
    change(warehouse.desk, "replace_badge", person=person, badge="OPERATOR1-B")
    with station.transaction() as session:
        assert session.row("SELECT actor() AS who") == {"who": None}
    assert refused(station, "sign_on", badge="OPERATOR1", pin_key=pin_key()) == "sign_on.wrong_pin"
    sign_on(station, "OPERATOR1-B", pin_key())
    for badge, code in (
        ("OPERATOR1", "person.badge_dead"),
        ("OPERATOR2", "person.badge_taken"),
        ("x y", "person.badge_wrong"),
    ):
        given = {"person": person, "badge": badge}
        assert refused(warehouse.desk, "replace_badge", **given) == code
    assert refused(warehouse.desk, "save_person", badge="OPERATOR1", name="X") == "person.badge_dead"


def test_a_first_pin_opens_nothing_but_the_way_to_an_own_one(warehouse: Site) -> None:
    new_pin(warehouse, warehouse.people["OPERATOR1"], must_change=True)
    assert seen(warehouse, "OPERATOR1").pin is PinState.INITIAL
    station = warehouse.station("bench1", None)
    given = {"badge": "OPERATOR1", "pin_key": NEW_KEY}
    assert refused(station, "sign_on", **given) == "sign_on.pin_must_change"
    with station.transaction() as session:
        session.rows(
            "SELECT change_pin('OPERATOR1', %(k)s, 'a salt for tests', sha256(%(n)s::bytea))", k=NEW_KEY, n=pin_key()
        )
    sign_on(station, "OPERATOR1", pin_key())
    assert seen(warehouse, "OPERATOR1").pin is PinState.OWN


def test_ones_own_pin_is_changed_with_the_old_one_only(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")
    person = warehouse.people["OPERATOR1"]
    new: dict[str, object] = {"salt": NEW_SALT, "hash": b"h" * 32}
    assert refused(station, "set_pin", person=person, **new) == "permission.missing"
    code = refused(station, "change_pin", badge="OPERATOR1", pin_key=b"wrong", **new)
    assert code == "sign_on.wrong_pin"
    admin = warehouse.station("dock1", "ADMIN")
    mine = warehouse.people["ADMIN"]
    assert refused(admin, "set_pin", person=mine, **new) == "person.old_pin_needed"
    new_pin(warehouse, warehouse.people["ADMIN"])  # at the own desk it is the password that says who it is


def test_a_locked_out_administrator_gets_in_by_their_own_desk(warehouse: Site) -> None:
    station = warehouse.station("bench1", None)
    for _ in range(6):
        refused(station, "sign_on", badge="ADMIN", pin_key=b"wrong")
    assert seen(warehouse, "ADMIN").locked
    change(warehouse.desk, "unlock_pin", person=warehouse.people["ADMIN"])
    assert not seen(warehouse, "ADMIN").locked
    sign_on(station, "ADMIN", pin_key())


def test_who_left_is_out_at_once_and_what_they_did_stays_theirs(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")
    change(warehouse.desk, "set_person_active", person=warehouse.people["OPERATOR1"], active=False)
    assert refused(station, "require_actor") == "sign_on.required"
    given = {"badge": "OPERATOR1", "pin_key": pin_key()}
    assert refused(station, "sign_on", **given) == "sign_on.wrong_pin"
    change(warehouse.desk, "set_person_active", person=warehouse.people["OPERATOR1"], active=True)
    sign_on(station, "OPERATOR1", pin_key())
    with warehouse.desk.transaction() as session:
        came = [one.verb for one in people.changes(session) if one.what == "sign_on_trail"]
    assert came == ["on", "ended", "on"]


def test_a_station_that_is_switched_off_may_do_nothing_at_once(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")
    bench = next(one.id for one in site_stations(warehouse) if one.name == "bench1")
    change(warehouse.desk, "change_station", station=bench, active=False)
    assert refused(station, "require_actor") == "sign_on.required"
    given = {"badge": "OPERATOR1", "pin_key": pin_key()}
    assert refused(station, "sign_on", **given) == "station.inactive"
    change(warehouse.desk, "change_station", station=bench, active=True, name="packing-1", type="dock", everywhere=True)
    sign_on(station, "OPERATOR1", pin_key())
    after = next(one for one in site_stations(warehouse) if one.id == bench)
    assert (after.name, after.type, after.warehouse, after.person) == ("packing-1", "dock", "", "Operator1")


def test_a_login_is_never_shared(warehouse: Site) -> None:
    """A person whose own login were a station's would be whoever stands there."""
    for login in ("sh_st_bench1", "sh_desk_manager", "sh_worker_1"):
        given = {"person": warehouse.people["OPERATOR2"], "login": login}
        assert refused(warehouse.desk, "set_login", **given) == "person.login_taken"
    station: dict[str, object] = {"name": "bench9", "login": "sh_desk_manager", "warehouse": None, "type": "bench"}
    assert refused(warehouse.desk, "save_station", **station) == "person.login_taken"


def test_a_badge_that_nobody_has_cannot_be_told_from_a_wrong_pin(warehouse: Site) -> None:
    def answers(badge: str, login: str) -> list[tuple[str, object]]:
        station = warehouse.login(login)  # one each: ten wrong PINs stop a login
        told = []
        for _ in range(7):
            with pytest.raises(Refusal) as caught, station.transaction() as session:
                session.call("sign_on", badge=badge, pin_key=b"wrong")
            told.append((caught.value.code, caught.value.facts.get("left")))
            assert set(caught.value.facts) - {"left"} == {"badge"}
            assert caught.value.facts["badge"] == badge.upper()
        return told

    change(warehouse.desk, "set_person_active", person=warehouse.people["OPERATOR2"], active=False)
    known = answers("operator1", "st_bench1")
    assert known[:2] == [("sign_on.wrong_pin", 4), ("sign_on.wrong_pin", 3)]
    assert known[-1][0] == "sign_on.locked"
    change(warehouse.login("worker_1"), "forget_strangers")
    assert answers("nobody-1", "st_dock1") == known
    change(warehouse.login("worker_1"), "forget_strangers")
    assert answers("operator2", "desk_operator") == known


def test_a_sign_on_without_a_sign_of_life_ends_and_never_outlasts_the_day(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")

    def left(statement: str) -> object:
        with warehouse.superuser() as connection:
            connection.execute(statement)
            row = connection.execute("SELECT extract(minute FROM expires_at - now())::int FROM sign_on").fetchone()
        return row and row[0]

    assert left("SELECT 1") in (29, 30)
    left("UPDATE sign_on SET expires_at = now() + interval '3 minutes'")
    change(station, "stay_signed_on")
    assert left("SELECT 1") in (29, 30)
    left("UPDATE sign_on SET signed_on_at = now() - interval '13 hours 50 minutes'")
    change(station, "stay_signed_on")
    assert left("SELECT 1") in (9, 10)
    left("UPDATE sign_on SET expires_at = now() - interval '1 second'")
    change(station, "stay_signed_on")
    assert refused(station, "require_actor") == "sign_on.required"


def test_what_a_person_may_is_shown_with_its_reason(warehouse: Site) -> None:
    person = warehouse.people["OPERATOR1"]
    change(warehouse.desk, "set_permission", person=person, permission="adjust", granted=True, up_to=5)
    change(warehouse.desk, "set_permission", person=person, permission="pick", granted=False)
    with warehouse.desk.transaction() as session:
        rights = {one.permission: one for one in people.rights(session, person)}
    assert (rights["adjust"].held, rights["adjust"].limit, len(rights["adjust"].by_groups)) == (True, Decimal(5), 0)
    assert (rights["pick"].held, [one.group for one in rights["pick"].by_groups]) == (False, ["operator"])
    assert (rights["pack"].held, rights["pack"].granted) == (True, None)
    assert not rights["reverse"].held
    with warehouse.station("bench1", "OPERATOR2").transaction() as session, pytest.raises(Refusal):
        people.rights(session, person)
