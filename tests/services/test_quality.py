"""The quality check on the real database: from the dock on hold to a decision, and what the supplier's record says."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from app.database import policies
from app.dialogs.receiving import RECEIVING
from app.domain.errors import Refusal
from app.domain.quality import Check, Disposition, LotVerdict, Reading, Severity
from app.services import discrepancies, quality, returns
from app.services.changes import Changes
from app.services.quality import Inspection, Part
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site, post


@pytest.fixture
def site(warehouse: Site) -> Site:  # noqa: F811  (the fixture above)
    """A warehouse where a sample of everything is looked at."""
    rule(warehouse, method="sample", aql="1.0", level="II")
    return warehouse


@pytest.fixture
def inspector(site: Site) -> Iterator[Worker]:
    """A receiver at the dock, who may inspect."""
    yield Worker(site.station("bench1", "RECEIVER1"), Changes())


def rule(site: Site, **then: object) -> None:
    """From now on this is looked at."""
    with site.desk.transaction() as session:
        policies.save(session, "quality", {"rules": [{"name": "all", "when": [], "then": then}]})


def order(site: Site, *lines: tuple[str, object]) -> str:
    line = site.document("purchase_order", *lines)[0]
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT number FROM document d JOIN document_line l ON l.document_id = d.id WHERE l.id = %(line)s",
            line=line,
        )
    assert row is not None
    return str(row["number"])


def receive(site: Site, sku: str, qty: int, *, lot: str = "", ordered: int = 0) -> Conversation:
    """So many pieces of an order come at once; returns the conversation at the dock."""
    dock = Conversation(site.station("dock1", "MANAGER1"), RECEIVING, site)
    dock.scan(order(site, (sku, ordered or qty)))
    if lot:
        dock.scan(f"01{'04012345678918'}17301231" + f"10{lot}\x1d37{qty}", "gs1-128")
    else:
        dock.scan(sku)
        if qty > 1:
            dock.key("QUANTITY")
            dock.key("ENTER", str(qty - 1))
    return dock


def seen(one: object, *names: str) -> tuple[object, ...]:
    """What a test looks at of something."""
    return tuple(getattr(one, name) for name in names)


def waiting(worker: Worker, site: Site) -> tuple[Inspection, ...]:
    return worker.run(lambda unit: quality.waiting(unit, site.warehouse))


def looked_at(worker: Worker, site: Site, *, good: int, bad: int = 0) -> Inspection:
    """Somebody looks at the first lot that waits: so many good and so many defective pieces."""
    one = waiting(worker, site)[0]
    worker.run(lambda unit: quality.begin(unit, one))
    for count, defective in ((good, False), (bad, True)):
        if count:
            look(worker, one.id, count, defective=defective)
    return worker.run(lambda unit: quality.find(unit, one.number))


def look(worker: Worker, inspection: UUID, count: int, *, defective: bool = False) -> None:
    worker.run(lambda unit: quality.record(unit, inspection=inspection, count=count, defective=defective))


def decide(
    worker: Worker, one: Inspection, disposition: Disposition, *, reason: str = "", note: str = ""
) -> UUID | None:
    return worker.run(
        lambda unit: quality.decide(unit, one, quality.shares(one, disposition), reason=reason, note=note)
    )


def statuses(site: Site, sku: str) -> dict[str, Decimal]:
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE item_id = %(item)s AND on_hand > 0 GROUP BY 1",
            item=site.items[sku],
        )
    return {row["status"]: row["qty"] for row in rows}


def test_goods_to_be_looked_at_are_on_hold_from_the_receipt(site: Site, inspector: Worker) -> None:
    dock = receive(site, "WIDGET", 500)
    assert dock.said == "receiving.booked_inspected"
    assert dock.prompt.feedback is not None
    assert (dock.prompt.feedback.facts["sample"], dock.prompt.feedback.facts["of"]) == ("50", "500")
    assert statuses(site, "WIDGET") == {"quarantined": 500}
    (one,) = waiting(inspector, site)
    assert seen(one, "sku", "qty", "there", "places", "partner") == ("WIDGET", 500, 500, "WH001-DOCK1", "ACME")
    assert (quality.plan(one).size, quality.plan(one).accept) == (50, 1)
    for _ in range(3):  # the quantity, its question, the first piece
        dock.key("UNDO")
    assert waiting(inspector, site) == (), "what was taken back is not looked at"
    assert site.prove() == []


def test_a_lot_that_passes_becomes_available_without_its_defective_piece(site: Site, inspector: Worker) -> None:
    receive(site, "MILK", 500, lot="L1")
    one = looked_at(inspector, site, good=49, bad=1)
    assert quality.verdict(one) is LotVerdict.PASSED
    assert one.lot == "L1"
    decide(inspector, one, Disposition.ACCEPT)
    assert statuses(site, "MILK") == {"available": 499, "blocked": 1}
    with pytest.raises(Refusal) as twice:
        decide(inspector, one, Disposition.REJECT)
    assert twice.value.code == "quality.decided"
    assert twice.value.facts["person"]
    assert site.prove() == []


def test_two_inspectors_add_to_one_sample_and_one_of_them_decides(site: Site, inspector: Worker) -> None:
    receive(site, "WIDGET", 500)
    other = Worker(site.login("desk_manager"), Changes())
    one = looked_at(inspector, site, good=20)
    other.run(lambda unit: quality.begin(unit, one))
    look(other, one.id, 30)
    found = other.run(lambda unit: quality.find(unit, one.number))
    assert (found.looked_at, quality.verdict(found)) == (50, LotVerdict.PASSED)
    assert found.people.count(",") == 1
    with pytest.raises(Refusal) as beyond:
        look(inspector, one.id, 451)
    assert beyond.value.code == "quality.more_than_lot"


def test_what_comes_after_the_inspection_began_is_a_lot_of_its_own(site: Site, inspector: Worker) -> None:
    dock = receive(site, "WIDGET", 10, ordered=14)
    looked_at(inspector, site, good=1)
    dock.key("QUANTITY")
    dock.key("ENTER", "4")
    assert [seen(one, "qty", "state") for one in waiting(inspector, site)] == [(10, "begun"), (4, "open")]


def test_a_lot_that_was_partly_moved_is_decided_for_what_is_there(site: Site, inspector: Worker) -> None:
    receive(site, "MILK", 10, lot="L1")
    one = looked_at(inspector, site, good=10)
    with site.desk.transaction() as session:
        trace = session.row("SELECT id FROM trace WHERE lot = 'L1'")
        assert trace is not None
        for kind, place, to, status in (("move", "DOCK1", "R01", None), ("status", "DOCK1", "DOCK1", "blocked")):
            session.call(
                "post_moves", request=UUID(int=place == to), kind=kind, warehouse=site.warehouse,
                items=[site.items["MILK"]], qtys=[Decimal(3)], from_locations=[site.places[place]],
                to_locations=[site.places[to]], traces=[trace["id"]], from_statuses=["quarantined"],
                to_statuses=[status or "quarantined"], reasons=["QUALITY"],
            )  # fmt: skip
    with pytest.raises(Refusal) as gone:
        inspector.run(lambda unit: quality.decide(unit, one, [Part("accept", Decimal(10))]))
    assert (gone.value.code, gone.value.facts["there"]) == ("quality.changed_meanwhile", "7")
    now = inspector.run(lambda unit: quality.find(unit, one.number))
    assert seen(now, "there", "places") == (7, "WH001-DOCK1, WH001-STO-R01")
    receive(site, "WIDGET", 1)
    with site.desk.transaction() as session:
        session.call(
            "post_moves", request=UUID(int=9), kind="scrap", warehouse=site.warehouse, items=[site.items["WIDGET"]],
            qtys=[Decimal(1)], from_locations=[site.places["DOCK1"]], to_locations=[site.places["SCRAP"]],
            from_statuses=["quarantined"], to_statuses=["quarantined"], reasons=["DAMAGED"],
        )  # fmt: skip
    with pytest.raises(Refusal) as nothing:
        quality.shares(waiting(inspector, site)[-1], Disposition.ACCEPT)
    assert nothing.value.code == "quality.gone"
    decide(inspector, now, Disposition.ACCEPT)
    assert statuses(site, "MILK") == {"available": 7, "blocked": 3}
    assert site.prove() == []


def test_goods_without_lots_are_released_where_they_came_and_not_for_another_delivery(
    site: Site, inspector: Worker
) -> None:
    """The first delivery waits at one dock, the second at another, and somebody put ten of their own on hold."""
    receive(site, "WIDGET", 100)
    receive(site, "WIDGET", 50)
    site.put("WIDGET", "R01", 10)
    with site.desk.transaction() as session:
        post(session, site, "move", "WIDGET", "DOCK1", "DOCK2", 50, from_statuses=["quarantined"],
             to_statuses=["quarantined"])  # fmt: skip
        post(session, site, "status", "WIDGET", "R01", "R01", 10, to_statuses=["quarantined"], reason="QUALITY")
    first, second = waiting(inspector, site)
    assert seen(first, "there", "places") == (100, "WH001-DOCK1")
    assert seen(second, "there", "places") == (50, "WH001-DOCK2")
    inspector.run(lambda unit: quality.begin(unit, second))
    look(inspector, second.id, 50)
    decide(inspector, inspector.run(lambda unit: quality.find(unit, second.number)), Disposition.ACCEPT)
    assert lying(site, "WIDGET") == {
        ("DOCK1", "quarantined"): 100, ("DOCK2", "available"): 50, ("R01", "quarantined"): 10,
    }  # fmt: skip
    decide(inspector, waiting(inspector, site)[0], Disposition.REJECT)
    assert lying(site, "WIDGET") == {
        ("DOCK1", "blocked"): 100, ("DOCK2", "available"): 50, ("R01", "quarantined"): 10,
    }  # fmt: skip
    assert site.prove() == []


def lying(site: Site, sku: str) -> dict[tuple[str, str], Decimal]:
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT l.name, b.status, sum(b.on_hand) AS qty FROM stock_balance b"
            " JOIN location l ON l.id = b.location_id WHERE b.item_id = %(item)s AND b.on_hand > 0 GROUP BY 1, 2",
            item=site.items[sku],
        )
    return {(row["name"], row["status"]): row["qty"] for row in rows}


_SAID_TO_PASS = """
    SELECT decide_inspection(gen_random_uuid(), %(i)s, NULL, '[{"disposition": "accept", "qty": 500}]',
        '', '')
