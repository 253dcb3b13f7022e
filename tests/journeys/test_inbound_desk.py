"""From the supplier's shipping notice to the claim, at the real window: announced, received by a scan, found short."""

from pathlib import Path

from app.services import inbound
from app.services.inbound import ASN
from app.stations.inbound import InboundScreen
from tests.journeys.test_managers_desk import MUG, OATS, Planner, planner  # noqa: F401  (pytest finds the fixture)

SUPPLIER, NOTICE = "NORDHAUS", "DESADV-77"
PALLET, LATER = "340123450000000017", "340123450000000024"


def test_goods_come_as_announced_and_what_is_missing_is_claimed(planner: Planner, tmp_path: Path) -> None:  # noqa: F811
    she_orders_mugs(planner)
    the_supplier_announces_two_pallets(planner)
    one_scan_receives_the_first(planner)
    the_second_does_not_come(planner)
    she_writes_the_receipt_note(planner, tmp_path)
    she_claims_what_is_missing(planner)
    assert planner.proven()


def she_orders_mugs(planner: Planner) -> None:  # noqa: F811
    planner.open("inbound")
    planner.answer("NEW_PURCHASE", supplier=SUPPLIER, due="2030-01-31")
    planner.book("Scan the goods")
    planner.answer("NEW_LINE", item=MUG, quantity="30")
    planner.book("stand on the list")
    planner.answer("MAKE_PURCHASE")
    planner.book("is ordered and awaited")


def the_supplier_announces_two_pallets(planner: Planner) -> None:  # noqa: F811
    planner.screen.tabs.setCurrentIndex(1)
    planner.answer("NEW_ASN", supplier=SUPPLIER, reference=NOTICE)
    planner.book("Scan the goods")
    for sku, pallet, marks in (
        (MUG, PALLET, {}),
        (OATS, PALLET, {"lot": "L-77", "expiry": "2031-06-30"}),
        (MUG, LATER, {}),
    ):
        planner.answer("NEW_LINE", item=sku, quantity="12", sscc=pallet, **marks)
        planner.book("stand on the list")
    planner.answer("MAKE_ASN")
    planner.book(f"{NOTICE} is announced")
    planner.go_home()


def one_scan_receives_the_first(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.open_station("receiving")
    player.scan(PALLET)
    player.told("receiving.unit_booked")
    player.scan(PALLET)
    player.told("asn.unit_received")


def the_second_does_not_come(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.press("DONE")
    player.told("receiving.lines_open")
    player.choose("CLOSE_SHORT")
    player.told("receiving.ended")
    player.go_home()


def she_writes_the_receipt_note(planner: Planner, folder: Path) -> None:  # noqa: F811
    planner.open("inbound")
    planner.screen.tabs.setCurrentIndex(1)
    planner.take(NOTICE)
    assert "1 / 2" in planner.rows()[0]
    screen = planner.screen
    assert isinstance(screen, InboundScreen)
    (paper,) = screen.work.run(lambda unit: inbound.listed(unit, warehouse=screen.warehouse, kind=ASN))
    screen.write(paper, folder / "receipt.pdf")
    planner.rest()
    assert (folder / "receipt.pdf").read_bytes().startswith(b"%PDF")
    planner.go_home()


def she_claims_what_is_missing(planner: Planner) -> None:  # noqa: F811
    planner.open("discrepancies")
    planner.take("Too little", "12 each")
    planner.answer("APPRAISE", cost="36")
    planner.book("corrected")
    planner.take("Too little", "12 each")
    planner.answer("CLAIM")
    planner.book("is claimed")
    planner.take("Claimed")
    planner.answer("SETTLE", credited="30")
    planner.book("is settled")
    assert "Settled" in planner.rows()[0]
    planner.go_home()
