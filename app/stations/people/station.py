"""The stations: a table of all, and beside it the one that is selected. New ones are added on their own machine."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.domain.people import STATION_TYPES, Station
from app.services import people, printing
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.people.rows import STATIONS, page, station_row
from app.stations.people.work import Run

_DETAIL_PX = 380


class StationTab(QWidget):
    """`chosen` says that another station is selected, or none."""

    chosen = Signal()

    def __init__(self, kit: Kit, run: Run) -> None:
        super().__init__()
        self._kit = kit
        self._run = run
        self._warehouses: tuple[str, ...] = ()
        self._printers: tuple[str, ...] = ()
        self.station: Station | None = None
        """The one that is shown."""
        self.table = RecordTable(kit, STATIONS, self._page, nothing=self._nothing)
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.name = QLineEdit(maxLength=40)
        self.type, self.warehouse, self.pages = QComboBox(), QComboBox(), QComboBox()
        for kind in STATION_TYPES:
            self.type.addItem(kit.texts.text("captions", f"people.type.{kind}"), kind)
        self._arrange()
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.settled.connect(self._settled)
        self._show(None)

    def wanted(self) -> dict[str, str | None]:
        """Name, type, warehouse and printer of papers as the form has them now; None for what was not changed."""
        name = self.name.text().strip()
        known = self.station
        warehouse, pages = self.warehouse.currentData() or "", self.pages.currentData() or ""
        return {
            "name": name if known and name != known.name else None,
            "kind": self.type.currentData(),
            "warehouse": warehouse if known and warehouse != known.warehouse else None,
            "page_printer": pages if known and pages != known.page_printer else None,
        }

    def refresh(self) -> None:
        """Read again."""
        self.table.refresh()

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        if after is None:
            self._warehouses = tuple(self._run(people.warehouses))
            self._printers = tuple(one.name for one in self._run(printing.page_printers))
        rows = [station_row(one, self._kit.texts) for one in self._run(people.stations)]
        return page(rows, after, limit, query, [one.name for one in STATIONS].index)

    def _nothing(self, query: Query) -> str:
        code = "people.no_station_match" if query.text else "people.no_stations"
        return self._kit.texts.text("hints", code, {"text": query.text})

    def _settled(self) -> None:
        self._know(self.warehouse, self._warehouses, "people.no_warehouse")
        self._know(self.pages, self._printers, "people.any_printer")
        found = [self.table.model.record(n).made_of for n in range(self.table.model.rowCount())]
        known = next(
            (one for one in found if isinstance(one, Station) and self.station and one.id == self.station.id), None
        )
        if known is not None and known != self.station:
            self._show(known)
        elif self.station is None and found:
            self.table.view.selectRow(0)

    def _select(self) -> None:
        record = next(iter(self.table.selected()), None)
        if record is not None and isinstance(record.made_of, Station):
            self._show(record.made_of)

    def _show(self, station: Station | None) -> None:
        self.station = station
        self.heading.setText(station.name if station else self._kit.texts.text("captions", "people.no_station"))
        self.name.setText(station.name if station else "")
        if station is not None:
            self.type.setCurrentIndex(max(0, self.type.findData(station.type)))
            self.warehouse.setCurrentIndex(max(0, self.warehouse.findData(station.warehouse)))
            self.pages.setCurrentIndex(max(0, self.pages.findData(station.page_printer)))
        for widget in (self.name, self.type, self.warehouse, self.pages):
            widget.setEnabled(station is not None and station.mine)
        self.chosen.emit()

    def _know(self, box: QComboBox, known: Sequence[str], none: str) -> None:
        """What can be chosen now; the first choice is none in particular."""
        codes = ("", *known)
        if tuple(box.itemData(n) for n in range(box.count())) == codes:
            return
        box.clear()
        for code in codes:
            box.addItem(code or self._kit.texts.text("captions", none), code)
        if self.station is not None:
            self._show(self.station)

    def _arrange(self) -> None:
        text = self._kit.texts.text
        detail = Card(self._kit.theme, width_px=_DETAIL_PX)
        column = detail.column
        column.addWidget(self.heading)
        form = QFormLayout()
        for caption, widget in (("station", self.name), ("type", self.type), ("warehouse", self.warehouse),
                                ("papers_at", self.pages)):  # fmt: skip
            widget.setAccessibleName(text("captions", f"people.{caption}"))
            form.addRow(text("captions", f"people.{caption}"), widget)
        column.addLayout(form)
        hint = QLabel(text("hints", "people.add_station"), wordWrap=True)
        hint.setProperty("role", "caption")
        column.addWidget(hint)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.table, 1)
        row.addWidget(detail)
