"""The table as screens use it: filter bar, rows, totals under their columns, copying."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.values import grouped
from app.stations.kit.kit import Kit
from app.stations.kit.record_table.header import ARROWS
from app.stations.kit.record_table.model import PAGE_ROWS, Column, Page, Query, Record, RecordModel
from app.stations.kit.record_table.totals import TotalsRows
from app.stations.kit.record_table.view import ROW_PX, View
from app.stations.kit.tasks import Progress, Stopped, Task

_FILTER_PAUSE_MS = 250
_FIRST_OF_ORDER = 2
"""Before the columns the menu has its heading and a line."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a query adds up to: in words, and as rows of cells, one a column, empty where nothing is added up."""

    words: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


Totals = Callable[[Query], Sums]
"""Called in a worker thread."""


class RecordTable(QWidget):
    """A filterable, sortable table of any length.

    `opened` carries the record a person wants to look into; `troubled` what could not be read, as feedback;
    `settled` says that the rows are as the source has them. `title` stands before the filter; `nothing` is asked what
    to say where no row is found.
    """

    opened = Signal(object)
    folded = Signal(object, bool)
    """In a tree: the record whose parts are wanted, or no more."""
    troubled = Signal(object)
    settled = Signal()
    arranged = Signal()
    """Somebody moved, widened or hid a column."""

    def __init__(
        self,
        kit: Kit,
        columns: Sequence[Column],
        page: Page,
        *,
        totals: Totals | None = None,
        title: str = "",
        nothing: Callable[[Query], str] | None = None,
    ) -> None:
        super().__init__()
        self._kit = kit
        captions = [kit.texts.text("captions", column.caption) for column in columns]
        self.model = RecordModel(columns, captions, page, kit.tasks, self)
        self._source_of_totals = totals
        self._totals_task: Task | None = None
        self._counted = self._in_all = ""
        self.view = View(kit.theme, self.model)
        self.view.setAccessibleName(title or ", ".join(captions))
        self._title = QLabel(title)
        self._title.setProperty("role", "heading")
        self._nothing = nothing
        self.filter = QLineEdit(placeholderText=kit.texts.text("hints", "filter"), clearButtonEnabled=True)
        self.filter.setAccessibleName(kit.texts.text("hints", "filter"))
        self.count = QLabel()
        self.count.setProperty("role", "caption")
        self.totals = TotalsRows(kit.theme, self.view)
        self._pause = QTimer(self, singleShot=True, interval=_FILTER_PAUSE_MS)
        self._arrange()
        # Not before they are inside: what is shown alone is a window, and takes the focus from the one in use.
        self._title.setVisible(bool(title))
        self.totals.setVisible(totals is not None)
        self._connect()
        self._settle_sizes()

    def open(self, query: Query | None = None) -> None:
        """Read the first page."""
        self._counted, self._in_all = self._kit.texts.text("hints", "loading"), ""
        self.count.setText(self._counted)
        self.view.scrollToTop()
        self.model.ask(query or self.model.query)
        self._add_up()

    def show_only(self, text: str) -> None:
        """Read the first page of what this filter finds, at once."""
        self.filter.setText(text)
        self._pause.stop()
        self._filter()

    def refresh(self) -> None:
        """Read again after a change elsewhere, down to a page below what is in sight; selection and place are kept."""
        self.model.refresh(min(self.model.rowCount(), self.view.last_in_sight() + PAGE_ROWS))
        self._add_up()

    def stop(self) -> None:
        """The table goes away: want no answer any more."""
        self._pause.stop()
        self.model.stop()
        if self._totals_task is not None:
            self._totals_task.cancel()

    def add_to_bar(self, widget: QWidget) -> None:
        """Put something at the end of the filter bar."""
        self._bar.addWidget(widget)

    def put_below_bar(self, widget: QWidget) -> None:
        """Put something between the filter bar and the rows, such as what is known of them all."""
        self._column.insertWidget(1, widget)

    def selected(self) -> list[Record]:
        """The rows selected, from the top."""
        return [self.model.record(row) for row in sorted({index.row() for index in self.view.selectedIndexes()})]

    def copy(self) -> None:
        """Copy the selected rows with their heading, ready for a spreadsheet."""
        heading = "\t".join(
            str(self.model.headerData(n, Qt.Orientation.Horizontal)) for n in range(self.model.columnCount())
        )
        lines = ["\t".join(record.cells) for record in self.selected()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join([heading, *lines]))

    def hide_column(self, name: str, *, hidden: bool) -> None:
        """Show a column or not."""
        names = [column.name for column in self.model.columns]
        self.view.setColumnHidden(names.index(name), hidden)
        self.view.share_width([self._kit.theme.px(column.width_px) for column in self.model.columns])
        self.arranged.emit()

    @property
    def title(self) -> str:
        """What stands before the filter."""
        return self._title.text()

    def shown_columns(self) -> list[int]:
        """The columns in sight, in the order in which they stand."""
        header = self.view.horizontalHeader()
        places = (header.logicalIndex(n) for n in range(header.count()))
        return [n for n in places if not self.view.isColumnHidden(n)]

    def columns_menu(self) -> QMenu:
        """What columns there are, to be shown or not; the last one cannot be hidden."""
        menu = QMenu(self)
        shown = [n for n in range(self.model.columnCount()) if not self.view.isColumnHidden(n)]
        for n, column in enumerate(self.model.columns):
            action = menu.addAction(str(self.model.headerData(n, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(n in shown)
            action.setEnabled(shown != [n])
            action.toggled.connect(lambda on, name=column.name: self.hide_column(name, hidden=not on))
        return menu

    def order_menu(self, *, also: bool) -> QMenu:
        """The columns in sight by which rows can be sorted; `also`: by one more than now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = menu.addAction(self._kit.texts.text("captions", "table.then_by" if also else "table.sort_by"))
        heading.setEnabled(False)
        menu.addSeparator()
        for n in self.shown_columns():
            if self.model.columns[n].sortable:
                place = self.model.place_in_order(n)
                arrow = f"   {place[0]} {ARROWS[place[1]]}" if place else ""
                action = menu.addAction(str(self.model.headerData(n, Qt.Orientation.Horizontal)) + arrow)
                action.triggered.connect(lambda _checked=False, n=n: self._sort(n, also=also))
        return menu

    def columns_state(self) -> str:
        """Widths, order, sorting and what is hidden, to be kept for the next time."""
        return bytes(self.view.horizontalHeader().saveState().toBase64().data()).decode()

    def restore_columns(self, state: str) -> None:
        """Take up what `columns_state` gave."""
        if self.view.horizontalHeader().restoreState(QByteArray.fromBase64(state.encode())):
            self.view.keep_widths()

    def _arrange(self) -> None:
        self._bar = QHBoxLayout()
        self._bar.setSpacing(14)
        self._bar.addWidget(self._title)
        self._bar.addWidget(self.filter, 1)
        self._bar.addStretch(1)
        self._bar.addWidget(self.count)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(self._bar)
        self._column.addWidget(self.view, 1)
        self._column.addWidget(self.totals)

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(self._filter)
        self.model.loaded.connect(self._say_count)
        self.model.failed.connect(self._trouble)
        self.view.doubleClicked.connect(lambda index: self.opened.emit(self.model.record(index.row())))
        self.view.copied.connect(self.copy)
        self.view.arranged.connect(self.arranged)
        header = self.view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self.columns_menu().popup(header.mapToGlobal(at)))
        self.view.entered_row.connect(lambda row: self.opened.emit(self.model.record(row)))
        self.view.folded_row.connect(lambda row, wanted: self.folded.emit(self.model.record(row), wanted))
        if any(column.sortable and column.shown for column in self.model.columns):
            for keys, also in (("Ctrl+S", False), ("Ctrl+Shift+S", True)):
                shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda also=also: self._offer_order(also=also))
        self._kit.theme.changed.connect(self._settle_sizes)

    def _offer_order(self, *, also: bool) -> None:
        menu = self.order_menu(also=also)
        menu.popup(self.view.mapToGlobal(self.view.rect().topLeft()))
        menu.setActiveAction(menu.actions()[_FIRST_OF_ORDER])

    def _sort(self, column: int, *, also: bool) -> None:
        if also:
            self.view.sort_also_by(column)
            return
        name, descending = self.model.columns[column].name, Qt.SortOrder.DescendingOrder
        turned = self.model.query.order[:1] == ((name, False),)
        self.view.sortByColumn(column, descending if turned else Qt.SortOrder.AscendingOrder)

    def _filter(self) -> None:
        self.open(replace(self.model.query, text=self.filter.text().strip()))

    def _say_count(self, rows: int, more: bool) -> None:  # noqa: FBT001, RUF100  (a signal's argument)
        self.view.say_instead("" if rows or self._nothing is None else self._nothing(self.model.query))
        texts = self._kit.texts
        counted = texts.text("captions", "table.more" if more else "table.rows", {"count": grouped(rows)})
        self._counted = counted if rows else texts.text("hints", "no_rows")
        self._tell()
        self.settled.emit()

    def _tell(self) -> None:
        """Rows and their sums come in any order; the words of the sums know more."""
        self.count.setText((self._in_all if self.model.rowCount() else "") or self._counted)

    def _add_up(self) -> None:
        if self._source_of_totals is None:
            return
        if self._totals_task is not None:
            self._totals_task.cancel()
        source, query = self._source_of_totals, self.model.query

        def work(_progress: Progress) -> Sums:
            return source(query)

        self._totals_task = self._kit.tasks.start(work, owner=self, done=self._show_sums, failed=self._trouble)

    def _show_sums(self, sums: Sums) -> None:
        self.totals.show_rows(sums.rows)
        self.view.make_room(sums.rows)
        self._in_all = sums.words
        self._tell()

    def _trouble(self, stopped: Stopped) -> None:
        self.count.setText("")
        facts = {name: str(value) for name, value in stopped.facts.items()}
        self.troubled.emit(Feedback(Level.ERROR, stopped.code, facts))

    def _settle_sizes(self) -> None:
        px = self._kit.theme.px
        self.view.verticalHeader().setDefaultSectionSize(px(ROW_PX))
        self.view.share_width([px(column.width_px) for column in self.model.columns])
