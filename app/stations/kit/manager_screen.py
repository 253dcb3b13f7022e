"""What all screens for desks have in common: they are live, answer in one band, and go home by one key.

A screen of this kind lays its own parts above the band and says what its commands do. It never waits: work goes to
worker threads by `start`, and what stops it is said. Which commands there are, and who may give them, is its own.
"""

from collections.abc import Callable, Set
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.services.changes import ANYTHING, Change
from app.stations.kit.bus import ChangeSignals, Subscribe
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, HOME, FKeyBar
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import RecordTable
from app.stations.kit.rhythm import Rhythm
from app.stations.kit.tasks import Stopped, Task

T = TypeVar("T")
_ANYWAY_MS = 30_000
_MOST_TABS = 9
"""As many as there are digits."""


class Cover(QWidget):
    """What lies over a whole screen for a while, with keys of its own; `last` is what F12 does.

    `left` when somebody goes back, `said` with every verdict.
    """

    left = Signal()
    said = Signal(object)

    def __init__(self, kit: Kit, *, last: str) -> None:
        super().__init__()
        self.keys = FKeyBar(kit, last=last)

    def command(self, command: str) -> None:
        """Do what a key stands for."""

    def leave(self) -> None:
        """Go back, where that can be done now."""
        self.left.emit()


