"""Work that must not stop the screen: done in a worker thread, answered in the screen's own.

The only place in the stations where refusals and faults are caught; anything else is a defect and goes to the
crash net, and the screen is told so.
"""

import sys
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.domain.errors import Fault, Refusal

T = TypeVar("T")
Stopped = Refusal | Fault


class Cancelled(Exception):  # noqa: N818  (not an error: somebody asked for it)
    """Raised inside the work once nobody wants its result any more."""


class Progress:
    """What the work may say while it runs; `step` also ends it where it was cancelled."""

    def __init__(self, emit: Callable[[float, int], None]) -> None:
        self._emit = emit
        self.cancelled = False

    def step(self, part: float, *, rows: int = 0) -> None:
        """Say that `part` (0 to 1) of the work, or so many rows, are done; raises `Cancelled` where nobody wants it."""
        self.check()
        self._emit(part, rows)

    def check(self) -> None:
        """Raise `Cancelled` where the work is no longer wanted."""
        if self.cancelled:
            raise Cancelled


class Task(QObject):
    """One piece of work under way; its owner hears of it in the thread that started it."""

    _progressed = Signal(float, int)

    def __init__(
        self,
        owner: QObject,
        done: Callable[[Any], object],
        failed: Callable[[Stopped], object],
        progress: Callable[[float, int], object] | None,
    ) -> None:
        super().__init__()
        self._owner, self._done, self._failed, self._tell = owner, done, failed, progress
        self.progress = Progress(self._say_progress)
        self._progressed.connect(self._hear_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for the answer: it was not cancelled, and its owner exists."""
        return not self.progress.cancelled and shiboken6.isValid(self._owner)

    def cancel(self) -> None:
        """Neither `done` nor `failed` is called after this; the work ends at its next step."""
        self.progress.cancelled = True

    def is_inside(self, owner: QObject) -> bool:
        """Whether the answer is for `owner`, or for something that is part of it."""
        one: QObject | None = self._owner if shiboken6.isValid(self._owner) else None
        while one is not None and one is not owner:
            one = one.parent()
        return one is owner

    def end(self, result: tuple[object] | None, stopped: Stopped | None) -> None:
        """Tell the owner how it ended."""
        if not self.wanted:
            return
        if result is not None:
            self._done(result[0])
        elif stopped is not None:
            self._failed(stopped)

    def let_go(self) -> None:
        """Hold nothing of the screen any more."""
        self._owner = self
        self._done = self._failed = lambda _answer: None
        self._tell = None

    def _say_progress(self, part: float, rows: int) -> None:
        if shiboken6.isValid(self):
            self._progressed.emit(part, rows)

    def _hear_progress(self, part: float, rows: int) -> None:
        if self._tell is not None and self.wanted:
            self._tell(part, rows)


class _Run(QRunnable, Generic[T]):
    """Carries the work into a thread of the pool and its end back."""

    def __init__(self, task: Task, work: Callable[[Progress], T], end: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self.setAutoDelete(True)
        self._task = task
        self._work = work
        self._end = end

    def run(self) -> None:
        result, stopped = self._outcome()
        # The work may hold the last reference to a widget; it must not die here, but where the answer is heard.
        del self._work
        self._end(result, stopped)

    def _outcome(self) -> tuple[tuple[T] | None, Stopped | None]:
        try:
            return (self._work(self._task.progress),), None
        except Cancelled:
            return None, None
        except (Refusal, Fault) as stopped:
            return None, stopped
        except Exception:  # noqa: BLE001  (a defect must reach the crash net, not die in a worker thread)
            sys.excepthook(*sys.exc_info())
            return None, Fault("program.defect", retry=False)


class Tasks(QObject):
    """Starts work and owns it until its end, so that leaving the program neither waits for ever nor aborts."""

    _ended = Signal(object, object, object)

    def __init__(self, *, threads: int = 4, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._pool.setExpiryTimeout(5_000)
        self._running: set[Task] = set()
        self._closed = False
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        work: Callable[[Progress], T],
        *,
        owner: QObject,
        done: Callable[[T], object],
        failed: Callable[[Stopped], object],
        progress: Callable[[float, int], object] | None = None,
    ) -> Task:
        """Run `work` in a worker thread, then call `done` with its result or `failed` with what stopped it, here.

        Once the `owner` is gone nobody is called: an answer must not come to a screen that was left.
        """
        task = Task(owner, done, failed, progress)
        self._running.add(task)
        self._pool.start(_Run(task, work, lambda result, stopped: self._report(task, result, stopped)))
        return task

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def forget(self, owner: QObject) -> None:
        """Cancel all work whose answer is for `owner` or for something in it."""
        for task in self._running:
            if task.is_inside(owner):
                task.cancel()

    def close(self, *, timeout_ms: int = 5_000) -> bool:
        """Cancel everything and wait at most `timeout_ms`; True when all threads have ended."""
        self._closed = True
        for task in self._running:
            task.cancel()
        ended = self._pool.waitForDone(timeout_ms)
        self._running.clear()
        return bool(ended)

    def _report(self, task: Task, result: object, stopped: object) -> None:
        if shiboken6.isValid(self):
            self._ended.emit(task, result, stopped)

    def _finish(self, task: Task, result: tuple[object] | None, stopped: Stopped | None) -> None:
        self._running.discard(task)
        if not self._closed:
            task.end(result, stopped)
        task.let_go()
