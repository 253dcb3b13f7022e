"""The part of the simulator panel where devices are exchanged and go wrong: what they speak, and which fault they have.

What a fault does is seen on the workstation's own strip; here stands what is being done to the device.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QGroupBox, QLabel, QPushButton

from app.devices.simulation import PRINTERS, SCALES, SCANNERS, Kinds, Simulation
from app.settings import Role
from app.texts import Texts

Exchange = Callable[[Kinds, Callable[[], object]], object]
"""Puts these devices on the bench and calls what is given when the workstation goes on with them, on its thread."""

_KINDS = {Role.SCANNER: ("scanner", SCANNERS), Role.SCALE: ("scale", SCALES), Role.LABEL_PRINTER: ("printer", PRINTERS)}


class TroublePanel(QGroupBox):
    """One row a device: what it speaks, which fault it is to have, what happens to it now."""

    _stepped = Signal(object, str)

    def __init__(self, texts: Texts, simulation: Simulation, *, exchange: Exchange) -> None:
        super().__init__(texts.text("captions", "demo.devices"))
        self._texts = texts
        self._simulation = simulation
        self._exchange = exchange
        self.kinds: dict[Role, QComboBox] = {}
        self.faults: dict[Role, QComboBox] = {}
        self.happens: dict[Role, QLabel] = {}
        grid = QGridLayout(self)
        grid.setColumnStretch(4, 1)
        for row, role in enumerate(_KINDS):
            self._add_row(grid, row, role)
        self._stepped.connect(self._show_step, Qt.ConnectionType.QueuedConnection)

    def _add_row(self, grid: QGridLayout, row: int, role: Role) -> None:
        name, known = _KINDS[role]
        spoken, faults = QComboBox(), QComboBox()
        spoken.setAccessibleName(self._say(f"demo.kind_of_{name}"))
        faults.setAccessibleName(self._say(f"demo.fault_of_{name}"))
        for kind in known:
            spoken.addItem(self._say(f"demo.kind.{kind}"), kind)
        spoken.setCurrentIndex(spoken.findData(getattr(self._simulation.kinds, name)))
        spoken.activated.connect(self._exchanged)
        start = QPushButton(self._say("demo.begin_fault"))
        start.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        start.clicked.connect(partial(self.begin, role))
        happens = QLabel()
        self.kinds[role], self.faults[role], self.happens[role] = spoken, faults, happens
        self._offer_faults(role)
        for column, widget in enumerate((QLabel(self._say(f"demo.{name}")), spoken, faults, start, happens)):
            grid.addWidget(widget, row, column)

    def begin(self, role: Role) -> None:
        """Begin the fault that is chosen for a device."""
        self._simulation.play(
            role, self.faults[role].currentData(), on_step=lambda line: self._stepped.emit(role, line)
        )

    def _show_step(self, role: Role, line: str) -> None:
        self.happens[role].setText(line or self._say("demo.fault_over"))

    def _exchanged(self) -> None:
        chosen = {name: self.kinds[role].currentData() for role, (name, _) in _KINDS.items()}
        wanted = replace(self._simulation.kinds, **chosen)
        if wanted != self._simulation.kinds:
            self.setEnabled(False)
            self._exchange(wanted, self._goes_on)

    def _goes_on(self) -> None:
        """Other devices stand there: they have faults of their own, and none yet."""
        for role in _KINDS:
            self._offer_faults(role)
            self.happens[role].clear()
        self.setEnabled(True)

    def _offer_faults(self, role: Role) -> None:
        faults = self.faults[role]
        faults.clear()
        for fault in self._simulation.faults(role):
            faults.addItem(self._say(f"demo.fault.{fault}"), fault)

    def _say(self, code: str) -> str:
        return self._texts.text("captions", code)
