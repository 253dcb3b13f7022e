"""From the one change bus, which speaks in any thread, to screens, which hear in theirs at most four times a second."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.services.changes import Change

REFRESHES_PER_S = 4

Subscribe = Callable[[Callable[[tuple[Change, ...]], None]], Callable[[], None]]
"""Takes what is to be called with each publication, from whichever thread; returns how to end that."""


class ChangeSignals(QObject):
    """Gathers changes and hands them over together: `changed` carries a tuple, oldest first."""

    changed = Signal(tuple)
    _arrived = Signal(tuple)

    def __init__(self, subscribe: Subscribe, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Change] = []
        self._pause = QTimer(self, singleShot=True, interval=1000 // REFRESHES_PER_S)
        self._pause.timeout.connect(self._flush)
        self._arrived.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = subscribe(self._arrived.emit)

    def close(self) -> None:
        """Hear no more."""
        self._unsubscribe()
        self._pause.stop()
        self._waiting.clear()

    def _gather(self, changes: tuple[Change, ...]) -> None:
        """Say the first changes at once; those that follow closely wait for each other."""
        self._waiting.extend(changes)
        if not self._pause.isActive():
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            changes, self._waiting = tuple(self._waiting), []
            self._pause.start()
            self.changed.emit(changes)
