"""Who types wrong PINs is known afterwards, whatever they undo; and nobody locks everybody."""

import contextlib
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.database import people
from app.domain.errors import Refusal
from tests.database.hostile import hostile
from tests.support import Site, pin_key

WRONG = b"\0" * 32


def guess(site: Site, login: str, badge: str, times: int) -> list[str]:
    """Somebody at a login types wrong PINs and undoes each transaction; what they are answered."""
    answers = []
    with hostile(site, login) as connection:
        for _ in range(times):
            with contextlib.suppress(psycopg.Error):
                connection.execute("BEGIN")
                try:
                    connection.execute("SELECT sign_on(%s, %s)", [badge, WRONG])
                except psycopg.Error as error:
                    answers.append(str(error.diag.message_primary))
                connection.execute("ROLLBACK")
    return answers


def later(site: Site, minutes: int) -> None:
    """So many minutes go by for those who owe."""
    with site.superuser() as connection:
        for (name,) in connection.execute(
            "SELECT 'stockhand.' || relname FROM pg_class WHERE relname LIKE 'debt!_%' ESCAPE '!' AND relkind = 'S'"
        ).fetchall():
            connection.execute("SELECT setval(%s, last - %s) FROM (SELECT pg_sequence_last_value(%s::regclass) AS last)"
                               " x WHERE last IS NOT NULL", [name, minutes * 60, name])  # fmt: skip


def sign_on(site: Site, login: str, badge: str) -> people.SignedOn:
    with site.login(login).transaction() as session:
        return people.sign_on(session, badge=badge, pin_key=pin_key(), take_over=True)


def test_who_locked_a_badge_is_known_to_who_looks_after_people_and_told_to_its_person(warehouse: Site) -> None:
    site = warehouse
    site.station("bench1", "RECEIVER1")  # stands there
    assert guess(site, "st_bench1", "OPERATOR1", 4) == ["sign_on.wrong_pin"] * 4
    assert guess(site, "desk_manager", "OPERATOR1", 2) == ["sign_on.wrong_pin", "sign_on.locked"]
    with site.desk.transaction() as session:
        (one,) = session.rows("SELECT * FROM people_seen() WHERE badge = 'OPERATOR1'")
        tries = session.rows("SELECT * FROM people_changes(NULL, 200, 'Operator1') WHERE what = 'wrong_pin'")
        assert (one["locked"], one["locked_at"]) == (True, "Manager1")
        assert sorted((row["by_name"], row["station"], row["about"]) for row in tries) == [
            ("Manager1", "", "Operator1"), *[("Receiver1", "bench1", "Operator1")] * 4]  # fmt: skip
        assert all(datetime.now(UTC) - row["at"] < timedelta(minutes=1) for row in tries)
        session.call("unlock_pin", person=site.people["OPERATOR1"])
    told = sign_on(site, "st_dock1", "OPERATOR1").wrong_pins
    assert told is not None
    assert (told.count, told.place) == (5, "Manager1")
    assert sign_on(site, "st_dock1", "OPERATOR1").wrong_pins is None, "said once"
    with site.desk.transaction() as session:
        kept = session.rows("SELECT * FROM people_changes(NULL, 200, 'Operator1') WHERE what = 'wrong_pin'")
    assert len(kept) == 5
    assert guess(site, "st_bench1", "OPERATOR1", 1) == ["sign_on.wrong_pin"]
    with site.desk.transaction() as session:
        assert session.row("SELECT count(*) AS n FROM people_changes() WHERE what = 'wrong_pin'") == {"n": 6}


def test_one_s_own_slip_of_just_now_is_not_told(warehouse: Site) -> None:
    guess(warehouse, "st_bench1", "OPERATOR1", 2)
    assert sign_on(warehouse, "st_bench1", "OPERATOR1").wrong_pins is None


def test_a_login_that_types_wrong_pins_is_stopped_before_it_has_locked_everybody(warehouse: Site) -> None:
    site = warehouse
    badges = ["OPERATOR1", "RECEIVER1", "MANAGER1", "AUDITOR1", "ADMIN"]
    answers = [guess(site, "st_bench1", badge, 5) for badge in badges]
    assert answers[:2] == [["sign_on.wrong_pin"] * 5] * 2
    assert answers[2:] == [["sign_on.login_waits"] * 5] * 3
    with pytest.raises(Refusal) as caught:
        sign_on(site, "st_bench1", "MANAGER1")
    assert (caught.value.code, caught.value.facts["minutes"]) == ("sign_on.login_waits", 3)
    assert sign_on(site, "st_dock1", "MANAGER1"), "others are not concerned, and no try was used up"
    later(site, 3)
    assert guess(site, "st_bench1", "MANAGER1", 2) == ["sign_on.wrong_pin", "sign_on.login_waits"]
    later(site, 3)
    assert sign_on(site, "st_bench1", "MANAGER1")


def test_badges_that_nobody_has_cost_as_much(warehouse: Site) -> None:
    answers = [guess(warehouse, "st_bench1", f"NOBODY-{n}", 1)[0] for n in range(12)]
    assert answers == ["sign_on.wrong_pin"] * 10 + ["sign_on.login_waits"] * 2


def test_an_approval_is_no_way_round(warehouse: Site) -> None:
    guess(warehouse, "st_bench1", "MANAGER1", 5)
    guess(warehouse, "st_bench1", "RECEIVER1", 5)
    with pytest.raises(Refusal, match=r"sign_on\.login_waits"), warehouse.login("st_bench1").transaction() as session:
        session.rows("SELECT approve('ADMIN', %(k)s, gen_random_uuid(), 'adjust', NULL, sha256('x'))", k=WRONG)
