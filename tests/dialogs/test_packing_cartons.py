"""The carton that the bench proposes, and the picture of how it is packed."""

from app.database.session import query
from app.dialogs.dialog import CartonPicture
from tests.dialogs.bench import Bench
from tests.dialogs.conversation import Conversation


def measure(bench: Bench, sku: str, length_mm: int, width_mm: int, height_mm: int) -> None:
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO item_uom (item_id, uom, numerator, length_mm, width_mm, height_mm)"
            " SELECT id, base_uom, 1, %s, %s, %s FROM item WHERE sku = %s"
            " ON CONFLICT (item_id, uom) DO UPDATE SET length_mm = excluded.length_mm,"
            " width_mm = excluded.width_mm, height_mm = excluded.height_mm",
            [length_mm, width_mm, height_mm, sku],
        )


def carton(conversation: Conversation) -> CartonPicture:
    shown = conversation.prompt.carton
    assert shown is not None
    return shown


def test_the_cheapest_carton_that_holds_everything_is_put_on_the_bench(bench: Bench, packer: Conversation) -> None:
    measure(bench, "WIDGET", 120, 90, 60)
    number, tote = bench.picked(("WIDGET", 3))
    packer.scan(tote)
    assert packer.prompt.feedback is not None
    assert packer.prompt.feedback.facts["box"] == "SMALL"
    assert bench.parcels(number)[0]["carton_type"] == "SMALL"
    packer.key("CARTON")
    assert [one.value for one in packer.prompt.choices if one.code == "packing.carton_fits"] == ["SMALL"]


def test_big_goods_get_a_big_carton(bench: Bench, packer: Conversation) -> None:
    measure(bench, "WIDGET", 500, 350, 250)
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    assert carton(packer).carton == "LARGE"


def test_the_picture_marks_what_is_in_and_keeps_its_places(bench: Bench, packer: Conversation) -> None:
    measure(bench, "WIDGET", 120, 90, 60)
    measure(bench, "GADGET", 200, 100, 50)
    _, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    packer.scan(tote)
    before = carton(packer)
    assert [unit.packed for unit in before.units] == [False] * 3
    packer.scan("WIDGET")
    after = carton(packer)
    assert sum(unit.packed for unit in after.units) == 1
    assert [(unit.sku, unit.corner) for unit in after.units] == [(unit.sku, unit.corner) for unit in before.units]
    assert packer.runner.round_trips <= 4


def test_where_a_size_is_not_known_the_usual_carton_is_taken(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    assert bench.parcels(number)[0]["carton_type"] == "MEDIUM"
    assert packer.prompt.carton is None


def test_cartons_are_called_by_their_names_and_offered_only_for_what_they_are_made_for(
    bench: Bench, packer: Conversation
) -> None:
    measure(bench, "WIDGET", 120, 90, 60)
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO carton_type (code, name, tare_kg, length_mm, width_mm, height_mm, services, owners) VALUES"
            " ('FAST', 'Express pouch', 0.05, 290, 190, 140, '{Express}', '{}'),"
            " ('THEIRS', 'Box of an owner', 0.05, 290, 190, 140, '{}', '{SHOPPER}')"
        )
        connection.execute("UPDATE carton_type SET active = false WHERE code = 'LARGE'")
    number, tote = bench.picked(("WIDGET", 3))
    packer.scan(tote)
    packer.key("CARTON")
    assert [one.value for one in packer.prompt.choices] == ["MEDIUM", "SMALL"]
    packer.key("CANCEL")
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO customer_order (document_id, service) SELECT id, 'EXPRESS' FROM document WHERE number = %s"
            " ON CONFLICT (document_id) DO UPDATE SET service = excluded.service",
            [number],
        )
    packer.key("CARTON")
    assert packer.prompt.choices[0].facts == {"box": "Express pouch", "tare": "0.05"}
    packer.key("FAST")
    assert bench.parcels(number)[0]["tare_kg"].normalize() == bench.row("SELECT 0.05 AS kg")["kg"]
    assert carton(packer).carton == "Express pouch"


def test_a_long_order_asks_no_category_for_each_of_its_lines() -> None:
    assert "item_is(" not in query("packing_facts"), "twice a line it took most of a scan of 300 lines"