class ManagerScreen(QWidget):
    """A screen with the feedback band and the function keys below its own parts.

    `name` is its page in the manual and its code in the texts. After changes of these `kinds`, and every half minute
    anyway, it calls its `refresh`, as long as somebody looks; where reading takes long, others' changes wait a while.
    """

    left = Signal()
    help_asked = Signal(str)

    def __init__(self, kit: Kit, name: str, *, subscribe: Subscribe, kinds: Set[str]) -> None:
        super().__init__()
        self._kit, self._name, self._kinds = kit, name, kinds
        self._error = self._unread = ""
        self._rhythm = Rhythm()
        self._reading = self._stale = False
        self._own = QWidget()
        self.cover: Cover | None = None
        self.band = FeedbackBand(kit, desk=True)
        self.keys = FKeyBar(kit)
        self.keys.pressed.connect(self.command)
        self._changes = ChangeSignals(subscribe, self)
        self._changes.changed.connect(self._heard)
        self._anyway = QTimer(self, interval=_ANYWAY_MS)
        self._anyway.timeout.connect(self.refresh)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._look_again)
        for number in range(_MOST_TABS):
            self._turn_by_keys(number)

    # - what a screen says of itself -

    def front(self) -> RecordTable | None:
        """The table in front, whose filter takes what is typed; None where there is none."""
        return None

    def refresh(self) -> None:
        """Read again what is in front."""
        if (table := self.front()) is not None:
            table.refresh()

    def carry_out(self, command: str) -> None:
        """Do what a key of this screen stands for; help and the way home are known here."""

    def turn_to_tab(self, number: int) -> None:
        """Alt and a digit: turn to the tab of this number, from 0; nothing where there is none."""

    def step_back(self) -> bool:
        """Escape: leave what was begun, such as a question; False where nothing was."""
        return False

    # - what it can rely on -

    def lay_out(self, *parts: QWidget | QLayout) -> None:
        """Put its own parts above the band, once; the first takes the room that there is."""
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self._own, 1)  # while it is empty: Qt styles anew all that a widget with a new parent holds
        column.addWidget(self.band)
        column.addWidget(self.keys)
        own = QVBoxLayout(self._own)
        own.setContentsMargins(0, 0, 0, 0)
        for n, part in enumerate(parts):
            if isinstance(part, QLayout):
                own.addLayout(part, 0 if n else 1)
            else:
                own.addWidget(part, 0 if n else 1)
        for layout in (own, column):
            layout.setSpacing(7)

    def cover_with(self, cover: Cover) -> None:
        """Show something over all that the screen shows, with keys of its own, until it is left."""
        self.uncover()
        self.band.clear()
        self.cover = cover
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, cover, 1)
        cover.left.connect(self.uncover)
        cover.said.connect(self.say)
        cover.keys.pressed.connect(self.command)
        for widget in (self._own, self.keys):
            widget.hide()
        layout.addWidget(cover.keys)
        cover.show()
        cover.setFocus()

    def uncover(self) -> None:
        """Show again what was covered."""
        cover, self.cover = self.cover, None
        if cover is None:
            return
        for gone in (cover.keys, cover):
            gone.hide()
            gone.deleteLater()
        for widget in (self._own, self.keys):
            widget.show()
        if (table := self.front()) is not None:
            table.view.setFocus()

    def hear_of(self, table: RecordTable) -> None:
        """Say what a table could not read, once, and be silent about it when it could."""
        table.troubled.connect(self.trouble)
        table.settled.connect(self.settled)

    def start(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[Stopped], object] | None = None,
    ) -> Task:
        """Do `work` in a worker thread, then `done` with its result; what stops it is said, or told to `failed`."""
        return self._kit.tasks.start(lambda _progress: work(), owner=self, done=done, failed=failed or self.say_stopped)

    def read(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        """Read what is shown without a table, one reading at a time; `done` shows it.

        Asked meanwhile, it reads once more afterwards. Why nothing can be read is said once, and what was shown stays.
        """
        if self._reading:
            self._stale = True
            return
        self._reading = True
        self._rhythm.begin()

        def shown(found: T) -> None:
            self._reading = False
            self._rhythm.end()
            self.settled()
            done(found)
            if self._stale:
                self._stale = False
                self.refresh()

        def failed(stopped: Stopped) -> None:
            self._reading = self._stale = False
            self.trouble(Feedback(Level.ERROR, stopped.code, {k: str(value) for k, value in stopped.facts.items()}))

        self.start(work, shown, failed=failed)

    def say(self, feedback: Feedback) -> None:
        """Show a verdict, also from outside, such as a code that was cut in two."""
        self._error = feedback.code if feedback.level is Level.ERROR else ""
        self.band.show_feedback(feedback)

    def say_stopped(self, stopped: Stopped) -> None:
        """Show why something could not be done."""
        self.say(Feedback(Level.ERROR, stopped.code, {name: str(value) for name, value in stopped.facts.items()}))

    def trouble(self, feedback: Feedback) -> None:
        """Say once why nothing can be read; it is tried again and again, and need not be heard each time."""
        if self._unread != feedback.code:
            self._unread = feedback.code
            self.say(feedback)

    def settled(self) -> None:
        """Rows were read: whatever kept them away is over."""
        if self._unread and self._unread == self._error:
            self._error = ""
            self.band.clear()
        self._unread = ""

    def command(self, command: str) -> None:
        """Give the command of a key."""
        if command == HELP:
            self.help_asked.emit(self.topic())
        elif self.cover is not None:
            self.cover.command(command)
        elif command == HOME:
            self.left.emit()
        else:
            self.carry_out(command)

    def topic(self) -> str:
        """What F1 is about: the error in sight, else this screen."""
        return f"error:{self._error}" if self.band.level is Level.ERROR else self._name

    def let_go(self) -> None:
        """The screen is left: it hears no more changes and wants no more answers, nor does anything in it."""
        self._changes.close()
        self._anyway.stop()
        self._soon.stop()
        for table in self.findChildren(RecordTable):
            table.stop()
        self._kit.tasks.forget(self)

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys give commands; Escape goes back one step, and in the end home."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not (self.cover.keys if self.cover else self.keys).press(event.key()):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Fresh rows, ready to filter."""
        super().showEvent(event)
        self._anyway.start()
        if (table := self.front()) is not None:
            if not table.model.reading:
                self.refresh()
            table.filter.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._anyway.stop()
        self._soon.stop()

    # - inside -

    def _turn_by_keys(self, number: int) -> None:
        """A shortcut, not a key of the screen: a box that is typed into would take the digit for its own."""
        shortcut = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self.turn_to_tab(number))

    def _heard(self, changes: tuple[Change, ...]) -> None:
        heard = any(change.kind in self._kinds or change.kind == ANYTHING for change in changes)
        if heard and self.isVisible() and not self._soon.isActive():
            table = self.front()
            rhythm = self._rhythm if table is None else table.model.rhythm
            self._soon.start(rhythm.rest_ms)

    def _look_again(self) -> None:
        if self.isVisible():
            self.refresh()

    def _escape(self) -> None:
        """What was begun, a verdict, the filter, home: one of them at a time."""
        if self.cover is not None:
            if not self.band.acknowledge():
                self.cover.leave()
            return
        if self.step_back() or self.band.acknowledge():
            return
        table = self.front()
        if table is not None and table.filter.text():
            table.filter.clear()
        else:
            self.left.emit()
