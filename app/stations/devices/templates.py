"""Templates of stations: which devices a station of a type has; compared with this station before it is set so.

What a template changes at this station `app.devices.station_templates` says; it is kept like any other setting.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.devices.station_templates import Applied, Difference, StationTemplate, applied, without_place
from app.domain.errors import Refusal
from app.domain.people import STATION_TYPES
from app.settings import DeviceSetting, Role, transport_at
from app.stations.devices.form import DeviceForm
from app.stations.devices.rows import page
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.kit.scrolled import Scrolled

TEMPLATES = (
    Column("template", "device.template", 170, sortable=False, identifier=True),
    Column("type", "people.type", 90, sortable=False),
    Column("devices", "device.template_devices", 300, sortable=False),
    Column("saved", "labels.saved", 130, sortable=False),
    Column("person", "labels.person", 130, sortable=False),
)
_WIDTH_PX = 400
_LIST_PX = 96


class TemplatesPage(QWidget):
    """`chosen` says that another template is in front, or that it is another one than it was compared with."""

    chosen = Signal()

    def __init__(
        self,
        kit: Kit,
        read: Callable[[], Sequence[StationTemplate]],
        here: Callable[[], tuple[DeviceSetting, ...]],
        *,
        may: bool,
    ) -> None:
        super().__init__()
        self._kit, self._read, self._here, self._may = kit, read, here, may
        self._before = self._wanted = ""
        self._devices: list[DeviceSetting] = []
        self._shown = -1
        self.compared: Applied | None = None
        self.table = RecordTable(
            kit, TEMPLATES, self._page, nothing=lambda _query: kit.texts.text("hints", "device.templates_none")
        )
        self.name, self.type = QLineEdit(maxLength=60), QComboBox()
        for kind in STATION_TYPES:
            self.type.addItem(kit.texts.text("captions", f"people.type.{kind}"), kind)
        self.devices = QListWidget()
        self.form = DeviceForm(kit, placeless=True)
        self.difference = QPlainTextEdit(readOnly=True)
        self._arrange()
        self._connect()
        self._fill(StationTemplate("", STATION_TYPES[0], ()))

    @property
    def before(self) -> str:
        """The name under which the template in front is kept; empty for a new one."""
        return self._before

    def begin(self, *, copy: bool) -> None:
        """Begin a template: with the devices of this station, or as a copy of the one in front."""
        made = replace(self.wanted(), name="") if copy else StationTemplate("", STATION_TYPES[0], self._here())
        self.table.view.clearSelection()
        self._before = ""
        self._fill(made)
        self.name.setFocus()
        self.chosen.emit()

    def add_device(self) -> None:
        """Let the template have one more device."""
        self._store()
        taken = {device.id for device in self._devices}
        name = next(word for n in range(1, 1000) if (word := f"device_{n}") not in taken)
        self._devices.append(DeviceSetting(name, Role.SCANNER, "plain", transport_at("?")))
        self._list(len(self._devices) - 1)

    def drop_device(self) -> None:
        """Take the device in front out of the template."""
        if 0 <= self._shown < len(self._devices):
            del self._devices[self._shown]
            self._list(min(self._shown, len(self._devices) - 1))

    def wanted(self) -> StationTemplate:
        """The template as it stands there. Refuses a device that the form refuses, and two of one name."""
        self._store()
        names = [device.id for device in self._devices]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            raise Refusal("devices.name_taken", name=twice)
        return StationTemplate(self.name.text().strip(), self.type.currentData(), tuple(self._devices))

    def compare(self) -> Applied:
        """Show what the template would change at this station."""
        self.compared = applied(self.wanted().devices, self._here())
        self.difference.setPlainText(self._words(self.compared))
        return self.compared

    def took(self, name: str) -> None:
        """A template was kept, or forgotten: it is in front when it is there."""
        self._wanted = self._before = name
        self.table.refresh()

    # - inside -

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        return page([self._row(one) for one in self._read()], after, limit, query)

    def _row(self, template: StationTemplate) -> Record:
        saved = template.saved_at.astimezone().strftime("%Y-%m-%d %H:%M") if template.saved_at else ""
        type_ = self._kit.texts.text("captions", f"people.type.{template.type}")
        devices = ", ".join(f"{device.id} ({device.protocol})" for device in template.devices)
        return Record(template.name, (template.name, type_, devices, saved, template.person), template)

    def _settled(self) -> None:
        rows = [self.table.model.record(n).key for n in range(self.table.model.rowCount())]
        if self._wanted in rows:
            self.table.view.selectRow(rows.index(self._wanted))
        self._wanted = ""

    def _select(self) -> None:
        record = next(iter(self.table.selected()), None)
        if record is not None and isinstance(record.made_of, StationTemplate):
            self._before = record.made_of.name
            self._fill(record.made_of)
        self.chosen.emit()

    def _fill(self, template: StationTemplate) -> None:
        self.name.setText(template.name)
        self.type.setCurrentIndex(self.type.findData(template.type))
        self._devices, self._shown = [without_place(device) for device in template.devices], -1
        self._list(0 if self._devices else -1)

    def _list(self, row: int) -> None:
        """Show the devices anew, this one in front."""
        self._shown = -1
        with QSignalBlocker(self.devices):
            self.devices.clear()
            self.devices.addItems([self._device_words(device) for device in self._devices])
            self.devices.setCurrentRow(row)
        self._show(row)

    def _device_words(self, device: DeviceSetting) -> str:
        role = self._kit.texts.text("captions", f"device.role.{device.role}")
        return f"{device.id} · {role} · {device.protocol}"

    def _turned(self, row: int) -> None:
        """Another device of the template: what the form says of the one before is kept."""
        try:
            self._store()
        except Refusal:
            with QSignalBlocker(self.devices):
                self.devices.setCurrentRow(self._shown)
            self.form.name.setFocus()
            return
        self._show(row)

    def _show(self, row: int) -> None:
        self._shown = row
        there = 0 <= row < len(self._devices)
        self.form.setVisible(there)
        if there:
            self.form.show_device(self._devices[row])
        self._forget()

    def _store(self) -> None:
        if 0 <= self._shown < len(self._devices):
            self._devices[self._shown] = self.form.wanted()
            self.devices.item(self._shown).setText(self._device_words(self._devices[self._shown]))

    def _forget(self) -> None:
        """What was compared is another one by now."""
        self.compared = None
        self.difference.clear()
        self.chosen.emit()

    def _words(self, result: Applied) -> str:
        text = self._kit.texts.text

        def setting(one: Difference) -> str:
            return text("captions", f"device.setting.{one.what}")

        lines = [
            f"{one.device}: {setting(one)}  {_shown(one.before)} → {_shown(one.after)}" for one in result.differences
        ]
        lines += [
            text("captions", "device.unplaced", {"device": self._device_words(device)}) for device in result.unplaced
        ]
        return "\n".join(lines) or text("captions", "device.no_difference")

    def _connect(self) -> None:
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.settled.connect(self._settled)
        self.devices.currentRowChanged.connect(self._turned)
        self.form.edited.connect(self._forget)
        for widget in (self.name, self.type, self.devices):
            widget.setEnabled(self._may)
        self.form.let_edit(may=self._may)

    def _arrange(self) -> None:
        text = self._kit.texts.text
        head = Card(self._kit.theme, width_px=_WIDTH_PX)
        rows = QFormLayout()
        for caption, widget in (("device.template", self.name), ("people.type", self.type)):
            widget.setAccessibleName(text("captions", caption))
            rows.addRow(text("captions", caption), widget)
        self.devices.setAccessibleName(text("captions", "device.template_devices"))
        self.devices.setFixedHeight(self._kit.theme.px(_LIST_PX))
        head.column.addLayout(rows)
        head.column.addWidget(self.devices)
        panels = QWidget()
        side = QVBoxLayout(panels)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(8)
        side.addWidget(head)
        side.addWidget(self.form, 1)
        side.addStretch(0)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        above = QLabel(text("captions", "device.difference"))
        above.setProperty("role", "caption")
        self.difference.setAccessibleName(above.text())
        below.addWidget(above)
        below.addWidget(self.difference, 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.table)
        left.addWidget(lower)
        left.setSizes([300, 180])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addWidget(left, 1)
        row.addWidget(Scrolled(panels))


def _shown(value: str) -> str:
    """A setting's value as people read it."""
    return {"": "—", "True": "✓"}.get(value, value)
