"""The shipping desk and the screen of carriers: a carton from its label to the signature, and a new carrier."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.database.notifications import Listener
from app.dialogs.packing import PACKING
from app.dialogs.shipping import SHIPPING
from app.services import clock
from app.services.carriers import requests
from app.services.changes import Change, Changes
from app.services.work import Worker
from app.stations.carriers import CarriersScreen
from app.stations.kit.kit import Kit
from app.stations.shipments import ShipmentsScreen
from app.stations.shipments.photographing import Photographing
from app.stations.shipments.signing import Signing
from tests.dialogs.bench import Bench, news_of_print
from tests.dialogs.conversation import Conversation
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site
from tests.worker.carrying import Depot, news_of_carrier

LIVE_MS = 5_000
"""How long the change of another station may take on a machine that does much else; unheard it takes half a minute."""


@pytest.fixture
def depot(warehouse: Site, tmp_path: Path) -> Depot:
    """A bench, and a carrier by files that every carton goes with."""
    folder = tmp_path / "swift"
    folder.mkdir()
    depot = Depot(Bench(warehouse), Worker(warehouse.login("worker_1"), Changes()), folder)
    depot.set_up()
    return depot


@pytest.fixture
def packer(depot: Depot) -> Conversation:
    return Conversation(depot.bench.site.station("bench1", "OPERATOR1"), PACKING, depot.bench.site)


@pytest.fixture
def screen(kit: Kit, depot: Depot, qtbot: QtBot) -> Iterator[ShipmentsScreen]:
    """The manager's shipping desk."""
    site = depot.bench.site
    with opened(kit, qtbot, lambda words: ShipmentsScreen(words, work_of(site, "desk_manager"))) as screen:
        yield screen


def said(screen: ShipmentsScreen | CarriersScreen) -> str:
    return screen.band.text()


def labelled(depot: Depot, packer: Conversation) -> str:
    """An order in one carton whose label was bought, printed and scanned; returns its number."""
    number = depot.close(packer)
    depot.work()
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan(str(depot.bench.parcels(number)[0]["tracking"]))
    return number


def test_a_carton_gets_its_label_and_another_one_when_that_is_lost(
    depot: Depot, packer: Conversation, screen: ShipmentsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    number = depot.close(packer)
    screen.refresh()
    assert columns(screen, qtbot, "order", "carrier", "label") == [(number, "Swift · Swift parcel", "Wanted")]
    depot.work()
    screen.refresh()
    assert columns(screen, qtbot, "label", "tracking") == [("Bought, to be scanned", "RR473124829DE")]
    take(screen, qtbot, number)
    press(screen, qtbot, "RATES")
    at_rest(screen, qtbot)
    rates = columns(screen, qtbot, "carrier", "service", "why")
    assert ("Own delivery", "Parcel", "The rule names another one") in rates
    screen.step_back()
    take(screen, qtbot, number)
    press(screen, qtbot, "CARTON_PAPERS")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "paper", "wanted", "state")[0] == ("Packing list", "yes", "not printed")
    take(screen, qtbot, "CN22 customs form")
    press(screen, qtbot, "PRINT_PAPER")
    at_rest(screen, qtbot)
    assert ("CN22 customs form", "no", "waits") in columns(screen, qtbot, "paper", "wanted", "state")
    screen.step_back()
    take(screen, qtbot, number)
    press(screen, qtbot, "VOID_PURCHASE")
    assert screen.form is not None
    screen.form.give("reason", "LOST")
    assert "RR473124829DE is void" in book(screen, qtbot)
    take(screen, qtbot, number)
    press(screen, qtbot, "BUY_LABEL")
    at_rest(screen, qtbot)
    assert screen.form is not None
    screen.form.give("service", "house/parcel")
    assert "A label of Own delivery, Parcel is wanted" in book(screen, qtbot)
    depot.work()
    depot.bench.print_all()
    news_of_carrier(packer)
    news_of_print(packer)
    carton = depot.bench.parcels(number)[0]
    packer.scan(str(carton["tracking"]))
    assert packer.said == "packing.order_packed"
    take(screen, qtbot, number)
    press(screen, qtbot, "LABEL_TRAIL")
    at_rest(screen, qtbot)
    assert set(columns(screen, qtbot, "carrier", "service")) == {("Swift", "Swift parcel"), ("Own delivery", "Parcel")}
    screen.labels.evidence.write(carton["sscc"], tmp_path / "evidence.pdf")
    at_rest(screen, qtbot)
    words = pypdfium2.PdfDocument(tmp_path / "evidence.pdf")[0].get_textpage().get_text_range()
    assert carton["sscc"] in words and said(screen) == "evidence.pdf is written."
    assert "Own delivery · Parcel" in words and "House" not in words


