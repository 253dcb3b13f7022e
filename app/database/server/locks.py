"""Locks of the operating system on files of a home: they vanish with the process that held them, however it died.

Every lock is exclusive and on a file of its own, because that is what Linux and Windows have in common. A program
that uses a home holds one file of `users/`; who else uses it is found by trying the locks of the other files.
"""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.database.server.home import open_private
from app.domain.errors import Fault

_POLL_S = 0.01
# A byte far behind the text of the file: Windows refuses others to read a locked byte, and the text is to be read.
_LOCKED_BYTE = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def exclusive(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock of `path`, waiting at most `timeout_s` seconds for another program to let go of it."""
    handle = open_private(path)
    try:
        deadline = time.monotonic() + timeout_s
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise Fault("database.home_busy", retry=True, lock=str(path), waited_s=timeout_s)
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(handle)


class Registration:
    """That this program uses a home. It ends with `end()` or with the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._handle = open_private(self._path)
        if not _try_lock(self._handle):
            raise AssertionError("a file of a fresh random name cannot be locked by anybody")
        os.write(self._handle, f"{os.getpid()} {Path(sys.argv[0] or sys.executable).name}\n".encode())

    def end(self) -> None:
        """Stop using the home; safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            self._path.unlink(missing_ok=True)


def users(folder: Path) -> list[str]:
    """Return who uses the home (process number and program), and sweep away what dead programs left.

    Call it under the home's exclusive lock: a file is created and locked in two steps.
    """
    return [user for path in sorted(folder.iterdir()) if (user := _user_of(path)) is not None]


def _user_of(path: Path) -> str | None:
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        alive = not _try_lock(handle)
        text = os.read(handle, 200).decode(errors="replace").strip()
    finally:
        os.close(handle)
    if not alive:
        with suppress(PermissionError):  # Windows: a virus scanner may have it open; the next sweep takes it
            path.unlink(missing_ok=True)
        return None
    return text
