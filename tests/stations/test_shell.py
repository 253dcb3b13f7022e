"""The window around the stations: sign-on, home, palette, help, lock, strip."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Feedback, Level, Prompt
from app.domain.equipment import DeviceRole, DeviceState, Health
from app.domain.errors import Refusal
from app.services.search import Found
from app.stations.kit.dialog_screen import DialogScreen
from app.stations.kit.kit import Kit
from app.stations.kit.theme import TOUCH_PX
from app.stations.operations import PERMISSIONS, dialog_entries
from app.stations.shell.entries import DESKS, SignedOn, StationEntry
from app.stations.shell.home import HomeScreen
from app.stations.shell.sign_on import SignOnScreen
from app.stations.shell.window import StationWindow, Wiring
from app.texts import Texts
from tests.stations.conftest import RememberingLane, settle

EVERYTHING = frozenset(PERMISSIONS.values())


@dataclass
class Gate:
    """Sign-on as the program knows it: badge 42 has PIN 1234; badge 43 is in use at DOCK-01."""

    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    permissions: frozenset[str] = EVERYTHING
    warning: Feedback | None = None

    def __call__(self, badge: str, pin: str, take_over: bool) -> SignedOn:  # noqa: FBT001, RUF100  (the contract's)
        self.asked.append((badge, pin, take_over))
        self.threads.add(threading.current_thread().name)
        if pin != "1234":
            raise Refusal("stations.pin_first", scanned=pin)
        if badge == "43" and not take_over:
            raise Refusal("sign_on.elsewhere", station="DOCK-01", badge=badge)
        return SignedOn(f"Person {badge}", self.permissions, self.warning)


class Shop:
    """A window, its gate, its lanes and the sounds it asked for."""

    def __init__(self, kit: Kit, *, idle_s: float = 0) -> None:
        self.gate = Gate()
        self.lanes: list[RememberingLane] = []
        self.signed_off: list[bool] = []
        self.remembered: dict[str, str] = {}
        self.sounds: list[str] = []
        self.kept: tuple[Found, ...] = ()
        self.looked_for: list[str] = []
        kit.sounds.asked.connect(self.sounds.append)
        entries = dialog_entries(
            lambda _name: self._open,
            picture=lambda _name: b"",
            keep_photo=lambda _photo: "",
            evidence=lambda _code, path: path.name,
        )
        self.window = StationWindow(
            kit,
            Wiring(
                "PACK-02",
                entries,
                sign_on=self.gate,
                sign_off=lambda: self.signed_off.append(True),
                remember=self.remembered.__setitem__,
                find=self._find,
                languages={"en": "English", "xx": "Longer", "rtl": "Mirrored"},
                idle_s=idle_s,
            ),
        )
        self.window.resize(1366, 768)

    @property
    def front(self) -> QWidget:
        return self.window.screen_in_front

    @property
    def door(self) -> SignOnScreen:
        assert isinstance(self.front, SignOnScreen)
        return self.front

    def sign_on(self, qtbot: QtBot, badge: str = "42", pin: str = "1234") -> None:
        self.door.on_scan(badge)
        with qtbot.waitSignal(self.door.signed_on):
            self.door.answer.answered.emit(pin)

    def _find(self, words: str) -> tuple[Found, ...]:
        self.looked_for.append(words)
        return self.kept

    def _open(self, show: Callable[[Prompt], None]) -> RememberingLane:
        self.lanes.append(RememberingLane(show))
        return self.lanes[-1]


@pytest.fixture
def shop(kit: Kit, qtbot: QtBot) -> Shop:
    shop = Shop(kit)
    qtbot.addWidget(shop.window)
    with qtbot.waitActive(shop.window):  # shortcuts are for the active window only
        shop.window.show()
        shop.window.activateWindow()
    return shop


def test_the_first_screen_says_what_to_do(shop: Shop) -> None:
    assert shop.door.instruction.text() == "Scan your badge"


def test_badge_and_pin_lead_home(shop: Shop, qtbot: QtBot) -> None:
    shop.window.scan("42")
    qtbot.waitUntil(lambda: shop.door.badge == "42")
    QTest.keyClicks(shop.door.answer.edit, "1234")
    with qtbot.waitSignal(shop.door.signed_on):
        QTest.keyClick(shop.door.answer.edit, Qt.Key.Key_Return)
    assert isinstance(shop.front, HomeScreen)
    assert shop.window.strip.words()["person"] == "Person 42"


def test_the_pin_is_checked_off_the_gui_thread(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    assert threading.main_thread().name not in shop.gate.threads


def test_a_wrong_pin_is_said_and_asks_for_the_badge_again(shop: Shop, qtbot: QtBot) -> None:
    door = shop.door
    door.on_scan("42")
    door.answer.answered.emit("9999")
    qtbot.waitUntil(lambda: door.band.text() != "")
    assert shop.sounds == ["error"]
    assert door.instruction.text() == "Scan your badge"


def test_a_badge_in_use_elsewhere_asks_and_the_pin_takes_over(shop: Shop, qtbot: QtBot) -> None:
    door = shop.door
    door.on_scan("43")
    door.answer.answered.emit("1234")
    qtbot.waitUntil(lambda: "DOCK-01" in door.instruction.text())
    with qtbot.waitSignal(door.signed_on):
        door.answer.answered.emit("1234")
    assert shop.gate.asked == [("43", "1234", False), ("43", "1234", True)]


def test_a_scan_while_a_pin_is_typed_sounds_an_error(shop: Shop) -> None:
    shop.door.on_scan("42")
    QTest.keyClicks(shop.door.answer.edit, "12")
    shop.door.on_scan("43")
    assert shop.sounds == ["error"]
    assert shop.door.badge == "42"
    assert shop.door.answer.edit.text() == "12"


def test_a_station_that_is_not_allowed_is_grey_and_says_why(shop: Shop, qtbot: QtBot) -> None:
    shop.gate.permissions = EVERYTHING - {"ship"}
    shop.sign_on(qtbot)
    home = shop.front
    assert isinstance(home, HomeScreen)
    assert not home.tile("shipping").isEnabled()
    assert "does not allow" in home.tile("shipping").accessibleDescription()
    home.on_scan("GO-SHIPPING")
    assert shop.front is home
    assert shop.sounds == ["error"]


def test_goods_scanned_at_home_are_an_error_not_a_guess(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    home = shop.front
    assert isinstance(home, HomeScreen)
    shop.window.scan("PROD-001")
    qtbot.waitUntil(lambda: "PROD-001" in home.band.text())
    assert shop.sounds == ["error"]


def test_a_station_is_opened_by_its_code_and_f12_leads_home(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.scan("GO-PACKING")
    qtbot.waitUntil(lambda: isinstance(shop.front, DialogScreen))
    shop.window.scan("PROD-001", "code-128", "scanner-1")
    qtbot.waitUntil(lambda: shop.lanes[0].scans == [("PROD-001", "code-128", "scanner-1")])
    QTest.keyClick(shop.front, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: isinstance(shop.front, HomeScreen))
    qtbot.waitUntil(lambda: shop.lanes[0].stopped)


def test_a_station_is_opened_by_its_key_but_not_by_a_code_that_begins_with_it(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    home = shop.front
    assert isinstance(home, HomeScreen)
    QTest.keyClicks(home, "4006381333931")
    qtbot.waitUntil(lambda: "4006381333931" in home.band.text())
    QTest.keyClick(home, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: isinstance(shop.front, DialogScreen))


def test_ctrl_k_finds_and_runs_an_action(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    QTest.keyClick(shop.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    sheet = shop.window.palette_sheet
    qtbot.waitUntil(sheet.isVisible)
    QTest.keyClicks(sheet.query, "pack ver")
    QTest.keyClick(sheet.query, Qt.Key.Key_Return)
    assert isinstance(shop.front, DialogScreen)
    assert not sheet.isVisible()


def test_ctrl_f_finds_what_is_kept_and_opens_it_where_its_code_is_looked_up(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.kept = (
        Found("item", UUID(int=1), "WIDGET", "Standard widget", "WIDGET"),
        Found("partner", UUID(int=2), "ACME", "Acme Ltd", ""),  # this window has no screen of partners
    )
    QTest.keyClick(shop.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    sheet = shop.window.palette_sheet
    qtbot.waitUntil(sheet.isVisible)
    assert sheet.found.count() == 0
    QTest.keyClicks(sheet.query, "wigdet")
    qtbot.waitUntil(lambda: sheet.found.count() == 1)
    assert (shop.looked_for, sheet.found.item(0).text()) == (["wigdet"], "Item    WIDGET    Standard widget")
    QTest.keyClick(sheet.query, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(shop.front, DialogScreen))
    assert [raw for raw, _, _ in shop.lanes[-1].scans] == ["WIDGET"]


def test_what_nobody_keeps_is_said_in_the_box(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.palette_sheet.search()
    QTest.keyClicks(shop.window.palette_sheet.query, "zyxw")
    qtbot.waitUntil(lambda: shop.window.palette_sheet.found.count() == 1)
    assert "Nothing is called zyxw" in shop.window.palette_sheet.found.item(0).text()


def test_nobody_looks_for_anything_before_they_signed_on(shop: Shop) -> None:
    shop.window.palette_sheet.open()
    assert shop.window.palette_sheet.look_for is None


def test_a_scan_while_the_palette_is_open_sounds_an_error(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.palette_sheet.open()
    shop.window.scan("PROD-001")
    qtbot.waitUntil(lambda: shop.sounds == ["error"])


def test_f1_opens_the_page_of_the_station(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.open_station("putaway")
    settle()
    QTest.keyClick(shop.window, Qt.Key.Key_F1)
    manual = shop.window.manual
    assert manual is not None
    assert manual.current == "putaway"
    assert "proposes one bin" in manual.text.toPlainText()


def test_the_manual_explains_an_error_by_its_code_and_can_be_searched(shop: Shop) -> None:
    shop.window.open_help("error:stations.scan_again")
    manual = shop.window.manual
    assert manual is not None
    assert manual.current == "errors/stations"
    manual.query.setText("printed label proves this carton")
    assert "Pack verification" in [manual.found.item(n).text() for n in range(manual.found.count())]


def test_every_station_has_a_title_an_icon_and_a_page() -> None:
    from app import resources
    from app.stations.kit.help_browser import pages

    texts = Texts.load("en")
    names = {page.name for page in pages("en")}
    for name in (*PERMISSIONS, "stock", "sign_on", "home"):
        assert texts.has("titles", name)
        assert name in names
    for name in (*PERMISSIONS, "stock"):
        assert (resources.resource("icons") / f"{name}.svg").exists()


def test_an_idle_station_locks_and_the_pin_leads_back_to_the_work(kit: Kit, qtbot: QtBot) -> None:
    shop = Shop(kit, idle_s=0.05)
    qtbot.addWidget(shop.window)
    shop.window.show()
    shop.sign_on(qtbot)
    shop.window.open_station("packing")
    screen = shop.front
    qtbot.waitUntil(lambda: isinstance(shop.front, SignOnScreen))
    assert "Person 42" in shop.door.instruction.text()
    shop.window._on_scan("4012345678901", "ean-13", "scanner")
    assert "is no badge" in shop.door.band.text(), "whoever scans on is told why nothing happens"
    with qtbot.waitSignal(shop.door.signed_on):
        shop.door.answer.answered.emit("1234")
    assert shop.front is screen


def test_another_badge_at_a_locked_station_does_not_see_the_work(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.open_station("packing")
    shop.window.lock()
    shop.sign_on(qtbot, badge="44")
    assert isinstance(shop.front, HomeScreen)
    qtbot.waitUntil(lambda: shop.lanes[0].stopped)


def test_device_trouble_is_in_the_strip_by_symbol_and_word(shop: Shop, qtbot: QtBot) -> None:
    trouble = DeviceState("zebra-1", DeviceRole.LABEL_PRINTER, Health.FAULT, "paper_out")
    thread = threading.Thread(target=shop.window.set_device, args=(trouble,), name="device")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: shop.window.strip.words()["label_printer"] == "paper out")
    assert shop.window.strip._devices[DeviceRole.LABEL_PRINTER].mark.name == "error"
    assert shop.window.strip.loud() == {"label_printer"}


def test_a_printer_that_never_answers_does_not_hide_that_another_one_is_ready(shop: Shop, qtbot: QtBot) -> None:
    pages = DeviceState("pages", DeviceRole.LABEL_PRINTER, Health.UNKNOWN, "cannot_answer")
    labels = DeviceState("zebra-1", DeviceRole.LABEL_PRINTER, Health.ONLINE)

    def said() -> str:
        return shop.window.strip.words()["label_printer"]

    shop.window.set_device(labels)
    qtbot.waitUntil(lambda: bool(said()))
    ready = said()
    shop.window.set_device(DeviceState("pages", DeviceRole.LABEL_PRINTER, Health.OFFLINE))
    qtbot.waitUntil(lambda: said() != ready)
    shop.window.set_device(pages)
    qtbot.waitUntil(lambda: said() == ready)


def test_a_lost_database_is_loud_and_scans_still_reach_the_dialog_which_refuses(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.open_station("packing")
    shop.window.set_database(Health.OFFLINE)
    qtbot.waitUntil(lambda: shop.window.strip.words()["database"] == "Database away")
    assert shop.window.strip.loud() == {"database"}
    shop.window.scan("PROD-001", "code-128", "scanner-1")
    qtbot.waitUntil(lambda: shop.lanes[0].scans == [("PROD-001", "code-128", "scanner-1")])
    shop.window.set_database(Health.ONLINE)
    qtbot.waitUntil(lambda: shop.window.strip.words()["database"] == "connected")
    assert shop.window.strip.loud() == set()


def test_another_language_is_spoken_at_once_and_from_the_right_where_it_must(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.open_station("packing")
    shop.window.use_language("rtl")
    assert isinstance(shop.front, DialogScreen)
    assert shop.window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert shop.remembered == {"language": "rtl"}
    assert len(shop.lanes) == 2
    shop.window.use_language("en")
    assert shop.window.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_signing_off_leaves_nothing_behind(shop: Shop, qtbot: QtBot) -> None:
    shop.sign_on(qtbot)
    shop.window.sign_off()
    assert shop.door.instruction.text() == "Scan your badge"
    assert shop.signed_off == [True]
    assert shop.window.strip.words()["person"] == ""


def test_who_comes_back_hears_that_others_tried_their_badge(shop: Shop, qtbot: QtBot) -> None:
    told = {"count": "5", "place": "DOCK-01", "at": "2026-11-23 14:03"}
    shop.gate.warning = Feedback(Level.WARNING, "stations.wrong_pins", told)
    shop.sign_on(qtbot)
    assert isinstance(shop.front, HomeScreen)
    said = shop.front.band.text()
    assert "DOCK-01" in said
    assert "14:03" in said


def test_a_crash_is_said_without_a_window_to_press_away(shop: Shop) -> None:
    shop.window.crashed("crash-1.txt")
    assert "crash-1.txt" in shop.window.banner.text()
    assert shop.window.banner.isVisible()


def test_home_has_room_for_every_station_on_the_smallest_screen(kit: Kit, qtbot: QtBot) -> None:
    led = [StationEntry(f"led{n}", lambda _kit: QWidget(), icon="box", led=True) for n in range(12)]
    desks = [StationEntry(name, lambda _kit: QWidget(), icon="stock") for group in DESKS.values() for name in group]
    home = HomeScreen(kit, [*led, *desks], SignedOn("Ana"))
    qtbot.addWidget(home)
    home.resize(1366, 728)
    home.show()
    assert home.minimumSizeHint().height() <= 728
    assert all(home.tile(entry.name).height() >= TOUCH_PX for entry in [*led, *desks])
    widths = [home.tile(entry.name).width() for entry in desks]
    assert max(widths) - min(widths) <= 1
