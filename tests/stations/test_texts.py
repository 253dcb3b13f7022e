"""Words by code, in any language."""

import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import resources
from app.domain.receiving import StockStatus
from app.domain.scanning import CodeKind
from app.domain.shipping import ParcelState
from app.stations.operations import PERMISSIONS
from app.texts import BadTexts, Texts

OWN = """
feedback:
  a.counted: "{sku}: {count} counted."
  a.missing: "{count:# carton is|# cartons are} missing."
errors:
  a.wrong: {text: "{sku} is wrong.", remedy: Put it aside.}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_facts_are_filled_in(root: Path) -> None:
    texts = Texts.load(root=root)
    assert texts.text("feedback", "a.counted", {"sku": "PROD-001", "count": 3}) == "PROD-001: 3 counted."
    assert texts.error("a.wrong", {"sku": "PROD-001"}) == ("PROD-001 is wrong.", "Put it aside.")


def test_a_moment_is_read_on_the_clock_of_this_machine(root: Path) -> None:
    texts = Texts.load(root=root)
    here = f"{datetime(2026, 11, 22, 23, 59, tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"
    for handed_over in ("2026-11-22T23:59:59.999999+00:00", "2026-11-22 23:59:59+00", "2026-11-22T23:59:59Z"):
        assert texts.text("feedback", "a.counted", {"sku": "A", "count": handed_over}) == f"A: {here} counted."
    odd = "2026-99-22T23:59:59Z"
    assert texts.text("feedback", "a.counted", {"sku": odd, "count": "1"}) == f"{odd}: 1 counted."


def test_words_go_with_their_number_in_every_language(root: Path) -> None:
    told = {
        (language, count): Texts.load(language, root=root).text("feedback", "a.missing", {"count": count})
        for language in ("en", "xx", "rtl")
        for count in (1, 12)
    }
    assert told["en", 1] == "1 carton is missing."
    assert told["en", 12] == "12 cartons are missing."
    assert told["xx", 12].startswith("12 çàrtöñš àré mîššîñg.")
    assert "\u206812\u2069\u202e cartons are\u202c" in told["rtl", 12]
    assert Texts.load(root=root).text("feedback", "a.missing") == "{count} cartons are missing."


def test_no_text_says_one_cartons() -> None:
    number = r"\{(count|rows|lines|cartons|orders|days|minutes|hours|most|left|more)\}"
    said = re.compile(rf"^.*{number} (?!is )([a-z]+s|people)\b.*$", re.MULTILINE)
    files = resources.resource("texts", "en").glob("*.yaml")
    assert [found[0] for path in files for found in said.finditer(path.read_text(encoding="utf-8"))] == []


def test_a_missing_code_is_visible_and_logged(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts.load(root=root)
    with caplog.at_level(logging.ERROR):
        assert texts.text("prompts", "no.such") == "[no.such]"
        assert texts.error("no.such") == ("[no.such]", "")
        assert texts.text("feedback", "a.counted", {"sku": "X"}) == "X: {count} counted."
    assert len(caplog.records) == 3


@pytest.mark.parametrize(
    "content", ["feedback:\n  a.counted: again\n", "feedback:\n  b: 1\n  b: 2\n", "nonsense:\n  b: 1\n"]
)
def test_a_code_said_twice_or_in_no_section_is_an_error(root: Path, content: str) -> None:
    (root / "en" / "b.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BadTexts):
        Texts.load(root=root)


def test_the_longer_language_is_two_fifths_longer_and_keeps_its_facts(root: Path) -> None:
    shown = Texts.load("xx", root=root).text("feedback", "a.counted", {"sku": "PROD-001", "count": 3})
    assert shown.startswith("PROD-001: 3 çöûñtéd.")
    plain = len(": counted.")
    assert len(shown) - len("PROD-001: 3 counted.") >= 0.4 * plain


def test_the_mirrored_language_runs_from_the_right_but_identifiers_do_not(root: Path) -> None:
    texts = Texts.load("rtl", root=root)
    assert texts.right_to_left
    assert "\u2068PROD-001\u2069" in texts.text("feedback", "a.counted", {"sku": "PROD-001", "count": 3})


CODES = """
captions: {status.blocked: on hold, permission.receive: Receive goods}
commands: {UNDO: Undo}
feedback:
  b.stock: "{sku} is {status}."
errors:
  b.not_now: {text: "Not now: {command}", remedy: "Needs: {permission}"}
"""


def test_a_fact_that_is_a_code_is_read_as_its_word(root: Path) -> None:
    (root / "en" / "codes.yaml").write_text(CODES, encoding="utf-8")
    texts = Texts.load(root=root)
    assert texts.text("feedback", "b.stock", {"sku": "blocked", "status": "blocked"}) == "blocked is on hold."
    assert texts.error("b.not_now", {"command": "UNDO", "permission": "receive"}) == (
        "Not now: Undo",
        "Needs: Receive goods",
    )
    assert texts.word("lookup.status", "blocked") == "on hold"


def test_a_fact_without_a_word_stays_as_it_is(root: Path) -> None:
    texts = Texts.load(root=root)
    assert [texts.word("status", value) for value in ("available", "")] == ["available", ""]
    assert texts.word("command", "permission.receive") == "permission.receive"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", CodeKind),
        ("status", StockStatus),
        ("parcel_state", ParcelState),
        ("permission", filter(None, PERMISSIONS.values())),
        ("decision", ("draft", "released", "held", "cancelled", "closed")),
    ],
)
def test_every_code_that_people_may_meet_has_a_word(name: str, values: Iterable[str]) -> None:
    texts = Texts.load()
    missing = [value for value in values if not texts.has("captions", f"{name}.{value}")]
    assert set(missing) <= {"document", "handling_unit"}, "these are read by their own kind"


def test_what_is_not_translated_is_said_in_english(root: Path) -> None:
    (root / "de").mkdir()
    (root / "de" / "a.yaml").write_text("feedback:\n  a.counted: '{sku}: {count} gezählt.'\n", encoding="utf-8")
    texts = Texts.load("de", root=root)
    assert texts.text("feedback", "a.counted", {"sku": "X", "count": 1}) == "X: 1 gezählt."
    assert texts.error("a.wrong", {"sku": "X"})[1] == "Put it aside."


def test_the_words_of_the_program_load_in_every_language() -> None:
    for language in ("en", "xx", "rtl"):
        texts = Texts.load(language)
        assert texts.codes("commands")
        assert all(all(texts.error(code)) for code in texts.codes("errors"))
