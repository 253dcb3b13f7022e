"""The wave planner, live: orders that wait, waves, walks; what a wave would be, and its release."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level, MapStop, WalkMap
from app.dialogs.picking.prompt import drawn_walk, walk_map
from app.domain.picking import Way
from app.domain.sites.places import Aisle
from app.domain.waves import Asked, Plan, PlannedWalk, waits_for_people
from app.reports.pick_list import PickList, write_pick_list
from app.services import carts, clock, pick_shifts, waves
from app.services.waves import Ground, Walk, Wave
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record
from app.stations.kit.tasks import Progress
from app.stations.waves.asking import Asking
from app.stations.waves.carts import Carts
from app.stations.waves.rows import LEFT_OUT, LOADS, PREVIEW, SHORTS, WAITING, WALKS, WAVES, Rows
from app.stations.waves.shifts import Shifts
from app.stations.waves.walk_map import WalkCover

NAME = "waves"
_REASONS = ("PLAN_CHANGED", "MORE_URGENT", "CUSTOMER_WISH")


class WavesScreen(DeskScreen):
    """Orders that wait in front, waves and walks beside them; a plan lies over them until it is released or left."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"task", "document", waves.WAVE, carts.CART, pick_shifts.PICK_SHIFT})
        self.rows = Rows(kit.texts)
        self.plan: Plan | None = None
        """What was planned last."""
        self.asked = Asked()
        self._ground: Ground | None = None
        self.asking = Asking(self, self.begin)
        self.carts = Carts(self)
        self.show_front(
            self._waiting(),
            self._waves(),
            self._walks("waves.walks_now", None),
            self.carts.sheet(),
            Shifts(self).sheet(),
        )

    # - orders that wait -

    def _waiting(self) -> Sheet:
        def read() -> Sequence[Record]:
            ground = self._ground = self.work.run(lambda unit: waves.read_ground(unit, self.warehouse))
            now = clock.now()
            return [
                self.rows.waiting(order, no_people=waits_for_people(order, ground.policy, ground.rota, now))
                for order in ground.orders
            ]

        return Sheet(
            "waves.waiting",
            self.words("waves.waiting"),
            WAITING,
            page_of(WAITING, read),
            self._nothing("waves.nothing_waits"),
            (Command("PLAN_WAVE", self._ask, lambda _rows: self.hindered("plan_wave")),),
            facts=self._waiting_told,
        )

    def _waiting_told(self) -> str:
        orders = self._ground.orders if self._ground else ()
        ready = sum(1 for order in orders if order.bins and not order.held and not order.person)
        picks = sum(order.picks for order in orders)
        return self.words("waves.waiting_told", orders=len(orders), ready=ready, picks=picks) if orders else ""

    def _ask(self, rows: Sequence[Record]) -> None:
        chosen = [row.cells[0] for row in rows] if len(rows) > 1 else []
        orders = self._ground.orders if self._ground else ()
        self.start(
            lambda: self.work.run(lambda unit: carts.carts(unit, self.warehouse)),
            lambda found: self.asking.ask(orders, chosen, [one for one in found if one.active]),
        )

    # - a plan -

    def begin(self, asked: Asked) -> None:
        """Plan walks off the screen's thread, with progress and a way to stop it; then look at them."""
        if self.line.busy:
            return
        run, warehouse = self.work.run, self.warehouse

        def plan(progress: Progress) -> tuple[Ground, Plan]:
            ground = run(lambda unit: waves.read_ground(unit, warehouse))
            return ground, waves.plan(ground, asked, now=clock.now(), progress=progress.step)

        def done(found: tuple[Ground, Plan]) -> None:
            self._ground, self.plan, self.asked = found[0], found[1], asked
            self.band.clear()
            self.lay_over(self._preview(found[0], found[1], asked))

        self.line.work(self.words("waves.is_planning"), plan, done=done, failed=self.say_stopped)

    def _preview(self, ground: Ground, plan: Plan, asked: Asked) -> Sheet:
        def read() -> Sequence[Record]:
            return [self.rows.planned(number, walk) for number, walk in enumerate(plan.walks, 1)]

        def empty(_rows: Sequence[Record]) -> str:
            return self.hindered("plan_wave") or ("" if plan.walks else self.hint("waves.no_walks"))

        return Sheet(
            "waves.preview",
            self.words("waves.preview"),
            PREVIEW,
            page_of(PREVIEW, read),
            self._nothing("waves.no_walks"),
            (
                Command("RELEASE_WAVE", lambda _rows: self._release(plan, asked, planned=False), empty),
                Command("KEEP_PLANNED", lambda _rows: self._release(plan, asked, planned=True), empty),
                *((Command("SHOW_LOADS", lambda _rows: self.lay_over(self._loads(plan))),) if plan.loads else ()),
                Command("SHOW_SHORTS", lambda _rows: self.lay_over(self._shorts(plan))),
                Command("LEFT_OUT", lambda _rows: self.lay_over(self._left_out(plan))),
                *self.one_of(Command("SHOW_WALK", lambda rows: self._show_planned(ground, rows[0]))),
            ),
            facts=lambda: self.rows.plan_told(plan),
            opened=lambda record: self._show_planned(ground, record),
        )

    def _loads(self, plan: Plan) -> Sheet:
        return Sheet(
            "waves.loads",
            self.words("waves.loads"),
            LOADS,
            page_of(LOADS, lambda: [self.rows.load(n, one) for n, one in enumerate(plan.loads)]),
            self._nothing("waves.no_shifts"),
        )

    def _shorts(self, plan: Plan) -> Sheet:
        return Sheet(
            "waves.shorts",
            self.words("waves.shorts"),
            SHORTS,
            page_of(SHORTS, lambda: [self.rows.short(one) for one in plan.shorts]),
            self._nothing("waves.no_shorts"),
        )

    def _left_out(self, plan: Plan) -> Sheet:
        return Sheet(
            "waves.left_out",
            self.words("waves.left_out"),
            LEFT_OUT,
            page_of(LEFT_OUT, lambda: [self.rows.left_out(one) for one in plan.left_out]),
            self._nothing("waves.all_fit"),
        )

    def _release(self, plan: Plan, asked: Asked, *, planned: bool) -> None:
        title = self.words("waves.ask_keep" if planned else "waves.ask_release", walks=len(plan.walks))
        run, warehouse = self.work.run, self.warehouse

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: run(
                    lambda unit: waves.release(unit, warehouse, plan, asked, planned=planned), request_id=request
                ),
                lambda done: Feedback(
                    Level.WARNING if done.left_out else Level.OK,
                    "waves.released_without" if done.left_out else "waves.kept" if planned else "waves.released",
                    {"wave": done.number, "walks": str(len(done.walks)), "orders": ", ".join(done.left_out)},
                ),
                after=lambda _done: self.show_waves(),
            )

        self.ask(Question(title, (), lambda _answers: self.rows.plan_told(plan), book))

    def show_waves(self) -> None:
        """Leave the plan, and look at the waves."""
        self.go_to_front()
        self.tabs.setCurrentIndex(1)

    # - waves and walks -

    def _waves(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [self.rows.wave(one) for one in self.work.run(lambda unit: waves.waves(unit, self.warehouse))]

        return Sheet(
            "waves.waves",
            self.words("waves.waves"),
            WAVES,
            page_of(WAVES, read),
            self._nothing("waves.no_waves"),
            self.one_of(
                Command("OPEN_WAVE", lambda rows: self._open(rows[0])),
                Command("RELEASE_WAVE", lambda rows: self._decide(rows[0].key, "released"), self._not_planned),
                Command("CANCEL_WAVE", lambda rows: self._decide(rows[0].key, "cancelled"), self._over_already),
            ),
            opened=self._open,
        )

    def _open(self, record: Record) -> None:
        wave = record.made_of
        assert isinstance(wave, Wave)
        if wave.id is None:
            self.tabs.setCurrentIndex(2)
            return
        title = self.words("waves.walks_of", wave=wave.number)
        self.lay_over(self._walks("waves.walks_of_wave", wave.id, title=title))

    def _walks(self, name: str, wave: UUID | None, *, title: str = "") -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: waves.walks(unit, self.warehouse, wave=wave))
            return [self.rows.walk(one) for one in found]

        return Sheet(
            name,
            title or self.words("waves.walks_now"),
            WALKS,
            page_of(WALKS, read),
            self._nothing("waves.nobody_walks"),
            self.one_of(
                Command("SHOW_WALK", lambda rows: self._show_walk(str(rows[0].key))),
                Command("ASSIGN_WALK", lambda rows: self._ask_whom(str(rows[0].key)), self._over_already),
                Command("PRINT_LIST", lambda rows: self.ask_where(str(rows[0].key)), self._not_to_print),
                Command("GIVE_LIST_UP", lambda rows: self._give_list_up(str(rows[0].key)), self._not_listed),
                Command("CANCEL_WAVE", lambda rows: self._decide(rows[0].key, "cancelled"), self._over_already),
            ),
            opened=lambda record: self._show_walk(str(record.key)),
        )

    def _not_planned(self, rows: Sequence[Record]) -> str:
        wave = rows[0].made_of
        planned = isinstance(wave, Wave) and wave.decision == "draft"
        return self.hindered("plan_wave") or ("" if planned else self.hint("waves.is_released"))

    def _over_already(self, rows: Sequence[Record]) -> str:
        seen = rows[0].made_of
        assert isinstance(seen, Wave | Walk)
        over = seen.decision in ("closed", "cancelled") or not seen.number
        return self.hindered("plan_wave") or (self.hint("waves.is_over") if over else "")

    def _not_to_print(self, rows: Sequence[Record]) -> str:
        walk = rows[0].made_of
        waits = isinstance(walk, Walk) and walk.decision == "released" and not walk.person
        return self.hindered("pick") or ("" if waits else self.hint("waves.not_to_print"))

    def _not_listed(self, rows: Sequence[Record]) -> str:
        walk = rows[0].made_of
        listed = isinstance(walk, Walk) and walk.listed and walk.decision == "released"
        return self.hindered("pick") or ("" if listed else self.hint("waves.not_on_paper"))

    def _decide(self, number: object, decision: str) -> None:
        run, warehouse, name = self.work.run, self.warehouse, str(number)
        fields = (self.reason_field(_REASONS),) if decision == "cancelled" else ()

        def book(answers: Answers, request: UUID) -> Booking:
            reason = answers.get("reason", "")
            return Booking(
                request,
                lambda: run(lambda unit: waves.decide(unit, warehouse, name, decision, reason=reason)),
                lambda _answer: Feedback(Level.OK, f"waves.was_{decision}", {"wave": name}),
            )

        alone = "_walk" if decision == "cancelled" and name.startswith("WALK-") else ""
        told = self.words(f"waves.told_{decision}{alone}")
        self.ask(Question(self.words(f"waves.ask_{decision}", wave=name), fields, lambda _answers: told, book))

    def _ask_whom(self, number: str) -> None:
        def ask(names: Sequence[str]) -> None:
            anybody = ("", self.words("waves.anybody"))
            field = Field("person", self.words("caption.person"), choices=(anybody, *((name, name) for name in names)))
            told = self.words("waves.told_assign")
            self.ask(Question(self.words("waves.ask_assign", walk=number), (field,), lambda _answers: told, book))

        def book(answers: Answers, request: UUID) -> Booking:
            return self._deed(
                request, lambda unit: waves.assign(unit, self.warehouse, number, answers["person"]), "assigned", number
            )

        self.start(lambda: self.work.run(waves.pickers), ask)

    def ask_where(self, number: str) -> QFileDialog:
        """Ask for the file of a walk's list."""
        dialog = QFileDialog(self, self.words("waves.print_title", walk=number))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.words("stock.export_pdf")])
        dialog.setDefaultSuffix(".pdf")
        dialog.selectFile(f"{number}.pdf")
        dialog.fileSelected.connect(lambda name: self.print_to(number, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def print_to(self, number: str, path: Path) -> None:
        """Write the list of a walk; from then on it is walked by paper."""
        run, warehouse, texts = self.work.run, self.warehouse, self.texts

        def write() -> None:
            def listed() -> PickList:
                return run(lambda unit: waves.print_list(unit, warehouse, number))

            write_pick_list(path, listed, texts, printed_at=clock.now())

        def done(_nothing: None) -> None:
            self.say(Feedback(Level.OK, "waves.printed", {"walk": number, "file": path.name}))
            self.refresh()

        self.start(write, done)

    def _give_list_up(self, number: str) -> None:
        def book(_answers: Answers, request: UUID) -> Booking:
            return self._deed(
                request, lambda unit: waves.give_list_up(unit, self.warehouse, number), "on_screens", number
            )

        told = self.words("waves.told_give_up")
        self.ask(Question(self.words("waves.ask_give_up", walk=number), (), lambda _answers: told, book))

    def _deed(self, request: UUID, do: Callable[[UnitOfWork], None], said: str, walk: str) -> Booking:
        return Booking(
            request,
            lambda: self.work.run(do),
            lambda _answer: Feedback(Level.OK, f"waves.{said}", {"walk": walk}),
        )

    # - the map -

    def _show_planned(self, ground: Ground, record: Record) -> None:
        walk = record.made_of
        assert isinstance(walk, PlannedWalk)
        title = self.words("waves.map_of", walk=", ".join(walk.numbers))
        self.start(lambda: waves.way_of_planned(ground, walk), lambda way: self._cover(title, _map(way, ground.aisles)))

    def _show_walk(self, number: str) -> None:
        def read(unit: UnitOfWork) -> WalkMap | None:
            facts = waves.way_of_walk(unit, self.warehouse, number)
            return walk_map(next(iter(facts.open_tasks), None), facts)

        title = self.words("waves.map_of", walk=number)
        self.start(lambda: self.work.run(read), lambda found: self._cover(title, found))

    def _cover(self, title: str, walk: WalkMap | None) -> None:
        if walk is None:
            self.say(Feedback(Level.WARNING, "desk.not_now", {"why": self.hint("waves.not_drawn")}))
        else:
            self.cover_with(WalkCover(self._kit, title, walk))

    def _nothing(self, code: str) -> Callable[[Query], str]:
        return lambda query: self.hint("waves.no_match" if query.text else code, text=query.text)


def _map(way: Way, aisles: Sequence[Aisle]) -> WalkMap | None:
    if not (way.stops or way.unreached):
        return None
    return drawn_walk(way, aisles, tuple(MapStop(x, y) for x, y, _ in way.stops))
