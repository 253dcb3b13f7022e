"""A morning of waves: the planner looks and releases, one person walks once, the bench packs all of the orders."""

from datetime import time, timedelta
from uuid import uuid4

from app.dialogs.consolidation import CONSOLIDATION
from app.dialogs.dialog import Level
from app.dialogs.packing import PACKING
from app.dialogs.picking import PICKING
from app.domain.policies import Scope
from app.domain.waves import FORM, Asked
from app.services import clock, pick_shifts, policies, waves
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import agree, draw, held, order
from tests.dialogs.walks import decision
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.support import Site


def test_waiting_orders_become_one_walk_and_leave_the_bench_packed(warehouse: Site) -> None:
    draw(warehouse, ("R01", 2000, 0), ("R02", 15000, 0), ("R03", 2000, 5000), ("R04", 15000, 5000))
    for sku, place in (("WIDGET", "R01"), ("GADGET", "R03")):
        warehouse.put(sku, place, 20)
    orders = [order(warehouse, ("WIDGET", 1 + n), ("GADGET", 1)) for n in range(3)]
    manager = Worker(warehouse.login("desk_manager"), Changes())

    ground = manager.run(lambda unit: waves.read_ground(unit, warehouse.warehouse))
    found = waves.plan(ground, Asked(people=2), now=clock.now())
    assert [sorted(walk.numbers) for walk in found.walks] == [sorted(orders)]
    assert found.metres > 0
    request = uuid4()
    made = manager.run(
        lambda unit: waves.release(unit, warehouse.warehouse, found, Asked(people=2)), request_id=request
    )
    again = manager.run(
        lambda unit: waves.release(unit, warehouse.warehouse, found, Asked(people=2)), request_id=request
    )
    assert made == again

    walk(Conversation(warehouse.station("bench1", "OPERATOR1"), PICKING, warehouse), "T-1", "T-2", "T-3")
    assert decision(warehouse, made.number) == "closed"
    (wave,) = manager.run(lambda unit: waves.waves(unit, warehouse.warehouse))
    assert (wave.done, wave.picks, wave.walks_done) == (6, 6, 1)

    packer = Conversation(warehouse.station("dock1", "OPERATOR2"), PACKING, warehouse)
    for count, tote in enumerate(("T-1", "T-2", "T-3"), 1):
        packer.scan(tote)
        assert packer.prompt.document == orders[count - 1]
        for goods in (*["WIDGET"] * count, "GADGET"):
            packer.scan(goods)
            assert packer.said == "packing.packed"
        packer.scan("WIDGET")  # out of another order's tote
        assert packer.level is Level.ERROR
        packer.key("PAUSE")
    packer.scan("T-1")
    assert packer.level is Level.ERROR  # used and empty again
    assert [held(warehouse, sku, "STAGE1") for sku in ("WIDGET", "GADGET")] == [[6, 6], [3, 3]]
    assert [held(warehouse, sku, "TOTE") for sku in ("WIDGET", "GADGET")] == [[0, 0], [0, 0]]
    agree(warehouse)


def walk(picker: Conversation, *totes: str) -> None:
    """Take the next walk, put totes into its slots, and do as the screen says until it is picked."""
    picker.key("NEXT")
    assert picker.said == "picking.walk_taken"
    for tote in totes:
        picker.scan(tote)
        picker.scan(tote)
    while picker.prompt.instruction != "picking.scan_order":
        facts = picker.prompt.facts
        match picker.prompt.instruction:
            case "picking.go_to_bin":
                assert picker.prompt.walk is not None
                assert [stop.state for stop in picker.prompt.walk.stops].count("current") == 1
                picker.scan(facts["bin"])
            case "picking.scan_item":
                picker.scan(facts["sku"])
            case _:
                picker.scan(facts["tote"])
    assert picker.said == "picking.walk_picked"


def test_rules_release_single_lines_by_themselves_and_they_are_sorted(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 20)
    first = [order(warehouse, ("WIDGET", 1)) for _ in range(2)]
    manager, worker = (Worker(warehouse.login(name), Changes()) for name in ("desk_manager", "worker_1"))

    def come() -> tuple[str, ...]:
        return worker.run(lambda unit: waves.release_as_they_come(unit, warehouse.warehouse, now=clock.now()))

    assert come() == ()
    single = FORM.default["rules"][0]
    then = {**single["then"], "slots": 3, "as_they_come": True}
    rules = {"rules": [{**single, "then": then}, FORM.default["rules"][1]]}
    manager.run(
        lambda unit: policies.save(
            unit, rules, capability="waves", version=0, scope=Scope.WAREHOUSE, scope_id=warehouse.warehouse
        )
    )
    assert come() == ()  # the cart is not full, and nobody has waited long
    third = order(warehouse, ("WIDGET", 1))
    later = pick_shifts.Shift(time(6), time(14), 2, day=clock.now().date() + timedelta(days=3))
    manager.run(lambda unit: pick_shifts.save(unit, warehouse.warehouse, [later]))
    assert come() == ()  # nobody who picks is there
    manager.run(lambda unit: pick_shifts.save(unit, warehouse.warehouse, []))
    (number,) = come()
    assert come() == ()
    picker = Conversation(warehouse.station("bench1", "OPERATOR1"), PICKING, warehouse)
    picker.scan(number)
    for scan in ("T-1", "T-1", "WH001-STO-R01", "WIDGET", "WIDGET", "WIDGET"):
        picker.scan(scan)
    assert picker.said == "picking.walk_picked"
    sorter = Conversation(warehouse.station("dock1", "OPERATOR2"), CONSOLIDATION, warehouse)
    sorter.scan("T-1")
    for _ in (*first, third):
        sorter.scan("WIDGET")
        sorter.key("NEW_TOTE")
    assert sorter.said == "consolidation.last_tote_made_by_hand"
    late = order(warehouse, ("WIDGET", 1))
    ready = worker.run(
        lambda unit: waves.release_as_they_come(unit, warehouse.warehouse, now=clock.now() + timedelta(minutes=16))
    )
    assert len(ready) == 1
    assert late
    agree(warehouse)
