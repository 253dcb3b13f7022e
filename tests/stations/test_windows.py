"""Screens are built without a flicker: nothing of them is a window of its own, not even for a moment."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.texts import Texts
from build_scripts.screenshot_devices import devices_screen
from build_scripts.screenshot_labels import labels_screen
from build_scripts.screenshot_people import people_screen
from build_scripts.screenshot_printing import printing_screen
from build_scripts.screenshot_samples import settle
from build_scripts.screenshot_stock import POSES, stock_screen


class Windows(QObject):
    """Remembers what was shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt calls it so)
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.fixture
def stack(kit: Kit, qtbot: QtBot) -> QStackedWidget:
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    stack.resize(1366, 700)
    stack.show()
    qtbot.waitActive(stack)
    return stack


@pytest.mark.parametrize("make", [stock_screen, printing_screen, labels_screen, people_screen, devices_screen])
def test_a_screen_that_is_opened_takes_the_focus_to_its_filter_and_nothing_takes_it_away(
    kit: Kit, stack: QStackedWidget, make: Callable[[Kit], QWidget]
) -> None:
    windows = Windows()
    QApplication.instance().installEventFilter(windows)  # type: ignore[union-attr]  # there is one
    screen = make(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks))
    stack.addWidget(screen)
    stack.setCurrentWidget(screen)
    settle(screen)  # type: ignore[arg-type]  # all of them are screens of desks
    assert windows.shown == []
    front = screen.front()  # type: ignore[attr-defined]
    assert QApplication.focusWidget() is front.filter
    screen.let_go()  # type: ignore[attr-defined]


def test_sheets_over_the_stock_are_no_windows_either(kit: Kit, stack: QStackedWidget) -> None:
    windows = Windows()
    QApplication.instance().installEventFilter(windows)  # type: ignore[union-attr]  # there is one
    screen = stock_screen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks))
    stack.addWidget(screen)
    stack.setCurrentWidget(screen)
    POSES["stock-document"][0](screen)
    assert windows.shown == []
    screen.let_go()
