"""Products as use cases: changed many at once and back, categorised, made as variants, with pictures."""

import io
from decimal import Decimal

import pytest
from PIL import Image

from app.database.products import ItemChange
from app.domain.catalog.products import ProductQuery, State
from app.domain.catalog.variants import Template, TemplateAttribute
from app.domain.errors import Refusal
from app.services.products import categorising, changing, drafts, images, looking, variants, writing
from app.services.products.drafts import Draft, resolved
from app.services.work import Worker
from app.worker.jobs import change_states
from tests.support import Site


def category(desk: Worker, name: str, **values: object) -> None:
    desk.run(lambda unit: writing.save_record(unit, "category", {"name": name, **values}))


def test_many_products_are_changed_as_previewed_or_not_at_all(warehouse: Site, desk: Worker) -> None:
    items = [warehouse.items["WIDGET"], warehouse.items["GADGET"]]
    edits = desk.run(lambda unit: changing.preview(unit, items, {"origin": "DE"}))
    assert {edit.sku: edit.changes for edit in edits} == {
        "WIDGET": {"origin": ("", "DE")},
        "GADGET": {"origin": ("", "DE")},
    }
    desk.run(lambda unit: writing.save(unit, [ItemChange({"name": "Other"}, items[1])]))
    with pytest.raises(Refusal, match=r"record\.changed"):
        desk.run(lambda unit: changing.apply(unit, edits))
    assert desk.run(lambda unit: looking.named(unit, "WIDGET")).origin == ""
    edits = desk.run(lambda unit: changing.preview(unit, items, {"origin": "DE"}))
    back = desk.run(lambda unit: changing.apply(unit, edits))
    assert desk.run(lambda unit: changing.preview(unit, items, {"origin": "DE"})) == ()
    desk.run(lambda unit: changing.apply(unit, back))
    assert desk.run(lambda unit: looking.named(unit, "WIDGET")).origin == ""


def test_a_number_or_a_name_is_not_given_to_many(warehouse: Site, desk: Worker) -> None:
    with pytest.raises(Refusal, match=r"record\.unknown_field"):
        desk.run(lambda unit: changing.preview(unit, [warehouse.items["WIDGET"]], {"sku": "SAME"}))


def test_rules_are_saved_in_the_place_of_the_ones_that_were_read(desk: Worker) -> None:
    category(desk, "Tools")
    rule = {"name": "drills", "when": [{"field": "name", "operator": "contains", "value": "drill"}],
            "then": {"category": "Tools"}}  # fmt: skip
    version, document = desk.run(categorising.rules)
    assert (version, document) == (0, {"rules": []})
    saved = desk.run(lambda unit: categorising.save_rules(unit, {"rules": [rule]}, version=version))
    with pytest.raises(Refusal) as caught:
        desk.run(lambda unit: categorising.save_rules(unit, {"rules": []}, version=version))
    assert (saved, caught.value.code, caught.value.facts["person"]) == (1, "record.changed", "Admin")
    moves = desk.run(categorising.dry_run)
    assert [(move.sku, move.new) for move in moves] == [("DRILL", "Tools")]
    desk.run(lambda unit: categorising.apply(unit, moves))
    assert desk.run(categorising.dry_run) == ()
    assert desk.run(lambda unit: looking.named(unit, "DRILL")).category_rule == "drills"


def test_rules_for_a_category_that_is_not_there_are_not_saved(desk: Worker) -> None:
    rule = {"name": "all", "when": [], "then": {"category": "Nowhere"}}
    with pytest.raises(Refusal, match=r"categorising\.unknown_category"):
        desk.run(lambda unit: categorising.save_rules(unit, {"rules": [rule]}, version=0))


def test_variants_begin_with_the_model_and_are_made_once(desk: Worker) -> None:
    size = TemplateAttribute("Size", ("S", "WIDGET"))
    template = Template("SHIRT", "Shirt", (size,), sku_pattern="{Size}", model={"tracking": "lot", "base_uom": "piece"})
    saved = desk.run(lambda unit: writing.save_template(unit, template))
    proposals = desk.run(lambda unit: variants.propose(unit, saved))
    assert [(each.variant.sku, each.taken, each.missing) for each in proposals] == [
        ("S", False, True),
        ("WIDGET", True, False),
    ]
    desk.run(lambda unit: variants.make(unit, saved, [proposals[0].variant]))
    made = desk.run(lambda unit: looking.named(unit, "S"))
    assert (made.tracking, made.base_uom, made.template) == ("lot", "piece", "SHIRT")
    with pytest.raises(Refusal, match=r"item\.(variant|sku)_taken"):
        desk.run(lambda unit: variants.make(unit, saved, [proposals[0].variant]))


