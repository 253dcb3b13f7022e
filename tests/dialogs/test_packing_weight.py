"""The carton on the scale: right, off, approved, typed, learned."""

import uuid
from decimal import Decimal

from app.dialogs.dialog import Level, Result
from tests.dialogs.bench import (
    TARE,
    Bench,
    approve,
    on_the_scale,
    put_on_scale,
)
from tests.dialogs.conversation import Conversation
from tests.support import post


def test_a_weight_that_is_off_names_the_suspect_and_keeps_the_carton_open(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2), ("GADGET", 1))
    put_on_scale(packer, TARE + Decimal("1.0"))
    assert (packer.level, packer.said) == (Level.ERROR, "packing.weight_missing")
    assert packer.prompt.feedback is not None
    assert (packer.prompt.feedback.facts["quantity"], packer.prompt.feedback.facts["sku"]) == ("1", "GADGET")
    assert bench.parcels(number)[0]["state"] == "open"
    assert packer.prompt.waiting == ""
    packer.scan("SH-CMD-CONFIRM")
    assert packer.prompt.waiting == "weight"
    put_on_scale(packer, TARE + Decimal("2.75"))
    assert packer.said == "packing.weight_extra"
    packer.key("CONFIRM")
    put_on_scale(packer, TARE + Decimal("2.25"))
    assert packer.said == "packing.carton_closed"


def test_goods_taken_from_the_next_bin_are_suspected(bench: Bench, packer: Conversation) -> None:
    bench.site.put("GADGET", "R02", 5)
    on_the_scale(bench, packer, ("WIDGET", 2))
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO task (kind, warehouse_id, document_line_id, item_id, from_location_id, qty, done_qty, state)"
            " SELECT 'pick', d.warehouse_id, l.id, l.item_id, b.id, 2, 2, 'done' FROM document_line l"
            " JOIN document d ON d.id = l.document_id AND d.kind = 'order'"
            " JOIN location b ON b.warehouse_id = d.warehouse_id AND b.name = 'R02'"
        )
    for numbered in (True, False):
        with bench.site.superuser() as connection:
            connection.execute("UPDATE location SET walk_position = walk_position * %s", [int(numbered)])
        packer.key("CONFIRM")
        put_on_scale(packer, TARE + Decimal("1.75"))
        assert packer.prompt.feedback is not None
        assert packer.said == "packing.weight_swapped", numbered
        assert packer.prompt.feedback.facts["other"] == "GADGET"


def test_a_weight_that_no_goods_explain_is_told_plainly(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 1))
    put_on_scale(packer, TARE + Decimal("0.62"))
    assert packer.said == "packing.weight_too_high"


def test_an_unsteady_weight_is_not_used(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 1))
    put_on_scale(packer, TARE + Decimal("0.5"), capturable=False)
    assert packer.said == "packing.weight_not_usable"
    assert bench.jobs() == []


