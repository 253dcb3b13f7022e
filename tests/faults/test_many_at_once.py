"""Many at the same moment: sign-ons beyond what the server holds, opposite orders, one request id, wrong clocks."""
# ruff: noqa: S311  (dice, not secrets)

import functools
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import people
from app.database.session import Database
from app.domain.errors import Fault, Refusal
from app.services import clock
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.faults.ledger import move_one, prove_deep
from tests.support import NIL, Site, pin_key, post

CLIENTS = 8


def together(work: Callable[[int], object], clients: int) -> list[object]:
    """What each of them got; all begin at the same moment."""
    begin = threading.Barrier(clients)

    def client(number: int) -> object:
        begin.wait(30)
        try:
            return work(number)
        except (Refusal, Fault) as stopped:
            return stopped

    with ThreadPoolExecutor(clients, "client") as pool:
        return list(pool.map(client, range(clients)))


def employ(site: Site, number: int) -> list[str]:
    """So many more operators with the PIN that everybody has; returns their badges."""
    badges = [f"MANY-{index:03}" for index in range(number)]
    salt = b"a salt for tests"
    with site.desk.transaction() as session:
        for badge in badges:
            person = people.save_person(session, badge=badge, name=badge.title(), groups=["operator"])
            session.change(
                "SELECT set_pin(%(person)s, %(salt)s, sha256(%(key)s::bytea))", person=person, salt=salt, key=pin_key()
            )
    return badges


def sign_on(site: Site, badge: str, *, login: str, key: bytes | None = None) -> str:
    """Sign on over a connection of its own; returns the token."""
    database = Database(site.template.login(login, site.url), application="sign-on", pool_size=1)
    try:
        with database.transaction() as session:
            return people.sign_on(session, badge=badge, pin_key=key or pin_key(), take_over=True).token
    finally:
        database.close()


def test_of_two_hundred_who_sign_on_at_once_nobody_is_locked_out(warehouse: Site) -> None:
    badges = employ(warehouse, 200)
    limit = 60
    with warehouse.superuser() as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} CONNECTION LIMIT {limit}")
        answers = together(
            lambda number: sign_on(warehouse, badges[number], login=("st_bench1", "st_dock1")[number % 2]), len(badges)
        )
        connection.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
    assert {answer.code for answer in answers if isinstance(answer, Fault)} <= {"database.too_many_clients"}
    assert not [answer for answer in answers if isinstance(answer, Refusal)]
    assert len({answer for answer in answers if isinstance(answer, str)}) >= limit / 2
    # The counters stand where they stood: five attempts, whoever was turned away. No login tries ten that are wrong.
    for number, badge in enumerate(badges[::13]):
        login = ("st_bench1", "st_dock1")[number % 2]
        with pytest.raises(Refusal) as wrong:
            sign_on(warehouse, badge, login=login, key=b"wrong")
        assert (wrong.value.code, wrong.value.facts["left"]) == ("sign_on.wrong_pin", 4)
        sign_on(warehouse, badge, login=login)
    prove_deep(warehouse)


def test_a_database_that_is_full_of_clients_says_so(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} CONNECTION LIMIT 0")
        with pytest.raises(Fault) as refused:
            sign_on(warehouse, "OPERATOR1", login="st_bench1")
    assert (refused.value.code, refused.value.retry) == ("database.too_many_clients", True)


def test_wrong_pins_at_the_same_moment_count_each_and_lock_the_badge(warehouse: Site) -> None:
    answers = together(
        lambda number: sign_on(warehouse, "OPERATOR1", login=("st_bench1", "st_dock1")[number % 2], key=b"wrong"), 20
    )
    codes = Counter(answer.code for answer in answers if isinstance(answer, Refusal))
    assert codes == {"sign_on.wrong_pin": 5, "sign_on.locked": 15}


