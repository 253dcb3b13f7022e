"""What lies where, live, in six views; what moved, on sheets laid over them; and corrections from there.

A posting at any station appears by itself, and all that the filter finds can be exported. What may be done is the
ledger's to say: here it is only greyed out.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.services import clock
from app.services.history import Past
from app.services.stock import Action, StockOnly, StockRow, StockView
from app.stations.kit.export_line import ExportLine
from app.stations.kit.fkey_bar import UNDO
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.record_table import RecordTable
from app.stations.kit.tasks import Stopped, Task
from app.stations.stock.corrections import Corrections
from app.stations.stock.exporting import KINDS, Written
from app.stations.stock.rows import SOON_DAYS, words_for
from app.stations.stock.sheet import DocumentSheet, MovesSheet
from app.stations.stock.shortages import ShortagesSheet
from app.stations.stock.trail import Trail
from app.stations.stock.views import Views
from app.stations.stock.wiring import StockWiring

EXPORT, COLUMNS, REFRESH, HISTORY, CLAIMS = "EXPORT", "COLUMNS", "REFRESH", "HISTORY", "CLAIMS"
MOST_DAYS = 3_650
POSTING, DOCUMENT, PERSON, REVERSE, DECIDE = "POSTING", "DOCUMENT", "PERSON", "REVERSE", "DECIDE"
BOOK, CANCEL = "BOOK", "CANCEL"
ACTIONS = {action.name: action for action in Action}
STOCK = "stock"
"""Its page in the manual, and the kind of change after which the rows are read again."""


class StockScreen(ManagerScreen):
    """The screen of stock; everything it needs comes by the wiring."""

    other_asked = Signal(str, str)
    """Another screen, and the code that it shall show."""
    exported = Signal(str)
    """The name of a file that was written."""

    def __init__(self, kit: Kit, wiring: StockWiring) -> None:
        super().__init__(kit, STOCK, subscribe=wiring.subscribe, kinds={STOCK})
        self._wiring = wiring
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for n, view in enumerate(StockView):
            self.tabs.addTab(kit.texts.text("captions", f"stock.view_{view}"))
            self.tabs.setTabToolTip(n, f"Alt+{n + 1}")
        self.only, self.place = QComboBox(), QComboBox()
        self.within = QSpinBox(minimum=0, maximum=MOST_DAYS, value=SOON_DAYS)
        self.within.setSuffix(kit.texts.text("captions", "stock.days"))
        self.shortages = QPushButton(kit.texts.text("captions", "stock.shortages"), autoDefault=False)
        self.shortages.setProperty("role", "small")
        self.as_of, self.known_at = (
            QLineEdit(placeholderText=kit.texts.text("hints", f"stock.{time}"), clearButtonEnabled=True)
            for time in ("as_of", "known_at")
        )
        self._looked_back = (wiring.warehouse, "", "")
        self._looking: Task | None = None
        self.past = QLabel(wordWrap=True)
        self.views = Views(kit, wiring)
        self.trail = Trail(kit, wiring, self)
        self.corrections = Corrections(kit, wiring)
        self.line = ExportLine(kit)
        self._stack = QStackedWidget()
        self._arrange()
        self._connect()
        self.views.open(StockView.LOCATION)
        self._offer()
        self.start(wiring.warehouses, self._offer_warehouses)

    @property
    def table(self) -> RecordTable:
        """The table in front: a view of stock, or that of a sheet."""
        sheet = self.trail.sheet
        return self.views.table if sheet is None else sheet.table

    def on_scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """Show the stock of what was scanned: an item, a place, a lot, a serial, a handling unit; or fill the form."""
        if self.corrections.on_scan(raw, symbology, source):
            return
        meaning = read_code(raw, symbology)
        self.trail.back_to_list()
        self.table.filter.setText(meaning.sscc or meaning.serial or meaning.lot or meaning.gtin or meaning.text)

    def front(self) -> RecordTable:
        """The table in front."""
        return self.table

    def turn_to_tab(self, number: int) -> None:
        """Alt and a digit give a view."""
        if number < len(StockView):
            self.show_view(list(StockView)[number])

    def step_back(self) -> bool:
        """Leave a form or an approval, then an error, then the sheet in front."""
        return self.corrections.cancel() or self.band.acknowledge() or self.trail.back()

    def let_go(self) -> None:
        """The screen is left: want no answers, end an export that is under way."""
        self.corrections.close_form()
        self.line.cancel()
        super().let_go()

    def show_view(self, view: StockView, text: str | None = None) -> None:
        """Put stock together in another way; the filter stays, unless another `text` is given."""
        self.trail.back_to_list()
        self.views.open(view, text)
        self.tabs.setCurrentIndex(list(StockView).index(view))
        self._offer()

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose a file to export into, while everything else goes on."""
        dialog = QFileDialog(self, self._kit.texts.text("captions", "stock.export_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self._kit.texts.text("captions", f"stock.export_{kind[1:]}") for kind in KINDS])
        dialog.setDefaultSuffix(KINDS[0])
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(KINDS[dialog.nameFilters().index(name)]))
        what = STOCK if self.trail.sheet is None else "movements"
        dialog.selectFile(f"{what}-{clock.now().astimezone():%Y-%m-%d}")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export_to(self, path: Path) -> None:
        """Write everything that the filter finds into a file, with progress; a second export waits for nobody."""
        if self.line.busy:
            return
        export = self.views.exporter() if self.trail.sheet is None else self.trail.exporter()
        self.line.follow(path, export, done=lambda made: self._written(path.name, made), failed=self.say_stopped)

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter books."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self.corrections.book()
        else:
            super().keyPressEvent(event)

    # - inside -

    def _arrange(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        bar.addWidget(self.line)
        bar.addWidget(self.only)
        bar.addWidget(self.within)
        self.within.hide()
        bar.addWidget(self.shortages)
        self.shortages.hide()
        for time in (self.as_of, self.known_at):
            time.setFixedWidth(self._kit.theme.px(220))
        bar.addWidget(self.as_of)
        self.known_at.hide()
        bar.addWidget(self.place)
        self.place.hide()
        for only in StockOnly:
            self.only.addItem(self._kit.texts.text("choices", f"stock.only_{only}"), only)
        for box, caption in (
            (self.only, "stock.only"),
            (self.within, "stock.within"),
            (self.place, "reports.warehouse"),
            (self.as_of, "reports.as_of"),
            (self.known_at, "history.known_at"),
        ):
            box.setAccessibleName(self._kit.texts.text("captions", caption))
        self.past.setProperty("role", "past")
        self.past.hide()
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        past = QHBoxLayout()
        past.addWidget(self.past, 1)
        past.addWidget(self.known_at)
        column.addLayout(past)
        column.addWidget(self.views, 1)
        self._stack.addWidget(front)
        self.trail.lie_over(self._stack)
        self.lay_out(self._stack, self.corrections)

    def _connect(self) -> None:
        self.views.troubled.connect(self.trouble)
        self.views.settled.connect(self.settled)
        self.views.settled.connect(lambda: self.corrections.follow(self.views.row()))
        self.views.opened.connect(self._look_into)
        self.views.selected.connect(self._offer)
        self.trail.troubled.connect(self.trouble)
        self.trail.settled.connect(self.settled)
        self.trail.changed.connect(self._offer)
        self.trail.refused.connect(self.say_stopped)
        self.corrections.said.connect(self.say)
        self.corrections.moved_on.connect(self._moved_on)
        self.tabs.tabBarClicked.connect(lambda n: self.show_view(list(StockView)[n]) if n >= 0 else None)
        self.only.currentIndexChanged.connect(lambda _n: self._narrow())
        self.within.editingFinished.connect(self._narrow)
        self.shortages.clicked.connect(lambda _checked=False: self.trail.shortages(self.views.asked.warehouse))
        self.place.currentIndexChanged.connect(lambda _n: self._change_warehouse(self.place.currentData()))
        for box in (self.as_of, self.known_at):
            box.editingFinished.connect(self._look_back)

    def _offer(self) -> None:
        """The keys for what is in front; what may not be done looks it, and says why."""
        undo = (UNDO,) if self.corrections.last else ()
        if self.corrections.asking:
            self.keys.show_commands((CANCEL,) if self.corrections.approving else (BOOK, CANCEL), why=False)
        elif isinstance(self.trail.sheet, MovesSheet):
            commands = (EXPORT, COLUMNS, REFRESH, POSTING, DOCUMENT, PERSON, REVERSE)
            self.keys.show_commands((*undo, *commands), why=False)
        elif isinstance(self.trail.sheet, DocumentSheet):
            self.keys.show_commands((*undo, EXPORT, COLUMNS, REFRESH, HISTORY, DECIDE), why=False)
        elif isinstance(self.trail.sheet, ShortagesSheet):
            self.keys.show_commands((*undo, EXPORT, COLUMNS, REFRESH, HISTORY), why=False)
        else:
            greyed = {name: words for name in ACTIONS if (words := self._hindrance(ACTIONS[name]))}
            self.keys.show_commands((*undo, EXPORT, COLUMNS, CLAIMS, HISTORY, *ACTIONS), why=False, greyed=greyed)

    def _hindrance(self, action: Action) -> str:
        """Why an action cannot be taken now; nothing where it can."""
        texts = self._kit.texts
        if action.value not in self._wiring.permissions:
            wish = texts.text("captions", f"permission.{action}")
            return texts.text("hints", "stock.may_not", {"wish": wish})
        if self.views.asked.as_of is not None:
            return texts.text("hints", "stock.past_is_past")
        holds_lots = action is Action.HOLD and self.views.asked.view is StockView.LOT
        if not self.views.shows_places and not holds_lots:
            return texts.text("hints", "stock.by_place_only")
        return ""

    def carry_out(self, command: str) -> None:
        """Carry out a command; one that cannot be given now says why."""
        commands: dict[str, Callable[[], object]] = {
            EXPORT: self.ask_for_file,
            COLUMNS: self._choose_columns,
            REFRESH: self.refresh,
            HISTORY: self._history,
            CLAIMS: self._claims,
            DECIDE: self._decide,
            POSTING: lambda: self._of_move(self.trail.posting),
            DOCUMENT: lambda: self._of_move(self.trail.document),
            PERSON: lambda: self._of_move(self.trail.person),
            REVERSE: self._reverse,
            BOOK: self.corrections.book,
            CANCEL: self.corrections.cancel,
            UNDO: self.corrections.undo,
        }
        if command in ACTIONS:
            self._act(ACTIONS[command])
        else:
            commands[command]()

    def _narrow(self) -> None:
        """Show a part of the stock; the box for days belongs to what expires, past shortages to what is short now."""
        only = self.only.currentData()
        self.within.setVisible(only == StockOnly.EXPIRING)
        self.shortages.setVisible(only == StockOnly.NEGATIVE)
        self.views.narrow(only, self.within.value())

    def _act(self, action: Action) -> None:
        if hindrance := self._hindrance(action):
            self.say(Feedback(Level.ERROR, "stock.not_now", {"why": hindrance}))
        elif (row := self.views.row()) is None:
            self.say(Feedback(Level.WARNING, "stock.choose_row"))
        elif (several := len(self.table.selected())) > 1:
            self.say(Feedback(Level.WARNING, "stock.one_row_only", {"count": str(several)}))
        else:
            self.band.clear()
            self.corrections.open_action(action, row, self.views.asked.warehouse)

    def _reverse(self) -> None:
        sheet = self.trail.sheet
        lines = sheet.lines_in_hand() if isinstance(sheet, MovesSheet) else ()
        if not lines:
            self.say(Feedback(Level.WARNING, "stock.choose_row"))
        else:
            self.band.clear()
            self.corrections.open_reverse(lines, self.views.asked.warehouse)

    def _of_move(self, show: Callable[[], object]) -> None:
        """Show what belongs to the movement in hand."""
        if self.trail.move_in_hand() is None:
            self.say(Feedback(Level.WARNING, "stock.choose_row"))
        else:
            self.band.clear()
            show()

    def _history(self) -> None:
        if isinstance(self.trail.sheet, DocumentSheet):
            self.trail.moves_of_document(self.views.asked.warehouse)
        elif isinstance(self.trail.sheet, ShortagesSheet):
            self.trail.moves_of_shortage()
        elif (row := self.views.row()) is None:
            self.say(Feedback(Level.WARNING, "stock.choose_row"))
        else:
            self.trail.history(row, self.views.asked)

    def _claims(self) -> None:
        """Ask for the screen of claims, for the item in hand."""
        if (row := self.views.row()) is None:
            self.say(Feedback(Level.WARNING, "stock.choose_row"))
        else:
            self.other_asked.emit("claims", row.sku)

    def _decide(self) -> None:
        """Ask for the screen of documents, where people decide, for the document in front."""
        if isinstance(self.trail.sheet, DocumentSheet):
            self.other_asked.emit("documents", self.trail.sheet.document.number)

    def _look_into(self, row: StockRow) -> None:
        """A row that puts places together opens into them; a place's row into its history."""
        if self.views.shows_places:
            self.trail.history(row, self.views.asked)
        else:
            self.show_view(StockView.LOCATION, words_for(row, self.views.asked.view))

    def _choose_columns(self) -> None:
        menu = self.table.columns_menu()
        menu.popup(self.table.mapToGlobal(self.table.rect().topLeft()))

    def _moved_on(self) -> None:
        self._offer()
        if not self.corrections.asking:
            self.table.refresh()
            self.table.view.setFocus()

    def _look_back(self) -> None:
        """Show the stock of a moment in the past, as it was known then or is now; of now where none is given."""
        warehouse, at, known_at = self.views.asked.warehouse, self.as_of.text().strip(), self.known_at.text().strip()
        asked = (warehouse, at, known_at)
        if asked == self._looked_back:
            return
        self._looked_back = asked
        if self._looking is not None:
            self._looking.cancel()
        if at:
            self._looking = self.start(
                lambda: self._wiring.look_back(warehouse, at, known_at), self._show_past, failed=self._no_past
            )
        else:
            self._show_past(None)

    def _show_past(self, past: Past | None) -> None:
        self.band.acknowledge()
        self.known_at.setVisible(past is not None)
        if past is None:
            self.known_at.clear()
            self._looked_back = (self.views.asked.warehouse, "", "")
        self.past.setText(self._kit.texts.text("captions", "stock.past", past.facts) if past else "")
        self.past.setVisible(past is not None)
        self.views.look_back(past)
        self._offer()

    def _no_past(self, stopped: Stopped) -> None:
        """What was typed is no moment to look back to; asked again, it is said again."""
        self._looked_back = (self.views.asked.warehouse, "", "")
        self.say_stopped(stopped)

    def _offer_warehouses(self, found: tuple[tuple[UUID, str, str], ...]) -> None:
        self.place.blockSignals(True)
        for identity, code, name in found:
            self.place.addItem(code, identity)
            self.place.setItemData(self.place.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.place.setCurrentIndex(next((n for n, one in enumerate(found) if one[0] == self._wiring.warehouse), 0))
        self.place.blockSignals(False)
        self.place.setVisible(len(found) > 1)

    def _change_warehouse(self, warehouse: UUID) -> None:
        self.views.go_to(warehouse)
        if self.as_of.text().strip():
            self._look_back()

    def _written(self, file: str, made: Written) -> None:
        level, code = (Level.WARNING, "stock.exported_newest") if made.more else (Level.OK, "stock.exported")
        self.say(Feedback(level, code, {"file": file, "count": str(made.rows)}))
        self.exported.emit(file)
