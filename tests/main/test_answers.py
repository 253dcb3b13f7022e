"""What commands say: one JSON object for programs, lines for people, and nothing that steers a terminal."""

import json

import pytest

from app.texts import harmless
from tests.main.conftest import Terminal

LISTS = (
    (("report", "stock"), "stock"),
    (("report", "available"), "available"),
    (("report", "negative"), "negative"),
    (("transfer", "list"), "transfers"),
    (("label", "list"), "templates"),
    (("selftest",), "checks"),
    (("admin", "person"), "people"),
    (("admin", "person", "--history"), "history"),
    (("admin", "station"), "stations"),
    (("admin", "permission", "--group", "manager"), "permissions"),
    (("admin", "prove"), "offenders"),
)


@pytest.mark.parametrize(
    ("words", "name"), LISTS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_list_is_one_json_object_with_its_rows_under_a_name(
    terminal: Terminal, words: tuple[str, ...], name: str
) -> None:
    assert isinstance(terminal.answer(*words)[name], list)


def test_a_list_without_rows_is_still_an_answer(terminal: Terminal) -> None:
    assert terminal.answer("report", "stock", "--filter", "nowhere") == {"stock": []}
    code, out, _ = terminal.run("report", "stock", "--filter", "nowhere")
    assert (code, out) == (0, "There is no such stock.\n")


def test_what_was_refused_is_one_json_object_too(terminal: Terminal) -> None:
    code, out, err = terminal.run("report", "stock", "--warehouse", "NOWHERE", "--json")
    assert code == 1
    assert json.loads(out)["text"] in err


def test_an_empty_ledger_is_told_in_words(terminal: Terminal) -> None:
    code, out, _ = terminal.run("admin", "prove")
    assert (code, out) == (0, "Clean. The ledger is empty.\n")


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x1b", "\x07", "\x85", "\u2028", "\ud800"])
def test_a_sign_that_steers_a_terminal_or_a_reader_is_shown_as_a_dot(sign: str) -> None:
    assert harmless(f"Bolt{sign}M8") == "Bolt·M8"


def test_letters_of_all_scripts_stay_as_they_are() -> None:
    names = "Größe M · 綿棒 · ملح · מלח · नमक · e\u0301\u00a0🙂"
    assert harmless(names) == names


def test_a_name_that_would_turn_the_line_around_is_shown_but_not_obeyed(terminal: Terminal) -> None:
    code, _, err = terminal.run("report", "stock", "--warehouse", "WH\u202e100")
    assert code == 1
    assert "There is no warehouse WH·100." in err


def test_json_keeps_what_the_data_hold(terminal: Terminal) -> None:
    _, out, _ = terminal.run("report", "stock", "--warehouse", "WH\u202e100", "--json")
    assert "\u202e" not in out
    assert json.loads(out)["facts"]["warehouse"] == "WH\u202e100"
