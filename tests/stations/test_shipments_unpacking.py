"""Packing taken back from the shipping desk: cartons of ended orders, opened and exchanged ones, a truck emptied."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.dialogs.packing import PACKING
from app.dialogs.shipping import SHIPPING
from app.services.changes import Changes
from app.services.shipping import manifests
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.returns import ReturnsScreen
from app.stations.shipments import ShipmentsScreen
from tests.dialogs.bench import Bench, labelled
from tests.dialogs.conversation import Conversation
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def bench(warehouse: Site) -> Bench:
    return Bench(warehouse)


@pytest.fixture
def packer(bench: Bench) -> Conversation:
    return Conversation(bench.site.station("bench1", "OPERATOR1"), PACKING, bench.site)


@pytest.fixture
def screen(kit: Kit, bench: Bench, qtbot: QtBot) -> Iterator[ShipmentsScreen]:
    """The manager's shipping desk."""
    with opened(kit, qtbot, lambda words: ShipmentsScreen(words, work_of(bench.site, "desk_manager"))) as screen:
        yield screen


def test_the_desk_opens_exchanges_unloads_and_works_off_what_was_cancelled_and_everybody_sees_why(
    bench: Bench, packer: Conversation, screen: ShipmentsScreen, qtbot: QtBot
) -> None:
    office = Worker(bench.site.desk, Changes())
    first, second, third = (labelled(bench, packer) for _ in range(3))
    one, other, gone = (bench.parcels(number)[0] for number in (first, second, third))
    manifest = office.run(lambda unit: manifests.close(unit, warehouse=bench.site.warehouse, carrier="house"))
    truck = Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)
    truck.scan(manifest)
    truck.scan(gone["tracking"])
    screen.tabs.setCurrentIndex(2)
    take(screen, qtbot, manifest)
    press(screen, qtbot, "OPEN_MANIFEST")
    take(screen, qtbot, one["tracking"])
    press(screen, qtbot, "UNLOAD_CARTON")
    assert "Only a carton that is in the truck" in screen.band.text()
    take(screen, qtbot, gone["tracking"])
    asked(screen, qtbot, "UNLOAD_CARTON").give("reason", "WRONG_GOODS")
    assert book(screen, qtbot) == f"Carton {gone['sscc']} is out of the truck and off manifest {manifest}."
    screen.step_back()
    screen.tabs.setCurrentIndex(0)
    take(screen, qtbot, first)
    form = asked(screen, qtbot, "TAKE_BACK")
    for name, value in (("act", "exchange"), ("other", other["tracking"]), ("reason", "LABELS_MIXED_UP")):
        form.give(name, value)
    assert manifest in form.effect.text(), "the question says that the carton comes off its manifest"
    assert "are open. Destroy their labels" in book(screen, qtbot)
    assert [row[0] for row in rows(screen, qtbot)] == [third], "open cartons are at the bench"
    bench.decide(third, "cancelled")
    screen.tabs.setCurrentIndex(3)
    screen.refresh()
    assert columns(screen, qtbot, "order", "ended") == [(third, "cancelled")]
    take(screen, qtbot, third)
    asked(screen, qtbot, "UNPACK")
    assert "bring it to WH001-DOCK1" in book(screen, qtbot)
    assert rows(screen, qtbot) == []
    assert bench.site.stock("GADGET", "DOCK1") == (1, 0)
    screen.unpacking.show_trail(gone["sscc"])
    at_rest(screen, qtbot)
    told = columns(screen, qtbot, "what", "reason", "person")
    assert ("Unloaded", "Wrong goods", "Manager1") in told
    assert ("Unpacked", "Order ended", "Manager1") in told
    assert bench.site.prove() == []


def test_a_carton_that_comes_back_fills_its_return_in(
    kit: Kit, bench: Bench, packer: Conversation, qtbot: QtBot
) -> None:
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    with opened(kit, qtbot, lambda words: ReturnsScreen(words, work_of(bench.site, "desk_manager"))) as screen:
        form = asked(screen, qtbot, "NEW_RETURN")
        form.give("carton", carton["sscc"])
        assert f"No carton {carton['sscc']} has left." in book(screen, qtbot)
        truck = Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)
        truck.scan(carton["tracking"])
        form.give("carton", carton["tracking"])
        book(screen, qtbot)
        assert columns(screen, qtbot, "sku", "quantity") == [("GADGET", "1"), ("WIDGET", "2")]
        take(screen, qtbot, "GADGET")
        press(screen, qtbot, "DROP_LINE")
        asked(screen, qtbot, "MAKE_RETURN")
        book(screen, qtbot)
        screen.go_to_front()
        assert columns(screen, qtbot, "order", "lines") == [(number, "1")]
    assert bench.site.prove() == []
