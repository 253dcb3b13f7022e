"""A screen for desks that is told what to show: sheets of rows, their keys, one question at a time, undo and export."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.domain.errors import Fault, Refusal
from app.domain.label_batches import LabelLine
from app.domain.people import ApprovalWish
from app.reports.seen import Seen, export_seen
from app.services import clock, stock
from app.stations.kit.desk.approving import Approving
from app.stations.kit.desk.label_batch import LabelBatch
from app.stations.kit.desk.page import SheetPage
from app.stations.kit.desk.question import Answers, Booking, Field, Question, QuestionForm
from app.stations.kit.desk.sheet import Command, Sheet, one_row
from app.stations.kit.desk.work import DeskWork
from app.stations.kit.export_line import ExportLine, told
from app.stations.kit.fitted_tabs import FittedTabs
from app.stations.kit.fkey_bar import UNDO
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.record_table import Record, RecordTable
from app.stations.kit.tasks import Progress, Stopped
from app.texts import Texts

EXPORT, BOOK, CANCEL = "EXPORT", "BOOK", "CANCEL"
NEEDS_APPROVAL = "permission.needs_approval"
_KINDS = (".csv", ".xlsx", ".pdf")
_EXPORT_ROWS = 5_000


class DeskScreen(ManagerScreen):
    """Shows sheets, one in front of the other, and asks questions below them; its keys are those of the sheet in front.

    `turned` says that another sheet, a question, or none is shown. `booked` that something was booked or taken back.
    """

    turned = Signal()
    booked = Signal()

    def __init__(self, kit: Kit, name: str, work: DeskWork, *, kinds: Set[str]) -> None:
        super().__init__(kit, name, subscribe=work.subscribe, kinds=kinds)
        self.work = work
        self.warehouse = work.warehouse
        """The warehouse that is looked at."""
        self.form: QuestionForm | None = None
        self.busy = False
        self.on_code: Callable[[str], bool] = lambda _code: False
        """What becomes of a scanned code where no question is asked; False: the filter takes it."""
        self._booking: Booking | None = None
        self._tried: tuple[Answers, UUID] | None = None
        self._undo: Callable[[UUID], object] | None = None
        self._wish: ApprovalWish | None = None
        self._wanted: Mapping[str, object] = {}
        self._over: list[SheetPage] = []
        self.tabs = FittedTabs()
        self.tabs.hide()
        self.tabs.currentChanged.connect(self._turn_to)
        self._fronts: list[SheetPage] = []
        self._stack = QStackedWidget()
        self.approving = Approving(kit)
        self.approving.given.connect(self._approved)
        self.approving.refused.connect(self.say)
        self.approving.hide()
        self._asked = QWidget()
        self._asked.setObjectName("workArea")
        self._asked.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._asked.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._frame = QVBoxLayout(self._asked)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.addWidget(self.approving)
        self._asked.hide()
        self.place = QComboBox()
        self.place.setAccessibleName(kit.texts.text("captions", "reports.warehouse"))
        self.place.hide()
        self.place.currentIndexChanged.connect(lambda _n: self._go_to(self.place.currentData()))
        self.line = ExportLine(kit)
        top = QHBoxLayout()
        top.addWidget(self.tabs, 1)
        top.addStretch(0)
        top.addWidget(self.line)
        top.addWidget(self.place)
        body = QVBoxLayout()
        body.addLayout(top)
        body.addWidget(self._stack, 1)
        self.lay_out(body, self._asked)

    # - sheets -

    @property
    def sheet(self) -> Sheet:
        """The sheet in front."""
        return self._page.sheet

    @property
    def table(self) -> RecordTable:
        """Its table."""
        return self._page.table

    def front(self) -> RecordTable | None:
        """The table in front; none before the first sheet is shown."""
        return self._page.table if self._stack.count() else None

    def show_front(self, *sheets: Sheet) -> None:
        """The sheets that the screen begins with, as tabs where there are several."""
        for sheet in sheets:
            page = self._made(sheet, title="" if len(sheets) > 1 else sheet.title)
            self._fronts.append(page)
            self.tabs.addTab(sheet.title)
        self.tabs.setVisible(len(sheets) > 1)
        self._turn_to(0)
        self.start(lambda: self.work.run(stock.warehouses), self._offer_warehouses)

    def lay_over(self, sheet: Sheet) -> None:
        """Lay a sheet over what is in front; Escape leads back."""
        page = self._made(sheet, title=sheet.title)
        self._over.append(page)
        self._bring(page)

    def go_to_front(self) -> None:
        """Leave all sheets that lie over the one that the screen begins with."""
        self._turn_to(max(0, self.tabs.currentIndex()))

    def turn_to_tab(self, number: int) -> None:
        """Alt and a digit: turn to a tab."""
        self._turn_to(number)

    def step_back(self) -> bool:
        """Escape: from the PIN to the badge, from the approval to the form, from the form to the rows, a sheet back."""
        if self.busy:
            return True
        if not self.approving.isHidden():
            if not self.approving.start_over():
                self._end_approving()
        elif self.form is not None:
            self.close_form()
        elif self._over:
            self._leave(self._over.pop())
        else:
            return False
        self._offer()
        return True

    def in_hand(self) -> Sequence[Record]:
        """The rows selected."""
        return self.table.selected()

    @property
    def texts(self) -> Texts:
        """The words of this program."""
        return self._kit.texts

    def reason_field(self, codes: Sequence[str]) -> Field:
        """A field for why; nothing is chosen at the start."""
        known = ((code, self.choice(f"reason.{code}")) for code in codes)
        return Field("reason", self.words("stock.reason"), choices=(("", self.choice("stock.choose")), *known))

    def words(self, code: str, **facts: object) -> str:
        """A caption of this program."""
        return self._kit.texts.text("captions", code, facts)

    def hint(self, code: str, **facts: object) -> str:
        """A hint of this program, such as why something cannot be done now."""
        return self._kit.texts.text("hints", code, facts)

    def choice(self, code: str) -> str:
        """The words of something to choose."""
        return self._kit.texts.text("choices", code)

    def hindered(self, permission: str) -> str:
        """Why a person who lacks a permission cannot do something; nothing where they may."""
        if permission in self.work.permissions:
            return ""
        wish = self.words(f"permission.{permission}")
        return self.hint("desk.may_not", wish=wish)

    def one_of(self, *commands: Command) -> tuple[Command, ...]:
        """Commands about exactly one row."""
        return one_row(commands, self.hint("desk.choose_one"))

    # - questions -

    def print_labels(self, lines: Sequence[LabelLine]) -> None:
        """Lay over everything what prints labels of these."""
        self.close_form()
        self.cover_with(LabelBatch(self._kit, self.work, lines, warehouse=self.warehouse))

    def ask(self, question: Question) -> None:
        """Ask before something is booked; another question is dropped."""
        self.close_form()
        self.band.clear()
        self.form = QuestionForm(self._kit, question)
        self._frame.addWidget(self.form)
        self._asked.show()
        self.form.start()
        self._offer()

    def close_form(self) -> None:
        """No question any more; nothing was booked."""
        self._booking = self._tried = None
        self.approving.hide()
        self._asked.hide()
        if self.form is not None:
            self.form.hide()
            self._frame.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None

    def book(self) -> None:
        """Book what the form says; what it lacks is said. The same answers again are the same request."""
        if self.form is None or self.busy or not self.approving.isHidden():
            return
        answers = self.form.answers()
        if self._tried is None or self._tried[0] != answers:
            self._tried = (answers, uuid4())
        try:
            booking = self.form.question.book(answers, self._tried[1])
        except (Refusal, Fault) as stopped:
            self.say_stopped(stopped)
        else:
            self._try(booking)

    def book_at_once(self, made: Callable[[UUID], Booking]) -> None:
        """Book what needs no question, such as what was dragged to its place; `made` is given a request id."""
        if self.busy or self.form is not None:
            return
        try:
            booking = made(uuid4())
        except (Refusal, Fault) as stopped:
            self.say_stopped(stopped)
        else:
            self._try(booking)

    def say_not_now(self, why: str) -> None:
        """Say why something cannot be done now."""
        self.say(Feedback(Level.WARNING, "desk.not_now", {"why": why}))

    def undo(self) -> None:
        """Take back what was booked last here."""
        undo, request = self._undo, uuid4()
        if undo is None or self.busy or self.form is not None:
            return

        def done(_answer: object) -> None:
            self.busy, self._undo = False, None
            self._tell(Feedback(Level.OK, "desk.undone"))

        self.busy = True
        self.start(lambda: undo(request), done, failed=self._not_booked)

    def on_scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """A badge for the approval, an answer for the form, or what to look for."""
        meaning = read_code(raw, symbology)
        code = meaning.sscc or meaning.serial or meaning.lot or meaning.gtin or meaning.text
        if not self.approving.isHidden():
            self.approving.take(raw, symbology, source)
        elif self.form is not None:
            if not self.form.take_scan(meaning.gtin or code):
                self.say(Feedback(Level.ERROR, "stations.answer_first", {"scanned": raw}))
        elif not self.on_code(code):
            self.table.filter.setText(code)

    # - commands -

    def carry_out(self, command: str) -> None:
        """Give a command of the sheet in front, or say why not."""
        own: dict[str, Callable[[], object]] = {
            BOOK: self.book, CANCEL: self.step_back, UNDO: self.undo, EXPORT: self.ask_for_file,
        }  # fmt: skip
        found = next((one for one in self.sheet.commands if one.name == command), None)
        if command in own:
            own[command]()
        elif found is not None and not self.busy:
            rows = self.in_hand()
            if why := found.hindrance(rows):
                self.say_not_now(why)
            else:
                found.run(rows)

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose a file for everything that the filter finds."""
        dialog = QFileDialog(self, self._kit.texts.text("captions", "stock.export_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self._kit.texts.text("captions", f"stock.export_{kind[1:]}") for kind in _KINDS])
        dialog.setDefaultSuffix(_KINDS[0])
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(_KINDS[dialog.nameFilters().index(name)]))
        dialog.selectFile(f"{self.sheet.name.replace('.', '-')}-{clock.now().astimezone():%Y-%m-%d}")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export_to(self, path: Path) -> None:
        """Write every row that the filter finds, in the columns in sight, into a file by its ending, with progress."""
        if self.line.busy:
            return
        seen, texts = self._all_seen(), self._kit.texts

        def write(at: Path, progress: Progress) -> int:
            return export_seen(at, seen(progress), texts)

        def done(count: int) -> None:
            self.say(Feedback(Level.OK, "stock.exported", {"file": path.name, "count": str(count)}))

        self.line.follow(path, write, done=done, failed=self.say_stopped)

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter books; the rest is as on all screens for desks."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self.book()
        else:
            super().keyPressEvent(event)

    # - inside -

    @property
    def _page(self) -> SheetPage:
        page = self._stack.currentWidget()
        assert isinstance(page, SheetPage)
        return page

    def _made(self, sheet: Sheet, *, title: str) -> SheetPage:
        page = SheetPage(self._kit, sheet, title=title)
        self._stack.addWidget(page)
        self.hear_of(page.table)
        page.table.settled.connect(page.tell_facts)
        page.table.settled.connect(self._offer)
        page.table.view.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        if sheet.opened is not None:
            page.table.opened.connect(sheet.opened)
        if sheet.folded is not None:
            page.table.view.is_tree = True
            page.table.folded.connect(sheet.folded)
            page.table.folded.connect(lambda _record, _wanted: page.table.refresh())
        if kept := self.work.recall(sheet.name):
            page.table.restore_columns(kept)
            page.table.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        page.table.arranged.connect(lambda: self.work.remember(sheet.name, page.table.columns_state()))
        page.table.open()
        return page

    def _turn_to(self, number: int) -> None:
        if not 0 <= number < len(self._fronts):
            return
        while self._over:
            self._leave(self._over.pop())
        self.close_form()
        self.tabs.setCurrentIndex(number)
        self._bring(self._fronts[number])

    def _offer_warehouses(self, known: Sequence[tuple[UUID, str, str]]) -> None:
        self.place.blockSignals(True)
        for identity, code, name in known:
            self.place.addItem(code if name in ("", code) else f"{code} {name}", identity)
        self.place.setCurrentIndex([identity for identity, _, _ in known].index(self.warehouse))
        self.place.blockSignals(False)
        self.place.setVisible(len(known) > 1)

    def _go_to(self, warehouse: UUID | None) -> None:
        """Look at another warehouse: what was about the first one is left."""
        if warehouse is not None and warehouse != self.warehouse:
            self.warehouse = warehouse
            self._turn_to(max(0, self.tabs.currentIndex()))

    def _leave(self, page: SheetPage) -> None:
        page.table.stop()
        self._stack.removeWidget(page)
        page.deleteLater()
        if self._fronts:
            self._bring(self._over[-1] if self._over else self._fronts[max(0, self.tabs.currentIndex())])

    def _bring(self, page: SheetPage) -> None:
        self._stack.setCurrentWidget(page)
        if self.isVisible():
            page.table.refresh()
            page.table.filter.setFocus()
        self._offer()

    def _offer(self) -> None:
        """The keys for what is in front; what cannot be done looks it, and says why."""
        undo = (UNDO,) if self._undo is not None else ()
        if not self.approving.isHidden():
            self.keys.show_commands((CANCEL,), why=False)
        elif self.form is not None:
            self.keys.show_commands((BOOK, CANCEL), why=False)
        else:
            rows, commands = self.in_hand(), self.sheet.commands
            greyed = {one.name: words for one in commands if (words := one.hindrance(rows))}
            self.keys.show_commands((*undo, *(one.name for one in commands), EXPORT), why=False, greyed=greyed)
        self.turned.emit()

    def _try(self, booking: Booking) -> None:
        self._booking, self.busy = booking, True
        self.start(booking.call, lambda answer: self._did(booking, answer), failed=self._not_booked)

    def _did(self, booking: Booking, answer: Any) -> None:  # noqa: ANN401  (whatever the booking answers)
        self.busy = False
        undo = booking.undo
        self._undo = None if undo is None else lambda request: undo(answer, request)
        self.close_form()
        self._tell(booking.done(answer))
        if booking.after is not None:
            booking.after(answer)

    def _tell(self, feedback: Feedback) -> None:
        self.say(feedback)
        self.refresh()
        self._offer()
        self.booked.emit()

    def _not_booked(self, stopped: Stopped) -> None:
        self.busy = False
        booking = self._booking
        if stopped.code == NEEDS_APPROVAL and booking is not None:
            facts = {name: str(value) for name, value in stopped.facts.items()}
            self._wish = ApprovalWish(booking.request, facts["permission"], self.warehouse, facts["content"])
            self._wanted = stopped.facts
            self._ask_supervisor(booking)
            self.say(Feedback(Level.WARNING, stopped.code, facts))
            return
        if isinstance(stopped, Refusal):
            self._tried = None
        self.say_stopped(stopped)
        self._offer()

    def _ask_supervisor(self, booking: Booking) -> None:
        assert self.form is not None
        what = f"{self.form.title.text()}. {self.form.effect.text()}"
        self.form.hide()
        self.approving.show()
        self.approving.ask(what, request=str(booking.request), reason=booking.reason, wanted=self._wanted)
        self._offer()

    def _end_approving(self) -> None:
        self.approving.hide()
        if self.form is not None:
            self.form.show()
            self.form.start()

    def _approved(self, badge: str, pin: str) -> None:
        booking, approve, wish = self._booking, self.work.approve, self._wish
        assert booking is not None and wish is not None

        def again(_name: str) -> None:
            self._end_approving()
            self._try(booking)

        def failed(stopped: Stopped) -> None:
            self._ask_supervisor(booking)
            self.say_stopped(stopped)

        self.start(lambda: approve(badge, pin, wish), again, failed=failed)

    def _all_seen(self) -> Callable[[Progress], Seen]:
        """How to get every row that is found, with the columns in sight."""
        sheet, query, shown = self.sheet, self.table.model.query, self.table.shown_columns()
        captions = [sheet.columns[n].caption for n in shown]
        numeric = [sheet.columns[n].numeric for n in shown]
        facts = sheet.facts() or query.text

        def records() -> Iterator[Record]:
            last = None
            while page := sheet.page(last, _EXPORT_ROWS, query):
                yield from page
                last = page[-1]

        def read(progress: Progress) -> Seen:
            rows = ([record.cells[n] for n in shown] for record in records())
            return Seen(sheet.title, facts, captions, numeric, told(rows, progress))

        return read
