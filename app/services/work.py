"""The unit of work: one transaction, repeated whole when it collided or the connection was lost.

`work` has no effect outside the database, so that repeating it is safe; its request id is made before the first try,
so that a repetition after a lost answer gives the first answer.
"""

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.database import notifications
from app.database.errors import is_repeatable
from app.database.session import Database, Session
from app.domain.errors import Fault
from app.services.changes import Change, Changes

T = TypeVar("T")
_TRIES = 4


@dataclass(slots=True)
class UnitOfWork:
    """One transaction in progress: the session to say things to the database with, and what it changes."""

    session: Session
    request_id: uuid.UUID
    changes: list[Change] = field(default_factory=list)

    def changed(self, kind: str, identity: uuid.UUID | None = None) -> None:
        """Note what will have changed once this is committed."""
        self.changes.append(Change(kind, identity))


def wait_before_retry(attempt: int) -> None:
    """Wait about 20, 60, 180 ms, with jitter, so that two that collided do not collide again."""
    threading.Event().wait(0.02 * 3**attempt * random.uniform(0.5, 1.5))  # noqa: S311  (not for secrets)


class Worker:
    """Runs units of work for one login and tells the bus and the other stations what they changed."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self.database = database
        self.changes = changes

    def run(self, work: Callable[[UnitOfWork], T], *, request_id: uuid.UUID | None = None) -> T:
        """Do `work` in one transaction and return its answer, after the commit and the news of it.

        Raises the Refusal that `work` met, or the Fault that was left after the last try.
        """
        request = request_id or uuid.uuid4()
        for attempt in range(_TRIES):
            try:
                with self.database.transaction() as session:
                    unit = UnitOfWork(session, request)
                    answer = work(unit)
            except Fault as fault:
                if attempt == _TRIES - 1 or not is_repeatable(fault):
                    raise
                wait_before_retry(attempt)
            else:
                self.tell(unit.changes)
                return answer
        raise AssertionError("unreachable")

    def tell(self, changes: list[Change]) -> None:
        """Publish what changed here, and as a hint to the other stations; the hint may be lost, never the change."""
        if not changes:
            return
        self.changes.publish(changes)
        notifications.notify(self.database, [(change.kind, change.id) for change in changes])
