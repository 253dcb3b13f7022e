"""What the colours of a plan mean: a swatch and a word for each."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_GAP = 8


class Legend(QWidget):
    """As many as there is room for, from the start of the line."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: Mapping[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_parts(self, parts: Mapping[str, str]) -> None:
        """Show these words with their colours."""
        self._parts = parts
        self.setAccessibleName(self.text())
        self.update()

    def text(self) -> str:
        """The words, in their order."""
        return ", ".join(self._parts)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw swatches and words."""
        painter = QPainter(self)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = self.fontMetrics().ascent()
        at = 0.0
        for words, colour in self._parts.items():
            width = side + _GAP + self.fontMetrics().horizontalAdvance(words)
            if at + width > self.width():
                break
            left = self.width() - at - width if mirrored else at
            swatch = left + width - side if mirrored else left
            painter.fillRect(QRectF(swatch, (self.height() - side) / 2, side, side), QColor(colour))
            room = QRectF(left if mirrored else left + side + _GAP, 0, width - side - _GAP, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
            at += width + 3 * _GAP