def test_what_is_typed_finds_products_and_partners_by_their_codes(warehouse: Site, desk: Worker) -> None:
    draft = Draft(
        id=warehouse.items["GADGET"],
        codes=({"code": "a-17", "unit": None, "issuer": "acme"}, {"code": "4012345678932", "unit": "", "issuer": ""}),
        bill_kind="assembled",
        bill=({"sku": "widget", "quantity": Decimal(3), "unit": ""},),
    )
    desk.run(lambda unit: writing.save(unit, [resolved(unit, draft)]))
    gadget = desk.run(lambda unit: looking.named(unit, "gadget"))
    assert {(code.scheme, code.value) for code in gadget.codes} == {("article", "A-17"), ("gtin", "04012345678932")}
    assert gadget.bom is not None
    assert [(line.sku, line.unit) for line in gadget.bom.lines] == [("WIDGET", "each")]
    for wrong, code in (
        ({"code": "1", "unit": "", "issuer": "nobody"}, "record.unknown_reference"),
        ({"code": "4012345678931", "unit": "", "issuer": ""}, "code.wrong_check_digit"),
    ):
        with pytest.raises(Refusal) as caught:
            desk.run(lambda unit, wrong=wrong: resolved(unit, Draft(codes=(wrong,))))  # type: ignore[misc]
        assert caught.value.code == code


def test_an_article_number_of_a_supplier_leads_to_the_product(warehouse: Site, desk: Worker) -> None:
    draft = Draft(id=warehouse.items["GADGET"], codes=({"code": "A-17", "unit": "", "issuer": "ACME"},))
    desk.run(lambda unit: writing.save(unit, [drafts.resolved(unit, draft)]))
    found = desk.run(lambda unit: looking.page(unit, ProductQuery(text="a-17")))
    assert [row.sku for row in found] == ["GADGET"]


def test_a_page_in_the_order_of_numbers_begins_behind_the_last_number_seen(warehouse: Site, desk: Worker) -> None:
    for order in ((), (("sku", False),), (("sku", True),)):
        asked = ProductQuery(order=order)
        everything = [row.sku for row in desk.run(lambda unit, asked=asked: looking.page(unit, asked))]  # type: ignore[misc]
        assert len(everything) > 3
        seen: list[str] = []
        while rows := desk.run(
            lambda unit, asked=asked, seen=seen: looking.page(  # type: ignore[misc]
                unit, asked, offset=len(seen), limit=2, after=seen[-1] if seen else ""
            )
        ):
            seen += [row.sku for row in rows]
        assert seen == everything


def picture(side: int, kind: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert(mode).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "CMYK")]
)
def test_pictures_of_any_kind_become_small_jpegs(kind: str, mode: str) -> None:
    made = images.prepare(picture(1900, kind, mode))
    assert len(made.content) <= images.MOST_BYTES
    assert len(made.thumbnail) <= 32 * 1024
    with Image.open(io.BytesIO(made.content)) as seen:
        assert (seen.format, seen.mode, max(seen.size) <= 1600) == ("JPEG", "RGB", True)


def test_what_cameras_write_beside_a_picture_is_left_out_and_it_stands_upright() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret camera"
    Image.new("RGB", (400, 200), "red").save(out, "JPEG", exif=exif)
    made = images.prepare(out.getvalue())
    assert (made.width, made.height) == (200, 400)
    assert b"Secret camera" not in made.content


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\xff\xd8\xff" + b"0" * 50, picture(64, "PNG")[:200]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match=r"image\.not_an_image"):
        images.prepare(content, name="x.png")


def test_a_picture_made_to_burst_the_memory_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(Refusal, match=r"image\.too_large|image\.not_an_image"):
        images.prepare(out.getvalue(), name="bomb.png")


def test_the_floor_sees_the_first_picture_of_a_product(warehouse: Site, desk: Worker) -> None:
    kept = desk.run(lambda unit: images.keep(unit, images.prepare(picture(300, "PNG"))))
    desk.run(lambda unit: writing.save(unit, [ItemChange({"images": (kept,)}, warehouse.items["WIDGET"])]))
    station = Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes)
    assert station.run(lambda unit: looking.picture_of(unit, "WIDGET")).startswith(b"\xff\xd8\xff")
    assert station.run(lambda unit: looking.picture_of(unit, "GADGET")) == b""


def test_the_worker_changes_states_on_their_day(warehouse: Site, desk: Worker) -> None:
    desk.run(lambda unit: writing.change_state(unit, [(warehouse.items["WIDGET"], None)], state=State.PHASE_OUT))
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item_transition SET done_at = NULL")
        connection.execute("UPDATE item SET state = 'active'")
    change_states(Worker(warehouse.login("worker_1"), desk.changes))
    assert desk.run(lambda unit: looking.named(unit, "WIDGET")).state == "phase_out"
