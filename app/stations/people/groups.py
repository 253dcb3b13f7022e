"""The groups, what each may, and the trail of every change."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.people import GROUPS, PeopleChange
from app.services import people
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.people.rights import RightsPanel
from app.stations.people.rows import CHANGES, MATRIX, change_row, matrix_row
from app.stations.people.work import Run

_WIDE_PX = 1_000


class GroupTab(QWidget):
    """What each group may, a row a permission and a column a group; what is said counts for the group in hand."""

    def __init__(self, kit: Kit, run: Run) -> None:
        super().__init__()
        self._run = run
        self.choice = QComboBox()
        for name in GROUPS:
            self.choice.addItem(kit.texts.text("captions", f"people.group.{name}"), name)
        self.choice.setAccessibleName(kit.texts.text("captions", "people.group"))
        self._texts = kit.texts
        self.rights = RightsPanel(kit, self._rights, MATRIX, as_groups=False)
        self.rights.table.view.clicked.connect(lambda index: self._take_in_hand(index.column()))
        self.choice.currentIndexChanged.connect(lambda _n: self.refresh())
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

    def _rights(self) -> list[Record]:
        group = self.group
        found = self._run(lambda unit: {name: people.group_rights(unit, name) for name in GROUPS})
        by_permission = zip(*found.values(), strict=True)
        return [matrix_row(dict(zip(GROUPS, rights, strict=True)), group, self._texts) for rights in by_permission]

    def _take_in_hand(self, column: int) -> None:
        """The group of the column that was clicked; the first column is nobody's."""
        if column:
            self.choice.setCurrentIndex(column - 1)


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
