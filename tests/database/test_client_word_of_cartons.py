"""What a packer could claim of a carton is found out by the database: what it should weigh, and what it holds.

The attacks are made past our program, by people who may do the work honestly.
"""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import people, policies
from app.database.session import as_json
from app.domain.errors import Fault, Refusal
from app.domain.packing import ItemWeight, learn, weight_content
from app.domain.people import ApprovalWish
from tests.database.test_client_word import rows
from tests.support import NIL, Site, pin_key, post


def carton(site: Site, **goods: int) -> UUID:
    """An open carton of an order with goods in it."""
    place = site.places["STAGE1"]
    lines = site.document("order", *goods.items())
    with site.desk.transaction() as session:
        row = session.row("SELECT document_id AS order FROM document_line WHERE id = %(line)s", line=lines[0])
        assert row is not None
        parcel: UUID = session.call("open_carton", document=row["order"], location=place, carton_type="MEDIUM")
        unit = session.row("SELECT handling_unit_id AS id FROM parcel WHERE id = %(parcel)s", parcel=parcel)
        assert unit is not None
        for sku, qty in goods.items():
            post(session, site, "adjust_in", sku, "ADJUSTMENT", "STAGE1", qty, to_units=[unit["id"]], reason="FOUND")
    return parcel


def close(site: Site, parcel: UUID, kg: str, **claims: object) -> None:
    """Close a carton by psql, with what a packer would like to be true."""
    with site.station("bench1", "OPERATOR1").transaction() as session:
        session.call("close_parcel", parcel=parcel, weight_kg=Decimal(kg), device="scale", manual=False,
                     carrier="house", service="parcel", tracking=f"T{uuid4()}", printer=None, run=None,
                     labels=as_json([]), **claims)  # fmt: skip


def weight_of(site: Site, sku: str) -> ItemWeight:
    with site.desk.transaction() as session:
        row = session.row("SELECT * FROM item WHERE sku = %(sku)s", sku=sku)
    assert row is not None
    return ItemWeight(row["weight_mean_kg"], row["weight_variance"], row["weight_observations"])


