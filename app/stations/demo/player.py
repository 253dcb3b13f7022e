"""The hands and eyes of the demo: reads the screen in front, scans, types, weighs, and takes pictures."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.devices.simulation import WEDGE, Simulation
from app.dialogs.dialog import Level, Prompt
from app.domain.errors import Fault
from app.stations.kit.dialog_screen import DialogScreen
from app.stations.shell.home import HomeScreen
from app.stations.shell.sign_on import SignOnScreen
from app.stations.shell.window import StationWindow

_TURN_MS = 15
_PATIENCE_S = 30


class Player:
    """Plays at one window with one set of simulated devices; pictures go into a folder, numbered in order."""

    def __init__(self, window: StationWindow, simulation: Simulation, pictures: Path) -> None:
        self.window = window
        self.simulation = simulation
        self._pictures = pictures
        self._taken = 0
        pictures.mkdir(parents=True, exist_ok=True)

    # - eyes -

    @property
    def screen(self) -> QWidget:
        """The screen in front."""
        return self.window.screen_in_front

    @property
    def prompt(self) -> Prompt:
        """What the dialog in front shows."""
        screen = self.screen
        return screen.prompt if isinstance(screen, DialogScreen) else Prompt("")

    @property
    def said(self) -> str:
        """The code of the verdict in the feedback band."""
        return self.prompt.feedback.code if self.prompt.feedback else ""

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Wait until something is seen; raises the Fault `demo.stuck` when it does not come."""
        patience = QDeadlineTimer(_PATIENCE_S * 1000)
        while not seen():
            if patience.hasExpired():
                self.picture("stuck")
                shown = f"{type(self.screen).__name__} {self.prompt.instruction} {self.said}"
                raise Fault("demo.stuck", retry=False, what=what, shown=shown, seconds=_PATIENCE_S)
            self.turn()

    def turn(self) -> None:
        """Let the program do what it has to do."""
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _TURN_MS)
        QTest.qWait(1)

    def instructed(self, code: str) -> None:
        """Wait for an instruction."""
        self.until(lambda: self.prompt.instruction == code, code)

    def told(self, code: str) -> None:
        """Wait for a verdict."""
        self.until(lambda: self.said == code, code)

    def picture(self, name: str) -> Path:
        """Take a picture of the window."""
        for _ in range(3):
            self.turn()
        self._taken += 1
        path = self._pictures / f"{self._taken:02}-{name}.png"
        self.window.grab().save(str(path))
        return path

    def strip_says(self, name: str, words: str) -> None:
        """Wait until the status strip says something of a device."""
        self.until(lambda: words in self.window.strip.words().get(name, ""), f"{name}: {words}")

    @property
    def scanner_is_seen(self) -> bool:
        """Whether the strip can tell that the scanner is there: not of one that types, before it has typed."""
        return self.simulation.kinds.scanner != WEDGE

    def at_home(self) -> None:
        """Wait until the stations can be chosen."""
        self.until(lambda: isinstance(self.screen, HomeScreen), "the home screen")

    def take_time(self, seconds: float) -> None:
        """Do something by hand that takes a person a while, such as opening a carton again."""
        over = QDeadlineTimer(int(seconds * 1000))
        while not over.hasExpired():
            self.turn()

    def settle(self) -> None:
        """Give a screen that reads in the background a moment."""
        self.until(lambda: not self.window.kit.tasks.busy, "the screen to have read")

    # - hands -

    def scan_at_the_door(self, badge: str) -> None:
        """Hold a badge before the scanner while nobody is signed on."""
        self.until(lambda: isinstance(self.screen, SignOnScreen), "the sign-on screen")
        self.simulation.scan(badge, "code-128")
        self.until(
            lambda: isinstance(self.screen, SignOnScreen) and bool(self.screen.badge), "the question for the PIN"
        )

    def door_says(self, code: str) -> None:
        """Wait for a verdict while nobody is signed on."""
        words = self.window.kit.texts.error(code, {})[0].partition("{")[0]
        self.until(lambda: isinstance(self.screen, SignOnScreen) and words in self.screen.band.accessibleName(), code)

    def band_says(self, code: str) -> None:
        """Wait until the band says something that does not come from the dialog, such as a printer without paper."""
        words = self.window.kit.texts.text("feedback", code, {}).partition("{")[0]
        self.until(lambda: isinstance(self.screen, DialogScreen) and words in self.screen.band.accessibleName(), code)

    def open_station(self, name: str) -> None:
        """Scan the code of a station at home, and wait for its first prompt."""
        self.at_home()
        self.simulation.scan(f"GO-{name.upper()}", "code-128")
        self.until(lambda: not isinstance(self.screen, HomeScreen), name)
        if isinstance(self.screen, DialogScreen):
            self.until(lambda: self.prompt.instruction.startswith((name, "dialog")), f"the first prompt of {name}")

    def go_home(self) -> None:
        """Leave the station with its key."""
        QTest.keyClick(self.screen, Qt.Key.Key_F12)
        self.at_home()

    def scan(self, code: str, symbology: str = "code-128") -> None:
        """Hold a code before the scanner and wait until the screen has answered."""
        before = self.prompt
        self.simulation.scan(code, symbology)
        self.until(
            lambda: self.prompt is not before or not isinstance(self.screen, DialogScreen), f"an answer to {code}"
        )

    def refused(self, code: str, error: str, symbology: str = "code-128") -> None:
        """Scan something wrong; the screen must refuse it, with this verdict."""
        self.scan(code, symbology)
        self.told(error)
        assert self.prompt.feedback is not None
        assert self.prompt.feedback.level is Level.ERROR

    def press(self, command: str) -> None:
        """Press the function key of a command that is offered now."""
        self.until(lambda: command in self.prompt.commands, f"the key {command}")
        before = self.prompt
        self.simulation.scan(f"SH-CMD-{command}", "code-128")
        self.until(lambda: self.prompt is not before, f"an answer to {command}")

    def ask_until(self, command: str, code: str) -> None:
        """Press a key again and again until the screen says what is hoped for, such as that work has come."""

        def asked() -> bool:
            if self.said != code:
                self.press(command)
            return self.said == code

        self.until(asked, code)

    def choose(self, value: str) -> None:
        """Choose one of the answers that are offered, by its number key."""
        self.until(lambda: any(choice.value == value for choice in self.prompt.choices), f"the choice {value}")
        number = [choice.value for choice in self.prompt.choices].index(value) + 1
        before = self.prompt
        QTest.keyClicks(self.window.focusWidget() or self.screen, str(number))
        self.until(lambda: self.prompt is not before, f"an answer to {value}")

    def type_in(self, text: str) -> None:
        """Type an answer into the field that has the focus, and press Enter."""
        target = self.window.focusWidget() or self.screen
        QTest.keyClicks(target, text)
        QTest.keyClick(target, Qt.Key.Key_Return)
