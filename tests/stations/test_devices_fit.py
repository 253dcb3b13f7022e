"""The screen of devices fits the smallest window, in the longest words too, and what is higher than it scrolls."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.stations.devices import DevicesScreen
from app.stations.kit.kit import Kit
from app.stations.kit.scrolled import Scrolled
from app.texts import Texts
from build_scripts.screenshot_devices import devices_screen
from build_scripts.screenshot_samples import settle

SMALLEST_PX = (1366 - 20, 768 - 120)  # what the window leaves of the smallest display: strip, keys, band, margins
LOW_PX = 420


def shown(kit: Kit, qtbot: QtBot, language: str, height_px: int) -> DevicesScreen:
    screen = devices_screen(Kit(Texts.load(language), kit.theme, kit.sounds, kit.tasks))
    qtbot.addWidget(screen)
    screen.resize(SMALLEST_PX[0], height_px)
    screen.show()
    settle(screen)
    return screen


@pytest.mark.parametrize("language", ["en", "xx"])
def test_no_page_of_the_devices_is_wider_or_higher_than_the_smallest_window(
    kit: Kit, qtbot: QtBot, language: str
) -> None:
    screen = shown(kit, qtbot, language, SMALLEST_PX[1])
    assert screen.live.needs.isVisibleTo(screen)
    for page in range(screen.pages.count()):
        screen.pages.setCurrentIndex(page)
        settle(screen)
        needed = screen.minimumSizeHint()
        assert (needed.width() <= SMALLEST_PX[0], needed.height() <= SMALLEST_PX[1]) == (True, True), (page, needed)
        assert screen.size().width() == SMALLEST_PX[0]
    screen.let_go()


def test_on_a_low_display_the_form_of_a_template_scrolls_to_its_last_field(kit: Kit, qtbot: QtBot) -> None:
    screen = shown(kit, qtbot, "en", LOW_PX)
    page = screen.templates
    screen.pages.setCurrentWidget(page)
    settle(screen)
    page.table.view.selectRow(0)
    settle(screen)
    [scrolled] = [area for area in page.findChildren(Scrolled) if area.isAncestorOf(page.form)]
    assert scrolled.verticalScrollBar().maximum() > 0
    last = max(page.form.findChildren(QWidget), key=lambda field: field.mapTo(page.form, QPoint()).y())
    scrolled.ensureWidgetVisible(last)
    settle(screen)
    assert scrolled.viewport().rect().contains(last.mapTo(scrolled.viewport(), last.rect().center()))
    assert scrolled.horizontalScrollBar().maximum() == 0
    screen.let_go()