def test_two_stations_with_the_same_request_at_the_same_moment_book_it_once(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    stations = [Worker(warehouse.station(*who), Changes()) for who in (("bench1", "MANAGER1"), ("dock1", "OPERATOR1"))]
    for turn in range(1, 11):
        request = uuid4()
        answers = together(lambda number, request=request: move_one(stations[number], warehouse, request), 2)  # type: ignore[misc]
        assert sum(isinstance(answer, UUID) for answer in answers) == 1, "it is one person's request"
        assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["ledger.request_reused"]
        assert warehouse.stock("WIDGET", "R02") == (turn, 0)
    prove_deep(warehouse)


class Prober:
    """One client that moves, reserves and releases several keys in an order of its own, and moves a carton."""

    def __init__(self, site: Site, worker: Worker, seed: int, *, lines: Sequence[UUID], carton: UUID) -> None:
        self._site = site
        self._worker = worker
        self._dice = random.Random(seed)
        self._lines = lines
        self._carton = carton
        self.tries = 0
        """Transactions begun: more than were asked for, where one had to be repeated because of a collision."""
        self.refused = 0

    def run(self, turns: int) -> None:
        """Every turn is one transaction; a refusal is an answer, anything else is not."""
        for _ in range(turns):
            work = self._dice.choice((self._move, self._move, self._reserve, self._release, self._carry))
            try:
                self._worker.run(functools.partial(self._count, work))
            except Refusal as refusal:
                self.refused += 1
                assert refusal.code.partition(".")[0] in {"stock", "handling_unit", "ledger", "orders"}, refusal

    def _count(self, work: Callable[[UnitOfWork], None], unit: UnitOfWork) -> None:
        self.tries += 1
        work(unit)

    def _keys(self) -> list[tuple[str, str]]:
        keys = [(sku, place) for sku in ("WIDGET", "GADGET", "OIL") for place in ("R01", "R02", "R03")]
        return self._dice.sample(keys, 5)

    def _move(self, unit: UnitOfWork) -> None:
        keys, target = self._keys(), self._dice.choice(("R04", "R05"))
        ways = [(place, target) if self._dice.random() < 0.6 else (target, place) for _, place in keys]
        unit.session.call(
            "post_moves",
            request=unit.request_id,
            kind="move",
            warehouse=self._site.warehouse,
            items=[self._site.items[sku] for sku, _ in keys],
            qtys=[Decimal(1)] * len(keys),
            from_locations=[self._site.places[source] for source, _ in ways],
            to_locations=[self._site.places[goal] for _, goal in ways],
        )

    def _reserve(self, unit: UnitOfWork) -> None:
        keys = self._keys()
        unit.session.call(
            "reserve_stock",
            warehouse=self._site.warehouse,
            lines=[self._lines[("WIDGET", "GADGET", "OIL").index(sku)] for sku, _ in keys],
            items=[self._site.items[sku] for sku, _ in keys],
            locations=[self._site.places[place] for _, place in keys],
            traces=[NIL] * len(keys),
            units=[NIL] * len(keys),
            owners=[NIL] * len(keys),
            statuses=["available"] * len(keys),
            qtys=[Decimal(1)] * len(keys),
        )

    def _release(self, unit: UnitOfWork) -> None:
        sku, place = self._keys()[0]
        line = self._lines[("WIDGET", "GADGET", "OIL").index(sku)]
        unit.session.call(
            "release_stock", line=line, location=self._site.places[place], trace=NIL, unit=NIL, qty=Decimal(1)
        )

    def _carry(self, unit: UnitOfWork) -> None:
        place = self._site.places[self._dice.choice(("R01", "R02", "R03", "R04"))]
        unit.session.call("move_unit", request=unit.request_id, unit=self._carton, to_location=place)


def test_eight_who_take_the_same_things_in_opposite_orders_never_wait_for_each_other_in_a_circle(
    warehouse: Site,
) -> None:
    for sku in ("WIDGET", "GADGET", "OIL"):
        for place in ("R01", "R02", "R03", "R04", "R05"):
            warehouse.put(sku, place, 500)
    lines = [warehouse.order_line(sku, 1000) for sku in ("WIDGET", "GADGET", "OIL")]
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    with station.transaction() as session:
        row = session.row("SELECT id FROM create_handling_unit('case', %(w)s, NULL)", w=warehouse.warehouse)
        assert row is not None
        for sku in ("WIDGET", "GADGET"):
            post(session, warehouse, "move", sku, "R01", "R01", 5, to_units=[row["id"]])
    probers = [
        Prober(warehouse, Worker(station, Changes()), seed, lines=lines, carton=row["id"]) for seed in range(CLIENTS)
    ]
    assert together(lambda number: probers[number].run(20), CLIENTS) == [None] * CLIENTS
    assert [prober.tries for prober in probers] == [20] * CLIENTS, "nobody had to be undone and repeated"
    assert sum(prober.refused for prober in probers) < CLIENTS * 20 / 3
    prove_deep(warehouse)


def test_a_station_whose_clock_is_a_day_wrong_books_at_the_right_time(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.put("WIDGET", "R01", 100)
    worker = Worker(warehouse.station("dock1", "OPERATOR1"), Changes())
    for wrong in (timedelta(days=1), timedelta(days=-1)):
        monkeypatch.setattr(clock, "now", lambda wrong=wrong: datetime.now(UTC) + wrong)
        move_one(worker, warehouse, uuid4())
    with warehouse.superuser() as connection:
        row = connection.execute(
            "SELECT count(*) FROM stock_move WHERE abs(extract(epoch FROM effective_at - now())) > 60"
            " OR abs(extract(epoch FROM recorded_at - now())) > 60"
        ).fetchone()
    assert row == (0,), "the server's clock counts, not the station's"
    prove_deep(warehouse)


def test_what_a_wrong_clock_calls_tomorrow_or_yesterday_is_refused(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    codes = []
    for who, wrong in (("MANAGER1", timedelta(days=1)), ("OPERATOR1", timedelta(days=-1))):
        station = warehouse.station("dock1", who)
        with pytest.raises(Refusal) as refused, station.transaction() as session:
            post(session, warehouse, "move", "WIDGET", "R01", "R02", 1, effective=datetime.now(UTC) + wrong)
        codes.append(refused.value.code)
    assert codes == ["ledger.effective_in_future", "permission.missing"]
    assert warehouse.stock("WIDGET", "R02") == (0, 0)
    prove_deep(warehouse)
