"""What measurements share: their results are printed at the end of the run, whichever worker took them."""

import json
from collections.abc import Callable, Mapping

import pytest

from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site

Measured = Callable[[Mapping[str, object]], None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Takes one result, which `tests/conftest.py` prints."""
    return lambda result: record_property("measured", json.dumps(dict(result)))


def fill(site: Site, statements: str) -> None:
    """Fill a warehouse by statements that end with a semicolon at their line's end; they may name the `warehouse`.

    Each finds in the planner's statistics what the ones before it made: joined without them, a hundred thousand rows
    have filled a disk.
    """
    with site.superuser() as connection:
        for statement in filter(str.strip, statements.split(";\n")):
            connection.execute(statement, {"warehouse": site.warehouse} if "%(" in statement else None)
            connection.execute("ANALYZE")
