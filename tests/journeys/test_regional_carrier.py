"""A carton with a regional carrier, from the bench to the customer's door: chosen by price, told by files, tracked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.dialogs.packing import PACKING
from app.dialogs.shipping import SHIPPING
from app.domain.shipping import FORM
from app.services import clock, policies
from app.services.carriers import buying, requests
from app.services.carriers.requests import Truck
from app.services.changes import Changes
from app.services.shipping import ending, manifests, tracking
from app.services.work import Worker
from app.texts import Texts
from app.worker.answers import AnswerFiles
from tests.dialogs.bench import Bench, news_of_print
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site
from tests.worker.carrying import Depot, news_of_carrier

SWIFT: dict[str, Any] = {
    "zones": [{"zone": "all", "country": "*"}],
    "prices": [{"service": "parcel", "zone": "all", "up_to_kg": "30", "price": "6.20"}],
    "numbers": "answer",
    "confirms": True,
    "manifest": True,
    "pickup_columns": [{"heading": "no", "source": "request"}, {"heading": "cartons", "source": "cartons"}],
    "events": [{"word": "DLV", "means": "delivered"}],
}


@pytest.fixture
def depot(warehouse: Site, tmp_path: Path) -> Depot:  # noqa: F811  (a fixture of the same name is asked for)
    """A warehouse whose cartons go with the cheapest carrier that arrives in time."""
    out, back = tmp_path / "out", tmp_path / "back"
    out.mkdir()
    back.mkdir()
    made = Depot(Bench(warehouse), Worker(warehouse.login("worker_1"), Changes()), out)
    made.set_up(answers=str(back), **SWIFT)
    now = max(one.version for one in made.desk.run(policies.policies) if one.capability == FORM.capability)
    then = {"carrier": "house", "service": "parcel", "cheapest": True}
    rules = {"rules": [{"name": "cheapest", "when": [], "then": then}]}
    made.desk.run(lambda unit: policies.save(unit, rules, capability=FORM.capability, version=now))
    return made


def test_a_carton_goes_with_a_regional_carrier_from_the_bench_to_the_customers_door(
    depot: Depot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, desk = depot.bench.site, depot.desk

    def answered(name: str, text: str) -> None:
        (tmp_path / "back" / name).write_text(text, encoding="utf-8")
        reader, moments = AnswerFiles(depot.worker, Texts.load()), iter((100.0, 101.0))
        with monkeypatch.context() as patched:
            patched.setattr("app.services.clock.monotonic_s", lambda: next(moments))
            reader.work()
            reader.work()

    packer = Conversation(site.station("bench1", "OPERATOR1"), PACKING, site)
    number = depot.close(packer)
    depot.work()
    [carton] = desk.run(lambda unit: buying.cartons(unit, site.warehouse))
    assert (carton.carrier, f"{carton.price:.2f}", carton.selection["rule"]) == ("swift", "6.20", "cheapest")
    assert {one["carrier"] for one in carton.selection["rejected"]} == {"house"}, "what was not taken is kept"
    answered("numbers.csv", f"reference;tracking\n{carton.reference};SW4711\n")
    depot.bench.print_all()
    news_of_carrier(packer)
    news_of_print(packer)
    packer.scan("SW4711")
    assert packer.said == "packing.order_packed"

    truck_wanted = Truck(clock.now().date() + timedelta(days=1), cartons=1)
    pickup = desk.run(
        lambda unit: requests.order_pickup(unit, warehouse=site.warehouse, carrier="swift", truck=truck_wanted)
    )
    depot.work()
    answered("trucks.csv", f"reference;tracking\n{pickup};TOUR 7\n")
    manifest = desk.run(lambda unit: manifests.close(unit, warehouse=site.warehouse, carrier="swift", truck="TOUR 7"))
    truck = Conversation(site.station("dock1", "OPERATOR2"), SHIPPING, site)
    for code in (manifest, "SW4711"):
        truck.scan(code)
    truck.key("DEPART")
    assert truck.said == "shipping.truck_left"
    assert desk.run(lambda unit: ending.left_over(unit, site.warehouse)) == ()

    answered("news.csv", "tracking;event;moment;place\nSW4711;DLV;2026-11-24T10:30;Hamburg\n")
    [gone] = desk.run(lambda unit: tracking.on_the_way(unit, site.warehouse))
    assert (gone.number, gone.state, gone.place) == (number, "delivered", "Hamburg")
    waiting = desk.run(lambda unit: requests.requests(unit, site.warehouse))
    assert [one.state for one in waiting] == ["DONE"], "nothing is left for anybody to settle"
    assert site.prove() == []
