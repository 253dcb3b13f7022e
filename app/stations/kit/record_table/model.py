"""The rows of a table, as far as somebody has scrolled: keyset pages, so that a million rows open like a hundred.

The source sorts and filters, because only it has all rows; the model asks for what follows the last row it has.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.stations.kit.rhythm import Rhythm
from app.stations.kit.tasks import Progress, Stopped, Task, Tasks

PAGE_ROWS = 200

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is what the source sorts by, `caption` a text code, `width_px` the width at the start.

    An `identifier` is never cut: its column grows with what stands in it. One that is not `shown` waits to be chosen.
    """

    name: str
    caption: str
    width_px: int = 140
    numeric: bool = False
    sortable: bool = True
    identifier: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its key, by which it is known again, its cells as they are shown, and what it was `made_of`.

    `tints` names colours of the theme for cells by their column; a cell's words say the same without it.
    """

    key: object
    cells: tuple[str, ...]
    made_of: object = None
    tints: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the source: rows that contain `text`, sorted by the column named `sort` (empty: as it likes).

    Rows that are equal in it stand in the order of `then`: columns, each with whether the last comes first.
    """

    text: str = ""
    sort: str = ""
    descending: bool = False
    then: tuple[tuple[str, bool], ...] = ()

    @property
    def order(self) -> tuple[tuple[str, bool], ...]:
        """All columns that decide, the first before the others, each with whether the last comes first."""
        return ((self.sort, self.descending), *self.then) if self.sort else ()

    def also_by(self, name: str) -> "Query":
        """The same with a column added to its order; one that is in it already turns round there."""
        order = [(one, descending != (one == name)) for one, descending in self.order]
        if name not in dict(order):
            order.append((name, False))
        (sort, descending), *then = order
        return replace(self, sort=sort, descending=descending, then=tuple(then))


Page = Callable[[Record | None, int, Query], Sequence[Record]]
"""The rows after a record (None: from the start), at most so many, of a query. Called in a worker thread."""


class RecordModel(QAbstractTableModel):
    """Rows read so far. `loaded` tells their number and whether there are more; `failed` what stopped a page.

    Between `replacing` and `replaced` rows may change their places.
    """

    loaded = Signal(int, bool)
    replacing = Signal()
    replaced = Signal()
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        captions: Sequence[str],
        page: Page,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._captions = tuple(captions)
        self._page = page
        self._tasks = tasks
        self._rows: list[Record] = []
        self._query = Query()
        self._more = True
        self._task: Task | None = None
        self._stale_rows = 0
        self.rhythm = Rhythm()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in their first order."""
        return self._columns

    @property
    def query(self) -> Query:
        """What is shown."""
        return self._query

    @property
    def reading(self) -> bool:
        """Whether a page is under way."""
        return self._task is not None

    def record(self, row: int) -> Record:
        """The row as it was read."""
        return self._rows[row]

    def place_in_order(self, column: int) -> tuple[int, bool] | None:
        """As which a column decides about the order (from 1), and whether its last comes first; None: not at all."""
        name = self._columns[column].name
        places = ((n, descending) for n, (one, descending) in enumerate(self._query.order, start=1) if one == name)
        return next(places, None)

    def empty_columns(self) -> set[int]:
        """The columns in which no row read so far has anything."""
        return {n for n in range(len(self._columns)) if self._rows and not any(row.cells[n] for row in self._rows)}

    def ask(self, query: Query) -> None:
        """Show another query from its start."""
        self._query = query
        self._read(None, PAGE_ROWS, self._replace)

    def refresh(self, rows: int) -> None:
        """Read the first `rows` again, after a change elsewhere; a page under way is awaited first."""
        if self._task is None:
            self._read(None, max(PAGE_ROWS, rows), self._replace)
        else:
            self._stale_rows = max(1, rows)

    def stop(self) -> None:
        """Want no answer any more."""
        self._stale_rows = 0
        if self._task is not None:
            self._task.cancel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows read so far."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell's words, for copying and screen readers; the delegate paints without asking."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and index.isValid():
            words = self._rows[index.row()].cells[index.column()]
            return _as_tool_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        if role == Qt.ItemDataRole.TextAlignmentRole and self._columns[index.column()].numeric:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The captions."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._captions[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            align = Qt.AlignmentFlag.AlignTrailing if self._columns[section].numeric else Qt.AlignmentFlag.AlignLeading
            return align | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask the source for another order."""
        if 0 <= column < len(self._columns) and self._columns[column].sortable:
            descending = order is Qt.SortOrder.DescendingOrder
            wanted = Query(self._query.text, self._columns[column].name, descending)
            if wanted != self._query:
                self.ask(wanted)

    def canFetchMore(self, _parent: Index) -> bool:
        """Whether rows follow the last one."""
        return self._more and self._task is None

    def fetchMore(self, _parent: Index) -> None:
        """Read the next page."""
        if self._task is None and self._rows:
            self._read(self._rows[-1], PAGE_ROWS, self._append)

    def _read(self, after: Record | None, limit: int, then: Callable[[Sequence[Record]], None]) -> None:
        if self._task is not None:
            self._task.cancel()
        query = self._query
        self.rhythm.begin()

        def work(_progress: Progress) -> Sequence[Record]:
            return self._page(after, limit, query)

        def done(rows: Sequence[Record]) -> None:
            self._task = None
            self.rhythm.end()
            self._more = len(rows) >= limit
            then(rows)
            self.loaded.emit(len(self._rows), self._more)
            if self._stale_rows:
                again, self._stale_rows = self._stale_rows, 0
                self.refresh(again)

        self._task = self._tasks.start(work, owner=self, done=done, failed=self._stopped)

    def _stopped(self, stopped: Stopped) -> None:
        self._task = None
        self._stale_rows = 0
        self._more = False
        self.failed.emit(stopped)

    def _append(self, rows: Sequence[Record]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def _replace(self, rows: Sequence[Record]) -> None:
        """Put `rows` in place of all."""
        self.replacing.emit()
        self._put(rows)
        self.replaced.emit()

    def _put(self, rows: Sequence[Record]) -> None:
        """Where the number of rows stays the same only cells change."""
        if len(rows) == len(self._rows):
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))
            return
        common = min(len(rows), len(self._rows))
        if len(rows) > common:
            self.beginInsertRows(QModelIndex(), common, len(rows) - 1)
            self._rows = list(rows)
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), common, len(self._rows) - 1)
            self._rows = list(rows)
            self.endRemoveRows()
        if common:
            self.dataChanged.emit(self.index(0, 0), self.index(common - 1, len(self._columns) - 1))


def _as_tool_tip(words: str) -> str:
    """Tool tips read HTML where they think they see some; what a name holds is shown, never obeyed."""
    return f"<span>{html.escape(words)}</span>" if "<" in words else words
