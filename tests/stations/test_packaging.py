"""Carton types and extras on their screen: made, judged while typed, archived instead of removed, with a picture."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.packaging import Kept
from app.stations.kit.extra_view import ExtraView
from app.stations.kit.kit import Kit
from app.stations.packaging import PackagingScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site

WINE = {"code": "WINE6", "name": "Six bottles", "length_mm": "280", "width_mm": "190", "height_mm": "340"}


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[PackagingScreen]:
    with opened(kit, qtbot, lambda words: PackagingScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def test_a_carton_is_made_judged_changed_and_its_history_tells(screen: PackagingScreen, qtbot: QtBot) -> None:
    form = asked(screen, qtbot, "NEW_RECORD")
    for name, value in (WINE | {"tare_kg": "heavy", "limit_kg": "15", "services": "express, parcel"}).items():
        form.give(name, value)
    assert form.effect.text().startswith("Own weight (kg) cannot be heavy.")
    form.give("tare_kg", "0.38")
    form.give("outer_length_mm", "270")
    assert "Outside L (mm)" in book(screen, qtbot)  # smaller outside than inside
    form.give("outer_length_mm", "290")
    assert book(screen, qtbot) == "WINE6 is saved."
    assert ("WINE6", "Six bottles", "0.38", "express, parcel") in columns(
        screen, qtbot, "code", "name", "tare_kg", "services"
    )
    take(screen, qtbot, "WINE6")
    asked(screen, qtbot, "CHANGE_RECORD").give("code", "WINE12")
    assert book(screen, qtbot).startswith("The code of carton WINE6 stays")
    assert screen.form is not None
    screen.form.give("code", "WINE6")
    screen.form.give("fill_percent", "15")
    book(screen, qtbot)
    take(screen, qtbot, "WINE6")
    press(screen, qtbot, "CHANGES")
    assert columns(screen, qtbot, "difference") == [("For filling (%): 0 → 15",), ("made",)]


def test_a_carton_in_use_is_archived_not_removed_and_the_last_one_stays(
    screen: PackagingScreen, warehouse: Site, qtbot: QtBot
) -> None:
    line = warehouse.document("order", ("WIDGET", 1))[0]
    with warehouse.desk.transaction() as session:
        order = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
        assert order is not None
        place = warehouse.places["STAGE1"]
        session.call("open_carton", document=order["id"], location=place, carton_type="SMALL")
    take(screen, qtbot, "SMALL")
    asked(screen, qtbot, "REMOVE_RECORD")
    assert book(screen, qtbot).startswith("SMALL is in use (1): 0")
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    at_rest(screen, qtbot)
    take(screen, qtbot, "SMALL")
    press(screen, qtbot, "USED_WHERE")
    assert columns(screen, qtbot, "use", "count") == [("Packed cartons", "1")]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    for code in ("SMALL", "LARGE"):
        take(screen, qtbot, code)
        asked(screen, qtbot, "ARCHIVE")
        assert book(screen, qtbot) == f"{code} is saved."
    assert columns(screen, qtbot, "code", "state")[-1] == ("LARGE", "▣ Archived")
    take(screen, qtbot, "MEDIUM")
    asked(screen, qtbot, "ARCHIVE")
    assert book(screen, qtbot).startswith("MEDIUM is the last carton type in use.")


def test_an_insert_is_made_gets_its_picture_and_is_shown_as_the_bench_shows_it(
    screen: PackagingScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.tabs.setCurrentIndex(1)
    at_rest(screen, qtbot)
    form = asked(screen, qtbot, "NEW_RECORD")
    for name, value in {"code": "TEA", "extra_kind": "photo", "name": "Tea sample", "moment": "start"}.items():
        form.give(name, value)
    assert book(screen, qtbot).startswith("When cannot be")  # a photo is taken before the weighing
    form.give("extra_kind", "insert")
    form.give("moment", "close")
    form.give("answer", "scan")
    form.give("insert_sku", "WIDGET")
    form.give("from_stock", "yes")
    assert book(screen, qtbot) == "TEA is saved."
    assert columns(screen, qtbot, "code", "sku", "from_stock", "picture") == [("TEA", "WIDGET", "yes", "")]
    take(screen, qtbot, "TEA")
    press(screen, qtbot, "SHOW_PICTURE")
    assert screen.band.text().startswith("It has no picture yet.")
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "tea.png")
    screen.bring_picture(packaging_of(screen), tmp_path / "tea.png")
    assert columns(screen, qtbot, "picture") == [("yes",)]
    take(screen, qtbot, "TEA")
    press(screen, qtbot, "SHOW_PICTURE")
    shown = screen.findChildren(ExtraView)[-1]
    qtbot.waitUntil(lambda: shown.has_photo)
    assert shown.name.text() == "Tea sample"


def packaging_of(screen: PackagingScreen) -> Kept:
    (row,) = screen.in_hand()
    assert isinstance(row.made_of, Kept)
    return row.made_of
