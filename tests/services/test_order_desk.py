"""Orders made by hand and looked after at the order desk; each answer says what came of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import pytest

from app.database.putaway import Meant
from app.database.session import as_json, query
from app.domain.errors import Refusal
from app.domain.order_desk import Hold, OrderHead, Stage, Trouble
from app.domain.partners import Address
from app.services import order_board, order_desk, order_entry, order_priorities, putaway
from app.services.changes import Changes
from app.services.order_desk import LineChange
from app.services.order_entry import LineWish
from app.services.work import UnitOfWork, Worker
from tests.support import NIL, Site

T = TypeVar("T")


class Desk:
    """The order desk of a warehouse in which a customer in Berlin is known."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.worker = Worker(site.desk, Changes())
        site.put("WIDGET", "R01", 10)
        with site.desk.transaction() as session:
            session.change("UPDATE partner SET complete_only = true, order_service = 'EXPRESS' WHERE code = 'SHOPPER'")
        with site.superuser() as connection:
            connection.execute(
                "INSERT INTO stockhand.partner_address (partner_id, line_1, postal_code, city, country)"
                " SELECT id, 'High Street 1', '10115', 'Berlin', 'DE' FROM stockhand.partner WHERE code = 'SHOPPER'"
            )

    def do(self, work: Callable[[UnitOfWork], T], *, request: UUID | None = None) -> T:
        return self.worker.run(work, request_id=request)

    def new(self, *lines: tuple[str, str], release: bool = True, lots: tuple[str, ...] = (), **head: object) -> str:
        def work(unit: UnitOfWork) -> str:
            known = order_entry.customer(unit, "shopper")
            wished = dict(enumerate(lots))
            wishes = [
                LineWish(sku, amount, Decimal("4.50"), wished.get(n, "")) for n, (sku, amount) in enumerate(lines)
            ]
            asked = replace(known.head, **head)  # type: ignore[arg-type]  # fields by name
            return order_entry.create(
                unit, warehouse=self.site.warehouse, customer=known, head=asked, lines=wishes, release=release
            )

        return self.do(work)

    def look(self, number: str) -> order_board.Listed:
        return order_board.listed(self.do(lambda unit: order_entry.look_into(unit, number)))

    def head(self, number: str) -> OrderHead:
        return self.do(lambda unit: order_entry.look_into(unit, number)).head

    def troubles(self) -> list[tuple[Trouble, str]]:
        found = self.do(lambda unit: order_board.troubles(unit, self.site.warehouse))
        return [(one.kind, one.number) for one in found]


@pytest.fixture
def desk(warehouse: Site) -> Desk:
    return Desk(warehouse)


def test_an_order_begins_with_what_is_usual_for_its_customer(desk: Desk) -> None:
    number = desk.new(("WIDGET", "1 case"), ("GADGET", "2"), release=False, due=date(2031, 5, 5))
    seen = desk.do(lambda unit: order_entry.look_into(unit, number))
    assert (seen.row.decision, seen.head.service, seen.head.complete_only) == ("draft", "EXPRESS", True)
    assert (seen.head.ship_to.city, seen.row.priority) == ("Berlin", 5), "express is urgent by the rules"
    assert [(int(line.quantity), line.unit, int(line.progress.asked)) for line in seen.lines] == [
        (1, "case", 12),
        (2, "each", 2),
    ]
    copy = desk.do(lambda unit: order_entry.copy(unit, number))
    assert [line.sku for line in desk.do(lambda unit: order_entry.look_into(unit, copy)).lines] == ["WIDGET", "GADGET"]
    with pytest.raises(Refusal, match=r"partner\.unknown"):
        desk.do(lambda unit: order_entry.customer(unit, "NOBODY"))


def test_an_order_with_an_address_that_cannot_be_right_is_no_more_than_a_draft(desk: Desk) -> None:
    with pytest.raises(Refusal, match=r"address\.field_missing"):
        desk.new(("WIDGET", "1"), ship_to=Address())
    draft = desk.new(("WIDGET", "1"), release=False, ship_to=Address())
    with pytest.raises(Refusal, match=r"address\.field_missing"):
        desk.do(lambda unit: order_desk.release(unit, draft))
    assert desk.troubles() == [], "a draft troubles nobody"


