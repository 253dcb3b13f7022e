"""The walls between the rooms stand (the contracts are in pyproject.toml), and a breach is seen."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of_the_house(root: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", root)
    for folder in ("app", "drivers"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_the_walls_stand() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "breach"),
    [
        ("app/domain", "import app.stations"),
        ("app/services", "import psycopg"),
        ("app/devices", "import PySide6.QtCore"),
        ("app/stations", "import drivers"),
        ("drivers", "import app.domain"),
    ],
)
def test_a_breach_is_seen(room: str, breach: str, tmp_path: Path) -> None:
    copy = copy_of_the_house(tmp_path)
    (copy / room / "breach.py").write_text(f'"""A breach."""\n\n{breach}\n', "utf-8")
    done = lint_imports(copy)
    assert done.returncode != 0
    assert "breach" in done.stdout
