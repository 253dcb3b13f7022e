"""Labels bought over the outbox: once, whatever dies in between, and with words where nobody knows."""

import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.connectors.carriers import FileCarrier
from app.database.session import Row
from app.dialogs.dialog import Level
from app.dialogs.shipping import SHIPPING
from app.domain.carriers import Buying, Consignment
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead
from app.domain.partners import Address
from app.services import order_desk
from app.services.carriers import buying, requests, setting_up
from app.services.shipping import manifests
from app.texts import Texts
from tests.dialogs.bench import news_of_print
from tests.dialogs.conversation import Conversation
from tests.worker.carrying import Depot, news_of_carrier

REPOSITORY = Path(__file__).parents[2]


def parcel(depot: Depot, number: str) -> dict[str, object]:
    return depot.bench.parcels(number)[0]


def test_a_label_of_our_own_is_bought_with_the_carton_and_says_why(depot: Depot, packer: Conversation) -> None:
    number = depot.close(packer)
    bought = depot.purchases()[0]
    assert (bought["state"], bought["tracking"]) == ("bought", parcel(depot, number)["tracking"])
    assert bought["decision"]["rule"] == "shipping.own_delivery"
    assert bought["decision"]["chosen"]["service"] == "parcel"
    assert [one["service"] for one in bought["decision"]["rejected"]] == ["two_person"]
    with depot.bench.site.superuser() as connection:
        wanted = connection.execute("SELECT kind FROM stockhand.outbox").fetchall()
    assert wanted == [("papers",)], "nobody is asked for the label"


def test_our_own_label_dies_with_the_order_it_was_bought_for_and_is_bought_anew_where_the_order_goes(
    depot: Depot, packer: Conversation
) -> None:
    number = depot.close(packer)
    old = parcel(depot, number)["tracking"]
    depot.work()
    depot.bench.print_all()
    home = Address("Ada", "Low Street 9", "", "80331", "Munich", "", "DE")
    depot.desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=home)))
    assert (depot.trail(), parcel(depot, number)["tracking"]) == (["bought", "voided"], None)
    packer.scan(number)
    packer.key("BUY")
    depot.work()
    bought = depot.purchases()[-1]
    assert (bought["state"], bought["content"]["receiver"]["line_1"]) == ("bought", "Low Street 9")
    label = next(job for job in depot.bench.jobs() if job["label_uid"] == bought["tracking"])
    assert (label["content"]["carrier"], label["content"]["service"]) == ("Own delivery", "Parcel")
    assert "Low Street 9" in label["content"]["ship_to"]
    depot.desk.run(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH"))
    assert {one["state"] for one in depot.purchases()} == {"voided"}
    truck = Conversation(depot.bench.site.station("dock1", "OPERATOR2"), SHIPPING, depot.bench.site)
    for dead in (str(old), str(bought["tracking"])):
        truck.scan(dead)
        assert truck.level is Level.ERROR


def test_a_carton_that_nobody_takes_where_it_goes_now_gets_no_label_and_is_said(
    depot: Depot, packer: Conversation
) -> None:
    known = next(one for one in depot.desk.run(setting_up.carriers) if one.code == "house")
    priced = {**known.setup, "zones": [{"zone": "all", "country": "DE"}],
              "prices": [{"service": "parcel", "zone": "all", "up_to_kg": "31.5", "price": "5"}]}  # fmt: skip
    number = depot.close(packer)
    depot.desk.run(lambda unit: setting_up.save(unit, replace(known, setup=priced)))
    depot.work()
    depot.bench.print_all()
    far = Address("Ada", "Rue Basse 9", "", "75001", "Paris", "", "FR")
    depot.desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=far)))
    packer.scan(number)
    packer.key("BUY")
    assert (packer.level, packer.said) == (Level.ERROR, "carriers.nobody_takes_it")
    assert [one["state"] for one in depot.purchases()] == ["voided"]


def test_a_carrier_by_files_is_asked_while_the_bench_waits_and_its_number_is_on_the_label(
    depot: Depot, packer: Conversation
) -> None:
    depot.set_up()
    number = depot.close(packer)
    assert depot.trail() == ["wanted"]
    depot.bench.print_all()
    news_of_print(packer)
    assert (packer.prompt.instruction, packer.prompt.waiting) == ("packing.wait_for_carrier", "carrier")
    packer.scan(str(parcel(depot, number)["sscc"]))
    assert (packer.level, packer.said) == (Level.WARNING, "packing.no_shipping_label_yet")
    depot.work()
    assert depot.trail() == ["wanted", "asked", "bought"]
    assert depot.files() == ["swift-SHL000000001.csv"]
    told = (depot.folder / "swift-SHL000000001.csv").read_text().splitlines()
    assert told == ["ref;barcode;kg", "SHL000000001;RR473124829DE;0.8"]
    news_of_carrier(packer)
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan("RR473124829DE")
    assert packer.said == "packing.order_packed"
    truck = Conversation(depot.bench.site.station("dock1", "OPERATOR2"), SHIPPING, depot.bench.site)
    truck.scan("RR473124829DE")
    assert truck.said == "shipping.last_parcel"
    assert depot.bench.site.prove() == []