def test_all_of_an_order_gets_goods_or_none_where_the_customer_wants_it_complete(desk: Desk) -> None:
    whole = desk.new(("WIDGET", "4"), ("GADGET", "1"))
    assert desk.look(whole).stage is Stage.WAITING
    assert desk.site.stock("WIDGET", "R01") == (10, 0), "others may have what is here"
    (decided, *_) = [one for one in desk.do(lambda unit: order_board.explain(unit, whole, 1)) if one.at]
    assert decided.waits_for == ("GADGET",)
    part = desk.new(("WIDGET", "4"), ("GADGET", "1"), complete_only=False)
    assert (desk.look(part).stage, desk.look(part).missing) == (Stage.PARTLY_ALLOCATED, 1)
    desk.site.put("GADGET", "R02", 5)
    desk.do(lambda unit: order_desk.allocate(unit, whole))
    assert desk.look(whole).stage is Stage.ALLOCATED
    assert desk.site.prove() == []


def test_every_choice_says_why_this_bin_and_why_not_the_others(desk: Desk) -> None:
    desk.site.put("WIDGET", "DOCK1", 5)
    desk.site.put("WIDGET", "R02", 5)
    with desk.site.desk.transaction() as session:
        session.call("raise_count", location=desk.site.places["R02"], item=desk.site.items["WIDGET"])
    number = desk.new(("WIDGET", "12"), complete_only=False)
    now, then = desk.do(lambda unit: order_board.explain(unit, number, 1))
    assert (now.at, then.decision.chosen) == (None, ("WH001-STO-R01",))
    failed = {one.candidate: one.failed for one in then.decision.considered if one.failed}
    assert failed == {"WH001-STO-R02": ("allocation.not_frozen",)}
    with pytest.raises(Refusal, match=r"orders\.unknown_line"):
        desk.do(lambda unit: order_board.explain(unit, number, 7))


def test_a_change_is_told_before_it_is_made_and_more_is_reserved_at_once(desk: Desk) -> None:
    number = desk.new(("WIDGET", "6"))
    less = [LineChange(1, "4")]
    told = desk.do(lambda unit: order_desk.preview(unit, number, lines=less))
    assert (int(told.lines[0].now), int(told.lines[0].freed)) == (4, 2)
    assert desk.site.stock("WIDGET", "R01") == (10, 6), "nothing was changed by asking"
    desk.do(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, "9")], reason="wants more"))
    assert desk.site.stock("WIDGET", "R01") == (10, 9)
    detail = desk.do(lambda unit: order_entry.look_into(unit, number))
    assert [(one.what, one.reason) for one in detail.changes] == [("changed", "wants more")]


def test_other_goods_go_in_the_place_of_what_is_missing_as_far_as_they_are_free(desk: Desk) -> None:
    desk.site.put("GADGET", "R02", 1)
    with desk.site.superuser() as connection:
        connection.execute(
            "INSERT INTO stockhand.item_substitute (item_id, substitute_id, position) VALUES (%s, %s, 1)",
            [desk.site.items["WIDGET"], desk.site.items["GADGET"]],
        )
    number = desk.new(("WIDGET", "12"), complete_only=False)
    with pytest.raises(Refusal, match=r"orders\.no_substitute"):
        desk.do(lambda unit: order_desk.substitute(unit, number, 1, "MILK"))
    desk.do(lambda unit: order_desk.substitute(unit, number, 1, "GADGET"))

    def lines() -> list[tuple[str, int, int]]:
        found = desk.do(lambda unit: order_entry.look_into(unit, number)).lines
        return [(line.sku, int(line.progress.asked), int(line.progress.reserved)) for line in found]

    assert lines() == [("WIDGET", 11, 10), ("GADGET", 1, 1)]
    desk.site.put("GADGET", "R02", 4)
    desk.do(lambda unit: order_desk.substitute(unit, number, 1, "GADGET"))
    assert lines() == [("WIDGET", 10, 10), ("GADGET", 1, 1), ("GADGET", 1, 1)]
    with pytest.raises(Refusal, match=r"orders\.nothing_missing"):
        desk.do(lambda unit: order_desk.substitute(unit, number, 1, "GADGET"))


