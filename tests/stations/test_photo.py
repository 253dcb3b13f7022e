"""Taking a photo at a station: by a camera, from a file, and what is said where neither gives one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtMultimedia import QVideoFrame
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Level
from app.services.stock import Photo
from app.stations.kit.camera import as_jpeg
from app.stations.kit.kit import Kit
from app.stations.stock.photos import PhotoRow, story
from tests.stations.conftest import Desk, prompt, settle

AWAITED = {"waiting": "photo", "commands": ("CANCEL",), "rows": ()}


def seen() -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("brown"))
    return image


@pytest.fixture
def asking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(desk.screen.photo.camera, "start", lambda: True)
    desk.screen.show_prompt(prompt(**AWAITED))
    settle()
    return desk


@pytest.mark.qt_log_ignore("No RHI backend", extend=True)
def test_a_photo_is_what_the_camera_sees_when_the_button_is_pressed(asking: Desk, qtbot: QtBot) -> None:
    photo = asking.screen.photo
    assert not photo.shutter.isEnabled()
    photo.camera.show_frame(QVideoFrame(seen()))
    photo.shutter.click()
    qtbot.waitUntil(lambda: bool(asking.lane.keys))
    assert asking.lane.keys == [("ENTER", "ab" * 32)]
    [content] = asking.photos
    assert isinstance(content, bytes)
    shown = QImage.fromData(content)
    assert (shown.width(), shown.height()) == (64, 48)
    assert abs(shown.pixelColor(30, 20).red() - QColor("brown").red()) < 8


def test_a_file_that_is_no_picture_is_said_and_asked_again(asking: Desk, qtbot: QtBot) -> None:
    dialog = asking.screen.photo.ask_for_file()
    qtbot.addWidget(dialog)
    dialog.fileSelected.emit("/somewhere/letter.txt")
    qtbot.waitUntil(lambda: asking.screen.band.level is Level.ERROR)
    assert asking.photos == [Path("/somewhere/letter.txt")]
    assert "letter.txt" in asking.screen.band.text()
    assert asking.lane.keys == []
    assert asking.screen.photo.isVisible()
    dialog.close()


def test_a_camera_that_goes_away_is_said_and_the_file_is_left(asking: Desk) -> None:
    photo = asking.screen.photo
    photo.show_image(seen())
    photo.camera.lost.emit()
    assert "No camera" in photo.view.text()
    assert not photo.shutter.isEnabled()
    assert photo.file.isEnabled()


@pytest.mark.qt_log_ignore("qt.multimedia", extend=True)
def test_a_computer_without_a_camera_says_so(desk: Desk) -> None:
    photo = desk.screen.photo
    if photo.camera.start():
        pytest.skip("this computer has a camera")
    desk.screen.show_prompt(prompt(**AWAITED))
    assert "No camera" in photo.view.text()


def test_the_camera_is_off_once_the_question_is_gone(asking: Desk) -> None:
    asking.screen.photo.show_image(seen())
    asking.screen.show_prompt(prompt())
    settle()
    asking.screen.photo.take()
    assert asking.photos == []


def test_photos_of_an_order_are_seen_with_their_story_and_open_whole(kit: Kit, qtbot: QtBot) -> None:
    photo = Photo("ab" * 32, "FOOD-OATS-500", "DAMAGED", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "Ana Sørensen")
    asked: list[tuple[str, bool]] = []

    def read(known_by: str, small: bool) -> bytes:
        asked.append((known_by, small))
        return as_jpeg(seen())

    row = PhotoRow(kit, [photo], read)
    qtbot.addWidget(row)
    row.show()
    [button] = row.buttons
    qtbot.waitUntil(lambda: button.picture.has_photo)
    assert "FOOD-OATS-500" in button.accessibleName()
    assert "Ana Sørensen" in story(photo, kit.texts)
    window = row.show_whole(photo)
    qtbot.waitUntil(lambda: len(asked) == 2 and not kit.tasks.busy)
    assert asked == [("ab" * 32, True), ("ab" * 32, False)]
    window.close()
