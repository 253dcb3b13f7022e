"""Labels of many products and places at once, as somebody at a desk prints them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services import label_batches
from app.services.changes import Changes
from app.services.work import Worker
from app.stations.kit.desk import LabelBatch
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.products import ProductsScreen
from app.stations.sites import SitesScreen
from app.texts import Texts
from tests.stations.desks import at_rest, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[SitesScreen]:
    with warehouse.desk.transaction() as session:
        session.call("save_printer", name="zebra", dpi=203, confirms="odometer", serial="X1")
    with opened(kit, qtbot, lambda kit: SitesScreen(kit, work_of(warehouse, "desk"))) as made:
        yield made


def batch_of(screen: ManagerScreen, qtbot: QtBot) -> LabelBatch:
    """The batch that lies over a screen, as soon as it knows templates and printers."""
    batch = screen.cover
    assert isinstance(batch, LabelBatch), screen.band.text()
    qtbot.waitUntil(lambda: batch.printer.count() > 0 and not screen._kit.tasks.busy, timeout=20_000)
    return batch


def key(screen: ManagerScreen, command: str) -> None:
    """Press a key of what lies over the screen."""
    assert screen.cover is not None
    keys = {name: number for number, name in screen.cover.keys.commands().items()}
    QTest.keyClick(screen, Qt.Key(int(Qt.Key.Key_F1) + keys[command] - 1))


def labels_of_zone(screen: SitesScreen, qtbot: QtBot) -> LabelBatch:
    """The batch of all bins of the zone STO, in which no row is in hand."""
    take(screen, qtbot, "STO")
    press(screen, qtbot, "PLACES")
    screen.table.view.clearSelection()
    press(screen, qtbot, "PRINT_PLACES")
    return batch_of(screen, qtbot)


def jobs(site: Site) -> list[tuple[str, str, int]]:
    """What stands on the print journal: code, state, copies."""
    with site.superuser() as connection:
        return connection.execute(
            "SELECT split_part(label_uid, '/', 1), state, copies FROM stockhand.print_job ORDER BY id"
        ).fetchall()


def settle_printed(site: Site, state: str) -> None:
    """The printer has done its work."""
    with site.superuser() as connection:
        connection.execute("UPDATE stockhand.print_job SET state = %s", (state,))


def test_all_bins_of_a_zone_get_labels_and_the_screen_tells_when_they_are_proven(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    batch = labels_of_zone(screen, qtbot)
    assert batch.told.text().startswith("6 labels for 6 rows.")
    assert batch.template.currentText() == "bin" and not batch.paper.dots.isEmpty()
    key(screen, "PRINT_BATCH")
    qtbot.waitUntil(lambda: batch.state.waiting == 6, timeout=20_000)
    assert screen.band.text().startswith("6 labels wait for zebra.")
    assert [code for code, *_ in jobs(warehouse)] == [f"WH001-STO-R0{n}" for n in range(1, 7)]
    assert "no program holds this printer" in batch.told.text()
    settle_printed(warehouse, "CONFIRMED")
    qtbot.waitUntil(lambda: screen.band.text() == "6 labels are printed and proven.", timeout=20_000)
    assert batch.progress.value() == 6


def test_each_row_has_its_own_number_and_what_waits_can_be_stopped(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    batch = labels_of_zone(screen, qtbot)
    batch.all.setValue(0)
    for row, count in ((1, "3"), (4, "250")):
        item = batch.grid.item(row, 2)
        assert item is not None
        item.setText(count)
    key(screen, "PRINT_BATCH")
    qtbot.waitUntil(lambda: batch.state.waiting == 253, timeout=20_000)
    assert jobs(warehouse) == [
        ("WH001-STO-R02", "QUEUED", 3),
        ("WH001-STO-R05", "QUEUED", 100), ("WH001-STO-R05", "QUEUED", 100), ("WH001-STO-R05", "QUEUED", 50),
    ]  # fmt: skip
    key(screen, "STOP_BATCH")
    qtbot.waitUntil(lambda: screen.band.text() == "253 labels were taken back.", timeout=20_000)
    assert {state for _, state, _ in jobs(warehouse)} == {"CANCELLED"}
    qtbot.waitUntil(lambda: "PRINT_BATCH" in batch.keys.commands().values(), timeout=20_000)


def test_what_is_no_number_and_no_label_at_all_is_refused_in_words(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    batch = labels_of_zone(screen, qtbot)
    batch.all.setValue(0)
    key(screen, "PRINT_BATCH")
    assert "No label is wanted" in screen.band.text()
    item = batch.grid.item(2, 2)
    assert item is not None
    item.setText("many")
    key(screen, "PRINT_BATCH")
    assert "“many” is not a number of labels for WH001-STO-R03" in screen.band.text()
    assert jobs(warehouse) == []


def test_going_back_leaves_the_screen_as_it_was_and_the_labels_on_the_journal(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    batch = labels_of_zone(screen, qtbot)
    key(screen, "PRINT_BATCH")
    qtbot.waitUntil(lambda: batch.state.waiting == 6, timeout=20_000)
    key(screen, "BACK")
    at_rest(screen, qtbot)
    assert screen.cover is None and screen.keys.isVisible() and screen.table.isVisible()
    assert {state for _, state, _ in jobs(warehouse)} == {"QUEUED"}


def test_labels_of_the_products_in_hand_are_printed_from_their_list(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with warehouse.desk.transaction() as session:
        session.call("save_printer", name="zebra", dpi=203, confirms="odometer", serial="X1")
    screen = ProductsScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), work_of(warehouse, "desk_manager"))
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: not kit.tasks.busy and screen.list.rows.model.rowCount() > 0, timeout=20_000)
    screen.list.rows.view._select([0, 1])
    screen.command("LABELS")
    qtbot.waitUntil(lambda: screen.cover is not None, timeout=20_000)
    batch = batch_of(screen, qtbot)
    assert batch.template.currentText() == "item"
    batch.all.setValue(2)
    key(screen, "PRINT_BATCH")
    qtbot.waitUntil(lambda: batch.state.waiting == 2 * len(batch.lines), timeout=20_000)
    key(screen, "BACK")
    assert screen.cover is None
    screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)


def test_a_product_offers_its_packagings_with_their_own_gtin(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute(
            """
            SET search_path = stockhand;
            DELETE FROM code WHERE target_id = (SELECT id FROM item WHERE sku = 'WIDGET') AND scheme = 'gtin';
            INSERT INTO uom VALUES ('crate', 'crate');
            INSERT INTO item_uom (item_id, uom, numerator) SELECT id, 'crate', 600 FROM item WHERE sku = 'WIDGET';
            INSERT INTO code (scheme, value, kind, target_id, uom)
            SELECT 'gtin', '14012345678908', 'item', id, 'crate' FROM item WHERE sku = 'WIDGET'
            """
        )
    worker = Worker(warehouse.login("desk"), Changes())
    lines = worker.run(lambda unit: label_batches.lines_of_items(unit, [warehouse.items["WIDGET"]]))
    first, last = lines[0], lines[-1]
    assert (first.code, first.count, first.fields["gtin"]) == ("WIDGET", 1, "")
    assert (last.code, last.count, last.fields["gtin"]) == ("WIDGET crate", 0, "14012345678908")
    assert last.fields["quantity"] == "crate = 600 each"
