"""One key struck by a finger, told from a burst typed by a scanner."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

QUIET_MS = 150


class QuietKeys(QObject):
    """A key counts as `struck` only when none follows within 150 ms; more together are `typed`."""

    struck = Signal(str)
    typed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._keys = ""
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._settle)

    def take(self, event: QKeyEvent) -> bool:
        """Collect a printable key; False leaves the event to others. Enter is none, Space never stands alone."""
        text = event.text()
        if not text or not text.isprintable() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        self._keys += text
        self._quiet.start()
        return True

    def forget(self) -> None:
        """Drop what was collected."""
        self._keys = ""
        self._quiet.stop()

    def _settle(self) -> None:
        keys, self._keys = self._keys, ""
        if len(keys) == 1:
            self.struck.emit(keys)
        elif keys.strip():
            self.typed.emit(keys)
