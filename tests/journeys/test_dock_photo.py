"""Damaged goods at the dock, photographed at the real window, and seen again at the order by a manager."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QPixmap

from app.dialogs.dialog import Level
from app.services import stock
from app.services.products import looking
from app.services.work import Worker as Desk
from app.stations.kit.dialog_screen import DialogScreen
from app.stations.stock.sheet import DocumentSheet
from tests.journeys.bench import Bench, bench, furnished_home


@pytest.mark.qt_log_ignore("qt.multimedia", "propagateSizeHints", extend=True)
def test_a_photo_of_damaged_goods_is_taken_from_a_file_and_seen_at_the_order(home: Path, tmp_path: Path) -> None:
    with furnished_home(home) as opened, bench(opened, tmp_path / "pictures") as standing:
        standing.sign_on()
        photograph(standing, tmp_path)
        with standing.home.desk("test") as desk:
            seen_at_the_order(standing, desk)


def seen_at_the_order(standing: Bench, desk: Desk) -> None:
    """The sheet of the order shows the photo: of which goods, why, and what it looks like."""
    player, number = standing.player, standing.day.purchase_order
    found = desk.run(lambda unit: unit.session.row("SELECT id FROM document WHERE number = %(n)s", n=number))
    assert found is not None
    order = desk.run(lambda unit: stock.document(unit, found["id"]))
    assert [(photo.sku, photo.reason) for photo in order.photos] == [(standing.day.goods[1].sku, "DAMAGED")]

    def read(known_by: str, small: bool) -> bytes:
        return desk.run(lambda unit: looking.image(unit, known_by, thumbnail=small))

    sheet = DocumentSheet(player.window.kit, order, read)
    sheet.resize(1366, 728)
    sheet.show()
    player.until(lambda: sheet.photos.buttons[0].picture.has_photo, "the small photo")
    player.settle()
    sheet.table.stop()
    sheet.deleteLater()


def photograph(standing: Bench, folder: Path) -> None:
    """Book a damaged unit, then bring first a letter and then a photo of it."""
    player = standing.player
    letter, photo = folder / "letter.jpg", folder / "crushed.jpg"
    letter.write_text("Dear Sir or Madam", encoding="utf-8")
    Image.effect_noise((2400, 1800), 80).save(photo)
    player.open_station("receiving")
    player.scan(standing.day.purchase_order)
    player.told("receiving.order_opened")
    player.press("DAMAGED")
    player.choose("DAMAGED")
    standing.scan_unit()
    player.told("receiving.booked_damaged")
    player.press("PHOTO")
    player.instructed("receiving.take_photo")
    screen = player.screen
    assert isinstance(screen, DialogScreen)
    player.picture("photo")
    screen.photo.chosen.emit(letter)
    player.until(lambda: screen.band.level is Level.ERROR, "the refusal of the letter")
    screen.photo.chosen.emit(photo)
    player.told("receiving.photo_kept")
    assert not QPixmap(str(player.picture("photo-kept"))).isNull()
