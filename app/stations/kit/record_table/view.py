"""The rows: of one height, painted by a delegate that asks nobody; their place and selection outlast a refresh.

A repaint with Qt's own delegate asks the model some 2,600 times in Python; the delegate here takes the row once and
draws its cells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
)

from app.stations.kit.record_table.header import TEXT_PX, Header
from app.stations.kit.record_table.model import Index, RecordModel
from app.stations.kit.theme import Theme

ROW_PX, PAD_PX = 26, 8
_SAMPLES = 8
_NARROWEST_PX = 110
_ARROW_PX = 22
_WORDS_KEPT = 0.75
"""How much of the longest words stays in sight before captions are cut."""
_FOLDED_PX = 34
_ASCENDING, _DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
SMALLEST = 0.6
"""Down to this part of its size an identifier may shrink."""
_READABLE = 0.8
"""Down to this part it shrinks before captions are cut."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a person had in sight and in hand before rows changed places: keys, with a column or a row's number."""

    selected: frozenset[object] = frozenset()
    current: tuple[object, int] | None = None
    top: tuple[object, int] | None = None


class View(QTableView):
    """Rows of one height, selected as a whole."""

    copied = Signal()
    entered_row = Signal(int)
    folded_row = Signal(int, bool)
    """In a tree, the row whose parts somebody wants to see (True) or no more."""
    arranged = Signal()

    def __init__(self, theme: Theme, model: RecordModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._widths = [column.width_px for column in model.columns]
        self._chosen = False
        self._kept = _Kept()
        self._sums: tuple[tuple[str, ...], ...] = ()
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)
        self.is_tree = False
        """Whether rows stand below each other as parts: then the arrows to the sides fold and unfold."""
        self.setModel(model)
        self.header = Header(model, theme)
        self.setHorizontalHeader(self.header)
        self._delegate = Delegate(theme, model)
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
        self.horizontalHeader().setMinimumSectionSize(_FOLDED_PX)
        self.horizontalHeader().setSortIndicator(*self._sorted_by)
        self.setSortingEnabled(True)
        for n, column in enumerate(model.columns):
            self.setColumnHidden(n, not column.shown)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._instead = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._instead.setProperty("role", "body")
        self._instead.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(self.viewport()).addWidget(self._instead)
        model.replacing.connect(self._remember)
        model.replaced.connect(self._find_again)
        self.header.sortIndicatorChanged.connect(self._indicate)
        self.header.added.connect(self.sort_also_by)
        self.horizontalHeader().sectionMoved.connect(lambda *_: self.keep_widths())
        self.horizontalHeader().sectionHandleDoubleClicked.connect(lambda _column: self.keep_widths())

    def keep_widths(self) -> None:
        """Somebody arranged the columns: share no more."""
        self._chosen = True
        self.arranged.emit()

    def share_width(self, widths: list[int]) -> None:
        """Give each column its width, and what is left over, or too little, to the widest column of words."""
        self._widths = widths
        self._widen()

    def selectRow(self, row: int) -> None:
        """Put a row in hand; where rows run from the right, Qt's own looks for a column behind the last pixel."""
        column = next((n for n in range(self._model.columnCount()) if not self.isColumnHidden(n)), 0)
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._model.index(row, column), how)

    def sort_also_by(self, column: int) -> None:
        """Let one more column decide about rows that are equal so far; one that decides already turns round."""
        name = self._model.columns[column].name
        if not self._model.columns[column].sortable:
            return
        if not self._model.query.sort:
            turned = self._model.query.order == ((name, False),)
            self.sortByColumn(column, _DESCENDING if turned else _ASCENDING)
            return
        query = self._model.query.also_by(name)
        if name == query.sort:
            self._sorted_by = (column, _DESCENDING if query.descending else _ASCENDING)
            self.header.blockSignals(True)
            self.header.setSortIndicator(*self._sorted_by)
            self.header.blockSignals(False)
        self._model.ask(query)
        self.header.viewport().update()

    def make_room(self, sums: tuple[tuple[str, ...], ...]) -> None:
        """Sums stand below these columns and must find room there."""
        self._sums = sums
        self._widen()

    def last_in_sight(self) -> int:
        """The number of the last row that can be seen."""
        row = self.rowAt(self.viewport().height() - 1)
        return row if row >= 0 else self._model.rowCount() - 1

    def say_instead(self, words: str) -> None:
        """Say something in the place of rows."""
        self._instead.setText(words)
        self.setAccessibleDescription(words)

    def words_instead(self) -> str:
        """What stands in the place of rows."""
        return self._instead.text()

    def cell_font(self, row: int, column: int) -> QFont:
        """The font in which a cell is written."""
        room = self.columnWidth(column) - 2 * self._theme.px(PAD_PX)
        return self._delegate.font(self._model.record(row).cells[column], column, room)

    def _widen(self) -> None:
        """Let captions and identifiers be read whole, as far as they are known, at the cost of the words."""
        if self._chosen:
            return
        columns = self._model.columns
        captions = [self._caption_width(n) for n in range(len(columns))]
        widths = [max(self._least(n), captions[n], self._needed(n)) for n in range(len(columns))]
        shown = [n for n in range(len(columns)) if not self.isColumnHidden(n)]
        free = [n for n in shown if not columns[n].numeric and not columns[n].identifier]
        if free:
            widest = max(free, key=lambda n: self._widths[n])
            widths[widest] = max(self._theme.px(_NARROWEST_PX), min(self._words(widest), self._widths[widest] * 2))
            self._fold_empty(widths, shown, captions)
            widths[widest] = self._theme.px(_NARROWEST_PX)
            hidden = {n: widths[n] for n in range(len(columns)) if n not in shown}
            for n in hidden:
                widths[n] = 0
            self._narrow(widths, captions)
            self._spread(widths, free, widest)
            for n, width in hidden.items():
                widths[n] = width
        for n, width in enumerate(widths):
            if not self.isColumnHidden(n):
                self.setColumnWidth(n, width)

    def _spread(self, widths: list[int], free: list[int], widest: int) -> None:
        """What is left over goes to the widest up to its own width, then to words that are nearly whole, then to it."""
        words = {n: self._words(n) for n in free}
        spare = max(0, self.viewport().width() - sum(widths))
        own = max(0, min(words[widest], self._widths[widest]) - widths[widest])
        missing = sorted((max(0, words[n] - widths[n]), n) for n in free if n != widest)
        for wanted, n in ((own, widest), *missing):
            given = min(wanted, spare)
            widths[n] += given
            spare -= given
        widths[widest] += spare

    def _fold_empty(self, widths: list[int], shown: list[int], captions: list[int]) -> None:
        """Columns in which nothing stands keep their captions only, so that words beside them need not be cut."""
        for n in self._model.empty_columns() & set(shown):
            too_much = sum(widths[m] for m in shown) - self.viewport().width()
            widths[n] = max(captions[n], widths[n] - max(0, too_much))

    def _least(self, column: int) -> int:
        """The width of a column before anything is known of it; once rows are there, what stands in them counts."""
        known = self._model.columns[column]
        if not self._model.rowCount() or not (known.identifier or known.numeric):
            return self._widths[column]
        return 0

    def _smallest(self, column: int, part: float) -> int:
        """The width in which every identifier stands whole in a part of its size, every number in the usual one."""
        pads = 2 * self._theme.px(PAD_PX) + 2
        shrinks = part if self._model.columns[column].identifier else 1
        return int(max(0, self._needed(column) - pads) * shrinks) + pads + 4

    def _words(self, column: int) -> int:
        """The width in which the longest words read so far stand whole."""
        cells = (self._model.record(row).cells[column] for row in range(self._model.rowCount()))
        measure = QFontMetrics(self._theme.font(TEXT_PX)).horizontalAdvance
        return max(map(measure, nlargest(_SAMPLES, cells, key=len)), default=0) + 2 * self._theme.px(PAD_PX) + 2

    def _narrow(self, widths: list[int], captions: list[int]) -> None:
        """Where not everything fits, identifiers are written smaller, so that the numbers stay in sight.

        Columns of words give up first what nothing stands in. Then come the few identifiers that are longer than most
        of their column, the widest, and a part of the longest words. Where even that is not enough, captions are cut,
        which can be read whole by pointing at them; at last identifiers become as small as they may.
        """
        least, readable = (
            [min(widths[n], max(self._least(n), self._smallest(n, part))) for n in range(len(widths))]
            for part in (SMALLEST, _READABLE)
        )
        columns = self._model.columns
        identifiers = [n for n in range(len(columns)) if columns[n].identifier]
        words = [n for n in range(len(columns)) if not columns[n].identifier and not columns[n].numeric]
        self._give_up(widths, words, lambda n: max(captions[n], self._words(n)))
        self._give_up(widths, identifiers, lambda n: max(captions[n], readable[n], self._usual(n)))
        self._give_up(widths, identifiers, lambda n: max(captions[n], readable[n]))
        self._give_up(widths, words, lambda n: max(captions[n], int(self._words(n) * _WORDS_KEPT)))
        for smallest in (readable, least):
            for n in sorted(range(len(widths)), key=lambda n: smallest[n] - widths[n]):
                self._give_up(widths, [n], smallest.__getitem__)

    def _give_up(self, widths: list[int], some: list[int], least: Callable[[int], int]) -> None:
        """Narrow some columns, the widest first, each down to its least, until all fit."""
        for n in sorted(some, key=lambda n: -widths[n]):
            too_much = max(0, sum(widths) - self.viewport().width())
            widths[n] = min(widths[n], max(least(n), widths[n] - too_much))

    def _usual(self, column: int) -> int:
        """The width in which most of what stands in a column stands whole: all but the longest quarter."""
        cells = sorted((self._model.record(row).cells[column] for row in range(self._model.rowCount())), key=len)
        if not cells:
            return 0
        usual = cells[(len(cells) - 1) * 3 // 4]
        return QFontMetrics(self._theme.font(TEXT_PX)).horizontalAdvance(usual) + 2 * self._theme.px(PAD_PX) + 2

    def _caption_width(self, column: int) -> int:
        words = QFontMetrics(self._theme.font(TEXT_PX, bold=True)).horizontalAdvance(self.header.caption(column))
        decides = column == self._sorted_by[0] or self._model.place_in_order(column)
        arrow = _ARROW_PX if decides else 0
        return words + self._theme.px(2 * PAD_PX + arrow) + 2

    def _needed(self, column: int) -> int:
        """The width in which every identifier or number read so far stands whole; 0 for words."""
        if not (self._model.columns[column].identifier or self._model.columns[column].numeric):
            return 0
        measure = QFontMetrics(self._theme.font(TEXT_PX, bold=True)).horizontalAdvance
        summed = max((measure(cells[column]) for cells in self._sums), default=0)
        return max(self._words(column), summed + 2 * self._theme.px(PAD_PX) + 2)

    def _indicate(self, column: int, order: Qt.SortOrder) -> None:
        """The arrow stands at what the rows are sorted by, never at a column that cannot be."""
        if column < 0 or self._model.columns[column].sortable:
            self._sorted_by = (column, order)
        else:
            self.horizontalHeader().setSortIndicator(*self._sorted_by)

    def _remember(self) -> None:
        record, top = self._model.record, self.rowAt(0)
        current = self.currentIndex()
        self._kept = _Kept(
            selected=frozenset(record(index.row()).key for index in self.selectionModel().selectedRows()),
            current=(record(current.row()).key, current.column()) if current.isValid() else None,
            top=(record(top).key, top) if top >= 0 and self.verticalScrollBar().value() > 0 else None,
        )

    def _find_again(self) -> None:
        """What was selected stays selected, and what stood at the top stays there, wherever the rows went."""
        rows = {self._model.record(row).key: row for row in range(self._model.rowCount())}
        self._select(sorted(rows[key] for key in self._kept.selected if key in rows))
        if self._kept.current and self._kept.current[0] in rows:
            key, column = self._kept.current
            index = self._model.index(rows[key], column)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if self._kept.top and self._kept.top[0] in rows:
            key, before = self._kept.top
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (rows[key] - before) * self.verticalHeader().defaultSectionSize())
        self._widen()

    def _select(self, rows: list[int]) -> None:
        if rows == sorted(index.row() for index in self.selectionModel().selectedRows()):
            return
        last = self._model.columnCount() - 1
        selection = QItemSelection()
        for row in rows:
            selection.select(self._model.index(row, 0), self._model.index(row, last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew, unless somebody chose the widths."""
        super().resizeEvent(event)
        self._widen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, Enter looks into the row; in a tree, Right shows its parts and Left hides them."""
        sides = (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            sides = sides[::-1]
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex().row())
        elif self.is_tree and event.key() in sides and self.currentIndex().isValid():
            self.folded_row.emit(self.currentIndex().row(), event.key() == sides[1])
        else:
            super().keyPressEvent(event)


class Delegate(QStyledItemDelegate):
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
        cell = place.adjusted(self._pad, 0, -self._pad, 0)
        words = self._model.record(row).cells[column]
        font = self.font(words, column, cell.width())
        if words and self._width(words) > cell.width():
            # What was cut must show it: a number at its higher digits.
            cut = Qt.TextElideMode.ElideLeft if numeric else Qt.TextElideMode.ElideRight
            words = QFontMetrics(font).elidedText(words, cut, cell.width() + 2)
        painter.setFont(font)
        painter.setPen(self._pen(row, column))
        painter.drawText(cell, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), words)

    def font(self, words: str, column: int, room: int) -> QFont:
        """The one font of all cells; smaller for an identifier that would not fit."""
        if not self._model.columns[column].identifier or not words or self._width(words) <= room:
            return self._font
        return self._theme.font(TEXT_PX * max(SMALLEST, room / self._width(words)) - 0.5)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The one row height."""
        return QSize(self._theme.px(120), self._theme.px(ROW_PX))

    def _pen(self, row: int, column: int) -> QColor:
        tints = self._model.record(row).tints
        return self._theme.colour(dict(tints)[column]) if tints and column in dict(tints) else self._ink

    def _back(self, row: int, *, selected: bool) -> QColor:
        return self._selection if selected else self._odd if row % 2 else self._even

    def _restyle(self) -> None:
        colour = self._theme.colour
        self._selection, self._odd, self._even = colour("selection"), colour("sunken"), colour("surface")
        self._ink = colour("ink")
        self._font = self._theme.font(TEXT_PX)
        self._metrics = QFontMetrics(self._font)
        self._width = lru_cache(8_192)(self._metrics.horizontalAdvance)
        self._pad = self._theme.px(PAD_PX)
