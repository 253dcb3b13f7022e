"""A keyboard wedge in front of real widgets: keys sent to the window, with the timestamps of their events."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.stations.kit.wedge import WedgeFilter, key_word
from drivers.scanners.scan import Scan, ScanAgain
from drivers.scanners.wedge import WedgeDecoder, WedgeSettings

STX, ENTER = "\x02", "\r"


class Bench:
    """A window with a line and a button, a filter in front of it, and what the filter handed on."""

    def __init__(self, qtbot: QtBot, settings: WedgeSettings) -> None:
        self.outcomes: list[object] = []
        self.window = QWidget()
        self.line = QLineEdit()
        self.button = QPushButton("Press")
        self.pressed: list[bool] = []
        self.button.clicked.connect(lambda: self.pressed.append(True))
        column = QVBoxLayout(self.window)
        column.addWidget(self.line)
        column.addWidget(self.button)
        qtbot.addWidget(self.window)
        self.filter = WedgeFilter(WedgeDecoder(settings), self.outcomes.append, self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.line.setFocus()
        self.filter.watch(self.window.windowHandle())
        self._clock_ms = 1_000

    def type(self, keys: str, *, gap_ms: int = 5, timestamps: bool = True) -> None:
        """Send `keys` to the window as the system would."""
        for key in keys:
            self._clock_ms += gap_ms
            code = {ENTER: Qt.Key.Key_Return, STX: Qt.Key.Key_B}.get(key, Qt.Key(ord(key.upper())))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key)
                event.setTimestamp(self._clock_ms if timestamps else 0)
                QApplication.sendEvent(self.window.windowHandle(), event)

    def scans(self) -> list[str]:
        return [outcome.text for outcome in self.outcomes if isinstance(outcome, Scan)]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, WedgeSettings())


@pytest.fixture
def timed(qtbot: QtBot) -> Bench:
    return Bench(qtbot, WedgeSettings(prefix=""))


def test_a_code_between_prefix_and_suffix_is_a_scan_and_reaches_no_widget(bench: Bench) -> None:
    bench.type(STX + "PROD-001" + ENTER)
    assert bench.scans() == ["PROD-001"]
    assert bench.line.text() == ""


def test_a_scan_is_heard_wherever_the_focus_is_and_presses_nothing(bench: Bench) -> None:
    bench.button.setFocus()
    bench.type(STX + "PROD-001" + ENTER)
    assert bench.scans() == ["PROD-001"]
    assert bench.pressed == []


def test_what_a_person_types_reaches_the_widget(bench: Bench) -> None:
    bench.type("abc", gap_ms=180)
    assert bench.line.text() == "abc"
    assert bench.outcomes == []


def test_a_code_cut_in_two_ends_as_scan_again(bench: Bench) -> None:
    bench.type(STX + "PROD")
    bench.type("-001" + ENTER, gap_ms=400)
    assert bench.scans() == []
    assert any(isinstance(outcome, ScanAgain) for outcome in bench.outcomes)


def test_a_code_that_never_ends_is_said_to_be_lost(bench: Bench, qtbot: QtBot) -> None:
    bench.type(STX + "PROD")
    qtbot.waitUntil(lambda: any(isinstance(outcome, ScanAgain) for outcome in bench.outcomes))


def test_without_prefix_fast_keys_are_a_scan_and_are_taken_back_from_the_widget(timed: Bench) -> None:
    timed.line.setText("12")
    timed.type("4006381333931" + ENTER)
    assert timed.scans() == ["4006381333931"]
    assert timed.line.text() == "12"


def test_without_timestamps_the_timing_way_is_never_used(timed: Bench) -> None:
    timed.type("4006381333931" + ENTER, timestamps=False)
    assert timed.scans() == []
    assert timed.line.text() == "4006381333931"


def test_without_timestamps_the_prefix_still_works(bench: Bench) -> None:
    bench.type(STX + "PROD-001" + ENTER, timestamps=False)
    assert bench.scans() == ["PROD-001"]


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "word"),
    [
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, "+", "Ctrl++"),
        (Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier, "\x1d", "\x1d"),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier, "+", "+"),
        (Qt.Key.Key_At, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier, "@", "@"),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, "", "F8"),
    ],
)
def test_keys_with_ctrl_are_told_from_the_characters_they_show(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, text: str, word: str
) -> None:
    assert key_word(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)) == word


def test_a_dead_key_within_a_code_makes_it_be_scanned_again(bench: Bench) -> None:
    decoder = WedgeDecoder(WedgeSettings())
    outcomes = [decoder.feed(key, 100, arrival_ms=100).outcome for key in (STX, "A", "Dead Circumflex", "B", ENTER)]
    assert [type(one) for one in outcomes if one] == [ScanAgain]
