"""Closed books on their screen: closed to a day, shown with their trail, opened again with a reason."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.services import clock
from app.stations.books import BooksScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, book, columns, opened, press, rows, take, work_of
from tests.support import Site, post


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[BooksScreen]:
    warehouse.put("WIDGET", "R01", 20)
    with opened(kit, qtbot, lambda words: BooksScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def in_force(site: Site) -> int:
    with site.desk.transaction() as session:
        return len(session.rows("SELECT FROM closed_period WHERE reopened_at IS NULL"))


def test_books_are_closed_shown_and_opened_again_with_a_reason(
    screen: BooksScreen, warehouse: Site, qtbot: QtBot
) -> None:
    assert rows(screen, qtbot) == []
    press(screen, qtbot, "REOPEN_BOOKS")
    assert screen.band.text() == "Nothing is closed that could be opened."
    form = asked(screen, qtbot, "CLOSE_BOOKS")
    day = f"{clock.now() - timedelta(days=2):%Y-%m-%d}"
    form.give("until", day)
    form.give("note", "January reported")
    assert form.effect.text().startswith(f"Nothing more can be posted that happened until {day} 23:59:59 (UTC).")
    assert book(screen, qtbot).startswith(f"The books are closed until {day} 23:59:59, at seal")
    assert columns(screen, qtbot, "state", "until", "by", "note") == [
        ("■ Closed", f"{day} 23:59:59", "Manager1", "January reported")
    ]
    form = asked(screen, qtbot, "REOPEN_BOOKS")
    assert book(screen, qtbot) == "Reopening closed books needs a note."
    assert in_force(warehouse) == 1
    form.give("note", "An invoice was forgotten")
    assert book(screen, qtbot) == "All books of this warehouse are open again."
    assert columns(screen, qtbot, "state", "why") == [("□ Open again", "An invoice was forgotten")]


def test_closing_is_undone_at_once(screen: BooksScreen, warehouse: Site, qtbot: QtBot) -> None:
    asked(screen, qtbot, "CLOSE_BOOKS")
    book(screen, qtbot)
    assert in_force(warehouse) == 1
    press(screen, qtbot, "UNDO")
    assert in_force(warehouse) == 0


@pytest.mark.parametrize(("typed", "said"), [("soon", "soon"), ("2999-01-01", "")])
def test_the_future_and_what_is_no_time_are_refused(
    screen: BooksScreen, warehouse: Site, qtbot: QtBot, typed: str, said: str
) -> None:
    asked(screen, qtbot, "CLOSE_BOOKS").give("until", typed)
    assert said in book(screen, qtbot)
    assert in_force(warehouse) == 0
    assert screen.form is not None


def test_who_may_not_close_is_told_so(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: BooksScreen(words, work_of(warehouse, "desk_auditor"))) as screen:
        press(screen, qtbot, "CLOSE_BOOKS")
        assert screen.band.text() == "Your badge does not allow: Close the books of a month. Ask your supervisor."


def test_what_was_posted_since_a_close_is_shown_with_who_did_it(
    screen: BooksScreen, warehouse: Site, qtbot: QtBot
) -> None:
    asked(screen, qtbot, "CLOSE_BOOKS").give("until", f"{clock.now() - timedelta(days=2):%Y-%m-%d}")
    book(screen, qtbot)
    with warehouse.station("bench1", "OPERATOR1").transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 4)
    warehouse.seal()
    take(screen, qtbot, "■ Closed")
    press(screen, qtbot, "SHOW_CHANGES")
    assert columns(screen, qtbot, "kind", "sku", "quantity", "source", "target", "person") == [
        ("Move", "WIDGET", "4 each", "WH001-STO-R01", "WH001-STO-R02", "Operator1")
    ]