def test_a_wished_lot_is_the_only_one_that_is_reserved_whatever_expires_first(desk: Desk) -> None:
    soon, later = (desk.site.trace("MILK", lot=lot, expiry=date(2031, 1, day)) for lot, day in (("L1", 1), ("L2", 9)))
    desk.site.put("MILK", "R01", 10, trace=soon)
    desk.site.put("MILK", "R02", 3, trace=later)
    number = desk.new(("MILK", "5"), complete_only=False)

    def kept() -> list[tuple[str, int]]:
        (line,) = desk.do(lambda unit: order_entry.look_into(unit, number)).lines
        return [(one.lot, int(one.qty)) for one in line.kept]

    assert kept() == [("L1", 5)]
    told = desk.do(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, lot="L2")]))
    assert int(told.lines[0].freed) == 5
    assert (kept(), desk.look(number).missing) == ([("L2", 3)], 1), "and nothing else for what is missing"
    line = desk.do(lambda unit: order_entry.look_into(unit, number)).lines[0]
    with pytest.raises(Refusal, match=r"stock\.other_lot"), desk.site.desk.transaction() as session:
        desk.site.reserve(session, line.id, "MILK", "R01", 1, soon)
    desk.do(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, lot="", minimum_days=10**4)]))
    assert kept() == [], "nothing keeps that long"
    desk.do(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, minimum_days=order_desk.AS_USUAL)]))
    assert kept() == [("L1", 5)]
    with pytest.raises(Refusal, match=r"orders\.no_lots"):
        desk.new(("WIDGET", "1"), lots=("L1",))
    assert desk.site.prove() == []


def test_a_draft_may_become_another_customers_and_a_released_order_may_not(desk: Desk) -> None:
    with desk.site.desk.transaction() as session:
        session.change("INSERT INTO partner (code, name, kinds) VALUES ('OTHER', 'Other Ltd', '{customer}')")
    number = desk.new(("WIDGET", "4"), release=False)
    desk.do(lambda unit: order_desk.set_customer(unit, number, "other"))
    seen = desk.do(lambda unit: order_entry.look_into(unit, number))
    assert (seen.row.customer, seen.head.ship_to.city) == ("Other Ltd", "Berlin"), "what it says stays"
    assert seen.changes[0].detail["head"] == {"customer": ["Shopper", "Other Ltd"]}
    desk.do(lambda unit: order_desk.release(unit, number))
    with pytest.raises(Refusal, match=r"orders\.customer_stays"):
        desk.do(lambda unit: order_desk.set_customer(unit, number, "SHOPPER"))


def test_rules_of_priority_are_tried_before_they_change_what_nobody_gave_by_hand(desk: Desk) -> None:
    ruled, owned = desk.new(("WIDGET", "4")), desk.new(("WIDGET", "2"), priority=9)
    rules = {"rules": [{"name": "few", "when": [{"field": "lines", "operator": "is", "value": 1}],
                        "then": {"priority": 3}}]}  # fmt: skip
    with desk.site.desk.transaction() as session:
        session.call("save_rules", request=NIL, capability="order_priority", version=0, rules=as_json(rules))
    place = desk.site.warehouse
    judged = desk.do(lambda unit: order_priorities.judge(unit, place))
    assert [(one.number, one.before, one.after, one.why.chosen) for one in judged] == [(ruled, 5, 3, ("few",))]
    assert desk.look(ruled).row.priority == 5, "nothing was changed by asking"
    assert desk.do(lambda unit: order_priorities.give_anew(unit, place, reason="new rules")) == 1
    assert (desk.look(ruled).row.priority, desk.look(owned).row.priority) == (3, 9)
    with desk.site.desk.transaction() as session:
        tasks = session.rows("SELECT priority FROM task ORDER BY qty DESC")
    assert [one["priority"] for one in tasks] == [3, 9], "its pick follows"
    desk.do(lambda unit: order_desk.change(unit, owned, head=replace(desk.head(owned), priority=0)))
    assert desk.look(owned).row.priority == 3, "given back to the rules"


