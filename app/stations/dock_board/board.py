"""The rows of the dock board as they are drawn: a door each, in letters that are read from five metres.

Letters of 28 pixels at 1366×768 are 40 at 1920×1080: 14 mm of capital height on a screen of 43 inches, for which five
metres are 350 times as far.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.stations.kit.kit import Kit

ROW_PX, _DOOR_PX, _TEXT_PX, _HEAD_PX, _GAP_PX = 84, 46, 28, 20, 12
_COLUMNS = (("docks.door", 0.15), ("docks.board_now", 0.26), ("docks.dock_state", 0.17), ("docks.board_time", 0.17),
            ("docks.next", 0.25))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A door in words: the truck at it, its state, how long it has, the next one. `tint` is the state's colour."""

    door: str
    now: str
    state: str
    time: str
    next: str
    tint: str = "ink"
    time_tint: str = "ink"

    @property
    def cells(self) -> tuple[str, ...]:
        """As they stand beside each other."""
        return self.door, self.now, self.state, self.time, self.next


class BoardView(QWidget):
    """A page of lines; what is longer than its column is set smaller, and cut only at the smallest size."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.lines: Sequence[BoardLine] = ()
        self.page = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        kit.theme.changed.connect(self.update)

    @property
    def pages(self) -> int:
        """How many pages the doors need in the room that there is."""
        return max(1, -(-len(self.lines) // self._rows()))

    def show_lines(self, lines: Sequence[BoardLine]) -> None:
        """Show these; the page stays if there still is one."""
        self.lines = lines
        self.page %= self.pages
        self.setAccessibleName("; ".join(", ".join(cell for cell in line.cells if cell) for line in lines[:40]))
        self.update()

    def turn(self) -> None:
        """The next page, after the last the first."""
        self.page = (self.page + 1) % self.pages
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the headings and a page of lines."""
        theme, count = self._kit.theme, self._rows()
        shown = self.lines[self.page * count : (self.page + 1) * count]
        head = float(theme.px(_HEAD_PX + 12))
        height = min((self.height() - head) / max(1, len(shown)), theme.px(ROW_PX) * 1.5)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("surface"))
            captions = [self._kit.texts.text("captions", caption) for caption, _ in _COLUMNS]
            self._line(painter, 0.0, head, captions, ["muted"] * len(captions), size=_HEAD_PX)
            for n, line in enumerate(shown):
                top = head + n * height
                if n % 2 == 0:
                    painter.fillRect(QRectF(0, top, self.width(), height), theme.colour("sunken"))
                tints = ["ink", "ink", line.tint, line.time_tint, "ink"]
                self._line(painter, top, height, line.cells, tints, size=_TEXT_PX)

    # - inside -

    def _rows(self) -> int:
        theme = self._kit.theme
        return max(1, int((self.height() - theme.px(_HEAD_PX + 12)) // theme.px(ROW_PX)))

    def _line(
        self, painter: QPainter, top: float, height: float, cells: Sequence[str], tints: Sequence[str], *, size: int
    ) -> None:
        gap, left = self._kit.theme.px(_GAP_PX), 0.0
        for n, ((_, part), cell, tint) in enumerate(zip(_COLUMNS, cells, tints, strict=True)):
            width = part * self.width()
            wanted = _DOOR_PX if n == 0 and size == _TEXT_PX else size
            self._words(painter, QRectF(left + gap, top, width - 2 * gap, height), cell, tint, wanted)
            left += width

    def _words(self, painter: QPainter, place: QRectF, words: str, tint: str, size: int) -> None:
        theme = self._kit.theme
        smallest = min(size, _TEXT_PX) * 3 // 4
        while size > smallest and not self._fits(words, place, size):
            size -= 1
        painter.setFont(theme.font(size, bold=True))
        painter.setPen(theme.colour(tint))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(place, flags, words)

    def _fits(self, words: str, place: QRectF, size: int) -> bool:
        metrics = QFontMetricsF(self._kit.theme.font(size, bold=True))
        needed = metrics.boundingRect(QRectF(0, 0, place.width(), 10_000), int(Qt.TextFlag.TextWordWrap), words)
        longest = max((metrics.horizontalAdvance(word) for word in words.split()), default=0.0)
        return needed.height() <= place.height() and longest <= place.width()
