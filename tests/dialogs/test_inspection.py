"""Inspecting goods, as the inspector experiences it."""

import uuid
from decimal import Decimal

import pytest

from app.database import policies
from app.dialogs.dialog import Level
from app.dialogs.inspection import INSPECTION
from app.dialogs.receiving import RECEIVING
from app.domain.quality import Check
from app.services import quality
from app.services.changes import Changes
from app.services.products import images
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.dialogs.test_receiving_photos import photo
from tests.support import Site

WIDTH = Check("Width", measured=True, unit="mm", lower=Decimal("9.8"), upper=Decimal("10.2"), photo=True)
CLEAN = Check("Surface is clean")


@pytest.fixture
def site(warehouse: Site) -> Site:
    """Twenty widgets at the dock, of which a sample of thirteen is looked at by a checklist of two checks."""
    Worker(warehouse.login("desk_manager"), Changes()).run(
        lambda unit: quality.save_checklist(unit, name="Widgets", checks=[WIDTH, CLEAN])
    )
    then = {"method": "sample", "aql": "1.0", "checklist": "Widgets"}
    with warehouse.desk.transaction() as session:
        policies.save(session, "quality", {"rules": [{"name": "all", "when": [], "then": then}]})
    dock = Conversation(warehouse.station("dock1", "MANAGER1"), RECEIVING, warehouse)
    dock.scan(order(warehouse, ("WIDGET", 20)))
    dock.scan("WIDGET")
    dock.key("QUANTITY")
    dock.key("ENTER", "19")
    return warehouse


@pytest.fixture
def talk(site: Site) -> Conversation:
    """The inspector at the station."""
    return Conversation(site.station("bench1", "RECEIVER1"), INSPECTION, site)


def free(site: Site) -> Decimal | int:
    with site.desk.transaction() as session:
        row = session.row("SELECT coalesce(sum(on_hand), 0) AS qty FROM stock_balance WHERE status = 'available'")
    assert row is not None
    found: Decimal = row["qty"]
    return found


def test_what_waits_is_listed_and_taken_by_scan_or_key(talk: Conversation) -> None:
    assert talk.prompt.instruction == "quality.scan_goods"
    assert [row.cells[0] for row in talk.prompt.rows] == ["WIDGET"]
    talk.scan("GADGET")
    assert (talk.level, talk.said) == (Level.ERROR, "quality.not_waiting")
    talk.scan("WIDGET")
    assert talk.said == "quality.taken"
    talk.key("CANCEL")
    talk.key("NEXT")
    assert talk.prompt.count is not None
    assert (talk.prompt.count.done, talk.prompt.count.total) == ("0", "13")


def test_each_check_of_a_piece_is_asked_measured_or_answered(site: Site, talk: Conversation) -> None:
    talk.scan("WIDGET")
    assert (talk.prompt.instruction, talk.prompt.ask) == ("quality.measure", "quality.ask_value")
    talk.key("ENTER", "ten")
    assert talk.said == "quality.not_a_number"
    talk.scan("10.1")  # a gauge that types like a scanner
    assert (talk.prompt.instruction, talk.prompt.facts["check"]) == ("quality.check", "Surface is clean")
    talk.key("GOOD")
    assert (talk.said, talk.prompt.facts["defective"]) == ("quality.piece_good", "0")
    talk.key("ENTER", "10,25")
    assert talk.said == "quality.check_failed"
    talk.scan("SH-CMD-GOOD")
    assert (talk.said, talk.prompt.waiting) == ("quality.lot_failed", "photo"), "one is too many at AQL 1.0"
    talk.key("ENTER", talk.worker.run(lambda unit: images.keep(unit, photo())).sha256)
    assert (talk.said, talk.prompt.instruction) == ("quality.photo_kept", "quality.failed")
    (one,) = talk.worker.run(lambda unit: quality.waiting(unit, site.warehouse))
    assert (one.photos, one.defective) == (1, 1)
    assert site.count("inspection_reading") == 4


