"""Waiting for what a device's thread says, without sleeping."""

import threading
from collections.abc import Callable
from typing import Any

from drivers.device import DeviceState, Reason, StateChanged

PATIENCE_S = 10.0  # far more than anything takes: only a failing test waits so long


class Inbox:
    """Collects events from any thread, in order; a test takes them out one after the other."""

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._position = 0
        self._changed = threading.Condition()

    def __call__(self, event: object) -> None:
        """Be the callback."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    @property
    def all(self) -> list[Any]:
        """Everything that came so far."""
        with self._changed:
            return list(self._events)

    def next(self, wanted: Callable[[Any], bool] = lambda _event: True) -> Any:  # noqa: ANN401 - whatever came
        """Return the next event that is wanted, passing over the others; fails the test when none comes."""
        with self._changed:
            found = self._changed.wait_for(lambda: self._find(wanted), PATIENCE_S)
            assert found, f"nothing of that kind came; there came: {self._events[-10:]}"
            return self._events[self._position - 1]

    def next_of(self, kind: type[Any]) -> Any:  # noqa: ANN401 - whatever came
        """Return the next event of a class."""
        return self.next(lambda event: isinstance(event, kind))

    def state(self, state: DeviceState, reason: Reason | None = None) -> StateChanged:
        """Return the next change to this state."""
        changed = self.next(
            lambda event: isinstance(event, StateChanged) and event.state is state and reason in {None, event.reason}
        )
        assert isinstance(changed, StateChanged)
        return changed

    def _find(self, wanted: Callable[[Any], bool]) -> bool:
        while self._position < len(self._events):
            self._position += 1
            if wanted(self._events[self._position - 1]):
                return True
        return False
