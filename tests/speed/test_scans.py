"""Scans in the real program: from the scanner's port through the window to the dialog and into the database.

`STOCKHAND_FLOOD_S=60` runs the whole minute of the paper; without it three seconds. Printed; never a verdict on time.
"""

import os
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from PySide6.QtCore import QEventLoop, QTimer

from app.composition.home import OpenHome
from app.dialogs.lane import Lane
from app.domain.codes import gs1_128
from app.domain.scanning import Scan
from drivers.simulators.lines import PtyLine
from tests.conftest import folder_for_a_server
from tests.journeys.bench import Bench, bench, furnished_home
from tests.speed.conftest import Measured

pytestmark = [
    pytest.mark.speed,
    pytest.mark.skipif(os.name != "posix", reason="a serial port is a pty here"),
]
SCANS = 100
A_SECOND = 100.0
FLOOD_S = float(os.environ.get("STOCKHAND_FLOOD_S", "3"))
_PATIENCE_S = 60.0
_LOOK_MS = 20
_PRINTED = re.compile(rb"\]..(?P<code>[^\r]+)\r")
GTIN = "04012345000016"


class Stopwatch:
    """When the last byte of each code left the scanner, and when it reached the dialog's lane."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: dict[str, float] = {}
        self.came: list[tuple[str, float]] = []
        take = Lane.take

        def noted(lane: Lane, scan: Scan) -> None:
            self.came.append((scan.raw, time.perf_counter()))
            take(lane, scan)

        send = PtyLine.send

        def timed(line: PtyLine, data: bytes) -> None:
            at = time.perf_counter()
            self.sent |= {found["code"].decode(): at for found in _PRINTED.finditer(data)}
            send(line, data)

        monkeypatch.setattr(Lane, "take", noted)
        monkeypatch.setattr(PtyLine, "send", timed)

    def late_ms(self) -> list[float]:
        """How late each code was, the slowest last."""
        return sorted((came - self.sent[raw]) * 1000 for raw, came in self.came)


@pytest.fixture(scope="module")
def shop() -> Iterator[OpenHome]:
    """The demo's warehouse with its own server."""
    with folder_for_a_server() as folder, furnished_home(folder) as opened:
        yield opened


@pytest.fixture
def looking(shop: OpenHome, tmp_path: Path) -> Iterator[Bench]:
    """Somebody at the bench who asks what codes are."""
    with bench(shop, tmp_path) as made:
        made.sign_on()
        made.player.open_station("lookup")
        yield made


def codes(prefix: str, count: int, *, strange: bool) -> list[tuple[str, str]]:
    """Codes and how they are printed, each another: those of goods, every second one `strange` to the warehouse."""
    return [
        (f"{prefix}{n:06}", "code-128")
        if strange and n % 2 == 0
        else (gs1_128([("01", GTIN), ("21", f"{prefix}{n:06}")]), "gs1-128")
        for n in range(count)
    ]


def turn_until(seen: Callable[[], bool]) -> None:
    """Let the program run as it does for a person, until something is seen."""
    loop, look, late = QEventLoop(), QTimer(interval=_LOOK_MS), QTimer(singleShot=True)
    look.timeout.connect(lambda: loop.quit() if seen() else None)
    late.timeout.connect(loop.quit)
    look.start()
    late.start(int((_PATIENCE_S + 5 * FLOOD_S) * 1000))
    loop.exec()
    look.stop()
    assert late.isActive(), "it did not come"
    late.stop()


def shoot(made: Bench, watch: Stopwatch, wanted: Sequence[tuple[str, str]], *, a_second: float) -> float:
    """Send the codes at a steady pace from a thread of their own; returns how long that took, in seconds."""
    pace, began = threading.Event(), time.perf_counter()
    took: list[float] = []

    def send() -> None:
        for n, (code, symbology) in enumerate(wanted):
            pace.wait(max(0.0, began + n / a_second - time.perf_counter()))
            made.player.simulation.scan(code, symbology)
        took.append(time.perf_counter() - began)

    gun = threading.Thread(target=send, name="gun")
    gun.start()
    turn_until(lambda: len(watch.came) >= len(wanted) and not gun.is_alive())
    gun.join()
    return took[0]


def kept(shop: OpenHome, prefix: str) -> list[tuple[str, str]]:
    """The scans of a run as the database has them: code and verdict."""
    with psycopg.connect(shop.server_url().replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT raw, verdict FROM stockhand.scan_event WHERE raw LIKE %s", [f"%{prefix}%"]
        ).fetchall()
    return [(raw, verdict) for raw, verdict in rows]


def bare_line_ms() -> float:
    """The reference: the median time of the same bytes through a pty to a thread that waits for them."""
    line = PtyLine()
    line.plug()
    end = os.open(line.url, os.O_RDONLY | os.O_NOCTTY)
    took = []
    for n in range(SCANS):
        began = time.perf_counter()
        line.send(f"]C0{n:06}\r".encode())
        os.read(end, 64)
        took.append((time.perf_counter() - began) * 1000)
    os.close(end)
    line.dispose()
    return statistics.median(took)


def result(name: str, watch: Stopwatch, verdicts: Counter[str]) -> dict[str, object]:
    late = watch.late_ms()
    return {
        "bench": name,
        "scans": len(late),
        "p50_ms": round(statistics.median(late), 2),
        "p99_ms": round(late[int(len(late) * 0.99)], 2),
        "worst_ms": round(late[-1], 2),
        "bare_line_ms": round(bare_line_ms(), 3),
        "in_scan_event": dict(verdicts),
        "load": round(psutil.getloadavg()[0], 2),
    }


@dataclass(frozen=True)
class Run:
    """What is scanned: how many codes a second, beginning with what, and whether every second one is unknown."""

    bench: str
    prefix: str
    count: int
    a_second: float
    strange: bool


RUNS = (
    Run("scan to dialog, a quick person", "QP", SCANS, 5.0, strange=True),
    Run("scan to dialog, a flood of goods", "FG", int(FLOOD_S * A_SECOND), A_SECOND, strange=False),
    Run("scan to dialog, a flood with refusals", "FR", int(FLOOD_S * A_SECOND), A_SECOND, strange=True),
)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.prefix)
def test_every_scan_reaches_the_dialog_and_is_kept_once(
    run: Run, shop: OpenHome, looking: Bench, monkeypatch: pytest.MonkeyPatch, measured: Measured
) -> None:
    watch, wanted = Stopwatch(monkeypatch), codes(run.prefix, run.count, strange=run.strange)
    sent = sorted(code for code, _ in wanted)
    took_s = shoot(looking, watch, wanted, a_second=run.a_second)
    turn_until(lambda: len(kept(shop, run.prefix)) >= run.count)
    found = kept(shop, run.prefix)
    assert sorted(code for code, _ in watch.came) == sent
    assert sorted(code for code, _ in found) == sent
    told = result(run.bench, watch, Counter(verdict for _, verdict in found))
    measured(told | {"a_second": round(run.count / took_s, 1), "lost": 0, "doubled": 0})
