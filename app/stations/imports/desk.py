"""A desk at which long lists are worked on: a bar that shows how far it is, and Escape that stops it."""

from collections.abc import Set
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from app.services import importing
from app.stations.imports.long_work import LongWork
from app.stations.kit.desk import DeskScreen, DeskWork
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Stopped

_WHOLE = 1_000


class ImportsDesk(DeskScreen):
    """What the sheets of imports share: long work under way, counts in words, the way back."""

    _progressed = Signal(float)

    def __init__(self, kit: Kit, name: str, work: DeskWork, *, kinds: Set[str]) -> None:
        super().__init__(kit, name, work, kinds=kinds)
        self.long_work = LongWork(self._progressed.emit)
        self.progress = QProgressBar(textVisible=False, minimum=0, maximum=_WHOLE)
        self.progress.setAccessibleName(kit.texts.text("captions", "imports.progress"))
        self.progress.hide()
        self._progressed.connect(lambda part: self.progress.setValue(round(part * _WHOLE)))
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.progress)

    def told(self, counts: importing.Counts) -> str:
        """How many records of each kind are new and changed, in words."""
        return "; ".join(
            self.words(
                "imports.count", kind=self.choice(f"exchange.{kind}"), new=count["new"], changed=count["changed"]
            )
            for kind, count in counts.items()
        )

    def take_back(self, run: UUID, request: UUID) -> None:
        """Take an import back, whole; in a worker thread."""
        with self.long_work.begun() as tell:
            self.work.run(lambda unit: importing.undo(unit, run, tell), request_id=request)

    def step_back(self) -> bool:
        """Escape and Cancel stop long work first: nothing was changed then."""
        if self.long_work.under_way:
            self.long_work.stop()
            return True
        return super().step_back()

    def let_go(self) -> None:
        """Long work ends when its screen is left."""
        self.long_work.stop()
        super().let_go()

    def say_stopped(self, stopped: Stopped) -> None:
        """Say why long work ended; the bar goes."""
        self.show_progress(on=False)
        super().say_stopped(stopped)

    def show_progress(self, *, on: bool) -> None:
        """Show how far long work is, or that there is none."""
        self.progress.setValue(0)
        self.progress.setVisible(on)
