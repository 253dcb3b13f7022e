"""Windows printer queues by winspool, datatype RAW: ctypes, no further package.

Not run on Windows: typed, and tested against a module that stands in for winspool. The calls, structures and
numbers are those of the Windows documentation (OpenPrinter, StartDocPrinter, WritePrinter, GetPrinter level 2, EnumJobs
level 1, EnumPrinters level 4) [S].
"""

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_uint32, c_void_p, c_wchar_p, cast
from typing import Any

from drivers.transports.queues import JobEnd, QueueStatus, QueueTrouble
from drivers.transports.transport import TransportBusy, TransportDenied, TransportError, TransportLost

_LOCAL_AND_CONNECTED = 0x2 | 0x4
_WORK_OFFLINE = 0x400

# JOB_STATUS_*, as far as they say that a job is over.
_JOB_DELETED = 0x0004 | 0x0100
_JOB_PRINTED = 0x0080 | 0x1000

# PRINTER_STATUS_*, as far as they say that nothing is printed now.
_STATUS = {
    0x00000001: QueueTrouble.PAUSED,
    0x00000002: QueueTrouble.ERROR,
    0x00000008: QueueTrouble.ERROR,  # paper jam
    0x00000010: QueueTrouble.PAPER_OUT,
    0x00000040: QueueTrouble.ERROR,  # paper problem
    0x00000080: QueueTrouble.OFFLINE,
    0x00001000: QueueTrouble.OFFLINE,  # not available
    0x00100000: QueueTrouble.ERROR,  # user intervention
    0x00400000: QueueTrouble.HEAD_OPEN,  # door open
}


class DocInfo(Structure):
    """DOC_INFO_1."""

    _fields_ = [("pDocName", c_wchar_p), ("pOutputFile", c_wchar_p), ("pDatatype", c_wchar_p)]


class PrinterInfo2(Structure):
    """PRINTER_INFO_2W; only attributes, status and the number of jobs are read."""

    _fields_ = [
        *((name, c_wchar_p) for name in ("server", "printer", "share", "port", "driver", "comment", "location")),
        ("devmode", c_void_p),
        *((name, c_wchar_p) for name in ("separator", "processor", "datatype", "parameters")),
        ("security", c_void_p),
        *((name, c_uint32) for name in ("attributes", "priority", "default_priority", "start", "until", "status")),
        ("jobs", c_uint32),
        ("average_ppm", c_uint32),
    ]


class PrinterInfo4(Structure):
    """PRINTER_INFO_4W."""

    _fields_ = [("printer", c_wchar_p), ("server", c_wchar_p), ("attributes", c_uint32)]


class JobInfo1(Structure):
    """JOB_INFO_1W; only number and status are read."""

    _fields_ = [
        ("job", c_uint32),
        *((name, c_wchar_p) for name in ("printer", "machine", "user", "document", "datatype", "status_text")),
        *((name, c_uint32) for name in ("status", "priority", "position", "pages", "printed")),
        ("submitted", c_uint32 * 4),  # SYSTEMTIME: eight words
    ]


