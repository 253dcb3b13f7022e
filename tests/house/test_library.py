"""`drivers` could be published: it needs no app, names all that it needs, and its package takes every file."""

import ast
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DRIVERS = ROOT / "drivers"
DISTRIBUTIONS = {"serial": "pyserial", "usb": "pyusb", "hid": "hidapi", "PIL": "pillow", "zxingcpp": "zxing-cpp"}
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.modules["app"] = None
import drivers
for module in pkgutil.walk_packages(drivers.__path__, "drivers."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(len(sys.modules))
"""


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_module_of_the_drivers_comes_up_where_there_is_no_app() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_the_drivers_import_is_what_their_package_asks_for_and_the_program_too() -> None:
    imported: set[str] = set()
    for file in DRIVERS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.partition(".")[0] for name in names}
    foreign = imported - sys.stdlib_module_names - {"drivers", "winreg", "ctypes"}
    needed = project(DRIVERS)["project"]["dependencies"]
    asked = {line.partition(">")[0].partition(";")[0] for line in needed}
    assert {DISTRIBUTIONS.get(name, name.replace("_", "-")) for name in foreign} == asked
    assert set(needed) <= set(project(ROOT)["project"]["dependencies"])


def test_the_package_of_the_drivers_takes_every_file_of_the_room() -> None:
    patterns = project(DRIVERS)["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
    files = [file for file in DRIVERS.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    left = {file.name for file in files if not any(fnmatch(file.name, pattern) for pattern in patterns)}
    assert left <= {"pyproject.toml"}
