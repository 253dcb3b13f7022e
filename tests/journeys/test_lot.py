"""A lot comes from its supplier in one scan, is put away, partly broken, recalled, and followed on its screen."""

from uuid import UUID, uuid4

from pytestqt.qtbot import QtBot

from app.dialogs.putaway import PUTAWAY
from app.dialogs.receiving import RECEIVING
from app.stations.kit.kit import Kit
from app.stations.lots import LotsScreen
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.stations.conftest import kit  # noqa: F401
from tests.stations.desks import at_rest, columns, opened, press, rows, take, work_of
from tests.support import Site, post


def test_a_lot_is_followed_from_its_supplier_to_where_it_went(
    warehouse: Site, kit: Kit, qtbot: QtBot  # noqa: F811  (the fixtures)
) -> None:  # fmt: skip
    paper = it_comes_from_its_supplier(warehouse)
    it_is_put_away(warehouse)
    some_of_it_breaks_and_all_is_recalled(warehouse)
    with opened(kit, qtbot, lambda words: LotsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        assert columns(screen, qtbot, "lot", "best", "quantity", "state") == [
            ("LOT-A", "2030-12-31", "3 each", "Blocked")]  # fmt: skip
        rows(screen, qtbot)
        take(screen, qtbot, "LOT-A")
        press(screen, qtbot, "SHOW_WAY")
        at_rest(screen, qtbot)
        way = columns(screen, qtbot, "what", "quantity", "place", "document", "who")
        assert way == [
            ("Held: blocked (Quality in doubt)", "", "WH001", "", "Admin"),
            ("Came from", "4 each", "WH001", paper, "Acme"),
            ("Lies here: blocked", "3 each", "WH001-STO-R01", "", ""),
            ("Left: Scrap", "1 each", "WH001", "", ""),
        ]


def it_comes_from_its_supplier(site: Site) -> str:
    number = order(site, ("MILK", 10))
    dock = Conversation(site.station("dock1", "RECEIVER1"), RECEIVING, site)
    dock.scan(number)
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A\x1d37" + "4", "gs1-128")
    assert site.stock("MILK", "DOCK1")[0] == 4
    return number


def it_is_put_away(site: Site) -> None:
    clerk = Conversation(site.station("dock1", "RECEIVER1"), PUTAWAY, site)
    clerk.scan("MILK")
    clerk.scan("WH001-STO-R01")
    clerk.scan("WH001-STO-R01")
    assert site.stock("MILK", "R01")[0] == 4


def some_of_it_breaks_and_all_is_recalled(site: Site) -> None:
    with site.desk.transaction() as session:
        row = session.row("SELECT id FROM trace WHERE lot = 'LOT-A'")
        assert row is not None
        lot = UUID(str(row["id"]))
        post(session, site, "scrap", "MILK", "R01", "SCRAP", 1, trace=lot, reason="DAMAGED")
        session.call("hold_trace", request=uuid4(), warehouse=site.warehouse, trace=lot, status="blocked",
                     reason="QUALITY")  # fmt: skip
