"""One device of the settings, to be changed: what concerns its role only is shown for that role only."""

import re
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.devices.finding import Found
from app.devices.station_templates import WAYS, way_of
from app.domain.errors import Refusal
from app.settings import (
    PROTOCOLS,
    Confirmation,
    DeviceSetting,
    Flow,
    Line,
    Role,
    Suffix,
    line_of,
    place_of,
    transport_at,
)
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit

_BAUDS = ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200")
_FORMATS = ("8N1", "7E1", "7O1", "7N1", "7N2", "8E1", "8O1", "8N2")
_UNITS = ("", "kg", "g", "lb", "oz")
_DPI = ("203", "300", "600")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_WIDTH_PX = 400


class DeviceForm(Card):
    """`edited` says that a person changed something."""

    edited = Signal()

    def __init__(self, kit: Kit, *, placeless: bool = False) -> None:
        """`placeless`: a device of a template, of which only the way of its attaching is known."""
        super().__init__(kit.theme, width_px=_WIDTH_PX)
        self._kit = kit
        self._known: DeviceSetting | None = None
        self._new = True
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.name, self.place = QLineEdit(maxLength=40), QLineEdit()
        self.role, self.protocol = QComboBox(), QComboBox()
        self.baud, self.format, self.flow = _choices(_BAUDS), _choices(_FORMATS), _choices(tuple(Flow))
        self.unit, self.suffix = _choices(_UNITS), _choices(tuple(Suffix))
        self.dpi, self.confirm = _choices(_DPI), _choices(tuple(Confirmation))
        self.pattern = QLineEdit()
        self.required = QCheckBox(kit.texts.text("captions", "device.required"))
        for role in Role:
            self.role.addItem(kit.texts.text("captions", f"device.role.{role}"), role)
        self.way = QComboBox()
        for way, place in WAYS.items():
            self.way.addItem(kit.texts.text("captions", f"device.way.{way}"), place)
        self.way.activated.connect(lambda _n: self.place.setText(self.way.currentData()))
        self._arrange()
        self._form.setRowVisible(self.place, not placeless)
        self._form.setRowVisible(self.way, placeless)
        self.role.currentIndexChanged.connect(self._role_changed)
        self.protocol.currentTextChanged.connect(lambda _text: self._show_rows())
        self.place.textChanged.connect(lambda _text: self._show_rows())
        for widget in (self.name, self.place, self.pattern):
            widget.textEdited.connect(lambda _text: self.edited.emit())
        for box in self.findChildren(QComboBox):
            box.activated.connect(lambda _n: self.edited.emit())
        self.required.clicked.connect(lambda _on: self.edited.emit())
        self.begin_new()

    @property
    def known(self) -> DeviceSetting | None:
        """The device that is changed; None for a new one."""
        return None if self._new else self._known

    def show_device(self, device: DeviceSetting) -> None:
        """Show a device of the settings."""
        self._new = False
        self._fill(device)

    def begin_new(self, found: Found | None = None, *, name: str = "") -> None:
        """Begin another device, with what was found out of it."""
        role = (found.role if found else None) or Role.SCANNER
        protocol = (found.protocol if found else "") or PROTOCOLS[role][0]
        place = found.place if found else ""
        transport = transport_at(place, found.line if found else None) if place else transport_at("keyboard")
        confirm = Confirmation.SCAN_BACK if place.startswith("queue:") else Confirmation.ODOMETER
        self._new = True
        self._fill(DeviceSetting(name, role, protocol, transport, confirm=confirm))
        if not place:
            self.place.clear()

    def wanted(self) -> DeviceSetting:
        """The device as the form has it. Refuses `devices.wrong_name` and `devices.wrong_place`."""
        assert self._known is not None
        name, place = self.name.text().strip(), self.place.text().strip()
        if not _ID.fullmatch(name):
            raise Refusal("devices.wrong_name", name=name)
        line = Line(int(self.baud.currentText()), self.format.currentText(), Flow(self.flow.currentText()))
        try:
            transport = transport_at(place, line)
        except ValueError as error:
            raise Refusal("devices.wrong_place", place=place, why=str(error)) from error
        return replace(
            self._known,
            id=name,
            role=Role(self.role.currentData()),
            protocol=self.protocol.currentText(),
            transport=transport,
            required=self.required.isChecked(),
            unit_default=self.unit.currentText(),
            suffix=Suffix(self.suffix.currentText()),
            dpi=int(self.dpi.currentText()),
            confirm=Confirmation(self.confirm.currentText()),
            pattern=self.pattern.text(),
        )

    def let_edit(self, *, may: bool) -> None:
        """Grey everything out for who may only look."""
        for widget in self.findChildren(QWidget):
            if not isinstance(widget, QLabel):
                widget.setEnabled(may)

    def _fill(self, device: DeviceSetting) -> None:
        self._known = device
        texts = self._kit.texts
        self.heading.setText(texts.text("captions", "device.new") if self._new else device.id)
        self.name.setText(device.id)
        self.role.setCurrentIndex(self.role.findData(device.role))
        self._role_changed()
        self.protocol.setCurrentText(device.protocol)
        self.place.setText(place_of(device.transport))
        self.place.setToolTip(self.place.text())
        self.way.setCurrentIndex(list(WAYS).index(way_of(device)))
        self.place.setCursorPosition(0)
        line = line_of(device.transport)
        for box, value in (
            (self.baud, line.baud),
            (self.format, line.format),
            (self.flow, line.flow),
            (self.unit, device.unit_default),
            (self.suffix, device.suffix),
            (self.dpi, device.dpi),
            (self.confirm, device.confirm),
        ):
            box.setCurrentText(str(value))
        self.pattern.setText(device.pattern)
        self.required.setChecked(device.required)
        self._show_rows()

    def _role_changed(self) -> None:
        role = Role(self.role.currentData())
        if [self.protocol.itemText(n) for n in range(self.protocol.count())] != list(PROTOCOLS[role]):
            self.protocol.clear()
            self.protocol.addItems(PROTOCOLS[role])
        self._show_rows()

    def _show_rows(self) -> None:
        role = Role(self.role.currentData())
        serial = not self.place.text().startswith(("tcp:", "usb:", "hid:", "queue:", "keyboard"))
        shown = {
            self._line: serial,
            self.flow: serial and role is Role.LABEL_PRINTER,
            self.unit: role is Role.SCALE,
            self.pattern: self.protocol.currentText() == "pattern",
            self.suffix: role is Role.SCANNER and serial and self.protocol.currentText() == "plain",
            self.dpi: role is Role.LABEL_PRINTER,
            self.confirm: role is Role.LABEL_PRINTER,
        }
        for widget, visible in shown.items():
            self._form.setRowVisible(widget, visible)

    def _arrange(self) -> None:
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.baud)
        line.addWidget(self.format)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(6)
        rows = (
            ("device", self.name),
            ("role", self.role),
            ("protocol", self.protocol),
            ("place", self.place),
            ("way", self.way),
            ("line", self._line),
            ("flow", self.flow),
            ("unit", self.unit),
            ("pattern", self.pattern),
            ("suffix", self.suffix),
            ("dpi", self.dpi),
            ("confirm", self.confirm),
        )
        for caption, widget in rows:
            words = self._kit.texts.text("captions", f"device.{caption}")
            widget.setAccessibleName(words)
            self._form.addRow(words, widget)
        self.place.setPlaceholderText("COM5 · tcp:…:9100 · queue:…")
        self.column.addWidget(self.heading)
        self.column.addLayout(self._form)
        self.column.addWidget(self.required)
        self.column.addStretch(1)


def _choices(words: tuple[str, ...]) -> QComboBox:
    box = QComboBox()
    box.addItems([str(word) for word in words])
    return box
