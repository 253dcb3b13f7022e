"""The feature table promises nothing that no test has shown."""

from pathlib import Path

from build_scripts import features

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = ROOT / "tests/journeys"
TABLE = """
## Where each feature lives
| feature | rooms | state |
| --- | --- | --- |
| Receiving | `receiving` | {state} |

## Limits
"""


def test_the_readme_has_a_row_for_every_feature_and_names_tests_that_exist() -> None:
    found = features.rows((ROOT / "README.md").read_text(encoding="utf-8"))
    written = "\n".join(path.read_text(encoding="utf-8") for path in JOURNEYS.glob("test_*.py"))
    assert len(found) > 100
    assert [feature.name for feature in found for test in feature.proofs if f"def {test}(" not in written] == []


def test_done_without_a_test_that_passed_is_found() -> None:
    table = TABLE.format(state="done: `test_a_day`")
    assert features.check(table, set()) == ["Receiving: test_a_day did not run and pass"]
    assert features.check(table, {"test_a_day"}) == []


def test_a_state_that_says_nothing_is_found() -> None:
    assert features.check(TABLE.format(state="mostly"), set()) == ["Receiving: the state 'mostly' says nothing"]
    assert features.check(TABLE.format(state="planned"), set()) == []


def test_a_test_that_failed_or_was_skipped_is_no_proof(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(
        '<testsuites><testsuite><testcase classname="tests.journeys.test_day" name="test_a"/>'
        '<testcase classname="tests.journeys.test_day" name="test_b"><failure/></testcase>'
        '<testcase classname="tests.journeys.test_day" name="test_c"><skipped/></testcase>'
        '<testcase classname="tests.domain.test_x" name="test_d"/></testsuite></testsuites>'
    )
    assert features.passed_journeys(results) == {"test_a"}
