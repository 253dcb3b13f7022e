"""What the devices said last, kept on disk while the program runs, so that `admin support` has it from outside.

One text a device, as `papers` writes it: bounded by the 64 KB that are recorded of each, replaced as a whole, readable
by this account only. Badges and names are taken out when the bundle is written, not here.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

EVERY_S = 30.0


class BlackBox:
    """Writes down from `start` to `stop`, every so many seconds and at the end.

    Args:
        folder: where the texts go.
        read: one text a device, by its name.
        news: changes whenever there is something new to write.
    """

    def __init__(
        self,
        folder: Path,
        read: Callable[[], Mapping[str, str]],
        news: Callable[[], object],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self._folder = folder
        self._read = read
        self._news = news
        self._every_s = every_s
        self._written: object = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="black box", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write for the last time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.write()

    def write(self) -> None:
        """Write what is known now, where it is news; a disk that cannot be written is no reason to stop the work."""
        news = self._news()
        if news == self._written:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            papers = self._read()
            for name, text in papers.items():
                _write(self._folder / f"{name}.txt", text)
            for file in self._folder.glob("*.txt"):
                if file.stem not in papers:
                    file.unlink()
            self._written = news

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            self.write()


def kept_papers(folder: Path) -> dict[str, str]:
    """What was written last, by the names of the devices; nothing where nothing ever was."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))}


def _write(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    part.replace(file)
