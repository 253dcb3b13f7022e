"""The simulator panel: a person clicks goods, puts them on the scale, and sees the labels that come out."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
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
from app.stations.demo.trouble import Exchange, TroublePanel
from app.stations.kit.paper import first_page
from app.texts import Texts

_LABEL_PX = 330
_ROW = 3
_LOOK = """
QPushButton { min-height: 26px; padding: 2px 10px; font-size: 14px; }
QLabel, QLineEdit, QGroupBox, QComboBox { font-size: 14px; }
QLineEdit { min-height: 30px; }
"""


class SimulatorPanel(QWidget):
    """One window beside the workstation; everything a person does here is done to the simulated devices.

    `order_arrives` puts a customer's order where such files are looked for; `exchange` puts other devices on the bench
    and has the workstation go on with them, then says so.
    """

    _printed = Signal(object)
    _laid_out = Signal(bytes, str)

    def __init__(
        self,
        texts: Texts,
        simulation: Simulation,
        shelves: Sequence[Shelf],
        *,
        order_arrives: Callable[[], object],
        exchange: Exchange = lambda _kinds, done: done(),
    ) -> None:
        super().__init__()
        self._texts = texts
        self._simulation = simulation
        self._kg = Decimal(0)
        self.on_scale = QLabel()
        self._show_weight()
        self.setWindowTitle(self._say("demo.panel"))
        self.setStyleSheet(_LOOK)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._any_code())
        left.addWidget(self._button(self._say("demo.order_arrives"), order_arrives))
        for shelf in shelves:
            weighed = any(thing.kg is not None for thing in shelf.things)
            (right if weighed else left).addWidget(self._goods(shelf) if weighed else self._shelf(shelf))
        self.trouble = TroublePanel(texts, simulation, exchange=exchange)
        right.addWidget(self.trouble)
        left.addStretch(1)
        right.addWidget(self._labels(), 1)
        columns = QHBoxLayout(self)
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)

    def label_printed(self, label: PrintedLabel) -> None:
        """Show a label that came out of the printer; may be called from any thread."""
        self._printed.emit(label)

    def paper_printed(self, pdf: bytes, file: Path) -> None:
        """Show the first page of a paper that came out of the printer of pages, and the file where all of it is."""
        self._laid_out.emit(pdf, str(file))

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
            caption = self._texts.word("command", thing.caption)
            grid.addWidget(self._scan_button(thing, caption), number // _ROW, number % _ROW)
        return box

    def _goods(self, shelf: Shelf) -> QGroupBox:
        """One row a product: what it is, scan it, put one of it on the scale."""
        box = QGroupBox(self._say(shelf.title))
        grid = QGridLayout(box)
        grid.setColumnStretch(0, 1)
        for row, thing in enumerate(shelf.things):
            grid.addWidget(QLabel(thing.caption), row, 0)
            grid.addWidget(self._scan_button(thing, self._say("demo.scan")), row, 1)
            if thing.kg is not None:
                caption = self._texts.text("captions", "demo.put_on", {"kg": thing.kg.normalize()})
                grid.addWidget(self._button(caption, partial(self._put, thing.kg)), row, 2)
        below = len(shelf.things)
        grid.addWidget(self.on_scale, below, 0, 1, 2)
        grid.addWidget(self._button(self._say("demo.take_off"), self._take_off), below, 2)
        return box

    def _scan_button(self, thing: Thing, caption: str) -> QPushButton:
        button = self._button(caption, lambda: self._simulation.scan(thing.code, thing.symbology))
        button.setToolTip(thing.code)
        return button

    def _put(self, kg: Decimal) -> None:
        self._kg += kg
        self._simulation.put_on_scale(kg)
        self._show_weight()

    def _take_off(self) -> None:
        self._kg = Decimal(0)
        self._simulation.take_off()
        self._show_weight()

    def _show_weight(self) -> None:
        self.on_scale.setText(self._texts.text("captions", "demo.on_scale", {"kg": self._kg}))

    def _labels(self) -> QGroupBox:
        box = QGroupBox(self._say("demo.labels"))
        area = QScrollArea(widgetResizable=True)
        area.setMinimumHeight(_LABEL_PX + 30)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.addStretch(1)
        area.setWidget(inside)
        QVBoxLayout(box).addWidget(area)
        self._printed.connect(self._show_label, Qt.ConnectionType.QueuedConnection)
        self._laid_out.connect(self._show_paper, Qt.ConnectionType.QueuedConnection)
        return box

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

    def _show_paper(self, pdf: bytes, file: str) -> None:
        picture = QLabel()
        picture.setAccessibleName(self._say("demo.paper"))
        picture.setToolTip(file)
        picture.setPixmap(first_page(pdf).scaledToHeight(_LABEL_PX, Qt.TransformationMode.SmoothTransformation))
        self._row.insertWidget(0, picture)

    def _button(self, caption: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(caption)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _checked=False: pressed())
        return button
