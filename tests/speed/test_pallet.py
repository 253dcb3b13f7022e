"""The numbers of goods in: a pallet of 5,000 lines, announced, and confirmed in the database by one scan. Printed."""

import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from app.database import asns
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving_announced import PALLET, announce, line
from tests.speed.conftest import Measured
from tests.support import Site

pytestmark = pytest.mark.speed

LINES = 5_000


@pytest.mark.parametrize("lots", [False, True], ids=["no-lots", "each-a-lot"])
def test_a_pallet_of_thousands_of_lines_is_received_by_one_scan(
    warehouse: Site, measured: Measured, monkeypatch: pytest.MonkeyPatch, *, lots: bool
) -> None:
    more = [{"lot": f"L{n}", "expiry": "2099-01-31"} if lots else {} for n in range(LINES)]
    lines = [line("MILK" if lots else "WIDGET", 2, **one) for one in more]
    announce(warehouse, *lines[:5])  # what is planned for a few lines must serve thousands
    began = time.perf_counter()
    announce(warehouse, *lines)
    announced = time.perf_counter() - began
    dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    took = _timed(monkeypatch)
    began = time.perf_counter()
    dock.scan(PALLET)
    whole = time.perf_counter() - began
    assert dock.said == "receiving.unit_booked"
    assert warehouse.stock("MILK" if lots else "WIDGET", "DOCK1")[0] == 2 * LINES
    measured(
        {
            "bench": "pallet",
            "lines": LINES,
            "lots": lots,
            "announced_s": round(announced, 2),
            "confirmed_s": round(took[0], 2),
            "scan_s": round(whole, 2),
            "durable": False,
            "load": round(psutil.getloadavg()[0], 2),
        }
    )


def _timed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the statement takes which receives a unit, filled in when it has run."""
    took: list[float] = []
    receive: Callable[..., Any] = asns.receive_unit

    def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (whatever it takes)
        began = time.perf_counter()
        answer = receive(*arguments, **named)
        took.append(time.perf_counter() - began)
        return answer

    monkeypatch.setattr(asns, "receive_unit", timed)
    return took
