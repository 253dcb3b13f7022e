"""A home with the sample warehouse, for all commands that only look or are refused."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import resources
from app.database import server
from app.main import main

SAMPLES = resources.resource("samples")


@dataclass(frozen=True)
class Terminal:
    """Somebody at a terminal: runs commands in a home and reads what they say."""

    home: Path
    captured: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.captured.readouterr()
        try:
            code = main(["--home", str(self.home), *words])
        except SystemExit as ended:  # how argparse ends a wrong usage
            code = int(str(ended.code))
        said = self.captured.readouterr()
        return code, said.out, said.err

    def answer(self, *words: str) -> dict[str, Any]:
        """The one JSON object that a command answers with."""
        code, out, err = self.run(*words, "--json")
        assert code == 0, out + err
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture(scope="session")
def furnished() -> Iterator[Path]:
    """A home whose server runs, with the sample warehouse and product."""
    with tempfile.TemporaryDirectory(prefix="stockhand-test-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        with server.attach(home):  # stays up between the commands
            assert main(["--home", folder, "import", *(str(SAMPLES / name) for name in _FILES)]) == 0
            yield home
        server.stop(home)


_FILES = ("warehouse.yaml", "product.json")


@pytest.fixture
def terminal(
    furnished: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A terminal in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Terminal(furnished, capsys)
