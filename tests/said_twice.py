"""Every call with a request id is said twice, as by a client that heard no answer, and once with other contents.

A fixture for whole folders of tests: whatever they have the program do, each function that takes a request id must give
its first answer again, and to refuse the id for anything else. So a new function is tried the day a test calls it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Session
from app.domain.errors import Fault, Refusal

NOT_ITS_OWN = {"approve", "was_done", "keep_done", "undo_step"}
"""Their request is another one's: the one that is approved, asked about, kept; the step's own event."""
MANY_TIMES = {
    "keep_import": "the same files may be read again",
    "queue_label": "a label that waits may have been sent to another printer",
}
"""Where other contents are not refused, and why."""
_WORDS = ("reason", "note", "reference", "words", "name", "text")


@pytest.fixture(autouse=True)
def everything_is_said_twice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within the transaction of the call, of which nothing stays."""
    once = Session.call

    def call(self: Session, function: str, /, **parameters: object) -> Any:  # noqa: ANN401  (as the one it stands for)
        answer = once(self, function, **parameters)
        if parameters.get("request") is not None and function not in NOT_ITS_OWN:
            trips = self.round_trips
            assert _again(self, once, function, parameters) == answer, f"{function} was asked again"
            other = _other(parameters)
            if other and function not in MANY_TIMES:
                said = _again(self, once, function, other)
                assert isinstance(said, Refusal | Fault), f"{function} took the request id for something else"
            self.round_trips = trips
        return answer

    monkeypatch.setattr(Session, "call", call)
    yield


def _again(session: Session, once: Any, function: str, parameters: Mapping[str, object]) -> object:  # noqa: ANN401
    """What is answered the second time, or why nothing is."""
    session.savepoint("trial")
    try:
        return once(session, function, **parameters)
    except (Refusal, Fault) as stopped:
        return stopped
    finally:
        session.rollback_to_savepoint("trial")
        session.release_savepoint("trial")


def _other(parameters: Mapping[str, object]) -> dict[str, object]:
    """The same call with one thing changed; nothing where there is nothing that could be."""
    for name, value in parameters.items():
        if name in _WORDS and isinstance(value, str):
            return {**parameters, name: f"{value}x"}
    for name, value in parameters.items():
        if name != "request" and (changed := _changed(value)) is not None:
            return {**parameters, name: changed}
    return {}


def _changed(value: object) -> object:
    match value:
        case bool():
            return None
        case int() | Decimal():
            return value + 1
        case UUID():
            return uuid4()
        case [first, *_] if isinstance(value, list):
            return [*value, first]
        case _:
            return None
