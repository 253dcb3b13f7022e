"""Hints between stations that something changed: ids only, always followed by a fresh look.

They are sent after the commit, in a transaction of their own that does not wait for the disk: a hint may be lost, and
screens look again every 30 s anyway.
"""

import json
import threading
from collections.abc import Callable, Sequence
from uuid import UUID

import psycopg

from app.database.session import Database
from app.domain.errors import Fault

_CHANNEL = "stockhand_changes"
_MOST = 100
_BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)

Hint = tuple[str, UUID | None]


def notify(database: Database, hints: Sequence[Hint]) -> None:
    """Tell the other stations; failing to is not an error of the work that was done."""
    kinds = {kind for kind, _ in hints}
    told: list[Hint] = list(dict.fromkeys(hints)) if len(hints) <= _MOST else [(kind, None) for kind in sorted(kinds)]
    payload = json.dumps([[kind, str(identity) if identity else None] for kind, identity in told])
    try:
        with database.open_session() as session:
            session.rows(
                "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%(channel)s, %(payload)s)",
                channel=_CHANNEL,
                payload=payload,
            )
    except Fault:
        return


def read(payload: str) -> list[Hint]:
    """The hints of a notification; nothing, when it is not one of ours (anybody may send one)."""
    try:
        return [(str(kind)[:40], UUID(str(identity)) if identity else None) for kind, identity in json.loads(payload)]
    except (ValueError, TypeError, RecursionError):
        return []


class Listener:
    """One connection and one thread that hear what other stations changed, and whether the database is there."""

    def __init__(
        self, database: Database, *, hear: Callable[[list[Hint]], None], connected: Callable[[bool], None]
    ) -> None:
        """`hear` and `connected` are called on the listener's thread; after a reconnect `connected(True)` again."""
        self._database = database
        self._hear = hear
        self._connected = connected
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="database-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End, within about a second."""
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            try:
                with self._database.connect_to_listen() as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    attempt = 0
                    self._connected(True)
                    self._listen(connection)
            except (Fault, psycopg.Error):
                self._connected(False)
                self._stop.wait(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)])
                attempt += 1

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._stop.is_set():
            for notification in connection.notifies(timeout=0.5):
                if notification.pid != connection.info.backend_pid:
                    self._hear(read(notification.payload))
                if self._stop.is_set():
                    return
            if connection.closed:
                return
            connection.execute("SELECT 1")
