"""A button for gloves: at least 56 px high, shows its key, and never takes the focus from the scan box.

Enter and Space therefore never press it; a scanner that ends its codes with Enter cannot confirm anything by accident.
"""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.stations.kit.icons import paint_icon
from app.stations.kit.theme import TOUCH_PX, Theme

_MARGIN = 12


class TouchButton(QAbstractButton):
    """A key cap (or a symbol) and a word."""

    def __init__(self, theme: Theme, text: str, *, key: str = "", icon: str = "", size_px: int = 18) -> None:
        super().__init__()
        self._theme = theme
        self._key = key
        self._icon = icon
        self._greyed = False
        self._letters, self._width = float(size_px), 0
        self.setText(text)
        self.setAccessibleName(f"{text} ({key})" if key else text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyled)

    def grey_out(self, why: str) -> None:
        """Look as if it could not be pressed, and say why; whoever presses it all the same is told."""
        self._greyed = bool(why)
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        self.update()

    @property
    def greyed(self) -> bool:
        """Whether it looks as if it could not be pressed."""
        return self._greyed or not self.isEnabled()

    @property
    def key(self) -> str:
        """The key that does the same."""
        return self._key

    def widths(self, letters: float) -> tuple[int, int]:
        """How wide it is with letters of this size, its words on one line, and on two where they can be broken."""
        metrics = QFontMetrics(self._theme.font(letters, bold=True))
        words = self.text().split()
        broken = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))] or [(self.text(), "")]
        on_two = min(max(map(metrics.horizontalAdvance, lines)) for lines in broken)
        room, least = self._lead() + self._theme.px(2 * _MARGIN + 4), self.minimumSizeHint().width()
        return max(least, metrics.horizontalAdvance(self.text()) + room), max(least, on_two + room)

    def set_letters(self, letters: float, width: int) -> None:
        """Write in letters of this size and be that wide, as the buttons beside it agreed."""
        if (letters, width) != (self._letters, self._width):
            self._letters, self._width = letters, width
            self._restyled()

    def sizeHint(self) -> QSize:
        """Wide enough for its word at full size, unless it was told otherwise; high enough for a glove."""
        return QSize(self._width or self.widths(self._letters)[0], self._theme.px(TOUCH_PX))

    def minimumSizeHint(self) -> QSize:
        """May be narrowed: the word shrinks before it is cut."""
        return QSize(self._theme.px(TOUCH_PX) + self._lead(), self._theme.px(TOUCH_PX))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the pointer is over it."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the face, the key cap and the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        self._paint_face(painter)
        margin = self._theme.px(_MARGIN)
        inner = self.rect().adjusted(margin, 0, -margin, 0)
        lead = self._lead()
        words = inner.adjusted(0, 0, -lead, 0) if self._mirrored() else inner.adjusted(lead, 0, 0, 0)
        self._paint_lead(painter, inner, lead)
        painter.setPen(self._theme.colour("muted" if self.greyed else "ink"))
        painter.setFont(self._fitted(words))
        align = Qt.AlignmentFlag.AlignLeading if lead else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap) | int(align | Qt.AlignmentFlag.AlignVCenter), self.text())

    def _paint_face(self, painter: QPainter) -> None:
        back = "selection" if self.isDown() else "sunken" if self.greyed else "surface"
        edge = "accent" if self.underMouse() and not self.greyed else "line"
        painter.setBrush(self._theme.colour(back))
        painter.setPen(QPen(self._theme.colour(edge), self._theme.px(1.4)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), self._theme.px(9), self._theme.px(9))

    def _paint_lead(self, painter: QPainter, inner: QRect, lead: int) -> None:
        if not lead:
            return
        if self._icon and not self.text():
            inner = QRect((self.width() - lead) // 2 + self._theme.px(5), 0, lead, self.height())
        mirrored = self._mirrored() and self.text()
        start = inner.right() - lead + self._theme.px(10) if mirrored else inner.left()
        place = QRectF(start, 0, lead - self._theme.px(10), self.height())
        if self._icon:
            side = min(place.width(), self._theme.px(24))
            square = QRectF(place.x(), (self.height() - side) / 2, side, side)
            paint_icon(painter, self._icon, square, self._theme.colour("accent"))
            return
        high = self._theme.px(26)
        cap = QRectF(place.x(), (self.height() - high) / 2, place.width(), high)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("sunken"))
        painter.drawRoundedRect(cap, self._theme.px(5), self._theme.px(5))
        painter.setPen(self._theme.colour("muted" if self.greyed else "accent"))
        painter.setFont(self._theme.font(14, bold=True))
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self._key)

    def _lead(self) -> int:
        if self._icon:
            return self._theme.px(24 + 10)
        if not self._key:
            return 0
        cap = QFontMetrics(self._theme.font(14, bold=True)).horizontalAdvance(self._key) + self._theme.px(14)
        return max(cap, self._theme.px(28)) + self._theme.px(10)

    def _fitted(self, place: QRect) -> QFont:
        """One line, in slightly smaller letters where need be; else two lines, down to what is still read."""
        for slightly in (0, 1, 2):
            font = self._theme.font(self._letters - slightly, bold=True)
            if QFontMetrics(font).horizontalAdvance(self.text()) <= place.width():
                return font
        size = self._letters
        while size > 9 and not self._fits(self._theme.font(size, bold=True), place):
            size -= 1
        return self._theme.font(size, bold=True)

    def _fits(self, font: QFont, place: QRect) -> bool:
        needed = QFontMetrics(font).boundingRect(
            QRect(0, 0, place.width(), 10_000), int(Qt.TextFlag.TextWordWrap), self.text()
        )
        return needed.width() <= place.width() and needed.height() <= place.height() - self._theme.px(6)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()
