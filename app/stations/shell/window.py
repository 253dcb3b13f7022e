"""The window: sign-on, home, one station at a time, the status strip above them and the idle lock around them.

Everything it needs of the rest of the program comes as callables. Scans from all sources arrive at `scan` and go to
whatever screen is in front.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level, Prompt
from app.domain.equipment import DeviceRole, DeviceState, Health
from app.services.search import Found
from app.stations.kit.actions import ActionRegistry
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.help_browser import HelpBrowser
from app.stations.kit.icons import icon
from app.stations.kit.kit import Kit
from app.stations.kit.palette import CommandPalette, Find
from app.stations.kit.status_strip import StatusStrip
from app.stations.kit.theme import Scheme
from app.stations.shell.banner import Banner
from app.stations.shell.entries import ChangePin, SignedOn, SignOn, StationEntry
from app.stations.shell.home import HomeScreen
from app.stations.shell.sign_on import SignOnScreen
from app.texts import Texts

_SIGN_OF_LIFE_MS = 300_000
_PRINTING = "print_job"
"""What a prompt waits for while a label is to come out of the printer `printer`."""
_WEIGHING = "weight"
"""What a prompt waits for while the scale is listened to."""
_TROUBLE = frozenset({Health.OFFLINE, Health.FAULT})
_URGENCY = (Health.ONLINE, Health.UNKNOWN, Health.STALE, Health.OFFLINE, Health.FAULT)
_NEVER_ANSWERS = "cannot_answer"
_OPENED_IN = {"partner": "partners", "person": "people"}
"""The station in which something found is opened; whatever a code stands on is opened in `lookup`."""
_ACTIVITY = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})


@dataclass(frozen=True)
class Wiring:
    """What the window is given by composition.

    `sign_off` is called when a person leaves or another takes over; `change_pin` gives a badge another PIN for the old
    one; `stay` is a sign of life, given now and then while somebody works; `remember` keeps a setting (`theme`,
    `language`) for the next start; after `idle_s` seconds without key, touch or scan the station locks (0: never).
    `find` looks for anything that is kept.
    """

    station: str
    entries: Sequence[StationEntry]
    sign_on: SignOn
    sign_off: Callable[[], object] = lambda: None
    change_pin: ChangePin = lambda _badge, _old, _new: None
    stay: Callable[[], object] = lambda: None
    remember: Callable[[str, str], object] = lambda _name, _value: None
    find: Find = lambda _words: ()
    languages: Mapping[str, str] = field(default_factory=lambda: {"en": "English"})
    idle_s: float = 300.0


class StationWindow(QWidget):
    """One workstation as a person sees it."""

    _scanned = Signal(str, str, str)
    _device_changed = Signal(object)
    _device_gone = Signal(str)
    _database_changed = Signal(object)
    warned = Signal(str)  # from any thread: what concerns everybody who works here

    def __init__(self, kit: Kit, wiring: Wiring) -> None:
        super().__init__()
        self._kit = kit
        self._wiring = wiring
        self._who: SignedOn | None = None
        self._badge = ""
        self._open_name = ""
        self._devices: dict[str, DeviceState] = {}
        self._database = Health.UNKNOWN
        self._help: HelpBrowser | None = None
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)
        self._alive = QTimer(self, interval=_SIGN_OF_LIFE_MS)
        self._alive.timeout.connect(self._tell_of_life)
        self._alive.start()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scanned.connect(self._on_scan, Qt.ConnectionType.QueuedConnection)
        self._device_changed.connect(self._on_device, Qt.ConnectionType.QueuedConnection)
        self._device_gone.connect(self._on_device_gone, Qt.ConnectionType.QueuedConnection)
        self._database_changed.connect(self._on_database, Qt.ConnectionType.QueuedConnection)
        self._build()
        kit.theme.changed.connect(self._dress)

    # - from outside, any thread -

    def scan(self, raw: str, symbology: str = "", source: str = "scanner") -> None:
        """Hand a scan to the screen in front."""
        self._scanned.emit(raw, symbology, source)

    def set_device(self, state: DeviceState) -> None:
        """Show how a device is."""
        self._device_changed.emit(state)

    def forget_device(self, device: str) -> None:
        """Show a device no more: it was taken out of the settings."""
        self._device_gone.emit(device)

    def set_database(self, health: Health) -> None:
        """Show whether the database answers."""
        self._database_changed.emit(health)

    # - from outside, the screen's thread -

    def scan_again(self) -> None:
        """Say that a code did not arrive whole."""
        self._say(Feedback(Level.ERROR, "stations.scan_again"))

    def crashed(self, report: str) -> None:
        """Say that something went wrong and where the report is."""
        self.banner.say(self._kit.texts.text("captions", "crash", {"file": report}))

    @property
    def kit(self) -> Kit:
        """The tools in use, in the language in use."""
        return self._kit

    @property
    def screen_in_front(self) -> QWidget:
        """Sign-on, home or the open station."""
        front = self._stack.currentWidget()
        assert front is not None
        return front

    def open_station(self, name: str) -> None:
        """Open a station for the person who is signed on."""
        entry = next((entry for entry in self._wiring.entries if entry.name == name), None)
        if entry is None or self._who is None:
            return
        self._close_station()
        screen = entry.factory(self._kit)
        self._open_name = name
        self._listen(screen)
        self._show(screen)

    def go_home(self) -> None:
        """Leave the open station; its work stands as it is."""
        if self._who is None:
            return
        self._close_station()
        home = HomeScreen(self._kit, self._wiring.entries, self._who)
        home.opened.connect(self.open_station)
        home.help_asked.connect(self.open_help)
        home.left.connect(self.sign_off)
        self._show(home)

    def sign_off(self) -> None:
        """Leave the station to the next person."""
        if self._who is not None:
            self._wiring.sign_off()
        self._who = None
        self._badge = ""
        self._close_station()
        self._sign_on.start_over()
        self._show(self._sign_on)

    def lock(self) -> None:
        """Hide the work until the same person types the PIN; another badge starts over."""
        if self._who is not None and self.screen_in_front is not self._sign_on:
            self._sign_on.lock(self._badge, self._who.person)
            self._stack.setCurrentWidget(self._sign_on)
            self._know_actions()

    def open_help(self, topic: str = "") -> None:
        """Open the manual at a page; without one, at the page of what is in front."""
        if self._help is None:
            self._help = HelpBrowser(self._kit)
            self._help.setLayoutDirection(self.layoutDirection())
        self._help.open(topic or self._topic())

    @property
    def manual(self) -> HelpBrowser | None:
        """The manual's window, once it was opened."""
        return self._help

    def use_language(self, language: str) -> None:
        """Speak another language; the open station is taken up again at the same step."""
        self._kit = replace(self._kit, texts=Texts.load(language))
        self._wiring.remember("language", language)
        reopen = self._open_name
        self._close_station()
        self._build()
        if self._who is not None:
            self.open_station(reopen) if reopen else self.go_home()

    # - Qt -

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Any key or touch keeps the station awake."""
        if event.type() in _ACTIVITY:
            self._stay_awake()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Watch for signs of life where keys and touches arrive first."""
        super().showEvent(event)
        handle = self.windowHandle()
        handle.removeEventFilter(self)
        handle.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sizes grow with the window."""
        super().resizeEvent(event)
        self._kit.theme.fit(event.size())
        self.banner.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of everything; the work stands as it is."""
        self._idle.stop()
        self._alive.stop()
        self._close_station()
        if self._help is not None:
            self._help.close()
        super().closeEvent(event)

    # - inside -

    def _build(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        texts = self._kit.texts
        self._help = None
        self.setWindowTitle(texts.text("titles", "program"))
        self.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if texts.right_to_left else Qt.LayoutDirection.LeftToRight
        )
        self.strip = StatusStrip(self._kit.theme, texts)
        self._menu = QPushButton(texts.text("commands", "MENU"), autoDefault=False)
        self._menu.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu.setProperty("role", "quiet")
        self._menu.clicked.connect(self._open_menu)
        top = QWidget()
        top.setObjectName("statusStrip")
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 6, 0)
        row.addWidget(self.strip, 1)
        row.addWidget(self._menu)
        self._stack = QStackedWidget()
        self._column.addWidget(top)
        self._column.addWidget(self._stack, 1)
        self.banner = Banner(self._kit, self)
        self.warned.connect(self.banner.say, Qt.ConnectionType.QueuedConnection)
        self.actions_registry = ActionRegistry(self, texts)
        self.palette_sheet = CommandPalette(self._kit, self.actions_registry, self)
        self.palette_sheet.chosen.connect(self._open_found)
        self._sign_on = SignOnScreen(self._kit, self._wiring.sign_on, self._wiring.change_pin)
        self._sign_on.signed_on.connect(self._signed_on)
        self._sign_on.help_asked.connect(self.open_help)
        self._stack.addWidget(self._sign_on)
        self._fill_strip()
        self._know_actions()
        self._dress()

    def _signed_on(self, who: SignedOn) -> None:
        same = self._who is not None and self._who.person == who.person and self._sign_on.badge == self._badge
        front = self._stack.widget(self._stack.count() - 1)
        self._who, self._badge = who, self._sign_on.badge
        if same and front is not None and front is not self._sign_on:
            self._show(front)
        else:
            self.go_home()
        if who.warning and isinstance(home := self._stack.currentWidget(), HomeScreen):
            home.say(who.warning)
        self._stay_awake()

    def _listen(self, screen: Any) -> None:  # noqa: ANN401  (screens offer what they have)
        """Connect to what a screen offers; a manager's screen need not have what a dialog has."""
        if hasattr(screen, "left"):
            screen.left.connect(self.go_home, Qt.ConnectionType.QueuedConnection)
        if hasattr(screen, "help_asked"):
            screen.help_asked.connect(self.open_help)
        if hasattr(screen, "shown"):
            screen.shown.connect(self._show_work)
        if hasattr(screen, "other_asked"):
            screen.other_asked.connect(self._open_about, Qt.ConnectionType.QueuedConnection)

    def _open_about(self, name: str, code: str) -> None:
        """Open another station for what a code means, as if it had been scanned there."""
        self.open_station(name)
        if self._open_name == name:
            self._on_scan(code, "", "keyboard")

    def _find(self, words: str) -> Sequence[Found]:
        """What is kept under these words, as far as there is a station in which this person may open it."""
        return [one for one in self._wiring.find(words) if self._allowed(_OPENED_IN.get(one.kind, "lookup"))]

    def _allowed(self, name: str) -> bool:
        entry = next((entry for entry in self._wiring.entries if entry.name == name), None)
        return (
            entry is not None
            and self._who is not None
            and (not entry.permission or entry.permission in self._who.permissions)
        )

    def _open_found(self, found: Found) -> None:
        """Open what was found, as if its code had been scanned where such things are looked at."""
        self._open_about(_OPENED_IN.get(found.kind, "lookup"), found.code or found.label)

    def _show(self, screen: QWidget) -> None:
        if self._stack.indexOf(screen) < 0:
            self._stack.addWidget(screen)
        self._stack.setCurrentWidget(screen)
        self.strip.set_work()
        prompt = getattr(screen, "prompt", None)
        if isinstance(prompt, Prompt):
            self._show_work(prompt)
        self._fill_strip()
        self._know_actions()
        screen.setFocus() if screen.focusPolicy() != Qt.FocusPolicy.NoFocus else None

    def _show_work(self, prompt: Prompt) -> None:
        """Tell the strip what is in hand, and the band why a label or a weight that is waited for does not come."""
        if prompt.waiting == _PRINTING:
            self._say_why_not(prompt, self._devices.get(prompt.facts.get("printer", "")), "stations.no_label_yet")
        elif prompt.waiting == _WEIGHING:
            scales = [one for one in self._devices.values() if one.role is DeviceRole.SCALE]
            self._say_why_not(prompt, scales[0] if len(scales) == 1 else None, "stations.trouble_scale")
        facts = prompt.facts
        at = facts.get("cut_off_at", "")
        self.strip.set_work(
            document=prompt.document,
            carrier=facts.get("carrier", ""),
            cut_off=facts.get("cut_off", ""),
            cut_off_at=datetime.fromisoformat(at) if at else None,
        )

    def _close_station(self) -> None:
        """Leave whatever stands in front of the sign-on screen."""
        self._open_name = ""
        for n in reversed(range(self._stack.count())):
            screen: Any = self._stack.widget(n)
            if screen is self._sign_on:
                continue
            if hasattr(screen, "let_go"):
                screen.let_go()
            self._stack.removeWidget(screen)
            screen.deleteLater()

    def _on_scan(self, raw: str, symbology: str, source: str) -> None:
        self._stay_awake()
        if self.palette_sheet.isVisible():
            self._say(Feedback(Level.ERROR, "stations.palette_open", {"scanned": raw}))
            return
        screen: Any = self.screen_in_front
        if hasattr(screen, "on_scan"):
            screen.on_scan(raw, symbology, source)
        else:
            self._kit.sounds.play(Level.ERROR)

    def _say(self, feedback: Feedback) -> None:
        screen: Any = self.screen_in_front
        if hasattr(screen, "say"):
            screen.say(feedback)
        else:
            self._kit.sounds.play(feedback.level)

    def _on_device(self, state: DeviceState) -> None:
        before = self._devices.get(state.device)
        self._devices[state.device] = state
        self._show_role(state.role)
        if state.health in _TROUBLE and before is not None and before.health not in _TROUBLE:
            self._tell_of_trouble(state)

    def _on_device_gone(self, device: str) -> None:
        state = self._devices.pop(device, None)
        if state is not None:
            self._show_role(state.role)

    def _show_role(self, role: DeviceRole) -> None:
        """Of several devices of a kind the strip shows the one that needs somebody most.

        A printer of pages, or one behind a queue, never answers: that is no reason to hide that another one is ready.
        """
        states = [state for state in self._devices.values() if state.role is role]
        if states:
            self.strip.set_device(max(states, key=_urgency))
        else:
            self.strip.forget_device(role)

    def _tell_of_trouble(self, state: DeviceState) -> None:
        """Say what to do about a device that just failed, unless an error stands that nobody took note of yet."""
        band = getattr(self.screen_in_front, "band", None)
        if not isinstance(band, FeedbackBand) or band.level is not Level.ERROR:
            self._say(Feedback(Level.WARNING, f"stations.trouble_{state.role}", {"reason": state.reason}))

    def _say_why_not(self, prompt: Prompt, state: DeviceState | None, code: str) -> None:
        """A device that is waited for is in trouble: that goes before what else is told, but for errors.

        It is heard with the verdict that it takes the place of; later looks are silent.
        """
        screen: Any = self.screen_in_front
        told = prompt.feedback
        if state is None or state.health not in _TROUBLE or getattr(screen, "prompt", None) is not prompt:
            return
        if told is None or told.level is not Level.ERROR:
            why = {"printer": state.device, "reason": state.reason}
            screen.say(Feedback(Level.WARNING, code, why), sound=told is not None)

    def _on_database(self, health: Health) -> None:
        self._database = health
        self.strip.set_database(health)

    def _tell_of_life(self) -> None:
        """While somebody works here, and the station has not locked itself, their sign-on goes on."""
        if self._who is not None and self.screen_in_front is not self._sign_on:
            self._wiring.stay()

    def _fill_strip(self) -> None:
        self.strip.set_place(station=self._wiring.station, person=self._who.person if self._who else "")
        self.strip.set_database(self._database)
        for role in {state.role for state in self._devices.values()}:
            self._show_role(role)

    def _know_actions(self) -> None:
        """The actions that make sense for who is here."""
        registry, texts = self.actions_registry, self._kit.texts
        registry.remove_all()
        here = self._who is not None and self.screen_in_front is not self._sign_on
        self.palette_sheet.look_for = self._find if here else None
        registry.add("palette", self.palette_sheet.open, shortcut="Ctrl+K")
        registry.add("help", self.open_help, shortcut="F1")
        registry.add("theme", self._switch_theme, shortcut="Ctrl+T")
        registry.add("full_screen", self._switch_full_screen, shortcut="Ctrl+Shift+F")
        if len(self._wiring.languages) > 1:
            for code, name in self._wiring.languages.items():
                registry.add(f"language:{code}", partial(self.use_language, code), facts={"language": name})
        if here:
            for entry in self._wiring.entries:
                title = texts.text("titles", entry.name)
                registry.add(
                    f"open_station:{entry.name}", partial(self.open_station, entry.name), facts={"station": title}
                )
                registry.enable(f"open_station:{entry.name}", enabled=self._allowed(entry.name))
            registry.add("search", self.palette_sheet.search, shortcut="Ctrl+F")
            registry.add("home", self.go_home)
            registry.add("lock", self.lock, shortcut="Ctrl+L")
            registry.add("sign_off", self.sign_off)
        registry.add("quit", self.close, shortcut="Ctrl+Q")

    def _open_menu(self) -> None:
        menu = self.actions_registry.menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._menu.mapToGlobal(self._menu.rect().bottomLeft()))

    def _topic(self) -> str:
        if self.screen_in_front is self._sign_on:
            return "sign_on"
        entry = next((entry for entry in self._wiring.entries if entry.name == self._open_name), None)
        topic = getattr(self.screen_in_front, "topic", None)
        if callable(topic):
            return str(topic())
        return entry.topic if entry else "home"

    def _switch_theme(self) -> None:
        scheme = Scheme.DARK if self._kit.theme.scheme is Scheme.LIGHT else Scheme.LIGHT
        self._kit.theme.use(scheme)
        self._wiring.remember("theme", scheme.value)

    def _switch_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _dress(self) -> None:
        self._menu.setIcon(icon(self._kit.theme, "menu", tint="muted", size_px=18))

    def _stay_awake(self) -> None:
        if self._wiring.idle_s > 0 and self._who is not None:
            self._idle.start(int(self._wiring.idle_s * 1000))


def _urgency(state: DeviceState) -> tuple[bool, int]:
    return state.reason != _NEVER_ANSWERS, _URGENCY.index(state.health)
