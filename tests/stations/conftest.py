"""What tests of screens share: a kit in English and a lane that remembers."""

import functools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Count, ItemPanel, Prompt, Row
from app.domain.errors import Fault, Refusal
from app.stations.kit.dialog_screen import DialogScreen
from app.stations.kit.kit import Kit
from app.stations.kit.sounds import SoundPlayer
from app.stations.kit.tasks import Tasks
from app.stations.kit.theme import Theme
from app.texts import Texts
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)

WORDS = """
prompts:
  t.scan: Scan the next unit
  t.quantity: How many?
  t.pin: Supervisor's PIN
feedback:
  t.counted: "{sku} counted."
  inbound.written: "{file} is written."
commands:
  CARTON_EVIDENCE: Carton evidence
errors:
  t.wrong:
    text: "{scanned} is not in this order."
    remedy: Put it aside.
captions:
  approval.u: "{goods} in {carton}"
  inbound.choose_file: Choose a file
  t.sku: Item
  t.open: Open
  t.name: Name
  t.lot: Lot
choices:
  t.damaged: Damaged
  t.less: Fewer than asked
  reason.WEIGHT_OVERRIDE: The scale is right
"""


class RememberingLane:
    """A dialog that only remembers what it was told."""

    def __init__(self, show: Callable[[Prompt], None]) -> None:
        self.show = show
        self.scans: list[tuple[str, str, str]] = []
        self.keys: list[tuple[str, str]] = []
        self.approvals: list[tuple[str, str]] = []
        self.stopped = False

    def scan(self, raw: str, symbology: str, source: str) -> None:
        self.scans.append((raw, symbology, source))

    def key(self, command: str, text: str = "") -> None:
        self.keys.append((command, text))

    def approve(self, badge: str, pin: str) -> None:
        self.approvals.append((badge, pin))

    def stop(self) -> None:
        self.stopped = True


class Desk:
    """A dialog screen of 1366×768 with its lane and the sounds it asked for."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.sounds: list[str] = []
        kit.sounds.asked.connect(self.sounds.append)
        self.lanes: list[RememberingLane] = []
        self.photos: list[bytes | Path] = []
        self.screen = DialogScreen(
            kit,
            self._open,
            picture=lambda _name: b"",
            icon="packing",
            help_page="packing",
            keep_photo=self._keep_photo,
            evidence=self._write_evidence,
        )
        self.screen.resize(1366, 728)

    @property
    def lane(self) -> RememberingLane:
        return self.lanes[-1]

    def _keep_photo(self, photo: bytes | Path) -> str:
        self.photos.append(photo)
        if isinstance(photo, Path):
            raise Refusal("t.wrong", scanned=photo.name)
        return "ab" * 32

    def _write_evidence(self, code: str, path: Path) -> str:
        if not path.parent.exists():
            raise Fault("export.not_written", retry=False, file=path.name)
        path.write_text(code)
        return path.name

    def _open(self, show: Callable[[Prompt], None]) -> RememberingLane:
        self.lanes.append(RememberingLane(show))
        return self.lanes[-1]


def prompt(**changes: object) -> Prompt:
    """A prompt in the middle of packing, with `changes`."""
    facts: dict[str, object] = {
        "instruction": "t.scan",
        "item": ItemPanel("PROD-001", "Standard Widget", "", (("t.lot", "L-2026-07"),)),
        "count": Count("3", "11", "Each"),
        "columns": ("t.sku", "t.open"),
        "rows": (Row(("PROD-001", "8"), "current"), Row(("PROD-007", "0"), "done")),
        "commands": ("UNDO", "SHORT"),
    }
    return Prompt(**{**facts, **changes})  # type: ignore[arg-type]  # a test may change any field


def settle() -> None:
    """Let Qt lay out, paint and deliver what is due."""
    for _ in range(3):
        QApplication.processEvents()


@functools.cache
def texts() -> Texts:
    """The shell's own words, those of reports and of people, and those of these tests; read once."""
    real = Path(__file__).parents[2] / "resources" / "texts" / "en"
    with tempfile.TemporaryDirectory() as folder:
        english = Path(folder) / "en"
        english.mkdir()
        for name in ("stations.yaml", "reports.yaml", "people.yaml", "stock.yaml"):
            (english / name).write_bytes((real / name).read_bytes())
        (english / "test.yaml").write_text(WORDS, encoding="utf-8")
        return Texts.load(root=Path(folder))


class PatientBot(QtBot):
    """Waits as long as a busy machine may need to draw a first page; what comes sooner is not waited for."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 30_000) -> None:  # noqa: N802  (Qt's word)
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """A person at a screen."""
    return PatientBot(request)


@pytest.fixture
def kit(qapp: QApplication) -> Iterator[Kit]:
    theme = Theme()
    theme.apply()
    tasks = Tasks(threads=2)
    yield Kit(texts(), theme, SoundPlayer(), tasks)
    assert tasks.close(), "a thread of the task helper did not end"
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what is closed is gone: the next look need not style it
    qapp.setStyleSheet("")
    qapp.setFont(QFont())


@pytest.fixture
def desk(kit: Kit, qtbot: QtBot) -> Desk:
    desk = Desk(kit)
    qtbot.addWidget(desk.screen)
    desk.screen.show()
    qtbot.waitExposed(desk.screen)
    return desk
