"""One command from a fresh clone to the running program: `python3 build_scripts/run.py [ARGUMENTS]`.

Arguments go to the program (`--help` lists them). Without any it shows the demo: on the screen, or, where there is no
display, played by itself into the folder `demo-out`.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from build_scripts import environment


def main() -> int:
    """Prepare and run; returns the exit code of the program."""
    try:
        python = environment.prepare(development=False)
    except KeyboardInterrupt:
        return 130
    arguments = sys.argv[1:]
    if not arguments:
        arguments = ["demo"] if environment.has_display() else ["demo", "--headless", "--out", "demo-out"]
        print(f"... python -m app {' '.join(arguments)}", flush=True)
    command = [str(python), "-m", "app", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606  (the program takes this one's place, so Ctrl+C is its own)
    program = subprocess.Popen(command)
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue  # the console tells the program too; its answer is awaited


if __name__ == "__main__":
    sys.exit(main())