def test_goods_of_unknown_weight_pass_and_are_learned(bench: Bench, packer: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.change("UPDATE item SET weight_mean_kg = NULL WHERE sku = 'WIDGET'")
    on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.5"))
    assert packer.said == "packing.carton_closed"
    learned = bench.row("SELECT weight_mean_kg, weight_observations FROM item WHERE sku = 'WIDGET'")
    assert (learned["weight_mean_kg"], learned["weight_observations"]) == (Decimal("0.75"), 1)


def test_a_supervisor_lets_a_weight_pass_with_reason_and_name(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.4"))
    packer.key("OVERRIDE")
    assert {choice.value for choice in packer.prompt.choices} == {"WEIGHT_OVERRIDE", "PADDING", "WRONG_ITEM_WEIGHT"}
    packer.key("PADDING")
    assert packer.prompt.waiting == "approval"
    asked = {"permission": "override_weight", "goods": "2 × WIDGET", "weight": f"{TARE + Decimal('1.4')} kg"}
    assert asked.items() <= packer.prompt.facts.items()
    approve(packer, bench.site)
    assert packer.said == "packing.carton_closed"
    parcel = bench.parcels(number)[0]
    assert parcel["weight_override_by"] == bench.site.people["MANAGER1"]
    assert parcel["weight_override_reason"] == "PADDING"
    learned = bench.row("SELECT weight_observations FROM item WHERE sku = 'WIDGET'")
    assert learned["weight_observations"] == 0


def test_nobody_passes_a_weight_without_an_approval(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.4"))
    packer.key("OVERRIDE")
    packer.key("PADDING")
    request = uuid.UUID(packer.prompt.facts["request"])
    packer.handle(Result(uuid.uuid4(), "approval", uuid.uuid4(), "approved", {}))
    assert packer.prompt.waiting == "approval"
    packer.handle(Result(uuid.uuid4(), "approval", request, "approved", {"person": "nobody"}))
    assert (packer.level, packer.said) == (Level.ERROR, "permission.approval_missing")
    packer.handle(Result(uuid.uuid4(), "approval", request, "refused", {}))
    assert packer.said == "packing.not_approved"
    assert bench.jobs() == []


def test_a_weight_is_typed_where_the_scale_is_dead_and_marked_so(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2))
    packer.key("MANUAL")
    assert packer.prompt.ask == "packing.ask_weight"
    for slip in ("heavy", "0", "-1", "1,3", "40123455", "1.3004"):
        packer.key("ENTER", slip)
        assert (packer.said, packer.prompt.ask) == ("packing.weight_unreadable", "packing.ask_weight")
    packer.key("ENTER", "1.300")
    offered = {choice.value for choice in packer.prompt.choices}
    assert "SCALE_DEAD" in offered and "WEIGHT_OVERRIDE" not in offered
    packer.key("SCALE_DEAD")
    assert packer.prompt.instruction == "packing.at_approval_typed"
    approve(packer, bench.site)
    assert packer.said == "packing.carton_closed"
    assert bench.parcels(number)[0]["weight_manual"] is True
    reading = bench.row("SELECT device, value, manual FROM device_reading")
    assert (reading["device"], reading["value"], reading["manual"]) == ("keyboard", Decimal("1.3"), True)


def test_another_carton_has_another_tare(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.key("CARTON")
    packer.key("LARGE")
    assert packer.said == "packing.carton_chosen"
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, Decimal("0.55") + Decimal("0.5"))
    assert packer.said == "packing.carton_closed"


def test_an_empty_carton_is_not_closed(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.key("CLOSE_BOX")
    assert packer.said == "packing.carton_empty"


def test_weighing_can_be_left_to_pack_on(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("NEW_BOX")
    packer.scan("WIDGET")
    assert packer.said == "packing.answer_first"
    packer.key("CANCEL")
    put_on_scale(packer, "99")
    packer.scan("WIDGET")
    assert packer.said == "packing.packed"


def test_a_carton_of_weighed_goods_is_expected_to_weigh_what_they_weighed(bench: Bench, packer: Conversation) -> None:
    """Two cheeses of 2.9 kg together, where cheeses weigh 1.25 in the mean; the database closes it without anybody."""
    _, (line,) = bench.order(("GADGET", 2))
    number, tote = bench.tote()
    site = bench.site
    with site.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true, weight_variance = 0.01 WHERE sku = 'GADGET'")
    with site.desk.transaction() as session:
        post(session, site, "adjust_in", "GADGET", "ADJUSTMENT", "R01", 2, reason="FOUND", weights=[Decimal("2.9")])
        site.reserve(session, line, "GADGET", "R01", 2)
        post(session, site, "pick", "GADGET", "R01", "TOTE", 2, line=line, to_units=[tote])
    packer.scan(number)
    packer.scan("GADGET")
    packer.scan("GADGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.5"))
    assert packer.said.startswith("packing.weight_"), "what they weigh in the mean is wrong for these two"
    put_on_scale(packer, TARE + Decimal("2.9"))
    packer.key("CONFIRM")
    put_on_scale(packer, TARE + Decimal("2.9"))
    assert packer.said == "packing.carton_closed"
    known = bench.row("SELECT weight_mean_kg, weight_observations FROM item WHERE sku = 'GADGET'")
    assert tuple(known.values()) == (Decimal("1.25"), 0), "nothing is learned from goods that were weighed"
    assert site.prove() == []
