"""The station's own record of scans: written before anything else happens, so that no scan is ever lost.

One JSON line a scan when it arrives, one when the database has it. What has no second line after a crash or an outage
is handed to the database later as "not used": by then the person has been told to scan again. Of a badge
nothing but that it was one is written here (`as_kept`).
"""

import json
import os
import threading
from pathlib import Path
from uuid import UUID

from app.domain.errors import Fault
from app.domain.scanning import Scan


class Journal:
    """An append-only file of one lane; safe to append from any thread."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; raises a Fault when the disk is full or closed to us."""
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._left = self._read()
            self._rewrite()
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise Fault("station.journal", retry=False, path=path.name, reason=error.strerror or "") from error

    def _read(self) -> dict[UUID, Scan]:
        """The scans without a second line; a torn last line (power lost while writing) is passed over."""
        left: dict[UUID, Scan] = {}
        if not self._path.exists():
            return left
        for line in self._path.read_bytes().splitlines():
            try:
                entry = json.loads(line)
                event = UUID(entry["event"])
            except (ValueError, KeyError, TypeError):
                continue
            if "raw" in entry:
                left[event] = Scan(event, entry["raw"], entry["symbology"], entry["source"])
            else:
                left.pop(event, None)
        return left

    def _rewrite(self) -> None:
        """Start afresh with what is left, so that the file does not grow for ever."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            for scan in self._left.values():
                file.write(_line(scan))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def append(self, scan: Scan) -> None:
        """Write a scan down as it arrives."""
        with self._lock:
            self._left[scan.event_id] = scan
            self._file.write(_line(scan))

    def sync(self) -> None:
        """Make sure that what was appended survives a power cut."""
        os.fsync(self._file.fileno())

    def settle(self, event: UUID) -> None:
        """Note that the database has this scan."""
        with self._lock:
            if self._left.pop(event, None) is not None:
                self._file.write(json.dumps({"event": str(event)}).encode() + b"\n")

    def left_over(self) -> tuple[Scan, ...]:
        """The scans that the database may not have."""
        with self._lock:
            return tuple(self._left.values())

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _line(scan: Scan) -> bytes:
    entry = {"event": str(scan.event_id), "raw": scan.raw, "symbology": scan.symbology, "source": scan.source}
    return json.dumps(entry).encode() + b"\n"
