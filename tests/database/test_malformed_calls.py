"""Whatever somebody hands to a function by psql ends in a refusal of ours, which tells nothing of any row."""

import psycopg
import pytest

from app.database.errors import translate
from app.domain.errors import Refusal
from tests.database.hostile import hostile, ledger
from tests.database.malformed import Call, malformed
from tests.support import Site

OURS = {"SH001", "57014"}  # refused; taking too long for a station is ended
SAME_FOR_ALL = {"item_is", "held_for_others"}
"""They take a row that the caller holds: PostgreSQL reads it before the function is called."""


@pytest.fixture
def busy(warehouse: Site) -> Site:
    """A warehouse in which there is something of most kinds."""
    warehouse.put("WIDGET", "R01", 50)
    warehouse.order_line()
    with warehouse.desk.transaction() as session:
        session.call(
            "create_handling_unit", kind="case", warehouse=warehouse.warehouse, location=warehouse.places["R01"]
        )
    return warehouse


def test_every_malformed_call_is_refused_in_a_code(busy: Site) -> None:
    station = busy.station("bench1", "ADMIN")
    before = ledger(busy)
    raw: dict[tuple[str, str], str] = {}
    with hostile(busy, "st_bench1") as connection:
        connection.execute("SELECT set_config('stockhand.token', %s, false)", [station.token])
        for call in malformed(busy):
            if call.name not in SAME_FOR_ALL and (error := refused(connection, call)) and error.sqlstate not in OURS:
                raw.setdefault((call.name, str(error.sqlstate)), f"{call.about}: {error}"[:200])
    assert raw == {}
    assert ledger(busy) == before
    assert busy.prove() == []


def refused(connection: psycopg.Connection[tuple[object, ...]], call: Call) -> psycopg.Error | None:
    """How a call ends, of which nothing stays."""
    connection.execute("BEGIN")
    try:
        connection.execute(call.sql, [value for _, value in call.arguments])
    except psycopg.Error as error:
        return error
    finally:
        connection.execute("ROLLBACK")
    return None


def test_a_refusal_of_malformed_input_quotes_no_row(busy: Site) -> None:
    """PostgreSQL's own error would have shown the whole row that failed, also columns that nobody reads."""
    station = busy.station("bench1", "ADMIN")
    with hostile(busy, "st_bench1") as connection:
        connection.execute("SELECT set_config('stockhand.token', %s, false)", [station.token])
        with pytest.raises(psycopg.Error) as caught:
            connection.execute("SELECT set_pin(%s, 'short', 'short')", [busy.people["OPERATOR1"]])
    assert (caught.value.sqlstate, caught.value.diag.message_primary) == ("SH001", "input.malformed")
    assert "Failing row" not in str(caught.value)
    assert translate(caught.value) is caught.value, "for our programs it is a defect, with a report"


def test_what_has_a_word_keeps_it(busy: Site) -> None:
    with pytest.raises(Refusal, match=r"ledger\.no_such_day"), busy.desk.transaction() as session:
        session.rows("SELECT ensure_trace(%(i)s, 'L', '', 'infinity', NULL)", i=busy.items["MILK"])
