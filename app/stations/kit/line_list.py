"""The lines of the document in hand: what is open, what is next, what is done, what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.dialogs.dialog import Row
from app.stations.kit.icons import paint_icon
from app.stations.kit.kit import Kit
from app.stations.kit.theme import Theme

ROW_PX = 32
_TEXT_PX = 19
_HEAD_PX = 16
_MARK_PX = 40
_PAD_PX, _TIGHT_PAD_PX = 28, 18
"""What is left free between columns where there is room, and where there is none."""
_READABLE, _SMALLEST = 0.75, 0.55
"""As parts of the usual letters: so small they get before long words are cut, and so small at all."""
_NAMES = frozenset({"name", "partner", "person"})
"""What headings of words are called that may be cut; all else are identifiers and quantities."""
_NAME_PART = 0.25
"""So much of the width a column of names keeps at least."""
# A quantity, with or without its unit; ten digits in a row are an identifier.
_NUMBER = re.compile(r"(?!.*\d{10})[-+]?[\d\s.,/]+(?:\s*\S{1,4})?")
_STATES: Mapping[str, tuple[str, str, bool]] = {
    "open": ("open", "line", False),
    "current": ("current", "accent", True),
    "done": ("ok", "good", False),
    "problem": ("warning", "caution", True),
}


class LineList(QFrame):
    """A heading that stays and rows that scroll; the current row is always in sight."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._head = _Lines(kit.theme, size_px=_HEAD_PX, tint="muted")
        self._body = _Lines(kit.theme, size_px=_TEXT_PX, tint="ink")
        self._area = QScrollArea()
        self._area.setWidget(self._body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(False)
        self._body.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._area, 1)
        kit.theme.changed.connect(self._lay_out)

    def show_lines(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Show `rows` under the headings whose text codes are `columns`; a cell that is a code is shown as its word."""
        texts = self._kit.texts
        heads = tuple(texts.text("captions", code) for code in columns)
        self._head.names = self._body.names = [n for n, code in enumerate(columns) if code.rpartition(".")[2] in _NAMES]
        self._head.set_rows([Row(heads, state="")] if columns else [])
        self._body.set_rows([replace(row, cells=tuple(map(texts.word, columns, row.cells))) for row in rows])
        self._lay_out()

    def rows(self) -> list[Row]:
        """The rows shown."""
        return self._body.rows

    def cell_fits(self, row: int, column: int) -> bool:
        """Whether a cell is shown whole."""
        return self._body.needed_width(row, column) <= self._body.widths[column]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        self._head.share(self._body, self._area.viewport().width())
        current = next((n for n, row in enumerate(self._body.rows) if row.state == "current"), None)
        if current is not None:
            high = self._body.row_height()
            self._area.ensureVisible(0, current * high + high // 2, 0, high * 2)


class _Lines(QWidget):
    """Paints rows itself: a screenful costs one paint, not a widget a cell."""

    def __init__(self, theme: Theme, *, size_px: int, tint: str) -> None:
        super().__init__()
        self._theme = theme
        self._size_px = float(size_px)
        self._design_px = float(size_px)
        self._tint = tint
        self.rows: list[Row] = []
        self.pad_px = _PAD_PX
        self.left_out: set[int] = set()
        """The columns that have no room and say nothing."""
        self.widths: list[int] = []
        """By column, in pixels; 0 for one that is left out."""
        self.numeric: list[bool] = []
        self.names: list[int] = []
        """The columns that may be cut."""

    def set_rows(self, rows: list[Row]) -> None:
        self.rows = rows
        words = "; ".join(", ".join(row.cells) for row in rows[:50])
        self.setAccessibleName(words)

    def row_height(self) -> int:
        return self._theme.px(ROW_PX)

    def needed_width(self, row: int, column: int) -> int:
        return self._metrics(bold=self._bold(self.rows[row])).horizontalAdvance(self.rows[row].cells[column])

    def share(self, body: "_Lines", width: int) -> None:
        """Give heading and body common column widths: what the words need, the rest to all.

        Where they need more than there is, columns move together and those that are empty are left out, then letters
        become smaller; then the longest names are cut, and nothing else.
        """
        everything = [self, body]
        columns = max((len(row.cells) for lines in everything for row in lines.rows), default=0)
        room = width - self._theme.px(_MARK_PX)
        for lines in everything:
            lines._size_px, lines.pad_px = lines._design_px, _PAD_PX  # noqa: SLF001  (its own class)
        self.left_out = set()
        needed = self._needed(everything, columns)
        if body.rows and sum(needed) > room:
            for lines in everything:
                lines.pad_px = _TIGHT_PAD_PX
            self.left_out = {
                c for c in range(columns) if not any(row.cells[c] for row in body.rows if c < len(row.cells))
            }
            needed = self._needed(everything, columns)
        numeric = [
            all(_NUMBER.fullmatch(row.cells[c]) for row in body.rows if c < len(row.cells)) for c in range(columns)
        ]
        for smallest in (_READABLE, _SMALLEST):
            while sum(needed) > room and body._size_px > body._design_px * smallest:  # noqa: SLF001
                for lines in everything:
                    lines._size_px = max(9.0, lines._size_px - 1)  # noqa: SLF001
                needed = self._needed(everything, columns)
            _cut_names(needed, self.names, room)
        spare = max(0, room - sum(needed)) // max(1, sum(map(bool, needed)))
        for lines in everything:
            lines.widths = [need and need + spare for need in needed]
            lines.numeric = numeric
            lines.setFixedHeight(lines.row_height() * len(lines.rows)) if lines is self else lines.updateGeometry()
            lines.setMinimumHeight(lines.row_height() * len(lines.rows))
            lines.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.row_height() * len(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        high = self.row_height()
        first, last = event.rect().top() // high, event.rect().bottom() // high
        for n, row in enumerate(self.rows[first : last + 1], start=first):
            self._paint_row(painter, row, QRect(0, n * high, self.width(), high))

    def _paint_row(self, painter: QPainter, row: Row, place: QRect) -> None:
        symbol, tint, strong = _STATES.get(row.state, ("", self._tint, False))
        if strong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("selection"))
            painter.drawRoundedRect(QRectF(place).adjusted(2, 1, -2, -1), self._theme.px(6), self._theme.px(6))
        if symbol:
            side = self._theme.px(18)
            corner = QRect(QPoint(self._theme.px(11), place.y() + (place.height() - side) // 2), QSize(side, side))
            paint_icon(painter, symbol, QRectF(self._mirrored(corner)), self._theme.colour(tint))
        painter.setPen(self._theme.colour("muted" if row.state == "done" else self._tint))
        painter.setFont(self._font(bold=self._bold(row)))
        x = self._theme.px(_MARK_PX)
        for column, text in enumerate(row.cells):
            if not self.widths[column]:
                continue
            cell = QRect(x, place.y(), self.widths[column] - self._theme.px(self.pad_px // 2), place.height())
            align = Qt.AlignmentFlag.AlignTrailing if self.numeric[column] else Qt.AlignmentFlag.AlignLeading
            shown = (
                painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, cell.width())
                if column in self.names
                else text
            )
            painter.drawText(self._mirrored(cell), int(align | Qt.AlignmentFlag.AlignVCenter), shown)
            x += self.widths[column]

    def _needed(self, everything: list["_Lines"], columns: int) -> list[int]:
        """What each column takes, by its widest word; nothing for one that is left out."""
        pad = self._theme.px(self.pad_px)
        cells = [(lines, n, len(row.cells)) for lines in everything for n, row in enumerate(lines.rows)]
        return [
            max((lines.needed_width(n, c) + pad for lines, n, count in cells if c < count), default=0)
            if c not in self.left_out
            else 0
            for c in range(columns)
        ]

    def _bold(self, row: Row) -> bool:
        return row.state in ("", "current")

    def _font(self, *, bold: bool) -> QFont:
        return self._theme.font(self._size_px, bold=bold)

    def _metrics(self, *, bold: bool) -> QFontMetrics:
        return QFontMetrics(self._font(bold=bold))

    def _mirrored(self, place: QRect) -> QRect:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return QRect(self.width() - place.right() - 1, place.y(), place.width(), place.height())
        return place


def _cut_names(needed: list[int], names: Sequence[int], room: int) -> None:
    """Take what is missing from the widest column of names, which keeps a quarter of the room."""
    if sum(needed) > room and names:
        widest = max(names, key=needed.__getitem__)
        least = min(needed[widest], int(room * _NAME_PART))
        needed[widest] = max(least, needed[widest] - (sum(needed) - room))
