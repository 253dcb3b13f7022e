"""Screens of sheets and questions on a real database: wired as the program wires them, for one login."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.database import people
from app.devices import labels
from app.domain.people import ApprovalWish
from app.services import labels as templates
from app.services import sign_on
from app.services.changes import Changes
from app.services.work import Worker
from app.stations.kit.desk import DeskScreen, DeskWork, LabelWork, QuestionForm
from app.stations.kit.kit import Kit
from app.texts import Texts
from tests.support import Site

S = TypeVar("S", bound=DeskScreen)


def work_of(site: Site, login: str) -> DeskWork:
    """Everything a screen may do, as the person of this login."""
    worker = Worker(site.login(login), Changes())
    kept: dict[str, str] = {}

    def approve(badge: str, pin: str, wish: ApprovalWish) -> str:
        return sign_on.approve(worker, badge=badge, pin=pin, wish=wish)

    return DeskWork(
        run=worker.run,
        warehouse=site.warehouse,
        permissions=worker.run(lambda unit: people.permissions(unit.session)),
        subscribe=worker.changes.subscribe,
        approve=approve,
        labels=LabelWork(
            fitting=lambda fields: labels.fitting(worker.run(templates.saved_templates), fields),
            picture=labels.picture,
            undrawable=labels.undrawable,
        ),
        recall=lambda name: kept.get(name, ""),
        remember=kept.__setitem__,
    )


@contextmanager
def opened(kit: Kit, qtbot: QtBot, make: Callable[[Kit], S]) -> Iterator[S]:
    """The screen, shown at 1366 pixels in the words of the program, as soon as it has read."""
    screen = make(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks))
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    screen.show()
    at_rest(screen, qtbot)
    yield screen
    screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)


def at_rest(screen: DeskScreen, qtbot: QtBot) -> None:
    """Wait until nothing is read or booked any more."""
    qtbot.waitUntil(lambda: not screen.busy and not screen._kit.tasks.busy, timeout=20_000)


def rows(screen: DeskScreen, qtbot: QtBot) -> list[tuple[str, ...]]:
    """What the table in front shows."""
    at_rest(screen, qtbot)
    model = screen.table.model
    return [model.record(n).cells for n in range(model.rowCount())]


def take(screen: DeskScreen, qtbot: QtBot, *words: Sequence[str] | str) -> None:
    """Take in hand, for each of the words (or tuples of them), the first row in which they stand."""
    shown = rows(screen, qtbot)
    screen.table.view.clearSelection()
    found = [
        next(n for n, cells in enumerate(shown) if set([one] if isinstance(one, str) else one) <= set(cells))
        for one in words
    ]
    screen.table.view._select(sorted(found))
    at_rest(screen, qtbot)


def press(screen: DeskScreen, qtbot: QtBot, command: str) -> None:
    """Press the function key of a command, or choose it from the menu of those that have none."""
    keys = {name: key for key, name in screen.keys.commands().items()}
    if command in keys:
        QTest.keyClick(screen, Qt.Key(int(Qt.Key.Key_F1) + keys[command] - 1))
    else:
        menu, words = screen.keys.more(), screen.texts.text("commands", command)
        next(action for action in menu.actions() if action.text().endswith(words)).trigger()
        menu.deleteLater()
    at_rest(screen, qtbot)


def asked(screen: DeskScreen, qtbot: QtBot, command: str) -> QuestionForm:
    """Press a key that asks a question."""
    press(screen, qtbot, command)
    assert screen.form is not None, screen.band.text()
    return screen.form


def book(screen: DeskScreen, qtbot: QtBot) -> str:
    """Book what the form says; returns what was said."""
    screen.band.clear()
    press(screen, qtbot, "BOOK")
    return screen.band.text()


def columns(screen: DeskScreen, qtbot: QtBot, *names: str) -> list[tuple[str, ...]]:
    """What some columns of the table in front show."""
    known = [column.name for column in screen.table.model.columns]
    return [tuple(row[known.index(name)] for name in names) for row in rows(screen, qtbot)]
