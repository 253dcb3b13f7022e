"""The dock board, live: it reads again with every change and every half minute, and turns its pages by itself."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from app.domain.docks import Appointment, BoardRow, Plan, State, Timing, timing_of, without_door
from app.services import clock
from app.services.docks import trucks
from app.services.docks.planning import APPOINTMENT
from app.stations.dock_board.board import BoardLine, BoardView
from app.stations.kit.desk import DeskWork
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen

NAME = "dock_board"
_PAGE_MS = 10_000
_SIGNS = {State.AT_DOOR: "▸", State.WORKING: "▶", State.DONE: "✔", State.PLANNED: "○", State.CONFIRMED: "◎",
          State.ARRIVED: "◆"}  # fmt: skip


class DockBoardScreen(ManagerScreen):
    """One line a door: the truck at it, its state, the minutes it has left or is over, and the next one."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, subscribe=work.subscribe, kinds={APPOINTMENT})
        self.work = work
        self.view = BoardView(kit)
        self.time, self.waiting = QLabel(), QLabel(wordWrap=True)
        self._turning = QTimer(self, interval=_PAGE_MS)
        self._turning.timeout.connect(self._turn)
        self._page = QLabel()
        self._arrange()
        self.keys.show_commands((), why=False)
        self.refresh()

    def refresh(self) -> None:
        """Read what stands at the doors now."""
        warehouse = self.work.warehouse

        def board() -> tuple[Plan, tuple[BoardRow, ...]]:
            return self.work.run(lambda unit: trucks.board_of(unit, warehouse=warehouse))

        self.read(board, lambda found: self.show_board(*found))

    def show_board(self, plan: Plan, rows: tuple[BoardRow, ...]) -> None:
        """Show what was read."""
        now = clock.now()
        self.time.setText(f"{now.astimezone(plan.zone):%H:%M}")
        self.view.show_lines([self._line(row, plan) for row in rows])
        self._tell_page()
        texts = self._kit.texts
        waits = [self._named(one) for one in without_door(plan)]
        code = "docks.board_waiting" if waits else "docks.board_nobody_waits"
        if not rows:
            self.waiting.setText(texts.text("hints", "docks.no_doors"))
        else:
            self.waiting.setText(texts.text("captions", code, {"trucks": "   ".join(waits)}))

    def let_go(self) -> None:
        """No page turns any more."""
        self._turning.stop()
        super().let_go()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: pages turn."""
        super().showEvent(event)
        self._turning.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._turning.stop()

    # - inside -

    def _arrange(self) -> None:
        title = QLabel(self._kit.texts.text("titles", NAME))
        for label in (title, self.time):
            label.setProperty("role", "heading")
        self._page.setProperty("role", "caption")
        self.waiting.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self._page)
        top.addWidget(self.time)
        body = QVBoxLayout()
        body.addLayout(top)
        body.addWidget(self.view, 1)
        body.addWidget(self.waiting)
        self.lay_out(body)

    def _turn(self) -> None:
        self.view.turn()
        self._tell_page()

    def _tell_page(self) -> None:
        many = self.view.pages > 1
        facts = {"page": self.view.page + 1, "of": self.view.pages}
        self._page.setText(self._kit.texts.text("captions", "docks.board_page", facts) if many else "")

    def _line(self, row: BoardRow, plan: Plan) -> BoardLine:
        texts, one = self._kit.texts, row.now
        following = self._next(row, plan) if row.next else ""
        if row.closed and one is None:
            shut = f"✖ {texts.text('captions', 'docks.closed_now')}"
            return BoardLine(row.door.name, row.closed, shut, "", following, "bad")
        if one is None:
            return BoardLine(row.door.name, "", texts.text("captions", "docks.board_free"), "", following, "muted")
        left = row.left_min or 0
        time = texts.text(
            "captions", "docks.minutes_left" if left >= 0 else "docks.minutes_over", {"minutes": abs(left)}
        )
        state = f"{_SIGNS[one.state]} {texts.state('dock_state', one.state)}"
        over = left < 0 and one.state is not State.DONE
        return BoardLine(row.door.name, self._named(one), state, f"✖ {time}" if over else time, following,
                         "good", "bad" if over else "ink")  # fmt: skip

    def _next(self, row: BoardRow, plan: Plan) -> str:
        one = row.next
        assert one is not None
        at = f"{one.starts_at.astimezone(plan.zone):%H:%M}"
        timing, minutes = timing_of(one, clock.now())
        if one.arrived_at is None and timing is Timing.OVERDUE:
            told = f"✖ {self._kit.texts.text('captions', 'docks.timing.overdue', {'minutes': minutes})}"
        elif one.arrived_at is not None:
            told = f"◆ {self._kit.texts.state('dock_state', one.state)}"
        else:
            coming = row.next_in_min or 0
            code = "docks.comes_in" if coming >= 0 else "docks.is_late"
            told = self._kit.texts.text("captions", code, {"minutes": abs(coming)})
        return f"{at} {one.load.carrier or one.partner_name or one.number}  {told}"

    def _named(self, one: Appointment) -> str:
        return "  ".join(part for part in (one.load.carrier or one.partner_name, one.plate or one.number) if part)