@pytest.mark.qt_log_ignore("qt.multimedia", extend=True)
def test_a_manifest_is_closed_loaded_photographed_and_signed_and_the_day_ends(
    depot: Depot, packer: Conversation, screen: ShipmentsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    number, tracking = labelled(depot, packer), "RR473124829DE"
    manifest = closed_manifest(screen, qtbot, tracking)
    truck = Conversation(depot.bench.site.station("dock1", "OPERATOR2"), SHIPPING, depot.bench.site)
    truck.scan(manifest)
    truck.scan(tracking)
    assert truck.said == "shipping.last_of_load"
    take(screen, qtbot, manifest)
    press(screen, qtbot, "SIGN")
    assert "Let the truck depart first" in said(screen)
    asked(screen, qtbot, "DEPART")
    assert "has left" in book(screen, qtbot)
    take(screen, qtbot, manifest)
    sign(screen, qtbot)
    assert f"Carl Driver signed for {manifest}." in said(screen)
    assert columns(screen, qtbot, "state", "signed") == [("Signed for", "Carl Driver")]
    Image.new("RGB", (80, 60), (0, 120, 0)).save(tmp_path / "load.jpg")
    take(screen, qtbot, manifest)
    press(screen, qtbot, "PHOTOGRAPH")
    cover = screen.cover
    assert isinstance(cover, Photographing)
    cover.photo.chosen.emit(tmp_path / "load.jpg")
    at_rest(screen, qtbot)
    assert said(screen) == f"The photo is kept with {manifest}."
    screen.trucks.write(manifest, tmp_path / "proof.pdf")
    at_rest(screen, qtbot)
    page = pypdfium2.PdfDocument(tmp_path / "proof.pdf")[0]
    assert "Carl Driver" in page.get_textpage().get_text_range()
    assert sum(one.type == 3 for one in page.get_objects()) == 2, "the signature and the photo are drawn"
    take(screen, qtbot, manifest)
    press(screen, qtbot, "OPEN_MANIFEST")
    take(screen, qtbot, number)
    press(screen, qtbot, "RATES")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "carrier", "why")[0] == ("Swift", "Chosen"), "also after it has left"
    screen.tabs.setCurrentIndex(5)
    assert columns(screen, qtbot, "order", "state") == [(number, "Left")]
    take(screen, qtbot, number)
    asked(screen, qtbot, "TELL_TRACKING").give("words", "Carl Driver is back")
    assert book(screen, qtbot) == f"It is noted for {tracking}."
    assert columns(screen, qtbot, "state") == [("Delivered",)]
    take(screen, qtbot, number)
    press(screen, qtbot, "TRACK")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "words") == [("Carl Driver is back",)]
    screen.step_back()
    screen.tabs.setCurrentIndex(2)
    press(screen, qtbot, "END_OF_DAY")
    assert rows(screen, qtbot) == []
    screen.trucks.write_end_of_day(tmp_path / "day.pdf")
    at_rest(screen, qtbot)
    assert manifest in pypdfium2.PdfDocument(tmp_path / "day.pdf")[0].get_textpage().get_text_range()
    assert depot.bench.site.prove() == []


def closed_manifest(screen: ShipmentsScreen, qtbot: QtBot, tracking: str) -> str:
    """Close the manifest of what waits; returns its number, its sheet in front."""
    screen.tabs.setCurrentIndex(1)
    take(screen, qtbot, "Swift")
    asked(screen, qtbot, "CLOSE_MANIFEST").give("truck", "HB-123")
    assert "is closed" in book(screen, qtbot)
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "tracking", "state") == [(tracking, "Not loaded")]
    screen.tabs.setCurrentIndex(2)
    (manifest,) = [one[0] for one in rows(screen, qtbot)]
    return manifest


def sign(screen: ShipmentsScreen, qtbot: QtBot) -> None:
    """The driver signs for what is in hand."""
    press(screen, qtbot, "SIGN")
    cover = screen.cover
    assert isinstance(cover, Signing)
    assert "SIGN" not in cover.keys.commands().values()
    cover.name.setText("Carl Driver")
    cover.pad.write([QPointF(10, 10), QPointF(90, 60), QPointF(160, 20)])
    cover.command("SIGN")
    at_rest(screen, qtbot)


def test_what_another_station_does_is_seen_at_once(kit: Kit, depot: Depot, packer: Conversation, qtbot: QtBot) -> None:
    site, bus, connected = depot.bench.site, Changes(), threading.Event()
    number = depot.close(packer)
    listener = Listener(
        site.login("desk_manager"),
        hear=lambda hints: bus.publish([Change(kind, identity) for kind, identity in hints]),
        connected=lambda there: connected.set() if there else None,
    )
    work = replace(work_of(site, "desk_manager"), subscribe=bus.subscribe)
    with opened(kit, qtbot, lambda words: ShipmentsScreen(words, work)) as screen:
        listener.start()
        try:
            assert connected.wait(5)
            assert columns(screen, qtbot, "order", "label") == [(number, "Wanted")]
            depot.work()
            labels = [column.name for column in screen.table.model.columns].index("label")
            bought = "Bought, to be scanned"
            qtbot.waitUntil(lambda: screen.table.model.record(0).cells[labels] == bought, timeout=LIVE_MS)
            screen.tabs.setCurrentIndex(4)
            at_rest(screen, qtbot)
            truck = requests.Truck((clock.now() + timedelta(days=1)).date(), 1)
            depot.desk.run(
                lambda unit: requests.order_pickup(unit, warehouse=site.warehouse, carrier="swift", truck=truck)
            )
            qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1, timeout=LIVE_MS)
        finally:
            listener.stop()


