"""The devices of this station, live: how they are, what happened to them, what they said last; and their settings."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from app.devices.bench import DeviceView
from app.devices.finding import Found
from app.domain.codes import without_badges
from app.domain.equipment import DeviceRole
from app.domain.stations import missing
from app.settings import DeviceSetting
from app.stations.devices.form import DeviceForm
from app.stations.devices.rows import DEVICES, device_row, history_words, page, readable
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.kit.scrolled import Scrolled

_EVERY_MS = 1000


class LivePage(QWidget):
    """`chosen` says that another device is in front, or a new one."""

    chosen = Signal()

    def __init__(self, kit: Kit, look: Callable[[], Sequence[DeviceView]], *, may: bool) -> None:
        super().__init__()
        self._kit = kit
        self._look = look
        self._may = may
        self._dirty = False
        self.table = RecordTable(
            kit, DEVICES, self._page, nothing=lambda _query: kit.texts.text("hints", "device.none")
        )
        self.history, self.bytes = _pane(kit, "history"), _pane(kit, "bytes")
        self.form = DeviceForm(kit)
        self.needs = QLabel(wordWrap=True)
        self.needs.setProperty("role", "caption")
        self.needs.hide()
        self._often = QTimer(self, interval=_EVERY_MS)
        self._arrange()
        self._often.timeout.connect(self.table.refresh)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.settled.connect(self._settled)
        self.form.edited.connect(self._edited)
        self.form.let_edit(may=may)

    @property
    def view(self) -> DeviceView | None:
        """The device that is in front."""
        record = next(iter(self.table.selected()), None)
        return record.made_of if record is not None and isinstance(record.made_of, DeviceView) else None

    def devices(self) -> tuple[DeviceSetting, ...]:
        """The settings of all."""
        return tuple(view.setting for view in self._look())

    def begin_new(self, found: Found | None = None) -> None:
        """Begin another device."""
        self.table.view.clearSelection()
        self._dirty = True
        self.form.begin_new(found, name=self._free_name(found))
        self.form.let_edit(may=self._may)
        self._show_view()
        self.chosen.emit()
        self.form.name.setFocus()

    def show_needed(self, needed: Sequence[DeviceRole]) -> None:
        """Say which devices a station of this type needs, and which of them are there."""
        self._needed = tuple(needed)
        self._tell_needed()

    def missing(self) -> tuple[DeviceRole, ...]:
        """The kinds of devices that this station needs and does not have."""
        return missing(self._needed, (device.role.value for device in self.devices()))

    def took(self, device: str) -> None:
        """A device was kept, or taken out: it is in front when it is there."""
        self._dirty = False
        self._wanted = device
        self.table.refresh()

    def refresh(self) -> None:
        """Read again."""
        self.table.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Live while somebody looks."""
        super().showEvent(event)
        self._often.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._often.stop()

    _wanted = ""
    _needed: tuple[DeviceRole, ...] = ()

    def _tell_needed(self) -> None:
        texts, gone = self._kit.texts, self.missing()
        kinds = [
            texts.text(
                "captions", "device.needed_none" if role in gone else "device.needed_there", {"role": role.value}
            )
            for role in self._needed
        ]
        self.needs.setVisible(bool(kinds))
        self.needs.setText(texts.text("captions", "device.needs", {"kinds": " · ".join(kinds)}))

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        return page([device_row(view, self._kit.texts) for view in self._look()], after, limit, query)

    def _free_name(self, found: Found | None) -> str:
        word = found.role.value.replace("label_", "") if found and found.role else "device"
        taken = {device.id for device in self.devices()}
        return next(name for n in range(1, 1000) if (name := f"{word}_{n}") not in taken)

    def _settled(self) -> None:
        rows = [self.table.model.record(n).key for n in range(self.table.model.rowCount())]
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.table.view.clearSelection()
            if wanted in rows:
                self.table.view.selectRow(rows.index(wanted))
        elif not self.table.selected() and rows and not self._dirty:
            self.table.view.selectRow(0)
        self._tell_needed()
        self._show_view()

    def _select(self) -> None:
        view = self.view
        if view is not None:
            self._dirty = False
            self.form.show_device(view.setting)
            self.form.let_edit(may=self._may)
        self._show_view()
        self.chosen.emit()

    def _edited(self) -> None:
        self._dirty = True

    def _show_view(self) -> None:
        view = self.view
        _put(self.history, history_words(view, self._kit.texts) if view else "")
        _put(self.bytes, without_badges(readable(view.history.last_bytes)) if view else "")

    def _arrange(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(8)
        for caption, pane in (("history", self.history), ("bytes", self.bytes)):
            column = QVBoxLayout()
            column.setSpacing(2)
            words = QLabel(self._kit.texts.text("captions", f"device.{caption}"))
            words.setProperty("role", "caption")
            column.addWidget(words)
            column.addWidget(pane, 1)
            below.addLayout(column, 1)
        lower = QWidget()
        lower.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.needs)
        above.addWidget(self.table, 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(upper)
        left.addWidget(lower)
        left.setSizes([300, 180])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addWidget(left, 1)
        row.addWidget(Scrolled(self.form))


def _pane(kit: Kit, caption: str) -> QPlainTextEdit:
    pane = QPlainTextEdit(readOnly=True)
    pane.setAccessibleName(kit.texts.text("captions", f"device.{caption}"))
    return pane


def _put(pane: QPlainTextEdit, words: str) -> None:
    """Other words, without a jump where nothing changed."""
    if pane.toPlainText() != words:
        pane.setPlainText(words)
