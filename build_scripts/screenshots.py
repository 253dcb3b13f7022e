"""Photograph every screen in every state: `python build_scripts/screenshots.py [--out DIR] [--only WORD]`.

Screens × states × two sizes × light and dark × English, longer words and right to left, drawn offscreen from prompts
written by hand, and one contact sheet of them all. For looking at, not for comparing: a person judges the pictures.
"""

import argparse
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEvent, QSize, Qt  # noqa: E402  (after the platform is chosen)
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from app.devices.labels import picture  # noqa: E402
from app.devices.simulation import PrintedLabel, Simulation  # noqa: E402
from app.dialogs.dialog import Feedback, Level  # noqa: E402
from app.domain.equipment import DeviceRole, DeviceState, Health  # noqa: E402
from app.domain.labels import LabelContent  # noqa: E402
from app.services.search import Found  # noqa: E402
from app.stations.books import BooksScreen  # noqa: E402
from app.stations.carriers import CarriersScreen  # noqa: E402
from app.stations.claims import ClaimsScreen  # noqa: E402
from app.stations.consignment import ConsignmentScreen  # noqa: E402
from app.stations.demo.panel import SimulatorPanel  # noqa: E402
from app.stations.discrepancies import DiscrepanciesScreen  # noqa: E402
from app.stations.dock_board import DockBoardScreen  # noqa: E402
from app.stations.docks import DocksScreen  # noqa: E402
from app.stations.documents import DocumentsScreen  # noqa: E402
from app.stations.inbound import InboundScreen  # noqa: E402
from app.stations.kit.dialog_screen import DialogScreen  # noqa: E402
from app.stations.kit.kit import Kit  # noqa: E402
from app.stations.kit.sounds import SoundPlayer  # noqa: E402
from app.stations.kit.tasks import Tasks  # noqa: E402
from app.stations.kit.theme import Scheme, Theme  # noqa: E402
from app.stations.kitting import KittingScreen  # noqa: E402
from app.stations.lots import LotsScreen  # noqa: E402
from app.stations.operations import dialog_entries  # noqa: E402
from app.stations.orders import OrdersScreen  # noqa: E402
from app.stations.packaging import PackagingScreen  # noqa: E402
from app.stations.partners import PartnersScreen  # noqa: E402
from app.stations.plan import PlanScreen  # noqa: E402
from app.stations.policies import PoliciesScreen  # noqa: E402
from app.stations.quality import QualityScreen  # noqa: E402
from app.stations.returns import ReturnsScreen  # noqa: E402
from app.stations.shell.entries import SignedOn, StationEntry  # noqa: E402
from app.stations.shell.window import StationWindow, Wiring  # noqa: E402
from app.stations.shipments import ShipmentsScreen  # noqa: E402
from app.stations.sites import SitesScreen  # noqa: E402
from app.stations.transfers import TransfersScreen  # noqa: E402
from app.stations.units import UnitsScreen  # noqa: E402
from app.stations.waves import WavesScreen  # noqa: E402
from app.texts import Texts  # noqa: E402
from build_scripts import (  # noqa: E402
    screenshot_devices,
    screenshot_docks,
    screenshot_imports,
    screenshot_inbound,
    screenshot_labels,
    screenshot_orders,
    screenshot_packaging,
    screenshot_partners,
    screenshot_people,
    screenshot_planning,
    screenshot_policies,
    screenshot_printing,
    screenshot_products,
    screenshot_quality,
    screenshot_safekeeping,
    screenshot_shipments,
    screenshot_sites,
    screenshot_stock,
    screenshot_waves,
)
from build_scripts.screenshot_desk import desk_work  # noqa: E402
from build_scripts.screenshot_samples import LABEL_FIELDS, LONG_NAME, LONG_SKU, PICTURES, SHELVES  # noqa: E402
from build_scripts.screenshot_scenes import SCENES, person  # noqa: E402

