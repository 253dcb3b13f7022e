"""The captions of a table: a click sorts by a column, with Shift it joins the order, which the captions show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader

from app.stations.kit.record_table.model import RecordModel
from app.stations.kit.theme import Theme

TEXT_PX = 14
"""The size of captions and of what stands below them."""

ARROWS = ("▾", "▴")
"""What the style draws: the first comes first, or the last."""


class Header(QHeaderView):
    """Where several columns decide about the order each shows its arrow, and as which it decides."""

    added = Signal(int)
    """A column that somebody adds to the order, or turns round in it."""

    def __init__(self, model: RecordModel, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._model, self._theme = model, theme
        self.setSectionsClickable(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)  # else numbers' captions lose their beginning

    def caption(self, column: int) -> str:
        """What stands above a column, with its place in the order where several columns decide."""
        words = str(self._model.headerData(column, Qt.Orientation.Horizontal))
        place = self._model.place_in_order(column)
        return f"{place[0]}  {words}" if place and len(self._model.query.order) > 1 else words

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, column: int) -> None:
        """Every column of the order has its arrow, not only the first."""
        super().initStyleOptionForIndex(option, column)
        option.text = self.caption(column)
        # the style sheet's letters, else captions that have room are cut by the measures of larger ones
        option.fontMetrics = QFontMetrics(self._theme.font(TEXT_PX, bold=True))
        if (place := self._model.place_in_order(column)) is None:
            return
        arrow = QStyleOptionHeader.SortIndicator
        if self._model.columns[column].numeric:  # its words end where the style draws the arrow
            option.sortIndicator = arrow.None_
            option.text = f"{ARROWS[place[1]]} {option.text}"
        else:
            option.sortIndicator = arrow.SortUp if place[1] else arrow.SortDown

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press with Shift belongs to the order."""
        if not self._adds(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second of two fast clicks with Shift counts too."""
        if not self._adds(event):
            super().mouseDoubleClickEvent(event)

    def _adds(self, event: QMouseEvent) -> bool:
        column = self.logicalIndexAt(event.position().toPoint())
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if not shift or event.button() is not Qt.MouseButton.LeftButton or column < 0:
            return False
        self.added.emit(column)
        return True
