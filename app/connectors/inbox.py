"""The folder into which other programs drop files: which of them are whole, and where they go when they are read.

A file is whole when its size has not changed for half a second. Read files go to `done`, refused ones to `refused`
with a text beside them that says why. What files mean is not known here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

STABLE_S = 0.5
SUFFIXES = frozenset({".json", ".yaml", ".yml", ".csv", ".tsv", ".xlsx"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a file was when it was last looked at, and since when it is like that."""

    size: int
    modified_ns: int
    since_s: float


class Inbox:
    """One folder, looked at again and again by one thread."""

    def __init__(self, folder: Path) -> None:
        """Make the folder with its two parts where they are missing."""
        self.folder = folder
        self._done, self._refused = folder / "done", folder / "refused"
        self._seen: dict[Path, _Seen] = {}
        for each in (self._done, self._refused):
            each.mkdir(parents=True, exist_ok=True)

    def whole_files(self, now_s: float) -> list[Path]:
        """The files that nobody writes to any more, the oldest first; `now_s` is a clock that never jumps."""
        seen: dict[Path, _Seen] = {}
        for path in self._files():
            try:
                state = path.stat()
            except OSError:
                continue  # taken away again
            before = self._seen.get(path)
            same = before is not None and (before.size, before.modified_ns) == (state.st_size, state.st_mtime_ns)
            seen[path] = before if same and before else _Seen(state.st_size, state.st_mtime_ns, now_s)
        self._seen = seen
        whole = [path for path, each in seen.items() if now_s - each.since_s >= STABLE_S and each.size]
        return sorted(whole, key=lambda path: (seen[path].modified_ns, path.name))

    def _files(self) -> list[Path]:
        """What lies in the folder under a name that we read; programs write under other names first, or hidden."""
        return [
            Path(entry.path)
            for entry in os.scandir(self.folder)
            if entry.is_file() and not entry.name.startswith(".") and Path(entry.name).suffix.lower() in SUFFIXES
        ]

    def done(self, path: Path, words: str = "") -> Path:
        """Put a file away that was read, with what there is to say about it beside it; returns where it is now."""
        return self._put(path, self._done, words)

    def refused(self, path: Path, words: str) -> Path:
        """Put a file away that cannot be used, with the reasons beside it; returns where it is now."""
        return self._put(path, self._refused, words)

    def _put(self, path: Path, folder: Path, words: str) -> Path:
        """Move a file, under a new name where that one is taken: nothing that was brought is ever overwritten."""
        target = folder / path.name
        number = 2
        while target.exists():
            target = folder / f"{path.stem} ({number}){path.suffix}"
            number += 1
        if words:
            target.with_name(f"{target.name}.txt").write_text(words, encoding="utf-8")
        path.replace(target)
        self._seen.pop(path, None)
        return target