FOUND = (
    Found("item", UUID(int=1), "PROD-001", "Standard Widget", "PROD-001"),
    Found("item", UUID(int=2), LONG_SKU, LONG_NAME, LONG_SKU),
    Found("trace", UUID(int=3), "WID-2026-07", "PROD-001 Standard Widget", "PROD-001"),
    Found("location", UUID(int=4), "WH001-STO-A14", "Central Distribution Center", "WH001-STO-A14"),
    Found("document", UUID(int=5), "SO-10482", "WIDGETS-7 · Shopper & Sons", "SO-10482"),
    Found("partner", UUID(int=6), "C-0315", "Widget Works Öztürk GmbH", ""),
    Found("person", UUID(int=7), "SH-P-0007", "Wanda Reyes", ""),
)
"""What the box over everything finds."""
DESKS = (
    ("orders", OrdersScreen, "see_stock"),
    ("claims", ClaimsScreen, "see_stock"),
    ("documents", DocumentsScreen, "see_stock"),
    ("units", UnitsScreen, "see_stock"),
    ("lots", LotsScreen, "see_stock"),
    ("transfers", TransfersScreen, "see_stock"),
    ("kitting", KittingScreen, "see_stock"),
    ("returns", ReturnsScreen, "see_stock"),
    ("consignment", ConsignmentScreen, "see_stock"),
    ("inbound", InboundScreen, "see_stock"),
    ("dock_board", DockBoardScreen, "see_stock"),
    ("docks", DocksScreen, "see_stock"),
    ("waves", WavesScreen, "see_stock"),
    ("discrepancies", DiscrepanciesScreen, "see_stock"),
    ("quality", QualityScreen, "see_stock"),
    ("books", BooksScreen, "close_period"),
    ("plan", PlanScreen, "see_stock"),
    ("sites", SitesScreen, "set_up"),
    ("policies", PoliciesScreen, "set_up"),
    ("partners", PartnersScreen, "set_up"),
    ("shipments", ShipmentsScreen, "ship"),
    ("carriers", CarriersScreen, "set_up"),
    ("packaging", PackagingScreen, "set_up"),
)
"""The desks whose screens are told what to show, with the permissions that they need."""
SIZES = (QSize(1366, 768), QSize(1920, 1080))
LANGUAGES = ("en", "xx", "rtl")
THUMB = QSize(480, 270)


class StillLane:
    """A dialog that says nothing: the pictures show prompts, not conversations."""

    def scan(self, raw: str, symbology: str, source: str) -> None:
        """Hear and stay silent."""

    def key(self, command: str, text: str = "") -> None:
        """Hear and stay silent."""

    def approve(self, badge: str, pin: str) -> None:
        """Hear and stay silent."""

    def stop(self) -> None:
        """Nothing to stop."""


