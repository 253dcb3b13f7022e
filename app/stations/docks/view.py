"""The calendar with all around it: the days to turn, what waits for a truck, what speaks against a place, the strip."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.docks import Against, Appointment, Direction, Effort
from app.services import clock
from app.services.docks.planning import WaitingPaper
from app.stations.docks.calendar import DockCalendar, Place
from app.stations.docks.reading import Seen
from app.stations.docks.strip import WorkStrip
from app.stations.docks.waiting import WaitingList
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import RecordTable

_WAITING_PX, _LEAST_PX = 206, 70


class CalendarView(QWidget):
    """The calendar, the list of documents that wait beside it, the strip of work and people below it.

    `turned` says which day and how many are wanted (no day: today); `way_chosen` whether what comes or what goes waits
    beside it; `dropped` which document where; `wanted` which document without a place.
    """

    turned = Signal(object, int)
    way_chosen = Signal(object)
    dropped = Signal(object, object)
    wanted = Signal(object)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.seen: Seen | None = None
        self._held: WaitingPaper | None = None
        """The document that the mouse holds."""
        self.calendar = DockCalendar(kit, self._judge)
        self.waiting = WaitingList(kit)
        self.way = QComboBox()
        self.strip = WorkStrip(kit)
        self.day = QLabel()
        self.words = QLabel(wordWrap=True)
        self.week = QPushButton(kit.texts.text("captions", "docks.week"))
        self.night = QPushButton(kit.texts.text("captions", "docks.all_hours"))
        self._no_waiting = QLabel(kit.texts.text("hints", "docks.nothing_waits"), wordWrap=True)
        self._arrange()
        self.calendar.weighed.connect(self._tell)
        self.calendar.chosen.connect(lambda _one: self._show_strip())
        self.waiting.carried.connect(self._hold)
        self.waiting.let_go.connect(self._drop)
        self.waiting.wanted.connect(self.wanted)
        self.way.currentIndexChanged.connect(lambda _at: self.way_chosen.emit(self.direction))

    @property
    def direction(self) -> Direction:
        """Whether what comes or what goes waits beside the calendar."""
        return Direction(self.way.currentData())

    def show_seen(self, seen: Seen, *, found: Collection[UUID] | None) -> None:
        """Show what was read; `found`: the appointments that a filter leaves."""
        self.seen = seen
        self.calendar.show_plan(seen.plan, seen.days, now=clock.now(), found=found)
        self.waiting.show_papers(seen.waiting)
        texts = self._kit.texts
        first, last = seen.days[0].date, seen.days[-1].date
        name = texts.text("captions", f"docks.weekday.{first.weekday()}")
        self.day.setText(f"{name} {first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}")
        outbound = self.direction is Direction.OUTBOUND
        self._no_waiting.setText(texts.text("hints", "docks.nothing_goes" if outbound else "docks.nothing_waits"))
        self._no_waiting.setVisible(not seen.waiting)
        self._show_strip()
        self._tell(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down turn to the day or week before and after, Home to today."""
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in pages:
            self.turn(pages[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.turn(0)
        else:
            super().keyPressEvent(event)

    def turn(self, by: int) -> None:
        """Turn to a later (or earlier) day or week; 0: to today."""
        if self.seen is not None:
            count = len(self.seen.days)
            self.turned.emit(self.seen.first + timedelta(days=by * count) if by else None, count)

    def effort_of(self, paper: WaitingPaper) -> Effort:
        """What the truck of a document will take."""
        assert self.seen is not None
        return self.seen.effort(self.seen.load_of([paper]))

    # - inside -

    def put_into(self, table: RecordTable) -> None:
        """The way through the days goes into the bar of the table, beside its filter."""
        for sign, by, name in (("◀", -1, "docks.before"), ("", 0, "docks.today"), ("▶", 1, "docks.after")):
            words = self._kit.texts.text("captions", name)
            button = QPushButton(sign or words)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(lambda _checked=False, by=by: self.turn(by))
            table.add_to_bar(button)
        self.week.clicked.connect(self._change_span)
        self.night.toggled.connect(self._change_night)
        for button in (self.week, self.night):
            button.setCheckable(True)
            table.add_to_bar(button)

    def _arrange(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self._scrolled(), 1)
        middle.addWidget(self.strip)
        rest = QHBoxLayout()
        rest.setSpacing(8)
        rest.addLayout(self._side())
        rest.addLayout(middle, 1)
        self.day.setProperty("role", "heading")
        self.words.setProperty("role", "body")
        self.words.setMinimumHeight(self._kit.theme.px(26))
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.day)
        top.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(rest, 1)

    def _change_night(self, on: bool) -> None:  # noqa: FBT001, RUF100  (a signal's argument)
        self.calendar.show_night(on)
        self._show_strip()

    def _scrolled(self) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        scroll.setWidget(self.calendar)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(self._kit.theme.px(_LEAST_PX))
        scroll.verticalScrollBar().valueChanged.connect(lambda _value: self.calendar.update())
        return scroll

    def _side(self) -> QVBoxLayout:
        """What waits for a truck."""
        title = QLabel(self._kit.texts.text("captions", "docks.waiting"), wordWrap=True)
        title.setProperty("role", "caption")
        title.setBuddy(self.waiting)
        self._no_waiting.setProperty("role", "hint")
        for way in Direction:
            self.way.addItem(self._kit.texts.text("captions", f"docks.waits_{way}"), way.value)
        self.way.setAccessibleName(self._kit.texts.text("captions", "docks.waiting"))
        side = QVBoxLayout()
        for widget in (title, self.way, self._no_waiting, self.waiting):
            side.addWidget(widget)
            widget.setFixedWidth(self._kit.theme.px(_WAITING_PX))
        side.setStretchFactor(self.waiting, 1)
        self.waiting.setMinimumHeight(0)
        self.waiting.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        return side

    def _change_span(self) -> None:
        """From a day to its week, or back to the day that it began with."""
        if self.seen is None:
            return
        first, count = self.seen.first, 7 if self.week.isChecked() else 1
        self.turned.emit(_monday(first) if count == 7 else first, count)

    def _judge(self, place: Place, one: Appointment | None) -> tuple[Against, ...]:
        if self.seen is None:
            return ()
        load = one.load if one else self.seen.load_of([self._held] if self._held else [])
        return self.seen.against(load, place.door, place.starts_at, place.ends_at, but=one.id if one else None)

    def _hold(self, paper: WaitingPaper, at: QPoint) -> None:
        self._held = paper
        lasts = timedelta(minutes=self.effort_of(paper).duration_min)
        self.calendar.hover(self.calendar.mapFromGlobal(at), lasts=lasts)

    def _drop(self, paper: WaitingPaper, at: QPoint) -> None:
        lasts = timedelta(minutes=self.effort_of(paper).duration_min)
        place = self.calendar.hover(self.calendar.mapFromGlobal(at), lasts=lasts)
        self.calendar.stop_hovering()
        self._held = None
        if place is not None:
            self.dropped.emit(paper, place)

    def _tell(self, found: tuple[Against, ...]) -> None:
        """What speaks against the place under the pointer."""
        texts = self._kit.texts
        words = [texts.error(f"docks.{one.problem}", one.facts)[0] for one in found]
        self.words.setText(f"✖ {' '.join(words)}" if words else "")

    def _show_strip(self) -> None:
        """The work of the day of what is chosen, else of the first."""
        if self.seen is None:
            return
        one = self.calendar.current()
        day = next((day for day in self.seen.days if one and day.starts_at <= one.starts_at < day.ends_at), None)
        shown = day or self.seen.days[0]
        self.strip.show_hours(shown, self.seen.hours(shown), self.calendar.grid, self.seen.plan.limits)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
