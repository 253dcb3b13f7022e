"""A simulated ZPL printer at a port: TCP on loopback as port 9100 of a Zebra printer, or a serial line.

    with PrinterSimulator(label_s=0.2, on_label=show) as printer:
        driver = ZplPrinter(TcpTransport(printer.host, printer.port))
        printer.run_out_of_paper(after=2)

What it prints and answers, and what can happen to it, is `zpl_machine.py`.
"""

import contextlib
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from drivers.simulators.zpl_machine import HostLine, ZplMachine

_TURN_S = 0.01
_WIRE_S = 5.0


class PrinterSimulator(ZplMachine):
    """A printer with a network port; `what` is what a `ZplMachine` takes."""

    host = "127.0.0.1"

    def __init__(self, **what: Any) -> None:  # noqa: ANN401 - as the machine declares them
        super().__init__(**what)
        self.on_cut = self._cut
        self._connections: dict[socket.socket, HostLine] = {}
        self._stopping = threading.Event()
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._bound_port = 0
        self._plugged = True

    @property
    def port(self) -> int:
        """The TCP port; chosen by the system at `start` unless given."""
        return self._bound_port

    def start(self, port: int = 0) -> None:
        """Switch the printer on at this port of loopback (0: any)."""
        self._server = socket.create_server((self.host, port))
        self._bound_port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name=f"simulated printer {self._bound_port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Switch it off for good."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        with self._changed:
            for connection in list(self._connections):
                self._drop(connection, reset=False)
            if self._server:
                self._server.close()

    def unplug(self) -> None:
        """Pull its network cable; it stays switched on and keeps its buffer."""
        self._wire(plugged=False)

    def replug(self) -> None:
        """Plug it in again, at the same port."""
        self._wire(plugged=True)

    def _wire(self, *, plugged: bool) -> None:
        """Wait until its thread has done so: a port that is being waited on cannot be closed."""
        with self._changed:
            self._plugged = plugged
            self._changed.wait_for(lambda: (self._server is not None) is plugged, _WIRE_S)

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """Everything that can happen, by the word for it in a fault script."""
        return {**super().actions(), "unplug": self.unplug, "replug": self.replug}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # - the thread -

    def _run(self) -> None:
        while not self._stopping.is_set():
            readable = self._wait()
            with self._changed:
                for connection in [found for found in readable if found in self._connections]:
                    self._receive(connection)
            now = time.monotonic()
            self.turn(now)
            with self._changed:
                for connection, host in list(self._connections.items()):
                    if said := self.say(host, now):
                        with contextlib.suppress(OSError):
                            connection.send(said)

    def _wait(self) -> list[socket.socket]:
        """Wait a turn, take in new hosts, and return the connections that have something to read."""
        with self._changed:
            self._heed_the_cable()
            server, watched = self._server, list(self._connections) if self.appetite else []
        if server is None:
            self._stopping.wait(_TURN_S)
            return []
        try:
            readable, _, _ = select.select([server, *watched], [], [], _TURN_S)
            if server in readable:
                accepted, _ = server.accept()
                accepted.setblocking(False)
                with self._changed:
                    self._connections[accepted] = HostLine()
        except (OSError, ValueError):  # a connection was dropped meanwhile
            return []
        return readable

    def _heed_the_cable(self) -> None:
        if self._server and not self._plugged:
            self._cut(None)
            self._server.close()
            self._server = None
        elif self._plugged and not self._server:
            self._server = socket.create_server((self.host, self._bound_port))
        self._changed.notify_all()

    def _receive(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(self.appetite or 1)
        except OSError:
            data = b""
        if data:
            self.hear(self._connections[connection], data)
        else:
            self._drop(connection, reset=False)

    def _cut(self, host: HostLine | None) -> None:
        for connection, line in list(self._connections.items()):
            if host in {None, line}:
                self._drop(connection, reset=True)

    def _drop(self, connection: socket.socket, *, reset: bool) -> None:
        if reset:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        connection.close()
        del self._connections[connection]


class SerialPrinter:
    """The printer at a serial line: what `hosting` carries bytes to and from.

    A real one holds the flow with XOFF while its buffer is full, so this one says XOFF when it is blocked.
    """

    def __init__(self, machine: ZplMachine) -> None:
        self._machine = machine
        self._line = HostLine()
        self._held = False
        self._turns_held = 0
        self.holds_flow = threading.Event()
        """Set once the driver's side was told to stop, until it is told to go on."""

    def receive(self, data: bytes, now: float) -> None:
        """Hear the driver."""
        self._machine.hear(self._line, data)

    def say(self, now: float) -> bytes:
        """Return what the printer sends now: XOFF or XON when the flow changes, answers."""
        self._machine.turn(now)
        blocked = not self._machine.appetite
        self._turns_held = self._turns_held + 1 if blocked and self._held else 0
        if self._turns_held >= _TURNS_ON_THE_LINE:
            self.holds_flow.set()
        elif not blocked:
            self.holds_flow.clear()
        flow = (_XOFF if blocked else _XON) if blocked != self._held else b""
        self._held = blocked
        return flow + (b"" if blocked else self._machine.say(self._line, now))


_XON, _XOFF = b"\x11", b"\x13"
_TURNS_ON_THE_LINE = 20
"""A pty hands XOFF to the driver's side by a worker of the kernel, which a busy machine lets wait for some turns."""
_LINGER_NOT = struct.pack("ii", 1, 0) if sys.platform != "win32" else struct.pack("hh", 1, 0)
