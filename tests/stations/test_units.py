"""The list of handling units by their state: found, taken out of use, taken back."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.units import UnitsScreen
from tests.stations.desks import asked, book, columns, opened, press, rows, take, work_of
from tests.support import Site, post

EMPTY, IN_USE, NEW, GONE, RETIRED = range(5)


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[UnitsScreen]:
    """Three units were made: one stands empty, one is full, one stands nowhere yet."""
    with warehouse.station().transaction() as session:
        made = [
            session.row(
                "SELECT id FROM create_handling_unit('tote', %(w)s, NULL, %(n)s)", w=warehouse.warehouse, n=name
            )
            for name in ("EMPTY-1", "FULL-1", "NEW-1")
        ]
        units = [UUID(str(row["id"])) for row in made if row]
        for unit in units[:2]:
            post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND", to_units=[unit])
        post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 1, reason="LOST", from_units=[units[0]])
    with opened(kit, qtbot, lambda words: UnitsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def numbers(screen: UnitsScreen, qtbot: QtBot, tab: int) -> list[str]:
    screen.tabs.setCurrentIndex(tab)
    return [cells[0] for cells in rows(screen, qtbot)]


def test_each_unit_stands_under_its_state_and_empty_ones_are_retired_and_used_again(
    screen: UnitsScreen, qtbot: QtBot
) -> None:
    found = [numbers(screen, qtbot, tab) for tab in range(5)]
    assert found == [["EMPTY-1"], ["FULL-1"], ["NEW-1"], [], []]
    screen.tabs.setCurrentIndex(EMPTY)
    press(screen, qtbot, "RETIRE")
    assert screen.form is None
    take(screen, qtbot, "EMPTY-1")
    assert "1 unit: EMPTY-1" in asked(screen, qtbot, "RETIRE").effect.text()
    assert book(screen, qtbot).startswith("Out of use: EMPTY-1.")
    assert (numbers(screen, qtbot, EMPTY), numbers(screen, qtbot, RETIRED)) == ([], ["EMPTY-1"])
    press(screen, qtbot, "UNDO")
    assert (numbers(screen, qtbot, RETIRED), numbers(screen, qtbot, NEW)) == ([], ["EMPTY-1", "NEW-1"])


def test_units_are_found_by_their_place_and_lead_to_their_goods(screen: UnitsScreen, qtbot: QtBot) -> None:
    screen.tabs.setCurrentIndex(IN_USE)
    screen.on_scan("WH001-STO-R01", "code-128", "scanner")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "WH001-STO-R01")
    assert columns(screen, qtbot, "number", "kind", "place", "holds") == [("FULL-1", "Tote", "WH001-STO-R01", "1")]
    take(screen, qtbot, "FULL-1")
    with qtbot.waitSignal(screen.other_asked) as asked_for:
        press(screen, qtbot, "GOODS_IN")
    assert asked_for.args == ["stock", "FULL-1"]
    screen.on_scan("WH001-STO-R02", "code-128", "scanner")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "WH001-STO-R02")
    assert rows(screen, qtbot) == []
