"""Labels in a batch: how many of each, on which template and printer, looked at before, watched until they are printed.

It lies over a desk's screen (`ManagerScreen.cover_with`). What is wanted stands on the print journal; leaving does not
stop it.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Fault, Refusal
from app.domain.label_batches import MOST_LABELS, BatchState, LabelLine, contents
from app.domain.labels import LabelContent
from app.services import label_batches
from app.services.work import UnitOfWork
from app.stations.kit.card import Card
from app.stations.kit.desk.work import DeskWork
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import Cover
from app.stations.kit.paper import Paper
from app.stations.kit.record_table.view import ROW_PX
from app.stations.kit.tasks import Progress, Stopped, Task

T = TypeVar("T")
PRINT, STOP, BACK = "PRINT_BATCH", "STOP_BATCH", "BACK"
_PREVIEW_PX, _PREVIEW_DPI, _WATCH_MS = 400, 203, 500
_FIELD_PX = 40
_CODE, _NAME, _COUNT = range(3)


class LabelBatch(Cover):
    """`done` when something was read, drawn, wanted or stopped."""

    done = Signal()

    def __init__(self, kit: Kit, work: DeskWork, lines: Sequence[LabelLine], *, warehouse: UUID) -> None:
        super().__init__(kit, last=BACK)
        self._kit, self._work, self._warehouse = kit, work, warehouse
        self.lines = tuple(lines)
        self.request = uuid4()
        self.jobs: list[UUID] = []
        self.state = BatchState()
        self._wanting = self._enough = False
        self._total = 0
        self._drawing: Task | None = None
        self.template, self.printer, self.all = QComboBox(), QComboBox(), QSpinBox()
        self.grid = QTableWidget(len(self.lines), 3)
        self.paper, self.trouble = Paper(kit.theme), QLabel(wordWrap=True)
        self.progress, self.told = QProgressBar(), QLabel(wordWrap=True)
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._fill()
        self._arrange()
        self._connect()
        self._begin()

    # - as the screen below uses it -

    def command(self, command: str) -> None:
        """Do what a key stands for."""
        if command == PRINT:
            self.want()
        elif command == STOP:
            self.stop()
        elif command == BACK:
            self.leave()

    def leave(self) -> None:
        """Go back; not while labels are being written down, or nobody would know which."""
        if self._wanting:
            self.said.emit(Feedback(Level.WARNING, "labels.batch_begun"))
        else:
            self.left.emit()

    def counts(self) -> list[int]:
        """How many labels of each line; refuses what is no number."""
        found = []
        for row in range(self.grid.rowCount()):
            item = self.grid.item(row, _COUNT)
            typed = item.text().strip() if item else ""
            if not typed.isdecimal() or int(typed) > MOST_LABELS:
                self.grid.setCurrentCell(row, _COUNT)
                raise Refusal("labels.bad_count", value=typed, label=self.lines[row].code)
            found.append(int(typed))
        return found

    def want(self) -> None:
        """Put the batch on the print journal; pressed twice it is the same batch."""
        if self.busy or self.printer.currentData() is None or self.template.currentData() is None:
            return
        try:
            labels = contents(
                self.lines, self.counts(), template=self.template.currentText(), batch=self.request.hex[:8]
            )
        except (Refusal, Fault) as stopped:
            self._stopped(stopped)
            return
        printer, batch = self.printer.currentData(), self.request

        def run(work: Callable[[UnitOfWork], list[UUID]], request: UUID) -> list[UUID]:
            return self._work.run(work, request_id=request)

        def work(progress: Progress) -> list[UUID]:
            def go_on(part: float) -> bool:
                progress.step(part)
                return not self._enough

            return label_batches.want(run, labels, batch=batch, printer=printer, warehouse=self._warehouse, go_on=go_on)

        self.jobs, self._wanting, self._enough = [], True, False
        self._total = sum(label.copies for label in labels)
        self.progress.setRange(0, len(labels))
        self.progress.show()
        self._kit.tasks.start(
            work,
            owner=self,
            done=self._wanted,
            failed=self._stopped,
            progress=lambda part, _rows: self.progress.setValue(round(part * len(labels))),
        )
        self._offer()

    def stop(self) -> None:
        """Want no more, and take back what still waits."""
        self._enough = True
        if not self._wanting:
            jobs = self.jobs
            self._do(lambda unit: label_batches.stop(unit, jobs), self._taken_back)

    @property
    def busy(self) -> bool:
        """Whether labels of the batch are being wanted or still wait."""
        return self._wanting or self.state.waiting > 0

    # - inside -

    def _begin(self) -> None:
        fields = frozenset(name for line in self.lines for name, value in line.fields.items() if value)

        def read(_progress: Progress) -> tuple[Sequence[tuple[str, str]], list[tuple[UUID, str]]]:
            return self._work.labels.fitting(fields), self._work.run(label_batches.label_printers)

        self._kit.tasks.start(read, owner=self, done=lambda found: self._know(*found), failed=self._stopped)

    def _know(self, templates: Sequence[tuple[str, str]], printers: Sequence[tuple[UUID, str]]) -> None:
        for name, text in templates:
            self.template.addItem(name, text)
        for identity, name in printers:
            self.printer.addItem(name, identity)
        if not printers:
            self.said.emit(Feedback(Level.WARNING, "labels.no_printer"))
        self._tell_count()
        self._offer()
        self.done.emit()

    def _draw(self) -> None:
        row, layout = self.grid.currentRow(), self.template.currentData()
        if self._drawing is not None:
            self._drawing.cancel()
        if row < 0 or layout is None:
            return
        line = self.lines[row]
        content = LabelContent(self.template.currentText(), line.code, line.fields, layout=layout)

        def draw(_progress: object) -> tuple[bytes, str]:
            return self._work.labels.picture(content, _PREVIEW_DPI), self._work.labels.undrawable(content)

        def shown(drawn: tuple[bytes, str]) -> None:
            png, missing = drawn
            self.trouble.setText(self._words("undrawable", characters=missing) if missing else "")
            self.paper.show_label(png, name=line.code)
            self.done.emit()

        def failed(stopped: Stopped) -> None:
            self.paper.clear()
            facts = {name: str(value) for name, value in stopped.facts.items()}
            self.trouble.setText(self._kit.texts.error(stopped.code, facts)[0])

        self._drawing = self._kit.tasks.start(draw, owner=self, done=shown, failed=failed)

    def _look(self) -> None:
        """Ask how far the batch is."""
        jobs = self.jobs
        self._do(lambda unit: label_batches.state(unit, jobs), self._show)

    def _show(self, state: BatchState) -> None:
        self.state = state
        self.progress.setRange(0, self._total)
        self.progress.setValue(min(self._total, sum(state.labels.values()) - state.waiting))
        self.progress.show()
        code = "batch_state" if state.served or not state.waiting else "batch_unserved"
        self.told.setText(
            self._words(code, printed=state.printed, total=self._total, waiting=state.waiting, doubtful=state.doubtful)
        )
        if not self.busy:
            self._end()
        self._offer()
        self.done.emit()

    def _end(self) -> None:
        """Nothing of the batch waits any more: the next one is another."""
        self._watch.stop()
        self.request = uuid4()
        if not self._enough:
            code = "labels.batch_doubtful" if self.state.doubtful else "labels.batch_done"
            level = Level.WARNING if self.state.doubtful else Level.OK
            facts = {"printed": str(self.state.printed), "doubtful": str(self.state.doubtful)}
            self.said.emit(Feedback(level, code, facts))

    def _wanted(self, jobs: list[UUID]) -> None:
        self._wanting, self.jobs = False, jobs
        if self._enough:
            self.stop()
            return
        facts = {"count": str(self._total), "printer": self.printer.currentText()}
        self.said.emit(Feedback(Level.OK, "labels.batch_wanted", facts))
        self._watch.start()
        self._look()

    def _taken_back(self, count: int) -> None:
        self.said.emit(Feedback(Level.OK, "labels.batch_stopped", {"count": str(count)}))
        self._look()

    def _stopped(self, stopped: Stopped) -> None:
        self._wanting = False
        facts = {name: str(value) for name, value in stopped.facts.items()}
        self.said.emit(Feedback(Level.ERROR, stopped.code, facts))
        self._offer()
        self.done.emit()

    def _do(self, work: Callable[[UnitOfWork], T], done: Callable[[T], object]) -> None:
        self._kit.tasks.start(lambda _progress: self._work.run(work), owner=self, done=done, failed=self._stopped)

    def _count_all(self, count: int) -> None:
        self.grid.blockSignals(True)
        for row in range(self.grid.rowCount()):
            item = self.grid.item(row, _COUNT)
            assert item is not None
            item.setText(str(count))
        self.grid.blockSignals(False)
        self._tell_count()

    def _tell_count(self) -> None:
        try:
            total = sum(self.counts())
        except Refusal:
            return
        self.told.setText(self._words("batch_count", count=total, lines=len(self.lines)))

    def _offer(self) -> None:
        ready = self.printer.count() and self.template.count() and not self.busy
        self.keys.show_commands(((PRINT,) if ready else ()) + ((STOP,) if self.busy else ()), why=False)
        for widget in (self.template, self.printer, self.all, self.grid):
            widget.setEnabled(not self.busy)

    def _words(self, code: str, **facts: object) -> str:
        return self._kit.texts.text("captions", f"labels.{code}", facts)

    # - layout -

    def _fill(self) -> None:
        for row, line in enumerate(self.lines):
            for column, text in enumerate((line.code, line.name, str(line.count))):
                item = QTableWidgetItem(text)
                if column != _COUNT:
                    item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self.grid.setItem(row, column, item)

    def _connect(self) -> None:
        self.grid.currentCellChanged.connect(lambda *_: self._draw())
        self.grid.itemChanged.connect(lambda _item: self._tell_count())
        self.template.currentIndexChanged.connect(lambda _n: self._draw())
        self.all.valueChanged.connect(self._count_all)
        self._watch.timeout.connect(self._look)
        if self.lines:
            self.grid.setCurrentCell(0, _COUNT)

    def _arrange(self) -> None:
        kit = self._kit
        heading = QLabel(self._words("batch"))
        heading.setProperty("role", "heading")
        for box in (self.template, self.printer):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.all.setRange(0, MOST_LABELS)
        self.all.setValue(1)
        bar = QHBoxLayout()
        bar.addWidget(heading)
        bar.addStretch(1)
        for code, widget in (("template", self.template), ("printer", self.printer), ("count_all", self.all)):
            caption = QLabel(self._words(code))
            caption.setBuddy(widget)
            widget.setAccessibleName(caption.text())
            widget.setMinimumHeight(kit.theme.px(_FIELD_PX))
            bar.addWidget(caption)
            bar.addWidget(widget)
        self.grid.setHorizontalHeaderLabels([self._words(code) for code in ("of", "name", "count")])
        self.grid.setAccessibleName(heading.text())
        self.grid.verticalHeader().hide()
        self.grid.verticalHeader().setDefaultSectionSize(kit.theme.px(ROW_PX))
        header = self.grid.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_COUNT, QHeaderView.ResizeMode.ResizeToContents)
        self.grid.setColumnWidth(_CODE, kit.theme.px(260))
        self.grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        card = Card(kit.theme, width_px=_PREVIEW_PX)
        card.column.addWidget(self.paper, 1)
        card.column.addWidget(self.trouble)
        middle = QHBoxLayout()
        middle.addWidget(self.grid, 1)
        middle.addWidget(card)
        self.progress.hide()
        for label in (self.told, self.trouble):
            label.setProperty("role", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addLayout(middle, 1)
        column.addWidget(self.told)
        column.addWidget(self.progress)
