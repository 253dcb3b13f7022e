"""The groups, what each may, and the trail of every change."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.people import GROUPS, PeopleChange, Right
from app.services import people
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.people.rights import RightsPanel
from app.stations.people.rows import CHANGES, change_row
from app.stations.people.work import Run

_WIDE_PX = 760


class GroupTab(QWidget):
    """One group at a time, chosen above its permissions."""

    def __init__(self, kit: Kit, run: Run) -> None:
        super().__init__()
        self._run = run
        self.choice = QComboBox()
        for name in GROUPS:
            self.choice.addItem(kit.texts.text("captions", f"people.group.{name}"), name)
        self.choice.setAccessibleName(kit.texts.text("captions", "people.group"))
        self.rights = RightsPanel(kit, self._rights, as_groups=False)
        self.choice.currentIndexChanged.connect(lambda _n: self.rights.table.open())
        caption = QLabel(kit.texts.text("captions", "people.group"))
        caption.setProperty("role", "caption")
        hint = QLabel(kit.texts.text("hints", "people.groups"), wordWrap=True)
        hint.setProperty("role", "caption")
        top = QHBoxLayout()
        top.setSpacing(10)
        for widget in (caption, self.choice):
            top.addWidget(widget)
        top.addWidget(hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        self.rights.setMaximumWidth(kit.theme.px(_WIDE_PX))
        column.addWidget(self.rights, 1)

    @property
    def group(self) -> str:
        """The group that is shown."""
        return str(self.choice.currentData())

    def refresh(self) -> None:
        """Read again."""
        self.rights.table.refresh()

    def _rights(self) -> Sequence[Right]:
        group = self.group
        return self._run(lambda unit: people.group_rights(unit, group))


class HistoryTab(QWidget):
    """Every change of people, rights and stations, and who came and went, latest first."""

    def __init__(self, kit: Kit, run: Run) -> None:
        super().__init__()
        self._kit = kit
        self._run = run
        self.table = RecordTable(kit, CHANGES, self._page, nothing=self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.table)

    def refresh(self) -> None:
        """Read again."""
        self.table.refresh()

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        behind = after.made_of if after and isinstance(after.made_of, PeopleChange) else None
        found = self._run(lambda unit: people.changes(unit, after=behind, limit=limit, text=query.text))
        return [change_row(one, self._kit.texts) for one in found]

    def _nothing(self, query: Query) -> str:
        return self._kit.texts.text(
            "hints", "people.no_match" if query.text else "people.no_changes", {"text": query.text}
        )
