"""Serial ports: RS-232, USB-COM (CDC), and serial ports behind a network (`rfc2217://`, `socket://`), by pyserial.

Verification: [M] on Linux against ptys, `socket://` and `rfc2217://` in process; native Windows ports [K].
"""

import contextlib
import errno
import os
import re
import threading
import time
from typing import Any

import serial

from drivers.transports.ports import PortMatch, find_port
from drivers.transports.transport import (
    TransportBusy,
    TransportDenied,
    TransportLost,
    TransportRefused,
    TransportTimeout,
)

_SLICE_S = 0.025  # how long pyserial may hold the port in one read; `close` waits at most this long for it
_LARGEST_READ = 4096
_PORTION = 1024  # bytes written at once: a label with pictures takes minutes at a slow line, and goes on all the time
_BITS_A_BYTE = 11  # with start, parity and stop bit

# pyserial raises its own SerialException (an OSError), bare OSError, termios.error, and, when the port is closed
# under it, errors of its own None handles. They all mean the same: the device is gone.
_LOST: tuple[type[Exception], ...] = (OSError, TypeError, AttributeError, ValueError)
try:
    import termios
except ImportError:  # Windows has no termios
    pass
else:
    _LOST = (*_LOST, termios.error)

LINE_FORMAT = re.compile(r"([5-8])([NEOMS])(1|1\.5|2)")


class SerialTransport:
    """One serial device, by port name, pyserial URL or USB identity.

    Args:
        port: `COM3`, `/dev/ttyUSB0`, `rfc2217://host:port`, `socket://host:port`, or a `PortMatch`, which is looked
            up anew at each `open`, so that the device is found in whichever socket it was plugged.
        baud: bits a second.
        format: data bits, parity (N, E, O, M, S), stop bits, as in `8N1` or `7E1`.
        xonxoff: software flow control; a device that holds the flow makes `write` raise `TransportTimeout`.
        rtscts: hardware flow control.

    Raises:
        ValueError: `format` or the kind of URL is unknown.
    """

    def __init__(
        self,
        port: str | PortMatch,
        baud: int = 9600,
        format: str = "8N1",
        *,
        xonxoff: bool = False,
        rtscts: bool = False,
    ) -> None:
        parts = LINE_FORMAT.fullmatch(format)
        if parts is None:
            raise ValueError(f"unknown serial format {format!r}; expected something like 8N1 or 7E1")
        self._port = port
        self._baud = baud
        self._settings: dict[str, Any] = {
            "baudrate": baud,
            "bytesize": int(parts[1]),
            "parity": parts[2],
            "stopbits": float(parts[3]),
            "xonxoff": xonxoff,
            "rtscts": rtscts,
        }
        self._io = threading.Lock()
        self._closing = threading.Event()
        self._serial: serial.Serial | None = None
        if isinstance(port, str):
            self._build(port)

    @property
    def name(self) -> str:
        """The port's name, URL, or the identity that is looked for."""
        return str(self._port)

    def open(self) -> None:
        """Attach; raises `TransportLost`, `TransportRefused`, `TransportBusy` or `TransportDenied`."""
        self._closing.clear()
        device = self._build(self._resolve())
        try:
            device.open()
        except _LOST as error:
            raise opening_error(error, self.name) from error
        with self._io:
            self._serial = device
        if self._closing.is_set():
            self.close()
            raise TransportLost(f"{self.name} was closed while it was opened")

    def close(self) -> None:
        """Let go; ends a blocked `read` or `write` of another thread first, so that the handle is never pulled away."""
        self._closing.set()
        device = self._serial
        with contextlib.suppress(*_LOST):
            if device is not None and hasattr(device, "cancel_write"):
                device.cancel_write()
        with self._io:
            device, self._serial = self._serial, None
            if device is not None:
                _close(device)

    def read(self, *, timeout_s: float) -> bytes:
        """Return all that has arrived, at least one byte, or `b""` when nothing came within `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while True:
            data = self._read_slice()
            if data or time.monotonic() >= deadline:
                return data

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Hand all of `data` to the port, however long its line needs; `timeout_s` is how long it may stand still.

        Behind `rfc2217://` pyserial waits five seconds whatever `timeout_s` says.
        """
        for start in range(0, len(data), _PORTION):
            portion = data[start : start + _PORTION]
            self._write_portion(portion, before=start, timeout_s=timeout_s + len(portion) * _BITS_A_BYTE / self._baud)

    def _write_portion(self, data: bytes, *, before: int, timeout_s: float) -> None:
        with self._io:
            device = self._attached()
            try:
                if not _is_rfc2217(device) and device.write_timeout != timeout_s:
                    device.write_timeout = timeout_s
                written = device.write(data)
            except serial.SerialTimeoutException as error:
                with contextlib.suppress(*_LOST):  # what was not taken must not come out later, within something else
                    device.reset_output_buffer()
                raise TransportTimeout(f"{self.name} did not take the bytes within {timeout_s} s") from error
            except _LOST as error:
                raise TransportLost(f"{self.name}: {error}") from error
        if written is not None and written < len(data):
            raise TransportLost(f"{self.name} was closed while it was written to", written=before + written)

    def _read_slice(self) -> bytes:
        with self._io:
            device = self._attached()
            try:
                data = bytearray(device.read(1))
                while data and len(data) < _LARGEST_READ and (waiting := device.in_waiting):
                    data += device.read(min(waiting, _LARGEST_READ - len(data)))
            except _LOST as error:
                raise TransportLost(f"{self.name}: {error}") from error
            return bytes(data)

    def _attached(self) -> serial.Serial:
        if self._serial is None or self._closing.is_set():
            raise TransportLost(f"{self.name} is not open")
        return self._serial

    def _resolve(self) -> str:
        return self._port if isinstance(self._port, str) else find_port(self._port)

    def _build(self, port: str) -> serial.Serial:
        device = serial.serial_for_url(port, do_not_open=True, timeout=_SLICE_S, **self._settings)
        if os.name == "posix" and "://" not in port:
            device.exclusive = True  # keeps out other programs that ask for it too; Windows always does
        return device


def _close(device: serial.Serial) -> None:
    """Close, and also the socket of a network port, which pyserial 3.5 leaves open when the connection was reset."""
    connection = getattr(device, "_socket", None)
    with contextlib.suppress(*_LOST):
        device.close()
    if connection is not None:
        connection.close()


def _is_rfc2217(device: serial.Serial) -> bool:
    """Tell whether pyserial would refuse a write timeout (`NotImplementedError` in pyserial 3.5)."""
    return type(device).__module__ == "serial.rfc2217"


def opening_error(error: Exception, name: str) -> TransportLost | TransportBusy:
    """Say what a failed opening means: refused, busy, denied, or not there."""
    number = getattr(error, "errno", None)
    if isinstance(error.__context__, ConnectionRefusedError):  # what pyserial's network ports make a SerialException of
        return TransportRefused(f"{name} refuses the connection")
    if number == errno.ENOENT:
        return TransportLost(f"there is no port {name}")
    if number in {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}:
        return TransportBusy(f"another program holds {name}")
    if number in {errno.EACCES, errno.EPERM}:
        return TransportDenied(f"this account may not open {name}: {error}")
    if "PermissionError" in str(error):  # how pyserial says on Windows that somebody else has the port
        return TransportBusy(f"another program holds {name}")
    return TransportLost(f"{name}: {error}")
