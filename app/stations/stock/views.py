"""The views of stock: a table each, made when it is first looked at; filter, warehouse and moment are common to all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from app.domain.values import filter_words
from app.reports.seen import Seen
from app.services.history import Past
from app.services.stock import StockOnly, StockQuery, StockReport, StockRow, StockSort, StockView
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable, Sums
from app.stations.kit.tasks import Progress
from app.stations.stock.exporting import Written, write
from app.stations.stock.rows import COLUMNS, FIRST_ORDER, cells_for_file, record, sums
from app.stations.stock.wiring import StockWiring


class Views(QStackedWidget):
    """Shows one view at a time. `opened` carries the row that somebody looks into, `selected`: another is in hand."""

    opened = Signal(object)
    selected = Signal()
    troubled = Signal(object)
    settled = Signal()

    def __init__(self, kit: Kit, wiring: StockWiring) -> None:
        super().__init__()
        self._kit, self._wiring = kit, wiring
        self._tables: dict[StockView, RecordTable] = {}
        self._past: Past | None = None
        self.asked = StockQuery(wiring.warehouse)
        """What is shown but for filter and order, which the table knows."""

    @property
    def table(self) -> RecordTable:
        """The table in front."""
        return self._tables[self.asked.view]

    @property
    def shows_places(self) -> bool:
        """Whether each row is goods at one place, so that something can be done with them."""
        return self.asked.view in (StockView.LOCATION, StockView.UNIT)

    def open(self, view: StockView, text: str | None = None) -> None:
        """Put stock together in this way; the filter stays, unless another `text` is given."""
        wanted = self.table.filter.text() if text is None and self._tables else text or ""
        self.asked = replace(self.asked, view=view)
        if view not in self._tables:
            self._tables[view] = self._made(view)
        self.setCurrentWidget(self.table)
        self.table.show_only(wanted)

    def narrow(self, only: StockOnly, within_days: int) -> None:
        """Look at a part of the stock; goods that expire, within so many days."""
        self.asked = replace(self.asked, only=only, within_days=within_days)
        self.table.open()

    def look_back(self, past: Past | None) -> None:
        """Look at a moment in the past; None: at now."""
        self._past = past
        self.asked = replace(self.asked, as_of=past.at if past else None, known_at=past.known.seal if past else None)
        self.table.open()

    def go_to(self, warehouse: UUID) -> None:
        """Look at another warehouse."""
        self.asked = replace(self.asked, warehouse=warehouse)
        self.table.open()

    def row(self) -> StockRow | None:
        """The row in hand: the first one selected."""
        selected = self.table.selected()
        row = selected[0].made_of if selected else None
        return row if isinstance(row, StockRow) else None

    def exporter(self) -> Callable[[Path, Progress], Written]:
        """How to write everything that is shown: by location a report, else what stands in the columns."""
        view, past, texts = self.asked.view, self._past, self._kit.texts
        asked, shown = self._query(self.table.model.query), self.table.shown_columns()
        captions = [COLUMNS[view][n].caption for n in shown]
        numeric = [COLUMNS[view][n].numeric for n in shown]
        title = texts.text("captions", f"stock.view_{view}")

        def as_seen(report: StockReport) -> StockReport | Seen:
            if view is StockView.LOCATION and asked.as_of is None:
                return report
            rows = (cells_for_file(row, view, texts) for row in report.rows)
            moment = texts.text("captions", "stock.past_in_file", past.facts) if past else ""
            facts = " · ".join(part for part in (report.warehouse, report.filter, moment) if part)
            return Seen(title, facts, captions, numeric, ([row[n] for n in shown] for row in rows))

        def written(path: Path, progress: Progress) -> Written:
            return self._wiring.report(
                asked,
                lambda report, expected: write(path, as_seen(report), texts, progress, expected),
                progress.check,
            )

        return written

    def _made(self, view: StockView) -> RecordTable:
        name = f"stock.{view}"

        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            behind = after.made_of if after else None
            assert behind is None or isinstance(behind, StockRow)
            found = self._wiring.page(self._query(query, view), behind, limit)
            return [record(row, view, self._kit.texts) for row in found.rows]

        def totals(query: Query) -> Sums:
            return sums(self._wiring.totals(self._query(query, view)), view, self._kit.texts)

        table = RecordTable(self._kit, COLUMNS[view], page, totals=totals, nothing=self._nothing)
        table.view.setAccessibleName(self._kit.texts.text("captions", f"stock.view_{view}"))
        if kept := self._wiring.recall(name):
            table.restore_columns(kept)
        table.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.arranged.connect(lambda: self._wiring.remember(name, table.columns_state()))
        table.opened.connect(lambda made: self.opened.emit(made.made_of))
        table.view.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        table.troubled.connect(self.troubled)
        table.settled.connect(self.settled)
        self.addWidget(table)
        return table

    def _query(self, query: Query, view: StockView | None = None) -> StockQuery:
        of = view or self.asked.view
        return replace(
            self.asked,
            view=of,
            words=filter_words(query.text),
            sort=StockSort(query.sort or FIRST_ORDER[of]),
            descending=query.descending,
            then=tuple((StockSort(name), descending) for name, descending in query.then),
        )

    def _nothing(self, query: Query) -> str:
        narrowed = query.text or self.asked.only is not StockOnly.ALL
        code = "stock.no_match" if narrowed else f"stock.empty_{self.asked.view}"
        if not self._kit.texts.has("hints", code):
            code = "stock.empty"
        return self._kit.texts.text("hints", code, {"text": query.text or "…"})
