"""Sums under the columns of a table."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTableView, QWidget

from app.stations.kit.record_table.header import TEXT_PX
from app.stations.kit.record_table.view import PAD_PX, ROW_PX
from app.stations.kit.theme import Theme


class TotalsRows(QWidget):
    """Sums that stand under their columns, however those are moved; one row a unit."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__()
        self._theme = theme
        self._view = view
        self._rows: tuple[tuple[str, ...], ...] = ()
        header = view.horizontalHeader()
        header.sectionResized.connect(lambda *_: self.update())
        header.sectionMoved.connect(lambda *_: self.update())
        view.horizontalScrollBar().valueChanged.connect(lambda _value: self.update())
        theme.changed.connect(self._settle)
        self._settle()

    def show_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """One cell a column in each row."""
        self._rows = rows
        self.setAccessibleName("; ".join(", ".join(cell for cell in cells if cell) for cells in rows))
        self._settle()

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What is shown."""
        return self._rows

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sums."""
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.colour("line"), self._theme.px(2)))
        painter.drawLine(0, 1, self.width(), 1)
        painter.setPen(self._theme.colour("ink"))
        for n, cells in enumerate(self._rows):
            self._paint_row(painter, 2 + n * self._theme.px(ROW_PX), cells)

    def _paint_row(self, painter: QPainter, top: int, cells: tuple[str, ...]) -> None:
        header, pad, height = self._view.horizontalHeader(), self._theme.px(PAD_PX), self._theme.px(ROW_PX)
        first = self._view.viewport().x()  # behind the scroll bar where it stands at the left
        columns = self._view.model()
        for n, text in enumerate(cells):
            if not text or header.isSectionHidden(n):
                continue
            left = first + header.sectionViewportPosition(n)
            align = columns.headerData(n, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
            place = QRect(left + pad, top, header.sectionSize(n) - 2 * pad, height)
            painter.setFont(self._fitted(text, place.width()))
            painter.drawText(place, int(align), text)

    def _fitted(self, text: str, width: int) -> QFont:
        """Bold, and smaller where a sum would not fit: a number is never cut."""
        font = self._theme.font(TEXT_PX, bold=True)
        needed = QFontMetrics(font).horizontalAdvance(text)
        return font if needed <= width else self._theme.font(TEXT_PX * width / needed - 0.5, bold=True)

    def _settle(self) -> None:
        self.setFixedHeight(self._theme.px(ROW_PX) * max(1, len(self._rows)) + 4)
        self.update()