def main() -> None:
    """Draw the pictures and the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "screenshots")
    parser.add_argument("--only", default="", help="only pictures whose name contains this (a regular expression)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    drawn: list[Job] = []
    failed: list[Job] = []
    for job in filter(lambda job: re.search(options.only, job.name), _jobs()):
        defects = _draw(app, job, options.out)
        (failed if defects else drawn).append(job)
        for defect in defects:
            traceback.print_exception(defect)
    _contact_sheet([job.path(options.out) for job in drawn], options.out / "contact-sheet.png")
    print(f"{len(drawn)} pictures in {options.out}, set in {QFontInfo(app.font()).family()}")
    if failed:
        sys.exit(f"not drawn, or with a defect: {', '.join(job.name for job in failed)}")


class Job:
    """One picture to draw."""

    def __init__(self, scene: str, size: QSize, scheme: Scheme, language: str) -> None:
        self.scene, self.size, self.scheme, self.language = scene, size, scheme, language
        self.name = f"{scene}-{size.width()}-{scheme}-{language}"

    def path(self, out: Path) -> Path:
        """Where its picture goes."""
        return out / f"{self.name}.png"


def _jobs() -> Iterator[Job]:
    for scene in (*POSES, *SCENES):
        for size in SIZES:
            for scheme in Scheme:
                for language in LANGUAGES:
                    yield Job(scene, size, scheme, language)


def _draw(app: QApplication, job: Job, out: Path) -> list[BaseException]:
    """Draw one picture; what went wrong on the way, also in threads: the others are worth a look all the same."""
    defects: list[BaseException] = []
    sys.excepthook = lambda _kind, defect, _trace: defects.append(defect)
    try:
        _draw_one(app, job, job.path(out))
    except Exception as defect:  # noqa: BLE001  (it is told by its caller)
        defects.append(defect)
    finally:
        sys.excepthook = sys.__excepthook__
    return defects


def _draw_one(app: QApplication, job: Job, path: Path) -> None:
    theme = Theme(job.scheme)
    theme.apply()
    tasks = Tasks(threads=1)
    kit = Kit(Texts.load(job.language), theme, SoundPlayer(), tasks)
    window = _window(kit)
    window.resize(job.size)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)  # the focus is part of the picture
    shown: QWidget = _pose(window, job.scene)
    for _ in range(100):
        app.processEvents()
        if not tasks.busy or job.scene == "stock-exporting":
            break
        QTest.qWait(5)
    for _ in range(6):
        app.processEvents()
    shown.grab().save(str(path))
    window.close()
    screenshot_stock.LEAVE.set()
    tasks.close()
    screenshot_stock.LEAVE.clear()
    window.deleteLater()
    # Without this the windows of all pictures pile up, and every change of the look dresses them all.
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _entries() -> tuple[StationEntry, ...]:
    """Every station, in the order of the home screen."""
    return (
        *dialog_entries(
            lambda _name: lambda _show: StillLane(),
            picture=lambda name: PICTURES().get(name, b""),
            keep_photo=lambda _photo: "",
            evidence=lambda _code, path: path.name,
        ),
        StationEntry("stock", screenshot_stock.stock_screen, permission="see_stock"),
        *(
            StationEntry(name, partial(screen, work=desk_work({})), permission=permission)
            for name, screen, permission in DESKS
        ),
        StationEntry("imports", screenshot_imports.imports_screen, permission="edit_products", icon="document"),
        StationEntry("printing", screenshot_printing.printing_screen, permission="print", icon="printer"),
        StationEntry("labels", screenshot_labels.labels_screen, permission="set_up", icon="label"),
        StationEntry("products", screenshot_products.products_screen, permission="edit_products"),
        StationEntry("people", screenshot_people.people_screen, permission="see_people"),
        StationEntry("safekeeping", screenshot_safekeeping.safekeeping_screen, permission="audit", icon="lock"),
        StationEntry("devices", screenshot_devices.devices_screen, icon="scanner"),
    )


def _window(kit: Kit) -> StationWindow:
    window = StationWindow(
        kit,
        Wiring(
            "PACK-02",
            _entries(),
            sign_on=lambda _badge, _pin, _take_over: person(),
            find=lambda words: FOUND if "w" in words and "z" not in words else (),
            languages={"en": "English", "xx": "Pseudo"},
        ),
    )
    window.set_device(DeviceState("scanner-1", DeviceRole.SCANNER, Health.ONLINE))
    window.set_device(DeviceState("scale-1", DeviceRole.SCALE, Health.ONLINE))
    window.set_device(DeviceState("zebra-1", DeviceRole.LABEL_PRINTER, Health.FAULT, "paper_out"))
    window.set_database(Health.ONLINE)
    return window


# - poses: each brings the window into the state of a picture and returns what is photographed -


def _badge(window: StationWindow) -> QWidget:
    return window


def _pin(window: StationWindow) -> QWidget:
    window.scan("SH-P-0042")
    return window


def _wrong_pin(window: StationWindow) -> QWidget:
    window._sign_on.say(Feedback(Level.ERROR, "sign_on.wrong_pin"))  # noqa: SLF001  (as if the PIN had been wrong)
    return window


def _locked(window: StationWindow) -> QWidget:
    _sign_on(window, person())
    window.lock()
    return window


def _home_of_all(window: StationWindow) -> QWidget:
    """Everything that there is, for somebody who may do everything."""
    _sign_on(window, replace(person(), permissions=frozenset(entry.permission for entry in _entries())))
    return window


def _home(window: StationWindow) -> QWidget:
    _sign_on(window, person(missing="ship"))
    return window


def _offline(window: StationWindow) -> QWidget:
    _sign_on(window, person())
    window.set_database(Health.OFFLINE)
    window.set_device(DeviceState("scanner-1", DeviceRole.SCANNER, Health.OFFLINE, "unplugged"))
    _show_prompt(window, "packing-normal")
    screen = _dialog(window)
    lost = Feedback(Level.ERROR, "database.lost", {})
    screen.show_prompt(replace(SCENES["packing-normal"], feedback=lost))
    return window


def _palette(window: StationWindow) -> QWidget:
    _sign_on(window, person())
    window.palette_sheet.open()
    return window


def _search(words: str) -> Callable[[StationWindow], QWidget]:
    def take(window: StationWindow) -> QWidget:
        _sign_on(window, replace(person(), permissions=frozenset(entry.permission for entry in _entries())))
        window.palette_sheet.search()
        window.palette_sheet.query.setText(words)
        QTest.qWait(300)
        return window

    return take


def _manual(window: StationWindow) -> QWidget:
    window.open_help("packing")
    assert window.manual is not None
    return window.manual


Pose = Callable[[StationWindow], QWidget]
Screen = TypeVar("Screen", bound=QWidget)


def _manager(make: Callable[[Kit], Screen], pose: Callable[[Screen], None]) -> Pose:
    """A manager's screen in one of its states: made afresh for the picture, the station itself knows another one."""

    def take(window: StationWindow) -> QWidget:
        _sign_on(window, person())
        screen = make(window.kit)
        window._show(screen)  # noqa: SLF001
        pose(screen)
        return window

    return take


