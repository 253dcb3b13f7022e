"""How the calendar is drawn: hours, doors, appointments by their state with a sign each, what is closed, and now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from app.domain.docks import AT_A_DOOR, Appointment, State, Timing, timing_of
from app.stations.docks.grid import Block, Grid, Head, Lane
from app.stations.kit.kit import Kit

_SIGNS = {
    State.PLANNED: "○",
    State.CONFIRMED: "◎",
    State.ARRIVED: "◆",
    State.AT_DOOR: "▸",
    State.WORKING: "▶",
    State.DONE: "✔",
    State.LEFT: "✔",
    State.NO_SHOW: "✖",
    State.CANCELLED: "✖",
}
"""A sign before the words of a state, so that colour is never all."""
_TINTS = {
    State.PLANNED: "accent",
    State.CONFIRMED: "accent",
    State.ARRIVED: "caution",
    State.AT_DOOR: "good",
    State.WORKING: "good",
    State.DONE: "good",
}
_PAD_PX = 5


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where something that is dragged would be; `wrong`: something speaks against it."""

    door: UUID | None
    starts_at: datetime
    ends_at: datetime
    wrong: bool


class Painter:
    """Draws a grid with the colours of the theme."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def draw(
        self, painter: QPainter, grid: Grid, *, now: datetime | None, selected: UUID | None,
        found: Collection[UUID] | None, ghost: Ghost | None, top: float, focus: bool,
    ) -> None:  # fmt: skip
        """Draw everything; `top` is where the part in sight begins, so that the hours stay in sight."""
        colour = self._kit.theme.colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(0, 0, grid.width, grid.height), colour("surface"))
        for lane in grid.lanes:
            self._lane(painter, grid, lane)
        for block in grid.blocks:
            self._block(painter, grid, block, now=now, faint=found is not None and block.appointment.id not in found)
        for block in grid.blocks:
            if block.appointment.id == selected:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colour("ink"), 3 if focus else 2))
                painter.drawRect(block.rect.adjusted(1, 1, -1, -1))
        if ghost is not None:
            self._ghost(painter, grid, ghost)
        if now is not None:
            self._now(painter, grid, now)
        for head in self._heads(grid, top):
            self._head(painter, grid, head)

    def told(self, block: Block, grid: Grid) -> str:
        """An appointment in words, for whoever points at it."""
        one, zone = block.appointment, grid.plan.zone
        start, end = (at.astimezone(zone) for at in one.window)
        parts = (
            f"{one.number}  {start:%H:%M}–{end:%H:%M}",
            self._kit.texts.state("dock_state", one.state),
            one.load.carrier,
            one.partner_name,
            ", ".join(paper.number for paper in one.papers),
            one.plate,
            one.note,
        )
        return "\n".join(part for part in parts if part)

    # - inside -

    def _lane(self, painter: QPainter, grid: Grid, lane: Lane) -> None:
        colour, theme = self._kit.theme.colour, self._kit.theme
        painter.setPen(Qt.PenStyle.NoPen)
        for rect in grid.closed_rects(lane):
            painter.fillRect(rect, colour("sunken"))
            painter.fillRect(rect, QBrush(colour("line"), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(colour("line"), 1))
        for hour in lane.day.hours:
            x = grid.x_of(lane.day, hour.starts_at)
            painter.drawLine(QPointF(x, lane.top), QPointF(x, lane.top + lane.height))
        painter.drawLine(QPointF(0, lane.top + lane.height), QPointF(grid.width, lane.top + lane.height))
        painter.setPen(colour("ink" if lane.door else "caution"))
        painter.setFont(theme.font(15 if len(grid.days) == 1 else 13, bold=True))
        words = lane.door.name if lane.door else self._kit.texts.text("captions", "docks.without_door")
        rect = QRectF(_PAD_PX, lane.top, grid.left - 2 * _PAD_PX, lane.height)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), words)

    def _block(self, painter: QPainter, grid: Grid, block: Block, *, now: datetime | None, faint: bool) -> None:
        one, theme = block.appointment, self._kit.theme
        tint = QColor(theme.colour(_TINTS.get(one.state, "muted")))
        behind = _is_behind(one, now)
        line = theme.colour("bad") if behind else tint
        fill = QColor(tint)
        fill.setAlpha(70 if one.state in AT_A_DOOR else 38)
        painter.setOpacity(0.35 if faint or one.state in (State.NO_SHOW, State.CANCELLED, State.LEFT) else 1.0)
        painter.fillRect(block.rect, theme.colour("surface"))
        painter.fillRect(block.rect, fill)
        painter.setPen(QPen(line, 2, Qt.PenStyle.DashLine if one.state is State.PLANNED else Qt.PenStyle.SolidLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(block.rect.adjusted(1, 1, -1, -1))
        painter.setPen(theme.colour("bad" if behind else "ink"))
        self._words(painter, block, [*_lines(one, behind=behind)])
        painter.setOpacity(1.0)

    def _words(self, painter: QPainter, block: Block, lines: list[tuple[str, ...]]) -> None:
        """What of it fits, whole: a number is never cut."""
        room = block.rect.adjusted(_PAD_PX, 2, -_PAD_PX, -2)
        font = self._kit.theme.font(13, bold=True)
        step = QFontMetricsF(font).height()
        for n, parts in enumerate(lines[: max(1, int(room.height() // step))]):
            painter.setFont(self._kit.theme.font(13, bold=n == 0))
            shown = _fitting(parts, QFontMetricsF(painter.font()), room.width())
            top = room.top() + n * step if len(lines) > 1 and room.height() >= 2 * step else room.top()
            height = step if room.height() >= 2 * step else room.height()
            painter.drawText(QRectF(room.left(), top, room.width(), height), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _ghost(self, painter: QPainter, grid: Grid, ghost: Ghost) -> None:
        colour = QColor(self._kit.theme.colour("bad" if ghost.wrong else "good"))
        fill = QColor(colour)
        fill.setAlpha(60)
        sign = "✖" if ghost.wrong else "✔"
        start, end = (at.astimezone(grid.plan.zone) for at in (ghost.starts_at, ghost.ends_at))
        for lane in grid.lanes:
            mine = (lane.door.id if lane.door else None) == ghost.door
            if mine and ghost.starts_at < lane.day.ends_at and ghost.ends_at > lane.day.starts_at:
                rect = grid.rect_of(lane, ghost.starts_at, ghost.ends_at)
                rect.setHeight(lane.height - 4)
                painter.fillRect(rect, fill)
                painter.setPen(QPen(colour, 3))
                painter.drawRect(rect)
                painter.setFont(self._kit.theme.font(14, bold=True))
                words = QRectF(rect.left() + _PAD_PX, rect.top(), max(rect.width(), 160), rect.height())
                painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), f"{sign} {start:%H:%M}–{end:%H:%M}")

    def _now(self, painter: QPainter, grid: Grid, now: datetime) -> None:
        painter.setPen(QPen(self._kit.theme.colour("bad"), 2))
        for lane in grid.lanes:
            if lane.day.starts_at <= now < lane.day.ends_at:
                x = grid.x_of(lane.day, now)
                painter.drawLine(QPointF(x, lane.top), QPointF(x, lane.top + lane.height))

    def _heads(self, grid: Grid, top: float) -> list[Head]:
        """The hours of each day, and those of the day in sight at the very top."""
        above = [head for head in grid.heads if head.top <= top]
        return [*grid.heads, *([Head(above[-1].day, top)] if above else [])]

    def _head(self, painter: QPainter, grid: Grid, head: Head) -> None:
        theme = self._kit.theme
        height = theme.px(24)
        painter.fillRect(QRectF(0, head.top, grid.width, height), theme.colour("window"))
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(14, bold=True))
        if len(grid.days) > 1:
            day = self._kit.texts.text("captions", f"docks.weekday.{head.day.date.weekday()}")
            place = QRectF(_PAD_PX, head.top, grid.left, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), f"{day} {head.day.date:%m-%d}")
        painter.setFont(theme.font(13))
        right = grid.left - 1.0
        for hour in head.day.hours:
            x = grid.x_of(head.day, hour.starts_at)
            words = f"{hour.clock}*" if hour.again else hour.clock
            wide = QFontMetricsF(painter.font()).horizontalAdvance(words)
            if x > right and grid.first <= head.day.minute_of(hour.starts_at) < grid.last:
                painter.drawText(QRectF(x + 2, head.top, wide + 2, height), int(Qt.AlignmentFlag.AlignVCenter), words)
                right = x + wide + 4


def _fitting(parts: tuple[str, ...], metrics: QFontMetricsF, width: float) -> str:
    """What of a line has room, whole; where nothing has, as much of the last part as there is room for."""
    shown = ""
    for part in parts:
        longer = f"{shown}  {part}" if shown else part
        if part and metrics.horizontalAdvance(longer) <= width:
            shown = longer
    if len(shown) <= 3 and parts[-1]:  # no more than a sign: a name may be cut, a number never
        return metrics.elidedText(f"{shown} {parts[-1]}".strip(), Qt.TextElideMode.ElideRight, width)
    return shown


def _is_behind(one: Appointment, now: datetime | None) -> bool:
    """Whether a truck is late, or stands longer than it should."""
    if now is None or one.state in (State.LEFT, State.NO_SHOW, State.CANCELLED):
        return False
    return timing_of(one, now)[0] in (Timing.OVERDUE, Timing.LATE) or (one.state in AT_A_DOOR and now > one.ends_at)


def _lines(one: Appointment, *, behind: bool) -> list[tuple[str, ...]]:
    sign = f"{_SIGNS[one.state]}{' !' if behind else ''}"
    papers = " ".join(paper.number for paper in one.papers)
    return [
        (sign, one.number, one.load.carrier),
        (papers, one.plate, f"{one.load.pallets} ▦" if one.load.pallets else "", one.partner_name),
    ]
