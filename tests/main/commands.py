"""Commands against a furnished warehouse, as a person types them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.main import main
from tests.support import Site

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(warehouse: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as the admin does; returns what it answers to a program. `code`: its exit code."""

    def command(*words: str, code: int = 0) -> dict[str, Any]:
        url = warehouse.template.login("desk", warehouse.url)
        capsys.readouterr()
        assert main(["--home", str(tmp_path), "--database-url", url, *words, "--json"]) == code
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return command
