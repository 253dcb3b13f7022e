"""A movement that is dated back takes goods away then: the books of no past time show less than nothing unseen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import history
from app.database.session import Row, Session
from app.domain.errors import Refusal
from tests.support import Site, post

NOW = datetime.now(UTC)


def then(site: Site, kind: str, place: str, target: str, qty: int, **ago: float) -> UUID:
    """Something that happened so long ago and is booked only now."""
    reason = "FOUND" if kind.startswith("adjust") else None
    with site.station().transaction() as session:
        return post(session, site, kind, "WIDGET", place, target, qty, reason=reason, effective=NOW - timedelta(**ago))


def below(site: Site) -> list[Row]:
    """What a deep proof says, once all is sealed."""
    site.seal()
    with site.desk.transaction() as session:
        return session.rows("SELECT rule, offender FROM prove_deep()")


@pytest.fixture
def risky(warehouse: Site) -> Iterator[Site]:
    """R01 may go below nothing."""
    with warehouse.desk.transaction() as session:
        session.change("UPDATE location SET negative_allowed = true WHERE id = %(id)s", id=warehouse.places["R01"])
    yield warehouse


def test_goods_that_came_today_were_not_there_yesterday(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    with pytest.raises(Refusal) as caught:
        then(warehouse, "adjust_out", "R01", "ADJUSTMENT", 10, days=1)
    facts = caught.value.facts
    assert (caught.value.code, facts["sku"], facts["place"], facts["missing"]) == (
        "ledger.not_there_then", "WIDGET", "WH001-STO-R01", "10")  # fmt: skip
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    assert warehouse.prove() == below(warehouse) == []


def test_a_later_issue_counts_too_and_not_only_the_day_itself(warehouse: Site) -> None:
    then(warehouse, "adjust_in", "ADJUSTMENT", "R01", 10, days=9)
    then(warehouse, "adjust_out", "R01", "ADJUSTMENT", 8, days=5)
    then(warehouse, "adjust_in", "ADJUSTMENT", "R01", 8, days=3)
    with pytest.raises(Refusal, match="not_there_then"):
        then(warehouse, "move", "R01", "R02", 3, days=7)
    then(warehouse, "move", "R01", "R02", 2, days=7)
    then(warehouse, "move", "R01", "R02", 8, days=2)
    assert warehouse.stock("WIDGET", "R01") == (0, 0)
    assert below(warehouse) == []


def test_what_was_booked_late_is_booked_in_the_order_in_which_it_happened(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with pytest.raises(Refusal, match="not_there_then"):
        then(warehouse, "move", "R01", "R02", 5, days=1)
    then(warehouse, "adjust_in", "ADJUSTMENT", "R01", 5, days=2)
    then(warehouse, "move", "R01", "R02", 5, days=1)
    with pytest.raises(Refusal, match="not_there_then"):
        then(warehouse, "move", "R02", "R03", 5, days=1, hours=1)
    assert below(warehouse) == []


def test_a_movement_of_half_a_minute_ago_is_no_past(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 5, effective=datetime.now(UTC) - timedelta(seconds=30))
    assert warehouse.prove() == below(warehouse) == []


def test_where_less_than_nothing_is_allowed_the_past_is_noted(risky: Site) -> None:
    risky.put("WIDGET", "R01", 10)
    then(risky, "adjust_out", "R01", "ADJUSTMENT", 4, days=1)
    with risky.desk.transaction() as session:
        (noted,) = session.rows("SELECT location_id, lowest, since, until FROM past_negative")
    assert (noted["location_id"], noted["lowest"]) == (risky.places["R01"], -4)
    assert noted["since"] == NOW - timedelta(days=1)
    assert noted["until"] > NOW
    assert risky.prove() == below(risky) == []


def test_what_was_below_nothing_is_listed_with_who_settled_it(risky: Site) -> None:
    then(risky, "adjust_out", "R01", "ADJUSTMENT", 4, hours=5)
    then(risky, "adjust_out", "R01", "ADJUSTMENT", 2, hours=4)
    then(risky, "adjust_in", "ADJUSTMENT", "R01", 7, hours=2)
    then(risky, "adjust_out", "R01", "ADJUSTMENT", 3, hours=1)
    with risky.desk.transaction() as session:
        lasting, over = history.negative_spells(session, risky.warehouse)
    assert (lasting.lowest, lasting.since, lasting.until, lasting.settled_by) == (
        Decimal(-2),
        NOW - timedelta(hours=1),
        None,
        "",
    )
    assert (over.sku, over.lowest, over.since, over.until) == (
        "WIDGET", Decimal(-6), NOW - timedelta(hours=5), NOW - timedelta(hours=2))  # fmt: skip
    assert (over.kind, over.settled_kind) == ("adjust_out", "adjust_in")
    assert over.person
    assert over.settled_by


def test_postings_of_now_ask_nothing_about_the_past(warehouse: Site) -> None:
    """The walk back is made for dated ones only."""
    warehouse.put("WIDGET", "R01", 5)

    def walks(session: Session) -> int:
        row = session.row("SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'keep_past'")
        return int(row["calls"]) if row else 0

    with warehouse.superuser() as connection:
        connection.execute("ALTER ROLE sh_st_bench1 SET track_functions = 'all'")
    own = Site(warehouse.template, warehouse.url)  # a setting of a role holds for new connections
    try:
        with own.station().transaction() as session:
            post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)
            assert walks(session) == 0
            session.call("post_moves", request=uuid4(), kind="adjust_in", warehouse=warehouse.warehouse,
                         items=[warehouse.items["WIDGET"]], qtys=[1], from_locations=[warehouse.places["ADJUSTMENT"]],
                         to_locations=[warehouse.places["R01"]], reasons=["FOUND"],
                         effective=NOW - timedelta(days=1))  # fmt: skip
            assert walks(session) == 1
    finally:
        own.close()
        with warehouse.superuser() as connection:
            connection.execute("ALTER ROLE sh_st_bench1 RESET track_functions")


def test_a_past_below_nothing_is_named_by_the_deep_proof(warehouse: Site) -> None:
    """Slipped in behind the ledger's back, as an older program may have left it."""
    warehouse.put("WIDGET", "R01", 10)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 4)
    warehouse.seal()
    with warehouse.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE stock_move SET effective_at = effective_at - interval '1 day' WHERE kind = 'move'")
    (named,) = [row["offender"] for row in below(warehouse) if row["rule"] == "past_below_nothing"]
    assert (named["location"], named["lowest"]) == (str(warehouse.places["R01"]), -4)
