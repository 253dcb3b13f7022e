"""Puts a simulated device at a port: one thread that carries bytes between the two.

    with serve_pty(ScaleSimulator()) as host:
        scale = Scale("bench", SerialTransport(host.url), ...)
        host.unplug()
        host.replug()

The device itself is sans-IO and may be told what happens to it (goods placed, a code read) from any thread.
"""

import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from drivers.simulators.lines import Line, PtyLine, Rfc2217Line, TcpLine, wait_readable

_TURN_S = 0.02  # how late something that the device says by itself can be sent
_MOST_AT_ONCE = 8  # so that a driver that never stops talking cannot keep the device from answering


class SimulatedDevice(Protocol):
    """What a simulator must be able to do."""

    def receive(self, data: bytes, now: float) -> None:
        """Hear what the driver said."""
        ...

    def say(self, now: float) -> bytes:
        """Return what the device sends at this moment, answers included."""
        ...


class Hosting:
    """A simulated device at a port, until `close`."""

    def __init__(self, device: SimulatedDevice, line: Line) -> None:
        self._device = device
        self._line = line
        self._tasks: queue.Queue[tuple[Callable[[], None], threading.Event]] = queue.Queue()
        self._stopping = threading.Event()
        self._near, self._far = socket.socketpair()  # wakes the thread; select knows only sockets on Windows
        self._line.plug()
        self._thread = threading.Thread(target=self._run, name=f"simulator {line.url}", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The port name or URL for the driver; it stays valid over unplugging."""
        return self._line.url

    def unplug(self) -> None:
        """Pull the cable; returns when it is out."""
        self._do(self._line.unplug)

    def replug(self) -> None:
        """Plug it in again under the same name; returns when it is in."""
        self._do(self._line.plug)

    def close(self) -> None:
        """Take the device away for good and end the thread."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._near.send(b"!")
            self._thread.join()
            self._line.dispose()
            self._near.close()
            self._far.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, task: Callable[[], None]) -> None:
        done = threading.Event()
        self._tasks.put((task, done))
        self._near.send(b"!")
        while not done.wait(0.1) and self._thread.is_alive():
            pass

    def _run(self) -> None:
        while not self._stopping.is_set():
            ready = wait_readable([self._far.fileno(), *self._line.handles()], _TURN_S)
            if self._far.fileno() in ready:
                self._far.recv(64)
                self._run_tasks()
                continue  # the handles may be others now
            self._hear(ready)
            if said := self._device.say(time.monotonic()):
                # Whoever connected before this was said must get it: look at the door once more.
                self._hear(wait_readable(self._line.handles(), 0))
                self._line.send(said)

    def _hear(self, ready: list[int]) -> None:
        """Take in all that is there now, callers at the door included."""
        for _ in range(_MOST_AT_ONCE):
            if not ready:
                return
            if data := self._line.receive(ready):
                self._device.receive(data, time.monotonic())
            ready = wait_readable(self._line.handles(), 0)

    def _run_tasks(self) -> None:
        while not self._tasks.empty():
            task, done = self._tasks.get_nowait()
            task()
            done.set()


def serve_pty(device: SimulatedDevice) -> Hosting:
    """Put the device at a pseudo terminal (POSIX). It takes 8N1 only: 7E1 is refused by the second opening [M]."""
    return Hosting(device, PtyLine())


def serve_tcp(device: SimulatedDevice, *, port: int = 0) -> Hosting:
    """Put the device at a TCP port on loopback (0: any), found at `socket://`."""
    return Hosting(device, TcpLine(port))


def serve_rfc2217(device: SimulatedDevice, *, port: int = 0) -> Hosting:
    """Put the device at a network serial port on loopback (0: any), found at `rfc2217://`; takes every format."""
    return Hosting(device, Rfc2217Line(port))


def serve(device: SimulatedDevice) -> Hosting:
    """Put the device at the port that is most like a serial one here: a pty, or `rfc2217://` on Windows."""
    return serve_pty(device) if os.name == "posix" else serve_rfc2217(device)
