"""People and stations, for managers to look at and administrators to change; live.

What may be done is asked of the database each time. Here it is only greyed out, by what the database said of each row.
"""

import secrets
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.domain.people import Person
from app.services import people
from app.services.changes import Change
from app.services.work import UnitOfWork
from app.stations.kit.bus import ChangeSignals, Subscribe
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, HOME, FKeyBar
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import RecordTable
from app.stations.kit.tasks import Stopped
from app.stations.people.groups import GroupTab, HistoryTab
from app.stations.people.person import PersonTab
from app.stations.people.rows import group_words
from app.stations.people.station import StationTab
from app.stations.people.work import PeopleWork

PEOPLE = "people"
NEW, SAVE, NEW_PIN, NEW_BADGE = "NEW_PERSON", "SAVE", "NEW_PIN", "NEW_BADGE"
UNLOCK, SIGN_OFF, LEAVE, RETURN, PRINT = "UNLOCK", "SIGN_OFF_PERSON", "LEAVE", "RETURN", "PRINT_BADGE"
SWITCH_OFF, SWITCH_ON, REFRESH = "SWITCH_OFF", "SWITCH_ON", "REFRESH"
_PIN_DIGITS = 6
_ANYWAY_MS = 30_000


class PeopleScreen(QWidget):
    """Four pages: people, stations, groups, history."""

    left = Signal()
    help_asked = Signal(str)
    answered = Signal()
    """A change was made, or refused."""

    def __init__(self, kit: Kit, work: PeopleWork, *, subscribe: Subscribe) -> None:
        super().__init__()
        self._kit = kit
        self._work = work
        self._error = ""
        self.people = PersonTab(kit, work.run)
        self.stations = StationTab(kit, work.run)
        self.groups = GroupTab(kit, work.run)
        self.history = HistoryTab(kit, work.run)
        self.pages = QTabWidget(documentMode=True)
        self.pages.tabBar().setDrawBase(False)
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit)
        self._changes = ChangeSignals(subscribe, self)
        self._anyway = QTimer(self, interval=_ANYWAY_MS)
        self._arrange()
        self._connect()
        self._know()
        for table in self._tables():
            table.open()

    def on_scan(self, raw: str, symbology: str = "", _source: str = "keyboard") -> None:
        """Show whose badge was scanned."""
        badge = dict(read_code(raw, symbology).lookups).get("badge", "")
        self.pages.setCurrentWidget(self.people)
        self.people.table.filter.setText(badge or raw.strip())

    def say(self, feedback: Feedback) -> None:
        """Show a verdict, also from outside."""
        self._error = feedback.code if feedback.level is Level.ERROR else ""
        self.band.show_feedback(feedback)

    def topic(self) -> str:
        """What F1 is about: the error in sight, else this screen."""
        return f"error:{self._error}" if self.band.level is Level.ERROR else PEOPLE

    def let_go(self) -> None:
        """The screen is left: hear no more changes, want no answers."""
        self._changes.close()
        self._anyway.stop()
        for table in self._tables():
            table.stop()

    def allowed(self) -> frozenset[str]:
        """The commands that make sense now and are not greyed out."""
        always = {HELP, HOME, REFRESH}
        if self._front is self.stations:
            station = self.stations.station
            return frozenset(
                always | ({SAVE, SWITCH_OFF, SWITCH_ON} if station is not None and station.mine else set())
            )
        if self._front is not self.people or not self._work.may:
            return frozenset(always)
        person = self.people.person
        theirs = (
            {SAVE, NEW_PIN, NEW_BADGE, UNLOCK, SIGN_OFF, LEAVE, RETURN, PRINT}
            if person is not None and person.mine
            else set()
        )
        return frozenset(always | {NEW} | theirs | ({SAVE} if self.people.new else set()))

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys give commands; Escape takes note of an error, then empties the filter, then leads home."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not self.keys.press(event.key()):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Fresh rows, ready to filter."""
        super().showEvent(event)
        self._anyway.start()
        self.people.table.filter.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._anyway.stop()

    # - inside -

    @property
    def _front(self) -> QWidget:
        return self.pages.currentWidget()

    def _tables(self) -> tuple[RecordTable, ...]:
        rights = (self.people.rights.table, self.groups.rights.table)
        return (self.people.table, self.stations.table, self.history.table, *rights)

    def _arrange(self) -> None:
        for page, name in ((self.people, "people"), (self.stations, "stations"), (self.groups, "groups")):
            self.pages.addTab(page, self._kit.texts.text("captions", f"people.page.{name}"))
        self.pages.addTab(self.history, self._kit.texts.text("captions", "people.page.history"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.pages, 1)
        column.addWidget(self.band)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self._changes.changed.connect(self._heard)
        self._anyway.timeout.connect(self._refresh)
        self.keys.pressed.connect(self._command)
        self.pages.currentChanged.connect(lambda _n: self._turned())
        self.people.chosen.connect(self._know)
        self.stations.chosen.connect(self._know)
        self.people.rights.said.connect(self._say_of_person)
        self.groups.rights.said.connect(self._say_of_group)
        for panel in (self.people.rights, self.groups.rights):
            panel.limit_wrong.connect(
                lambda typed: self.say(Feedback(Level.ERROR, "permission.limit_wrong", {"limit": typed}))
            )
        for table in self._tables():
            table.troubled.connect(self.say)

    def _turned(self) -> None:
        self._refresh()
        self._know()

    def _refresh(self) -> None:
        page = self._front
        assert isinstance(page, PersonTab | StationTab | GroupTab | HistoryTab)
        page.refresh()

    def _heard(self, changes: tuple[Change, ...]) -> None:
        if self.isVisible() and any(change.kind in {people.PERSON, people.STATION} for change in changes):
            self._refresh()

    def _know(self) -> None:
        """Offer the commands of the page in front; grey out those that may not be given."""
        keys = self._offered()
        self.keys.show_commands(keys, why=False)
        allowed = self.allowed()
        for command, button in zip(self.keys.commands().values(), self.keys.buttons(), strict=True):
            button.setEnabled(command in allowed)

    def _offered(self) -> tuple[str, ...]:
        if self._front is self.people:
            person = self.people.person
            leave = RETURN if person is not None and not person.active else LEAVE
            return (NEW, SAVE, NEW_PIN, NEW_BADGE, UNLOCK, SIGN_OFF, leave, PRINT)
        if self._front is self.stations:
            station = self.stations.station
            return (SAVE, SWITCH_ON if station is not None and not station.active else SWITCH_OFF, REFRESH)
        return (REFRESH,)

    def _command(self, command: str) -> None:
        if command not in self.allowed():
            return
        commands: dict[str, Callable[[], object]] = {
            HELP: lambda: self.help_asked.emit(self.topic()),
            HOME: self.left.emit,
            REFRESH: self._refresh,
            NEW: self.people.begin_new,
            SWITCH_OFF: self._switch_station,
            SWITCH_ON: self._switch_station,
            SAVE: self._save_station if self._front is self.stations else self._save_person,
        }
        person = self.people.person
        if person is not None:
            commands |= self._of_person(person)
        commands[command]()
        if command == NEW:
            self._know()

    def _of_person(self, person: Person) -> dict[str, Callable[[], object]]:
        return {
            NEW_PIN: lambda: self._give_pin(person),
            NEW_BADGE: lambda: self._do(
                lambda unit: people.replace_badge(unit, person.id), "new_badge", person, lasting=True
            ),
            UNLOCK: lambda: self._do(lambda unit: people.unlock(unit, person.id), "unlocked", person),
            SIGN_OFF: lambda: self._do(lambda unit: people.sign_off_everywhere(unit, person.id), "signed_off", person),
            LEAVE: lambda: self._do(lambda unit: people.set_active(unit, person.id, active=False), "left", person),
            RETURN: lambda: self._do(lambda unit: people.set_active(unit, person.id, active=True), "back", person),
            PRINT: lambda: self._print(person),
        }

    def _save_person(self) -> None:
        form, known = self.people, self.people.person
        badge, name, language = form.badge.text().strip(), form.name.text().strip(), form.language.currentText()
        groups, warehouse = form.wanted_groups(), form.warehouse()

        def save(unit: UnitOfWork) -> object:
            saved = known.id if known else None
            if known is None or (name, language) != (known.name, known.language):
                code = badge or people.next_badge(unit)
                saved = people.save(unit, badge=code, name=name or None, language=language)
            assert saved is not None
            people.set_groups(unit, saved, groups, warehouse=warehouse)
            return saved

        self._start(save, lambda saved: self._saved(saved, name))

    def _saved(self, person: object, name: str) -> None:
        self.people.took(person)
        self._tell("saved", {"person": name})

    def _give_pin(self, person: Person) -> None:
        pin = "".join(secrets.choice("0123456789") for _ in range(_PIN_DIGITS))
        self._do(
            lambda unit: people.give_pin(unit, person.id, pin, must_change=True),
            "new_pin",
            person,
            lasting=True,
            pin=pin,
        )

    def _print(self, person: Person) -> None:
        role = ", ".join(group_words(one, self._kit.texts) for one in person.groups)
        self._kit.tasks.start(
            lambda _progress: self._work.print_badge(person, role),
            done=lambda printer: self._tell("printing", {"person": person.name, "printer": printer}),
            failed=self._stopped,
        )

    def _say_of_person(self, permission: str, granted: object, limit: object) -> None:
        person = self.people.person
        if person is not None:
            word: dict[str, Any] = {"granted": granted, "up_to": limit}  # signals carry objects
            self._do(lambda unit: people.set_permission(unit, person.id, permission, **word), "right_changed", person)

    def _say_of_group(self, permission: str, granted: object, limit: object) -> None:
        group = self.groups.group
        words = self._kit.texts.text("captions", f"people.group.{group}")
        word: dict[str, Any] = {"granted": bool(granted), "up_to": limit}  # signals carry objects
        self._start(
            lambda unit: people.set_group_permission(unit, group, permission, **word),
            lambda _answer: self._tell("group_changed", {"group": words}),
        )

    def _save_station(self) -> None:
        station, wanted = self.stations.station, self.stations.wanted()
        if station is not None:
            self._start(
                lambda unit: people.change_station(
                    unit, station.id, name=wanted["name"], kind=wanted["kind"], warehouse=wanted["warehouse"]
                ),
                lambda _answer: self._tell("saved", {"person": wanted["name"] or station.name}),
            )

    def _switch_station(self) -> None:
        station = self.stations.station
        if station is not None:
            code = "station_off" if station.active else "station_on"
            self._start(
                lambda unit: people.change_station(unit, station.id, active=not station.active),
                lambda _answer: self._tell(code, {"station": station.name}),
            )

    def _do(
        self, work: Callable[[UnitOfWork], object], code: str, person: Person, *, lasting: bool = False, pin: str = ""
    ) -> None:
        """Do something to a person and tell of it with its answer; `lasting` keeps it in sight until the next."""

        def told(answer: object) -> None:
            self._tell(code, {"person": person.name, "answer": str(answer), "pin": pin}, lasting=lasting)

        self._start(work, told)

    def _start(self, work: Callable[[UnitOfWork], object], done: Callable[[object], None]) -> None:
        self._kit.tasks.start(lambda _progress: self._work.run(work), done=done, failed=self._stopped)

    def _tell(self, code: str, facts: dict[str, str], *, lasting: bool = False) -> None:
        self.say(Feedback(Level.DONE if lasting else Level.OK, f"people.{code}", facts))
        self._refresh()
        self.answered.emit()

    def _stopped(self, stopped: Stopped) -> None:
        self.say(Feedback(Level.ERROR, stopped.code, {name: str(value) for name, value in stopped.facts.items()}))
        self.answered.emit()

    def _escape(self) -> None:
        page = self._front
        if self.band.acknowledge():
            return
        if isinstance(page, PersonTab | StationTab | HistoryTab) and page.table.filter.text():
            page.table.filter.clear()
        else:
            self.left.emit()
