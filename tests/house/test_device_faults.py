"""The table of faults names tests that exist, and a fault without a test is not in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TABLE = ROOT / "tests" / "devices" / "README.md"
ROWS = [line for line in TABLE.read_text("utf-8").splitlines() if re.match(r"\| (?!fault \|)[^-]", line)]


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip() for row in ROWS])
def test_each_fault_of_devices_has_tests_that_exist(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
    assert named, "a fault without a test"
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), f"{file} has no {test}"


def test_the_table_of_faults_is_read() -> None:
    assert len(ROWS) >= 39
