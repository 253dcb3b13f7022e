"""The strip below the calendar: for each hour of a day the minutes of work against the minutes of the people there."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.docks import Day, HourLoad, Limits
from app.stations.docks.grid import Grid
from app.stations.kit.kit import Kit

_HEIGHT_PX = 62


class WorkStrip(QWidget):
    """Columns below the hours: how high the work stands in the room of people; too much is red and has a sign."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._day: Day | None = None
        self._hours: Sequence[HourLoad] = ()
        self._limits = Limits()
        self._grid: Grid | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._dress()
        kit.theme.changed.connect(self._dress)

    def show_hours(self, day: Day, hours: Sequence[HourLoad], grid: Grid | None, limits: Limits) -> None:
        """Show the hours of one day, below those of the calendar."""
        self._day, self._hours, self._grid, self._limits = day, hours, grid, limits
        texts = self._kit.texts
        over = [one.hour.clock for one in hours if one.too_much]
        self.setAccessibleName(texts.text("captions", "docks.strip_over", {"hours": ", ".join(over) or "–"}))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the columns."""
        if self._grid is None or self._day is None or not self._hours:
            return
        theme, grid, day = self._kit.theme, self._grid, self._day
        most = max([1, *(max(one.work_min, one.rostered_min or 0) for one in self._hours)])
        base, room = self.height() - theme.px(20), self.height() - theme.px(22)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("surface"))
            painter.setPen(theme.colour("ink"))
            painter.setFont(theme.font(13))
            words = self._kit.texts.text("captions", "docks.strip")
            place = QRectF(5, 0, grid.left - 8, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), words)
            for one in self._hours:
                minute = day.minute_of(one.hour.starts_at)
                left, right = (grid.left + (each - grid.first) * grid.minute for each in (minute, minute + 60))
                if left < grid.left or right > grid.width + 1:
                    continue
                self._hour(painter, one, QRectF(left + 1, 0, right - left - 2, base), room / most)

    # - inside -

    def _hour(self, painter: QPainter, one: HourLoad, place: QRectF, scale: float) -> None:
        theme = self._kit.theme
        rostered = one.rostered_min or 0
        painter.fillRect(place.adjusted(0, place.height() - rostered * scale, 0, 0), theme.colour("selection"))
        bad = one.too_much or one.over(self._limits)
        bar = place.adjusted(place.width() * 0.2, place.height() - one.work_min * scale, -place.width() * 0.2, 0)
        painter.fillRect(bar, theme.colour("bad" if bad else "accent"))
        painter.setPen(theme.colour("bad" if bad else "ink"))
        painter.setFont(theme.font(13, bold=bad))
        words = f"{one.work_min}/{'–' if one.rostered_min is None else rostered}" if one.work_min or rostered else ""
        words = f"✖ {words}" if bad else words
        wide = QFontMetricsF(painter.font()).horizontalAdvance(words)
        if wide > place.width() + 2:
            words = f"✖{one.work_min}" if bad else str(one.work_min or "")
        painter.drawText(
            QRectF(place.left() - 4, place.bottom(), place.width() + 8, theme.px(20)),
            int(Qt.AlignmentFlag.AlignCenter),
            words,
        )

    def _dress(self) -> None:
        self.setFixedHeight(self._kit.theme.px(_HEIGHT_PX))
        self.update()
