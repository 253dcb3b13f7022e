"""What lies where, live: a posting at any station appears by itself; everything that the filter finds can be exported.

Nothing is changed here, and nothing is judged: which rows there are is the service's to say.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent, Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.reports.stock_report import write_stock_report
from app.reports.stock_table import export_stock
from app.services import clock
from app.services.changes import Change
from app.services.stock import StockPage, StockReport, StockRow, StockSort, StockTotals
from app.stations.kit.bus import ChangeSignals, Subscribe
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, HOME, FKeyBar
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable, Sums
from app.stations.kit.tasks import Progress, Stopped
from app.stations.stock.exporting import ExportLine
from app.stations.stock.rows import COLUMNS, record, sums

EXPORT, COPY, REFRESH = "EXPORT", "COPY", "REFRESH"
STOCK = "stock"
"""The kind of change after which the rows are read again."""

Read = Callable[[StockRow | None, int, str, StockSort], StockPage]
"""The page behind a row (None: the first), of at most so many rows, of what a filter finds, in an order."""
Totals = Callable[[str], StockTotals]
"""The totals of what a filter finds."""
Export = Callable[[str, StockSort], StockReport]
"""Everything that a filter finds, at one moment, in an order."""

KINDS = (".csv", ".xlsx", ".pdf")
_ANYWAY_MS = 30_000
_STEP_ROWS = 500
_SORTS = {"address": StockSort.ADDRESS, "item": StockSort.SKU}


class StockScreen(QWidget):
    """The shared table of stock; `read`, `totals` and `export` are called in worker threads and may refuse."""

    left = Signal()
    help_asked = Signal(str)
    exported = Signal(str)
    """The name of a file that was written."""

    def __init__(self, kit: Kit, *, read: Read, subscribe: Subscribe, totals: Totals, export: Export) -> None:
        super().__init__()
        self._kit = kit
        self._read = read
        self._sums = totals
        self._export = export
        self._error = self._unread = ""
        self.table = RecordTable(
            kit, COLUMNS, self._page, totals=self._totals, title=kit.texts.text("titles", STOCK), nothing=self._nothing
        )
        self.line = ExportLine(kit)
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit)
        self.keys.show_commands((EXPORT, COPY, REFRESH), why=False)
        self._changes = ChangeSignals(subscribe, self)
        self._anyway = QTimer(self, interval=_ANYWAY_MS)
        self._arrange()
        self._connect()
        self.table.open()

    def on_scan(self, raw: str, symbology: str = "", _source: str = "keyboard") -> None:
        """Show the stock of what was scanned: a place, an item by its number, a lot, a serial or a handling unit."""
        meaning = read_code(raw, symbology)
        self.table.filter.setText(meaning.sscc or meaning.serial or meaning.lot or meaning.text)

    def say(self, feedback: Feedback) -> None:
        """Show a verdict, also from outside, such as a code that was cut in two."""
        self._error = feedback.code if feedback.level is Level.ERROR else ""
        self.band.show_feedback(feedback)

    def topic(self) -> str:
        """What F1 is about: the error in sight, else this screen."""
        return f"error:{self._error}" if self.band.level is Level.ERROR else STOCK

    def let_go(self) -> None:
        """The screen is left: hear no more changes, want no answers, end an export that is under way."""
        self._changes.close()
        self._anyway.stop()
        self.table.stop()
        self.line.cancel()

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose a file to export into, while everything else goes on."""
        dialog = QFileDialog(self, self._kit.texts.text("captions", "stock.export_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self._kit.texts.text("captions", f"stock.export_{kind[1:]}") for kind in KINDS])
        dialog.setDefaultSuffix(KINDS[0])
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(KINDS[dialog.nameFilters().index(name)]))
        dialog.selectFile(f"stock-{clock.now().astimezone():%Y-%m-%d}")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export_to(self, path: Path) -> None:
        """Write everything that the filter finds into a file, with progress; a second export waits for nobody."""
        if self.line.busy:
            return
        query, texts, export = self.table.model.query, self._kit.texts, self._export

        def work(progress: Progress) -> int:
            progress.step(0.0)
            report = export(query.text, _sort(query))
            progress.step(0.0)  # before a file is begun
            if path.suffix.lower() == ".pdf":
                write_stock_report(path, report, texts)
            else:
                export_stock(path, _told(report.rows, progress), texts)
            return len(report.rows)

        self.line.follow(
            path.name, work, done=lambda count: self._written(path.name, count), failed=self._export_failed
        )

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys give commands; Escape takes note of an error, then empties the filter, then leads home."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not self.keys.press(event.key()):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Fresh rows, ready to filter."""
        super().showEvent(event)
        self._anyway.start()
        if not self.table.model.reading:
            self.table.refresh()
        self.table.filter.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._anyway.stop()

    # - inside -

    def _arrange(self) -> None:
        self.table.add_to_bar(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(7)
        column.addWidget(self.table, 1)
        column.addWidget(self.band)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self._changes.changed.connect(self._heard)
        self._anyway.timeout.connect(self.table.refresh)
        self.table.troubled.connect(self._trouble)
        self.table.settled.connect(self._settled)
        self.keys.pressed.connect(self._command)

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        behind = after.made_of if after else None
        assert behind is None or isinstance(behind, StockRow)
        return [record(row, self._kit.texts) for row in self._read(behind, limit, query.text, _sort(query)).rows]

    def _totals(self, query: Query) -> Sums:
        return sums(self._sums(query.text), self._kit.texts)

    def _nothing(self, query: Query) -> str:
        code = "stock.no_match" if query.text else "stock.empty"
        return self._kit.texts.text("hints", code, {"text": query.text})

    def _heard(self, changes: tuple[Change, ...]) -> None:
        if self.isVisible() and any(change.kind == STOCK for change in changes):
            self.table.refresh()

    def _trouble(self, feedback: Feedback) -> None:
        """Say once why nothing can be read; it is tried again and again, and need not be heard each time."""
        if self._unread != feedback.code:
            self._unread = feedback.code
            self.say(feedback)

    def _settled(self) -> None:
        """Rows were read: whatever kept them away is over."""
        if self._unread and self._unread == self._error:
            self._error = ""
            self.band.clear()
        self._unread = ""

    def _written(self, file: str, count: int) -> None:
        self.say(Feedback(Level.OK, "stock.exported", {"file": file, "count": str(count)}))
        self.exported.emit(file)

    def _export_failed(self, stopped: Stopped) -> None:
        self.say(Feedback(Level.ERROR, stopped.code, {name: str(value) for name, value in stopped.facts.items()}))

    def _command(self, command: str) -> None:
        commands: dict[str, Callable[[], object]] = {
            HELP: lambda: self.help_asked.emit(self.topic()),
            HOME: self.left.emit,
            EXPORT: self.ask_for_file,
            COPY: self.table.copy,
            REFRESH: self.table.refresh,
        }
        commands[command]()

    def _escape(self) -> None:
        if self.band.acknowledge():
            return
        if self.table.filter.text():
            self.table.filter.clear()
        else:
            self.left.emit()


def _told(rows: Sequence[StockRow], progress: Progress) -> Iterator[StockRow]:
    """The rows, telling how far they are, and ending where nobody wants them any more."""
    for n, row in enumerate(rows):
        if n % _STEP_ROWS == 0:
            progress.step(n / len(rows))
        yield row


def _sort(query: Query) -> StockSort:
    return _SORTS.get(query.sort, StockSort.ADDRESS)
