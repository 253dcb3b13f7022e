"""Goods with a rule: on hold from the truck, looked at, sorted, put away; the supplier is met more strictly after."""

from decimal import Decimal

from app.database import policies
from app.dialogs.inspection import INSPECTION
from app.dialogs.putaway import PUTAWAY
from app.dialogs.receiving import RECEIVING
from app.domain.quality import Check
from app.services import discrepancies, quality
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site


def test_goods_are_looked_at_before_anybody_may_use_them(warehouse: Site) -> None:  # noqa: F811  (the fixture)
    office = Worker(warehouse.login("desk_manager"), Changes())
    the_office_wants_widgets_measured(warehouse, office)
    the_truck_comes(warehouse)
    nobody_gets_them_yet(warehouse)
    the_inspector_looks_at_every_piece(warehouse)
    the_good_ones_go_to_their_bin(warehouse)
    (found,) = office.run(lambda unit: discrepancies.listed(unit, warehouse.warehouse))
    assert (found.partner, found.kind, str(found.qty.normalize())) == ("ACME", "damaged", "1")
    (record,) = office.run(lambda unit: quality.suppliers(unit, warehouse.warehouse))
    assert (record.passed, record.failed, record.looked_at, record.defective) == (0, 1, 5, 1)
    assert warehouse.prove() == []


def the_office_wants_widgets_measured(site: Site, office: Worker) -> None:
    width = Check("Width", measured=True, unit="mm", lower=Decimal("9.8"), upper=Decimal("10.2"))
    office.run(lambda unit: quality.save_checklist(unit, name="Widgets", checks=[width]))
    rule = {"name": "widgets", "when": [{"field": "sku", "operator": "is", "value": "WIDGET"}],
            "then": {"method": "all", "checklist": "Widgets"}}  # fmt: skip
    with site.desk.transaction() as session:
        policies.save(session, "quality", {"rules": [rule]})


def the_truck_comes(site: Site) -> None:
    dock = Conversation(site.station("dock1", "RECEIVER1"), RECEIVING, site)
    dock.scan(order(site, ("WIDGET", 5), ("GADGET", 2)))
    for _ in range(5):
        dock.scan("WIDGET")
    assert dock.said == "receiving.booked_inspected"
    dock.scan("GADGET")
    assert dock.said == "receiving.booked"


def nobody_gets_them_yet(site: Site) -> None:
    clerk = Conversation(site.station("dock1", "RECEIVER1"), PUTAWAY, site)
    clerk.scan("WIDGET")
    assert (clerk.said, clerk.prompt.instruction) == ("putaway.awaits", "putaway.leave_at_dock")
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.awaits_inspection", "the same rules hold for another bin"
    clerk.key("CANCEL")


def the_inspector_looks_at_every_piece(site: Site) -> None:
    bench = Conversation(site.station("bench1", "RECEIVER1"), INSPECTION, site)
    bench.scan("WIDGET")
    for value in ("10", "10.1", "10.3", "9.8", "10.2"):
        bench.key("ENTER", value)
        if bench.prompt.instruction == "quality.failed":
            bench.key("LOOK_ON")
    assert bench.prompt.instruction == "quality.failed"
    bench.key("ACCEPT")
    assert bench.said == "quality.decided_accept_part"


def the_good_ones_go_to_their_bin(site: Site) -> None:
    clerk = Conversation(site.station("dock1", "RECEIVER1"), PUTAWAY, site)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.several", "the defective one is blocked and stands there, too"
    free = next(one for one in clerk.prompt.choices if one.code == "putaway.goods_available")
    clerk.key(free.value)
    clerk.scan(clerk.prompt.facts["bin"])
    assert site.stock("WIDGET", "R01")[0] == 4
