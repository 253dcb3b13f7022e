"""`worker`: background work of a home; the desk of an embedded home starts it, at a shared server IT does."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from app.composition.home import open_home
from app.composition.worker import run_worker
from app.main.output import Output, open_options


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `worker`."""
    parser = commands.add_parser("worker", help="background work: sealing, allocation, inbox (started by the desk)")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _output: Output) -> int:
    """Work until told to end."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: end(stop))
    if options.with_parent:
        threading.Thread(target=_watch_parent, args=(stop,), name="parent", daemon=True).start()
    folder: Path | None = options.home
    with open_home(folder, options=open_options(options)) as home:
        run_worker(home, stop)
    return 0


def end(stop: threading.Event) -> None:
    """Have the work end, from within a signal's handler.

    The event has a lock: a second signal that interrupted the first while it is held would wait for itself for ever.
    """
    threading.Thread(target=stop.set, name="end", daemon=True).start()


def _watch_parent(stop: threading.Event) -> None:
    """The parent holds our standard input open; however it ends, we read the end of it."""
    while sys.stdin.buffer.read(1):
        pass
    stop.set()
