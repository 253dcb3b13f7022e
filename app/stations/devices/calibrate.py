"""Calibration of a new scanner: the codes of the sheet are scanned in their order, and what arrived says how it is set.

A scanner that types is heard at the window, key by key, before anything else takes the keys; one at a port is heard by
its bytes.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from app.devices.bench import DeviceView
from app.devices.calibrating import SHEET, ScannerFound, find_out
from app.services import clock
from app.settings import KEYBOARD, Role, place_of
from app.stations.devices.rows import readable
from app.stations.kit.kit import Kit
from app.stations.kit.wedge import is_modifier, key_word

WEDGE = ""
"""The choice that is no device of the settings: a scanner that types."""
_QUIET_MS = 300
_POLL_MS = 150


class KeyCatcher(QObject):
    """Takes every key of a window while it is on; `caught` carries the keys of a code, as a tuple, after a pause."""

    caught = Signal(tuple)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._window: QWindow | None = None
        self._keys: list[str] = []
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._end)

    def begin(self, window: QWindow | None) -> None:
        """Take the keys; filters that came before hear nothing."""
        self._window = window
        self._keys = []
        if window is not None:
            window.installEventFilter(self)

    def end(self) -> None:
        """Let the keys go where they went before."""
        self._quiet.stop()
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep keys, pass the rest."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress and not is_modifier(event):
            self._keys.append(key_word(event))
            self._quiet.start()
        return event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}

    def _end(self) -> None:
        keys, self._keys = tuple(self._keys), []
        if keys:
            self.caught.emit(keys)


class CalibratePage(QWidget):
    """`stepped` says that another code is awaited, or none; `found` is then what was found."""

    stepped = Signal()

    def __init__(
        self, kit: Kit, look: Callable[[], Sequence[DeviceView]], heard_since: Callable[[str, float], bytes]
    ) -> None:
        super().__init__()
        self._kit = kit
        self._look = look
        self._heard_since = heard_since
        self._heard: dict[str, Sequence[str]] = {}
        self._began = 0.0
        self._last = b""
        self.found: ScannerFound | None = None
        self.device = WEDGE
        """Which scanner is being calibrated, or was: a device's name, or `WEDGE`."""
        self.running = False
        self.which = QComboBox()
        self.steps = QListWidget()
        self.result = QPlainTextEdit(readOnly=True)
        self._keys = KeyCatcher(self)
        self._keys.caught.connect(self._arrived)
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._listen)
        self._arrange()

    def know_scanners(self) -> None:
        """Offer the scanners of this station that can be calibrated."""
        chosen = self.which.currentData()
        self.which.clear()
        self.which.addItem(self._kit.texts.text("captions", "device.a_wedge"), WEDGE)
        for view in self._look():
            plain = view.setting.role is Role.SCANNER and view.setting.protocol == "plain"
            if plain and place_of(view.setting.transport) != KEYBOARD:
                self.which.addItem(view.setting.id, view.setting.id)
        self.which.setCurrentIndex(max(0, self.which.findData(chosen)))

    def awaited(self) -> str:
        """The name of the code that is to be scanned now; empty where none is."""
        return SHEET[len(self._heard)].name if self.running else ""

    def start(self) -> None:
        """Begin anew."""
        self.stop()
        self.device = self.which.currentData() or WEDGE
        self._heard, self.found, self.running = {}, None, True
        self.result.clear()
        if self.device == WEDGE:
            self._keys.begin(self.window().windowHandle())
        else:
            self._await_bytes()
            self._poll.start()
        self._show_steps()
        self.stepped.emit()

    def stop(self) -> None:
        """Want no more codes."""
        self._keys.end()
        self._poll.stop()
        self.running = False

    def _await_bytes(self) -> None:
        self._began, self._last = clock.monotonic_s(), b""

    def _listen(self) -> None:
        """A code at a port is whole when nothing more has come since the last look."""
        heard = self._heard_since(self.device, self._began)
        if heard and heard == self._last:
            self._arrived(tuple(heard.decode("latin-1")))
            self._await_bytes()
        else:
            self._last = heard

    def _arrived(self, keys: tuple[str, ...]) -> None:
        if not self.running:
            return
        self._heard[SHEET[len(self._heard)].name] = keys
        if len(self._heard) == len(SHEET):
            self.stop()
            self.found = find_out(self._heard, typing=self.device == WEDGE)
            self.result.setPlainText("\n".join(self._words(self.found)))
        self._show_steps()
        self.stepped.emit()

    def _show_steps(self) -> None:
        self.steps.clear()
        for number, code in enumerate(SHEET, 1):
            keys = self._heard.get(code.name)
            mark = "✓" if keys else "›" if code.name == self.awaited() else " "
            name = self._kit.texts.text("captions", f"calibration.code.{code.name}")
            self.steps.addItem(f"{mark} {number}  {name}" + (f":  {_shown(keys)}" if keys else ""))

    def _words(self, found: ScannerFound) -> list[str]:
        """What was found, line by line, what has to be mended last."""

        def words(code: str, **facts: str) -> str:
            return self._kit.texts.text("captions", f"calibration.{code}", facts)

        calibration = found.calibration
        keyboards = words("same_layouts")
        if found.layouts:
            keyboards = words("layouts", scanner=found.layouts[0].upper(), computer=found.layouts[1].upper())
        lines = [
            words("prefix", keys=_shown(calibration.prefix_keys) or words("nothing")),
            words("suffix", keys=_shown(calibration.suffix_keys) or words("nothing")),
            *([keyboards] if self.device == WEDGE else []),
            words(f"gs.{found.gs}", key=_shown((found.gs_key,))),
            *([words("aim")] if found.aim else []),
        ]
        findings = [words(f"finding.{finding}", lost=found.lost) for finding in found.findings]
        understood = not {"not_understood", "contradiction", "incomplete"} & set(found.findings)
        return [*(lines if understood else []), *([words("usable")] if found.usable else []), "", *findings]

    def _arrange(self) -> None:
        text = self._kit.texts.text
        hint = QLabel(text("hints", "device.calibrate"), wordWrap=True)
        hint.setProperty("role", "caption")
        choice = QHBoxLayout()
        choice.addWidget(QLabel(text("captions", "device.which_scanner")))
        self.which.setAccessibleName(text("captions", "device.which_scanner"))
        choice.addWidget(self.which, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(hint)
        left.addLayout(choice)
        for column, caption, widget in ((left, "arrived", self.steps), (right, "result", self.result)):
            words = QLabel(text("captions", f"device.{caption}"))
            words.setProperty("role", "caption")
            widget.setAccessibleName(words.text())
            column.addWidget(words)
            column.addWidget(widget, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addLayout(left, 1)
        row.addLayout(right, 1)


def _shown(keys: Sequence[str]) -> str:
    """Keys as people can read them."""
    return "".join(_key(key) for key in keys if key)


def _key(key: str) -> str:
    if len(key) > 1:
        return f"⟨{key}⟩"
    return key if key.isprintable() else readable(key.encode("latin-1", "replace"))
