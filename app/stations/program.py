"""The Qt side of one workstation program: the application, what catches its crashes, and its one window."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.stations.kit.crash import CrashNet
from app.stations.kit.kit import Kit
from app.stations.kit.sounds import SoundPlayer
from app.stations.kit.tasks import Tasks
from app.stations.kit.theme import Scheme, Theme
from app.stations.kit.wedge import WedgeDecoder, WedgeFilter
from app.stations.shell.window import StationWindow, Wiring
from app.texts import Texts

_TURN_MS = 200


@dataclass(frozen=True, slots=True)
class Look:
    """How this machine's screens are: `theme` is light, dark or system."""

    language: str = "en"
    theme: str = "system"
    sound: bool = True


class _Post(QObject):
    """Brings calls to the screen's thread."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def _do(self, function: Callable[[], object]) -> None:
        function()


class StationProgram:
    """Create it first, open the window, then `run`; everything happens on the thread that created it."""

    def __init__(self, look: Look, *, crash_folder: Path, version: str) -> None:
        running = QApplication.instance()
        self._app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
        self._net = CrashNet(crash_folder, version=version)
        self._net.install()
        self.tasks = Tasks()
        theme = Theme(_scheme(look.theme))
        theme.apply()
        sounds = SoundPlayer()
        if look.sound:
            sounds.prepare()
        self.kit = Kit(Texts.load(look.language), theme, sounds, self.tasks)
        self._post = _Post()
        self._wedge: WedgeFilter | None = None
        self.window: StationWindow | None = None

    def open(self, wiring: Wiring) -> StationWindow:
        """Build the window; it is shown by `run`."""
        self.window = StationWindow(self.kit, wiring)
        self._net.on_crash(self.window.crashed)
        return self.window

    def listen_to_wedge(self, decoder: WedgeDecoder, deliver: Callable[[object], None]) -> None:
        """Hear scanners that type, wherever the focus is; said again, by another decoder from now on."""
        if self._wedge is None:
            self._wedge = WedgeFilter(decoder, deliver)
            self._wedge.install()
        else:
            self._wedge.use(decoder)

    def run(self, *, full_screen: bool = True, shown: Callable[[], object] = lambda: None) -> int:
        """Show the window and stay until it is closed; Ctrl+C in the console closes it too.

        `shown` is called once, when the window has been painted.
        """
        turn = QTimer()
        turn.start(_TURN_MS)
        turn.timeout.connect(lambda: None)
        self.show(full_screen=full_screen)
        QTimer.singleShot(0, shown)
        return self._app.exec()

    def show(self, *, full_screen: bool) -> None:
        """Show the window: over the whole screen, or as large as the smallest screen that is supported."""
        assert self.window is not None
        if full_screen and QGuiApplication.platformName() != "offscreen":
            self.window.showMaximized()
        else:
            self.window.resize(1366, 768)
            self.window.show()

    def soon(self, function: Callable[[], object]) -> None:
        """Call something on the screen's thread; may be said from any thread."""
        self._post.call.emit(function)

    def report(self, error: Exception) -> None:
        """A defect in a thread of ours goes into the crash net, as if nobody had caught it."""
        sys.excepthook(type(error), error, error.__traceback__)

    def close(self) -> None:
        """Let go of the window, the work in hand and the net."""
        if self.window is not None:
            self.window.close()
        self.tasks.close()
        self._net.remove()


def _scheme(theme: str) -> Scheme:
    if theme in {Scheme.LIGHT, Scheme.DARK}:
        return Scheme(theme)
    hints = QGuiApplication.styleHints()
    return Scheme.DARK if "dark" in hints.colorScheme().name.lower() else Scheme.LIGHT
