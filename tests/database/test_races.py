"""Many at once: nothing is lost, nothing is double, nobody sees a lock error; proven after each race."""
# ruff: noqa: S311  (dice, not secrets)

import functools
import random
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from app.database.session import Database
from app.domain.errors import Fault, Refusal
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.database.test_ground import waiting
from tests.database.test_posting import reverse
from tests.support import Site, post

CLIENTS = 8


def race(work: Callable[[int], object], clients: int = CLIENTS) -> list[object]:
    """What each client got: its answer, or the refusal or fault that it met. All begin at the same moment."""
    begin = threading.Barrier(clients)

    def client(number: int) -> object:
        begin.wait(10)
        try:
            return work(number)
        except (Refusal, Fault) as stopped:
            return stopped

    with ThreadPoolExecutor(clients, "race") as pool:
        return list(pool.map(client, range(clients)))


def workers(site: Site, badge: str = "MANAGER1") -> list[Worker]:
    """As many programs as there are clients, half of them at each station."""
    stations = [site.station("bench1", badge, pool_size=CLIENTS), site.station("dock1", "OPERATOR1", pool_size=CLIENTS)]
    return [Worker(stations[number % 2], Changes()) for number in range(CLIENTS)]


def move(
    site: Site, source: str, target: str, qty: object, *, request: UUID | None = None
) -> Callable[[UnitOfWork], UUID]:
    def work(unit: UnitOfWork) -> UUID:
        return post(unit.session, site, "move", "WIDGET", source, target, qty, request=request or unit.request_id)

    return work


def test_eight_clients_post_on_one_balance(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 1000)
    clients = workers(warehouse)
    turns = 15

    def work(number: int) -> None:
        for turn in range(turns):
            ways = ("R01", "R02") if (number + turn) % 3 else ("R02", "R01")
            try:
                clients[number].run(move(warehouse, *ways, 1))
            except Refusal as refusal:
                assert refusal.code == "stock.not_enough"

    assert race(work) == [None] * CLIENTS
    assert warehouse.stock("WIDGET", "R01")[0] + warehouse.stock("WIDGET", "R02")[0] == 1000
    assert warehouse.prove() == []


def moved_at_once(database: Database, site: Site, *lines: tuple[str, str, str]) -> None:
    """One posting of a unit of each item from place to place; once, where a worker would repeat it."""
    with database.transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="move",
            warehouse=site.warehouse,
            items=[site.items[sku] for sku, _, _ in lines],
            qtys=[Decimal(1)] * len(lines),
            from_locations=[site.places[source] for _, source, _ in lines],
            to_locations=[site.places[target] for _, _, target in lines],
        )


def test_goods_that_arrive_while_a_posting_waits_are_there_for_it(warehouse: Site) -> None:
    """It waits for the first of its items; meanwhile somebody brings the second one and has done."""
    first, second = sorted(("WIDGET", "GADGET"), key=lambda sku: warehouse.items[sku])
    for sku, place in ((first, "R01"), (first, "R02"), (second, "R02"), (second, "R01")):
        warehouse.put(sku, place, 2)
    moved_at_once(warehouse.desk, warehouse, (second, "R01", "R02"), (second, "R01", "R02"))
    bench = warehouse.station("bench1")
    with ThreadPoolExecutor(1) as pool:
        with warehouse.login("desk_manager").transaction() as holder:
            post(holder, warehouse, "move", first, "R01", "R02", 1)
            taken = pool.submit(moved_at_once, bench, warehouse, (first, "R01", "R02"), (second, "R01", "R02"))
            while not taken.done() and not waiting(warehouse):
                pass
            warehouse.put(second, "R01", 1)
        taken.result(10)
    assert (warehouse.stock(first, "R01")[0], warehouse.stock(second, "R01")[0]) == (0, 0)
    assert warehouse.prove() == []


def test_who_brings_the_first_goods_to_a_place_waits_in_the_order_of_all(warehouse: Site) -> None:
    """Two bring the first of an item to the same place, and what they take besides lies in the same one."""
    first, second, third = sorted(("WIDGET", "GADGET", "OIL"), key=lambda sku: warehouse.items[sku])
    near, far = sorted(("R01", "R02"), key=lambda place: warehouse.places[place])
    for sku in (first, second, third):
        warehouse.put(sku, near, 10)
        warehouse.put(sku, far, 10)
    lines = ((first, near, far), (second, near, "DOCK1"), (third, near, far))
    some, all_ = warehouse.station("bench1"), warehouse.station("dock1", "OPERATOR1")
    with ThreadPoolExecutor(2) as pool:
        with warehouse.login("desk_manager").transaction() as holder:
            post(holder, warehouse, "adjust_in", first, "ADJUSTMENT", far, 1, reason="FOUND")
            two = pool.submit(moved_at_once, some, warehouse, *lines[:2])
            while not two.done() and not waiting(warehouse):
                pass
            three = pool.submit(moved_at_once, all_, warehouse, *lines)
            while not three.done() and not waiting(warehouse, 2):
                pass
        two.result(10)
        three.result(10)
    assert warehouse.stock(second, "DOCK1")[0] == 2
    assert warehouse.prove() == []


