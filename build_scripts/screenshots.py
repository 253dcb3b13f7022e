"""Photograph every screen in every state: `python build_scripts/screenshots.py [--out DIR] [--only WORD]`.

Screens × states × two sizes × light and dark × English, longer words and right to left, drawn offscreen from prompts
written by hand, and one contact sheet of them all. For looking at, not for comparing: a person judges the pictures.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEvent, QSize, Qt  # noqa: E402  (after the platform is chosen)
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from app.domain.equipment import DeviceRole, DeviceState, Health  # noqa: E402
from app.stations.kit.dialog_screen import DialogScreen  # noqa: E402
from app.stations.kit.kit import Kit  # noqa: E402
from app.stations.kit.sounds import SoundPlayer  # noqa: E402
from app.stations.kit.tasks import Tasks  # noqa: E402
from app.stations.kit.theme import Scheme, Theme  # noqa: E402
from app.stations.operations import dialog_entries  # noqa: E402
from app.stations.shell.entries import SignedOn, StationEntry  # noqa: E402
from app.stations.shell.window import StationWindow, Wiring  # noqa: E402
from app.texts import Texts  # noqa: E402
from build_scripts.screenshot_scenes import PICTURES, SCENES, TEXTS, StockSample, person  # noqa: E402

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
    parser.add_argument("--only", default="", help="only pictures whose name contains this word")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    drawn = [_draw(app, job, options.out) for job in _jobs() if options.only in job.name]
    _contact_sheet(drawn, options.out / "contact-sheet.png")
    print(f"{len(drawn)} pictures in {options.out}, set in {QFontInfo(app.font()).family()}")


class Job:
    """One picture to draw."""

    def __init__(self, scene: str, size: QSize, scheme: Scheme, language: str) -> None:
        self.scene, self.size, self.scheme, self.language = scene, size, scheme, language
        self.name = f"{scene}-{size.width()}-{scheme}-{language}"


def _jobs() -> Iterator[Job]:
    for scene in ("sign_on-badge", "sign_on-pin", "home", "palette", "manual", "stock", *SCENES):
        for size in SIZES:
            for scheme in Scheme:
                for language in LANGUAGES:
                    yield Job(scene, size, scheme, language)


def _draw(app: QApplication, job: Job, out: Path) -> Path:
    theme = Theme(job.scheme)
    theme.apply()
    tasks = Tasks(threads=1)
    kit = Kit(_texts(job.language), theme, SoundPlayer(), tasks)
    window = _window(kit)
    window.resize(job.size)
    window.show()
    shown: QWidget = _pose(window, job.scene)
    for _ in range(6):
        app.processEvents()
    path = out / f"{job.name}.png"
    shown.grab().save(str(path))
    window.close()
    tasks.close()
    window.deleteLater()
    # Without this the windows of all pictures pile up, and every change of the look dresses them all.
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return path


def _texts(language: str) -> Texts:
    with TemporaryDirectory() as folder:
        english = Path(folder) / "en"
        english.mkdir()
        (english / "stations.yaml").write_bytes((ROOT / "resources/texts/en/stations.yaml").read_bytes())
        (english / "scenes.yaml").write_text(TEXTS, encoding="utf-8")
        return Texts.load(language, root=Path(folder))


def _window(kit: Kit) -> StationWindow:
    entries = (
        *dialog_entries(lambda _name: lambda _show: StillLane(), picture=lambda name: PICTURES().get(name, b"")),
        StationEntry("stock", StockSample, permission="see_stock"),
    )
    window = StationWindow(
        kit,
        Wiring(
            "PACK-02",
            entries,
            sign_on=lambda _badge, _pin, _take_over: person(),
            languages={"en": "English", "xx": "Pseudo"},
        ),
    )
    window.set_device(DeviceState("scanner-1", DeviceRole.SCANNER, Health.ONLINE))
    window.set_device(DeviceState("scale-1", DeviceRole.SCALE, Health.ONLINE))
    window.set_device(DeviceState("zebra-1", DeviceRole.LABEL_PRINTER, Health.FAULT, "paper_out"))
    window.set_database(Health.ONLINE)
    return window


def _pose(window: StationWindow, scene: str) -> QWidget:
    """Bring the window into the state of the picture; returns what is photographed."""
    if scene == "sign_on-badge":
        return window
    if scene == "sign_on-pin":
        window.scan("7001042")
        return window
    _sign_on(window, person(missing="ship") if scene == "home" else person())
    if scene == "palette":
        window.palette_sheet.open()
    elif scene == "manual":
        window.open_help("packing")
        assert window.manual is not None
        return window.manual
    elif scene == "stock":
        window.open_station("stock")
    elif scene != "home":
        _show_prompt(window, scene)
    return window


def _show_prompt(window: StationWindow, scene: str) -> None:
    window.open_station(scene.partition("-")[0])
    screen = window.screen_in_front
    assert isinstance(screen, DialogScreen)
    screen.show_prompt(SCENES[scene])
    if scene.endswith("-why"):
        screen.keys.pressed.emit("WHY")


def _sign_on(window: StationWindow, who: SignedOn) -> None:
    window._sign_on.signed_on.emit(who)  # noqa: SLF001  (as if the PIN had been right)


def _contact_sheet(pictures: list[Path], path: Path) -> None:
    columns = 6
    rows = -(-len(pictures) // columns)
    sheet = QImage(columns * (THUMB.width() + 8), rows * (THUMB.height() + 26), QImage.Format.Format_RGB32)
    sheet.fill(QColor("#808890"))
    painter = QPainter(sheet)
    for n, picture in enumerate(pictures):
        image = QImage(str(picture)).scaled(
            THUMB, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        x, y = (n % columns) * (THUMB.width() + 8) + 4, (n // columns) * (THUMB.height() + 26) + 4
        painter.drawImage(x, y, image)
        painter.drawText(x, y + THUMB.height() + 14, picture.stem)
    painter.end()
    sheet.save(str(path))


if __name__ == "__main__":
    main()