def test_a_carrier_that_says_no_lets_the_bench_wait_no_longer_and_the_bench_says_why(
    depot: Depot, packer: Conversation
) -> None:
    depot.set_up(layout="fixed", columns=[{"heading": "ref", "source": "order", "width": 2}])
    number = depot.close(packer)
    depot.bench.print_all()
    news_of_print(packer)
    depot.work()
    assert depot.trail()[-1] == "refused"
    news_of_carrier(packer)
    assert (packer.level, packer.said, packer.prompt.waiting) == (Level.ERROR, "carriers.too_wide", "")
    assert packer.prompt.instruction == "packing.carrier_refused"
    packer.key("REOPEN")
    assert parcel(depot, number)["state"] == "open"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_program_that_is_killed_when_it_buys_finds_the_label_or_buys_it_and_never_two(
    depot: Depot, packer: Conversation, moment: str
) -> None:
    depot.set_up()
    number = depot.close(packer)
    site = depot.bench.site
    url = site.template.login("worker_1", site.url)
    shopper = subprocess.run([sys.executable, "-m", "tests.worker.shopper", url, moment], cwd=REPOSITORY, check=False)
    assert shopper.returncode != 0
    assert depot.trail() == ["wanted", "asked"]
    dropped = depot.folder / "swift-SHL000000001.csv"
    if moment == "after":
        dropped.unlink()  # the carrier has fetched it meanwhile
    depot.work()
    assert depot.trail() == ["wanted", "asked", "bought"]
    assert parcel(depot, number)["tracking"] == "RR473124829DE"
    assert dropped.exists() is (moment == "before"), "the carrier is told once"
    depot.work()
    assert len(depot.purchases()) == 1
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan("RR473124829DE")
    assert packer.said == "packing.order_packed", "the bench goes on where it waited"


def test_a_carrier_that_does_not_answer_leaves_a_label_that_nobody_knows_of_until_it_is_voided(
    depot: Depot, packer: Conversation
) -> None:
    depot.set_up()
    number, hangs = depot.close(packer), threading.Event()

    class Silent(FileCarrier):
        def buy(self, consignment: Consignment) -> Buying:
            hangs.wait(20)
            return super().buy(consignment)

    depot.bench.print_all()
    news_of_print(packer)
    assert packer.prompt.instruction == "packing.wait_for_carrier"
    try:
        depot.work(Silent, answer_s=0.05)
        news_of_carrier(packer)
        assert (packer.level, packer.said) == (Level.WARNING, "packing.label_in_doubt")
        assert (packer.prompt.instruction, packer.prompt.waiting) == ("packing.carrier_silent", "carrier")
        packer.key("PAUSE")
        assert packer.prompt.instruction == "packing.scan_tote"
        only = depot.purchases()[0]
        assert (only["state"], only["fault"]) == ("unknown", "carriers.no_answer")
        carton = next(one for one in depot.desk.run(lambda unit: buying.cartons(unit, depot.bench.site.warehouse)))
        assert Texts.load().error(carton.fault, carton.facts)[1].startswith("Ask again")
        with pytest.raises(Refusal) as double:
            depot.desk.run(
                lambda unit: buying.buy(unit, buying.plan(unit, carton.id, carrier="house", service="parcel"))
            )
        assert double.value.code == "carriers.label_exists"
        depot.desk.run(lambda unit: buying.void(unit, only["id"], carton.id, reason="UNREADABLE"))
        depot.desk.run(lambda unit: buying.buy(unit, buying.plan(unit, carton.id, carrier="house", service="parcel")))
        depot.work()
        assert str(parcel(depot, number)["tracking"]).startswith("SH")
        assert [one["state"] for one in depot.purchases()] == ["voided", "bought"]
    finally:
        hangs.set()


def test_a_folder_that_is_away_is_tried_again_and_told_once(depot: Depot, packer: Conversation) -> None:
    depot.set_up(folder=str(depot.folder / "gone"))
    depot.close(packer)
    depot.work()
    waits = depot.purchases()[0]
    assert (waits["state"], waits["fault"]) == ("wanted", "carriers.folder_away")
    (depot.folder / "gone").mkdir()
    depot.desk.run(lambda unit: buying.ask_again(unit, waits["id"], waits["parcel_id"]))
    depot.work()
    assert depot.trail() == ["wanted", "asked", "wanted", "asked", "bought"]
    assert [path.name for path in (depot.folder / "gone").glob("*.csv")] == ["swift-SHL000000001.csv"]


