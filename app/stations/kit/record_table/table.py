"""The view: filter bar, rows of one height, totals under their columns, copy and export.

A repaint with Qt's own delegate asks the model some 2,600 times in Python; the delegate here takes the row once and
draws its cells.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback, Level
from app.stations.kit.kit import Kit
from app.stations.kit.record_table.model import Column, Index, Page, Query, Record, RecordModel
from app.stations.kit.tasks import Progress, Stopped, Task
from app.stations.kit.theme import Theme

ROW_PX = 26
_TEXT_PX = 14
_FILTER_PAUSE_MS = 250
_PAD_PX = 8

Totals = Callable[[Query], Sequence[str]]
"""One cell a column, empty where there is nothing to add up. Called in a worker thread."""


class RecordTable(QWidget):
    """A filterable, sortable table of any length.

    `opened` carries the record a person wants to look into; `export_asked` the query whose rows are wanted in a file;
    `troubled` what could not be read, as feedback.
    """

    opened = Signal(object)
    export_asked = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, kit: Kit, columns: Sequence[Column], page: Page, *, totals: Totals | None = None, name: str = ""
    ) -> None:
        super().__init__()
        self._kit = kit
        captions = [kit.texts.text("captions", column.caption) for column in columns]
        self.model = RecordModel(columns, captions, page, kit.tasks)
        self._source_of_totals = totals
        self._totals_task: Task | None = None
        self.view = _View(kit.theme, self.model)
        self.view.setAccessibleName(name or ", ".join(captions))
        self.filter = QLineEdit(placeholderText=kit.texts.text("hints", "filter"), clearButtonEnabled=True)
        self.filter.setAccessibleName(kit.texts.text("hints", "filter"))
        self.count = QLabel()
        self.count.setProperty("role", "caption")
        self.totals = _TotalsRow(kit.theme, self.view)
        self.totals.setVisible(totals is not None)
        self._pause = QTimer(self, singleShot=True, interval=_FILTER_PAUSE_MS)
        self._arrange()
        self._connect()
        self._settle_sizes()

    def open(self, query: Query | None = None) -> None:
        """Read the first page."""
        self.count.setText(self._kit.texts.text("hints", "loading"))
        self.model.ask(query or self.model.query)
        self._add_up()

    def refresh(self) -> None:
        """Read again after a change elsewhere; selection and place are kept."""
        self.model.refresh()
        self._add_up()

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

    def columns_state(self) -> str:
        """Widths, order and sorting, to be kept for the next time."""
        return bytes(self.view.horizontalHeader().saveState().toBase64().data()).decode()

    def restore_columns(self, state: str) -> None:
        """Take up what `columns_state` gave."""
        self.view.keep_widths()
        self.view.horizontalHeader().restoreState(QByteArray.fromBase64(state.encode()))

    def _arrange(self) -> None:
        export = QPushButton(self._kit.texts.text("commands", "EXPORT"), autoDefault=False)
        export.clicked.connect(lambda: self.export_asked.emit(self.model.query))
        copy = QPushButton(self._kit.texts.text("commands", "COPY"), autoDefault=False)
        copy.clicked.connect(self.copy)
        bar = QHBoxLayout()
        bar.addWidget(self.filter, 1)
        bar.addStretch(1)
        bar.addWidget(self.count)
        bar.addWidget(copy)
        bar.addWidget(export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.totals)

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(self._filter)
        self.model.loaded.connect(self._say_count)
        self.model.failed.connect(self._trouble)
        self.view.doubleClicked.connect(lambda index: self.opened.emit(self.model.record(index.row())))
        self.view.copied.connect(self.copy)
        self.view.entered_row.connect(lambda row: self.opened.emit(self.model.record(row)))
        self._kit.theme.changed.connect(self._settle_sizes)

    def _filter(self) -> None:
        query = self.model.query
        self.open(Query(self.filter.text().strip(), query.sort, query.descending))

    def _say_count(self, rows: int, more: bool) -> None:  # noqa: FBT001, RUF100  (a signal's argument)
        code = "table.more" if more else "table.rows"
        self.count.setText(
            self._kit.texts.text("captions", code, {"count": rows})
            if rows
            else self._kit.texts.text("hints", "no_rows")
        )

    def _add_up(self) -> None:
        if self._source_of_totals is None:
            return
        if self._totals_task is not None:
            self._totals_task.cancel()
        source, query = self._source_of_totals, self.model.query

        def work(_progress: Progress) -> Sequence[str]:
            return source(query)

        self._totals_task = self._kit.tasks.start(work, done=self.totals.show_totals, failed=self._trouble)

    def _trouble(self, stopped: Stopped) -> None:
        self.count.setText("")
        facts = {name: str(value) for name, value in stopped.facts.items()}
        self.troubled.emit(Feedback(Level.ERROR, stopped.code, facts))

    def _settle_sizes(self) -> None:
        px = self._kit.theme.px
        self.view.verticalHeader().setDefaultSectionSize(px(ROW_PX))
        self.totals.setFixedHeight(px(ROW_PX + 4))
        self.view.share_width([px(column.width_px) for column in self.model.columns])


class _View(QTableView):
    """Rows of one height, selected as a whole."""

    copied = Signal()
    entered_row = Signal(int)

    def __init__(self, theme: Theme, model: RecordModel) -> None:
        super().__init__()
        self._model = model
        self._widths = [column.width_px for column in model.columns]
        self._chosen = False
        self.setModel(model)
        self._delegate = _Delegate(theme, model)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsMovable(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.horizontalHeader().sectionMoved.connect(lambda *_: self.keep_widths())
        self.horizontalHeader().sectionHandleDoubleClicked.connect(lambda _column: self.keep_widths())

    def keep_widths(self) -> None:
        """Somebody arranged the columns: share no more."""
        self._chosen = True

    def share_width(self, widths: list[int]) -> None:
        """Give each column its width, and what is left over to the widest column of words."""
        self._widths = widths
        columns = self._model.columns
        widest = max(range(len(widths)), key=lambda n: (not columns[n].numeric, widths[n]))
        spare = max(0, self.viewport().width() - sum(widths))
        for n, width in enumerate(widths):
            self.setColumnWidth(n, width + (spare if n == widest else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew, unless somebody chose the widths."""
        super().resizeEvent(event)
        if not self._chosen:
            self.share_width(self._widths)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, Enter looks into the row."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Paints a cell from the record itself."""

    def __init__(self, theme: Theme, model: RecordModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._restyle()
        theme.changed.connect(self._restyle)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background by selection and parity, then the words."""
        row, column = index.row(), index.column()
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.fillRect(place, self._back(row, selected=bool(state & QStyle.StateFlag.State_Selected)))
        numeric = self._model.columns[column].numeric
        align = Qt.AlignmentFlag.AlignTrailing if numeric else Qt.AlignmentFlag.AlignLeading
        painter.setFont(self._font)
        painter.setPen(self._ink)
        cell = place.adjusted(self._pad, 0, -self._pad, 0)
        painter.drawText(
            cell,
            int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            self._model.record(row).cells[column],
        )

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The one row height."""
        return QSize(self._theme.px(120), self._theme.px(ROW_PX))

    def _back(self, row: int, *, selected: bool) -> QColor:
        return self._selection if selected else self._odd if row % 2 else self._even

    def _restyle(self) -> None:
        colour = self._theme.colour
        self._selection, self._odd, self._even = colour("selection"), colour("sunken"), colour("surface")
        self._ink = colour("ink")
        self._font = self._theme.font(_TEXT_PX)
        self._pad = self._theme.px(_PAD_PX)


class _TotalsRow(QWidget):
    """Sums that stand under their columns, however those are moved."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__()
        self._theme = theme
        self._view = view
        self._cells: Sequence[str] = ()
        header = view.horizontalHeader()
        header.sectionResized.connect(lambda *_: self.update())
        header.sectionMoved.connect(lambda *_: self.update())
        view.horizontalScrollBar().valueChanged.connect(lambda _value: self.update())

    def show_totals(self, cells: Sequence[str]) -> None:
        """One cell a column."""
        self._cells = cells
        self.setAccessibleName(", ".join(cell for cell in cells if cell))
        self.update()

    def cells(self) -> Sequence[str]:
        """What is shown."""
        return self._cells

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sums."""
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.colour("line"), self._theme.px(2)))
        painter.drawLine(0, 1, self.width(), 1)
        painter.setFont(self._theme.font(_TEXT_PX, bold=True))
        painter.setPen(self._theme.colour("ink"))
        header = self._view.horizontalHeader()
        pad = self._theme.px(_PAD_PX)
        for n, text in enumerate(self._cells):
            place = QRect(header.sectionViewportPosition(n) + pad, 0, header.sectionSize(n) - 2 * pad, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter), text)