"""


def test_rejected_goods_are_a_discrepancy_of_the_supplier_and_go_back(site: Site, inspector: Worker) -> None:
    receive(site, "WIDGET", 500)
    one = looked_at(inspector, site, good=48, bad=2)
    assert quality.verdict(one) is LotVerdict.FAILED
    with pytest.raises(Refusal) as refused:
        decide(inspector, one, Disposition.ACCEPT, reason="CONCESSION")
    assert refused.value.code == "quality.against_verdict", "only whoever may release goods takes such a lot"
    with pytest.raises(Refusal, match="against_verdict"), inspector.database.transaction() as session:
        session.rows(_SAID_TO_PASS, i=one.id)
    decide(inspector, one, Disposition.RETURN, note="cracked")
    office = Worker(site.login("desk_manager"), Changes())
    (found,) = office.run(lambda unit: discrepancies.listed(unit, site.warehouse))
    assert seen(found, "kind", "qty", "reason", "note") == ("damaged", 500, "QUALITY", "cracked")
    number = office.run(lambda unit: quality.send_back(unit, one.number, warehouse=site.warehouse))
    assert office.run(lambda unit: quality.send_back(unit, one.number, warehouse=site.warehouse)) == number
    office.run(lambda unit: returns.post(unit, returns.plan_sending(unit, number)))
    assert statuses(site, "WIDGET") == {}
    assert site.prove() == []


def test_a_concession_is_on_record_and_the_lot_still_counts_as_failed(site: Site, inspector: Worker) -> None:
    receive(site, "WIDGET", 500)
    one = looked_at(inspector, site, good=3, bad=2)
    manager = Worker(site.login("desk_manager"), Changes())
    decide(manager, one, Disposition.ACCEPT, reason="CONCESSION")
    done = manager.run(lambda unit: quality.find(unit, one.number))
    assert seen(done, "reason", "passed") == ("CONCESSION", False)
    assert statuses(site, "WIDGET") == {"available": 498, "blocked": 2}
    (record,) = manager.run(lambda unit: quality.suppliers(unit, site.warehouse))
    assert seen(record, "failed", "accepted", "refused") == (1, 498, 2)


def test_every_piece_of_a_lot_is_looked_at_and_the_good_ones_are_taken(site: Site, inspector: Worker) -> None:
    rule(site, method="all")
    receive(site, "WIDGET", 20)
    one = looked_at(inspector, site, good=17, bad=3)
    assert quality.plan(one).size == 20
    decide(inspector, one, Disposition.ACCEPT)
    assert statuses(site, "WIDGET") == {"available": 17, "blocked": 3}


def test_goods_are_looked_at_again_after_rework(site: Site, inspector: Worker) -> None:
    receive(site, "WIDGET", 20)
    one = looked_at(inspector, site, good=0, bad=1)
    decide(inspector, one, Disposition.REWORK)
    (again,) = waiting(inspector, site)
    assert seen(again, "origin", "qty", "state") == (one.number, 20, "open")
    assert statuses(site, "WIDGET") == {"quarantined": 20}
    passed = looked_at(inspector, site, good=13)
    decide(inspector, passed, Disposition.ACCEPT)
    assert statuses(site, "WIDGET") == {"available": 20}
    (record,) = inspector.run(lambda unit: quality.suppliers(unit, site.warehouse))
    assert (record.passed, record.failed) == (0, 1), "only the first look counts"


def test_a_decision_that_is_taken_back_lets_the_lot_wait_again(site: Site, inspector: Worker) -> None:
    receive(site, "WIDGET", 20)
    posting = decide(inspector, looked_at(inspector, site, good=13), Disposition.ACCEPT)
    with site.desk.transaction() as session:
        session.call("reverse_posting", request=UUID(int=77), posting=posting, reason="UNDO")
    (one,) = waiting(inspector, site)
    assert seen(one, "state", "there", "looked_at") == ("begun", 20, 13)
    assert statuses(site, "WIDGET") == {"quarantined": 20}


def test_a_supplier_is_looked_at_more_strictly_and_then_stopped_from_reduced(site: Site, inspector: Worker) -> None:
    for _ in range(2):
        receive(site, "WIDGET", 500)
        decide(inspector, looked_at(inspector, site, good=0, bad=2), Disposition.REJECT)
    dock = receive(site, "WIDGET", 500)
    assert dock.prompt.feedback is not None
    assert dock.prompt.feedback.facts["sample"] == "80", "tightened inspection of 500 at AQL 1.0"
    assert waiting(inspector, site)[0].severity == "tightened"
    (record,) = inspector.run(lambda unit: quality.suppliers(unit, site.warehouse))
    assert record.standing.severity is Severity.TIGHTENED


def test_skipped_lots_are_used_at_once_and_stay_on_record(site: Site, inspector: Worker) -> None:
    rule(site, method="skip_lot", qualifies_after=1, one_in=2)
    receive(site, "WIDGET", 20)
    decide(inspector, looked_at(inspector, site, good=13), Disposition.ACCEPT)
    assert receive(site, "WIDGET", 30).said == "receiving.booked"
    assert statuses(site, "WIDGET") == {"available": 50}
    assert receive(site, "WIDGET", 40).said == "receiving.booked_inspected"
    (record,) = inspector.run(lambda unit: quality.suppliers(unit, site.warehouse))
    assert (record.passed, record.skipped) == (1, 1)


def test_readings_and_the_list_they_were_taken_by_are_kept(site: Site, inspector: Worker) -> None:
    width = Check("Width", measured=True, unit="mm", lower=Decimal("9.8"), upper=Decimal("10.2"))
    office = Worker(site.login("desk_manager"), Changes())
    office.run(lambda unit: quality.save_checklist(unit, name="Widgets", checks=[width, Check("Clean")]))
    rule(site, method="sample", checklist="widgets")
    receive(site, "WIDGET", 20)
    one = looked_at(inspector, site, good=0)
    assert one.checks == (width, Check("Clean"))
    (kept,) = office.run(quality.checklists)
    office.run(lambda unit: quality.save_checklist(unit, name="Widgets", checks=[width], known_as=kept))
    with pytest.raises(Refusal) as older:
        office.run(lambda unit: quality.save_checklist(unit, name="Widgets", checks=[], known_as=kept))
    assert older.value.code == "record.changed"
    readings = (Reading(1, good=False, value=Decimal("10.25")), Reading(2, good=True))
    inspector.run(lambda unit: quality.record(unit, inspection=one.id, count=1, defective=True, readings=readings))
    now = inspector.run(lambda unit: quality.find(unit, one.number))
    assert now.checks == (width, Check("Clean")), "what was asked then stays what it was"
    (piece,) = inspector.run(lambda unit: quality.pieces(unit, one.id))
    assert (piece.readings, piece.person != "") == (readings, True)
