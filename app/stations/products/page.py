"""What the pages of the screen of products have in common: keys of their own, and the screen they speak through."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback
from app.services.work import UnitOfWork
from app.stations.kit.desk import DeskWork, Question, QuestionForm
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.kit.tasks import Stopped

T = TypeVar("T")


class Speaker(Protocol):
    """The screen, as its pages use it."""

    work: DeskWork

    def do(self, work: Callable[[UnitOfWork], T], done: Callable[[T], object], *, request: UUID | None = None) -> None:
        """Do a use case in a worker thread; what stops it is said."""

    def say(self, feedback: Feedback) -> None:
        """Show a verdict."""

    def say_stopped(self, stopped: Stopped) -> None:
        """Show why something could not be done."""

    def ask(self, question: Question) -> QuestionForm:
        """Ask something above the band."""

    def print_labels(self, items: Sequence[UUID]) -> None:
        """Lay over everything what prints labels of these products."""

    def lay_over(self, page: "Page") -> None:
        """Show a page over the present one, until it is left."""

    def leave(self) -> None:
        """Go back to the page below."""

    def undo_by(self, undo: Callable[[UnitOfWork], object] | None) -> None:
        """What takes the last change back."""

    def offer(self) -> None:
        """Show the keys of what is in front."""


class Page(QWidget):
    """A part of the screen with function keys of its own."""

    def __init__(self, kit: Kit, screen: Speaker) -> None:
        super().__init__()
        self._kit, self._screen = kit, screen

    def keys(self) -> tuple[str, ...]:
        """The commands of the page, in the order of the keys."""
        return ()

    def carry_out(self, command: str) -> None:
        """Do what a key stands for."""

    def refresh(self) -> None:
        """Read again."""

    def step_back(self) -> bool:
        """Escape: whether there was something to leave."""
        return False

    def table(self) -> RecordTable | None:
        """The table that takes what is typed and scanned."""
        return None

    def words(self, section: str, code: str, **facts: object) -> str:
        """A text of this screen."""
        return self._kit.texts.text(section, f"products.{code}", facts)


class Preview(Page):
    """What would change, row by row, before it is done: applied with one key, left with another."""

    applied = Signal()

    def __init__(
        self,
        kit: Kit,
        screen: Speaker,
        *,
        title: str,
        columns: Sequence[Column],
        records: Sequence[Record],
        apply: Callable[[Sequence[Record]], None],
        nothing: str,
    ) -> None:
        super().__init__(kit, screen)
        self.request = uuid4()
        self.records, self._apply = tuple(records), apply
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        hint = QLabel(self.words("hints", "preview"))
        hint.setProperty("role", "caption")
        self.rows = RecordTable(kit, columns, self._page, nothing=lambda _query: nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading)
        column.addWidget(hint)
        column.addWidget(self.rows, 1)
        self.rows.open()

    def keys(self) -> tuple[str, ...]:
        """Apply what is seen, or leave it."""
        return ("APPLY", "CANCEL")

    def carry_out(self, command: str) -> None:
        """Apply everything, or the rows in hand where somebody chose some."""
        if command == "CANCEL":
            self._screen.leave()
        elif self.records:
            chosen = self.rows.selected()
            self._apply(chosen if len(chosen) > 1 else self.records)

    def step_back(self) -> bool:
        """Leave it."""
        self._screen.leave()
        return True

    def table(self) -> RecordTable | None:
        """The rows."""
        return self.rows

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        words = query.text.casefold().split()
        found = [each for each in self.records if all(word in " ".join(each.cells).casefold() for word in words)]
        first = next((n + 1 for n, each in enumerate(found) if after and each.key == after.key), 0)
        return found[first : first + limit]
