"""The ports at which a simulated device can be found: a pty, a TCP port, a serial port behind RFC 2217.

A line can be unplugged and plugged in again under the same name. It is used by one thread (`hosting.py`).
"""

import contextlib
import os
import select
import socket
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from serial import rfc2217

_LARGEST_READ = 4096
_SEND_TIMEOUT_S = 0.5
_LOOPBACK = "127.0.0.1"


class Line(Protocol):
    """Where the driver finds the simulated device."""

    @property
    def url(self) -> str:
        """The port name or URL; stays the same over unplugging."""
        ...

    def plug(self) -> None:
        """Make the device appear."""
        ...

    def unplug(self) -> None:
        """Make it vanish as a pulled cable does; harmless when it is not there."""
        ...

    def dispose(self) -> None:
        """Unplug for good and leave nothing behind."""
        ...

    def handles(self) -> list[int]:
        """The file descriptors (sockets on Windows) that can have something to read."""
        ...

    def receive(self, ready: list[int]) -> bytes:
        """Return what the driver wrote, given the handles that are ready."""
        ...

    def send(self, data: bytes) -> None:
        """Send to the driver; what nobody takes is lost, as with the real thing."""
        ...


class PtyLine:
    """A pseudo terminal (POSIX), behind a link in a temporary folder that is set anew at each `plug`.

    Unplugging closes both ends; nothing may be blocked in a read meanwhile, or the reader would never notice [M].
    The simulator keeps the other end open too, since a pty without a reader reports a hang-up all the time.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stockhand-port-")
        self._link = Path(self._folder.name) / "port"
        self._ends: tuple[int, int] | None = None

    @property
    def url(self) -> str:
        """The path of the link."""
        return str(self._link)

    def plug(self) -> None:
        """Open a new pty and let the link point to it."""
        import tty  # noqa: PLC0415 - POSIX only, and this class is imported on Windows too

        if self._ends is None:
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self._ends = master, slave
            self._link.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        """Take the link away, then close the pty: the driver sees an error and finds no port to open."""
        self._link.unlink(missing_ok=True)
        for end in self._ends or ():
            os.close(end)
        self._ends = None

    def dispose(self) -> None:
        """Unplug, and remove the temporary folder."""
        self.unplug()
        self._folder.cleanup()

    def handles(self) -> list[int]:
        """The simulator's end."""
        return [self._ends[0]] if self._ends else []

    def receive(self, ready: list[int]) -> bytes:
        """Read what the driver wrote."""
        with contextlib.suppress(OSError):
            return b"".join(os.read(handle, _LARGEST_READ) for handle in ready)
        return b""

    def send(self, data: bytes) -> None:
        """Write; what does not fit into the terminal's buffer is lost."""
        if self._ends:
            with contextlib.suppress(OSError):
                os.write(self._ends[0], data)


class TcpLine:
    """A listening TCP port on loopback, for one driver at a time; a second one is turned away."""

    scheme = "socket"

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._listener: socket.socket | None = None
        self._peer: socket.socket | None = None

    @property
    def url(self) -> str:
        """A pyserial URL."""
        return f"{self.scheme}://{_LOOPBACK}:{self._port}"

    @property
    def port(self) -> int:
        """The TCP port, known after the first `plug`."""
        return self._port

    def plug(self) -> None:
        """Listen, at the same port as before."""
        if self._listener is None:
            listener = socket.socket()
            if os.name == "posix":  # on Windows this option would let two programs have the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_LOOPBACK, self._port))
            listener.listen(1)
            self._port = listener.getsockname()[1]
            self._listener = listener

    def unplug(self) -> None:
        """Reset the connection and stop listening."""
        self._drop_peer(reset=True)
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def dispose(self) -> None:
        """Unplug; nothing else is left behind."""
        self.unplug()

    def handles(self) -> list[int]:
        """The listener and the connection."""
        return [found.fileno() for found in (self._listener, self._peer) if found is not None]

    def receive(self, ready: list[int]) -> bytes:
        """Welcome a driver, and read what it wrote."""
        data = b""
        if self._peer is not None and self._peer.fileno() in ready:
            try:
                data = self._peer.recv(_LARGEST_READ)
            except OSError:
                data = b""
            if not data:
                self._drop_peer(reset=False)
        if self._listener is not None and self._listener.fileno() in ready:
            self._welcome(self._listener)
        return self.incoming(data)

    def send(self, data: bytes) -> None:
        """Send to the driver, if one is connected."""
        self.send_raw(self.outgoing(data))

    def send_raw(self, data: bytes) -> None:
        """Send without any translation."""
        if self._peer is not None:
            try:
                self._peer.sendall(data)
            except OSError:
                self._drop_peer(reset=False)

    def welcomed(self) -> None:
        """A driver has connected."""

    def incoming(self, data: bytes) -> bytes:
        """Translate what came from the network into what the device hears."""
        return data

    def outgoing(self, data: bytes) -> bytes:
        """Translate what the device says into what goes over the network."""
        return data

    def _welcome(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            peer, _ = listener.accept()
            if self._peer is not None:
                peer.close()
                return
            peer.settimeout(_SEND_TIMEOUT_S)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peer = peer
            self.welcomed()

    def _drop_peer(self, *, reset: bool) -> None:
        if self._peer is not None:
            if reset:
                with contextlib.suppress(OSError):
                    self._peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._peer.close()
            self._peer = None


@dataclass
class _VirtualPort:
    """The serial port that an RFC 2217 client believes to set up."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    dtr: bool = True
    rts: bool = True
    break_condition: bool = False
    cts: bool = True
    dsr: bool = True
    ri: bool = False
    cd: bool = True

    def reset_input_buffer(self) -> None:
        """Nothing is buffered here."""

    def reset_output_buffer(self) -> None:
        """Nothing is buffered here."""


class _RawWriter:
    """What pyserial's server side wants of a connection."""

    def __init__(self, line: TcpLine) -> None:
        self._line = line

    def write(self, data: bytes) -> None:
        """Send a telnet command."""
        self._line.send_raw(data)


class Rfc2217Line(TcpLine):
    """A serial port behind the network protocol of RFC 2217: parity and speed are negotiated, on every system.

    Inherits what a TCP port is and adds the telnet layer, for which pyserial has the server side.
    """

    scheme = "rfc2217"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.settings = _VirtualPort()
        self._manager: rfc2217.PortManager | None = None

    def welcomed(self) -> None:
        """Begin the negotiation."""
        # The stubs ask for a Serial; pyserial itself only uses these attributes of it.
        self._manager = rfc2217.PortManager(self.settings, _RawWriter(self))  # type: ignore[arg-type]

    def incoming(self, data: bytes) -> bytes:
        """Take the telnet commands out."""
        return b"".join(self._manager.filter(data)) if self._manager else data

    def outgoing(self, data: bytes) -> bytes:
        """Escape what would be taken for a telnet command."""
        return b"".join(self._manager.escape(data)) if self._manager else data


def wait_readable(handles: list[int], timeout_s: float) -> list[int]:
    """Return those of `handles` that have something to read, waiting up to `timeout_s` seconds for one."""
    if not handles:  # Windows refuses to select among nothing
        return []
    ready, _, _ = select.select(handles, [], [], timeout_s)
    return ready
