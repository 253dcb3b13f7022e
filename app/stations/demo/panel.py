"""The simulator panel: a person clicks goods, puts them on the scale, and sees the labels that come out."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.devices.simulation import PrintedLabel, Simulation
from app.stations.demo.things import Shelf, Thing
from app.texts import Texts

_COLUMNS = 3
_LABEL_PX = 300


class SimulatorPanel(QWidget):
    """One window beside the workstation; everything a person does here is done to the simulated devices."""

    _printed = Signal(object)

    def __init__(self, texts: Texts, simulation: Simulation, shelves: Sequence[Shelf]) -> None:
        super().__init__()
        self._texts = texts
        self._simulation = simulation
        self.setWindowTitle(self._say("demo.panel"))
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.addWidget(self._any_code())
        for shelf in shelves:
            column.addWidget(self._shelf(shelf))
        column.addWidget(self._scale(shelves))
        column.addWidget(self._cables())
        column.addWidget(self._labels(), 1)
        self._printed.connect(self._show_label, Qt.ConnectionType.QueuedConnection)

    def label_printed(self, label: PrintedLabel) -> None:
        """Show a label that came out of the printer; may be called from any thread."""
        self._printed.emit(label)

    def _say(self, code: str) -> str:
        return self._texts.text("captions", code)

    def _any_code(self) -> QWidget:
        self.typed = QLineEdit(placeholderText=self._say("demo.any_code"))
        self.typed.returnPressed.connect(self._scan_typed)
        return self.typed

    def _scan_typed(self) -> None:
        self._simulation.scan(self.typed.text())
        self.typed.clear()

    def _shelf(self, shelf: Shelf) -> QGroupBox:
        box = QGroupBox(self._say(shelf.title))
        grid = QGridLayout(box)
        for number, thing in enumerate(shelf.things):
            button = QPushButton(thing.caption)
            button.setToolTip(thing.code)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, thing=thing: self._scan(thing))
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        return box

    def _scan(self, thing: Thing) -> None:
        self._simulation.scan(thing.code, thing.symbology)

    def _scale(self, shelves: Sequence[Shelf]) -> QGroupBox:
        box = QGroupBox(self._say("demo.scale"))
        row = QHBoxLayout(box)
        self.on_scale = QLabel("0 kg")
        for thing in (thing for shelf in shelves for thing in shelf.things if thing.kg is not None):
            row.addWidget(self._button(f"+ {thing.caption}", lambda thing=thing: self._put(thing)))
        row.addWidget(self._button(self._say("demo.take_off"), self._take_off))
        row.addWidget(self.on_scale)
        self._kg = Decimal(0)
        return box

    def _put(self, thing: Thing) -> None:
        assert thing.kg is not None
        self._kg += thing.kg
        self._simulation.put_on_scale(thing.kg)
        self.on_scale.setText(f"{self._kg} kg")

    def _take_off(self) -> None:
        self._kg = Decimal(0)
        self._simulation.take_off()
        self.on_scale.setText("0 kg")

    def _cables(self) -> QGroupBox:
        box = QGroupBox(self._say("demo.faults"))
        row = QHBoxLayout(box)
        for caption, away, back in (
            ("demo.scanner_unplugged", self._simulation.unplug_scanner, self._simulation.replug_scanner),
            ("demo.scale_unplugged", self._simulation.unplug_scale, self._simulation.replug_scale),
            ("demo.paper_out", self._simulation.paper_out, self._simulation.refill),
        ):
            check = QCheckBox(self._say(caption))
            check.toggled.connect(lambda on, away=away, back=back: away() if on else back())
            row.addWidget(check)
        return box

    def _labels(self) -> QWidget:
        area = QScrollArea(widgetResizable=True)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.addStretch(1)
        area.setWidget(inside)
        return area

    def _show_label(self, label: PrintedLabel) -> None:
        picture = QLabel()
        picture.setAccessibleName(self._say("demo.label"))
        if label.picture is not None:
            pixmap = QPixmap()
            pixmap.loadFromData(label.picture)
            picture.setPixmap(pixmap.scaledToHeight(_LABEL_PX, Qt.TransformationMode.SmoothTransformation))
        else:
            picture.setText(label.zpl[:200].decode("ascii", "replace"))
        self._row.insertWidget(0, picture)

    def _button(self, caption: str, pressed: object) -> QPushButton:
        button = QPushButton(caption)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(pressed)
        return button
