"""Prepares a fresh clone: system packages, `.venv`, Python packages. Standard library only, Linux and Windows.

`run.py`, `test.py` and `check.py` call `prepare` before anything else. A stamp in `.venv` remembers what was installed
from which files, so that the next time it costs nothing.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# What Qt's libraries and plugins load from the system (found with ldd), by the Debian package that has it.
_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libpulse.so.0": "libpulse0",
    "libz.so.1": "zlib1g",
}
_DISPLAY_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_FONT_PACKAGE = "fonts-dejavu-core"  # offscreen Qt draws boxes for letters where there is no font at all
_DEVELOPMENT_PROGRAMS = {"git": "git", "node": "nodejs", "npm": "npm"}  # node draws labels as an independent referee


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say the time that a stage took."""
    print(f"... {name}", flush=True)
    began = time.perf_counter()
    yield
    print(f"    {name}: {time.perf_counter() - began:.1f} s", flush=True)


def has_display() -> bool:
    """Tell whether windows can be shown here."""
    return os.name == "nt" or sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def prepare(*, development: bool) -> Path:
    """Make `.venv` ready for the program, or for its tests too, and return its Python. Exits where it cannot."""
    if sys.version_info < (3, 11):  # noqa: UP036  (the clone may be run with any Python)
        sys.exit(f"Stockhand needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).")
    profiles = ("development",) if development else ("program", "development")
    if any(_stamp_file(profile).exists() and _stamp_file(profile).read_text() == _stamp() for profile in profiles):
        return PYTHON
    _install_system_packages(development=development)
    if not _works(PYTHON):
        with stage("creating .venv"):
            _run(sys.executable, "-m", "venv", "--clear", str(VENV))
    extra = "[development]" if development else ""
    with stage(f"installing Python packages for the {profiles[0]}"):
        pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(*pip, "--constraint", str(ROOT / "constraints.txt"), "--editable", f"{ROOT}{extra}")
    _stamp_file(profiles[0]).write_text(_stamp())
    return PYTHON


def _stamp_file(profile: str) -> Path:
    return VENV / f"stockhand-{profile}.stamp"


def _stamp() -> str:
    """Return a fingerprint of what the packages depend on: both files, the place, and the Python of `.venv`."""
    files = (ROOT / "pyproject.toml", ROOT / "constraints.txt", VENV / "pyvenv.cfg")
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes() if file.exists() else b"absent")
    return digest.hexdigest()


def _works(python: Path) -> bool:
    """Tell whether `python` runs, is new enough and has pip: an interrupted set-up or an upgrade may break it."""
    if not python.exists():
        return False
    question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(python), "-c", question], capture_output=True, check=False).returncode == 0


def missing_packages(*, development: bool) -> list[str]:
    """Return the Debian packages of what this system lacks; other distributions name them alike."""
    if not sys.platform.startswith("linux"):
        return []
    libraries = _LIBRARIES | (_DISPLAY_LIBRARIES if has_display() else {})
    missing = [package for library, package in libraries.items() if not _loads(library)]
    if not any(folder.exists() and any(folder.rglob("*.[ot]tf")) for folder in _FONT_FOLDERS):
        missing.append(_FONT_PACKAGE)
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if development:
        missing += [package for program, package in _DEVELOPMENT_PROGRAMS.items() if not shutil.which(program)]
    return missing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install_system_packages(*, development: bool) -> None:
    """Install what is missing where that is possible (Debian, root), else say what to install and exit."""
    missing = missing_packages(development=development)
    if not missing:
        return
    is_root = sys.platform != "win32" and os.geteuid() == 0
    if not is_root or not shutil.which("apt-get"):
        sys.exit(
            "These system packages are missing (names as in Debian):\n"
            f"    sudo apt-get install --no-install-recommends {' '.join(missing)}\n"
            "Install them, then run this command again."
        )
    with stage(f"installing system packages: {' '.join(missing)}"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _run("apt-get", "update", "-qq", environment=environment)
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, environment=environment)


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    """Run a command; where it fails, exit with its words and code."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env=environment,
        cwd=ROOT,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        sys.exit(f"failed with code {done.returncode}: {' '.join(command)}")
