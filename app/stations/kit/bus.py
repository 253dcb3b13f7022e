"""From the one change bus, which speaks in any thread, to screens, which hear in theirs at most four times a second."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

REFRESHES_PER_S = 4

Unsubscribe = Callable[[], object]
Subscribe = Callable[[Callable[[object], None]], Unsubscribe]
"""Takes what is to be called with each change, from whichever thread; returns how to stop it."""


class ChangeSignals(QObject):
    """Gathers changes and hands them over together: `changed` carries a tuple, oldest first."""

    changed = Signal(tuple)
    _arrived = Signal(object)

    def __init__(self, subscribe: Subscribe, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[object] = []
        self._pause = QTimer(self, singleShot=True, interval=1000 // REFRESHES_PER_S)
        self._pause.timeout.connect(self._flush)
        self._arrived.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = subscribe(self._arrived.emit)

    def close(self) -> None:
        """Hear no more."""
        self._unsubscribe()
        self._pause.stop()
        self._waiting.clear()

    def _gather(self, change: object) -> None:
        """Say the first change at once; those that follow closely wait for each other."""
        self._waiting.append(change)
        if not self._pause.isActive():
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            changes, self._waiting = tuple(self._waiting), []
            self._pause.start()
            self.changed.emit(changes)
