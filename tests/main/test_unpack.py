"""`unpack`: packing taken back, for scripts and for people without a screen."""

from app.dialogs.packing import PACKING
from app.dialogs.shipping import SHIPPING
from tests.dialogs.bench import Bench, labelled
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.main.commands import Run
from tests.main.commands import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site


def test_a_carton_is_opened_repaired_emptied_exchanged_and_its_trail_shown(warehouse: Site, run: Run) -> None:
    bench = Bench(warehouse)
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    first, second = (bench.parcels(labelled(bench, packer))[0] for _ in range(2))
    warehouse.put("WIDGET", "R02", 3)
    assert run("unpack", "swap", first["sscc"], "WIDGET", "--bin", "WH001-STO-R02", "--reason", "GOODS_DAMAGED",
               code=1)["error"] == "packing.carton_sealed"  # fmt: skip
    exchanged = run("unpack", "exchange", first["tracking"], second["sscc"], "--reason", "LABELS_MIXED_UP")
    assert sorted(exchanged["labels"]) == sorted((first["tracking"], second["tracking"]))
    swapped = run("unpack", "swap", first["sscc"], "WIDGET", "--bin", "WH001-STO-R02", "--reason", "GOODS_DAMAGED")
    assert (swapped["place"], swapped["goods"][0]["sku"]) == ("WH001-DOCK1", "WIDGET")
    emptied = run("unpack", "carton", first["sscc"], "--reason", "WRONG_CARTON", "--keep")
    assert [one["sku"] for one in emptied["goods"]] == ["GADGET", "WIDGET"]
    assert run("unpack", "reopen", "NO-SUCH", "--reason", "WRONG_GOODS", code=1)["error"] == "parcel.unknown"
    assert run("unpack", "unload", second["sscc"], "--reason", "WRONG_GOODS", code=1)["error"] == "unpacking.not_loaded"
    assert run("unpack", "carton", second["sscc"], "--reason", "NONSENSE", code=1)["error"] == "ledger.needs_reason"
    assert run("unpack", "list")["cartons"] == []
    trail = [one["what"] for one in run("unpack", "trail", first["tracking"])["trail"]]
    done = ("exchanged", "swapped", "unpacked")
    assert tuple(what for what in trail if what in done) == done
    assert warehouse.prove() == []


def test_a_return_is_made_of_the_carton_that_comes_back_and_holds_no_more_than_left(warehouse: Site, run: Run) -> None:
    bench = Bench(warehouse)
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    assert run("return", "create", "--carton", carton["sscc"], code=1)["error"] == "returns.no_carton"
    truck = Conversation(warehouse.station("dock1", "OPERATOR2"), SHIPPING, warehouse)
    truck.scan(carton["tracking"])
    run("return", "create", "WIDGET=1", "--carton", carton["sscc"])
    rest = run("return", "create", "--carton", carton["tracking"])["return"]
    lines = run("return", "show", rest)["lines"]
    assert [(one["sku"], float(one["asked"])) for one in lines] == [("GADGET", 1.0), ("WIDGET", 1.0)]
    assert run("return", "create", "--carton", carton["sscc"], code=1)["error"] == "returns.all_back"
    assert warehouse.prove() == []
