"""The ledger's numbers (DESIGN.md §8), each beside the reference of the same run. Printed; never a verdict on time."""

import json
import math

import pytest

from app.database import server
from app.services import benchmarks

pytestmark = pytest.mark.speed


def test_posting_beside_a_bare_insert(embedded_server: server.Attachment, capsys: pytest.CaptureFixture[str]) -> None:
    results = list(benchmarks.post(embedded_server.url, rounds=1, seconds=0.5))
    assert [result["lines"] for result in results] == [1, 20, 5000]
    for result in results[:2]:
        assert result["deadlocks"] == 0
        assert math.isfinite(float(str(result["rate_ratio"])))
    with capsys.disabled():
        for result in results:
            print(f"\n{json.dumps(result)}", end="")  # noqa: T201  (a benchmark prints)


def test_reserving_one_hot_item(embedded_server: server.Attachment, capsys: pytest.CaptureFixture[str]) -> None:
    (result,) = benchmarks.contention(embedded_server.url, rounds=1, seconds=0.5)
    assert result["books_agree"] is True
    assert result["deadlocks"] == 0
    with capsys.disabled():
        print(f"\n{json.dumps(result)}")  # noqa: T201  (a benchmark prints)