def _managers() -> Iterator[tuple[str, Pose]]:
    for name, (stock_pose, rows) in screenshot_stock.POSES.items():
        yield name, _manager(partial(screenshot_stock.stock_screen, **rows), stock_pose)  # type: ignore[arg-type]
    for name, (journal_pose, count) in screenshot_printing.POSES.items():
        yield name, _manager(partial(screenshot_printing.printing_screen, count=count), journal_pose)
    for name, labels_pose in screenshot_labels.POSES.items():
        yield name, _manager(screenshot_labels.labels_screen, labels_pose)
    for name, (products_pose, goods) in screenshot_products.POSES.items():
        yield name, _manager(partial(screenshot_products.products_screen, count=goods), products_pose)
    for name, people_pose in screenshot_people.POSES.items():
        yield name, _manager(screenshot_people.people_screen, people_pose)
    for name, (devices_pose, views) in screenshot_devices.POSES.items():
        yield name, _manager(partial(screenshot_devices.devices_screen, views=views), devices_pose)
    desks = {
        **screenshot_imports.POSES,
        **screenshot_inbound.POSES,
        **screenshot_docks.POSES,
        **screenshot_waves.POSES,
        **screenshot_orders.POSES,
        **screenshot_planning.POSES,
        **screenshot_quality.POSES,
        **screenshot_safekeeping.POSES,
        **screenshot_sites.POSES,
        **screenshot_policies.POSES,
        **screenshot_partners.POSES,
        **screenshot_shipments.POSES,
        **screenshot_packaging.POSES,
    }
    for name, (make, desk_pose) in desks.items():
        yield name, _manager(make, desk_pose)
    for name, (board, board_pose) in screenshot_docks.BOARDS.items():
        yield name, _manager(board, board_pose)
    for name, plan_pose in screenshot_partners.PLAN.items():
        yield name, _manager(screenshot_partners.plan_screen, plan_pose)


def _simulator(window: StationWindow) -> QWidget:
    panel = SimulatorPanel(window.kit.texts, Simulation(), SHELVES, order_arrives=lambda: None)
    panel.setParent(window, Qt.WindowType.Window)
    panel.adjustSize()
    panel.show()
    content = LabelContent("shipping", "SH000000001234", LABEL_FIELDS)
    panel.label_printed(PrintedLabel(1, b"", content, picture(content, 203)))
    return panel


POSES: Mapping[str, Pose] = {
    "sign_on-badge": _badge,
    "sign_on-pin": _pin,
    "sign_on-wrong": _wrong_pin,
    "sign_on-locked": _locked,
    "home": _home,
    "home-all": _home_of_all,
    "offline": _offline,
    "palette": _palette,
    "search": _search("wigdet"),
    "search-nothing": _search("zyxw"),
    "manual": _manual,
    **dict(_managers()),
    "simulator": _simulator,
}


def _pose(window: StationWindow, scene: str) -> QWidget:
    if scene in POSES:
        return POSES[scene](window)
    _sign_on(window, person())
    _show_prompt(window, scene)
    return window


def _show_prompt(window: StationWindow, scene: str) -> None:
    window.open_station(scene.partition("-")[0])
    screen = _dialog(window)
    screen.show_prompt(SCENES[scene])
    if scene.endswith("-why"):
        screen.keys.pressed.emit("WHY")
    if scene.endswith("-pin"):
        screen.on_scan("SH-P-0007")


def _dialog(window: StationWindow) -> DialogScreen:
    screen = window.screen_in_front
    assert isinstance(screen, DialogScreen)
    return screen


def _sign_on(window: StationWindow, who: SignedOn) -> None:
    window._sign_on.on_scan("SH-P-0042")  # noqa: SLF001
    window._sign_on.signed_on.emit(who)  # noqa: SLF001  (as if the PIN had been right)


def _contact_sheet(pictures: list[Path], path: Path) -> None:
    columns = 6
    rows = -(-len(pictures) // columns)
    sheet = QImage(columns * (THUMB.width() + 8), rows * (THUMB.height() + 26), QImage.Format.Format_RGB32)
    sheet.fill(QColor("#808890"))
    painter = QPainter(sheet)
    for n, file in enumerate(pictures):
        image = QImage(str(file)).scaled(
            THUMB, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        x, y = (n % columns) * (THUMB.width() + 8) + 4, (n // columns) * (THUMB.height() + 26) + 4
        painter.drawImage(x, y, image)
        painter.drawText(x, y + THUMB.height() + 14, file.stem)
    painter.end()
    sheet.save(str(path))


if __name__ == "__main__":
    main()
