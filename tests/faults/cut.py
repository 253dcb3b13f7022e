"""A wire that is cut at the worst moment, between a client and the server: at a commit, or for a while altogether."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""What PostgreSQL answers to a COMMIT (protocol 3: CommandComplete, its length, its tag)."""
_COMMIT = b"COMMIT\x00"
"""What a client sends that has not prepared it yet."""


class Wire:
    """Passes bytes on between clients and a server, and cuts the next connections at their commit, as often as told."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._server = (address.hostname or "127.0.0.1", address.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = [self._listener]
        self._lock = threading.Lock()
        self._unheard = self._unanswered = 0
        self.cuts = 0
        """Connections that were cut so far."""
        self._away = self._leaves = False
        self.url = url.replace(f":{address.port}/", f":{self._listener.getsockname()[1]}/")
        self._start(self._accept)

    def cut(self, *, unheard: int = 0, unanswered: int = 0) -> None:
        """The next commits: so many never reach the server, so many are done, and nobody hears of it."""
        with self._lock:
            self._unheard, self._unanswered = unheard, unanswered

    @contextmanager
    def away(self, *, after_commit: bool = False) -> Iterator[None]:
        """The server is out of reach: every connection breaks, and nobody gets a new one.

        `after_commit`: from the next commit on, which is done, and nobody hears of it.
        """
        with self._lock:
            self._away = not after_commit
            self._unanswered, self._leaves = int(after_commit), after_commit
        if not after_commit:
            self._cut_all()
        yield
        with self._lock:
            self._away = False

    def _cut_all(self) -> None:
        for end in self._sockets[1:]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="wire")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._away:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                self._start(self._pass_on, client, server, self._may_be_heard)
                self._start(self._pass_on, server, client, self._may_be_answered)

    def _pass_on(self, source: socket.socket, target: socket.socket, may_pass: Callable[[bytes], bool]) -> None:
        with suppress(OSError):
            while (data := source.recv(65536)) and may_pass(data):
                target.sendall(data)
        if self._away:
            self._cut_all()
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _may_be_heard(self, data: bytes) -> bool:
        with self._lock:
            if not self._unheard or _COMMIT not in data:
                return True
            self._unheard -= 1
            self.cuts += 1
            return False

    def _may_be_answered(self, data: bytes) -> bool:
        with self._lock:
            if not self._unanswered or _COMMITTED not in data:
                return True
            self._unanswered -= 1
            self._away, self._leaves = self._leaves, False
            self.cuts += 1
            return False

    def close(self) -> None:
        """End all connections."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(10)


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """A wire to the server of this address, for a while."""
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.close()
