"""What a capability gives the runner: its three parts, and the words they share.

`facts` reads what a step needs, `step` decides, `execute` does one command; all three get frozen values and return
frozen values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from app.dialogs.dialog import Event, Outcome, Result, Scanned
from app.services.work import UnitOfWork

S = TypeVar("S")
F = TypeVar("F")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Where:
    """What stays the same during a conversation: the run, its warehouse and who talks."""

    run: UUID
    warehouse: UUID
    person: UUID
    station: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command did.

    `postings` can be undone; `outside` names what cannot (a label that prints). `result` is told to the dialog at
    once, in the same transaction, as its next event. `document` and `task` become the run's.
    """

    postings: tuple[UUID, ...] = ()
    outside: str = ""
    result: Result | None = None
    document: UUID | None = None
    task: UUID | None = None


def _nothing(_state: Any) -> UUID | None:  # noqa: ANN401  (whatever the state is)
    return None


@dataclass(frozen=True)
class Dialog(Generic[S, F, C]):
    """One capability's conversation. Raise `version` whenever an older state can no longer be read.

    `about` names the document in hand, whose changes by others are told to the conversation as a `Result`.
    """

    capability: str
    version: int
    state: type[S]
    start: Callable[[], S]
    facts: Callable[[UnitOfWork, Where, S, Event], F]
    step: Callable[[S, Event, F], Outcome[S, C]]
    execute: Callable[[UnitOfWork, Where, C], Effect]
    about: Callable[[S], UUID | None] = _nothing


AnyDialog = Dialog[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """A scan that was warned about: the very same code again confirms it, anything else does not."""

    raw: str = ""
    about: str = ""

    def confirms(self, event: Event, about: str) -> bool:
        """Whether this event is the second scan of the code that was warned about, for the same question."""
        return isinstance(event, Scanned) and bool(self.raw) and (event.scan.raw, about) == (self.raw, self.about)


def sub_request(event: UUID, name: str) -> UUID:
    """The request id of one of the effects of an event: the same for every repetition of the event."""
    return uuid5(event, name)
