"""A badge is half of what signs a person on, and enough to lock them: others know it only to look after people."""
# ruff: noqa: S608  (the attacks are put together from the catalogue)

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from app.database.session import as_json
from tests.database.hostile import hostile
from tests.support import Site

BADGE, OTHER = "SH-P-SECRET7", "MANAGER1"


@pytest.fixture
def victim(warehouse: Site) -> Iterator[Site]:
    """Somebody whose badge was made, printed, lost and replaced."""
    with warehouse.desk.transaction() as session:
        person = session.call("save_person", badge="SH-P-SECRET6", name="Victim", groups=["operator"])
        session.call("replace_badge", person=person, badge=BADGE)
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO printer (name) VALUES ('Z1')")
    with warehouse.desk.transaction() as session:
        printer = session.row("SELECT id FROM printer")
        assert printer is not None
        session.call("queue_label", request=uuid4(), printer=printer["id"], warehouse=warehouse.warehouse,
                     template="badge", content=as_json({"badge": BADGE}), uid=f"{BADGE}/1")  # fmt: skip
    yield warehouse


def told(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> list[str]:
    """What somebody is answered, as text."""
    try:
        return [str(row) for row in connection.execute(statement).fetchall()]
    except psycopg.Error as error:
        return [str(error).split("QUERY")[0].split("LINE 1")[0]]


@pytest.mark.parametrize("who", ["OPERATOR1", "RECEIVER1", "MANAGER1", "AUDITOR1"])
def test_nobody_else_finds_a_badge_in_any_table_or_answer(victim: Site, who: str) -> None:
    station = victim.station("bench1", who)
    with victim.superuser() as connection:
        columns = connection.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0"
            " AND NOT a.attisdropped AND NOT c.relispartition ORDER BY 1, 2"
        ).fetchall()
        assert ("person", "badge") in columns
    asked = [f'SELECT "{column}"::text FROM {table}' for table, column in columns]
    asked += [
        "SELECT * FROM people_seen()",
        "SELECT * FROM people_changes()",
        "SELECT * FROM badges()",
        "SELECT * FROM search_candidates('secret7', 50)",
    ]
    with hostile(victim, "st_bench1") as connection:
        connection.execute("SELECT set_config('stockhand.token', %s, false)", [station.token])
        for statement in asked:
            assert not [row for row in told(connection, statement) if "SECRET" in row], statement
        assert told(connection, f"SELECT resolve_codes('{{badge}}', '{{{BADGE}}}')") == ["([],)"]
        own = told(connection, f"SELECT resolve_codes('{{badge}}', '{{{who}}}')")
    assert who.capitalize() in own[0], "one's own name"
    assert who not in own[0], "and not the badge: conversations keep what they are told"


def test_a_found_name_or_trail_is_not_sought_by_the_badge(victim: Site) -> None:
    station = victim.station("bench1", "AUDITOR1")
    with station.transaction() as session:
        assert session.rows("SELECT * FROM people_changes(NULL, 200, 'SECRET7')") == []
        (named,) = session.rows("SELECT badge, name FROM people_seen() WHERE name = 'Victim'")
        assert named["badge"] == ""


def test_who_looks_after_people_knows_their_badges(victim: Site) -> None:
    with victim.station("bench1", "ADMIN").transaction() as session:
        badges = {row["badge"]: row["dead"] for row in session.rows("SELECT badge, dead FROM badges()")}
        seen = {row["badge"] for row in session.rows("SELECT badge FROM people_seen()")}
    assert (badges[BADGE], badges["SH-P-SECRET6"], badges[OTHER]) == (False, True, False)
    assert {BADGE, OTHER} <= seen
