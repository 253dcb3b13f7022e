"""What measurements share: their results are printed at the end of the run, whichever worker took them."""

import json
from collections.abc import Callable, Mapping

import pytest

from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)

Measured = Callable[[Mapping[str, object]], None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Takes one result, which `tests/conftest.py` prints."""
    return lambda result: record_property("measured", json.dumps(dict(result)))