def test_the_last_units_go_to_exactly_as_many_as_there_are(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 20)
    lines = [warehouse.order_line("WIDGET", 10) for _ in range(CLIENTS)]
    clients = workers(warehouse)
    got = [0] * CLIENTS

    def work(number: int) -> None:
        for _ in range(5):
            try:
                clients[number].run(lambda unit: warehouse.reserve(unit.session, lines[number], "WIDGET", "R01", 1))
                got[number] += 1
            except Refusal as refusal:
                assert refusal.code == "stock.not_enough"

    assert race(work) == [None] * CLIENTS
    assert sum(got) == 20
    assert warehouse.stock("WIDGET", "R01") == (20, 20)
    assert warehouse.prove() == []


def test_reserving_picking_and_releasing_at_once_keeps_the_books(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    line = warehouse.order_line("WIDGET", 100)
    clients = workers(warehouse)
    key = {"line": line, "location": warehouse.places["R01"], "trace": UUID(int=0), "unit": UUID(int=0)}

    def work(number: int) -> None:
        dice = random.Random(number)
        for _ in range(12):
            try:
                match dice.choice(("reserve", "pick", "release")):
                    case "reserve":
                        clients[number].run(lambda unit: warehouse.reserve(unit.session, line, "WIDGET", "R01", 3))
                    case "pick":
                        clients[number].run(
                            lambda unit: post(unit.session, warehouse, "pick", "WIDGET", "R01", "TOTE", 2, line=line)
                        )
                    case _:
                        clients[number].run(lambda unit: unit.session.call("release_stock", **key, qty=Decimal(4)))
            except Refusal:
                continue

    assert race(work) == [None] * CLIENTS
    assert warehouse.prove() == []


def test_postings_that_cross_each_other_all_come_through(warehouse: Site) -> None:
    skus = ("WIDGET", "GADGET", "OIL")
    for sku in skus:
        warehouse.put(sku, "R01", 1000)
        warehouse.put(sku, "R02", 1000)
    clients = workers(warehouse)

    def both_ways(unit: UnitOfWork, order: list[str]) -> None:
        for half in (order, order[::-1]):  # two postings in one transaction: no key order holds across them
            unit.session.call(
                "post_moves",
                request=uuid4(),
                kind="move",
                warehouse=warehouse.warehouse,
                items=[warehouse.items[sku] for sku in half],
                qtys=[Decimal(1)] * 3,
                from_locations=[warehouse.places["R01"]] * 3,
                to_locations=[warehouse.places["R02"]] * 3,
            )

    def work(number: int) -> None:
        for _ in range(6):
            order = random.Random(number).sample(skus, 3)
            clients[number].run(functools.partial(both_ways, order=order))

    assert race(work) == [None] * CLIENTS
    assert warehouse.stock("WIDGET", "R02") == (1000 + CLIENTS * 6 * 2, 0)
    assert warehouse.prove() == []


def test_one_request_sent_by_all_at_once_is_posted_once(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    request = uuid4()
    answers = race(lambda _: Worker(station, Changes()).run(move(warehouse, "R01", "R02", 1), request_id=request))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], UUID)
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    assert warehouse.prove() == []


def test_one_serial_number_comes_in_once_however_many_bring_it(warehouse: Site) -> None:
    serial = warehouse.trace("DRILL", serial="S1")
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)

    def bring(number: int) -> UUID:
        with station.transaction() as session:
            place = f"R{number % 6 + 1:02}"
            return post(session, warehouse, "adjust_in", "DRILL", "ADJUSTMENT", place, 1, trace=serial, reason="FOUND")

    answers = race(bring)
    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"trace.serial_twice"}
    assert warehouse.prove() == []


def test_a_posting_is_taken_back_once_however_many_try(warehouse: Site) -> None:
    posting = warehouse.put("WIDGET", "R01", 5)
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)

    def take_back(_: int) -> UUID:
        with station.transaction() as session:
            return reverse(session, posting)

    answers = race(take_back)
    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"ledger.already_reversed"}
    assert warehouse.prove() == []


