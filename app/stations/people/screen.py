"""People and stations, for managers to look at and administrators to change; live.

What may be done is asked of the database each time. Here it is only greyed out, by what the database said of each row.
"""

import secrets
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.domain.people import Person
from app.services import people
from app.services.work import UnitOfWork
from app.stations.kit.bus import Subscribe
from app.stations.kit.fkey_bar import HELP, HOME
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
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


class PeopleScreen(ManagerScreen):
    """Four pages: people, stations, groups, history."""

    answered = Signal()
    """A change was made, or refused."""

    def __init__(self, kit: Kit, work: PeopleWork, *, subscribe: Subscribe) -> None:
        super().__init__(kit, PEOPLE, subscribe=subscribe, kinds={people.PERSON, people.STATION})
        self._work = work
        self.people = PersonTab(kit, work.run)
        self.stations = StationTab(kit, work.run)
        self.groups = GroupTab(kit, work.run)
        self.history = HistoryTab(kit, work.run)
        self.pages = QTabWidget(documentMode=True)
        self.pages.tabBar().setDrawBase(False)
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

    def front(self) -> RecordTable | None:
        """The table of the page in front, but for the groups, which are chosen otherwise."""
        page = self._front
        return page.table if isinstance(page, PersonTab | StationTab | HistoryTab) else None

    def refresh(self) -> None:
        """Read the page in front again."""
        page = self._front
        assert isinstance(page, PersonTab | StationTab | GroupTab | HistoryTab)
        page.refresh()

    def carry_out(self, command: str) -> None:
        """Carry out a command that is allowed."""
        if command not in self.allowed():
            return
        commands: dict[str, Callable[[], object]] = {
            REFRESH: self.refresh,
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

    def say_stopped(self, stopped: Stopped) -> None:
        """Show why something could not be done, and that there is an answer."""
        super().say_stopped(stopped)
        self.answered.emit()

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
        self.lay_out(self.pages)

    def _connect(self) -> None:
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
            self.hear_of(table)

    def _turned(self) -> None:
        self.refresh()
        self._know()

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

        self._run(save, lambda saved: self._saved(saved, name))

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
        self.start(
            lambda: self._work.print_badge(person, role),
            lambda printer: self._tell("printing", {"person": person.name, "printer": printer}),
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
        self._run(
            lambda unit: people.set_group_permission(unit, group, permission, **word),
            lambda _answer: self._tell("group_changed", {"group": words}),
        )

    def _save_station(self) -> None:
        station, wanted = self.stations.station, self.stations.wanted()
        if station is not None:
            self._run(
                lambda unit: people.change_station(
                    unit,
                    station.id,
                    name=wanted["name"],
                    kind=wanted["kind"],
                    warehouse=wanted["warehouse"],
                    page_printer=wanted["page_printer"],
                ),
                lambda _answer: self._tell("saved", {"person": wanted["name"] or station.name}),
            )

    def _switch_station(self) -> None:
        station = self.stations.station
        if station is not None:
            code = "station_off" if station.active else "station_on"
            self._run(
                lambda unit: people.change_station(unit, station.id, active=not station.active),
                lambda _answer: self._tell(code, {"station": station.name}),
            )

    def _do(
        self, work: Callable[[UnitOfWork], object], code: str, person: Person, *, lasting: bool = False, pin: str = ""
    ) -> None:
        """Do something to a person and tell of it with its answer; `lasting` keeps it in sight until the next."""

        def told(answer: object) -> None:
            self._tell(code, {"person": person.name, "answer": str(answer), "pin": pin}, lasting=lasting)

        self._run(work, told)

    def _run(self, work: Callable[[UnitOfWork], object], done: Callable[[object], None]) -> None:
        self.start(lambda: self._work.run(work), done)

    def _tell(self, code: str, facts: dict[str, str], *, lasting: bool = False) -> None:
        self.say(Feedback(Level.DONE if lasting else Level.OK, f"people.{code}", facts))
        self.refresh()
        self.answered.emit()
