"""How much a person may post at once, what a supervisor approves beyond it, and what is taken back line by line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import people
from app.database.session import Database, as_json
from app.domain.errors import Refusal
from app.domain.people import ApprovalWish
from tests.support import Site, pin_key, post


def limit(site: Site, badge: str, up_to: object, permission: str = "adjust") -> None:
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO person_permission VALUES (%s, %s, %s, true)", [site.people[badge], permission, up_to]
        )


def adjust(site: Site, station: Database, qty: int, request: UUID, values: list[Decimal] | None = None) -> UUID:
    with station.transaction() as session:
        return post(session, site, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", qty, reason="FOUND", request=request,
                    values=values)  # fmt: skip


def approve(site: Site, station: Database, badge: str, request: UUID, refused: Refusal) -> None:
    """Have a supervisor approve what was refused."""
    wish = ApprovalWish(request, str(refused.facts["permission"]), site.warehouse, str(refused.facts["content"]))
    with station.transaction() as session:
        people.approve(session, badge=badge, pin_key=pin_key(), wish=wish)


def refused(of: Callable[[], object]) -> Refusal:
    """What asks for an approval."""
    with pytest.raises(Refusal, match="needs_approval") as caught:
        of()
    return caught.value


def approvals_used(site: Site) -> int:
    with site.superuser() as connection:
        row = connection.execute("SELECT count(used_at) FROM approval").fetchone()
    assert row is not None
    return int(row[0])


def test_beyond_a_persons_limit_an_approval_is_needed_and_used_once(warehouse: Site) -> None:
    limit(warehouse, "OPERATOR1", 5)
    station = warehouse.station("bench1", "OPERATOR1")
    request = uuid4()
    beyond = refused(lambda: adjust(warehouse, station, 6, request))
    told = {"permission": "adjust", "limit": "5", "asked": "6", "lines": 1, "currency": "EUR"}
    assert {name: beyond.facts[name] for name in told} == told
    assert beyond.facts["goods"] == [
        {"sku": "WIDGET", "name": "Widget", "quantity": "6", "unit": "each", "from": "WH001-ADJUSTMENT",
         "to": "WH001-STO-R01", "value": None}
    ]  # fmt: skip
    approve(warehouse, station, "MANAGER1", request, beyond)
    with pytest.raises(Refusal, match="approved_otherwise"):
        adjust(warehouse, station, 60, request)
    adjust(warehouse, station, 6, request)
    with pytest.raises(Refusal, match="needs_approval"):
        adjust(warehouse, station, 6, uuid4())
    adjust(warehouse, station, 5, uuid4())
    assert (warehouse.stock("WIDGET", "R01"), approvals_used(warehouse)) == ((11, 0), 1)
    assert warehouse.prove() == []


def test_nobody_does_in_parts_what_they_may_not_do_at_once(warehouse: Site) -> None:
    limit(warehouse, "OPERATOR1", 5)
    station = warehouse.station("bench1", "OPERATOR1")
    taken_back = adjust(warehouse, station, 5, uuid4())
    beyond = refused(lambda: adjust(warehouse, station, 1, uuid4()))
    assert (beyond.facts["asked"], beyond.facts["limit"]) == ("6", "5")
    with station.transaction() as session:
        post(session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", "R01", 5, reason="FOUND")  # other goods
        session.call("reverse_posting", request=uuid4(), posting=taken_back, reason="UNDO")
    approve(warehouse, station, "MANAGER1", request := uuid4(), refused(lambda: adjust(warehouse, station, 9, request)))
    adjust(warehouse, station, 9, request)
    adjust(warehouse, station, 3, uuid4())
    refused(lambda: adjust(warehouse, station, 3, uuid4()))
    assert warehouse.stock("WIDGET", "R01") == (12, 0)


def test_an_approval_of_one_thing_lets_nothing_else_through(warehouse: Site) -> None:
    """Goods taken back under a request that was approved for less, and hashes that are none."""
    limit(warehouse, "OPERATOR1", 5, "reverse")
    posting = two_lines(warehouse)
    station, request = warehouse.station("bench1", "OPERATOR1"), uuid4()

    def take_back(qty: int) -> None:
        with station.transaction() as session:
            session.call("reverse_lines", request=request, posting=posting, lines=[2], qtys=[Decimal(qty)])

    approve(warehouse, station, "MANAGER1", request, beyond := refused(lambda: take_back(6)))
    with pytest.raises(Refusal, match="approved_otherwise"):
        take_back(20)
    wish = ApprovalWish(request, "reverse", warehouse.warehouse, str(beyond.facts["content"])[2:])
    with pytest.raises(Refusal, match="approved_otherwise"), station.transaction() as session:
        people.approve(session, badge="MANAGER1", pin_key=pin_key(), wish=wish)
    take_back(6)
    assert (warehouse.stock("GADGET", "R01"), approvals_used(warehouse)) == ((14, 0), 1)


def test_an_approver_whose_own_limit_is_lower_may_not_and_another_one_may(warehouse: Site) -> None:
    limit(warehouse, "OPERATOR1", 5)
    limit(warehouse, "MANAGER1", 50)
    station = warehouse.station("bench1", "OPERATOR1")
    request = uuid4()
    beyond = refused(lambda: adjust(warehouse, station, 51, request))
    approve(warehouse, station, "MANAGER1", request, beyond)
    with pytest.raises(Refusal, match="approver_may_not"):
        adjust(warehouse, station, 51, request)
    approve(warehouse, station, "ADMIN", request, beyond)
    adjust(warehouse, station, 51, request)
    assert approvals_used(warehouse) == 1


def test_an_approval_is_not_used_up_by_a_posting_that_fails(warehouse: Site) -> None:
    limit(warehouse, "OPERATOR1", 5)
    station = warehouse.station("bench1", "OPERATOR1")
    request = uuid4()

    def lose_nine() -> None:
        with station.transaction() as session:
            post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 9, reason="LOST", request=request)

    approve(warehouse, station, "MANAGER1", request, refused(lose_nine))
    with pytest.raises(Refusal, match="not_enough"):
        lose_nine()
    assert approvals_used(warehouse) == 0
    warehouse.put("WIDGET", "R01", 9)
    lose_nine()
    assert approvals_used(warehouse) == 1


def test_limits_count_in_money_where_the_goods_have_a_value(warehouse: Site) -> None:
    limit(warehouse, "OPERATOR1", 100)
    station = warehouse.station("bench1", "OPERATOR1")
    counted_by_quantity = adjust(warehouse, station, 60, uuid4())
    with station.transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=counted_by_quantity, reason="UNDO")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET standard_cost = 2.5 WHERE sku = 'WIDGET'")
    with pytest.raises(Refusal) as caught:
        adjust(warehouse, station, 60, uuid4())
    assert caught.value.facts["asked"] == "150"
    adjust(warehouse, station, 40, uuid4(), values=[Decimal(99)])


def test_the_widest_of_a_persons_groups_counts(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO group_permission VALUES ('operator', 'adjust', 5), ('receiver', 'adjust', 8)")
        connection.execute("INSERT INTO person_group SELECT id, 'receiver' FROM person WHERE badge = 'OPERATOR1'")
    station = warehouse.station("bench1", "OPERATOR1")
    adjust(warehouse, station, 8, uuid4())
    with pytest.raises(Refusal, match="needs_approval"):
        adjust(warehouse, station, 9, uuid4())


def two_lines(site: Site) -> UUID:
    with site.station().transaction() as session:
        answer = session.call(
            "post_moves",
            request=uuid4(),
            kind="adjust_in",
            warehouse=site.warehouse,
            items=[site.items["WIDGET"], site.items["GADGET"]],
            qtys=[10, 20],
            from_locations=[site.places["ADJUSTMENT"]] * 2,
            to_locations=[site.places["R01"]] * 2,
            reasons=["FOUND"] * 2,
            values=[Decimal(100), None],
        )
    return UUID(answer["posting"])


def back(site: Site, posting: UUID, lines: list[int] | None, qtys: list[int] | None = None) -> None:
    with site.station().transaction() as session:
        session.call(
            "reverse_lines",
            request=uuid4(),
            posting=posting,
            lines=lines,
            qtys=[Decimal(qty) for qty in qtys] if qtys else None,
            reason="UNDO",
        )


def test_lines_are_taken_back_in_parts_and_never_for_more_than_they_moved(warehouse: Site) -> None:
    posting = two_lines(warehouse)
    back(warehouse, posting, [2])
    back(warehouse, posting, [1], [3])
    with pytest.raises(Refusal, match="more_than_posted"):
        back(warehouse, posting, [1], [8])
    with pytest.raises(Refusal, match="already_reversed"):
        back(warehouse, posting, [2], [1])
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("GADGET", "R01")) == ((7, 0), (0, 0))
    back(warehouse, posting, None)
    with pytest.raises(Refusal, match="already_reversed"):
        back(warehouse, posting, None)
    assert warehouse.stock("WIDGET", "R01") == (0, 0)
    with warehouse.desk.transaction() as session:
        trail = session.rows("SELECT r.qty, r.value FROM stock_move r JOIN stock_move m ON m.id = r.reverses"
                             " WHERE m.line_no = 1 ORDER BY r.recorded_at")  # fmt: skip
    assert [(row["qty"], row["value"]) for row in trail] == [(3, 30), (7, 70)]
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("lines", "qtys", "code"),
    [
        ([3], None, "unknown_line"),
        ([1, 1], None, "unknown_line"),
        ([1, 2], [1], "uneven_lists"),
        ([1], [0], "not_positive"),
        ([1], [-2], "not_positive"),
    ],
)
def test_lines_that_are_not_there_are_not_taken_back(
    warehouse: Site, lines: list[int], qtys: list[int] | None, code: str
) -> None:
    posting = two_lines(warehouse)
    with pytest.raises(Refusal, match=code):
        back(warehouse, posting, lines, qtys)
    assert warehouse.prove() == []


def close(site: Site, until: datetime, badge: str = "MANAGER1") -> int:
    with site.station("bench1", badge).transaction() as session:
        answer = session.call("close_period", warehouse=site.warehouse, until=until, note="month end")
    return int(answer["seal"])


def test_closed_books_take_nothing_any_more_and_reopened_ones_do(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 10, reason="OPENING",
             effective=datetime.now(UTC) - timedelta(days=1))  # fmt: skip
    until = datetime.now(UTC) - timedelta(hours=1)
    with pytest.raises(Refusal, match=r"permission\.missing"):
        close(warehouse, until, "OPERATOR1")
    with pytest.raises(Refusal, match="close_too_late"):
        close(warehouse, datetime.now(UTC))
    seal = close(warehouse, until)
    early = until - timedelta(minutes=1)
    station = warehouse.station()
    with pytest.raises(Refusal) as caught, station.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1, effective=early)
    assert caught.value.code == "ledger.period_closed"
    assert datetime.fromisoformat(str(caught.value.facts["until"])) == until
    with station.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1, effective=until + timedelta(minutes=1))
        assert session.call("reopen_period", warehouse=warehouse.warehouse, note="forgot a truck") is None
        post(session, warehouse, "move", "WIDGET", "R01", "R03", 1, effective=early)
    with station.transaction() as session:
        since = session.rows(
            "SELECT m.effective_at FROM posting p JOIN stock_move m ON m.posting_id = p.id"
            " WHERE p.seal_no > %(seal)s OR p.seal_no IS NULL ORDER BY p.recorded_at",
            seal=seal,
        )
        trail = session.rows("SELECT note, reopen_note FROM closed_period")
    assert [row["effective_at"] < until for row in since] == [False, True]
    assert trail == [{"note": "month end", "reopen_note": "forgot a truck"}]
    assert warehouse.prove() == []


def test_a_reversal_happens_now_and_leaves_closed_books_alone(warehouse: Site) -> None:
    with warehouse.station().transaction() as session:
        posting = post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 5, reason="FOUND",
                       effective=datetime.now(UTC) - timedelta(days=2))  # fmt: skip
    until = datetime.now(UTC) - timedelta(days=1)
    close(warehouse, until)
    back(warehouse, posting, None)
    with warehouse.desk.transaction() as session:
        row = session.row(
            "SELECT sum(CASE WHEN effective_at <= %(until)s THEN 1 END) AS n FROM stock_move", until=until
        )
    assert row == {"n": 1}
    assert warehouse.prove() == []


@pytest.mark.parametrize("stated", [0, Decimal("0.01"), 9])
def test_nobody_gets_below_their_limit_by_the_value_that_they_state(warehouse: Site, stated: Decimal) -> None:
    limit(warehouse, "OPERATOR1", 100)
    station = warehouse.station("bench1", "OPERATOR1")
    with pytest.raises(Refusal) as caught:
        adjust(warehouse, station, 1000, uuid4(), values=[Decimal(stated)])
    assert (caught.value.code, caught.value.facts["asked"]) == ("permission.needs_approval", "1000")
    with pytest.raises(Refusal, match="needs_approval"):
        adjust(warehouse, station, 1, uuid4(), values=[Decimal(101)])


def test_nobody_approves_for_a_warehouse_in_which_they_may_not(warehouse: Site) -> None:
    """The screen that asks says for which warehouse it asks; what it says is not believed."""
    with warehouse.desk.transaction() as session:
        elsewhere = session.call("create_warehouse", code="WH009", name="Elsewhere", address="", type="",
                                 time_zone="UTC", request=uuid4())  # fmt: skip
        session.row("SELECT set_permission(%(who)s, 'override_dock', false)", who=warehouse.people["MANAGER1"])
        session.call("save_door", request=uuid4(), location=warehouse.places["DOCK1"], version=0,
                     values=as_json({"vehicles": ["van"]}))  # fmt: skip
    with warehouse.superuser() as connection:
        connection.execute("UPDATE person_group SET group_name = 'manager', warehouse_id = %s WHERE person_id = %s",
                           [elsewhere, warehouse.people["RECEIVER1"]])  # fmt: skip
    planner, request = warehouse.login("desk_manager"), uuid4()
    truck = {
        "direction": "inbound",
        "door_id": str(warehouse.places["DOCK1"]),
        "starts_at": "2026-05-04 10:00Z",
        "ends_at": "2026-05-04 11:00Z",
        "reason": "urgent",
    }

    def book() -> None:
        with planner.transaction() as session:
            session.call(
                "save_appointment",
                request=request,
                warehouse=warehouse.warehouse,
                id=None,
                version=None,
                values=as_json({**truck, "reason": "urgent"}),
                documents=[],
            )

    wish = ApprovalWish(request, "override_dock", elsewhere, str(refused(book).facts["content"]))
    with planner.transaction() as session:
        people.approve(session, badge="RECEIVER1", pin_key=pin_key(), wish=wish)
    with pytest.raises(Refusal, match="approver_may_not"):
        book()
    assert approvals_used(warehouse) == warehouse.count("appointment") == 0
