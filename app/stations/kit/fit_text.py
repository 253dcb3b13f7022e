"""Text in a fixed place: it may shrink a little to fit, but it is never elided, and one line never becomes two."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.stations.kit.theme import Theme

_SMALLEST = 0.4
"""Down to this part of its size text may shrink; below that no text of ours is this long."""


class FitText(QWidget):
    """A line or a few of them, of a size that can be read at a distance; keeps its height whatever it says."""

    def __init__(
        self,
        theme: Theme,
        *,
        size_px: int,
        bold: bool = False,
        lines: int = 1,
        tint: str = "ink",
        verbatim: bool = False,
        hug: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._size_px = size_px
        self._bold = bold
        self._lines = lines
        self._tint = tint
        self._verbatim = verbatim
        self._hug = hug
        self._text = ""
        wide = QSizePolicy.Policy.Preferred if hug else QSizePolicy.Policy.Expanding
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._restyled)

    def set_text(self, text: str) -> None:
        """Show `text` and tell screen readers."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_size(self, size_px: int) -> None:
        """Use another size, for example because many texts share one row."""
        if size_px != self._size_px:
            self._size_px = size_px
            self._restyled()

    def set_tint(self, tint: str) -> None:
        """Write in another colour."""
        self._tint = tint
        self.update()

    def text(self) -> str:
        """What is shown."""
        return self._text

    def fitted_font(self) -> QFont:
        """The font in which the whole text fits its place; its own size wherever that is enough."""
        size = float(self._size_px)
        while size > self._size_px * _SMALLEST and not self._fits(self._theme.font(size, bold=self._bold)):
            size -= 1
        return self._theme.font(size, bold=self._bold)

    def sizeHint(self) -> QSize:
        """Wide as it may, or as its words where it shall `hug` them; high as its number of lines."""
        words = QFontMetrics(self._theme.font(self._size_px, bold=self._bold)).horizontalAdvance(self._text) + 2
        return QSize(words if self._hug else self._theme.px(120), self._height())

    def minimumSizeHint(self) -> QSize:
        """Its height is fixed; words that are hugged may shrink to less than half."""
        return QSize(int(self.sizeHint().width() * 0.45) if self._hug else self._theme.px(40), self._height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text, leading edge aligned, centred in height."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setPen(self._theme.colour(self._tint))
        painter.setFont(self.fitted_font())
        painter.drawText(self.rect(), self._flags(), self._shown())

    def _shown(self) -> str:
        # An identifier reads from the left in every language (UAX 9, left-to-right isolate).
        return f"\u2066{self._text}\u2069" if self._verbatim and self._text else self._text

    def _flags(self) -> int:
        wrap = Qt.TextFlag.TextWordWrap if self._lines > 1 else Qt.TextFlag.TextSingleLine
        return int(wrap) | int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)

    def _fits(self, font: QFont) -> bool:
        room = QRect(0, 0, self.width(), 100_000)
        needed = QFontMetrics(font).boundingRect(
            room, self._flags() & ~int(Qt.AlignmentFlag.AlignVCenter), self._shown()
        )
        # One line has its own height; a fallback font for a rare sign must not make it smaller.
        return needed.width() <= self.width() and (self._lines == 1 or needed.height() <= self.height())

    def _height(self) -> int:
        return QFontMetrics(self._theme.font(self._size_px, bold=self._bold)).lineSpacing() * self._lines

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()
