"""Transactions against PostgreSQL: who is asking travels with every one of them, in the same round trip as BEGIN.

SQLAlchemy keeps the pool; statements go to psycopg as they stand in `queries/*.sql` or as calls of the schema's
functions. What a capability asks for stands in that capability's module, not here.
"""

import functools
import json
import re
import threading
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any, Literal, TypeVar

import msgspec
import psycopg
import sqlalchemy
import sqlalchemy.exc
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from app.database.errors import translate
from app.domain.errors import Fault

Row = dict[str, Any]
T = TypeVar("T")
_QUERIES = Path(__file__).parent / "queries"
_NAME = re.compile(r"^[a-z_]+$")
_WATCH_S = 0.25
_CANCEL_S = 5.0
_JSON = msgspec.json.Encoder(enc_hook=str)  # long lists go through it
_AT_ONCE = 100
"""How many statements of a pipeline are under way before their answers are awaited."""
_PORTION = 2_000
"""How many rows of a long answer are fetched at a time."""
_TRUSTED_S = 1.0
"""So long after its last answer a connection counts as there."""
_RESTS_SINCE = "rests_since"
_CONNECTION: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # a cable that is pulled while an answer is awaited: else the system tries for minutes
    "options": "-c search_path=stockhand,pg_temp -c statement_timeout=30000 -c lock_timeout=10000 -c timezone=UTC",
}


