"""The crash net: whatever nobody caught is written to a report and said on the screen; the program goes on.

Python only prints what a slot raises, a thread dies in silence, and Qt speaks to nobody: all three end here.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler, qVersion

from app.services import clock
from app.services.crashes import write_crash_report

_log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashNet(QObject):
    """Hangs itself under everything from `install` to `remove`; `crashed` names the report, in the screen's thread."""

    crashed = Signal(str)

    def __init__(self, folder: Path, *, version: str, now: Callable[[], datetime] = clock.now) -> None:
        super().__init__()
        self._folder = folder
        self._version = version
        self._now = now
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Catch from now on."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._raised
        threading.excepthook = self._raised_in_thread
        qInstallMessageHandler(_logged)

    def remove(self) -> None:
        """Catch no more."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)

    def on_crash(self, say: Callable[[str], None]) -> None:
        """Have `say` called with the report's file name, whichever thread failed."""
        self.crashed.connect(say, Qt.ConnectionType.QueuedConnection)

    def _raised_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._raised(args.exc_type, args.exc_value, args.exc_traceback)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("not caught", exc_info=(kind, error, trace))
        self.crashed.emit(self._write("".join(traceback.format_exception(kind, error, trace))))

    def _write(self, trace: str) -> str:
        return write_crash_report(
            self._folder, trace, version=self._version, now=self._now(), facts=(f"Qt {qVersion()}",)
        )


def _logged(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    _log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s (%s)", message, context.category)
