"""Writing a file that somebody asked for: whole, or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.domain.errors import Fault


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


def make_folder(path: Path) -> None:
    """Make the folder that files are to go into, with those above it; raises the Fault `export.not_written`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Fault("export.not_written", retry=True, path=path, reason=problem.strerror or str(problem)) from problem
