"""Looking back (DESIGN.md §8) over a made-up past; `bench history --moves 10000000` is the full one. Printed only."""

import pytest

from app.database import server
from app.services import history_benchmarks
from tests.speed.conftest import Measured

pytestmark = pytest.mark.speed

MOVES = 20_000


def test_looking_back_over_a_long_past(embedded_server: server.Attachment, measured: Measured) -> None:
    lines: list[str] = []
    results = list(
        history_benchmarks.of_made_up_past(embedded_server.url, moves=MOVES, rounds=1, progress=lines.append)
    )
    assert [result["what"] for result in results] == [
        "generate",
        "snapshots",
        "on hand of every item",
        "as of any date",
        "last 100 moves",
        "last 100 moves of a place",
        "last 100 moves, first of a connection",
        "look-up of a code",
    ]
    assert len(lines) == 36
    assert int(str(results[1]["snapshots"])) > 36 * 4
    for result in results:
        assert int(str(result["moves"])) >= MOVES
        measured(result)
