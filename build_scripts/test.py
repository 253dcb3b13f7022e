"""All checks and all tests behind one command: `python3 build_scripts/test.py [ARGUMENTS OF PYTEST]`.

Exits non-zero if a check or a test failed. The summary of the tests stands last, after the slowest of them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from build_scripts import environment, features

REFEREE = environment.ROOT / "tests/drivers/printers/referee"
RESULTS = environment.ROOT / ".state/tests.xml"
COMPILED = environment.ROOT / ".state/compiled"
_NO_TESTS = 5  # pytest's exit code
_WAITING = 1
"""Test workers more than processors: tests of devices, servers and broken connections wait for much of their time."""


def main() -> int:
    """Prepare, check, test; returns 0 only if everything was fine. A whole run also checks README.md's promises."""
    try:
        python = environment.prepare(development=True)
        # The programs that tests start would compile all of the house each time where nothing may be kept beside it.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        surroundings = kept | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(COMPILED)}
        install_referee(REFEREE)
        arguments = sys.argv[1:]
        with environment.stage("checks"), compiled(python, surroundings) if not arguments else nullcontext():
            checks = subprocess.run(
                [str(python), str(environment.ROOT / "build_scripts/check.py")], check=False, cwd=environment.ROOT
            )
        workers = [] if _chooses_workers(arguments) else ["-n", str((os.cpu_count() or 2) + _WAITING)]
        if checks.returncode:
            print("A check FAILED (above); the tests run all the same.", flush=True)
        RESULTS.parent.mkdir(exist_ok=True)
        tests = subprocess.run(
            [str(python), "-m", "pytest", *workers, f"--junitxml={RESULTS}", *arguments],
            check=False,
            cwd=environment.ROOT,
            env=surroundings,
        )
    except KeyboardInterrupt:
        return 130
    if tests.returncode == _NO_TESTS:
        print("No test was found: that is not a success.", flush=True)
    promises = 0 if arguments else features.main(RESULTS)
    return tests.returncode or checks.returncode or promises


@contextmanager
def compiled(python: Path, surroundings: dict[str, str]) -> Iterator[None]:
    """Compile all that the tests import meanwhile: each test worker would do it for itself in a fresh clone."""
    collecting = subprocess.Popen(
        [str(python), "-m", "pytest", "--collect-only", "-q"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=environment.ROOT,
        env=surroundings,
    )
    with collecting:
        yield


def install_referee(folder: Path) -> None:
    """Install the independent label renderer that tests compare with; npm's own errors are shown."""
    package = folder / "package.json"
    installed = folder / "node_modules/.package-lock.json"
    if not package.exists() or (installed.exists() and installed.stat().st_mtime >= package.stat().st_mtime):
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node.js, then run this command again.")
    with environment.stage("installing the label referee"):
        done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=folder, check=False)
    if done.returncode:
        sys.exit(f"npm failed with code {done.returncode} in {folder}")


def _chooses_workers(arguments: list[str]) -> bool:
    return any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)


if __name__ == "__main__":
    sys.exit(main())
