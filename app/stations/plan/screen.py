"""The plan of a warehouse on a screen: coloured by zone, profile or fill; drawn on, undone, saved in one go."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from app.dialogs.dialog import Feedback, Level
from app.domain.sites.layout import snapped
from app.domain.sites.places import Aisle, AisleKind, Direction
from app.services import stock
from app.services.sites import drawing
from app.services.sites.places import LOCATION
from app.stations.kit.desk import DeskWork
from app.stations.kit.fkey_bar import UNDO
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.plan.colours import BY_FILL, BY_PROFILE, BY_ZONE, colours_by
from app.stations.plan.legend import Legend
from app.stations.plan.sketch import GRID_MM, Sketch
from app.stations.plan.view import PlanView

NAME = "plan"
SAVE, REDO, TURN, WHOLE, DRAW = "SAVE_PLAN", "REDO", "TURN", "WHOLE_PLAN", "DRAW_AISLE"
ONE_WAY, CROSS, CLOSE, REMOVE, WALK = "ONE_WAY", "CROSS_AISLE", "CLOSE_AISLE", "REMOVE_AISLE", "NUMBER_WALK"
_NEXT = {Direction.BOTH: Direction.FORWARD, Direction.FORWARD: Direction.BACKWARD, Direction.BACKWARD: Direction.BOTH}
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class PlanScreen(ManagerScreen):
    """Nothing is written before Save; what others change is read again as long as nothing is drawn."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, subscribe=work.subscribe, kinds={LOCATION, "stock"})
        self.work, self.warehouse = work, work.warehouse
        self.sketch = Sketch(drawing.Drawing((), ()))
        self.view = PlanView()
        self.view.setAccessibleName(kit.texts.text("titles", NAME))
        self.by, self.place = QComboBox(), QComboBox()
        self.about, self.legend = QLabel(), Legend()
        self._arrange()
        self.view.chosen.connect(self._tell)
        self.view.dragged.connect(self._drag)
        self.view.drew.connect(self._draw_aisle)
        self.by.currentIndexChanged.connect(lambda _n: self.show_sketch())
        self.place.currentIndexChanged.connect(lambda _n: self._go_to(self.place.currentData()))
        self._tell()
        self.refresh()
        self.start(lambda: work.run(stock.warehouses), self._offer_warehouses)

    def refresh(self) -> None:
        """Read the plan again, unless something is drawn that was not saved."""
        if not self.sketch.changed:
            warehouse = self.warehouse
            self.start(lambda: self.work.run(lambda unit: drawing.plan_of(unit, warehouse)), self._take_up)

    def carry_out(self, command: str) -> None:
        """Draw, undo, save."""
        commands: dict[str, Callable[[], object]] = {
            UNDO: self.sketch.stack.undo,
            REDO: self.sketch.stack.redo,
            SAVE: self._save,
            TURN: lambda: self.sketch.turn(self.view.taken()),
            WHOLE: self.view.show_all,
            DRAW: self._begin_to_draw,
            WALK: self._number,
        }
        picked = self.view.picked_aisle()
        if command in commands:
            commands[command]()
        elif picked is not None:
            self._change_aisle(command, picked)
        else:
            self.say(Feedback(Level.WARNING, "plan.choose_aisle"))
        self.show_changes()

    def show_changes(self) -> None:
        """Draw what was moved, and the aisles; all else stays as it was laid."""
        self.view.shift(self.sketch.moved())
        self.view.lay_aisles(self.sketch.aisles)
        self._tell()

    def show_sketch(self) -> None:
        """Draw all that there is now."""
        self.sketch.moved()
        colours, legend = colours_by(self.by.currentData(), self.sketch.places, self._kit.texts)
        self.legend.show_parts(legend)
        tokens = self._kit.theme.tokens
        places, aisles = self.sketch.places.values(), self.sketch.aisles
        self.view.lay(places, colours, aisles, line=tokens.muted, accent=tokens.accent)
        self._tell()

    def step_back(self) -> bool:
        """Escape: draw no aisle any more, then choose nothing; unsaved drawing is not left by it."""
        if self.view.drawing:
            self.view.drawing = False
        elif self.view.taken():
            self.view.choose(())
        elif self.sketch.changed:
            self.say(Feedback(Level.WARNING, "plan.save_first"))
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Z and Ctrl+Y undo and redo, plus and minus zoom, arrows move what is chosen by a line of the grid."""
        key, control = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and key in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            self.carry_out(UNDO if key == Qt.Key.Key_Z else REDO)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.view.zoom(1.25 if key == Qt.Key.Key_Plus else 0.8)
        elif key in _ARROWS and self.view.taken():
            self._drag(*(GRID_MM * step for step in _ARROWS[key]))
        else:
            super().keyPressEvent(event)

    # - inside -

    def _arrange(self) -> None:
        for way in (BY_ZONE, BY_PROFILE, BY_FILL):
            self.by.addItem(self._kit.texts.text("captions", f"plan.by_{way}"), way)
        self.by.setAccessibleName(self._kit.texts.text("captions", "plan.colours"))
        self.place.setAccessibleName(self._kit.texts.text("captions", "reports.warehouse"))
        self.place.hide()
        top = QHBoxLayout()
        top.setSpacing(14)
        self.about.setProperty("role", "caption")
        top.addWidget(self.legend, 1)
        for widget in (self.about, self.by, self.place):
            top.addWidget(widget)
        body = QVBoxLayout()
        body.addLayout(top)
        body.addWidget(self.view, 1)
        self.lay_out(body)

    def _take_up(self, read: drawing.Drawing) -> None:
        if not self.sketch.changed:
            self.sketch = Sketch(read)
            self.show_sketch()

    def _drag(self, dx_mm: float, dy_mm: float) -> None:
        if "set_up" in self.work.permissions:
            self.sketch.move(self.view.taken(), dx_mm, dy_mm)
        self.show_changes()

    def _begin_to_draw(self) -> None:
        self.view.drawing = not self.view.drawing
        level = Level.WAITING if self.view.drawing else Level.OK
        self.say(Feedback(level, "plan.draw_aisle" if self.view.drawing else "plan.drawn"))

    def _draw_aisle(self, first: QPointF, second: QPointF) -> None:
        """An aisle lies straight along or across; its name is the next free number."""
        x1, y1, x2, y2 = (snapped(value, GRID_MM) for value in (first.x(), first.y(), second.x(), second.y()))
        along = abs(x2 - x1) >= abs(y2 - y1)
        x2, y2 = (x2, y1) if along else (x1, y2)
        self.view.drawing = False
        self.band.clear()
        if (x1, y1) != (x2, y2):
            names = {aisle.name for aisle in self.sketch.aisles.values()}
            number = next(n for n in range(1, len(names) + 2) if str(n) not in names)
            made = self.sketch.add_aisle(Aisle(str(number), x1, y1, x2, y2, position=number))
            self.show_changes()
            self.view.pick_aisle(made)

    def _change_aisle(self, command: str, picked: UUID) -> None:
        if command == REMOVE:
            self.sketch.remove_aisle(picked)
        elif command == ONE_WAY:
            self.sketch.change_aisle(picked, lambda aisle: replace(aisle, direction=_NEXT[aisle.direction]))
        elif command == CROSS:
            other = {AisleKind.AISLE: AisleKind.CROSS, AisleKind.CROSS: AisleKind.AISLE}
            self.sketch.change_aisle(picked, lambda aisle: replace(aisle, kind=other[aisle.kind]))
        elif command == CLOSE:
            self.sketch.change_aisle(picked, lambda aisle: replace(aisle, closed=not aisle.closed))

    def _save(self) -> None:
        sketch, warehouse, request = self.sketch, self.warehouse, uuid4()
        drawn = sketch.drawn()

        def done(count: int) -> None:
            sketch.stack.setClean()
            aisles = len(drawn.aisles) + len(drawn.removed)
            self.say(Feedback(Level.OK, "plan.saved", {"count": str(count), "aisles": str(aisles)}))
            self.refresh()

        def write() -> int:
            return self.work.run(lambda unit: drawing.save(unit, warehouse=warehouse, drawn=drawn), request_id=request)

        if sketch.changed:
            self.start(write, done)

    def _number(self) -> None:
        warehouse = self.warehouse

        def done(answer: tuple[int, int]) -> None:
            changed, lost = answer
            level = Level.WARNING if lost else Level.OK
            self.say(Feedback(level, "plan.numbered", {"count": str(changed), "lost": str(lost)}))
            self.refresh()

        if self.sketch.changed:
            self.say(Feedback(Level.WARNING, "plan.save_first"))
        else:
            self.start(lambda: self.work.run(lambda unit: drawing.number_walk(unit, warehouse)), done)

    def _tell(self) -> None:
        """Say what is chosen and what waits to be saved; offer the keys."""
        taken = [self.sketch.places[one] for one in self.view.taken() if one in self.sketch.places]
        words = self._kit.texts.text
        count = {"count": len(taken), "of": len(self.sketch.places)}
        chosen = taken[0].address if len(taken) == 1 else words("captions", "plan.chosen", count)
        waits = words("captions", "plan.unsaved") if self.sketch.changed else ""
        self.about.setText("   ".join(part for part in (waits, chosen) if part))
        edit = (SAVE, UNDO, TURN, DRAW, ONE_WAY, CROSS, CLOSE, REMOVE, WALK)
        self.keys.show_commands((*edit, WHOLE) if "set_up" in self.work.permissions else (WHOLE,), why=False)

    def _offer_warehouses(self, known: Sequence[tuple[UUID, str, str]]) -> None:
        self.place.blockSignals(True)
        for identity, code, name in known:
            self.place.addItem(code if name in ("", code) else f"{code} {name}", identity)
        self.place.setCurrentIndex([identity for identity, _, _ in known].index(self.warehouse))
        self.place.blockSignals(False)
        self.place.setVisible(len(known) > 1)

    def _go_to(self, warehouse: UUID | None) -> None:
        if warehouse is None or warehouse == self.warehouse:
            return
        if self.sketch.changed:
            self.say(Feedback(Level.WARNING, "plan.save_first"))
            self.place.setCurrentIndex(self.place.findData(self.warehouse))
            return
        self.warehouse = warehouse
        self.view.choose(())
        self.refresh()
