"""The one number that matters: how many of how many, readable from across the aisle."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.dialogs.dialog import Count
from app.stations.kit.theme import NUMBER_PX, Theme
from app.texts import Texts

_WORD_PX = 34
_UNIT_PX = 26
_TOTAL_SIZES = (NUMBER_PX, 64, 40)
_GAP_PX = 16


class BigNumber(QWidget):
    """`3 of 11` with figures of equal width; the total steps back to a smaller size before the number ever does."""

    def __init__(self, theme: Theme, texts: Texts) -> None:
        super().__init__()
        self._theme = theme
        self._texts = texts
        self._count: Count | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyled)

    def show_count(self, count: Count | None) -> None:
        """Show `count`, or nothing."""
        self._count = count
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What is shown, as a screen reader says it."""
        if self._count is None:
            return ""
        parts = [self._count.done, self._of(), self._count.total] if self._count.total else [self._count.done]
        return " ".join(part for part in (*parts, self._count.unit) if part)

    def sizeHint(self) -> QSize:
        """High as the figures."""
        return QSize(self._needed(NUMBER_PX), self._theme.px(NUMBER_PX * 1.02))

    def minimumSizeHint(self) -> QSize:
        """Room for the number at full size and the total at its smallest."""
        return QSize(self._needed(_TOTAL_SIZES[-1]), self.sizeHint().height())

    def number_px(self) -> int:
        """The height of the number's font in pixels."""
        return self._theme.px(NUMBER_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw number, word, total and unit on one baseline, against the trailing edge."""
        if self._count is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        pieces = self._pieces(self._count)
        baseline = self.height() - self._theme.px(NUMBER_PX * 0.13)
        x = float(self.width() - sum(width for *_, width in pieces) - self._theme.px(4))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = float(self._theme.px(4))
        for text, size, tint, width in pieces:
            painter.setFont(self._theme.font(size, bold=size != _UNIT_PX))
            painter.setPen(self._theme.colour(tint))
            place = QRectF(x, baseline - self.height() * 2, width, self.height() * 2)
            metrics = QFontMetrics(painter.font())
            painter.drawText(place.translated(0, metrics.descent()), int(Qt.AlignmentFlag.AlignBottom), text)
            x += width

    def _needed(self, total_px: float) -> int:
        pieces = self._measured(self._count, total_px) if self._count else []
        return sum(width for *_, width in pieces) + self._theme.px(8)

    def _pieces(self, count: Count) -> list[tuple[str, float, str, int]]:
        for total_px in _TOTAL_SIZES:
            pieces = self._measured(count, total_px)
            if sum(width for *_, width in pieces) <= self.width():
                break
        return pieces

    def _measured(self, count: Count, total_px: float) -> list[tuple[str, float, str, int]]:
        wanted = [(count.done, float(NUMBER_PX), "ink")]
        if count.total:
            wanted += [
                (self._of(), float(_WORD_PX), "muted"),
                (count.total, total_px, "muted" if total_px < NUMBER_PX else "ink"),
            ]
        if count.unit:
            wanted.append((count.unit, float(_UNIT_PX), "muted"))
        gap = self._theme.px(_GAP_PX)
        return [(text, size, tint, self._width(text, size) + gap) for text, size, tint in wanted]

    def _width(self, text: str, size: float) -> int:
        return QFontMetrics(self._theme.font(size, bold=size != _UNIT_PX)).horizontalAdvance(text)

    def _of(self) -> str:
        return self._texts.text("captions", "count.of")

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()