def test_a_voided_label_is_refused_at_the_truck_and_its_number_is_never_given_again(
    depot: Depot, packer: Conversation
) -> None:
    depot.set_up(sends="manifest")
    number = depot.close(packer)
    depot.work()
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan("RR473124829DE")
    only, carton = depot.purchases()[0], parcel(depot, number)
    depot.desk.run(lambda unit: buying.void(unit, only["id"], only["parcel_id"], reason="UNREADABLE"))
    truck = Conversation(depot.bench.site.station("dock1", "OPERATOR2"), SHIPPING, depot.bench.site)
    truck.scan("RR473124829DE")
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.label_void")
    assert [one["state"] for one in depot.bench.jobs() if one["label_uid"] == "RR473124829DE"] == ["VOIDED"]
    given = []
    for _ in range(2):
        made = depot.desk.run(lambda unit: buying.buy(unit, buying.plan(unit, only["parcel_id"])))
        depot.work()
        given.append(parcel(depot, number)["tracking"])
        assert {one.carrier: one.left for one in depot.desk.run(setting_up.running_out)}
        depot.desk.run(partial(buying.void, purchase=made, parcel=only["parcel_id"], reason="UNREADABLE"))
    assert given == ["RR473124832DE", "RS000000014DE"]
    with pytest.raises(Refusal) as used_up:
        depot.desk.run(lambda unit: buying.buy(unit, buying.plan(unit, only["parcel_id"])))
    assert used_up.value.code == "carriers.numbers_used_up"
    assert carton["state"] == "labelled"
    assert depot.bench.site.prove() == []


def test_who_took_too_long_finds_that_another_one_has_asked_and_leaves_the_label_alone(
    depot: Depot, packer: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    depot.set_up()
    number = depot.close(packer)

    class Overtaken(FileCarrier):
        """Answers when its time is over: a second worker has recovered the label meanwhile."""

        def buy(self, consignment: Consignment) -> Buying:
            late = super().buy(consignment)
            depot.work(lease_s=30)
            return late

    depot.work(Overtaken, lease_s=0)
    assert "too late" in caplog.text
    assert depot.trail() == ["wanted", "asked", "bought"], "bought once, by the one whose answer counts"
    assert parcel(depot, number)["tracking"] == "RR473124829DE"
    assert depot.files() == ["swift-SHL000000001.csv"]
    assert len([one for one in depot.bench.jobs() if one["template"] == "shipping"]) == 1


@pytest.mark.parametrize("void_columns", [[{"heading": "gone", "source": "tracking"}], []])
def test_a_carton_taken_off_a_manifest_that_was_sent_is_told_to_the_carrier_or_to_a_person(
    depot: Depot, packer: Conversation, void_columns: list[dict[str, str]]
) -> None:
    depot.set_up(sends="manifest", manifest=True, void_columns=void_columns)
    cartons = [sent_off(depot, packer) for _ in range(2)]
    numbers = [str(one["tracking"]) for one in cartons]
    site = depot.bench.site.warehouse
    manifest = depot.desk.run(lambda unit: manifests.close(unit, warehouse=site, carrier="swift"))
    shipment = depot.desk.run(lambda unit: manifests.look_into(unit, manifest)).shipment.id
    depot.desk.run(lambda unit: manifests.leave_out(unit, shipment, [cartons[0]["id"]]))
    depot.work()
    assert numbers[0] not in (depot.folder / f"swift-{manifest}.csv").read_text(), "nobody had been told yet"
    depot.desk.run(lambda unit: manifests.leave_out(unit, shipment, [cartons[1]["id"]]))
    depot.work()
    (told,) = [one for one in depot.desk.run(lambda unit: requests.requests(unit, site)) if one.kind == "left_out"]
    assert told.about == f"{numbers[1]} · {manifest}"
    given_back = [name for name in depot.files() if "void-" in name]
    if void_columns:
        assert (told.state, [(depot.folder / name).read_text().split() for name in given_back]) == (
            "DONE", [["gone", numbers[1]]])  # fmt: skip
    else:
        assert (told.state, told.fault, given_back) == ("FAILED", "carriers.tell_of_manifest", [])
        assert manifest in Texts.load().error(told.fault, told.facts)[0]


def sent_off(depot: Depot, packer: Conversation) -> Row:
    """A labelled carton with the carrier by files."""
    number = depot.close(packer)
    depot.work()
    news_of_carrier(packer)
    depot.bench.print_all()
    news_of_print(packer)
    carton = depot.bench.parcels(number)[0]
    packer.scan(str(carton["tracking"]))
    return carton
