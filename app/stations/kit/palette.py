"""Ctrl+K: any action by typing a part of its name."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.stations.kit.actions import ActionRegistry
from app.stations.kit.kit import Kit

_WIDTH_PX, _HEIGHT_PX = 620, 420


class CommandPalette(QFrame):
    """A sheet over the window, no window of its own; Escape or a click elsewhere puts it away."""

    def __init__(self, kit: Kit, actions: ActionRegistry, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("palette")
        self._kit = kit
        self._registry = actions
        self._before: QWidget | None = None
        self.query = QLineEdit(placeholderText=kit.texts.text("hints", "palette"))
        self.query.setProperty("role", "search")
        self.query.setAccessibleName(kit.texts.text("hints", "palette"))
        self.found = QListWidget()
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
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
        """Show everything that can be done now."""
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
        for action in self._registry.enabled():
            if all(word in action.text().casefold() for word in words):
                self.found.addItem(_Entry(action))
        self.found.setCurrentRow(0)

    def _run(self) -> None:
        entry = self.found.currentItem()
        self.put_away()
        if isinstance(entry, _Entry):
            entry.action.trigger()


class _Entry(QListWidgetItem):
    """An action and its shortcut."""

    def __init__(self, action: QAction) -> None:
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        super().__init__(f"{action.text()}    {shortcut}" if shortcut else action.text())
        self.action = action
