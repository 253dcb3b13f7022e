"""Writing a file that somebody asked for: whole, or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from app.domain.errors import Fault

T = TypeVar("T")


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which becomes `path` when everything is written; an older one is replaced then.

    Raises the Fault `export.not_written` (full disk, closed folder, file open elsewhere) and leaves nothing behind.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
        temporary = None
    except OSError as problem:
        raise Fault("export.not_written", retry=True, path=path, reason=problem.strerror or str(problem)) from problem
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def once_wanted(path: Path, write: Callable[[Path], T], wanted: Callable[[], object]) -> T:
    """Let `write` make a file beside `path`, which becomes `path` unless `wanted` raises; returns what it did.

    So work that somebody ends leaves no file and harms no older one, however far it was. Faults name `path`.
    """
    beside = path.with_name(f".{path.stem}-unfinished{path.suffix}")
    try:
        written = write(beside)
        wanted()
        beside.replace(path)
    except Fault as fault:
        raise Fault(fault.code, retry=fault.retry, **{**fault.facts, "path": path}) from fault
    except OSError as problem:
        raise Fault("export.not_written", retry=True, path=path, reason=problem.strerror or str(problem)) from problem
    finally:
        beside.unlink(missing_ok=True)
    return written


def make_folder(path: Path) -> None:
    """Make the folder that files are to go into, with those above it; raises the Fault `export.not_written`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Fault("export.not_written", retry=True, path=path, reason=problem.strerror or str(problem)) from problem
