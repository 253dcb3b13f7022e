"""What stands in for winspool.drv: one queue, as far as our calls go. Its names and untyped places are Windows's."""

# ruff: noqa: N802, ANN401

import ctypes
from typing import Any

from drivers.transports.winspool import JobInfo1, PrinterInfo2, PrinterInfo4


class FakeWinspool:
    """What winspool.drv does, as far as it is used: one queue, and the jobs that were ended."""

    def __init__(self) -> None:
        self.jobs: list[bytes] = []
        self.aborted = 0
        self.status = 0
        self.attributes = 0
        self.takes = 1 << 30  # bytes a WritePrinter takes at most
        self.fails: dict[str, int] = {}
        self.open_handles = 0
        self._error = 0
        self._document = b""
        self._started: tuple[Any, ...] = ()
        self._names = ctypes.create_unicode_buffer("zebra")

    def last_error(self) -> int:
        return self._error

    def _may(self, call: str) -> bool:
        self._error = self.fails.get(call, 0)
        return not self._error

    def OpenPrinterW(self, name: Any, handle: Any, _defaults: Any) -> int:
        if name.value != "zebra":
            self._error = 1801
            return 0
        if not self._may("open"):
            return 0
        handle._obj.value = 7
        self.open_handles += 1
        return 1

    def ClosePrinter(self, _handle: Any) -> int:
        self.open_handles -= 1
        return 1

    def StartDocPrinterW(self, _handle: Any, level: int, info: Any) -> int:
        document = info._obj
        self._started = (level, document.pDatatype, document.pOutputFile)
        self._document = b""
        return len(self.jobs) + 1 if self._may("start") else 0

    def StartPagePrinter(self, _handle: Any) -> int:
        return int(self._may("page"))

    def WritePrinter(self, _handle: Any, data: Any, length: int, taken: Any) -> int:
        if not self._may("write"):
            return 0
        piece = ctypes.string_at(data, length)[: self.takes]
        self._document += piece
        taken._obj.value = len(piece)
        return 1

    def EndPagePrinter(self, _handle: Any) -> int:
        return 1

    def EndDocPrinter(self, _handle: Any) -> int:
        assert self._started == (1, "RAW", None)
        self.jobs.append(self._document)
        return 1

    def AbortPrinter(self, _handle: Any) -> int:
        self.aborted += 1
        return 1

    def GetPrinterW(self, _handle: Any, level: int, buffer: Any, size: int, needed: Any) -> int:
        assert level == 2
        needed._obj.value = ctypes.sizeof(PrinterInfo2) + 64
        if size < needed._obj.value:
            return 0
        info = PrinterInfo2(status=self.status, attributes=self.attributes, jobs=len(self.jobs))
        ctypes.memmove(buffer, ctypes.byref(info), ctypes.sizeof(info))
        return 1

    def EnumPrintersW(self, _flags: int, _name: Any, _level: int, buffer: Any, size: int, *found: Any) -> int:
        return self._list(PrinterInfo4(printer=ctypes.cast(self._names, ctypes.c_wchar_p)), 1, buffer, size, *found)

    def EnumJobsW(self, _handle: Any, _first: int, most: int, _level: int, buffer: Any, size: int, *found: Any) -> int:
        return self._list(JobInfo1(job=1), min(most, len(self.jobs)), buffer, size, *found)

    def _list(self, entry: Any, entries: int, buffer: Any, size: int, needed: Any, count: Any) -> int:
        needed._obj.value = ctypes.sizeof(entry) * entries
        if size < needed._obj.value:
            return 0
        for number in range(entries):
            place = ctypes.addressof(buffer) + number * ctypes.sizeof(entry)
            ctypes.memmove(place, ctypes.byref(entry), ctypes.sizeof(entry))
        count._obj.value = entries
        return 1
