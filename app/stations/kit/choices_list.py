"""Several answers to choose from, by touch, by key 1 to 9, or by scanning the answer's own code."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.dialogs.dialog import Choice
from app.stations.kit.kit import Kit
from app.stations.kit.quiet_keys import QuietKeys
from app.stations.kit.theme import TOUCH_GAP_PX
from app.stations.kit.touch_button import TouchButton

_ROWS, _MOST_COLUMNS = 3, 3


class ChoicesList(QWidget):
    """A grid of touch buttons; holds the focus while it asks, so that the keys 1 to 9 answer."""

    chosen = Signal(str)
    typed = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._choices: tuple[Choice, ...] = ()
        self._keys = QuietKeys(self)
        self._keys.struck.connect(self._choose)
        self._keys.typed.connect(self.typed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setSpacing(TOUCH_GAP_PX)
        self._grid.setContentsMargins(10, 6, 10, 6)
        area = QScrollArea()
        area.setWidget(self._grid_holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        self._grid_holder.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer `choices` in reading order."""
        self._choices = tuple(choices)
        columns = min(_MOST_COLUMNS, max(1, -(-len(self._choices) // _ROWS)))
        self._keys.forget()
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for n, choice in enumerate(self._choices):
            words = self._kit.texts.text("choices", choice.code, choice.facts)
            button = TouchButton(self._kit.theme, words, key=str(n + 1) if n < 9 else "", size_px=22)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, value=choice.value: self.chosen.emit(value))
            self._grid.addWidget(button, n // columns, n % columns)
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(-(-len(self._choices) // columns), 1)

    def buttons(self) -> list[TouchButton]:
        """The answers offered, in order."""
        items = (self._grid.itemAt(n) for n in range(self._grid.count()))
        return [button for item in items if item and isinstance(button := item.widget(), TouchButton)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Collect what is typed; Enter and Space answer nothing."""
        if not self._keys.take(event):
            super().keyPressEvent(event)

    def _choose(self, key: str) -> None:
        if key in "123456789" and int(key) <= len(self._choices):
            self.chosen.emit(self._choices[int(key) - 1].value)
