"""Orders that stand still, change or end while people work on them; the ledger stays whole all the while."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import as_json
from app.domain.errors import Refusal
from tests.support import NIL, Site, post

ADDRESS = {"name": "Ada", "line_1": "High Street 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}


class Order:
    """A released order of so many WIDGETs, of which some were picked and packed."""

    def __init__(self, site: Site, qty: int = 6, *, on_hand: int = 10) -> None:
        self.site = site
        site.put("WIDGET", "R01", on_hand)
        self.line = site.order_line("WIDGET", qty)
        found = self.row("SELECT document_id FROM document_line WHERE id = %(line)s", line=self.line)
        self.id: UUID = found["document_id"]
        self.tote = NIL

    def row(self, sql: str, **parameters: object) -> dict[str, Any]:
        with self.site.desk.transaction() as session:
            row = session.row(sql, **parameters)
        assert row is not None
        return row

    def allocate(self, qty: int) -> None:
        with self.site.desk.transaction() as session:
            session.call(
                "allocate_stock", warehouse=self.site.warehouse, lines=[self.line], items=[self.site.items["WIDGET"]],
                locations=[self.site.places["R01"]], traces=[NIL], units=[NIL], owners=[NIL], statuses=["available"],
                qtys=[Decimal(qty)], decisions=as_json({}),
            )  # fmt: skip

    def pick(self, qty: int) -> None:
        with self.site.station().transaction() as session:
            self.tote = session.call("register_tote", warehouse=self.site.warehouse)["id"]
            session.call("pick_stock", request=uuid4(), lines=[self.line], locations=[self.site.places["R01"]],
                         traces=[NIL], units=[NIL], qtys=[Decimal(qty)], tote=self.tote)  # fmt: skip
            session.call("give_order_back", document=self.id)

    def pack(self, qty: int) -> None:
        with self.site.station().transaction() as session:
            made = session.call("open_carton", document=self.id, location=self.site.places["STAGE1"],
                                carton_type="MEDIUM")  # fmt: skip
            row = session.row("SELECT handling_unit_id AS unit FROM parcel WHERE id = %(made)s", made=made)
            assert row is not None
            post(session, self.site, "pack", "WIDGET", "TOTE", "STAGE1", qty, line=self.line, from_units=[self.tote],
                 to_units=[row["unit"]])  # fmt: skip

    def call(self, function: str, **parameters: object) -> Any:  # noqa: ANN401  (what the function returns)
        with self.site.desk.transaction() as session:
            return session.call(function, request=uuid4(), document=self.id, **parameters)

    def change(self, *lines: dict[str, object], **head: object) -> dict[str, Any]:
        version = self.row("SELECT version FROM document WHERE id = %(id)s", id=self.id)["version"]
        told: dict[str, Any] = self.call("change_order", version=version, head=as_json(head), lines=as_json(lines))
        return told

    @property
    def decision(self) -> str:
        return str(self.row("SELECT decision FROM document WHERE id = %(id)s", id=self.id)["decision"])


def put_back(site: Site, *, bins: tuple[str, ...] = ("R02", "R03")) -> list[int]:
    """Put everything away that is to go back, each goods into a bin of its own; returns how much of each."""
    with site.superuser() as connection:
        seen = [connection.execute("SELECT content_of(%s)", [site.places[place]]).fetchone() for place in bins]
    with site.station().transaction() as session:
        goods = session.rows("SELECT * FROM goods_to_put_back(%(site)s) ORDER BY qty", site=site.warehouse)
        for one, place, content in zip(goods, bins, seen, strict=False):
            assert content is not None
            session.call(
                "fill_bin", request=uuid4(), warehouse=site.warehouse, item=one["item_id"], qty=one["qty"],
                **{"from": one["location_id"]}, bin=site.places[place], trace=one["trace_id"],
                unit=one["handling_unit_id"], to_unit=NIL, owner=one["owner_id"], status=one["status"], seen=content[0],
            )  # fmt: skip
    return [int(one["qty"]) for one in goods]


def test_a_held_order_stands_still_until_every_hold_is_lifted(warehouse: Site) -> None:
    order = Order(warehouse)
    order.allocate(6)
    for kind, note in (("credit", "pays late"), ("address", ""), ("credit", "again")):
        order.call("place_hold", kind=kind, note=note)
    assert order.decision == "held"
    with pytest.raises(Refusal, match=r"document\.not_released"):
        order.pick(1)
    with pytest.raises(Refusal, match=r"orders\.on_hold"), warehouse.desk.transaction() as session:
        row = session.row("SELECT version FROM document WHERE id = %(id)s", id=order.id)
        assert row is not None
        session.call("decide_document", document=order.id, decision="released", version=row["version"])
    assert order.call("lift_hold", kind="credit", note="paid") == {"holds": 1}
    assert order.decision == "held"
    assert order.call("lift_hold", kind=None, note="") == {"holds": 0}
    assert order.decision == "released"
    assert warehouse.stock("WIDGET", "R01") == (10, 6), "what it had stayed its own"
    with pytest.raises(Refusal, match=r"orders\.not_held"):
        order.call("lift_hold", kind=None, note="")
    order.pick(1)
    kinds = [row["what"] for row in _rows(warehouse, "SELECT what FROM order_change ORDER BY id")]
    assert kinds == ["held", "held", "lifted", "lifted"]


def test_a_smaller_line_frees_its_bin_first_and_then_its_tote(warehouse: Site) -> None:
    order = Order(warehouse)
    order.allocate(6)
    order.pick(4)
    told = order.change({"line": 1, "qty": 3})
    (line,) = told["lines"]
    assert [int(Decimal(line[part])) for part in ("was", "is", "freed", "back")] == [6, 3, 2, 1]
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "TOTE")) == ((6, 0), (4, 3))
    assert put_back(warehouse) == [1]
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    order.pack(3)
    with pytest.raises(Refusal, match=r"orders\.already_packed"):
        order.change({"line": 1, "qty": 2})
    assert warehouse.prove() == []


def test_lines_come_and_go_and_somebody_elses_change_is_not_overwritten(warehouse: Site) -> None:
    order = Order(warehouse)
    order.allocate(6)
    gadget = warehouse.items["GADGET"]
    new = {"item": gadget, "uom": "each", "qty": 2, "price": 4}
    told = order.change(new, {"line": 1, "cancelled": True}, priority=7)
    assert (told["added"], told["head"]) == ([2], {"priority": [0, 7]})
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    with pytest.raises(Refusal, match=r"orders\.no_line_left"):
        order.change({"line": 2, "cancelled": True})
    with pytest.raises(Refusal, match=r"orders\.unknown_line"):
        order.change({"line": 9, "qty": 1})
    with pytest.raises(Refusal, match=r"document\.changed"):
        order.call("change_order", version=1, head=as_json({}), lines=as_json([]))
    assert warehouse.prove() == []


@pytest.mark.parametrize("packed", [0, 3])
def test_what_was_picked_for_a_cancelled_order_is_put_away_again(warehouse: Site, packed: int) -> None:
    order = Order(warehouse)
    order.allocate(6)
    order.pick(4)
    if packed:
        order.pack(packed)
    version = order.row("SELECT version FROM document WHERE id = %(id)s", id=order.id)["version"]
    with pytest.raises(Refusal, match=r"ledger\.needs_reason"):
        order.call("cancel_order", version=version, reason="")
    told = order.call("cancel_order", version=version, reason="CUSTOMER_WISH")
    assert (told["decision"], sum(Decimal(one["qty"]) for one in told["back"])) == ("cancelled", 4)
    assert warehouse.stock("WIDGET", "R01") == (6, 0)
    assert put_back(warehouse) == ([1, 3] if packed else [4])
    free = [warehouse.stock("WIDGET", place) for place in ("R02", "R03")]
    assert free == ([(1, 0), (3, 0)] if packed else [(4, 0), (0, 0)]), "anybody may have it now"
    states = {row["state"] for row in _rows(warehouse, "SELECT state FROM parcel")}
    assert states == ({"cancelled"} if packed else set())
    with pytest.raises(Refusal, match=r"orders\.ended"):
        order.change(note="too late")
    assert warehouse.prove() == []


def test_carriers_leave_on_their_days_and_an_order_leaves_with_the_last_that_keeps_its_day(warehouse: Site) -> None:
    times: list[dict[str, object]] = [{"weekday": day, "leaves": "16:00"} for day in range(1, 6)]
    express = {"carrier": "house", "service": "EXPRESS", "lead_minutes": 60, "transit_days": 2}
    times.append({"weekday": 1, "leaves": "09:00"} | express)
    with warehouse.desk.transaction() as session:
        session.call("save_cut_offs", warehouse=warehouse.warehouse, times=as_json(times),
                     closed=as_json([{"day": "2030-01-08", "name": "Stocktaking"}]))  # fmt: skip

    def leaves(service: str, at: str, **wish: object) -> str:
        with warehouse.desk.transaction() as session:
            found: datetime = session.call(
                "next_cut_off", warehouse=warehouse.warehouse, carrier="house", service=service,
                **{"from": datetime.fromisoformat(at)}, **wish,
            )  # fmt: skip
        return found.astimezone(UTC).isoformat(timespec="minutes")

    assert leaves("STANDARD", "2030-01-04T10:00+00:00") == "2030-01-04T16:00+00:00"
    assert leaves("STANDARD", "2030-01-04T17:00+00:00") == "2030-01-07T16:00+00:00", "over the weekend"
    assert leaves("STANDARD", "2030-01-07T17:00+00:00") == "2030-01-09T16:00+00:00", "past the day that is closed"
    assert leaves("EXPRESS", "2030-01-07T08:30+00:00") == "2030-01-14T09:00+00:00", "too late to be ready this Monday"
    assert leaves("STANDARD", "2030-01-04T10:00+00:00", due=date(2030, 1, 13)) == "2030-01-11T16:00+00:00"
    assert leaves("EXPRESS", "2030-01-04T10:00+00:00", requested=date(2030, 1, 17)) == "2030-01-14T09:00+00:00"


def _rows(site: Site, sql: str) -> list[dict[str, Any]]:
    with site.desk.transaction() as session:
        return session.rows(sql)
