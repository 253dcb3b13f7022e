"""Kits, returns, owners and catch weights: the kinds of movement that are more than from here to there."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from tests.support import Site, post


def kit(site: Site, *sides: tuple[str, str, str, bool], badge: str = "OPERATOR1", **more: object) -> dict[str, Any]:
    """Consume (False) and produce (True): (sku, quantity, place, produced)."""
    with site.station("bench1", badge).transaction() as session:
        answer: dict[str, Any] = session.call(
            "post_kit",
            **{
                "request": uuid4(),
                "warehouse": site.warehouse,
                "items": [site.items[sku] for sku, _, _, _ in sides],
                "qtys": [Decimal(qty) for _, qty, _, _ in sides],
                "locations": [site.places[place] for _, _, place, _ in sides],
                "produced": [made for _, _, _, made in sides],
                **more,
            },
        )
    return answer


SET = (("WIDGET", "4", "R01", False), ("OIL", "0.5", "R02", False), ("GADGET", "2", "STAGE1", True))


@pytest.fixture
def parts(warehouse: Site) -> Site:
    """Two gadgets are made of four widgets and half a kilogram of oil."""
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("OIL", "R02", "2.5")
    with warehouse.desk.transaction() as session:
        session.call(
            "save_bom", item=warehouse.items["GADGET"], makes=2,
            items=[warehouse.items["WIDGET"], warehouse.items["OIL"]], qtys=[Decimal(4), Decimal("0.5")],
        )  # fmt: skip
    return warehouse


def test_components_become_a_kit_in_one_posting_and_the_trail_says_what_went_into_it(parts: Site) -> None:
    with parts.desk.transaction() as session:
        order = session.call(
            "create_kit_order", request=uuid4(), warehouse=parts.warehouse, item=parts.items["GADGET"], qty=2, due=None
        )
        session.call("decide_document", document=order, decision="released", version=1)
        line = session.row("SELECT id FROM document_line WHERE document_id = %(order)s", order=order)
    assert line is not None
    kit(parts, *SET, line=line["id"])
    assert [parts.stock(*place) for place in (("WIDGET", "R01"), ("OIL", "R02"), ("GADGET", "STAGE1"))] == [
        (6, 0),
        (2, 0),
        (2, 0),
    ]
    with parts.desk.transaction() as session:
        trail = session.rows(
            "SELECT i.sku, g.qty FROM genealogy g JOIN stock_move m ON m.id = g.consumed_move"
            " JOIN item i ON i.id = m.item_id ORDER BY 1"
        )
        done = session.row("SELECT qty FROM line_progress WHERE step = 'produced'")
    assert [(row["sku"], row["qty"]) for row in trail] == [("OIL", Decimal("0.5")), ("WIDGET", 4)]
    assert done == {"qty": 2}
    assert parts.prove() == []
    with parts.superuser() as connection:
        connection.execute("DELETE FROM genealogy WHERE qty = 4")
    assert [row["rule"] for row in parts.prove()] == ["genealogy_joins_a_kit"]


def test_a_kit_is_taken_apart_as_a_whole(parts: Site) -> None:
    made = kit(parts, *SET)
    station = parts.station()
    with pytest.raises(Refusal, match="only_as_a_whole"), station.transaction() as session:
        session.call("reverse_lines", request=uuid4(), posting=made["posting"], lines=[1], reason="UNDO")
    with station.transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=made["posting"], reason="UNDO")
    assert (parts.stock("WIDGET", "R01"), parts.stock("GADGET", "STAGE1")) == ((10, 0), (0, 0))
    assert parts.prove() == []


def test_a_kit_made_twice_by_the_same_request_is_made_once(parts: Site) -> None:
    request = uuid4()
    assert kit(parts, *SET, request=request) == kit(parts, *SET, request=request)
    assert parts.stock("GADGET", "STAGE1") == (2, 0)


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        (SET[:2], "ledger.kit_alone"),
        (SET[2:], "ledger.kit_alone"),
        (
            (("WIDGET", "12", "R01", False), ("OIL", "1.5", "R02", False), ("GADGET", "6", "STAGE1", True)),
            "stock.not_enough",
        ),
        ((("WIDGET", "0.5", "R01", False), SET[2]), "quantity.not_exact"),
        ((SET[0], ("GADGET", "1", "CUSTOMER", True)), "ledger.wrong_places"),
        ((SET[0], ("MILK", "1", "R03", True)), "trace.lot_missing"),
    ],
)
def test_a_kit_out_of_nothing_is_refused(parts: Site, sides: tuple[tuple[str, str, str, bool], ...], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        kit(parts, *sides)
    assert caught.value.code == code
    assert parts.prove() == []


def test_one_side_of_a_kit_alone_is_refused_and_who_may_not_makes_none(parts: Site) -> None:
    with pytest.raises(Refusal, match="kit_alone"), parts.station().transaction() as session:
        post(session, parts, "kit_consume", "WIDGET", "R01", "PRODUCTION", 1)
    with pytest.raises(Refusal, match=r"permission\.missing"):
        kit(parts, *SET, badge="RECEIVER1")


@pytest.mark.parametrize(
    "sides",
    [
        (("WIDGET", "1", "R01", False), ("DRUM", "900", "STAGE1", True)),
        (("WIDGET", "1", "R01", False), SET[1], SET[2]),
        (SET[0], SET[2]),
        (*SET, ("DRUM", "1", "STAGE1", True)),
        (("GADGET", "2", "R03", False), ("WIDGET", "5", "R03", True), ("OIL", "0.5", "R03", True)),
        (("GADGET", "2", "R03", False), ("DRUM", "4", "R03", True)),
    ],
)
def test_nobody_turns_goods_into_others_but_by_their_bill_or_as_an_adjustment(
    parts: Site, sides: tuple[tuple[str, str, str, bool], ...]
) -> None:
    parts.put("GADGET", "R03", 4)
    with parts.desk.transaction() as session:
        drum = session.row(
            "INSERT INTO item (sku, name, base_uom, decimals) VALUES ('DRUM', 'Drum', 'each', 0) RETURNING id"
        )
        assert drum is not None
        parts.items["DRUM"] = drum["id"]
    with pytest.raises(Refusal, match=r"kitting\.other_parts"):
        kit(parts, *sides)
    with parts.desk.transaction() as session:
        session.call("set_permission", person=parts.people["MANAGER1"], permission="adjust", granted=True, up_to=1)
    with pytest.raises(Refusal, match=r"permission\.needs_approval"):
        kit(parts, *sides, badge="MANAGER1")
    assert (parts.stock("WIDGET", "R01"), parts.stock("GADGET", "R03")) == ((10, 0), (4, 0))
    kit(parts, ("GADGET", "2", "R03", False), ("WIDGET", "4", "R03", True), ("OIL", "0.5", "R03", True))
    assert (parts.stock("WIDGET", "R03"), parts.stock("GADGET", "R03")) == ((4, 0), (2, 0))
    assert parts.prove() == []


def test_goods_come_back_from_the_customer_on_a_return_and_go_back_to_the_supplier(warehouse: Site) -> None:
    (line,) = warehouse.document("return", ("WIDGET", 5))
    station = warehouse.station()
    with pytest.raises(Refusal, match="needs_document"), station.transaction() as session:
        post(session, warehouse, "return_in", "WIDGET", "CUSTOMER", "DOCK1", 1)
    with station.transaction() as session:
        post(session, warehouse, "return_in", "WIDGET", "CUSTOMER", "DOCK1", 5, line=line, to_statuses=["quarantined"])
        post(session, warehouse, "return_out", "WIDGET", "DOCK1", "SUPPLIER", 2, reason="RETURNED",
             from_statuses=["quarantined"])  # fmt: skip
    with pytest.raises(Refusal, match="not_released"), station.transaction() as session:  # all of it came: it is closed
        post(session, warehouse, "return_in", "WIDGET", "CUSTOMER", "DOCK1", 1, line=line)
    assert warehouse.stock("WIDGET", "DOCK1") == (3, 0)
    assert warehouse.prove() == []


def test_consigned_goods_become_ours_where_they_stand(warehouse: Site) -> None:
    theirs = [warehouse.partners["ACME"]]
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 5, reason="FOUND", from_owners=theirs)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "owner", "WIDGET", "R01", "R01", 2, reason="BOUGHT", from_owners=theirs,
             to_owners=[UUID(int=0)])  # fmt: skip
        rows = session.rows("SELECT owner_id, on_hand FROM stock_balance ORDER BY on_hand")
    assert [(row["owner_id"], row["on_hand"]) for row in rows] == [(UUID(int=0), 2), (theirs[0], 3)]
    assert warehouse.prove() == []


@pytest.fixture
def cheese(warehouse: Site) -> Site:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'GADGET'")
    with warehouse.desk.transaction() as session:
        post(
            session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", "R01", 3, reason="FOUND", weights=[Decimal("6.3")]
        )
    return warehouse


def wheels(site: Site, place: str) -> tuple[Decimal | int, Decimal | int]:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT on_hand, weight_kg FROM stock_balance WHERE location_id = %(place)s", place=site.places[place]
        )
    assert row is not None
    return row["on_hand"], row["weight_kg"]


def test_catch_weight_goes_with_its_pieces_and_comes_back_with_them(cheese: Site) -> None:
    station = cheese.station()
    with station.transaction() as session:
        moved = post(session, cheese, "move", "GADGET", "R01", "R02", 2, weights=[Decimal("4.1")])
    assert (wheels(cheese, "R01"), wheels(cheese, "R02")) == ((1, Decimal("2.2")), (2, Decimal("4.1")))
    with station.transaction() as session:
        session.call("reverse_lines", request=uuid4(), posting=moved, lines=[1], qtys=[1], reason="UNDO")
    assert (wheels(cheese, "R01"), wheels(cheese, "R02")) == ((2, Decimal("4.25")), (1, Decimal("2.05")))
    with station.transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=moved, reason="UNDO")
    assert (wheels(cheese, "R01"), wheels(cheese, "R02")) == ((3, Decimal("6.3")), (0, 0))
    assert cheese.prove() == []


def test_pieces_that_nobody_weighs_take_their_share_along_and_none_comes_in_without_a_weight(cheese: Site) -> None:
    with cheese.station().transaction() as session:
        post(session, cheese, "move", "GADGET", "R01", "R02", 1)
    assert (wheels(cheese, "R01"), wheels(cheese, "R02")) == ((2, Decimal("4.2")), (1, Decimal("2.1")))
    with pytest.raises(Refusal, match=r"ledger\.weight_missing"), cheese.station().transaction() as session:
        post(session, cheese, "adjust_in", "GADGET", "ADJUSTMENT", "R01", 1, reason="FOUND")
    assert cheese.prove() == []


@pytest.mark.parametrize(
    ("sku", "qty", "kg", "code"),
    [
        ("WIDGET", 1, "1", "ledger.weight_not_kept"),
        ("GADGET", 3, "6.2", "stock.weight_left"),
        ("GADGET", 3, "6.4", "stock.weight_left"),
        ("GADGET", 2, "6.3", "stock.weight_left"),
        ("GADGET", 4, "6.3", "stock.not_enough"),
    ],
)
def test_no_weight_is_left_without_goods_and_no_goods_without_weight(
    cheese: Site, sku: str, qty: int, kg: str, code: str
) -> None:
    cheese.put("WIDGET", "R01", 5)
    with pytest.raises(Refusal) as caught, cheese.station().transaction() as session:
        post(session, cheese, "move", sku, "R01", "R02", qty, weights=[Decimal(kg)])
    assert caught.value.code == code
    assert caught.value.facts.get("weight_kg", "6.3") == "6.3"
    assert cheese.prove() == []


def test_stock_below_nothing_is_flagged_and_listed_until_a_receipt_settles_it(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address = 'WH001-STO-R01'")
    line = warehouse.order_line()
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 3)
        listed = session.rows("SELECT sku, place, on_hand FROM negative_balances")
    assert listed == [{"sku": "WIDGET", "place": "WH001-STO-R01", "on_hand": -3}]
    with pytest.raises(Refusal, match=r"stock\.not_enough"), warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 1)
    warehouse.put("WIDGET", "DOCK1", 4)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "putaway", "WIDGET", "DOCK1", "R01", 4)
        assert session.rows("SELECT 1 FROM negative_balances") == []
        warehouse.reserve(session, line, "WIDGET", "R01", 1)
    with pytest.raises(Refusal, match=r"stock\.not_enough"), warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)
    assert warehouse.prove() == []


def test_a_lot_keeps_its_number_on_the_way_into_a_kit(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L1", expiry=date(2030, 1, 1))
    warehouse.put("MILK", "R01", 5, trace=lot)
    sides = (("MILK", "2", "R01", False), ("GADGET", "1", "R02", True))
    kit(warehouse, *sides, traces=[lot, None], badge="MANAGER1")
    assert (warehouse.stock("MILK", "R01"), warehouse.stock("GADGET", "R02")) == ((3, 0), (1, 0))
    assert warehouse.prove() == []
