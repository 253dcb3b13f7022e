"""What is attached to this machine, with its evidence; and asking what stands behind the ports that were ticked."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.devices.finding import LINES, Found
from app.settings import Line
from app.stations.devices.rows import FOUND, found_row, page, readable
from app.stations.devices.work import DeviceWork
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.kit.tasks import Progress, Stopped, Task

_WIDTH_PX = 400


class FindPage(QWidget):
    """`chosen` says that something else is in front or ticked; `asked` how asking ended: how many were recognised.

    `stopped` carries what stopped it.
    """

    chosen = Signal()
    asked = Signal(int)
    stopped = Signal(object)
    _came = Signal(str, bytes)
    _learned = Signal(object)

    def __init__(self, kit: Kit, work: DeviceWork) -> None:
        super().__init__()
        self._kit = kit
        self._work = work
        self._ticked: set[str] = set()
        self._by_hand: dict[str, Found] = {}
        self._known: dict[str, Found] = {}
        self._task: Task | None = None
        self._speaking = ""
        self.table = RecordTable(
            kit, FOUND, self._page, nothing=lambda _query: kit.texts.text("hints", "device.found_none")
        )
        self.place = QLineEdit(placeholderText="COM5 · tcp:192.0.2.40:9100 · queue:…")
        self.line = QComboBox()
        self.bytes = QPlainTextEdit(readOnly=True)
        self.bytes.setMaximumBlockCount(500)
        self._arrange()
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.table.opened.connect(lambda record: self.tick(record.made_of))
        self.place.returnPressed.connect(self.add_by_hand)
        self._came.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._learned.connect(self._learn, Qt.ConnectionType.QueuedConnection)

    @property
    def found(self) -> Found | None:
        """What is in front."""
        record = next(iter(self.table.selected()), None)
        return record.made_of if record is not None and isinstance(record.made_of, Found) else None

    @property
    def ticked(self) -> frozenset[str]:
        """The ports that may be asked."""
        return frozenset(self._ticked)

    @property
    def busy(self) -> bool:
        """Whether a port is being asked."""
        return self._task is not None

    def tick(self, found: Found | None) -> None:
        """Let a port be asked, or no more."""
        if found is not None:
            self._ticked ^= {found.place}
            self.table.refresh()
            self.chosen.emit()

    def add_by_hand(self) -> None:
        """Put a place that was typed among what was found, ticked: whoever types it means it."""
        place = self.place.text().strip()
        if place:
            self._by_hand[place] = Found(place, place)
            self._ticked.add(place)
            self.place.clear()
            self.table.refresh()
            self.chosen.emit()

    def ask(self) -> None:
        """Ask the ticked ports, one after the other."""
        places, line = sorted(self._ticked), self.line.currentData()
        self.bytes.clear()
        self._speaking = ""

        def work(progress: Progress) -> int:
            return sum(self._ask_one(place, line, progress) for place in places)

        self._task = self._kit.tasks.start(work, owner=self, done=self._ended, failed=self._failed)
        self.chosen.emit()

    def cancel(self) -> None:
        """Ask no further."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.chosen.emit()

    def refresh(self) -> None:
        """Look again."""
        self.table.refresh()

    def _ask_one(self, place: str, line: Line | None, progress: Progress) -> int:
        found = self._work.ask(
            place, line, heard=lambda data: self._came.emit(place, data), wanted=lambda: not progress.cancelled
        )
        progress.step(0.5)
        if found is None:
            return 0
        self._learned.emit(found)
        return 1

    def _ended(self, recognised: int) -> None:
        self._task = None
        self.chosen.emit()
        self.asked.emit(recognised)

    def _failed(self, stopped: Stopped) -> None:
        self._task = None
        self.chosen.emit()
        self.stopped.emit(stopped)

    def _hear(self, place: str, data: bytes) -> None:
        if place != self._speaking:
            self._speaking = place
            self.bytes.appendPlainText(f"— {place} —\n")
        self.bytes.moveCursor(QTextCursor.MoveOperation.End)
        self.bytes.insertPlainText(readable(data) + ("\n" if data.endswith((b"\n", b"\x03", b"\r")) else ""))
        self.bytes.moveCursor(QTextCursor.MoveOperation.End)

    def _learn(self, found: Found) -> None:
        self._known[found.place] = found
        self.table.refresh()

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        attached = {one.place: one for one in self._work.find()}
        everything = {**dict(self._by_hand), **attached}
        rows = [
            found_row(self._with_answer(one), self._kit.texts, ticked=one.place in self._ticked)
            for one in everything.values()
        ]
        return page(rows, after, limit, query)

    def _with_answer(self, found: Found) -> Found:
        """What was attached, with what it answered."""
        told = self._known.get(found.place)
        if told is None:
            return found
        return replace(
            found,
            role=told.role,
            protocol=told.protocol,
            evidence=told.evidence,
            serial_number=told.serial_number,
            line=told.line,
        )

    def _arrange(self) -> None:
        text = self._kit.texts.text
        self.line.addItem(text("captions", "device.usual_lines"), None)
        for line in LINES:
            self.line.addItem(f"{line.baud} {line.format}", line)
        aside = Card(self._kit.theme, width_px=_WIDTH_PX)
        column = aside.column
        hint = QLabel(text("hints", "device.find"), wordWrap=True)
        hint.setProperty("role", "caption")
        column.addWidget(hint)
        form = QFormLayout()
        for caption, widget in (("by_hand", self.place), ("line", self.line)):
            words = text("captions", f"device.{caption}")
            widget.setAccessibleName(words)
            form.addRow(words, widget)
        column.addLayout(form)
        above = QLabel(text("captions", "device.live_bytes"))
        above.setProperty("role", "caption")
        self.bytes.setAccessibleName(above.text())
        column.addWidget(above)
        column.addWidget(self.bytes, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.table, 1)
        row.addWidget(aside)
