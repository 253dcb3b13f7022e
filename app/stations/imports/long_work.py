"""Long work in a worker thread that shows how far it is and ends when a person stops it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.domain.errors import Refusal
from app.domain.values.long_work import Tell


class LongWork:
    """At most one piece of long work at a time; `shown` hears how much of it is done, from its thread."""

    def __init__(self, shown: Callable[[float], object]) -> None:
        self._shown = shown
        self._stopped = threading.Event()
        self._running = threading.Event()

    @property
    def under_way(self) -> bool:
        """Whether there is anything to stop."""
        return self._running.is_set()

    def stop(self) -> None:
        """End it at its next step: it refuses with `importing.stopped`, and nothing was changed."""
        self._stopped.set()

    @contextmanager
    def begun(self) -> Iterator[Tell]:
        """Within, long work is under way; it tells what it gets here how much of it is done."""
        self._stopped.clear()
        self._running.set()
        try:
            yield self._tell
        finally:
            self._running.clear()

    def _tell(self, part: float) -> None:
        if self._stopped.is_set():
            raise Refusal("importing.stopped")
        self._shown(part)
