"""TCP: network printers (port 9100) and devices behind a terminal server in raw mode.

That `write` returned says only that the operating system took the bytes: on loopback 2.87 MB were accepted with
nobody reading [M]. Whoever needs to know that they arrived must ask the device.
"""

import contextlib
import socket
import threading
import time

from drivers.transports.transport import TransportLost, TransportRefused, TransportTimeout

_LARGEST_READ = 65536
_SLICE_S = 0.05  # how long one turn may hold the socket; `close` waits at most this long for it


class TcpTransport:
    """One device at a host and port.

    `connect_timeout_s` is kept short, so that a device that is switched off cannot hold up the end of the program.
    """

    def __init__(self, host: str, port: int, *, connect_timeout_s: float = 1.5) -> None:
        if not 0 < port < 65536:
            raise ValueError(f"port {port} is not between 1 and 65535")
        self._address = (host, port)
        self._connect_timeout_s = connect_timeout_s
        self._io = threading.Lock()
        self._closing = threading.Event()
        self._socket: socket.socket | None = None

    @property
    def name(self) -> str:
        """Host and port."""
        return "{}:{}".format(*self._address)

    def open(self) -> None:
        """Connect; raises `TransportRefused`, or `TransportLost` when nobody answers."""
        self._closing.clear()
        try:
            connection = socket.create_connection(self._address, timeout=self._connect_timeout_s)
        except ConnectionRefusedError as error:
            raise TransportRefused(f"{self.name} refuses the connection") from error
        except OSError as error:
            raise TransportLost(f"{self.name}: {error}") from error
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        with self._io:
            self._socket = connection
        if self._closing.is_set():
            self.close()
            raise TransportLost(f"{self.name} was closed while it was opened")

    def close(self) -> None:
        """Disconnect; a `read` or `write` of another thread ends with `TransportLost`."""
        self._closing.set()
        with self._io:
            connection, self._socket = self._socket, None
            if connection is not None:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()

    def read(self, *, timeout_s: float) -> bytes:
        """Return what arrived, at least one byte, or `b""` when nothing came within `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while True:
            data = self._read_slice(min(_SLICE_S, max(deadline - time.monotonic(), 0.001)))
            if data or time.monotonic() >= deadline:
                return data

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Hand all of `data` to the operating system; both errors carry how many bytes it had taken by then."""
        deadline = time.monotonic() + timeout_s
        view = memoryview(data)
        while view:
            view = view[self._write_slice(view, written=len(data) - len(view)) :]
            if view and time.monotonic() >= deadline:
                written = len(data) - len(view)
                raise TransportTimeout(f"{self.name} took {written} of {len(data)} bytes", written=written)

    def _read_slice(self, timeout_s: float) -> bytes:
        with self._io:
            connection = self._attached(written=None)
            try:
                connection.settimeout(timeout_s)
                data = connection.recv(_LARGEST_READ)
            except TimeoutError:
                return b""
            except OSError as error:
                raise TransportLost(f"{self.name}: {error}") from error
        if not data:
            raise TransportLost(f"{self.name} closed the connection")
        return data

    def _write_slice(self, view: memoryview, *, written: int) -> int:
        with self._io:
            connection = self._attached(written=written)
            try:
                connection.settimeout(_SLICE_S)
                return connection.send(view)
            except TimeoutError:
                return 0
            except OSError as error:
                raise TransportLost(f"{self.name}: {error}", written=written) from error

    def _attached(self, *, written: int | None) -> socket.socket:
        if self._socket is None or self._closing.is_set():
            raise TransportLost(f"{self.name} is not open", written=written)
        return self._socket
