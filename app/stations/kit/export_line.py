"""An export or other long work under way: what it is, how far, and the way to end it.

Its place is kept while there is none.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.reports.files import once_wanted
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Progress, Stopped, Task

T = TypeVar("T")
_STEP_ROWS = 500
_PARTS = 1000


class ExportLine(QWidget):
    """Follows one piece of work at a time."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._task: Task | None = None
        self.words = QLabel()
        self.bar = QProgressBar(textVisible=False, minimum=0, maximum=_PARTS)
        self.end = QPushButton(kit.texts.text("commands", "CANCEL"), autoDefault=False)
        self.end.setProperty("role", "small")
        self.end.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.end.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        row.addWidget(self.end)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._task is not None

    def follow(
        self,
        path: Path,
        write: Callable[[Path, Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Stopped], None],
    ) -> None:
        """Let `write` make the file `path` off the screen's thread and show how far it is.

        It is given where to write to; that becomes `path` once all is written and still wanted.
        """
        self.work(
            self._kit.texts.text("captions", "table.exporting", {"file": path.name}),
            lambda progress: once_wanted(path, lambda at: write(at, progress), lambda: progress.step(1.0)),
            done=done,
            failed=failed,
        )

    def work(
        self,
        words: str,
        do: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Stopped], None],
    ) -> None:
        """Do long work off the screen's thread and show how far it is; `words` say what it is."""
        self.words.setText(words)
        self.setAccessibleName(words)
        self.bar.setMaximum(_PARTS)
        self.bar.setValue(0)
        self.show()

        def ended(tell: Callable[[], None]) -> None:
            self._rest()
            tell()

        self._task = self._kit.tasks.start(
            do,
            owner=self,
            done=lambda result: ended(lambda: done(result)),
            failed=lambda stopped: ended(lambda: failed(stopped)),
            progress=lambda part, rows: self._tell(words, part, rows),
        )

    def cancel(self) -> None:
        """End the work; what was written so far vanishes."""
        if self._task is not None:
            self._task.cancel()
            self._rest()

    def _tell(self, words: str, part: float, rows: int) -> None:
        """How far it is; where nobody knows how many rows there will be, how many were written and that it goes on."""
        only_counted = rows > 0 and not part
        self.bar.setMaximum(0 if only_counted else _PARTS)
        self.bar.setValue(round(part * _PARTS))
        if only_counted:
            self.words.setText(self._kit.texts.text("captions", "table.exporting_rows", {"words": words, "rows": rows}))

    def _rest(self) -> None:
        self._task = None
        self.hide()


def told(rows: Iterable[T], progress: Progress, expected: int = 0) -> Iterator[T]:
    """The rows, telling how many went by, of about how many `expected`; they end where nobody wants them any more."""
    for n, row in enumerate(rows):
        if n % _STEP_ROWS == 0:
            progress.step(min(1.0, n / expected) if expected else 0.0, rows=n)
        yield row
