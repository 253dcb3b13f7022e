"""Exceptions of goods out: all that is left for people on the way to the customer is listed until it is settled."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.database.session import query
from app.dialogs.packing import PACKING
from app.dialogs.picking import PICKING
from app.dialogs.shipping import SHIPPING
from app.domain.carriers import Refused
from app.domain.order_desk import Trouble
from app.domain.printing import PrintState
from app.services import clock, order_board, order_desk
from app.services.carriers import buying, requests
from app.services.changes import Changes
from app.services.order_board import TroubleRow
from app.services.shipping import manifests, tracking
from app.services.work import Worker
from app.texts import Texts
from tests.dialogs.bench import Bench, labelled, news_of_print
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.support import Site
from tests.worker.carrying import Depot, news_of_carrier

OF_ORDERS = frozenset({Trouble.LATE, Trouble.ADDRESS, Trouble.HELD, Trouble.SHORT, Trouble.BACKORDER, Trouble.PUT_BACK})


@pytest.fixture
def depot(warehouse: Site, tmp_path: Path) -> Depot:
    """A bench, and a carrier by files that every carton goes with."""
    depot = Depot(Bench(warehouse), Worker(warehouse.login("worker_1"), Changes()), tmp_path)
    depot.set_up()
    return depot


def exceptions(depot: Depot) -> dict[Trouble, TroubleRow]:
    """What waits for somebody, apart from what the board of orders knows itself."""
    found = depot.desk.run(lambda unit: order_board.troubles(unit, depot.bench.site.warehouse))
    return {one.kind: one for one in found if one.kind not in OF_ORDERS}


def later(depot: Depot, *changes: str) -> None:
    """As if it had happened so, or longer ago."""
    with depot.bench.site.superuser() as connection:
        for change in changes:
            connection.execute(f"SET search_path = stockhand; {change}")


def test_every_kind_of_exception_is_found_somewhere_and_says_what_to_do() -> None:
    assert set(re.findall(r"'(\w+)'", query("orders_exceptions"))) & set(Trouble) == set(Trouble) - OF_ORDERS
    texts = Texts.load()
    assert all(texts.has("captions", f"orders.{part}_{one}") for one in Trouble for part in ("trouble", "do"))


def test_a_label_is_an_exception_until_it_is_bought_printed_and_scanned(depot: Depot) -> None:
    packer = Conversation(depot.bench.site.station("bench1", "OPERATOR1"), PACKING, depot.bench.site)
    number = depot.close(packer)
    assert exceptions(depot) == {}
    later(depot, "UPDATE purchase SET created_at = now() - interval '6 minutes'")
    assert exceptions(depot)[Trouble.LABEL_WAITS].number == number

    class Unwilling:
        def buy(self, _consignment: object) -> Refused:
            return Refused("carriers.turned_down", {"words": "no islands"})

    depot.work(lambda _setup: Unwilling())  # type: ignore[arg-type,return-value]  # all of a carrier that is asked here
    news_of_carrier(packer)
    refused = exceptions(depot)
    assert refused.keys() == {Trouble.LABEL_REFUSED}
    assert refused[Trouble.LABEL_REFUSED].fault == "carriers.turned_down"
    parcel = depot.bench.parcels(number)[0]["id"]
    depot.desk.run(lambda unit: buying.buy(unit, buying.plan(unit, parcel)))
    later(depot, "UPDATE purchase SET state = 'unknown' WHERE state = 'wanted'")
    assert exceptions(depot).keys() == {Trouble.LABEL_UNKNOWN}
    later(depot, "UPDATE purchase SET state = 'wanted' WHERE state = 'unknown'")
    depot.work()

    label = str(depot.bench.parcels(number)[0]["tracking"])
    job = next(one["id"] for one in depot.bench.jobs() if one["label_uid"] == label)
    later(depot, "UPDATE print_job SET created_at = now() - interval '6 minutes'")
    assert exceptions(depot)[Trouble.PRINT_WAITS].facts["printer"] == "zebra_1"
    depot.bench.print_label(job, PrintState.PARTIAL)
    depot.bench.print_all()
    assert exceptions(depot).keys() == {Trouble.PRINT_DOUBTFUL}
    news_of_print(packer)
    packer.key("REPRINT")
    packer.key("PAPER_OUT")
    depot.bench.print_all()
    assert exceptions(depot) == {}
    later(depot, "UPDATE parcel SET closed_at = now() - interval '31 minutes'")
    assert exceptions(depot).keys() == {Trouble.UNLABELLED}
    news_of_print(packer)
    packer.scan(str(depot.bench.parcels(number)[0]["tracking"]))
    assert exceptions(depot) == {}


def test_a_carton_that_misses_its_truck_or_its_customer_is_an_exception_until_it_is_there(depot: Depot) -> None:
    site, desk = depot.bench.site, depot.desk
    depot.send_with("house")
    number = labelled(depot.bench, Conversation(site.station("bench1", "OPERATOR1"), PACKING, site))
    parcel = depot.bench.parcels(number)[0]["id"]

    def shipment() -> UUID:
        made = desk.run(lambda unit: manifests.close(unit, warehouse=site.warehouse, carrier="house"))
        return desk.run(lambda unit: manifests.look_into(unit, made)).shipment.id

    missed = shipment()
    desk.run(lambda unit: manifests.leave_out(unit, missed, [parcel]))
    assert exceptions(depot)[Trouble.LEFT_BEHIND].number == number
    shipment()
    assert exceptions(depot) == {}
    loader = Conversation(site.station("dock1", "OPERATOR2"), SHIPPING, site)
    loader.scan(str(depot.bench.parcels(number)[0]["tracking"]))
    desk.run(lambda unit: tracking.tell(unit, parcel, state="exception", words="nobody there"))
    assert exceptions(depot)[Trouble.DELIVERY].facts["words"] == "nobody there"
    desk.run(lambda unit: tracking.tell(unit, parcel, state="delivered", words=""))
    assert exceptions(depot) == {}

    truck = requests.Truck((clock.now() + timedelta(days=1)).date(), 1)
    desk.run(lambda unit: requests.order_pickup(unit, warehouse=site.warehouse, carrier="swift", truck=truck))
    later(depot, "UPDATE outbox SET state = 'FAILED', fault = 'carriers.no_answer' WHERE kind = 'pickup'")
    assert exceptions(depot).keys() == {Trouble.CARRIER}
    (asked,) = desk.run(lambda unit: requests.requests(unit, site.warehouse))
    desk.run(lambda unit: requests.settle(unit, asked, done=True, words="Ada at the depot"))
    assert exceptions(depot) == {}


def test_what_is_left_in_a_bin_a_tote_or_a_carton_is_an_exception_until_somebody_goes_on(depot: Depot) -> None:
    site = depot.bench.site
    site.put("WIDGET", "R01", 3)
    picker = Conversation(site.station("bench1", "OPERATOR1"), PICKING, site)
    number, _lines = depot.bench.order(("WIDGET", 3))
    depot.desk.run(lambda unit: order_desk.allocate(unit, number))
    for scan in (number, "T-1", "T-1", "WH001-STO-R01", "WIDGET"):
        picker.scan(scan)
    assert exceptions(depot) == {}
    later(depot, "UPDATE task SET leased_until = now() - interval '1 minute' WHERE kind = 'pick'")
    assert exceptions(depot)[Trouble.STALLED].number == number
    picker.scan("WIDGET")
    picker.key("SHORT")
    picker.key("SHORT", "NOT_FOUND")
    count = exceptions(depot)
    assert count.keys() == {Trouble.COUNT}, picker.said
    facts = count[Trouble.COUNT].facts
    place, item = UUID(facts["location"]), UUID(facts["item"])
    for _ in range(2):
        depot.desk.run(lambda unit: order_desk.end_count(unit, location=place, item=item))
    assert exceptions(depot) == {}

    packer = Conversation(site.station("dock1", "OPERATOR2"), PACKING, site)
    order, tote = depot.bench.picked(("GADGET", 2))
    packer.scan(tote)
    packer.scan("GADGET")
    packer.key("PAUSE")
    later(
        depot,
        "ALTER TABLE stock_move DISABLE TRIGGER USER",
        "UPDATE stock_move SET recorded_at = recorded_at - interval '31 minutes' WHERE kind = 'pack'",
        "ALTER TABLE stock_move ENABLE TRIGGER USER",
    )
    assert exceptions(depot)[Trouble.LEFT_OPEN].number == order
    packer.scan(order)
    assert exceptions(depot) == {}
