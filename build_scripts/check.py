"""All static checks behind one command: `python3 build_scripts/check.py`. Each runs, even if one before it failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from build_scripts import environment


def commands(python: Path) -> dict[str, list[str]]:
    """Return the checks by name, as run by the tools beside `python`."""
    tools = python.parent
    suffix = ".exe" if os.name == "nt" else ""
    return {
        "ruff check": [str(tools / f"ruff{suffix}"), "check", "--quiet"],
        "ruff format": [str(tools / f"ruff{suffix}"), "format", "--check", "--quiet"],
        "mypy": [str(tools / f"mypy{suffix}"), "--no-error-summary"],
        "lint-imports": [str(tools / f"lint-imports{suffix}"), "--no-logo"],
    }


def main() -> int:
    """Run all checks; returns 1 if any failed."""
    inside = sys.prefix != sys.base_prefix
    python = Path(sys.executable) if inside else environment.prepare(development=True)
    failed = []
    for name, command in commands(python).items():
        began = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=environment.ROOT,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        verdict = "FAILED" if done.returncode else "ok"
        print(f"{name:<14}{verdict:<8}{time.perf_counter() - began:5.1f} s", flush=True)
        if done.returncode:
            print(done.stdout, flush=True)
            failed.append(name)
    print(f"checks failed: {', '.join(failed)}" if failed else "checks passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
