"""`import`, `imports`, `export`, `find`, `admin setup`: what a person at a terminal and a program get."""

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.database import server
from app.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home of its own for the tests of this file, whose server stays up between the commands."""
    with tempfile.TemporaryDirectory(prefix="stockhand-test-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        with server.attach(path):
            yield path
        server.stop(path)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; its exit code and what it printed."""

    def done(*words: object) -> tuple[int, str]:
        code = main(["--home", str(home), *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return done


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_tried_imported_listed_found_and_taken_back(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, "goods.csv", "Nr,Was\nLAMP-1,Desk lamp\n")
    code, said = run("import", "--dry-run", "--map", "Nr=sku", "--map", "Was=name", path)
    assert (code, "+ LAMP-1" in said, "nothing was changed" in said) == (0, True, True), said
    code, said = run("import", path)  # what was said of the headings is remembered
    assert (code, "Done, in one transaction." in said) == (0, True)
    code, said = run("find", "dsek", "lmap")
    assert (code, "LAMP-1  Desk lamp" in said) == (0, True)
    code, said = run("imports", "--json")
    latest = json.loads(said)["imports"][0]
    assert (latest["files"], latest["counts"]["products"]["new"]) == (["goods.csv"], 1)
    code, said = run("imports", "--undo", latest["id"])
    assert (code, "Taken back" in said) == (0, True)
    assert run("find", "LAMP-1")[1].strip().endswith("Nothing fits.")


def test_a_faulty_file_is_refused_whole_with_a_list_to_work_through(run: Run, tmp_path: Path) -> None:
    wrong = "".join(f"B-{n},many\n" for n in range(1_000))
    path = _file(tmp_path, "goods.csv", f"sku,min\nA-1,many\nA-2,5\n{wrong}")
    code, said = run("import", path, "--faults", tmp_path / "faults.csv")
    assert (code, said.count("FAULT"), "Refused: 1001 faults." in said) == (1, 12, True)
    assert "… and 989 more like this on lines 15, 16," in said
    assert "must be a number" in (tmp_path / "faults.csv").read_text(encoding="utf-8-sig")
    assert "Nothing fits" in run("find", "A-2")[1]


def test_letters_may_be_said_and_nobody_guesses_then(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_bytes("sku,name\nL-1,õû\n".encode("cp1252"))
    assert run("import", "--encoding", "cp1250", path)[0] == 0
    assert "őű" in run("find", "L-1")[1]
    code, said = run("import", "--encoding", "klingon", path)
    assert (code, "Windows-1252" in said) == (1, True)


@pytest.mark.parametrize("kind", ["products", "partners", "levels", "people"])
def test_templates_of_every_kind_are_written_and_nothing_is_overwritten(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.csv"
    assert run("export", "--template", kind, path)[0] == 0
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) >= 2
    assert run("export", "--template", kind, path)[0] != 0


def test_the_whole_set_up_goes_out_is_edited_compared_and_applied(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = _file(tmp_path, "new.yaml", "partners: [{code: P-9, name: Nine, kinds: [supplier]}]\n")
    assert run("admin", "setup", "apply", "--yes", brought)[0] == 0
    whole = tmp_path / "whole.yaml"
    code, said = run("admin", "setup", "export", whole)
    assert (code, "partners" in said) == (0, True)
    assert run("admin", "setup", "diff", whole)[0] == 0
    edited = _file(tmp_path, "edited.yaml", whole.read_text(encoding="utf-8").replace("name: Nine", "name: Ten"))
    code, said = run("admin", "setup", "diff", edited)
    assert (code, "P-9: name Nine → Ten" in said) == (1, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    run("admin", "setup", "apply", edited)
    assert run("admin", "setup", "diff", whole)[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert run("admin", "setup", "apply", edited)[0] == 0
    assert run("admin", "setup", "diff", edited)[0] == 0


def test_a_label_that_nobody_could_print_is_not_taken(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, "labels.yaml", "label_templates: [{name: carton_x, definition: nonsense}]\n")
    code, said = run("import", path)
    assert (code, "FAULT" in said, "carton_x" in said) == (1, True, True)
