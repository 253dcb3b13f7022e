"""The two commands prepare what is missing, say what they cannot, and pass on what they are given."""

import os
import sys
from pathlib import Path

import pytest

from build_scripts import environment, run


def test_what_the_system_lacks_is_named_by_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("system packages are Linux's")
    monkeypatch.setattr(environment, "_LIBRARIES", {"libnowhere.so.9": "libnowhere9", "libc.so.6": "libc6"})
    monkeypatch.setattr(environment, "_FONT_FOLDERS", (tmp_path,))
    monkeypatch.setattr(environment, "_DEVELOPMENT_PROGRAMS", {"no-such-program": "no-such-package"})
    monkeypatch.setattr(environment, "has_display", lambda: False)
    assert environment.missing_packages(development=False) == ["libnowhere9", "fonts-dejavu-core"]
    assert environment.missing_packages(development=True)[-1] == "no-such-package"
    (tmp_path / "any.ttf").touch()
    assert environment.missing_packages(development=False) == ["libnowhere9"]


def test_who_may_not_install_is_told_exactly_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "missing_packages", lambda *, development: ["libegl1", f"dev={development}"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(SystemExit, match="sudo apt-get install --no-install-recommends libegl1 dev=True"):
        environment.prepare(development=True)


def test_nothing_is_installed_again_until_a_dependency_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "missing_packages", lambda *, development: [])
    monkeypatch.setattr(environment, "_works", lambda _: True)
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "_run", lambda *command: commands.append(command))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "constraints.txt").write_text("ruff==1\n")
    for _ in range(2):
        environment.prepare(development=True)
        environment.prepare(development=False)  # the program needs less than its tests
    assert len(commands) == 1
    assert commands[0][-1].endswith("[development]")
    (tmp_path / "constraints.txt").write_text("ruff==2\n")
    environment.prepare(development=False)
    assert len(commands) == 2


@pytest.mark.parametrize(
    ("display", "given", "passed"),
    [
        ("", [], ["demo", "--headless", "--out", "demo-out"]),
        (":0", [], ["demo"]),
        ("", ["admin", "status"], ["admin", "status"]),
    ],
)
def test_without_arguments_the_demo_is_shown_or_plays_by_itself(
    display: str, given: list[str], passed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("elsewhere there is always a display")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "argv", ["run.py", *given])
    monkeypatch.setattr(environment, "prepare", lambda *, development: Path("python"))
    started: list[list[str]] = []

    def execv(_: str, command: list[str]) -> None:
        started.append(command)
        raise SystemExit  # as if the program had taken our place

    monkeypatch.setattr(os, "execv", execv)
    with pytest.raises(SystemExit):
        run.main()
    assert started == [["python", "-m", "app", *passed]]
