"""A keyboard wedge is heard wherever the focus is: every key is shown to the decoder before any widget sees it.

The decoder is the pure part, given by composition; what it makes of the keys (a code, or the word that one was cut)
is handed on unopened.
"""

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

_EXPIRE_MS = 120
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)


class KeyVerdict(Protocol):
    """What to do with a key: keep it from the widgets, hand on an outcome, take back keys that were let through."""

    @property
    def swallow(self) -> bool: ...  # noqa: D102

    @property
    def outcome(self) -> object | None: ...  # noqa: D102

    @property
    def retract(self) -> int: ...  # noqa: D102


class WedgeDecoder(Protocol):
    """Judges keys. Times in milliseconds; an event time of 0 is unknown, and the arrival time counts."""

    def feed(self, key: str, event_ms: int, *, arrival_ms: int) -> KeyVerdict:
        """Judge one key: the character it types, or its name where it types none."""
        ...

    def expire(self, *, arrival_ms: int) -> object | None:
        """Say what time it is while no key comes; the answer is the word that a code was cut."""
        ...


class WedgeFilter(QObject):
    """Watches the windows of the program; `deliver` gets each outcome, in the screen's thread."""

    def __init__(self, decoder: WedgeDecoder, deliver: Callable[[object], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder = decoder
        self._deliver = deliver
        self._swallowed: set[int] = set()
        self._quiet = QTimer(self, singleShot=True, interval=_EXPIRE_MS)
        self._quiet.timeout.connect(self._expire)

    def use(self, decoder: WedgeDecoder) -> None:
        """Judge by another decoder from the next key on: the settings have changed."""
        self._decoder = decoder

    def install(self) -> None:
        """Watch every window that gets the focus, now and later; windows see keys before widgets do."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self.watch)
        for window in QGuiApplication.topLevelWindows():
            self.watch(window)

    def watch(self, window: QWindow | None) -> None:
        """Watch one window (once, however often it is asked)."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Judge keys; let everything else pass."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and event.key() in self._swallowed:
            self._swallowed.discard(event.key())
            return True
        return False

    def _press(self, event: QKeyEvent) -> bool:
        if is_modifier(event):
            return False
        key = key_word(event)
        verdict = self._decoder.feed(key, event.timestamp(), arrival_ms=_now_ms())
        if verdict.retract:
            _take_back(verdict.retract)
        if verdict.swallow:
            self._swallowed.add(event.key())
            self._quiet.start()
        if verdict.outcome is not None:
            self._deliver(verdict.outcome)
        return verdict.swallow

    def _expire(self) -> None:
        outcome = self._decoder.expire(arrival_ms=_now_ms())
        if outcome is not None:
            self._deliver(outcome)


def is_modifier(event: QKeyEvent) -> bool:
    """Whether a key types nothing by itself."""
    return event.key() in _MODIFIERS


def key_word(event: QKeyEvent) -> str:
    """What a key is to a decoder: the character that it types, or its name where it types none.

    With Ctrl it is its name with `Ctrl+` before it, unless it types a control character: Ctrl+] of a scanner arrives as
    Ctrl++ on a German computer, and must be told from a plus sign.
    """
    text, modifiers = event.text(), event.modifiers()
    by_ctrl = modifiers & Qt.KeyboardModifier.ControlModifier and not modifiers & Qt.KeyboardModifier.AltModifier
    if by_ctrl and not (text and text < " "):
        return f"Ctrl+{QKeySequence(event.key()).toString()}"
    return text or QKeySequence(event.key()).toString()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _take_back(keys: int) -> None:
    """Remove from the focused line what a scanner without prefix typed into it."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QLineEdit):
        for _ in range(keys):
            focused.backspace()
