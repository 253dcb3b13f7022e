"""One box over everything: Ctrl+K finds any action by a part of its name, Ctrl+F anything that is kept.

What is kept is asked for in a worker thread, a moment after the last letter; slips of the pen are forgiven there.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.services.search import Found
from app.stations.kit.actions import ActionRegistry
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Task

_WIDTH_PX, _HEIGHT_PX = 760, 480
_PAUSE_MS = 120
_LEAST = 2
Find = Callable[[str], Sequence[Found]]


class CommandPalette(QFrame):
    """A sheet over the window, no window of its own; Escape or a click elsewhere puts it away.

    `chosen` carries what was found and is wanted; `look_for` asks for it, where somebody may.
    """

    chosen = Signal(object)

    def __init__(self, kit: Kit, actions: ActionRegistry, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("palette")
        self._kit = kit
        self._registry = actions
        self._before: QWidget | None = None
        self.look_for: Find | None = None
        self._with_actions = True
        self._asked: Task | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.query = QLineEdit()
        self.query.setProperty("role", "search")
        self.found = QListWidget()
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.addWidget(self.query)
        column.addWidget(self.found, 1)
        self.query.textChanged.connect(self._filter)
        self.query.returnPressed.connect(self._run)
        self.query.installEventFilter(self)
        self.found.itemClicked.connect(lambda _item: self._run())
        self.hide()

    def open(self) -> None:
        """Show everything that can be done now; what is typed is looked for among what is kept, too."""
        self._open("palette", with_actions=True)

    def search(self) -> None:
        """Look for anything that is kept: numbers, names, lots, places, units, documents, partners and people."""
        self._open("search", with_actions=False)

    def _open(self, hint: str, *, with_actions: bool) -> None:
        self._with_actions = with_actions
        words = self._kit.texts.text("hints", hint)
        self.query.setPlaceholderText(words)
        self.query.setAccessibleName(words)
        window = self._window
        self._before = window.focusWidget()
        width, height = min(self._kit.theme.px(_WIDTH_PX), window.width() - 40), self._kit.theme.px(_HEIGHT_PX)
        self.setGeometry((window.width() - width) // 2, window.height() // 8, width, height)
        self.query.clear()
        self._filter("")
        self.show()
        self.raise_()
        self.query.setFocus()

    def put_away(self) -> None:
        """Give the focus back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the focus stays in the line; leaving the line puts the sheet away."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return False

    def _key(self, key: int) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key), 0)
        if step and self.found.count():
            self.found.setCurrentRow((self.found.currentRow() + step) % self.found.count())
            return True
        if key == Qt.Key.Key_Escape:
            self.put_away()
            return True
        return False

    def _filter(self, query: str) -> None:
        words = query.casefold().split()
        self.found.clear()
        for action in self._registry.enabled() if self._with_actions else ():
            if all(word in action.text().casefold() for word in words):
                self.found.addItem(_Entry(action))
        self.found.setCurrentRow(0)
        self._pause.start()

    def _ask(self) -> None:
        """Ask for what is kept under these words."""
        wanted, look_for = self.query.text().strip(), self.look_for
        if self.isHidden() or look_for is None or len(wanted) < _LEAST:
            return
        if self._asked is not None:
            self._asked.cancel()
        self._asked = self._kit.tasks.start(
            lambda _progress: look_for(wanted),
            owner=self,
            done=lambda found: self._offer(wanted, found),
            failed=lambda stopped: self._say(wanted, self._kit.texts.error(stopped.code, stopped.facts)[0]),
        )

    def _offer(self, wanted: str, found: Sequence[Found]) -> None:
        """Show what was found, unless somebody has typed on since."""
        if wanted != self.query.text().strip():
            return
        for one in found:
            self.found.addItem(_Kept(one, self._kit.texts.text("captions", f"found.{one.kind}")))
        if not self.found.count():
            self._say(wanted, self._kit.texts.text("hints", "search_nothing", {"words": wanted}))
        if self.found.currentItem() is None:
            self.found.setCurrentRow(0)

    def _say(self, wanted: str, words: str) -> None:
        if wanted == self.query.text().strip():
            said = QListWidgetItem(words)
            said.setFlags(Qt.ItemFlag.NoItemFlags)
            self.found.addItem(said)

    def _run(self) -> None:
        entry = self.found.currentItem()
        if self.look_for is not None and entry is None and self.query.text().strip():
            return  # typed faster than it was found: the answer is on its way
        self.put_away()
        if isinstance(entry, _Entry):
            entry.action.trigger()
        elif isinstance(entry, _Kept):
            self.chosen.emit(entry.found)


class _Entry(QListWidgetItem):
    """An action and its shortcut."""

    def __init__(self, action: QAction) -> None:
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        super().__init__(f"{action.text()}    {shortcut}" if shortcut else action.text())
        self.action = action


class _Kept(QListWidgetItem):
    """Something that is kept: its kind in words, its number and its name."""

    def __init__(self, found: Found, kind: str) -> None:
        super().__init__(f"{kind}    {found.label}    {found.about}".rstrip())
        self.found = found
