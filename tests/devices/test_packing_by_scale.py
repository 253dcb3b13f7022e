"""A carton is closed by the weight of each protocol, from the bytes of the scale to the parcel in the ledger."""

import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest

from app.devices.listening import listen
from app.devices.simulation import SCALES, Kinds, Simulation
from app.devices.station import StationCallbacks, StationDevices
from app.dialogs.dialog import Weighed
from app.dialogs.packing import PACKING
from app.domain.errors import Fault
from app.services import evidence
from tests.dialogs.bench import TARE, WEIGHTS, Bench
from tests.dialogs.conversation import Conversation
from tests.support import Site

PIECE_KG = Decimal(WEIGHTS["WIDGET"])
CARTON_KG = Decimal(TARE)


@pytest.fixture(params=SCALES)
def simulation(request: pytest.FixtureRequest) -> Iterator[Simulation]:
    with Simulation(kinds=Kinds(scale=request.param), label_s=0) as made:
        made.scale.settle_s = 0.1
        yield made


@pytest.fixture
def station(simulation: Simulation) -> Iterator[StationDevices]:
    callbacks = StationCallbacks(*(lambda *_said: None for _ in range(4)))
    devices = StationDevices(simulation.devices()[1:2], callbacks, buses=simulation.buses)
    devices.start()
    yield devices
    devices.stop()


def test_a_carton_with_a_forgotten_piece_stays_open_and_the_full_one_is_weighed_to_the_gram(
    warehouse: Site, simulation: Simulation, station: StationDevices
) -> None:
    bench = Bench(warehouse)
    number, tote = bench.picked(("WIDGET", 2))
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    simulation.put_on_scale(CARTON_KG + PIECE_KG)
    packer.handle(Weighed(uuid.uuid4(), station.capture(10)))
    assert packer.said == "packing.weight_missing"
    told: list[str] = []

    def seen_to(fault: Fault) -> None:
        told.append(fault.code)
        if fault.code == "devices.scale_zero_not_seen":
            simulation.take_off()
        else:
            simulation.put_on_scale(CARTON_KG + 2 * PIECE_KG)

    packer.key("CONFIRM")
    listen(
        station.capture,
        waits=lambda: packer.prompt.waiting == "weight",
        weighed=lambda weight: packer.handle(Weighed(uuid.uuid4(), weight)),
        in_the_way=seen_to,
        stop=threading.Event(),
        patience_s=0,
        look_s=0.4,
    )
    assert told == ["devices.scale_zero_not_seen", "devices.scale_empty"], "once each, and nobody pressed anything"
    assert packer.said == "packing.carton_closed"
    [parcel] = bench.parcels(number)
    assert parcel["weight_kg"] == CARTON_KG + 2 * PIECE_KG
    came_to_rest(bench, packer, parcel["sscc"])
    assert warehouse.prove() == []


def came_to_rest(bench: Bench, packer: Conversation, sscc: str) -> None:
    """The evidence has how the scale's own readings came to rest, from the empty platform to the weight taken."""
    (carton,) = packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, sscc)).cartons
    light, right = carton.weighings
    for weighing in (light, right):
        assert weighing.curve_ms == tuple(sorted(weighing.curve_ms)) and weighing.curve_ms[-1] <= 0
        assert weighing.curve_g[-1] == int(weighing.kg * 1000)
    assert 0 in right.curve_g, "the platform was empty before"
    assert len(right.curve_ms) <= 200
