"""Crash reports: what the program knew when something happened that nobody had thought of.

They stand in the folder `crash` of the home, and go into the support bundle.
"""

import logging
import platform
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.domain.codes import without_badges

FOLDER = "crash"
_log = logging.getLogger(__name__)


def write_crash_report(folder: Path, trace: str, *, version: str, now: datetime, facts: Sequence[str] = ()) -> str:
    """Write a report and return its name; where even that fails (disk full) the log has the trace."""
    name = f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
    known = (f"Stockhand {version}", now.isoformat(), f"Python {sys.version}", *facts, platform.platform())
    head = "\n".join((*known, f"thread {threading.current_thread().name}", "", ""))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(head + without_badges(trace), encoding="utf-8")
    except OSError:
        _log.exception("the crash report could not be written")
    return name