def test_a_carton_is_not_filled_in_two_places(warehouse: Site) -> None:
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    with station.transaction() as session:
        row = session.row("SELECT id FROM create_handling_unit('case', %(w)s, NULL)", w=warehouse.warehouse)
    assert row is not None

    def fill(number: int) -> UUID:
        with station.transaction() as session:
            place = f"R{number % 6 + 1:02}"
            return post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", place, 1, reason="FOUND",
                        to_units=[row["id"]])  # fmt: skip

    answers = race(fill)
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"handling_unit.elsewhere"}
    assert warehouse.prove() == []


def test_pieces_that_were_weighed_are_picked_to_the_last_one_by_all_at_once(warehouse: Site) -> None:
    """Each takes its share of a weight that does not divide; who read it before the others took theirs reads again."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'WIDGET'")
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", CLIENTS, reason="FOUND",
             weights=[Decimal("1.000003")])  # fmt: skip
    clients = workers(warehouse)
    answers = race(lambda number: clients[number].run(move(warehouse, "R01", "R02", 1)))
    assert all(isinstance(one, UUID) for one in answers), answers
    assert warehouse.stock("WIDGET", "R02")[0] == CLIENTS
    assert warehouse.prove() == []


def test_a_connection_killed_in_the_middle_is_repeated_and_posted_once(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    tries = []

    def work(unit: UnitOfWork) -> UUID:
        posting = move(warehouse, "R01", "R02", 1)(unit)
        tries.append(posting)
        if len(tries) == 1:
            with warehouse.superuser() as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 5000)", [unit.session.backend])
        return posting

    answer = Worker(warehouse.station(), Changes()).run(work)
    assert tries[1:] == [answer]
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    assert warehouse.prove() == []


def relay(source: socket.socket, target: socket.socket, cut: threading.Event | None) -> None:
    """Pass bytes on until one side ends; with `cut` set, until the answer to a COMMIT comes by, which is dropped."""
    with suppress(OSError):
        while data := source.recv(65536):
            if cut and cut.is_set() and b"COMMIT\0" in data:
                cut.clear()
                break
            target.sendall(data)
    for end in (source, target):
        hang_up(end)


def hang_up(line: socket.socket) -> None:
    """End a connection for both sides, also while another thread reads from it."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting_proxy(port: int) -> Iterator[tuple[int, threading.Event]]:
    """A relay to the server whose event, when set, swallows the next answer to a COMMIT and cuts the line."""
    cut = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    sockets: list[socket.socket] = [listener]
    threads: list[threading.Thread] = []

    def start(target: Callable[[], None]) -> None:
        threads.append(threading.Thread(target=target, name="relay"))
        threads[-1].start()

    def accept() -> None:
        try:
            while True:
                client, _ = listener.accept()
                upstream = socket.create_connection(("127.0.0.1", port))
                sockets.extend((client, upstream))
                start(functools.partial(relay, client, upstream, None))
                start(functools.partial(relay, upstream, client, cut))
        except OSError:
            return

    start(accept)
    try:
        yield listener.getsockname()[1], cut
    finally:
        for each in sockets:
            hang_up(each)
        for thread in threads:
            thread.join(5)
        for each in sockets:
            each.close()


def test_a_line_cut_after_the_commit_was_sent_gives_the_first_answer(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    url = warehouse.template.login("st_bench1", warehouse.url)
    server = psycopg.conninfo.conninfo_to_dict(url)
    with cutting_proxy(int(str(server["port"]))) as (port, cut):
        far = Database(url.replace(f":{server['port']}/", f":{port}/"), application="far")
        far.token = station.token
        answers = []

        def work(unit: UnitOfWork) -> UUID:
            answers.append(move(warehouse, "R01", "R02", 1)(unit))
            return answers[-1]

        with far.transaction() as session:
            session.rows("SELECT 1")
        cut.set()
        request = uuid4()
        answer = Worker(far, Changes()).run(work, request_id=request)
        far.close()
    assert not cut.is_set()
    assert answers == [answer], "what has arrived is not done again"
    assert Worker(station, Changes()).run(work, request_id=request) == answer, (
        "nor by a program that knows of no answer"
    )
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    assert warehouse.prove() == []


def test_a_refusal_is_final_and_not_repeated(warehouse: Site) -> None:
    tries = []

    def work(unit: UnitOfWork) -> None:
        tries.append(unit.request_id)
        move(warehouse, "R01", "R02", 1)(unit)

    with pytest.raises(Refusal, match=r"stock\.not_enough"):
        Worker(warehouse.station(), Changes()).run(work)
    assert len(tries) == 1