def test_a_truck_is_proposed_for_the_day_that_it_is_in_the_warehouse(
    depot: Depot, packer: Conversation, screen: ShipmentsScreen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(depot, packer)
    with depot.bench.site.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Pacific/Kiritimati'")
    screen.tabs.setCurrentIndex(1)
    take(screen, qtbot, "Swift")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 11, 30, tzinfo=UTC))
    assert asked(screen, qtbot, "ORDER_PICKUP").answers()["day"] == "2027-01-01"


def test_a_truck_is_ordered_for_what_waits_and_what_the_carrier_says_on_the_phone_is_written_down(
    depot: Depot, packer: Conversation, screen: ShipmentsScreen, qtbot: QtBot
) -> None:
    labelled(depot, packer)
    screen.tabs.setCurrentIndex(1)
    take(screen, qtbot, "Swift")
    form = asked(screen, qtbot, "ORDER_PICKUP")
    assert (form.answers()["cartons"], form.answers()["weight_kg"]) == ("1", "0.8")
    form.give("from_time", "25:00")
    assert "25:00" in book(screen, qtbot)
    form.give("from_time", "14:00")
    assert book(screen, qtbot) == "Truck PUP000001 of Swift is ordered."
    depot.work()
    screen.tabs.setCurrentIndex(4)
    screen.refresh()
    assert columns(screen, qtbot, "kind", "state", "said") == [
        ("Truck wanted", "Refused: call them", "Swift cannot be asked for this.")
    ]
    day = rows(screen, qtbot)[0][2]
    take(screen, qtbot, day)
    form = asked(screen, qtbot, "SETTLE_REQUEST")
    assert "Nobody is named who said so." in book(screen, qtbot)
    form.give("words", "Mr Short: comes at 3")
    assert book(screen, qtbot) == f"Settled: {day}"
    assert columns(screen, qtbot, "state", "said") == [("Settled", "Mr Short: comes at 3")]


def test_a_carrier_is_set_up_row_by_row_and_what_contradicts_is_refused(
    kit: Kit, depot: Depot, packer: Conversation, qtbot: QtBot
) -> None:
    depot.close(packer)
    site = depot.bench.site
    with opened(kit, qtbot, lambda words: CarriersScreen(words, work_of(site, "desk_manager"))) as screen:
        form = asked(screen, qtbot, "NEW_CARRIER")
        for name, value in (("code", "ALPINE"), ("name", "Alpine Post"), ("kind", "file")):
            form.give(name, value)
        assert book(screen, qtbot) == "Alpine Post is saved."
        screen.show_part("alpine", "services")
        press(screen, qtbot, "ADD_ROW")
        at_rest(screen, qtbot)
        assert screen.form is not None
        for name, value in (("code", "post"), ("name", "Post"), ("days", "2"), ("hazard", "yes")):
            screen.form.give(name, value)
        assert book(screen, qtbot) == "Alpine Post is saved."
        assert columns(screen, qtbot, "code", "days", "hazard") == [("post", "2", "yes")]
        screen.show_part("alpine", "prices")
        press(screen, qtbot, "ADD_ROW")
        at_rest(screen, qtbot)
        assert screen.form is not None
        for name, value in (("service", "post"), ("zone", "moon"), ("up_to_kg", "5"), ("price", "4.10")):
            screen.form.give(name, value)
        assert "prices 1: zone = moon" in book(screen, qtbot)
        screen.go_to_front()
        take(screen, qtbot, "swift")
        form = asked(screen, qtbot, "PREVIEW_FILE")
        form.give("carton", depot.bench.parcels(_order(depot))[0]["sscc"])
        book(screen, qtbot)
        at_rest(screen, qtbot)
        assert [line for _, line in rows(screen, qtbot)] == ["ref;barcode;kg", "SHL000000001;;0.8"]
        screen.go_to_front()
        take(screen, qtbot, "swift")
        asked(screen, qtbot, "REMOVE_CARRIER")
        assert "is in use" in book(screen, qtbot)
        QTest.keyClick(screen, Qt.Key.Key_Escape)
        at_rest(screen, qtbot)
        press(screen, qtbot, "USED_WHERE")
        assert "Packed cartons" in {use for (use,) in columns(screen, qtbot, "use")}
        screen.go_to_front()
        take(screen, qtbot, "alpine")
        asked(screen, qtbot, "REMOVE_CARRIER")
        assert book(screen, qtbot) == "Alpine Post is gone."


def _order(depot: Depot) -> str:
    return str(depot.bench.row("SELECT number FROM document WHERE kind = 'order'")["number"])
