"""What the desks in the screenshots are wired to: answers that lie in memory, and the ways into a screen's states."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar, cast
from uuid import UUID

from app.database.session import Session, query
from app.devices import labels
from app.dialogs.dialog import Feedback, Level
from app.domain.records import RecordChange
from app.services.work import UnitOfWork
from app.stations.kit.desk import DeskScreen, DeskWork, LabelWork
from build_scripts.screenshot_samples import settle

T = TypeVar("T")
Rows = Sequence[Any]
Answers = Mapping[str, Rows]
"""Rows (nouns or dictionaries) by words that stand in the statement that they answer; of the first that fits."""

WAREHOUSE = UUID(int=1)
_EVERYWHERE: Answers = {
    "my_warehouses())": (
        {"id": WAREHOUSE, "code": "WH001", "name": "Central Distribution Center"},
        {"id": UUID(int=2), "code": "WH002", "name": "Returns"},
        {"id": UUID(int=3), "code": "WH003", "name": "Cold store at the harbour"},
    ),
    "SELECT code, name, time_zone": (
        {"code": "WH001", "name": "Central Distribution Center", "time_zone": "Europe/Berlin"},
    ),
    "active FROM printer": (
        {"id": UUID(int=1), "name": "zebra-dock", "serial": "", "dpi": 203, "confirms": "odometer", "active": True},
    ),
    "SELECT id FROM document": ({"id": UUID(int=7)},),
}
_MAY = frozenset(
    {
        "allocate", "change_owner", "close_period", "consign", "kit",
        "handle", "plan_kit_order", "plan_order", "plan_return", "plan_transfer", "print", "receive",
        "receive_blind", "return_out", "reverse", "see_stock", "set_up", "transfer",
    }
)  # fmt: skip


class Memory:
    """A session without a database: it knows the answers beforehand."""

    def __init__(self, answers: Answers) -> None:
        self._answers = {**answers, **_EVERYWHERE}

    def rows(self, sql: str, /, **_asked: object) -> list[dict[str, Any]]:
        """The rows that answer this statement; none where nobody foresaw it."""
        found = next((rows for words, rows in self._answers.items() if words in sql), ())
        return [_as_stored(row) for row in found]

    def call(self, function: str, /, **_asked: object) -> Any:  # noqa: ANN401  (functions return what they return)
        """What a function answers: nothing where nobody foresaw it."""
        return next((list(rows) for words, rows in self._answers.items() if words == function), [])

    def allow_pauses(self) -> None:
        """Nothing here is ended."""

    def row(self, sql: str, /, **asked: object) -> dict[str, Any] | None:
        """The first of them."""
        return next(iter(self.rows(sql, **asked)), None)

    def facts(self, name: str, /, **_asked: object) -> dict[str, Any] | None:
        """The row that answers this question of `queries`."""
        return self.row(query(name))


def _as_stored(noun: object) -> dict[str, Any]:
    """A row as the database gives it: what changed in a record is JSON there."""
    if isinstance(noun, dict):
        return noun
    row = asdict(cast("Any", noun))
    if isinstance(noun, RecordChange):
        row |= {side: None if row[side] is None else json.dumps(row[side]) for side in ("before", "after")}
    return row


def desk_work(answers: Answers, *, may: frozenset[str] = _MAY) -> DeskWork:
    """What a desk is wired to, with these answers."""
    unit = UnitOfWork(cast("Session", Memory(answers)), UUID(int=1))

    def run(work: Callable[[UnitOfWork], T], /, *, request_id: UUID | None = None) -> T:
        del request_id
        return work(unit)

    return DeskWork(
        run=run,
        warehouse=WAREHOUSE,
        permissions=may,
        subscribe=lambda _hear: lambda: None,
        approve=lambda *_words: "Wanda Reyes",
        labels=LabelWork(
            fitting=lambda fields: labels.fitting([], fields), picture=labels.picture, undrawable=labels.undrawable
        ),
        recall=lambda _name: "",
        remember=lambda _name, _value: None,
    )


# - steps of poses -

Step = Callable[[DeskScreen], None]


def steps(*each: Step) -> Step:
    """Several steps, each when the one before it has settled."""

    def pose(screen: DeskScreen) -> None:
        settle(screen)
        for step in each:
            step(screen)
            settle(screen)

    return pose


def row(*numbers: int) -> Step:
    """Take these rows into the hand."""

    def pose(screen: DeskScreen) -> None:
        view = screen.table.view
        view.clearSelection()
        for n in numbers:
            view.selectionModel().select(
                view.model().index(n, 0),
                view.selectionModel().SelectionFlag.Select | view.selectionModel().SelectionFlag.Rows,
            )

    return pose


def give(command: str, **answers: str) -> Step:
    """Press a key, and answer what it asks."""

    def pose(screen: DeskScreen) -> None:
        screen.command(command)
        settle(screen)
        for name, answer in answers.items():
            assert screen.form is not None
            screen.form.give(name, answer)

    return pose


def tab(n: int) -> Step:
    """Turn to a tab."""
    return lambda screen: screen.tabs.setCurrentIndex(n)


def refused(code: str, **facts: str) -> Step:
    """As if the database had refused."""
    return lambda screen: screen.say(Feedback(Level.ERROR, code, facts))


def done(code: str, **facts: str) -> Step:
    """As if it had been booked."""
    return lambda screen: screen.say(Feedback(Level.OK, code, facts))
