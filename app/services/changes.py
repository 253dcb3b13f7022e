"""The one bus on which the program says what changed, so that screens and the spooler look again.

Publishers are services' callers (after commit) and the listener (what other stations changed). A message names kinds
and ids only; whoever is interested reads the records again.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

ORDER = "order"
"""The kind of change that stops or tells whoever has the order in hand; the id is the order's."""
ANYTHING = "anything"
"""The kind of change after which everybody looks again: nobody knows what was missed meanwhile."""
PURCHASE = "purchase"
"""The kind under which bought labels are published; the id is the purchase's."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a kind (stock, document, print_job, task, …) changed; `id` is None for "many of them"."""

    kind: str
    id: UUID | None = None


Subscriber = Callable[[tuple[Change, ...]], None]


class Changes:
    """Carries changes from those who made them to those who show them, on the publisher's thread."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` for every publication from now on; the returned function ends that."""
        with self._lock:
            self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return unsubscribe

    def publish(self, changes: Iterable[Change]) -> None:
        """Tell every subscriber; one that fails does not keep the others from hearing."""
        told = tuple(changes)
        if not told:
            return
        with self._lock:
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber(told)
