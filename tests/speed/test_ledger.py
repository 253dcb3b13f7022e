"""The ledger's numbers (DESIGN.md §8), each beside the reference of the same run. Printed; never a verdict on time."""

import math

import pytest

from app.database import server
from app.services import benchmarks
from tests.speed.conftest import Measured

pytestmark = pytest.mark.speed


def test_posting_beside_a_bare_insert(embedded_server: server.Attachment, measured: Measured) -> None:
    results = list(benchmarks.post(embedded_server.url, rounds=1, seconds=0.5))
    assert [result["lines"] for result in results] == [1, 20, 5000, 20]
    for result in (results[0], results[1], results[3]):
        assert result["deadlocks"] == 0
        assert math.isfinite(float(str(result["rate_ratio"])))
    for result in results:
        measured(result)


def test_reserving_one_hot_item(embedded_server: server.Attachment, measured: Measured) -> None:
    (result,) = benchmarks.contention(embedded_server.url, rounds=1, seconds=0.5)
    assert result["books_agree"] is True
    assert result["deadlocks"] == 0
    measured(result)
