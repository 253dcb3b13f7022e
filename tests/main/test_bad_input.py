"""What strangers type: each is refused in words with the exit code of its kind, and never with a traceback."""

from pathlib import Path

import pytest

from app.main import COMMANDS, main
from tests.main.conftest import Terminal

REFUSED, USAGE, FAULT = 1, 2, 3

EMPTY = (
    ("report", "stock", "--as-of", ""),
    ("report", "stock", "--warehouse", " "),
    ("report", "stock", "--known-at="),
    ("report", "trace", ""),
    ("admin", "person", ""),
    ("admin", "person", "2", "--name", "  "),
    ("admin", "restore", ""),
    ("admin", "head", "--export", ""),
    ("transfer", "create", "A=1", "--to", ""),
    ("code", ""),
)


@pytest.mark.parametrize("words", EMPTY, ids=" ".join)
def test_an_empty_argument_never_means_everything(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, out, err = terminal.run(*words)
    assert (code, out) == (USAGE, "")
    assert "is empty; leave it out where you mean none" in err


SENSELESS = (
    ("admin", "person", "--unlock"),
    ("admin", "person", "2"),
    ("admin", "person", "2", "--must-change"),
    ("admin", "person", "2", "--warehouse", "WH001"),
    ("admin", "person", "2", "--unlock", "--history"),
    ("admin", "permission", "--group", "manager", "--grant"),
    ("admin", "permission", "--group", "manager", "adjust", "--up-to", "5"),
    ("admin", "station", "--type", "dock"),
    ("admin", "station", "X", "--warehouse", "WH001", "--no-warehouse"),
    ("admin", "restore"),
    ("admin", "restore", "x.stockhand", "--drop-kept"),
    ("admin", "restore", "x.stockhand", "--name", "X"),
    ("admin", "backup", "x.stockhand", "--no-verify", "--verify-only"),
    ("admin", "generate", "--moves", "-5"),
    ("admin", "generate", "--moves", "99999999999999999999"),
    ("bench", "post", "--seconds", "soon"),
    ("bench", "post", "--clients", "1.5"),
    ("bench", "route", "--walks", "0"),
    ("bench", "workload", "folder", "--clients", "1"),
    ("pick", "batches", "--slots", "some"),
    ("pick", "batches", "--kg", "-1"),
    ("transfer", "create", "A=1", "--to", "WH001", "--due", "2026-13-01"),
)


@pytest.mark.parametrize("words", SENSELESS, ids=" ".join)
def test_options_that_would_do_nothing_are_a_usage_error(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, out, err = terminal.run(*words)
    assert (code, out) == (USAGE, "")
    assert "invalid" not in err.splitlines()[-1], "that is Python's word, not ours"


WRONG = (
    ("report", "stock", "--as-of", "2026-13-01"),
    ("report", "stock", "--as-of", "9999-12-31"),
    ("report", "stock", "--as-of", "2026-01-01T10:00:00+25:00"),
    ("report", "stock", "--warehouse", "NOWHERE"),
    ("report", "stock", "--out", "stock.doc"),
    ("report", "changes", "--since", "²"),
    ("report", "changes", "--since", "99999999999999999999"),
    ("report", "packing-list", "../../etc/passwd"),
    ("report", "packing-list", "X", "--out", "list.doc"),
    ("report", "available", "--out", "available.pdf"),
    ("report", "calibration", "--out", "sheet.doc"),
    ("admin", "person", "777", "--unlock"),
    ("admin", "person", "777", "--sign-off"),
    ("admin", "person", "99999999999999999999", "--name", "X"),
    ("admin", "head", "--export", "head.doc"),
    ("admin", "head", "--check", "nothing.json"),
    ("admin", "head", "--check", "."),
    ("admin", "backup", "."),
    ("admin", "restore", "nothing.stockhand"),
    ("label", "import", "nothing.yaml"),
    ("label", "import", "."),
    ("label", "preview", "bin", "--out", "bin.doc"),
    ("label", "export", "nothing"),
    ("bench", "workload", "nothing"),
    ("import", "nothing.yaml"),
    ("import", "."),
    ("admin", "shelf-life", "NOBODY", "5"),
    ("transfer", "create", "X=1", "--to", "NOWHERE"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_bad_input_is_refused_in_words(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, out, err = terminal.run(*words)
    said = out + err
    assert code == REFUSED, said
    assert said.strip()
    for raw in ("Traceback", "[Errno", "None", "PosixPath"):
        assert raw not in said


UNWRITABLE = (
    ("report", "stock", "--out", "nowhere/stock.csv"),
    ("report", "calibration", "--out", "nowhere/sheet.pdf"),
    ("report", "day", "--out", "a-file"),
    ("label", "export", "bin", "--out", "nowhere/bin.yaml"),
    ("label", "preview", "bin", "--out", "nowhere/bin.png"),
    ("admin", "support", "a-file/bundle.zip"),
)


@pytest.mark.parametrize("words", UNWRITABLE, ids=" ".join)
def test_a_file_that_cannot_be_written_is_a_fault(terminal: Terminal, words: tuple[str, ...]) -> None:
    Path("a-file").touch()
    code, _, err = terminal.run(*words)
    assert code == FAULT, err
    assert "could not be written" in err


def test_every_ending_that_can_be_written_is_named(terminal: Terminal) -> None:
    _, _, err = terminal.run("report", "stock", "--out", "stock.doc")
    assert ".csv, .xlsx, .pdf" in err


def test_a_label_that_was_exported_and_changed_is_not_replaced(terminal: Terminal) -> None:
    assert terminal.run("label", "export", "bin")[0] == 0
    Path("bin.yaml").write_text("my changes", encoding="utf-8")
    code, _, err = terminal.run("label", "export", "bin")
    assert code == REFUSED
    assert "bin.yaml is there already" in err
    assert Path("bin.yaml").read_text(encoding="utf-8") == "my changes"


def test_a_person_without_a_name_that_can_be_read_is_not_added(terminal: Terminal) -> None:
    code, _, err = terminal.run("admin", "person", "55", "--name", "Ana\u202e")
    assert code == REFUSED
    assert "turn the order of reading" in err
    assert "SH-P-0055" not in terminal.run("admin", "person")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_found_in_its_own_module(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert (ended.value.code, capsys.readouterr().out.split()[:3]) == (0, ["usage:", "stockhand", command])
