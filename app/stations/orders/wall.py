"""The big board for the wall of the hall: which orders leave when, how many are packed, lines an hour; for 5 metres.

Nothing is done here; the order desk is the screen beside it.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services import clock, order_board, order_desk
from app.services.order_board import Leaving, Wall
from app.stations.kit.countdown import cut_off_time, cut_off_words
from app.stations.kit.desk import DeskWork
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen

NAME = "orders_wall"
_ROW_PX, _NUMBER_PX, _WORD_PX, _SMALL_PX = 104, 64, 40, 26
_BOTTOM_ROWS = 2
"""How many rows the sums and hours at the bottom take."""
_BAR_PX = 12


class WallScreen(ManagerScreen):
    """The numbers of a warehouse, live, in letters for the whole hall."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, subscribe=work.subscribe, kinds={"document", "task", "parcel", order_desk.ORDER})
        self._work = work
        self.board = WallBoard(kit)
        self.lay_out(self.board)
        self.refresh()

    def refresh(self) -> None:
        """Read the numbers again."""
        work = self._work
        self.read(
            lambda: work.run(lambda unit: order_board.orders_wall(unit, work.warehouse)),
            lambda wall: self.board.show_wall(wall, clock.now()),
        )


class WallBoard(QWidget):
    """Draws the numbers: a row for each carrier that leaves, below them what is left to do and the last hours."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._wall: Wall | None = None
        self._now = clock.now()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        kit.theme.changed.connect(self.update)

    def show_wall(self, wall: Wall, now: datetime) -> None:
        """Show these numbers."""
        self._wall, self._now = wall, now
        self.setAccessibleName(" · ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """What is shown, line by line, as a screen reader says it."""
        if self._wall is None:
            return []
        words = self._kit.texts.text
        rows = [
            f"{self._leaves(one)[0]} {self._carrier(one)} "
            + words("captions", "orders.of", {"done": one.packed, "all": one.orders})
            for one in self._wall.leaving
        ]
        sums = (f"{self._words(code)} {value}" for code, value, _ in self._sums(self._wall))
        hours = ", ".join(f"{one.hour.astimezone():%H} {one.picked}" for one in self._wall.hours if one.picked)
        return [*rows, *sums, *([f"{self._words('lines_an_hour')} {hours}"] if hours else [])]

    def rows_in_sight(self) -> tuple[Leaving, ...]:
        """The next departures, as many as find room above the sums; those left out are told in a line of their own."""
        leaving = self._wall.leaving if self._wall else ()
        px = self._kit.theme.px
        room = self.height() - _BOTTOM_ROWS * px(_ROW_PX)
        if len(leaving) * px(_ROW_PX) <= room:
            return leaving
        return leaving[: max(1, int((room - px(_SMALL_PX * 1.4)) // px(_ROW_PX)))]

    def minimumSizeHint(self) -> QSize:
        """Room for two carriers and the sums."""
        return QSize(self._kit.theme.px(900), self._kit.theme.px(_ROW_PX * 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Rows from the top, sums and hours at the bottom."""
        if self._wall is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        row, rows = self._kit.theme.px(_ROW_PX), self.rows_in_sight()
        if not rows:
            self._write(painter, QRectF(0, 0, self.width(), row), self._words("nothing_leaves"), _WORD_PX, "muted")
        for n, one in enumerate(rows):
            self._paint_row(painter, QRectF(0, n * row, self.width(), row), one)
        if more := self._wall.leaving[len(rows) :]:
            below = QRectF(0, len(rows) * row, self.width(), self._kit.theme.px(_SMALL_PX * 1.4))
            self._write(painter, below, self._more(more), _SMALL_PX, "muted")
        bottom = QRectF(0, self.height() - _BOTTOM_ROWS * row, self.width(), _BOTTOM_ROWS * row)
        self._paint_sums(painter, bottom.adjusted(0, 0, -bottom.width() * 0.42, 0), self._wall)
        self._paint_hours(painter, bottom.adjusted(bottom.width() * 0.6, 0, 0, 0), self._wall)
        painter.end()

    # - inside -

    def _more(self, more: Sequence[Leaving]) -> str:
        """What leaves later than there is room for, in one line."""
        facts = {"count": len(more), "done": sum(one.packed for one in more), "all": sum(one.orders for one in more)}
        return self._kit.texts.text("captions", "orders.wall_more", facts)

    def _paint_row(self, painter: QPainter, place: QRectF, one: Leaving) -> None:
        """When, with whom, how many of how many, and a bar below."""
        leaves, tint = self._leaves(one)
        width = place.width()
        self._write(painter, place.adjusted(0, 0, -width * 0.55, 0), leaves, _NUMBER_PX, tint)
        name = place.adjusted(width * 0.46, 0, -width * 0.28, 0)
        self._write(painter, name, self._carrier(one), _WORD_PX, "muted")
        facts = {"done": one.packed, "all": one.orders}
        of = self._kit.texts.text("captions", "orders.of", facts)
        self._write(painter, place.adjusted(width * 0.72, 0, 0, 0), of, _NUMBER_PX, "ink", right=True)
        px = self._kit.theme.px
        bar = QRectF(place.left(), place.bottom() - px(_BAR_PX + 6), width, px(_BAR_PX))
        painter.fillRect(bar, self._kit.theme.colour("line"))
        bar.setWidth(width * one.packed / max(one.orders, 1))
        painter.fillRect(self._seen(bar), self._kit.theme.colour("good"))

    def _paint_sums(self, painter: QPainter, place: QRectF, wall: Wall) -> None:
        sums = self._sums(wall)
        wide = place.width() / len(sums)
        for n, (code, value, tint) in enumerate(sums):
            cell = QRectF(place.left() + n * wide, place.top(), wide, place.height())
            self._write(painter, cell.adjusted(0, 0, 0, -cell.height() * 0.35), str(value), 96, tint)
            self._write(painter, cell.adjusted(0, cell.height() * 0.62, 0, 0), self._words(code), _SMALL_PX, "muted")

    def _paint_hours(self, painter: QPainter, place: QRectF, wall: Wall) -> None:
        """Lines picked an hour as bars, the number of each above it, the hour below."""
        most = max([one.picked for one in wall.hours] + [1])
        px = self._kit.theme.px
        caption = QRectF(place.left(), place.top(), place.width(), px(_SMALL_PX * 1.4))
        self._write(painter, caption, self._words("lines_an_hour"), _SMALL_PX, "muted")
        wide, floor = place.width() / max(len(wall.hours), 1), place.bottom() - px(_SMALL_PX * 1.4)
        room = floor - caption.bottom() - px(_SMALL_PX * 1.4)
        for n, one in enumerate(wall.hours):
            left = place.left() + n * wide
            high = room * one.picked / most
            bar = QRectF(left + px(4), floor - high, wide - px(8), high)
            painter.fillRect(self._seen(bar), self._kit.theme.colour("accent"))
            above = QRectF(left, floor - high - px(_SMALL_PX * 1.4), wide, px(_SMALL_PX * 1.4))
            self._write(painter, above, str(one.picked) if one.picked else "", _SMALL_PX, "ink", centre=True)
            below = QRectF(left, floor, wide, px(_SMALL_PX * 1.4))
            self._write(painter, below, f"{one.hour.astimezone():%H}", _SMALL_PX, "muted", centre=True)

    def _sums(self, wall: Wall) -> tuple[tuple[str, int, str], ...]:
        late, held = "bad" if wall.late else "ink", "caution" if wall.held else "ink"
        return (("to_do", wall.to_do, "ink"), ("late", wall.late, late), ("held", wall.held, held))

    def _leaves(self, one: Leaving) -> tuple[str, str]:
        return cut_off_words(cut_off_time(one.cut_off), one.cut_off, self._now, self._kit.texts)

    def _carrier(self, one: Leaving) -> str:
        return one.carrier

    def _words(self, code: str) -> str:
        return self._kit.texts.text("captions", f"orders.wall_{code}")

    def _write(
        self,
        painter: QPainter,
        place: QRectF,
        text: str,
        size_px: float,
        tint: str,
        *,
        right: bool = False,
        centre: bool = False,
    ) -> None:
        """One line of text; it shrinks before it would be cut."""
        theme = self._kit.theme
        font = theme.font(size_px, bold=True)
        while size_px > 12 and QFontMetrics(font).horizontalAdvance(text) > place.width():
            size_px *= 0.92
            font = theme.font(size_px, bold=True)
        painter.setFont(font)
        painter.setPen(theme.colour(tint))
        across = (
            Qt.AlignmentFlag.AlignHCenter
            if centre
            else Qt.AlignmentFlag.AlignRight
            if right
            else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(self._seen(place), int(across | Qt.AlignmentFlag.AlignVCenter), text)

    def _seen(self, place: QRectF) -> QRectF:
        """Where a place is seen: on the other side where people read from the right."""
        if self.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
            return place
        return QRectF(self.width() - place.right(), place.top(), place.width(), place.height())
