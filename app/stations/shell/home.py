"""The stations as large tiles; those a badge does not allow are grey and say why."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, FKeyBar
from app.stations.kit.headline import Headline
from app.stations.kit.icons import paint_icon
from app.stations.kit.kit import Kit
from app.stations.kit.quiet_keys import QuietKeys
from app.stations.shell.entries import SignedOn, StationEntry

_COLUMNS = 4


class Tile(QAbstractButton):
    """A station: symbol, title, key; or grey, with the reason."""

    def __init__(self, kit: Kit, entry: StationEntry, *, key: str, allowed: bool) -> None:
        super().__init__()
        self._kit = kit
        self._entry = entry
        self._key = key
        self.reason = "" if allowed else kit.texts.text("hints", "not_permitted")
        self.setText(kit.texts.text("titles", entry.name))
        self.setAccessibleName(f"{self.text()} ({key})")
        self.setAccessibleDescription(self.reason)
        self.setToolTip(self.reason)
        self.setEnabled(allowed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Large."""
        return QSize(self._kit.theme.px(280), self._kit.theme.px(170))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw symbol over title, and the key in the trailing corner."""
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setBrush(theme.colour("selection" if self.isDown() else "surface" if self.isEnabled() else "sunken"))
        painter.setPen(QPen(theme.colour("accent" if lively else "line"), theme.px(2 if lively else 1)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(12), theme.px(12))
        side = theme.px(64)
        top = self.height() / 2 - theme.px(74 if self.reason else 54)
        symbol = QRectF((self.width() - side) / 2, top, side, side)
        paint_icon(painter, self._entry.symbol, symbol, theme.colour("accent" if self.isEnabled() else "muted"))
        self._write(painter, QRectF(12, top + theme.px(72), self.width() - 24, theme.px(40)), self.text(), 24)
        if self.reason:
            self._write(painter, QRectF(12, top + theme.px(112), self.width() - 24, theme.px(50)), self.reason, 15)
        if self._key:
            self._write_key(painter)

    def _write(self, painter: QPainter, place: QRectF, words: str, size_px: float) -> None:
        theme = self._kit.theme
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignCenter)
        while size_px > 10:
            painter.setFont(theme.font(size_px, bold=size_px > 15))
            needed = QFontMetrics(painter.font()).boundingRect(place.toRect(), flags, words)
            if needed.width() <= place.width() and needed.height() <= place.height():
                break
            size_px -= 1
        painter.setPen(theme.colour("ink" if self.isEnabled() else "muted"))
        painter.drawText(place, flags, words)

    def _write_key(self, painter: QPainter) -> None:
        theme = self._kit.theme
        side = theme.px(30)
        x = (
            theme.px(12)
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            else self.width() - side - theme.px(12)
        )
        cap = QRectF(x, theme.px(12), side, side)
        painter.setBrush(theme.colour("sunken"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRoundedRect(cap, theme.px(6), theme.px(6))
        painter.setPen(theme.colour("accent" if self.isEnabled() else "muted"))
        painter.setFont(theme.font(16, bold=True))
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self._key)


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
        self.instruction = Headline(kit.theme)
        self.instruction.set_text(kit.texts.text("prompts", "stations.home", {"person": who.person}))
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit, last="SIGN_OFF")
        self.keys.pressed.connect(self._command)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(10)
        column.addWidget(self.instruction)
        column.addLayout(self._grid(entries, who), 1)
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

    def _grid(self, entries: Sequence[StationEntry], who: SignedOn) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        for n, entry in enumerate(entries):
            allowed = not entry.permission or entry.permission in who.permissions
            tile = Tile(self._kit, entry, key=str(n + 1) if n < 9 else "", allowed=allowed)
            tile.clicked.connect(lambda _=False, name=entry.name: self.opened.emit(name))
            self._tiles[entry.name] = tile
            grid.addWidget(tile, n // _COLUMNS, n % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        return grid

    def _strike(self, key: str) -> None:
        tiles = list(self._tiles.values())
        if key in "123456789" and int(key) <= len(tiles):
            tiles[int(key) - 1].click()

    def _command(self, command: str) -> None:
        if command == HELP:
            self.help_asked.emit("home")
        else:
            self.left.emit()
