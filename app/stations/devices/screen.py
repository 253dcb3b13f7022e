"""The devices of this station: everybody may look, test and learn why; who may set up finds, adds, changes, removes.

What is greyed out here the database asks again. Whatever takes time is done in worker threads: the station works on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.devices.calibrating import SHEET
from app.devices.finding import Found
from app.dialogs.dialog import Feedback, Level
from app.domain.equipment import DeviceRole
from app.domain.errors import Refusal
from app.services.changes import Change
from app.settings import DeviceSetting, Role
from app.stations.devices.calibrate import CalibratePage
from app.stations.devices.find import FindPage
from app.stations.devices.live import LivePage
from app.stations.devices.work import DeviceWork
from app.stations.kit.bus import ChangeSignals, Subscribe
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, HOME, FKeyBar
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Stopped

DEVICES = "devices"
TEST, ZERO, SAVE, REMOVE, NEW = "TEST_DEVICE", "ZERO_SCALE", "SAVE", "REMOVE_DEVICE", "NEW_DEVICE"
START, SHEET_PAPER, KEEP, FILL_IN, SUPPORT = "START_CALIBRATION", "CALIBRATION_SHEET", "KEEP", "FILL_IN", "SUPPORT"
LOOK, TICK, ASK, USE, CANCEL = "REFRESH", "TICK", "ASK_PORTS", "USE_DEVICE", "CANCEL"
_NEEDS_SET_UP = frozenset({SAVE, REMOVE, NEW, ASK, USE, ZERO, START, KEEP, FILL_IN, SUPPORT})


class DevicesScreen(QWidget):
    """Pages: this station, find, calibrate."""

    left = Signal()
    help_asked = Signal(str)
    answered = Signal(str)
    """A command was carried out, or refused."""

    def __init__(self, kit: Kit, work: DeviceWork, *, subscribe: Subscribe) -> None:
        super().__init__()
        self._kit = kit
        self._work = work
        self._error = ""
        self.live = LivePage(kit, work.look, may=work.may)
        self.finding = FindPage(kit, work)
        self.calibrating = CalibratePage(kit, work.look, work.heard_since)
        self.pages = QTabWidget(documentMode=True)
        self.pages.tabBar().setDrawBase(False)
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit)
        self._changes = ChangeSignals(subscribe, self)
        self._arrange()
        self._connect()
        self._know()
        self.live.table.open()
        kit.tasks.start(lambda _progress: work.needed(), done=self._knows_needed, failed=lambda _why: None)

    def on_scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """Show what was read, by which scanner, and how it announced itself."""
        if self.calibrating.running:
            return
        view = next((one for one in self._work.look() if one.setting.id == source), None)
        said = view.said if view else raw
        facts = {"device": source, "code": said, "symbology": symbology or "?"}
        self.say(Feedback(Level.OK, "devices.scanned", facts))
        self.live.refresh()

    def say(self, feedback: Feedback) -> None:
        """Show a verdict, also from outside."""
        if self.calibrating.running and feedback.code == "stations.scan_again":
            return
        self._error = feedback.code if feedback.level is Level.ERROR else ""
        self.band.show_feedback(feedback)

    def topic(self) -> str:
        """What F1 is about: the error in sight, else this screen."""
        return f"error:{self._error}" if self.band.level is Level.ERROR else DEVICES

    def let_go(self) -> None:
        """The screen is left: ask no port any more, want no answers."""
        self._changes.close()
        self.calibrating.stop()
        self.finding.cancel()
        for table in (self.live.table, self.finding.table):
            table.stop()

    def command(self, command: str) -> None:
        """Carry out a command that is offered and allowed."""
        commands: dict[str, Callable[[], object]] = {
            HELP: lambda: self.help_asked.emit(self.topic()),
            HOME: self.left.emit,
            NEW: self.live.begin_new,
            SAVE: self._save,
            FILL_IN: self._fill_in,
            REMOVE: self._remove,
            TEST: self._test,
            ZERO: self._zero,
            LOOK: self.finding.refresh,
            TICK: lambda: self.finding.tick(self.finding.found),
            ASK: self.finding.ask,
            USE: self._use,
            CANCEL: self._cancel,
            START: self.calibrating.start,
            SHEET_PAPER: lambda: self._write(self._work.write_sheet, "devices.sheet_written", SHEET_PAPER),
            KEEP: self._keep_scanner,
            SUPPORT: lambda: self._write(self._work.write_bundle, "devices.bundle_written", SUPPORT),
        }
        if command in {HELP, HOME} or command in self._allowed():
            commands[command]()
            self._know()

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys give commands; Escape takes note of an error, then empties the filter, then leads home."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not self.keys.press(event.key()):
            super().keyPressEvent(event)

    # - inside -

    def _arrange(self) -> None:
        for page, name in ((self.live, "live"), (self.finding, "find"), (self.calibrating, "calibrate")):
            self.pages.addTab(page, self._kit.texts.text("captions", f"device.page.{name}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.pages, 1)
        column.addWidget(self.band)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self._changes.changed.connect(self._heard)
        self.keys.pressed.connect(self.command)
        self.pages.currentChanged.connect(lambda _n: self._turned())
        self.live.chosen.connect(self._know)
        self.finding.chosen.connect(self._know)
        self.calibrating.stepped.connect(self._stepped)
        self.finding.asked.connect(self._asked)
        self.finding.stopped.connect(self._stopped)
        for table in (self.live.table, self.finding.table):
            table.troubled.connect(self.say)

    def _turned(self) -> None:
        self.calibrating.stop()
        if self.pages.currentWidget() is self.finding:
            self.finding.table.open()
        elif self.pages.currentWidget() is self.calibrating:
            self.calibrating.know_scanners()
        self._know()

    def _know(self) -> None:
        """Offer the commands of the page in front; grey out those that may not be given."""
        self.keys.show_commands(self._offered(), why=False)
        allowed = self._allowed() | {HELP, HOME}
        for command, button in zip(self.keys.commands().values(), self.keys.buttons(), strict=True):
            button.setEnabled(command in allowed)

    def _offered(self) -> tuple[str, ...]:
        if self.pages.currentWidget() is self.finding:
            return (LOOK, TICK, CANCEL if self.finding.busy else ASK, USE)
        if self.pages.currentWidget() is self.calibrating:
            return (SHEET_PAPER, CANCEL if self.calibrating.running else START, KEEP)
        view = self.live.view
        scale = view is not None and view.setting.role is Role.SCALE
        return (
            TEST,
            *((ZERO,) if scale else ()),
            NEW,
            *((FILL_IN,) if self.live.missing() else ()),
            SAVE,
            REMOVE,
            SUPPORT,
        )

    def _allowed(self) -> frozenset[str]:
        possible = set(self._offered())
        if self.live.view is None:
            possible -= {TEST, REMOVE, ZERO}
        if self.finding.found is None:
            possible -= {USE, TICK}
        if not self.finding.ticked:
            possible -= {ASK}
        if self.calibrating.found is None or not self.calibrating.found.usable:
            possible -= {KEEP}
        return frozenset(possible if self._work.may else possible - _NEEDS_SET_UP)

    def _save(self) -> None:
        try:
            wanted = self.live.form.wanted()
        except Refusal as refusal:
            self._stopped(refusal)
            return
        known, devices = self.live.form.known, self.live.devices()
        others = [device for device in devices if known is None or device.id != known.id]
        if any(device.id == wanted.id for device in others):
            self._stopped(Refusal("devices.name_taken", name=wanted.id))
            return
        changed = tuple(wanted if known and device.id == known.id else device for device in devices)
        self._keep(changed if known else (*changed, wanted), wanted.id, "devices.saved", SAVE)

    def _remove(self) -> None:
        view = self.live.view
        if view is not None:
            left = tuple(device for device in self.live.devices() if device.id != view.setting.id)
            self._keep(left, view.setting.id, "devices.removed", REMOVE)

    def _keep(self, devices: tuple[DeviceSetting, ...], device: str, code: str, command: str) -> None:
        def done(_nothing: None) -> None:
            self.say(Feedback(Level.OK, code, {"device": device}))
            self.live.took(device)
            self.answered.emit(command)

        self.say(Feedback(Level.WAITING, "devices.saving", {"device": device}))
        self._start(lambda: self._work.save(devices), done)

    def _test(self) -> None:
        view = self.live.view
        if view is None:
            return
        device, role = view.setting.id, view.setting.role
        if role is Role.SCANNER:
            self.say(Feedback(Level.WAITING, "devices.scan_anything", {"device": device}))
        elif role is Role.SCALE:
            self.say(Feedback(Level.WAITING, "devices.weighing", {"device": device}))
            self._kit.tasks.start(lambda _progress: self._work.weigh(device), done=self._weighed, failed=self._stopped)
        else:
            self._start(lambda: self._work.print_test(device), lambda _nothing: self._tell(TEST, "test_label", device))

    def _weighed(self, weight: object) -> None:
        device, kg = getattr(weight, "device", ""), getattr(weight, "kg", "")
        self.say(Feedback(Level.OK, "devices.weighed", {"device": str(device), "kg": str(kg)}))
        self.answered.emit(TEST)

    def _zero(self) -> None:
        view = self.live.view
        if view is not None:
            device = view.setting.id
            self._start(lambda: self._work.zero(device), lambda _nothing: self._tell(ZERO, "zeroed", device))

    def _use(self) -> None:
        """Begin a device out of what was found; what is missing a person says, then saves."""
        found = self.finding.found
        if found is not None:
            self.finding.cancel()
            self.pages.setCurrentWidget(self.live)
            self.live.begin_new(found)
            self.say(Feedback(Level.WARNING, "devices.complete_and_save", {"place": found.place}))

    def _knows_needed(self, needed: Sequence[DeviceRole]) -> None:
        self.live.show_needed(needed)
        self._know()

    def _fill_in(self) -> None:
        """Begin the first device that this station needs and lacks, out of what is attached for certain."""
        lacking = self.live.missing()[0].value

        def look(_progress: object) -> Found | None:
            return next((one for one in self._work.find() if one.role == lacking and not one.used_by), None)

        def done(found: Found | None) -> None:
            self.live.begin_new(found or Found("", "", role=Role(lacking)))
            self.live.form.required.setChecked(True)
            code = "devices.fill_in" if found else "devices.fill_in_none"
            place = found.place if found else ""
            self.say(Feedback(Level.WARNING, code, {"role": lacking, "place": place}))
            self.answered.emit(FILL_IN)

        self._kit.tasks.start(look, done=done, failed=self._stopped)

    def _cancel(self) -> None:
        self.finding.cancel()
        self.calibrating.stop()
        self.band.clear()

    def _stepped(self) -> None:
        """Say which code of the sheet comes next."""
        name = self.calibrating.awaited()
        if name:
            number = next(n for n, code in enumerate(SHEET, 1) if code.name == name)
            words = self._kit.texts.text("captions", f"calibration.code.{name}")
            facts = {"number": str(number), "count": str(len(SHEET)), "name": words}
            self.say(Feedback(Level.WAITING, "devices.scan_sheet", facts))
        else:
            self.band.clear()
        self._know()

    def _keep_scanner(self) -> None:
        device, found = self.calibrating.device, self.calibrating.found
        if found is not None:
            name = device or self._kit.texts.text("captions", "device.a_wedge")
            self._start(
                lambda: self._work.keep_scanner(device, found), lambda _nothing: self._tell(KEEP, "calibrated", name)
            )

    def _write(self, write: Callable[[], Path], code: str, command: str) -> None:
        def done(file: Path) -> None:
            self.say(Feedback(Level.DONE, code, {"file": str(file)}))
            self.answered.emit(command)

        self._kit.tasks.start(lambda _progress: write(), done=done, failed=self._stopped)

    def _asked(self, recognised: int) -> None:
        level, code = (Level.OK, "devices.recognised") if recognised else (Level.WARNING, "devices.nothing_known")
        self.say(Feedback(level, code, {"count": str(recognised)}))
        self.answered.emit(ASK)

    def _tell(self, command: str, code: str, device: str) -> None:
        self.say(Feedback(Level.OK, f"devices.{code}", {"device": device}))
        self.answered.emit(command)

    def _start(self, work: Callable[[], object], done: Callable[[None], None]) -> None:
        def run(_progress: object) -> None:
            work()

        self._kit.tasks.start(run, done=done, failed=self._stopped)

    def _stopped(self, stopped: Stopped) -> None:
        self.say(Feedback(Level.ERROR, stopped.code, {name: str(value) for name, value in stopped.facts.items()}))
        self.answered.emit("")

    def _heard(self, changes: tuple[Change, ...]) -> None:
        if self.isVisible() and any(change.kind == "printer" for change in changes):
            self.live.refresh()

    def _escape(self) -> None:
        if self.calibrating.running:
            self._cancel()
            return
        front = self.finding if self.pages.currentWidget() is self.finding else self.live
        filter_line = front.table.filter
        if self.band.acknowledge():
            return
        if filter_line.text():
            filter_line.clear()
        else:
            self.left.emit()
