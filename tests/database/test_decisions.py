"""What people decide about documents: which step follows which, and that a document that ends lets go of everything."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.database.session import Database, Row, as_json
from app.domain.errors import Refusal
from tests.support import NIL, Site, post

AFTER = {
    "draft": {"released", "held", "cancelled"},
    "released": {"draft", "held", "cancelled", "closed"},
    "held": {"draft", "released", "cancelled", "closed"},
    "cancelled": set(),
    "closed": set(),
}


def document_of(site: Site, line: UUID) -> UUID:
    found: UUID = _row(site, "SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)["id"]
    return found


def _row(site: Site, statement: str, **parameters: object) -> Row:
    with site.desk.transaction() as session:
        row = session.row(statement, **parameters)
    assert row is not None
    return row


def decide(site: Site, document: UUID, decision: str, *, by: Database | None = None, reason: str = "") -> int:
    version = _row(site, "SELECT version FROM document WHERE id = %(id)s", id=document)["version"]
    with (by or site.desk).transaction() as session:
        answer: int = session.call(
            "decide_document", document=document, decision=decision, version=version, reason=reason
        )
    return answer


@pytest.mark.parametrize("now", AFTER)
@pytest.mark.parametrize("then", AFTER)
def test_only_what_may_follow_is_decided(warehouse: Site, now: str, then: str) -> None:
    document = document_of(warehouse, warehouse.purchase_line())
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document SET decision = %s WHERE id = %s", [now, document])
    if then in AFTER[now]:
        decide(warehouse, document, then)
        return
    with pytest.raises(Refusal) as caught:
        decide(warehouse, document, then)
    assert caught.value.code == "document.wrong_decision"
    assert (caught.value.facts["now"], caught.value.facts["asked"]) == (now, then)


def test_whoever_repeats_a_decision_gets_the_same_answer_and_others_are_told(warehouse: Site) -> None:
    document = document_of(warehouse, warehouse.order_line())
    asked = {"document": document, "decision": "held", "version": 2, "reason": "credit"}
    for _ in range(2):
        with warehouse.desk.transaction() as session:
            assert session.call("decide_document", **asked) == 3
    assert warehouse.count("document_history") == 2
    with pytest.raises(Refusal, match=r"document\.changed"), warehouse.station().transaction() as session:
        session.call("decide_document", **asked)


@pytest.mark.parametrize("decision", ["cancelled", "closed"])
@pytest.mark.parametrize("kind", ["order", "transfer"])
def test_a_document_that_ends_holds_no_goods_whoever_ends_it(warehouse: Site, kind: str, decision: str) -> None:
    """Also by somebody who may plan such documents and may not allocate."""
    for place in ("R01", "DOCK1"):
        warehouse.put("WIDGET", place, 10)
    line = warehouse.document(kind, ("WIDGET", 9))[0]
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 3)
        warehouse.reserve(session, line, "WIDGET", "DOCK1", 2)
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(2)])  # fmt: skip
    with warehouse.desk.transaction() as session:
        session.call("set_permission", person=warehouse.people["RECEIVER1"], permission=f"plan_{kind}", granted=True)
    decide(warehouse, document_of(warehouse, line), decision, by=warehouse.station("dock1", "RECEIVER1"))
    assert [warehouse.stock("WIDGET", place) for place in ("R01", "DOCK1")] == [(10, 0), (10, 0)]
    assert (warehouse.count("reservation"), warehouse.count("promise")) == (0, 0)
    assert warehouse.prove() == []


@pytest.mark.parametrize("decision", ["cancelled", "closed"])
def test_a_transfer_whose_goods_are_on_their_way_does_not_end(warehouse: Site, decision: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    with warehouse.desk.transaction() as session:
        made = session.call(
            "create_transfer", warehouse=warehouse.warehouse, to_warehouse=warehouse.warehouses["WH002"], reference="",
            due=None, items=[warehouse.items["WIDGET"]], uoms=["each"], qtys=[Decimal(4)],
        )  # fmt: skip
        session.call("decide_document", document=made, decision="released", version=1)
        row = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
        assert row is not None
        warehouse.reserve(session, row["id"], "WIDGET", "R01", 4)
        post(session, warehouse, "transfer_out", "WIDGET", "R01", "TRANSIT", 4, line=row["id"])
    with pytest.raises(Refusal, match=r"transfers\.still_on_the_way"):
        decide(warehouse, made, decision)
    assert warehouse.prove() == []


@pytest.mark.parametrize("decision", ["cancelled", "draft"])
def test_what_was_begun_is_closed_not_cancelled(warehouse: Site, decision: str) -> None:
    line = warehouse.purchase_line(qty=10)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 4, line=line)
    document = document_of(warehouse, line)
    with pytest.raises(Refusal, match=r"document\.begun"):
        decide(warehouse, document, decision)
    decide(warehouse, document, "closed")


def test_orders_that_count_on_a_delivery_hear_that_it_does_not_come(warehouse: Site) -> None:
    inbound, line = warehouse.purchase_line(qty=10), warehouse.order_line("WIDGET", 6)
    with warehouse.station().transaction() as session:
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(6)], inbound=[inbound])  # fmt: skip
    decide(warehouse, document_of(warehouse, inbound), "cancelled")
    assert warehouse.count("promise") == 0
    lost = _row(warehouse, "SELECT demand_line_id AS line, qty, claim FROM claim_loss")
    assert lost == {"line": line, "qty": 6, "claim": "promise"}


def test_goods_in_the_tote_of_a_cancelled_order_go_back_to_everybody(warehouse: Site) -> None:
    """They stay the order's while somebody has them in hand; back in their bin they are free, and not to be picked."""
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 6)
    key = {"lines": [line], "locations": [warehouse.places["R01"]], "traces": [NIL], "units": [NIL]}
    station = warehouse.station()
    with station.transaction() as session:
        session.call(
            "allocate_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
            locations=[warehouse.places["R01"]], traces=[NIL], units=[NIL], owners=[NIL], statuses=["available"],
            qtys=[Decimal(6)], decisions=as_json({}),
        )  # fmt: skip
        tote = session.call("register_tote", warehouse=warehouse.warehouse)["id"]
        picked = session.call("pick_stock", request=NIL, **key, qtys=[Decimal(4)], tote=tote)
    decide(warehouse, document_of(warehouse, line), "cancelled")
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "TOTE")) == ((6, 0), (4, 4))
    with warehouse.desk.transaction() as session:
        (told,) = session.rows("SELECT what, detail FROM order_change")
    assert (told["what"], told["detail"]["decision"], told["detail"]["freed"]) == ("cancelled", "cancelled", 1)
    assert [Decimal(goods["qty"]) for goods in told["detail"]["back"]] == [4]
    with station.transaction() as session:
        session.call("reverse_posting", request=document_of(warehouse, line), posting=picked, reason="UNDO")
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "TOTE")) == ((10, 0), (0, 0))
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT 1 FROM task WHERE state = 'open'") == []
    assert warehouse.prove() == []
