"""What can be done, said once: menus, shortcuts and the command palette are three views of the same registry."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.texts import Texts


class ActionRegistry(QObject):
    """The actions of one window, in the order in which they were added."""

    changed = Signal()

    def __init__(self, window: QWidget, texts: Texts) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._actions: dict[str, QAction] = {}

    def add(
        self,
        name: str,
        run: Callable[[], object],
        *,
        shortcut: str = "",
        text: str = "actions",
        facts: dict[str, object] | None = None,
    ) -> QAction:
        """Add an action under `name`; its words are those of the code before any `:` in section `text`."""
        action = QAction(self._texts.text(text, name.partition(":")[0], facts), self._window)
        action.setObjectName(name)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False: run())
        self._window.addAction(action)
        self._actions[name] = action
        self.changed.emit()
        return action

    def remove_all(self) -> None:
        """Forget every action, before the words or the person change."""
        for action in self._actions.values():
            self._window.removeAction(action)
            action.deleteLater()
        self._actions.clear()
        self.changed.emit()

    def enable(self, name: str, *, enabled: bool) -> None:
        """Say whether an action makes sense now; a disabled one is neither offered nor run."""
        self._actions[name].setEnabled(enabled)

    def enabled(self) -> list[QAction]:
        """What can be done now."""
        return [action for action in self._actions.values() if action.isEnabled()]

    def run(self, name: str) -> None:
        """Do it."""
        self._actions[name].trigger()

    def menu(self, parent: QWidget) -> QMenu:
        """A menu of everything."""
        menu = QMenu(parent)
        menu.addActions(list(self._actions.values()))
        return menu
