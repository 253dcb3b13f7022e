"""The feature table of README.md says *done* only where a journey test ran and passed: `check(results)`.

`python build_scripts/features.py RESULTS.xml` checks the table against the results of a test run (JUnit XML).
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
_ROW = re.compile(r"^\| (?P<feature>[^|]+) \| (?P<rooms>[^|]*) \| (?P<state>[^|]+) \|$")
_PROOF = re.compile(r"^done: `(?P<test>test_[a-z0-9_]+)`(?:, `test_[a-z0-9_]+`)*$")
_HEADING = "## Where each feature lives"


@dataclass(frozen=True)
class Feature:
    """One row: the feature, the rooms it lives in, and its state (`planned`, `begun`, or `done: `test``)."""

    name: str
    rooms: str
    state: str

    @property
    def proofs(self) -> list[str]:
        """The journey tests that the row names."""
        return re.findall(r"`(test_[a-z0-9_]+)`", self.state)


def rows(readme: str) -> list[Feature]:
    """The rows of the feature table."""
    table = readme.partition(_HEADING)[2].partition("\n## ")[0]
    found = [_ROW.match(line) for line in table.splitlines()]
    features = [Feature(row["feature"].strip(), row["rooms"].strip(), row["state"].strip()) for row in found if row]
    return [feature for feature in features if feature.name not in {"feature", "---"} and "---" not in feature.name]


def passed_journeys(results: Path) -> set[str]:
    """The names of the journey tests that ran and passed."""
    passed = set()
    for case in ET.parse(results).getroot().iter("testcase"):  # noqa: S314  (written by our own test run)
        if "journeys" in case.get("classname", "") and not any(
            case.find(outcome) is not None for outcome in ("failure", "error", "skipped")
        ):
            passed.add(case.get("name", "").partition("[")[0])
    return passed


def check(readme: str, passed: set[str]) -> list[str]:
    """What is wrong with the table: a state that is none, a *done* without a journey test that passed."""
    wrong = []
    for feature in rows(readme):
        if feature.state in {"planned", "begun"}:
            continue
        if not _PROOF.match(feature.state):
            wrong.append(f"{feature.name}: the state '{feature.state}' says nothing")
        wrong += [f"{feature.name}: {test} did not run and pass" for test in feature.proofs if test not in passed]
    return wrong


def main(results: Path) -> int:
    """Check the table against one run's results; 1 where it promises too much."""
    wrong = check((ROOT / "README.md").read_text(encoding="utf-8"), passed_journeys(results))
    for line in wrong:
        print(f"README.md promises too much: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
