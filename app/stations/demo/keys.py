"""The keyboard of the simulated bench: a scanner that types presses keys at the workstation's window."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_GS = "\x1d"
_SMALLEST_LETTER = 0x60


def press(window: QWidget, keys: str) -> None:
    """Press keys at a window as the system would, with the times of their events; GS is the key F8."""
    handle = window.windowHandle()
    if handle is None:
        return
    pressed_ms = time.monotonic_ns() // 1_000_000
    for place, character in enumerate(keys):
        key, text = _key_of(character)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(pressed_ms + place)
            QCoreApplication.sendEvent(handle, event)


def _key_of(character: str) -> tuple[int, str]:
    if character == _GS:
        return Qt.Key.Key_F8, ""
    if character == "\r":
        return Qt.Key.Key_Return, character
    if character == "\t":
        return Qt.Key.Key_Tab, character
    if character < " ":
        return ord(character) + _SMALLEST_LETTER - 0x20, character
    return ord(character.upper()[0]), character