def test_several_good_pieces_are_noted_at_once_and_the_verdict_is_told(site: Site, talk: Conversation) -> None:
    talk.scan("WIDGET")
    talk.key("PIECES")
    talk.key("ENTER", "21")
    assert talk.said == "quality.pieces"
    talk.key("ENTER", "13")
    assert (talk.said, talk.prompt.instruction) == ("quality.lot_passed", "quality.passed")
    talk.key("ACCEPT")
    assert (talk.said, talk.prompt.instruction) == ("quality.decided_accept", "quality.all_done")
    assert free(site) == 20
    talk.key("UNDO")
    assert (free(site), talk.prompt.instruction) == (0, "quality.passed")
    talk.key("UNDO")
    assert talk.prompt.count is not None
    assert talk.prompt.count.done == "0"
    assert site.prove() == []


def test_a_lot_that_did_not_pass_is_rejected_or_sorted_out(site: Site, talk: Conversation) -> None:
    talk.scan("WIDGET")
    talk.key("ENTER", "11")
    talk.key("GOOD")
    talk.key("CANCEL")  # no photo
    talk.key("LOOK_ON")
    talk.key("PIECES")
    talk.key("ENTER", "19")
    assert talk.prompt.instruction == "quality.failed"
    talk.key("ACCEPT")
    assert talk.said == "quality.decided_accept_part", "the whole lot was sorted"
    assert free(site) == 19


def test_taking_a_lot_against_its_plan_asks_for_a_reason_and_for_somebody_who_may(
    site: Site, talk: Conversation
) -> None:
    talk.scan("WIDGET")
    talk.key("DECIDE")
    talk.key("ACCEPT")
    assert talk.said == "quality.why_taken"
    talk.key("URGENT")
    assert (talk.level, talk.said) == (Level.ERROR, "quality.against_verdict")
    assert free(site) == 0
    chief = Conversation(site.station("dock1", "MANAGER1"), INSPECTION, site)
    for key in ("NEXT", "DECIDE", "ACCEPT", "URGENT"):
        chief.key(key)
    assert (chief.said, free(site)) == ("quality.decided_accept", 20)
    talk.key("GOOD")
    assert talk.said == "quality.lot_is_gone"


def test_goods_that_go_back_are_on_a_return_at_once_where_that_is_allowed(site: Site, talk: Conversation) -> None:
    talk.scan("WIDGET")
    talk.key("DECIDE")
    talk.key("RETURN")
    assert talk.said == "quality.decided_return"
    with site.desk.transaction() as session:
        assert session.rows("SELECT 1 FROM document WHERE kind = 'return'") == [], "a receiver plans no returns"
    talk.key("UNDO")
    chief = Conversation(site.station("dock1", "MANAGER1"), INSPECTION, site)
    for key in ("NEXT", "DECIDE", "RETURN"):
        chief.key(key)
    with site.desk.transaction() as session:
        made = session.row("SELECT decision, reference FROM document WHERE kind = 'return'")
    assert made is not None
    assert (made["decision"], made["reference"][:3]) == ("released", "QC-")
    chief.key("UNDO")
    assert chief.said == "dialog.undo_outside"


def test_a_step_needs_four_round_trips_at_most(talk: Conversation) -> None:
    talk.scan("WIDGET")
    assert talk.runner.round_trips <= 4
    talk.key("ENTER", "10")
    talk.key("GOOD")
    assert talk.runner.round_trips <= 4
    talk.key("PIECES")
    talk.key("ENTER", "12")
    talk.key("ACCEPT")
    assert talk.runner.round_trips <= 4


def test_work_goes_on_where_it_stopped(site: Site, talk: Conversation) -> None:
    talk.scan("WIDGET")
    talk.key("ENTER", "10")
    again = Conversation(talk.worker.database, INSPECTION, site)
    assert again.runner.recovered
    assert again.prompt.instruction == "quality.check", "the width was measured already"
    again.key("GOOD", str(uuid.uuid4()))
    assert again.said == "quality.piece_good"


def test_a_lot_that_waits_is_found_by_its_bare_number(site: Site) -> None:
    dock = Conversation(site.station("dock1", "MANAGER1"), RECEIVING, site)
    dock.scan(order(site, ("MILK", 20)))
    dock.scan("0104012345678918173012311" + "0LOT-7", "gs1-128")
    for scan, symbology in (("LOT-7", "code-128"), ("10LOT-7", "gs1-128")):
        talk = Conversation(site.station("bench1", "RECEIVER1"), INSPECTION, site)
        talk.key("CANCEL")
        talk.scan(scan, symbology)
        assert talk.prompt.item is not None, talk.said
        assert talk.prompt.item.sku == "MILK"
