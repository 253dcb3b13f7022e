"""The function keys: what does not fit stands behind More."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.stations.kit.fkey_bar import MORE, FKeyBar, Widths, agreed
from app.stations.kit.kit import Kit

COMMANDS = ["SAVE", "ARCHIVE", "DELETE", "COPY", "STATE", "BULK", "LABELS", "EXPORT", "BOOK", "CANCEL", "APPLY"]


def bar_of(kit: Kit, qtbot: QtBot, commands: list[str]) -> FKeyBar:
    bar = FKeyBar(kit)
    qtbot.addWidget(bar)
    bar.show_commands(commands, why=False)
    return bar


def key(one: int, two: int) -> Widths:
    """A key whose words are so many letters wide, on one line and on two."""
    return lambda letters: (int(one * letters), int(two * letters))


def test_eight_commands_each_have_a_key(kit: Kit, qtbot: QtBot) -> None:
    keys = bar_of(kit, qtbot, COMMANDS[:8]).commands()
    assert [keys[number] for number in range(3, 11)] == COMMANDS[:8]


def test_commands_beyond_the_keys_stand_in_a_menu_on_f10_and_are_given_from_there(kit: Kit, qtbot: QtBot) -> None:
    bar = bar_of(kit, qtbot, COMMANDS)
    assert bar.commands()[10] == MORE
    menu = bar.more()
    given: list[str] = []
    bar.pressed.connect(given.append)
    for action in menu.actions():
        action.trigger()
    assert given == COMMANDS[7:]
    menu.deleteLater()


def test_f10_opens_the_menu_and_gives_no_command_itself(kit: Kit, qtbot: QtBot) -> None:
    bar = bar_of(kit, qtbot, COMMANDS)
    bar.show()
    given: list[str] = []
    bar.pressed.connect(given.append)
    assert bar.press(Qt.Key.Key_F10)
    (menu,) = bar.findChildren(QMenu)
    assert menu.isVisible() and given == []
    menu.close()


def test_all_keys_are_written_in_letters_of_one_size_that_has_room() -> None:
    keys = [key(4, 4), key(20, 12)]
    assert agreed(keys, 24 * 17) == (17, [4 * 17, 20 * 17])
    assert agreed(keys, 24 * 16) == (16, [4 * 16, 20 * 16])
    assert agreed(keys, 24 * 14) == (15, [4 * 15, 12 * 15])


def test_the_key_that_needs_least_for_it_stays_on_one_line() -> None:
    assert agreed([key(5, 4), key(20, 12)], 18 * 15) == (15, [5 * 15, 12 * 15])


def test_letters_shrink_no_further_than_they_are_read() -> None:
    assert agreed([key(9, 9)], 10)[0] == 9
