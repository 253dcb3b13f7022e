"""Questions about the past that `bench history` asks a ledger, and a scratch ledger to ask them of. Read only.

Times are those of a client: one round trip, rows counted by the server, since no person reads 100,000 of them.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from app.database import benchmarks, installation
from app.database.session import Database, Session
from app.database.stock.history import MoveQuery, moves

_ON_HAND = """SELECT count(*), sum(held) FROM (
    SELECT item_id, sum(on_hand) AS held, sum(reserved) AS reserved FROM stock_balance GROUP BY item_id) each"""
_AS_OF = (
    "SELECT count(*), sum(on_hand) FROM warehouse w, LATERAL stock_as_of(w.id, %(at)s, %(seal)s) WHERE w.id = %(w)s"
)
_LOOK_UP = "SELECT * FROM resolve_codes(ARRAY['sku'], ARRAY[%(code)s])"
_BARE = "SELECT 1"
_SUM = "SELECT sum(n::numeric) FROM generate_series(1, 100000) n"


@dataclass(frozen=True, slots=True)
class Past:
    """What there is to ask about: moves, items with stock, span of time, the last seal, warehouses with moves.

    And the item that moved most, with its code; the place that most goods left; each in its warehouse.
    """

    moves: int
    items: int
    first: datetime
    last: datetime
    seal: int
    warehouses: Sequence[uuid.UUID]
    code: str
    of_item: MoveQuery
    of_place: MoveQuery


class Asker:
    """A person's own connection, behind all walls."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection
        self._session = Session(connection, "")

    def past(self) -> Past | None:
        """What there is to ask about; None in a ledger without sealed moves. Takes as long as it takes."""
        row = self._ask("SELECT max(no) FROM seal", {})[0]
        if row[0] is None:
            return None
        (item, code, here) = self._ask(
            "SELECT m.item_id, i.sku, m.warehouse_id FROM stock_move m JOIN item i ON i.id = m.item_id GROUP BY 1, 2, 3"
            " ORDER BY count(*) DESC LIMIT 1", {},
        )[0]  # fmt: skip
        moves, first, last = self._ask("SELECT sum(moves), min(recorded_at), max(recorded_at) FROM posting", {})[0]
        items = self._ask("SELECT count(DISTINCT item_id) FROM stock_balance", {})[0][0]
        places = self._ask("SELECT DISTINCT warehouse_id FROM posting", {})
        ((place, there),) = self._ask(
            "SELECT from_location_id, warehouse_id FROM stock_move GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1", {}
        )
        warehouses = [warehouse for (warehouse,) in places]
        of_item, of_place = MoveQuery(here, item=item), MoveQuery(there, location=place)
        return Past(int(moves), items, first, last, row[0], warehouses, code, of_item, of_place)

    def every_item(self) -> float:
        """Seconds that the on hand of every item takes."""
        return self._seconds(_ON_HAND, {})

    def as_of(self, warehouse: uuid.UUID, at: datetime, seal: int) -> float:
        """Seconds that the stock of a warehouse as of an instant takes, as known at a seal."""
        return self._seconds(_AS_OF, {"w": warehouse, "at": at, "seal": seal})

    def last_moves(self, asked: MoveQuery) -> float:
        """Seconds that the last 100 moves take, of an item, or into or out of a place: as the program shows them."""
        began = time.perf_counter()
        with self._connection.transaction():
            moves(self._session, asked, limit=100)
        return time.perf_counter() - began

    def look_up(self, code: str) -> float:
        """Seconds that one code takes."""
        return self._seconds(_LOOK_UP, {"code": code})

    def bare_round_trip(self) -> float:
        """The reference of what is short: seconds that nothing takes."""
        return self._seconds(_BARE, {})

    def bare_sum(self) -> float:
        """The reference of what is long: seconds that adding up 100,000 numbers takes."""
        return self._seconds(_SUM, {})

    def _seconds(self, statement: str, parameters: dict[str, object]) -> float:
        began = time.perf_counter()
        self._ask(statement, parameters)
        return time.perf_counter() - began

    def _ask(self, statement: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement.encode(), parameters).fetchall()


@contextmanager
def asking(url: str) -> Iterator[Asker]:
    """Ask as the login of an address; statements are prepared, as the program's are."""
    options = "-c search_path=stockhand,pg_temp -c statement_timeout=0"
    with psycopg.connect(url, autocommit=True, options=options, prepare_threshold=2) as connection:
        yield Asker(connection)


@contextmanager
def empty_ledger(admin_url: str) -> Iterator[tuple[str, str, Database]]:
    """A scratch database: the superuser's address, that of a manager, and the worker; dropped afterwards."""
    with benchmarks.scratch(admin_url) as scratch:
        address = installation.save_login(scratch.admin, "night", installation.new_password(), group="worker")
        with psycopg.connect(scratch.admin, autocommit=True, options="-c search_path=stockhand,pg_temp") as connection:
            connection.execute(
                "WITH made AS (INSERT INTO person (badge, name, login, system) VALUES ('NIGHT', 'Night',"
                " current_database() || '_night', true) RETURNING id)"
                " INSERT INTO person_group (person_id, group_name) SELECT id, 'worker' FROM made"
            )
        worker = Database(address, application="bench worker")
        try:
            yield scratch.admin, scratch.station, worker
        finally:
            worker.close()
