"""A file dropped into somebody's folder exactly once, whatever dies in between.

The program that fetches it may take it away at any moment, so the folder alone does not tell whether it was there. The
sub-folder `.stockhand` is the journal: first the file is written there and flushed, then a mark beside it says that it
is about to go, then it moves into the folder under its name, which is one step. So without a mark it has not gone, with
a mark and the file it goes now, with a mark alone it has gone.
"""

import hashlib
import os
from pathlib import Path

from app.domain.errors import Fault, Refusal

_JOURNAL = ".stockhand"


class Drop:
    """One folder that a carrier's program fetches files from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = folder / _JOURNAL

    def deliver(self, name: str, content: bytes) -> None:
        """Drop a file; one that has gone under this name is not dropped again.

        Raises the Fault `carriers.folder_away` where nothing was dropped, and the Refusal `carriers.other_content`
        where another file has gone under the name.
        """
        try:
            self._deliver(name, content)
        except OSError as error:
            raise self._away(error) from error

    def has_gone(self, name: str) -> bool:
        """Whether the file went into the folder; one that died on its way goes now. Raises as `deliver`."""
        try:
            if not self._mark(name).exists():
                return False
            self._let_go(name)
        except OSError as error:
            raise self._away(error) from error
        return True

    def _away(self, error: OSError) -> Fault:
        return Fault("carriers.folder_away", retry=True, folder=str(self.folder), reason=str(error.strerror))

    def _deliver(self, name: str, content: bytes) -> None:
        if not self.folder.is_dir():
            raise FileNotFoundError(2, os.strerror(2))
        self._journal.mkdir(exist_ok=True)
        seal, mark = hashlib.sha256(content).hexdigest(), self._mark(name)
        if mark.exists():
            if mark.read_text(encoding="ascii") != seal:
                raise Refusal("carriers.other_content", file=name)
        else:
            _write(self._journal / name, content)
            _write(self._journal / f"{name}.part", seal.encode("ascii"))
            (self._journal / f"{name}.part").replace(mark)
        self._let_go(name)

    def _let_go(self, name: str) -> None:
        waiting = self._journal / name
        if waiting.exists():
            waiting.replace(self.folder / name)

    def _mark(self, name: str) -> Path:
        return self._journal / f"{name}.gone"


def _write(path: Path, content: bytes) -> None:
    """Write a file and wait for the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
