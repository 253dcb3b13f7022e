"""Rows that belong to a record, typed into a table: units, codes, components. Insert adds a row, Delete takes one."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.values import Field
from app.stations.kit.kit import Kit
from app.stations.kit.record_table.view import ROW_PX


class PartTable(QWidget):
    """A short list that is saved as a whole. `changed` whenever somebody typed, added or took away something.

    The last fields may be `told` only: shown, never typed.
    """

    changed = Signal()

    def __init__(self, kit: Kit, title: str, fields: Sequence[Field], *, told: Sequence[str] = ()) -> None:
        super().__init__()
        self._kit, self._fields, self._told = kit, tuple(fields), tuple(told)
        names = [*(field.name for field in fields), *told]
        captions = [kit.texts.text("captions", f"field.{name}") for name in names]
        self.grid = _Grid(0, len(names))
        self.grid.setHorizontalHeaderLabels(captions)
        self.grid.setAccessibleName(title)
        self.grid.verticalHeader().hide()
        self.grid.verticalHeader().setDefaultSectionSize(kit.theme.px(ROW_PX))
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.grid.setTabKeyNavigation(True)
        self.grid.itemChanged.connect(lambda _item: self.changed.emit())
        self.grid.more.connect(self.add_row)
        self.grid.less.connect(self.take_row)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setWordWrap(True)
        heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        add, take = (
            QPushButton(kit.texts.text("actions", "part.add")),
            QPushButton(kit.texts.text("actions", "part.take")),
        )
        add.clicked.connect(self.add_row)
        take.clicked.connect(self.take_row)
        bar = QHBoxLayout()
        bar.addWidget(heading, 1)
        for button in (add, take):
            button.setProperty("role", "small")
            button.setAutoDefault(False)
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self.grid, 1)

    def show_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Fill the table."""
        self.grid.blockSignals(True)
        self.grid.setRowCount(0)
        for row in rows:
            self._append(row)
        self.grid.blockSignals(False)

    def add_row(self) -> None:
        """An empty row at the end, ready to type into."""
        self._append({})
        self.grid.setFocus()
        self.grid.setCurrentCell(self.grid.rowCount() - 1, 0)
        self.changed.emit()

    def take_row(self) -> None:
        """Take the row in hand away."""
        if self.grid.currentRow() >= 0:
            self.grid.removeRow(self.grid.currentRow())
            self.changed.emit()

    def type_into(self, row: int, name: str, text: str) -> None:
        """Write into a cell as if it had been typed."""
        column = [field.name for field in self._fields].index(name)
        item = self.grid.item(row, column)
        assert item is not None
        item.setText(text)

    def rows(self) -> tuple[dict[str, Any], ...]:
        """What stands in the table; rows without anything are left out. Refuses the first cell that cannot be read."""
        found = []
        for n in range(self.grid.rowCount()):
            texts = [self._text(n, column) for column in range(len(self._fields))]
            if not any(texts):
                continue
            row = {}
            for column, (field, text) in enumerate(zip(self._fields, texts, strict=True)):
                try:
                    row[field.name] = field.read(text)
                except Exception:
                    self.grid.setFocus()
                    self.grid.setCurrentCell(n, column)
                    raise
            found.append(row)
        return tuple(found)

    def _text(self, row: int, column: int) -> str:
        item = self.grid.item(row, column)
        return item.text().strip() if item is not None else ""

    def _append(self, values: Mapping[str, Any]) -> None:
        row = self.grid.rowCount()
        self.grid.blockSignals(True)
        self.grid.insertRow(row)
        for column, field in enumerate(self._fields):
            self.grid.setItem(row, column, QTableWidgetItem(field.written(values.get(field.name))))
        for column, name in enumerate(self._told, start=len(self._fields)):
            item = QTableWidgetItem(str(values.get(name, "")))
            item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
            self.grid.setItem(row, column, item)
        self.grid.blockSignals(False)


class _Grid(QTableWidget):
    more = Signal()
    less = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self.more.emit()
        elif event.key() == Qt.Key.Key_Delete and self.state() != QTableWidget.State.EditingState:
            self.less.emit()
        else:
            super().keyPressEvent(event)