@functools.cache
def query(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def _plain(value: object) -> str:
    """How values that JSON does not know are written: quantities, ids and dates as text."""
    return str(value)


def to_json(value: object) -> str:
    """JSON with quantities, ids and dates as text, so that nothing passes through a binary float."""
    return json.dumps(value, default=_plain)


def from_json(text: str | bytes) -> Any:  # noqa: ANN401  (JSON is whatever was stored)
    """JSON with numbers as Decimal."""
    return json.loads(text, parse_float=Decimal)


def as_nouns(value: Any, kind: Any) -> Any:  # noqa: ANN401  (a type, a tuple of it, or None: what `kind` says)
    """What a query answered, as the dataclasses that `kind` names: texts become quantities, ids, dates and enums."""
    return msgspec.convert(value, kind, strict=False)


def all_as(rows: Iterable[Row], kind: type[T]) -> tuple[T, ...]:
    """The rows of a query as dataclasses of one kind, as `as_nouns` reads them."""
    return tuple(msgspec.convert(row, kind, strict=False) for row in rows)


def _as_key(value: object) -> object:
    """Ids and lists of ids as text, because an empty list and none have no type; statements are prepared by types."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, uuid.UUID) for one in value):
        return f"{{{','.join(map(str, value))}}}"
    return value


@contextmanager
def _ended_by(stopped: list[Exception]) -> Iterator[None]:
    """Within, a statement may be ended from outside: the fault of that gives way to why it was."""
    try:
        yield
    except Fault:
        if not stopped:
            raise
    if stopped:
        raise stopped[0]


class Session:
    """One transaction. Every statement counts as a round trip, a pipeline as one altogether."""

    def __init__(self, connection: psycopg.Connection[Any], token: str) -> None:
        self._connection = connection
        self._token = token
        self._in_pipeline = False
        self._line: psycopg.Pipeline | None = None
        self._sent = 0
        self._prepare: bool | None = None
        """Whether statements are prepared when they are said first; None: when they are said again."""
        self._readings: list[Generator[Row, None, None]] = []
        self.round_trips = 0
        self.backend = connection.info.backend_pid

    def _execute(
        self, sql: str, parameters: Mapping[str, object] | None, *, prepare: bool | None = None
    ) -> psycopg.Cursor[Row]:
        if not self._in_pipeline:
            self.round_trips += 1
        try:
            return self._connection.cursor(row_factory=dict_row).execute(
                sql, parameters, prepare=self._prepare if prepare is None else prepare
            )
        except psycopg.Error as error:
            raise translate(error) from error

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """Send the statements within together and wait once for all their answers.

        Of very many it waits in between: a server that is far behind takes nothing more from the line, and a line that
        stands still for `tcp_user_timeout` counts as a pulled cable.
        """
        self._in_pipeline = True
        self.round_trips += 1
        try:
            with self._connection.pipeline() as line:
                self._line, self._sent = line, 0
                yield
        except psycopg.Error as error:
            raise translate(error) from error
        finally:
            self._in_pipeline, self._line = False, None

    @contextmanager
    def notices(self, name: str, tell: Callable[[str], None]) -> Iterator[None]:
        """Within, `tell` hears the details of the notices of this name, while the statement that raises them runs.

        What `tell` raises ends the statement on the server, and is raised here.
        """
        stopped: list[Exception] = []

        def heard(notice: psycopg.errors.Diagnostic) -> None:
            if notice.message_primary == name and not stopped:
                try:
                    tell(notice.message_detail or "")
                except Exception as why:  # noqa: BLE001  (raised below: psycopg would only write it into its log)
                    stopped.append(why)
                    self._connection.cancel()

        self._connection.add_notice_handler(heard)
        try:
            with _ended_by(stopped):
                yield
        finally:
            self._connection.remove_notice_handler(heard)

    @contextmanager
    def as_long_as(self, wanted: Callable[[], object]) -> Iterator[None]:
        """Within, `wanted` is asked four times a second while statements run, on a thread of its own.

        What it raises ends the statement on the server, and is raised here. Statements are ended until this is left:
        between two portions of a long answer none runs.
        """
        over = threading.Event()
        stopped: list[Exception] = []

        def watch() -> None:
            while not over.wait(_WATCH_S):
                try:
                    wanted()
                except Exception as why:  # noqa: BLE001  (raised below, in the thread that waits)
                    stopped.append(why)
                    with suppress(psycopg.Error):  # a server that went away has nothing to end
                        self._connection.cancel_safe(timeout=_CANCEL_S)

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        with _ended_by(stopped):
            try:
                yield
            finally:
                over.set()
                watching.join()

    def begin(self) -> None:
        """Start the transaction and say who asks; sent with the first statement when called within a pipeline."""
        self._execute("BEGIN", None)
        self._execute("SELECT set_config('stockhand.token', %(token)s, true)", {"token": self._token})

    def begin_step(self) -> None:
        """Start the transaction of a scan, whose statements all find a few rows by their keys.

        One plan serves whatever is scanned: PostgreSQL would else plan each of them anew the first five times, and
        planning what a packing bench needs to know takes twenty times as long as reading it.
        """
        self._execute("BEGIN", None)
        self._execute(
            "SELECT set_config('stockhand.token', %(token)s, true),"
            " set_config('plan_cache_mode', 'force_generic_plan', true)",
            {"token": self._token},
        )

    def follow_indexes(self) -> None:
        """Read the first few of many in the order of an index from now on, with one plan for all, in this transaction.

        PostgreSQL reckons with an average item or place, of which it would sort every movement; the busiest has a
        thousand times as many. What is asked is prepared at once and joined in the order in which it is written:
        planning it takes several times as long as reading it.
        """
        self._prepare = True
        self._execute(
            "SELECT set_config('enable_sort', 'off', true), set_config('join_collapse_limit', '1', true),"
            " set_config('plan_cache_mode', 'force_generic_plan', true)",
            None,
        )

    def savepoint(self, name: Literal["step", "trial"] = "step") -> None:
        """Mark the point to which `rollback_to_savepoint` goes back; a trial may hold steps."""
        self._execute(f"SAVEPOINT {name}", None)

    def release_savepoint(self, name: Literal["step", "trial"] = "step") -> None:
        """Forget the savepoint; what came after it stays what it is."""
        self._execute(f"RELEASE SAVEPOINT {name}", None)

    def rollback_to_savepoint(self, name: Literal["step", "trial"] = "step") -> None:
        """Undo what came after the savepoint and go on with the transaction."""
        self._execute(f"ROLLBACK TO SAVEPOINT {name}", None)

    def commit(self) -> None:
        """Make it so."""
        self._execute("COMMIT", None)

    def rollback(self) -> None:
        """Undo everything."""
        self._execute("ROLLBACK", None)

    def send(self, name: str, parameters: Mapping[str, object]) -> psycopg.Cursor[Row]:
        """Call a function of the schema within a pipeline; read the cursor when the pipeline has ended."""
        return self._later(_call(name, parameters), parameters)

    def rows_later(self, sql: str, /, **parameters: object) -> psycopg.Cursor[Row]:
        """Send a query within a pipeline; read the cursor when the pipeline has ended."""
        return self._later(sql, parameters or None)

    def _later(self, sql: str, parameters: Mapping[str, object] | None) -> psycopg.Cursor[Row]:
        cursor = self._execute(sql, parameters)
        self._sent += 1
        if self._line is not None and self._sent % _AT_ONCE == 0:
            self._line.sync()
        return cursor

    def call(self, function: str, /, **parameters: object) -> Any:  # noqa: ANN401  (functions return what they return)
        """Call a function of the schema by its named parameters (without their `p_`) and return its one value."""
        row = self._execute(_call(function, parameters), parameters).fetchone()
        return row["answer"] if row else None

    def rows(self, sql: str, /, **parameters: object) -> list[Row]:
        """The rows of a query."""
        return self._execute(sql, parameters).fetchall()

    def each(self, sql: str, /, **parameters: object) -> Iterator[Row]:
        """The rows of a query with a long answer, a portion at a time, as they were when it was asked.

        The transaction is still only while a portion is worked on: the guard ends those that are still for seconds.
        """
        self._readings.append(reading := self._read(sql, parameters))
        return reading

    def end_readings(self) -> None:
        """Let go of answers that were not read to their end, before somebody else works on the connection."""
        for reading in self._readings:
            reading.close()

    def _read(self, sql: str, parameters: Mapping[str, object]) -> Generator[Row, None, None]:
        self._execute("SET LOCAL cursor_tuple_fraction = 1", None)  # all rows are wanted, not the first ones soon
        try:
            with self._connection.cursor(name="each", row_factory=dict_row) as cursor:
                cursor.itersize = _PORTION
                self.round_trips += 1
                yield from cursor.execute(sql, parameters)
        except psycopg.Error as error:
            raise translate(error) from error

    def row(self, sql: str, /, **parameters: object) -> Row | None:
        """The first row of a query, or None."""
        return self._execute(sql, parameters).fetchone()

    def allow_pauses(self) -> None:
        """For long lists that are compared between two statements: this transaction may say nothing for a minute.

        Others are ended after ten seconds; a busy machine needs longer to compare a hundred thousand goods.
        """
        self._execute("SET LOCAL idle_in_transaction_session_timeout = '60s'", None)

    def facts(self, name: str, /, **parameters: object) -> Row:
        """The one row of `queries/<name>.sql`, which is prepared when a connection first asks for it."""
        keys = {key: _as_key(value) for key, value in parameters.items()}
        row = self._execute(query(name), keys, prepare=True).fetchone()
        assert row is not None
        return row

    def change(self, sql: str, /, **parameters: object) -> int:
        """Run a statement that changes rows; returns how many."""
        return self._execute(sql, parameters).rowcount


def _call(name: str, parameters: Mapping[str, object]) -> str:
    if not _NAME.match(name):
        raise ValueError(name)
    arguments = ", ".join(f"p_{key} => %({key})s" for key in parameters)
    return f"SELECT {name}({arguments}) AS answer"


def as_json(value: object) -> Jsonb:
    """A parameter of type jsonb; quantities, ids and dates are texts in it, as in `to_json`."""
    return Jsonb(value, dumps=_JSON.encode)


class Database:
    """One PostgreSQL as one login at one station sees it; safe to share between threads."""

    def __init__(self, address: str | Callable[[], str], *, application: str, pool_size: int = 3) -> None:
        """`address` is a URL, or gives the present one: an embedded server that was restarted has a new port."""
        self._address = address if callable(address) else lambda: address
        self._application = application[:60]
        self.token = ""
        """The sign-on's token; every transaction that starts afterwards is that person's."""
        self._engine = sqlalchemy.create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=10,
            isolation_level="AUTOCOMMIT",
            json_serializer=to_json,
            json_deserializer=from_json,
        )
        self._closed = False
        sqlalchemy.event.listen(self._engine, "checkin", self._came_back)
        self._lost_at_s = float("-inf")
        sqlalchemy.event.listen(self._engine, "checkout", self._goes_out)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self._address(),
            application_name=self._application,
            prepare_threshold=2,
            **_CONNECTION,
        )

    @contextmanager
    def open_session(self) -> Iterator[Session]:
        """A session whose transaction the caller begins and commits; rolled back if it is left open.

        Raises the refusal or fault behind a database error.
        """
        try:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, psycopg.Connection)
                session = Session(raw, self.token)
                try:
                    yield session
                finally:
                    session.end_readings()
                    if not raw.closed and raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                        raw.rollback()
                    if raw.closed:
                        connection.invalidate()
                        self._lost_at_s = monotonic()
        except (psycopg.Error, sqlalchemy.exc.SQLAlchemyError) as error:
            raise translate(error) from error

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction of the person who is signed on; committed at the end, undone on any exception."""
        for attempt in range(2):  # nothing was done yet where a connection turns out to be lost with the first word
            with self.open_session() as session:
                try:
                    with session.pipeline():
                        session.begin()
                except Fault as fault:
                    if attempt or fault.code != "database.lost":
                        raise
                    continue
                yield session
                session.commit()
                return

    def connect_to_listen(self) -> psycopg.Connection[Any]:
        """A connection of its own, outside the pool, for listening to notifications."""
        try:
            return psycopg.connect(
                self._address(), autocommit=True, application_name=f"{self._application} listener", **_CONNECTION
            )
        except psycopg.Error as error:
            raise translate(error) from error

    def close(self) -> None:
        """Let all connections go; one that is still at work is closed when that has ended."""
        self._closed = True
        self._engine.dispose()

    def _came_back(self, _connection: object, record: sqlalchemy.pool.ConnectionPoolEntry) -> None:
        """Nobody would close a connection that comes back to a pool which was let go."""
        if self._closed:
            record.invalidate()
        else:
            record.info[_RESTS_SINCE] = monotonic()

    def _goes_out(
        self, connection: psycopg.Connection[Any], record: sqlalchemy.pool.ConnectionPoolEntry, _: object
    ) -> None:
        """Ask a connection that has rested, or one of many of which one was lost meanwhile, whether it is still there.

        Not before each transaction: whoever works without a pause would wait for an answer that the last one gave. All
        that are older than now go with one that is not there.
        """
        rests_since = record.info.get(_RESTS_SINCE)
        if rests_since is None or rests_since > max(self._lost_at_s, monotonic() - _TRUSTED_S):
            return
        try:
            connection.execute("SELECT 1")
        except psycopg.Error as lost:
            raise sqlalchemy.exc.InvalidatePoolError from lost


def new_request() -> uuid.UUID:
    """A request id: made before the first try, the same for every repetition."""
    return uuid.uuid4()
