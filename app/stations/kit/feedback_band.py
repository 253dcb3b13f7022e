"""The verdict on the last scan, across the whole width: symbol, word, colour and sound together, never one alone.

A success fades. An error stays until somebody acknowledges it or the next valid action replaces it, because a message
that fades over the next order is how parcels go to the wrong people.
"""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.dialogs.dialog import Feedback, Level
from app.stations.kit.icons import paint_icon
from app.stations.kit.kit import Kit
from app.stations.kit.theme import LEVELS

HEIGHT_PX, DESK_HEIGHT_PX = 80, 58
"""Across a workbench, and before somebody who sits at a desk."""
FADE_MS = 6_000
_WORD_PX, _TEXT_PX, _REMEDY_PX = 20, 24, 19
_DESK = 0.8
"""The letters of a desk's band, as a part of the usual ones."""


class FeedbackBand(QWidget):
    """Says what happened; a touch acknowledges an error."""

    acknowledged = Signal()

    def __init__(self, kit: Kit, *, desk: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._high_px, self._letters = (DESK_HEIGHT_PX, _DESK) if desk else (HEIGHT_PX, 1.0)
        self._level: Level | None = None
        self._word = self._said = self._remedy = ""
        self._fade = QTimer(self, singleShot=True, interval=FADE_MS)
        self._fade.timeout.connect(self.clear)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        kit.theme.changed.connect(self._restyled)

    @property
    def level(self) -> Level | None:
        """How the band speaks now; None while it is calm."""
        return self._level

    def text(self) -> str:
        """What was said."""
        return self._said

    def remedy(self) -> str:
        """What to do now."""
        return self._remedy

    def show_feedback(self, feedback: Feedback | None, *, sound: bool = True) -> None:
        """Speak a verdict, or fall silent."""
        if feedback is None:
            self.clear()
            return
        self._said, remedy = self._words(feedback)
        self._remedy = " ".join(part for part in (remedy, self._unused(feedback)) if part)
        self._level = feedback.level
        self._word = self._kit.texts.text("captions", f"level.{feedback.level}")
        if sound:
            self._kit.sounds.play(feedback.level)
        self._announce()
        if feedback.level is Level.OK and not feedback.unused:
            self._fade.start()
        else:
            self._fade.stop()
        self.update()

    def clear(self) -> None:
        """Say nothing; the place stays."""
        self._fade.stop()
        self._level = None
        self._word = self._said = self._remedy = ""
        self.setAccessibleName("")
        self.update()

    def acknowledge(self) -> bool:
        """Take note of a warning or an error; True when there was one."""
        if self._level not in (Level.ERROR, Level.WARNING):
            return False
        self.clear()
        self.acknowledged.emit()
        return True

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A touch takes note."""
        self.acknowledge()

    def sizeHint(self) -> QSize:
        """Full width, fixed height."""
        return QSize(self._kit.theme.px(600), self._kit.theme.px(self._high_px))

    def minimumSizeHint(self) -> QSize:
        """Fixed height."""
        return QSize(self._kit.theme.px(300), self._kit.theme.px(self._high_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the band: symbol and word first, then what happened and what to do."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        place = QRectF(self.rect())
        corner = self._kit.theme.px(10)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._level is None:
            painter.setBrush(self._kit.theme.colour("sunken"))
            painter.setPen(self._kit.theme.colour("line"))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
            return
        back, ink = LEVELS[self._level]
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(place, corner, corner)
        painter.setPen(QColor(ink))
        self._paint_words(painter, ink)

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        px = self._kit.theme.px
        side = px(44 * self._letters)
        symbol = QRectF(px(22), (self.height() - side) / 2, side, side)
        word = QRectF(px(82), 0, px(140), self.height())
        said = QRectF(px(226), px(6), self.width() - px(226 + 20), self.height() - px(12))
        paint_icon(painter, self._level.value if self._level else "", self._placed(symbol), QColor(ink))
        self._draw(painter, word, self._word, _WORD_PX, bold=True)
        if not self._remedy:
            self._draw(painter, said, self._said, _TEXT_PX, bold=True)
            return
        upper = QRectF(said.x(), said.y(), said.width(), said.height() * 0.55)
        lower = QRectF(said.x(), upper.bottom(), said.width(), said.height() * 0.45)
        self._draw(painter, upper, self._said, _TEXT_PX, bold=True)
        self._draw(painter, lower, self._remedy, _REMEDY_PX, bold=False)

    def _draw(self, painter: QPainter, place: QRectF, text: str, size_px: float, *, bold: bool) -> None:
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        size = size_px * self._letters
        while True:
            painter.setFont(self._kit.theme.font(size, bold=bold))
            needed = painter.boundingRect(QRectF(0, 0, place.width(), 10_000), int(Qt.TextFlag.TextWordWrap), text)
            if size <= 10 or (needed.height() <= place.height() + 2 and needed.width() <= place.width()):
                break
            size -= 1
        painter.drawText(self._placed(place), flags, text)

    def _placed(self, place: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return QRectF(self.width() - place.right(), place.y(), place.width(), place.height())
        return place

    def _words(self, feedback: Feedback) -> tuple[str, str]:
        texts = self._kit.texts
        if texts.has("feedback", feedback.code) or not texts.has("errors", feedback.code):
            return texts.text("feedback", feedback.code, feedback.facts), ""
        return texts.error(feedback.code, feedback.facts)

    def _unused(self, feedback: Feedback) -> str:
        if not feedback.unused:
            return ""
        told = {"scans": ", ".join(feedback.unused), "more": feedback.more_unused}
        return self._kit.texts.text("captions", "scans.unused_more" if feedback.more_unused else "scans.unused", told)

    def _announce(self) -> None:
        words = ". ".join(part.rstrip(".") for part in (self._word, self._said, self._remedy) if part)
        self.setAccessibleName(words)
        event = QAccessibleAnnouncementEvent(self, words)
        if self._level is Level.ERROR:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()