def test_what_waits_for_somebody_is_listed_worst_first_and_put_back_after_a_cancellation(desk: Desk) -> None:
    held, short, late = desk.new(("WIDGET", "2")), desk.new(("GADGET", "1")), desk.new(("WIDGET", "3"))
    desk.do(lambda unit: order_desk.hold(unit, held, kind=Hold.CREDIT, note="pays late"))
    with desk.site.desk.transaction() as session:
        session.change("UPDATE customer_order SET cut_off = now() - interval '1 hour' WHERE document_id ="
                       " (SELECT id FROM document WHERE number = %(late)s)", late=late)  # fmt: skip
        row = session.row("SELECT id, document_id FROM document_line WHERE document_id ="
                          " (SELECT id FROM document WHERE number = %(late)s)", late=late)  # fmt: skip
        assert row is not None
        tote = session.call("register_tote", warehouse=desk.site.warehouse)["id"]
        session.call(
            "pick_stock", request=row["id"], lines=[row["id"]], locations=[desk.site.places["R01"]], traces=[NIL],
            units=[NIL], qtys=[Decimal(3)], tote=tote,
        )  # fmt: skip
    assert desk.troubles() == [(Trouble.LATE, late), (Trouble.HELD, held), (Trouble.SHORT, short)]
    assert desk.look(late).stage is Stage.PICKED
    foreseen = desk.do(lambda unit: order_desk.preview_cancel(unit, late))
    ended = desk.do(lambda unit: order_desk.cancel(unit, late, reason="CUSTOMER_WISH"))
    assert foreseen == ended
    assert [(one.sku, int(one.qty)) for one in ended.back] == [("WIDGET", 3)]
    assert desk.troubles()[0] == (Trouble.PUT_BACK, late)
    station = Worker(desk.site.station(), Changes())
    waiting = station.run(lambda unit: putaway.read_facts(unit, warehouse=desk.site.warehouse, meant=Meant(next=True)))
    assert [(one.sku, int(one.qty), one.unit) for one in waiting.goods] == [("WIDGET", 3, UUID(tote))]
    desk.do(lambda unit: order_desk.lift(unit, held, kind=Hold.CREDIT))
    assert desk.look(held).stage is Stage.ALLOCATED


def test_goods_are_promised_without_choosing_bins(desk: Desk) -> None:
    number = desk.new(("WIDGET", "12"), complete_only=True)
    assert desk.do(lambda unit: order_desk.promise(unit, number)) == {"WIDGET": Decimal(10)}
    with pytest.raises(Refusal, match=r"orders\.nothing_to_promise"):
        desk.do(lambda unit: order_desk.promise(unit, number))
    other = desk.new(("WIDGET", "1"))
    assert desk.look(other).missing == 1, "a promise keeps goods from others"


def test_the_big_board_counts_what_leaves_and_what_was_picked(desk: Desk) -> None:
    times = [{"weekday": day, "leaves": "23:59", "carrier": "house"} for day in range(1, 8)]
    with desk.site.desk.transaction() as session:
        session.call("save_cut_offs", warehouse=desk.site.warehouse, times=as_json(times), closed=as_json([]))
    desk.new(("WIDGET", "2"))
    wall = desk.do(lambda unit: order_board.orders_wall(unit, desk.site.warehouse))
    assert [(one.carrier, one.orders, one.packed, one.lines) for one in wall.leaving] == [("Own delivery", 1, 0, 1)]
    assert (wall.to_do, wall.held, wall.late, len(wall.hours)) == (1, 0, 0, 8)


@pytest.mark.parametrize(
    "name", ["orders_board", "waves_waiting", "carriers_cartons", "shipping_on_the_way", "shipping_waiting"]
)
def test_names_of_carriers_are_read_once_for_a_whole_list(name: str) -> None:
    assert not re.search(r"(carrier|service)_called\(", query(name)), "for each row it costs more than the row itself"
