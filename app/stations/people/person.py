"""The people: a table of everybody, and beside it the one who is selected, with what they may."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.domain.people import GROUPS, Person
from app.services import people
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.people.rights import RightsPanel
from app.stations.people.rows import PEOPLE, RIGHTS, page, person_row, right_row, state_words
from app.stations.people.work import Run

_LANGUAGES = ("en",)
_DETAIL_PX = 560


class PersonTab(QWidget):
    """`chosen` says that another person is selected, or none."""

    chosen = Signal()

    def __init__(self, kit: Kit, run: Run) -> None:
        super().__init__()
        self._kit = kit
        self._run = run
        self._warehouses: tuple[str, ...] = ()
        self._shown: Person | None = None
        self._shown_id: UUID | None = None
        self.new = False
        """Whether the form is for somebody who is not there yet."""
        self.table = RecordTable(kit, PEOPLE, self._page, nothing=self._nothing)
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.state = QLabel(wordWrap=True)
        self.state.setProperty("role", "caption")
        self.badge, self.name = QLineEdit(maxLength=32), QLineEdit(maxLength=100)
        self.language, self.scope = QComboBox(), QComboBox()
        self.language.addItems(_LANGUAGES)
        self.groups = {name: QCheckBox(kit.texts.text("captions", f"people.group.{name}")) for name in GROUPS}
        self.rights = RightsPanel(kit, self._rights, RIGHTS, as_groups=True)
        self._arrange()
        self.scope.currentIndexChanged.connect(lambda _n: self._show_groups())
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.settled.connect(self._settled)
        self._show(None)

    @property
    def person(self) -> Person | None:
        """Who is shown; None where nobody is, or somebody new is being added."""
        return None if self.new else self._shown

    def warehouse(self) -> str:
        """The warehouse whose groups are shown; empty for everywhere."""
        return self.scope.currentData() or ""

    def wanted_groups(self) -> list[str]:
        """The groups that are ticked."""
        return [name for name, box in self.groups.items() if box.isChecked()]

    def begin_new(self) -> None:
        """An empty form; the badge is the next free one unless another is typed."""
        self.new = True
        self.table.view.clearSelection()
        self._show(None)
        self.name.setFocus()

    def took(self, person: object) -> None:
        """Somebody was saved: show them as they are now."""
        self.new = False
        self._shown_id = person if isinstance(person, UUID) else self._shown_id
        self._shown = None
        self.table.refresh()

    def refresh(self) -> None:
        """Read again; what is being typed stays."""
        self.table.refresh()
        if self._shown is not None:
            self.rights.table.refresh()

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        if after is None:
            self._warehouses = tuple(self._run(people.warehouses))
        rows = [person_row(one, self._kit.texts) for one in self._run(people.everybody)]
        return page(rows, after, limit, query, [one.name for one in PEOPLE].index)

    def _nothing(self, query: Query) -> str:
        return self._kit.texts.text("hints", "people.no_match" if query.text else "people.empty", {"text": query.text})

    def _rights(self) -> list[Record]:
        person = self._shown_id
        found = self._run(lambda unit: people.rights(unit, person)) if person else ()
        return [right_row(right, self._kit.texts) for right in found]

    def _settled(self) -> None:
        """The rows are new: know the selected one again, as they are now."""
        self._know_warehouses()
        if self.new:
            return
        found = [self.table.model.record(n).made_of for n in range(self.table.model.rowCount())]
        known = next((one for one in found if isinstance(one, Person) and one.id == self._shown_id), None)
        if known is not None and known != self._shown:
            self._show(known)
        elif self._shown is None and found and isinstance(found[0], Person):
            self.table.view.selectRow(0)

    def _select(self) -> None:
        record = next(iter(self.table.selected()), None)
        person = record.made_of if record else None
        if isinstance(person, Person) and (self.new or self._shown is None or person.id != self._shown.id):
            self.new = False
            self._show(person)

    def _show(self, person: Person | None) -> None:
        text = self._kit.texts.text
        self._shown = person
        self._shown_id = person.id if person else None if self.new else self._shown_id
        self.heading.setText(person.name if person else text("captions", "people.new" if self.new else "people.nobody"))
        self.state.setText(self._state(person) if person else "")
        self.badge.setText(person.badge if person else "")
        self.badge.setReadOnly(not self.new)
        self.badge.setEnabled(self.new)
        self.name.setText(person.name if person else "")
        self.language.setCurrentText(person.language if person else _LANGUAGES[0])
        self._show_groups()
        may = self.new or (person is not None and person.mine)
        for widget in (self.name, self.language, self.scope, *self.groups.values()):
            widget.setEnabled(may)
        self.rights.setVisible(not self.new)
        self._below.setVisible(self.new)
        self.rights.table.open()
        self.chosen.emit()

    def _state(self, person: Person) -> str:
        words = [state_words(person, self._kit.texts)]
        if person.signed_on_at:
            words.append(self._kit.texts.text("captions", "people.is_at", {"station": person.signed_on_at}))
        if person.login:
            words.append(self._kit.texts.text("captions", "people.has_login", {"login": person.login}))
        if not person.mine:
            words.append(self._kit.texts.text("captions", "people.not_mine"))
        return " · ".join(words)

    def _show_groups(self) -> None:
        held = (
            {one.group for one in self._shown.groups if (one.warehouse or "") == self.warehouse()}
            if self._shown
            else {}
        )
        for name, box in self.groups.items():
            box.setChecked(name in held)

    def _know_warehouses(self) -> None:
        codes = ("", *self._warehouses)
        if tuple(self.scope.itemData(n) for n in range(self.scope.count())) == codes:
            return
        self.scope.blockSignals(True)
        self.scope.clear()
        for code in codes:
            self.scope.addItem(code or self._kit.texts.text("captions", "people.everywhere"), code)
        self.scope.blockSignals(False)

    def _arrange(self) -> None:
        detail = Card(self._kit.theme, width_px=_DETAIL_PX)
        column = detail.column
        column.addWidget(self.heading)
        column.addWidget(self.state)
        column.addLayout(self._form())
        column.addWidget(self.rights, 1)
        self._below = QWidget()
        column.addWidget(self._below, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.table, 1)
        row.addWidget(detail)

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(2)
        fields = (("badge", self.badge), ("name", self.name), ("language", self.language), ("groups_in", self.scope))
        for n, (caption, widget) in enumerate(fields):
            self._field(form, 2 * (n // 2), n % 2, caption, widget)
        boxes = QHBoxLayout()
        boxes.setSpacing(12)
        for box in self.groups.values():
            boxes.addWidget(box)
        boxes.addStretch(1)
        form.addLayout(boxes, 4, 0, 1, 2)
        form.setColumnStretch(0, 1)
        form.setColumnStretch(1, 1)
        return form

    def _field(self, form: QGridLayout, row: int, column: int, caption: str, widget: QWidget) -> None:
        words = self._kit.texts.text("captions", f"people.{caption}")
        label = QLabel(words)
        label.setProperty("role", "caption")
        label.setBuddy(widget)
        widget.setAccessibleName(words)
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        form.addWidget(label, row, column)
        form.addWidget(widget, row + 1, column)
