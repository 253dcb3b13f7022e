"""The devices of this station: everybody may look, test and learn why; who may set up finds, adds, changes, removes.

What is greyed out here the database asks again. Whatever takes time is done in worker threads: the station works on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from app.devices.calibrating import SHEET
from app.devices.finding import Found
from app.dialogs.dialog import Feedback, Level
from app.domain.codes import without_badges
from app.domain.equipment import DeviceRole
from app.domain.errors import Refusal
from app.services.station_templates import CHANGE as TEMPLATE
from app.settings import DeviceSetting, Role
from app.stations.devices.calibrate import CalibratePage
from app.stations.devices.find import FindPage
from app.stations.devices.live import LivePage
from app.stations.devices.templates import TemplatesPage
from app.stations.devices.work import DeviceWork
from app.stations.kit.bus import Subscribe
from app.stations.kit.fkey_bar import HELP, HOME
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.record_table import RecordTable
from app.stations.kit.tasks import Stopped

DEVICES = "devices"
TEST, ZERO, SAVE, REMOVE, NEW = "TEST_DEVICE", "ZERO_SCALE", "SAVE", "REMOVE_DEVICE", "NEW_DEVICE"
START, SHEET_PAPER, KEEP, FILL_IN, SUPPORT = "START_CALIBRATION", "CALIBRATION_SHEET", "KEEP", "FILL_IN", "SUPPORT"
LOOK, TICK, ASK, USE, CANCEL = "REFRESH", "TICK", "ASK_PORTS", "USE_DEVICE", "CANCEL"
TEMPLATE_FROM_HERE, COPY_TEMPLATE, REMOVE_TEMPLATE = "TEMPLATE_FROM_HERE", "COPY_TEMPLATE", "REMOVE_TEMPLATE"
COMPARE, APPLY = "COMPARE", "APPLY"
_OF_TEMPLATES = frozenset({TEMPLATE_FROM_HERE, COPY_TEMPLATE, REMOVE_TEMPLATE, APPLY})
_NEEDS_SET_UP = _OF_TEMPLATES | frozenset({SAVE, REMOVE, NEW, ASK, USE, ZERO, START, KEEP, FILL_IN, SUPPORT})


class DevicesScreen(ManagerScreen):
    """Pages: this station, find, calibrate, templates."""

    answered = Signal(str)
    """A command was carried out, or refused."""

    def __init__(self, kit: Kit, work: DeviceWork, *, subscribe: Subscribe) -> None:
        super().__init__(kit, DEVICES, subscribe=subscribe, kinds={"printer", TEMPLATE})
        self._work = work
        self.live = LivePage(kit, work.look, may=work.may)
        self.finding = FindPage(kit, work)
        self.calibrating = CalibratePage(kit, work.look, work.heard_since)
        self.templates = TemplatesPage(kit, work.templates, self.live.devices, may=work.may)
        self.pages = QTabWidget(documentMode=True)
        self.pages.tabBar().setDrawBase(False)
        self._arrange()
        self._connect()
        self._know()
        self.live.table.open()
        self.start(work.needed, self._knows_needed, failed=lambda _why: None)

    def on_scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """Show what was read, by which scanner, and how it announced itself."""
        if self.calibrating.running:
            return
        view = next((one for one in self._work.look() if one.setting.id == source), None)
        said = view.said if view else without_badges(raw)
        facts = {"device": source, "code": said, "symbology": symbology or "?"}
        self.say(Feedback(Level.OK, "devices.scanned", facts))
        self.live.refresh()

    def say(self, feedback: Feedback) -> None:
        """Show a verdict; while a scanner is calibrated its cut codes are what is looked at."""
        if not (self.calibrating.running and feedback.code == "stations.scan_again"):
            super().say(feedback)

    def say_stopped(self, stopped: Stopped) -> None:
        """Show why something could not be done, and that there is an answer."""
        super().say_stopped(stopped)
        self.answered.emit("")

    def front(self) -> RecordTable:
        """The templates, what was found, or the devices of this station."""
        if self.pages.currentWidget() is self.templates:
            return self.templates.table
        return (self.finding if self.pages.currentWidget() is self.finding else self.live).table

    def refresh(self) -> None:
        """Read this station's devices and the templates again; what is attached is looked for only when asked for."""
        self.live.refresh()
        if self.pages.currentWidget() is self.templates:
            self.templates.table.refresh()

    def step_back(self) -> bool:
        """Stop calibrating."""
        running = self.calibrating.running
        if running:
            self._cancel()
        return running

    def let_go(self) -> None:
        """The screen is left: ask no port any more, want no answers."""
        self.calibrating.stop()
        self.finding.cancel()
        super().let_go()

    def carry_out(self, command: str) -> None:
        """Carry out a command that is offered and allowed."""
        commands: dict[str, Callable[[], object]] = {
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
        if self.pages.currentWidget() is self.templates:
            commands |= self._of_templates()
        if command in self._allowed():
            commands[command]()
            self._know()

    # - inside -

    def _arrange(self) -> None:
        pages: tuple[tuple[QWidget, str], ...] = (
            (self.live, "live"),
            (self.finding, "find"),
            (self.calibrating, "calibrate"),
            (self.templates, "templates"),
        )
        for page, name in pages:
            self.pages.addTab(page, self._kit.texts.text("captions", f"device.page.{name}"))
        self.lay_out(self.pages)

    def _connect(self) -> None:
        self.pages.currentChanged.connect(lambda _n: self._turned())
        self.live.chosen.connect(self._know)
        self.finding.chosen.connect(self._know)
        self.templates.chosen.connect(self._know)
        self.calibrating.stepped.connect(self._stepped)
        self.finding.asked.connect(self._asked)
        self.finding.stopped.connect(self.say_stopped)
        for table in (self.live.table, self.finding.table, self.templates.table):
            self.hear_of(table)

    def _turned(self) -> None:
        self.calibrating.stop()
        if self.pages.currentWidget() is self.finding:
            self.finding.table.open()
        elif self.pages.currentWidget() is self.calibrating:
            self.calibrating.know_scanners()
        elif self.pages.currentWidget() is self.templates:
            self.templates.table.open()
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
        if self.pages.currentWidget() is self.templates:
            return (TEMPLATE_FROM_HERE, COPY_TEMPLATE, NEW, REMOVE, SAVE, REMOVE_TEMPLATE, COMPARE, APPLY)
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
        if self.pages.currentWidget() is self.templates:
            if self.templates.compared is None or not self.templates.compared.differences:
                possible -= {APPLY}
            if not self.templates.before:
                possible -= {COPY_TEMPLATE, REMOVE_TEMPLATE}
        elif self.live.view is None:
            possible -= {TEST, REMOVE, ZERO}
        if self.finding.found is None:
            possible -= {USE, TICK}
        if not self.finding.ticked:
            possible -= {ASK}
        if self.calibrating.found is None or not self.calibrating.found.usable:
            possible -= {KEEP}
        return frozenset(possible if self._work.may else possible - _NEEDS_SET_UP)

    def _of_templates(self) -> dict[str, Callable[[], object]]:
        """What the keys do on the page of templates."""
        page = self.templates
        return {
            TEMPLATE_FROM_HERE: lambda: page.begin(copy=False),
            COPY_TEMPLATE: lambda: self._carefully(lambda: page.begin(copy=True)),
            NEW: lambda: self._carefully(page.add_device),
            REMOVE: page.drop_device,
            SAVE: lambda: self._carefully(self._save_template),
            REMOVE_TEMPLATE: self._remove_template,
            COMPARE: lambda: self._carefully(self._compare),
            APPLY: self._apply,
        }

    def _carefully(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal as refusal:
            self.say_stopped(refusal)

    def _save_template(self) -> None:
        wanted, before = self.templates.wanted(), self.templates.before
        if not wanted.name:
            raise Refusal("devices.template_unnamed")
        self._change_template(SAVE, "template_saved", wanted.name, lambda: self._work.save_template(wanted, before))

    def _remove_template(self) -> None:
        name = self.templates.before
        self._change_template(REMOVE_TEMPLATE, "template_removed", name, lambda: self._work.remove_template(name))

    def _change_template(self, command: str, code: str, name: str, change: Callable[[], object]) -> None:
        def done(_answer: object) -> None:
            self.templates.took("" if command == REMOVE_TEMPLATE else name)
            self.say(Feedback(Level.OK, f"devices.{code}", {"name": name}))
            self._know()
            self.answered.emit(command)

        self.start(change, done)

    def _compare(self) -> None:
        result = self.templates.compare()
        facts = {"count": str(len(result.differences)), "missing": str(len(result.unplaced))}
        self.say(Feedback(Level.OK, "devices.compared", facts))

    def _apply(self) -> None:
        compared, name = self.templates.compared, self.templates.name.text()
        if compared is None:
            return

        def done(_answer: object) -> None:
            self.templates.compare()
            self.say(Feedback(Level.OK, "devices.template_applied", {"name": name}))
            self._know()
            self.answered.emit(APPLY)

        self.start(lambda: self._work.save(compared.devices), done)

    def _save(self) -> None:
        try:
            wanted = self.live.form.wanted()
        except Refusal as refusal:
            self.say_stopped(refusal)
            return
        known, devices = self.live.form.known, self.live.devices()
        others = [device for device in devices if known is None or device.id != known.id]
        if any(device.id == wanted.id for device in others):
            self.say_stopped(Refusal("devices.name_taken", name=wanted.id))
            return
        changed = tuple(wanted if known and device.id == known.id else device for device in devices)
        self._keep(changed if known else (*changed, wanted), wanted.id, "devices.saved", SAVE)

    def _remove(self) -> None:
        view = self.live.view
        if view is not None:
            left = tuple(device for device in self.live.devices() if device.id != view.setting.id)
            self._keep(left, view.setting.id, "devices.removed", REMOVE)

    def _keep(self, devices: tuple[DeviceSetting, ...], device: str, code: str, command: str) -> None:
        def done(_answer: object) -> None:
            self.say(Feedback(Level.OK, code, {"device": device}))
            self.live.took(device)
            self.answered.emit(command)

        self.say(Feedback(Level.WAITING, "devices.saving", {"device": device}))
        self.start(lambda: self._work.save(devices), done)

    def _test(self) -> None:
        view = self.live.view
        if view is None:
            return
        device, role = view.setting.id, view.setting.role
        if role is Role.SCANNER:
            self.say(Feedback(Level.WAITING, "devices.scan_anything", {"device": device}))
        elif role is Role.SCALE:
            self.say(Feedback(Level.WAITING, "devices.weighing", {"device": device}))
            self.start(lambda: self._work.weigh(device), self._weighed)
        else:
            self.start(lambda: self._work.print_test(device), lambda _nothing: self._tell(TEST, "test_label", device))

    def _weighed(self, weight: object) -> None:
        device, kg = getattr(weight, "device", ""), getattr(weight, "kg", "")
        self.say(Feedback(Level.OK, "devices.weighed", {"device": str(device), "kg": str(kg)}))
        self.answered.emit(TEST)

    def _zero(self) -> None:
        view = self.live.view
        if view is not None:
            device = view.setting.id
            self.start(lambda: self._work.zero(device), lambda _nothing: self._tell(ZERO, "zeroed", device))

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

        def look() -> Found | None:
            return next((one for one in self._work.find() if one.role == lacking and not one.used_by), None)

        def done(found: Found | None) -> None:
            self.live.begin_new(found or Found("", "", role=Role(lacking)))
            self.live.form.required.setChecked(True)
            code = "devices.fill_in" if found else "devices.fill_in_none"
            place = found.place if found else ""
            self.say(Feedback(Level.WARNING, code, {"role": lacking, "place": place}))
            self.answered.emit(FILL_IN)

        self.start(look, done)

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
            self.start(
                lambda: self._work.keep_scanner(device, found), lambda _nothing: self._tell(KEEP, "calibrated", name)
            )

    def _write(self, write: Callable[[], Path], code: str, command: str) -> None:
        def done(file: Path) -> None:
            self.say(Feedback(Level.DONE, code, {"file": str(file)}))
            self.answered.emit(command)

        self.start(write, done)

    def _asked(self, recognised: int) -> None:
        level, code = (Level.OK, "devices.recognised") if recognised else (Level.WARNING, "devices.nothing_known")
        self.say(Feedback(level, code, {"count": str(recognised)}))
        self.answered.emit(ASK)

    def _tell(self, command: str, code: str, device: str) -> None:
        self.say(Feedback(Level.OK, f"devices.{code}", {"device": device}))
        self.answered.emit(command)
