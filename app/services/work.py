"""The unit of work: one transaction, repeated whole when it collided or the connection was lost.

`work` has no effect outside the database, so that repeating it is safe; its request id is made before the first try,
so that a repetition after a lost answer gives the first answer: what was done already is not looked at anew, for it
would find the goods gone that it moved itself, the document released, the books closed. Whatever changed something is
therefore kept by its request id with the change, whether or not the functions that it called keep ids of their own.
A program that starts anew repeats nothing: what it was doing is read back from the database, a conversation by its run.
"""

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.database import ledger, notifications
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


def _do(work: Callable[[UnitOfWork], T], unit: UnitOfWork) -> tuple[list[Change], T]:
    answer = work(unit)
    if unit.changes:
        ledger.keep_done(unit.session, unit.request_id)
    return unit.changes, answer


class Worker:
    """Runs units of work for one login and tells the bus and the other stations what they changed."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self.database = database
        self.changes = changes
        self._unheard: dict[uuid.UUID, tuple[list[Change], Any]] = {}
        """What came out of requests whose commit was sent and never answered."""

    def run(self, work: Callable[[UnitOfWork], T], *, request_id: uuid.UUID | None = None) -> T:
        """Do `work` in one transaction and return its answer, after the commit and the news of it.

        Raises the Refusal that `work` met, or the Fault that was left after the last try.
        """
        request = request_id or uuid.uuid4()
        for attempt in range(_TRIES):
            sent: tuple[list[Change], T] | None = None
            try:
                with self.database.transaction() as session:
                    sent = self._sent_before(session, request) or _do(work, UnitOfWork(session, request))
            except Fault as fault:
                if sent is not None and is_repeatable(fault):
                    self._unheard[request] = sent
                if attempt == _TRIES - 1 or not is_repeatable(fault):
                    raise
                wait_before_retry(attempt)
            else:
                self._unheard.pop(request, None)
                changes, answer = sent
                self.tell(changes)
                return answer
        raise AssertionError("unreachable")

    def _sent_before(self, session: Session, request: uuid.UUID) -> tuple[list[Change], Any] | None:
        """What came out of this request, if its commit was sent and has arrived after all."""
        sent = self._unheard.get(request)
        return sent if sent is not None and ledger.was_done(session, request) else None

    def tell(self, changes: list[Change]) -> None:
        """Publish what changed here, and as a hint to the other stations; the hint may be lost, never the change."""
        if not changes:
            return
        self.changes.publish(changes)
        notifications.notify(self.database, [(change.kind, change.id) for change in changes])
