"""People and stations on the screen: looked at by managers, changed by administrators, refused by the database."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.database.session import Database
from app.domain.errors import Refusal
from app.domain.people import Person, PinState
from app.services import people
from app.services.changes import Changes
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import RecordTable
from app.stations.people import PeopleScreen, PeopleWork
from app.stations.people.rights import RightsPanel
from tests.support import Site

OpenScreen = Callable[[Database], PeopleScreen]


@pytest.fixture
def open_screen(kit: Kit, qtbot: QtBot) -> Iterator[OpenScreen]:
    opened: list[PeopleScreen] = []

    def open_it(database: Database, *, may: bool = True) -> PeopleScreen:
        changes = Changes()
        worker = Worker(database, changes)
        screen = PeopleScreen(
            kit, PeopleWork(worker.run, may, lambda person, _role: f"Z1:{person.badge}"), subscribe=changes.subscribe
        )
        qtbot.addWidget(screen)
        screen.resize(1366, 728)
        screen.show()
        opened.append(screen)
        qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
        return screen

    yield open_it
    for screen in opened:
        screen.let_go()


def choose(table: RecordTable, words: str) -> None:
    """Select the row in which these words stand."""
    rows = [table.model.record(n).cells for n in range(table.model.rowCount())]
    table.view.selectRow(next(n for n, cells in enumerate(rows) if words in cells))


def look_at(screen: PeopleScreen, badge: str, kit: Kit, qtbot: QtBot) -> Person:
    choose(screen.people.table, badge)
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
    person = screen.people.person
    assert person is not None
    return person


def press(screen: PeopleScreen, key: Qt.Key, qtbot: QtBot) -> str:
    """Press a key that changes something; returns the code of what was said."""
    with qtbot.waitSignal(screen.answered, timeout=20_000):
        QTest.keyClick(screen, key)
    qtbot.waitUntil(lambda: not screen._kit.tasks.busy, timeout=20_000)
    return screen.band.text()


def known(site: Site, badge: str) -> Person:
    found = Worker(site.desk, Changes()).run(people.everybody)
    return next(one for one in found if one.badge == badge)


def test_a_person_is_added_with_the_next_free_badge_and_a_first_pin(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    screen = open_screen(warehouse.desk)
    QTest.keyClick(screen, Qt.Key.Key_F3)
    screen.people.name.setText("Ida Berg")
    screen.people.groups["receiver"].setChecked(True)
    assert press(screen, Qt.Key.Key_F4, qtbot) == "Ida Berg is saved."
    ida = known(warehouse, "SH-P-0001")
    assert (ida.name, [one.group for one in ida.groups], ida.pin) == ("Ida Berg", ["receiver"], PinState.NONE)
    look_at(screen, "SH-P-0001", kit, qtbot)
    said = press(screen, Qt.Key.Key_F5, qtbot)
    assert said.startswith("The first PIN of Ida Berg is ")
    assert known(warehouse, "SH-P-0001").pin is PinState.INITIAL


def test_groups_are_given_in_one_warehouse(warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot) -> None:
    screen = open_screen(warehouse.desk)
    look_at(screen, "OPERATOR2", kit, qtbot)
    screen.people.scope.setCurrentIndex(screen.people.scope.findData("WH002"))
    assert not screen.people.groups["operator"].isChecked()
    screen.people.groups["manager"].setChecked(True)
    press(screen, Qt.Key.Key_F4, qtbot)
    held = {(one.group, one.warehouse) for one in known(warehouse, "OPERATOR2").groups}
    assert held == {("operator", None), ("manager", "WH002")}


def test_a_badge_is_replaced_unlocked_signed_off_printed_and_a_person_leaves(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    warehouse.station("bench1", "OPERATOR2")
    screen = open_screen(warehouse.desk)
    assert look_at(screen, "OPERATOR2", kit, qtbot).signed_on_at == "bench1"
    assert press(screen, Qt.Key.Key_F8, qtbot) == "Operator2 is signed off everywhere."
    assert known(warehouse, "OPERATOR2").signed_on_at is None
    assert press(screen, Qt.Key.Key_F7, qtbot) == "Operator2 can sign on again."
    assert press(screen, Qt.Key.Key_F10, qtbot) == "The badge of Operator2 prints on Z1:OPERATOR2."
    assert press(screen, Qt.Key.Key_F9, qtbot).startswith("Operator2 has left")
    assert not known(warehouse, "OPERATOR2").active
    assert "SH-P-0001" in press(screen, Qt.Key.Key_F6, qtbot)
    assert known(warehouse, "SH-P-0001").name == "Operator2"


def test_the_matrix_says_what_a_person_may_and_why_and_changes_it(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    screen = open_screen(warehouse.desk)
    look_at(screen, "OPERATOR2", kit, qtbot)
    panel = screen.people.rights
    assert not [said for said in caplog.messages if "permission." in said], "every permission has words"
    assert cells(panel, "Pick") == ("Pick", "✓ yes", "", "Operator")
    assert cells(panel, "Adjust stock") == ("Adjust stock", "no", "", "")
    choose(panel.table, "Adjust stock")
    panel.limit.setText("5")
    with qtbot.waitSignal(screen.answered, timeout=20_000):
        panel.give.click()
    qtbot.waitUntil(lambda: cells(panel, "Adjust stock")[1:] == ("✓ yes", "5", "given personally"), timeout=20_000)
    choose(panel.table, "Pick")
    panel.take.click()
    qtbot.waitUntil(lambda: cells(panel, "Pick")[1:] == ("no", "", "taken away"), timeout=20_000)
    panel.leave.click()
    qtbot.waitUntil(lambda: cells(panel, "Pick")[1:] == ("✓ yes", "", "Operator"), timeout=20_000)
    panel.limit.setText("much")
    panel.give.click()
    assert screen.band.text() == "much is no limit."


def cells(panel: RightsPanel, permission: str) -> tuple[str, ...]:
    rows = [panel.table.model.record(n).cells for n in range(panel.table.model.rowCount())]
    return next((one for one in rows if one[0] == permission), ())


def test_who_may_not_sees_everything_greyed_and_is_refused_by_the_database_as_well(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    manager = warehouse.station("dock1", "MANAGER1")
    screen = open_screen(manager)
    person = look_at(screen, "Operator2", kit, qtbot)
    assert person.badge == "", "told to those who look after people"
    greyed = [button.text() for button in screen.keys.buttons() if not button.isEnabled()]
    assert len(greyed) == 7, greyed  # what is done to a person; adding one is greyed by what the sign-on said
    assert not screen.people.name.isEnabled()
    choose(screen.people.rights.table, "Pick")
    assert not screen.people.rights.give.isEnabled()
    worker = Worker(manager, Changes())
    tries: tuple[Callable[[], object], ...] = (
        lambda: worker.run(lambda unit: people.save(unit, badge="NEW-1", name="X")),
        lambda: worker.run(lambda unit: people.save(unit, badge="OPERATOR2", name="X")),
        lambda: worker.run(lambda unit: people.set_groups(unit, person.id, ["manager"])),
        lambda: worker.run(lambda unit: people.give_pin(unit, person.id, "123456", must_change=True)),
        lambda: worker.run(lambda unit: people.replace_badge(unit, person.id)),
        lambda: worker.run(lambda unit: people.unlock(unit, person.id)),
        lambda: worker.run(lambda unit: people.sign_off_everywhere(unit, person.id)),
        lambda: worker.run(lambda unit: people.set_active(unit, person.id, active=False)),
        lambda: worker.run(lambda unit: people.set_permission(unit, person.id, "pick", granted=False)),
        lambda: worker.run(lambda unit: people.set_group_permission(unit, "operator", "pick", granted=False)),
    )
    for attempt in tries:
        with pytest.raises(Refusal, match=r"permission\.missing"):
            attempt()


def test_a_station_is_switched_off_and_renamed(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    screen = open_screen(warehouse.desk)
    screen.pages.setCurrentWidget(screen.stations)
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
    choose(screen.stations.table, "bench1")
    assert press(screen, Qt.Key.Key_F4, qtbot).startswith("bench1 is switched off")
    screen.stations.name.setText("packing-1")
    assert press(screen, Qt.Key.Key_F3, qtbot) == "packing-1 is saved."
    after = Worker(warehouse.desk, Changes()).run(lambda unit: people.station_named(unit, "packing-1"))
    assert (after.active, after.warehouse) == (False, "WH001")


def test_every_change_stands_in_the_history_in_words(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    Worker(warehouse.desk, Changes()).run(lambda unit: people.save(unit, badge="OPERATOR2", name="Grace"))
    screen = open_screen(warehouse.desk)
    screen.pages.setCurrentWidget(screen.history)
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
    latest = screen.history.table.model.record(0).cells
    assert (latest[1], *latest[3:]) == ("Admin", "changed", "Grace", "name: Operator2 → Grace")


def test_a_scanned_badge_shows_its_person(warehouse: Site, open_screen: OpenScreen, qtbot: QtBot) -> None:
    Worker(warehouse.desk, Changes()).run(lambda unit: people.save(unit, badge="SH-P-0042", name="Ada"))
    screen = open_screen(warehouse.desk)
    screen.on_scan("SH-P-0042")
    qtbot.waitUntil(lambda: screen.people.table.model.rowCount() == 1, timeout=20_000)
    assert screen.people.table.model.record(0).cells[1] == "Ada"


def test_the_matrix_of_groups_says_what_each_may_and_changes_the_one_in_hand(
    warehouse: Site, open_screen: OpenScreen, kit: Kit, qtbot: QtBot
) -> None:
    """A row a permission, a column a group; a click into a column takes that group in hand."""
    screen = open_screen(warehouse.desk)
    screen.pages.setCurrentWidget(screen.groups)
    panel = screen.groups.rights
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
    headings = [panel.table.model.headerData(n, Qt.Orientation.Horizontal) for n in range(6)]
    assert headings == ["Permission", "Operator", "Receiver", "Manager", "Admin", "Auditor"]
    assert cells(panel, "Pick") == ("Pick", "✓ yes", "no", "✓ yes", "✓ yes", "no")
    choose(panel.table, "Adjust stock")
    row = panel.table.view.currentIndex().row()
    panel.table.view.clicked.emit(panel.table.model.index(row, 2))
    qtbot.waitUntil(lambda: screen.groups.group == "receiver" and not kit.tasks.busy, timeout=20_000)
    choose(panel.table, "Adjust stock")
    panel.limit.setText("5")
    with qtbot.waitSignal(screen.answered, timeout=20_000):
        panel.give.click()
    expected = ("no", "✓ up to 5", "✓ yes", "✓ yes", "no")
    qtbot.waitUntil(lambda: cells(panel, "Adjust stock")[1:] == expected, timeout=20_000)
    panel.table.view.clicked.emit(panel.table.model.index(row, 4))
    qtbot.waitUntil(lambda: screen.groups.group == "admin" and not kit.tasks.busy, timeout=20_000)
    choose(panel.table, "Adjust stock")
    assert not panel.give.isEnabled()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)