class WindowsSpooler:
    """The queues of Windows; `library` is winspool.drv."""

    def __init__(self, library: Any = None) -> None:  # noqa: ANN401 - a library of ctypes
        self._library = library or _winspool()

    def queues(self) -> list[str]:
        """The names of all queues, connected ones included."""
        buffer, count = self._listed(
            lambda *place: self._library.EnumPrintersW(_LOCAL_AND_CONNECTED, None, 4, *place), "the list of printers"
        )
        found = cast(buffer, POINTER(PrinterInfo4))
        return sorted(str(found[number].printer) for number in range(count))

    def status(self, queue: str) -> QueueStatus:
        """How a queue is, and its jobs."""
        handle = self._opened(queue)
        try:
            info = self._info(handle, queue)
            jobs = tuple(self._jobs(handle, queue, info.jobs))
        finally:
            self._library.ClosePrinter(handle)
        troubles = [trouble for bit, trouble in _STATUS.items() if info.status & bit]
        if info.attributes & _WORK_OFFLINE:
            troubles.append(QueueTrouble.OFFLINE)
        return QueueStatus(tuple(dict.fromkeys(troubles)), jobs, f"status {info.status:#x}")

    def job(self, queue: str, job: str) -> JobEnd:
        """What Windows keeps of a job; it forgets one that is over, whether printed or deleted."""
        handle = self._opened(queue)
        try:
            jobs = self._jobs(handle, queue, self._info(handle, queue).jobs)
        finally:
            self._library.ClosePrinter(handle)
        status = jobs.get(job)
        if status is None:
            return JobEnd.GONE
        if status & _JOB_DELETED:
            return JobEnd.CANCELLED
        return JobEnd.PRINTED if status & _JOB_PRINTED else JobEnd.WAITING

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        """Write one raw document; returns the job's number."""
        handle = self._opened(queue)
        try:
            job = self._begun(handle, queue)
            self._written(handle, queue, data)
        finally:
            self._library.ClosePrinter(handle)
        return str(job)

    def _begun(self, handle: c_void_p, queue: str) -> int:
        job = int(self._library.StartDocPrinterW(handle, 1, byref(DocInfo("Stockhand label", None, "RAW"))))
        if not job:
            raise self._failed(f"{queue} takes no jobs", written=0)
        if not self._library.StartPagePrinter(handle):
            self._library.AbortPrinter(handle)
            raise self._failed(f"{queue} takes no page", written=0)
        return job

    def _written(self, handle: c_void_p, queue: str, data: bytes) -> None:
        """Write all and end the document; a job that is not whole is taken back."""
        sent = 0
        while sent < len(data):
            taken = c_uint32(0)
            rest = data[sent:]
            if not self._library.WritePrinter(handle, c_char_p(rest), len(rest), byref(taken)) or not taken.value:
                error = self._failed(f"{queue} took {sent} of {len(data)} bytes", written=None)
                self._library.AbortPrinter(handle)
                raise error
            sent += taken.value
        if not self._library.EndPagePrinter(handle) or not self._library.EndDocPrinter(handle):
            raise self._failed(f"{queue} did not end the job", written=None)

    def _opened(self, queue: str) -> c_void_p:
        handle = c_void_p()
        if not self._library.OpenPrinterW(c_wchar_p(queue), byref(handle), None):
            raise self._failed(f"the queue {queue}", written=0)
        return handle

    def _info(self, handle: c_void_p, queue: str) -> PrinterInfo2:
        needed = c_uint32(0)
        self._library.GetPrinterW(handle, 2, None, 0, byref(needed))
        buffer = ctypes.create_string_buffer(max(needed.value, ctypes.sizeof(PrinterInfo2)))
        if not self._library.GetPrinterW(handle, 2, buffer, len(buffer), byref(needed)):
            raise self._failed(f"the state of {queue}", written=0)
        # What its texts point to lies in the buffer; the numbers are copied.
        return PrinterInfo2.from_buffer_copy(buffer)

    def _jobs(self, handle: c_void_p, queue: str, expected: int) -> dict[str, int]:
        """The status of each job by its number, in their order."""
        if not expected:
            return {}
        buffer, count = self._listed(
            lambda *place: self._library.EnumJobsW(handle, 0, expected, 1, *place), f"the jobs of {queue}"
        )
        found = cast(buffer, POINTER(JobInfo1))
        return {str(found[number].job): int(found[number].status) for number in range(count)}

    def _listed(self, call: Any, what: str) -> tuple[Any, int]:  # noqa: ANN401 - functions and buffers of ctypes
        """Ask how large the answer is, then for the answer; returns the buffer and the number of entries."""
        needed, count = c_uint32(0), c_uint32(0)
        call(None, 0, byref(needed), byref(count))
        buffer = ctypes.create_string_buffer(max(1, needed.value))
        if not call(buffer, needed.value, byref(needed), byref(count)):
            raise self._failed(what, written=0)
        return buffer, count.value

    def _failed(self, what: str, *, written: int | None) -> TransportError:
        number = self._library.last_error()
        match number:
            case 5:  # ERROR_ACCESS_DENIED
                return TransportDenied(f"{what}: this account may not (error {number})", written=written)
            case 1801 | 1796:  # ERROR_INVALID_PRINTER_NAME, ERROR_UNKNOWN_PORT
                return TransportLost(f"{what}: there is none of that name (error {number})", written=written)
            case 32 | 170:  # ERROR_SHARING_VIOLATION, ERROR_BUSY
                return TransportBusy(f"{what}: in use (error {number})", written=written)
        return TransportLost(f"{what}: Windows error {number}", written=written)


def _winspool() -> Any:  # noqa: ANN401 - a library of ctypes
    import sys  # noqa: PLC0415 - for mypy, which reads `sys.platform` where it stands

    if sys.platform != "win32":
        raise TransportLost("winspool exists on Windows only", written=0)
    library = ctypes.WinDLL("winspool.drv", use_last_error=True)
    for name in ("OpenPrinterW", "StartPagePrinter", "WritePrinter", "EndPagePrinter", "EndDocPrinter"):
        getattr(library, name).restype = ctypes.c_int
    library.last_error = ctypes.get_last_error
    return library