@pytest.fixture
def weighed(warehouse: Site) -> Site:
    """A widget weighs half a kilogram, a gadget a quarter."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET weight_mean_kg = CASE sku WHEN 'WIDGET' THEN 0.5 ELSE 0.25 END")
    return warehouse


def test_a_carton_that_is_far_off_is_not_closed_because_a_packer_calls_it_right(weighed: Site) -> None:
    parcel = carton(weighed, WIDGET=2, GADGET=1)
    with pytest.raises(Refusal) as off:
        close(weighed, parcel, "9.9")
    assert (off.value.code, off.value.facts["expected"]) == ("packing.weight_not_approved", "1.55")
    with pytest.raises(Refusal, match="approval_missing"):
        close(weighed, parcel, "9.9", approval=uuid4(), reason="PADDING")
    close(weighed, parcel, "1.555")
    assert rows(weighed, "SELECT state, expected_kg, weight_override_by FROM parcel") == [
        ("closed", Decimal("1.55"), None)
    ]
    assert weight_of(weighed, "WIDGET").n == 0, "a carton of two items teaches nothing"


def unit_of(site: Site, parcel: UUID) -> UUID:
    """The handling unit that a carton is."""
    with site.desk.transaction() as session:
        row = session.row("SELECT handling_unit_id AS id FROM parcel WHERE id = %(p)s", p=parcel)
    assert row is not None
    unit: UUID = row["id"]
    return unit


def slip_in(site: Site, unit: UUID, qty: int = 1) -> None:
    """A packer fills loose goods into a unit, past the bench."""
    site.put("WIDGET", "STAGE1", qty)
    with site.login("desk_operator").transaction() as session:
        session.call("repack_goods", request=uuid4(), unit=None, into=unit, location=site.places["STAGE1"],
                     items=[site.items["WIDGET"]], traces=[NIL], owners=[NIL], statuses=["available"],
                     qtys=[Decimal(qty)])  # fmt: skip


def test_goods_that_slip_into_a_weighed_carton_make_it_worthless(weighed: Site) -> None:
    """Neither beside the others, nor in a case of their own within; opened and weighed again it goes on."""
    parcel = carton(weighed, WIDGET=2, GADGET=1)
    unit = unit_of(weighed, parcel)
    close(weighed, parcel, "1.55")
    packer = weighed.login("desk_operator")

    def label() -> None:
        with packer.transaction() as session:
            session.call("label_parcel", parcel=parcel, jobs=[])

    with pytest.raises(Refusal, match="label_not_printed"):
        label()
    slip_in(weighed, unit)
    with pytest.raises(Refusal, match="contents_changed"):
        label()
    with packer.transaction() as session:
        session.call("reopen_parcel", parcel=parcel, reason="", approval=None)
    with pytest.raises(Refusal, match="weight_not_approved"):
        close(weighed, parcel, "1.55")
    close(weighed, parcel, "2.05")
    with pytest.raises(Refusal, match="label_not_printed"):
        label()
    with packer.transaction() as session:
        case = session.row("SELECT id FROM create_handling_unit('case', %(w)s, NULL)", w=weighed.warehouse)
        assert case is not None
        session.call("nest_unit", unit=case["id"], onto=unit)
    slip_in(weighed, case["id"])
    with pytest.raises(Refusal, match="contents_changed"):
        label()
    with weighed.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE parcel SET state = 'labelled'")
    with pytest.raises(Refusal, match="contents_changed"), packer.transaction() as session:
        session.call("ship_parcel", request=uuid4(), parcel=parcel)
    assert rows(weighed, "SELECT state FROM parcel") == [("labelled",)]
    for call in ("advance_parcel(%(p)s, 'shipped')", "advance_parcel(%(p)s, 'open')"):
        with pytest.raises(Fault, match="not_allowed"), packer.transaction() as session:
            session.row(f"SELECT {call}", p=parcel)


def test_an_approved_weight_is_that_of_the_goods_that_the_supervisor_saw(weighed: Site) -> None:
    parcel, request = carton(weighed, WIDGET=2), uuid4()
    with weighed.station("bench1", "OPERATOR1").transaction() as session:
        seen = session.row("SELECT carton_contents(p) AS seen FROM parcel p")
        assert seen is not None
        content = weight_content(parcel, seen["seen"], Decimal("5.5"), manual=False, reason="PADDING")
        wish = ApprovalWish(request, "override_weight", weighed.warehouse, content)
        people.approve(session, badge="MANAGER1", pin_key=pin_key(), wish=wish)
    slip_in(weighed, unit_of(weighed, parcel))
    with pytest.raises(Refusal, match="approved_otherwise"):
        close(weighed, parcel, "5.5", approval=request, reason="PADDING")


def test_a_wider_rule_of_the_warehouse_lets_more_pass_and_no_more_than_that(weighed: Site) -> None:
    rule = {"name": "wide", "when": [], "then": {"sigmas": "3", "floor_kg": "0.5", "relative": "0"}}
    with weighed.desk.transaction() as session:
        policies.save_rules(session, uuid4(), capability="packing", document={"rules": [rule]}, version=0,
                            scope="warehouse", scope_id=weighed.warehouse)  # fmt: skip
    parcel = carton(weighed, WIDGET=2, GADGET=1)
    with pytest.raises(Refusal, match="weight_not_approved"):
        close(weighed, parcel, "2.06")
    close(weighed, parcel, "2.04")


def test_the_database_learns_from_right_cartons_as_the_books_say(warehouse: Site) -> None:
    known = None
    for pieces, kg in ((4, "2.3"), (4, "2.304"), (5, "2.81")):
        close(warehouse, carton(warehouse, WIDGET=pieces), kg)
        piece = (Decimal(kg) - Decimal("0.3")) / pieces
        known = learn(known.mean, known.variance, known.n, piece) if known else learn(piece, Decimal(0), 0, piece)
        found = weight_of(warehouse, "WIDGET")
        assert (round(found.mean, 8), round(found.variance, 12), found.n) == (
            round(known.mean, 8), round(known.variance, 12), known.n,
        )  # fmt: skip
