"""The stations as large tiles, grey where a badge does not allow them; below, in columns, the desks it opens."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback, Level
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fit_text import FitText
from app.stations.kit.fkey_bar import HELP, FKeyBar
from app.stations.kit.headline import Headline
from app.stations.kit.icons import paint_icon
from app.stations.kit.kit import Kit
from app.stations.kit.quiet_keys import QuietKeys
from app.stations.kit.theme import BODY_PX, TOUCH_GAP_PX, TOUCH_PX
from app.stations.shell.entries import SignedOn, StationEntry, grouped

_COLUMNS, _MANY_COLUMNS, _MANY = 4, 6, 8
"""Large tiles in a row, and in a row where there are more of them than so many."""
_ROW_GAP_PX = 6
_LARGE_PX = 100
"""Down to this height a symbol stands over its title; in less it stands before it."""
_KEY_PX = 26
"""The side of a key cap beside a title."""
_CENTRED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignCenter)
_LEADING = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)


class Tile(QAbstractButton):
    """A station: symbol, title, key; or grey, with a word that the badge does not open it."""

    def __init__(self, kit: Kit, entry: StationEntry, *, key: str, allowed: bool) -> None:
        super().__init__()
        self._kit = kit
        self._entry = entry
        self._key = key
        self._remark = "" if allowed else kit.texts.text("captions", "not_for_badge")
        reason = "" if allowed else kit.texts.text("hints", "not_permitted")
        self.setText(kit.texts.text("titles", entry.name))
        self.setAccessibleName(f"{self.text()} ({key})" if key else self.text())
        self.setAccessibleDescription(reason)
        self.setToolTip(reason)
        self.setEnabled(allowed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding if entry.led else QSizePolicy.Policy.Fixed
        )

    def minimumSizeHint(self) -> QSize:
        """High enough for a touch."""
        return QSize(self._kit.theme.px(150), self._kit.theme.px(TOUCH_PX))

    def sizeHint(self) -> QSize:
        """Large where a dialog leads; for desks as high as a touch needs."""
        return QSize(
            self._kit.theme.px(280 if self._entry.led else 200),
            self._kit.theme.px(140 if self._entry.led else TOUCH_PX),
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the symbol over the title or before it, and the key in the trailing corner."""
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        lively = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setBrush(theme.colour("selection" if self.isDown() else "surface" if self.isEnabled() else "sunken"))
        painter.setPen(QPen(theme.colour("accent" if lively else "line"), theme.px(2 if lively else 1)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(12), theme.px(12))
        if self._entry.led and self.height() >= theme.px(_LARGE_PX):
            self._paint_large(painter)
        else:
            self._paint_small(painter)
        if self._key:
            self._write_key(painter)

    def _paint_large(self, painter: QPainter) -> None:
        px = self._kit.theme.px
        side = min(px(64), self.height() * 0.4)
        title_px = px(34) if self._remark else px(52)
        lines = title_px + (px(24) if self._remark else 0)
        top = max(px(6), (self.height() - side - px(4) - lines) / 2)
        self._paint_symbol(painter, QRectF((self.width() - side) / 2, top, side, side))
        title = QRectF(px(12), top + side + px(4), self.width() - px(24), title_px)
        self._write(painter, title, self.text(), 24, _CENTRED)
        self._write(painter, QRectF(title.x(), title.bottom(), title.width(), px(24)), self._remark, 15, _CENTRED)

    def _paint_small(self, painter: QPainter) -> None:
        px, led = self._kit.theme.px, self._entry.led
        side, start, gap = px(30 if led else 26), px(8), px(6)
        size_px = 24 if led else 18
        self._paint_symbol(painter, self._placed(QRectF(start, (self.height() - side) / 2, side, side)))
        before, behind = start + side + gap, px(_KEY_PX + 10 if self._key else 8)
        words = QRectF(before, px(4), self.width() - before - behind, self.height() - px(8))
        if not self._remark:
            self._write(painter, self._placed(words), self.text(), size_px, _LEADING)
            return
        upper = QRectF(words.x(), words.y(), words.width(), words.height() * 0.58)
        lower = QRectF(words.x(), upper.bottom(), words.width(), words.height() * 0.42)
        self._write(painter, self._placed(upper), self.text(), size_px, _LEADING)
        self._write(painter, self._placed(lower), self._remark, 15, _LEADING)

    def _paint_symbol(self, painter: QPainter, place: QRectF) -> None:
        tint = "accent" if self.isEnabled() else "muted"
        paint_icon(painter, self._entry.symbol, place, self._kit.theme.colour(tint))

    def _write(self, painter: QPainter, place: QRectF, words: str, size_px: float, flags: int) -> None:
        theme, bold = self._kit.theme, size_px > 15
        while size_px > 10:
            painter.setFont(theme.font(size_px, bold=bold))
            needed = QFontMetrics(painter.font()).boundingRect(place.toRect(), flags, words)
            if needed.width() <= place.width() and needed.height() <= place.height():
                break
            size_px -= 1
        painter.setPen(theme.colour("ink" if self.isEnabled() else "muted"))
        painter.drawText(place, flags, words)

    def _write_key(self, painter: QPainter) -> None:
        theme = self._kit.theme
        over = self._entry.led and self.height() >= theme.px(_LARGE_PX)
        side = theme.px(30 if over else _KEY_PX)
        down = theme.px(12) if over else (self.height() - side) / 2
        cap = self._placed(QRectF(self.width() - side - theme.px(12 if over else 6), down, side, side))
        painter.setBrush(theme.colour("sunken"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRoundedRect(cap, theme.px(6), theme.px(6))
        painter.setPen(theme.colour("accent" if self.isEnabled() else "muted"))
        painter.setFont(theme.font(16, bold=True))
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self._key)

    def _placed(self, place: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return QRectF(self.width() - place.right(), place.y(), place.width(), place.height())
        return place


class HomeScreen(QWidget):
    """Choose a station by touch, by key 1 to 9, or by scanning its code."""

    opened = Signal(str)
    help_asked = Signal(str)
    left = Signal()

    def __init__(self, kit: Kit, entries: Sequence[StationEntry], who: SignedOn) -> None:
        super().__init__()
        self._kit = kit
        self._tiles: dict[str, Tile] = {}
        self._codes = {entry.code: entry.name for entry in entries}
        self._typed = QuietKeys(self)
        self._typed.struck.connect(self._strike)
        self._typed.typed.connect(self.on_scan)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.instruction = Headline(kit.theme, greets=True)
        self.instruction.set_text(kit.texts.text("prompts", "stations.home", {"person": who.person}))
        self.band = FeedbackBand(kit, desk=True)
        self.keys = FKeyBar(kit, last="SIGN_OFF")
        self.keys.pressed.connect(self._command)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addWidget(self.instruction)
        column.addLayout(self._tiles_of(entries, who), 1)
        column.addWidget(self.band)
        column.addWidget(self.keys)

    def tile(self, name: str) -> Tile:
        """The tile of a station."""
        return self._tiles[name]

    def on_scan(self, raw: str, _symbology: str = "", _source: str = "keyboard") -> None:
        """Open the station whose code was scanned; any other code has no meaning here, and says so."""
        name = self._codes.get(raw.strip().upper())
        if name is None:
            self.say(Feedback(Level.ERROR, "stations.choose_first", {"scanned": raw}))
        elif self._tiles[name].isEnabled():
            self.opened.emit(name)
        else:
            self.say(Feedback(Level.ERROR, "stations.not_permitted", {"station": self._tiles[name].text()}))

    def say(self, feedback: Feedback) -> None:
        """Show a verdict."""
        self.band.show_feedback(feedback)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 9 open a station; Enter and Space open nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.band.acknowledge()
        elif not self.keys.press(event.key()) and not self._typed.take(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Ready for a key or a scan."""
        super().showEvent(event)
        self.setFocus()

    def _tiles_of(self, entries: Sequence[StationEntry], who: SignedOn) -> QVBoxLayout:
        """The large tiles first, and below them the desks that this person's badge opens."""
        led = [entry for entry in entries if entry.led]
        desks = [entry for entry in entries if not entry.led and who.opens(entry)]
        column = QVBoxLayout()
        column.setSpacing(self._kit.theme.px(TOUCH_GAP_PX))
        column.addLayout(self._grid(led, who, _MANY_COLUMNS if len(led) > _MANY else _COLUMNS), 1)
        column.addWidget(self._desks(desks, who), 0 if led else 1)
        if not led:
            column.addStretch(1)
        return column

    def _desks(self, entries: Sequence[StationEntry], who: SignedOn) -> QScrollArea:
        """A column for each group of desks: all of them where the display is high enough, else to be scrolled."""
        inside, area = QWidget(), QScrollArea()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(self._kit.theme.px(TOUCH_GAP_PX))
        for group, members in grouped(entries):
            columns.addLayout(self._group(group, members, who), 1)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(inside.minimumSizeHint().width())
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return area

    def _group(self, group: str, members: Sequence[StationEntry], who: SignedOn) -> QVBoxLayout:
        heading = FitText(self._kit.theme, size_px=BODY_PX, bold=True, tint="muted")
        heading.set_text(self._kit.texts.text("captions", f"desks.{group}"))
        column = QVBoxLayout()
        column.setSpacing(self._kit.theme.px(_ROW_GAP_PX))
        column.addWidget(heading)
        for entry in members:
            column.addWidget(self._tile(entry, who))
        column.addStretch(1)
        return column

    def _grid(self, entries: Sequence[StationEntry], who: SignedOn, columns: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(self._kit.theme.px(TOUCH_GAP_PX))
        for n, entry in enumerate(entries):
            grid.addWidget(self._tile(entry, who), n // columns, n % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        return grid

    def _tile(self, entry: StationEntry, who: SignedOn) -> Tile:
        number = len(self._tiles) + 1
        tile = Tile(self._kit, entry, key=str(number) if number <= 9 else "", allowed=who.opens(entry))
        tile.clicked.connect(lambda _=False, name=entry.name: self.opened.emit(name))
        self._tiles[entry.name] = tile
        return tile

    def _strike(self, key: str) -> None:
        tiles = list(self._tiles.values())
        if key in "123456789" and int(key) <= len(tiles):
            tiles[int(key) - 1].click()

    def _command(self, command: str) -> None:
        if command == HELP:
            self.help_asked.emit("home")
        else:
            self.left.emit()
