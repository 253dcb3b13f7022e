"""Photos of goods at the dock: taken after they were booked, kept once, seen at the order, undone with the scan."""

import io
from uuid import UUID

import pytest
from PIL import Image

from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from app.domain.errors import Refusal
from app.services import documents, receiving, stock
from app.services.changes import Changes
from app.services.products import images, looking
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.support import Site


def photo(colour: str = "brown") -> images.Prepared:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return images.prepare(out.getvalue())


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def damaged_goods(site: Site, dock: Conversation) -> str:
    number = order(site, ("WIDGET", 24))
    dock.scan(number)
    dock.key("DAMAGED")
    dock.key("DAMAGED")
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked_damaged"
    return number


def take(dock: Conversation, colour: str = "brown") -> str:
    """Press Photo and take one, as the screen does: kept first, then told."""
    dock.key("PHOTO")
    known_by = dock.worker.run(lambda unit: images.keep(unit, photo(colour))).sha256
    dock.key("ENTER", known_by)
    return known_by


def kept(dock: Conversation, number: str) -> tuple[stock.Photo, ...]:
    found = dock.worker.run(
        lambda unit: unit.session.row("SELECT id FROM document WHERE number = %(number)s", number=number)
    )
    assert found is not None
    return dock.worker.run(lambda unit: stock.document(unit, found["id"])).photos


def test_a_photo_of_damaged_goods_is_kept_with_the_order(warehouse: Site, dock: Conversation) -> None:
    number = damaged_goods(warehouse, dock)
    assert "PHOTO" in dock.prompt.commands
    dock.key("PHOTO")
    assert (dock.prompt.waiting, dock.prompt.instruction) == ("photo", "receiving.take_photo")
    known_by = take(dock)
    assert dock.said == "receiving.photo_kept"
    [one] = kept(dock, number)
    assert (one.sha256, one.sku, one.reason) == (known_by, "WIDGET", "DAMAGED")
    assert dock.worker.run(lambda unit: looking.image(unit, known_by)) == photo().content
    events = dock.worker.run(lambda unit: documents.timeline(unit, kind="purchase_order", number=number))
    told = [(event.kind, event.goods, event.place) for event in events if event.kind]
    assert told == [("photo", "WIDGET", ""), ("receipt", "WIDGET", "WH001-DOCK1")]


def test_the_same_photo_is_kept_once(warehouse: Site, dock: Conversation) -> None:
    number = damaged_goods(warehouse, dock)
    assert take(dock) == take(dock)
    other = take(dock, "grey")
    assert [one.sha256 for one in kept(dock, number)].count(other) == 1
    assert len(kept(dock, number)) == 2


def test_undo_takes_the_photo_back_and_then_the_goods(warehouse: Site, dock: Conversation) -> None:
    number = damaged_goods(warehouse, dock)
    take(dock)
    dock.key("UNDO")
    assert kept(dock, number) == ()
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1
    while warehouse.stock("WIDGET", "DOCK1")[0]:
        dock.key("UNDO")
        assert dock.said == "dialog.undone"
    assert warehouse.prove() == []


def test_without_goods_there_is_nothing_to_photograph(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 24)))
    assert "PHOTO" not in dock.prompt.commands
    dock.key("PHOTO")
    assert (dock.said, dock.level) == ("dialog.not_now", Level.ERROR)


def test_a_scan_while_a_photo_is_awaited_is_refused_and_nothing_is_booked(warehouse: Site, dock: Conversation) -> None:
    damaged_goods(warehouse, dock)
    dock.key("PHOTO")
    dock.scan("WIDGET")
    assert dock.said == "receiving.answer_first"
    dock.key("CANCEL")
    assert dock.prompt.waiting == ""


@pytest.mark.parametrize("nonsense", ["", "no hex", "00" * 32])
def test_what_names_no_kept_picture_is_refused(warehouse: Site, dock: Conversation, nonsense: str) -> None:
    number = damaged_goods(warehouse, dock)
    dock.key("PHOTO")
    dock.key("ENTER", nonsense)
    assert dock.said == "photo.not_kept"
    assert kept(dock, number) == ()


def test_whoever_may_not_receive_adds_no_photo(warehouse: Site, dock: Conversation) -> None:
    number = damaged_goods(warehouse, dock)
    known_by = take(dock)
    packer = Worker(warehouse.station("bench1", "OPERATOR1"), Changes())
    row = dock.worker.run(lambda unit: unit.session.row("SELECT id FROM document WHERE number = %(n)s", n=number))
    assert row is not None
    with pytest.raises(Refusal, match="permission"):
        packer.run(
            lambda unit: receiving.add_photo(
                unit, document=row["id"], line=None, run=UUID(int=1), reason="", sha256=known_by
            )
        )
