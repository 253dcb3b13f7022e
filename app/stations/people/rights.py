"""What somebody may, or each group, as a table, with the three words that can be said about a permission."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.people import Right
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.people.rows import page

Rights = Callable[[], list[Record]]
"""The rows, each made of a Right. Called in a worker thread."""


class RightsPanel(QWidget):
    """`said` carries the permission, whether it is granted (None: as the groups say) and up to which limit."""

    said = Signal(str, object, object)
    limit_wrong = Signal(str)

    def __init__(self, kit: Kit, rights: Rights, columns: Sequence[Column], *, as_groups: bool) -> None:
        """`as_groups`: it is about a person, who may have a permission as their groups say."""
        super().__init__()
        self._kit = kit
        self._rights = rights
        self.table = RecordTable(kit, columns, self._page)
        self.limit = QLineEdit(placeholderText=kit.texts.text("hints", "people.limit"))
        self.limit.setAccessibleName(kit.texts.text("captions", "people.limit"))
        self.limit.setFixedWidth(kit.theme.px(132))
        self.give = self._button("people.give", granted=True)
        self.take = self._button("people.take", granted=False)
        self.leave = self._button("people.as_groups", granted=None)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.limit, self.give, self.take, self.leave):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.leave.setVisible(as_groups)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self.know())
        self.table.settled.connect(self.know)
        self.know()

    def chosen(self) -> Right | None:
        """The permission that is selected."""
        record = next(iter(self.table.selected()), None)
        return record.made_of if record and isinstance(record.made_of, Right) else None

    def know(self) -> None:
        """Grey out what may not be said about the selected permission."""
        right = self.chosen()
        may = right is not None and right.may_give
        for button in (self.give, self.take, self.leave):
            button.setEnabled(may)
        self.limit.setEnabled(may)

    def _button(self, caption: str, *, granted: bool | None) -> QPushButton:
        button = QPushButton(self._kit.texts.text("captions", caption), autoDefault=False)
        button.setProperty("role", "small")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self._say(granted))
        return button

    def _say(self, granted: object) -> None:
        right, typed = self.chosen(), self.limit.text().strip()
        if right is None:
            return
        try:
            limit = Decimal(typed) if typed and granted else None
        except InvalidOperation:
            self.limit_wrong.emit(typed)
            return
        if limit is not None and not (limit.is_finite() and limit >= 0):
            self.limit_wrong.emit(typed)
            return
        self.limit.clear()
        self.said.emit(right.permission, granted, limit)

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        return page(self._rights(), after, limit, query, lambda _name: 0)
